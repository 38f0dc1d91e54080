"""What stands in each box of a picture: its name, who and by when, what opens it, what a decision leads to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from domain.rules import ITEM
from service.picture.measure import wrapped
from service.reading import condition_text, trigger_text
from service.telling.saying import Saying
from service.telling.spans import every_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.format.model import StepDef
    from domain.rules import Rules, StepRule
    from service.wording import Words

Foot = Literal["none", "stages", "steps"]
"""Where a line says how many are there: nowhere, in stages alone, or in stages and steps and at exits."""
WIDTH, PAD = 204, 10
TITLE, SMALL, HEAD = 12.5, 11, 14
ROW = 15  # height of a line
CONDITION = 4  # lines of a condition, at most; the whole stands in its title
_SAY: dict[str, tuple[str, str]] = {
    "when": ("när {what}", "when {what}"),
    "if": ("om {what}", "if {what}"),
    "chosen": ("väljs, högst {most} gånger", "chosen, at most {most} times"),
    "chosen_once": ("väljs, en gång", "chosen, once"),
    "again": ("kan göras om, högst {most} gånger", "can be repeated, at most {most} times"),
    "each": ("{count} bredvid varandra", "{count} side by side"),
    "each_some": ("ett för var och en som behövs", "one for each that is needed"),
    "within": ("inom {span}", "within {span}"),
    "lasts": ("{least} till {most}", "{least} to {most}"),
    "lasts_least": ("minst {least}", "at least {least}"),
    "lasts_most": ("högst {most}", "at most {most}"),
    "item": ("den som har rollen", "whoever has the role"),
    "only": ("bara efter: {exits}", "only after: {exits}"),
    "unless": ("inte efter: {exits}", "not after: {exits}"),
    "exit": ("■ {outcome}: avslut", "■ {outcome}: exit"),
    "exit_as": ("■ {outcome}: avslut {exit}", "■ {outcome}: exit {exit}"),
    "outcome": ("– {outcome}", "– {outcome}"),
    "menu": ("Meny: väljs vid behov", "Menu: chosen when needed"),
    "run_by": ("hos {name}", "at {name}"),
    "waiting": ("Väntar på plats: {step}", "Waits for a place: {step}"),
    "offer": ("Erbjudande om plats: {step}", "Offer of a place: {step}"),
    "accepted": ("tackar ja", "accepts"),
    "declined": ("tackar nej", "declines"),
    "expired": ("svarar inte i tid", "doesn't answer in time"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of text in a box; ``whole`` is what an ellipsis left out."""

    text: str
    size: float = SMALL
    weight: int = 400
    loud: bool = False
    whole: str = ""


@dataclass(slots=True)
class Filled:
    """A box with its lines of text."""

    rows: list[Row] = field(default_factory=list)
    width: float = WIDTH
    height: float = 0

    def settle(self, *, foot: bool) -> Filled:
        """Let the box be as high as its text."""
        self.height = PAD + ROW * (len(self.rows) + foot) + PAD - 4
        return self


class Filling:
    """Fill the boxes of one programme in one language."""

    def __init__(self, rules: Rules, words: Words, *, foot: Foot) -> None:
        self.rules = rules
        self.words = words
        self.saying = Saying(words)
        self.foot = foot

    def say(self, key: str, **given: object) -> str:
        """Return a text of the picture."""
        return _SAY[key][0 if self.words.language == "sv" else 1].format(**given)

    def name(self, path: str) -> str:
        """Return what a step is called, with those that a place makes of one."""
        if self.words.definition_of(path) is None:
            for ending in ("waiting", "offer"):
                if path.endswith(f"_{ending}"):
                    return self.say(ending, step=self.words.step(path.removesuffix(f"_{ending}")))
        return self.words.step(path)

    def is_made(self, path: str) -> bool:
        """Tell whether a step stands in no definition: what a place makes of one."""
        return (
            path in self.rules.steps
            and path.endswith(("_waiting", "_offer"))
            and (path.removesuffix("_waiting").removesuffix("_offer") in self.rules.steps)
        )

    def step(self, rule: StepRule, *, opened: bool, chosen: bool = False) -> Filled:
        """Fill a step's box; ``opened`` tells what opens it, where no line shows it, ``chosen`` that a menu does."""
        box = Filled(self._rows(self.name(rule.path), TITLE, 600))
        for text in self._facts(rule, opened=opened, chosen=chosen):
            box.rows.extend(self._rows(text, SMALL, 400, most=CONDITION))
        for outcome, way in rule.outcomes.items():
            label = self.words.outcome(rule.path, outcome)
            if self.is_made(rule.path) and outcome in ("accepted", "declined", "expired"):
                label = self.say(outcome)
            left = self.words.exit(way.exit) if way.exit else ""
            key = "outcome" if not way.exit else "exit" if left == label else "exit_as"
            rows = self._rows(self.say(key, outcome=label, exit=left), SMALL, 600 if way.exit else 400)
            box.rows.extend(Row(row.text, row.size, row.weight, loud=bool(way.exit)) for row in rows)
        return box.settle(foot=self.foot == "steps")

    def head(self, rule: StepRule, *, opened: bool, room: float) -> list[Row]:
        """Return the lines above what is inside a stage."""
        rows = self._rows(self.words.step(rule.path), HEAD, 700, room=room)
        facts = list(self._facts(rule, opened=opened, chosen=False))
        if facts:
            rows.extend(self._rows(" · ".join(facts), SMALL, 400, most=CONDITION, room=room))
        return rows

    def say_start(self) -> Filled:
        """Fill the box from which everything begins."""
        text = ("Remissen kommer", "The referral comes")[self.words.language != "sv"]
        return Filled(self._rows(text, TITLE, 600)).settle(foot=False)

    def menu(self, rule: StepRule, *, opened: bool, room: float) -> list[Row]:
        """Return the lines above the entries of a menu; ``rule`` is one of them."""
        texts = [self.say("menu")]
        if opened and rule.after is not None:
            texts.append(self.say("when", what=trigger_text(rule.after, self.words)))
        rows = self._rows(texts[0], TITLE, 600, room=room)
        for text in texts[1:]:
            rows.extend(self._rows(text, SMALL, 400, most=CONDITION, room=room))
        return rows

    def exit(self, reason: str, width: float) -> Filled:
        """Fill the box of a reason to leave."""
        rule = self.rules.exits[reason]
        room = width - 2 * PAD - (30 if self.foot == "steps" else 0)
        rows = self._rows(self.words.exit(reason), TITLE, 600, room=room)
        rows.extend(self._rows(self.saying.say(f"class.{rule.cls}"), SMALL, 400, room=room))
        if rule.hand_over:
            hands = ("tas emot av {role}", "received by {role}")[self.words.language != "sv"]
            rows.extend(self._rows(hands.format(role=self.words.role(rule.hand_over)), SMALL, 400, room=room))
        return Filled(rows, width).settle(foot=False)

    def happening(self, name: str, width: float) -> Filled:
        """Fill the box of something that may happen."""
        rule = self.rules.happenings[name]
        rows = self._rows(self.words.happening(name), TITLE, 600, room=width - 2 * PAD)
        texts = [self.saying.roles(rule.by)]
        if rule.condition:
            texts.append(self.say("if", what=condition_text(rule.condition, self.words)))
        if rule.exit:
            texts.append(self.say("exit", outcome=self.words.exit(rule.exit)))
        for text in texts:
            rows.extend(self._rows(text, SMALL, 400, most=CONDITION, room=width - 2 * PAD))
        return Filled(rows, width).settle(foot=False)

    def _rows(self, text: str, size: float, weight: int, *, most: int = 99, room: float = WIDTH - 2 * PAD) -> list[Row]:
        lines = wrapped(text, room, size, weight, most=most)
        return [Row(line, size, weight, whole=text if lines[-1].endswith("…") else "") for line in lines]

    def _facts(self, rule: StepRule, *, opened: bool, chosen: bool) -> Iterator[str]:
        say, words = self.say, self.words
        part = words.definition_of(rule.path)
        if opened and rule.after is not None:
            yield say("when", what=trigger_text(rule.after, words))
        if rule.condition is not None:
            yield say("if", what=condition_text(rule.condition, words))
        yield from self._lasts(part) if rule.kind == "stage" else self._who(rule, part)
        if rule.grouped:
            some = bool(rule.items_if) or not rule.items
            yield say("each_some") if some else say("each", count=len(rule.items))
        if rule.choose and not chosen:
            yield say("chosen" if rule.choose > 1 else "chosen_once", most=rule.choose)
        elif rule.choose > 1:
            yield say("again", most=rule.choose)
        if rule.times > 1 and part is not None and part.times > 1:
            yield say("again", most=rule.times)
        for option in ("only", "unless"):
            names = getattr(rule, option)
            if names:
                yield say(option, exits=", ".join(words.exit(name) for name in names))

    def _lasts(self, part: StepDef | None) -> Iterator[str]:
        if part and part.lasts:
            ends = {"least": part.lasts.at_least, "most": part.lasts.at_most}
            told = {end: self.saying.span(text) for end, text in ends.items() if text}
            yield self.say("lasts" if len(told) > 1 else f"lasts_{next(iter(told))}", **told)

    def _who(self, rule: StepRule, part: StepDef | None) -> Iterator[str]:
        say, words = self.say, self.words
        by = say("item") if rule.by == ITEM else words.role(rule.by or "")
        where = ""
        if rule.authority:
            label = self.saying.definition.authorities[rule.authority]
            where = ", " + say("run_by", name=words.of(label, rule.authority))
        yield by + where
        if rule.every:
            yield every_text(rule.every, words.language)
        elif rule.due:
            written = self.saying.due(part.due, rule.parent) if part and part.due else self.saying.span(rule.due)
            yield say("within", span=written)
