"""A programme told in plain words: what the house decided, what is unknown, then the path to the last follow-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli import output
from domain.format.linking import Linker
from domain.origins import origins
from domain.rules import AFTER_EXIT, ITEM, ROOT
from service.reading import condition_text, trigger_text
from service.wording import Words

if TYPE_CHECKING:
    from cli.texts import Say
    from domain.format.model import GoalDef, LastsDef
    from domain.rules import Rules, Rung, StepRule
    from service.publishing import Programme


def tell(programme: Programme, say: Say) -> None:
    """Print a programme."""
    _Teller(programme, say).whole()


class _Teller:
    def __init__(self, programme: Programme, say: Say) -> None:
        self.rules: Rules = programme.rules
        self.definition = programme.definition
        self.words = Words(programme.source, say.language)
        self.say = say
        self.origins = {(one.place, one.option): one for one in origins(self.definition)}

    def whole(self) -> None:
        """Print everything, house values first."""
        say, words, definition = self.say, self.words, self.definition
        output.line(words.of(definition.name, definition.programme))
        output.line(say("programme.version", version=self.rules.hash, day=definition.effective))
        output.line(words.of(definition.about, ""))
        self.part(
            "programme.house", [f"{words.of(one, '')} ({one.by}, {one.on}: {one.why})" for one in definition.house]
        )
        self.part("programme.unknown", [words.of(one, "") for one in definition.unknown])
        self.part("programme.roles", [f"{words.role(name)} ({name})" for name in self.rules.roles])
        watch = self.rules.watch
        limits = say("programme.watch", every=self.span(watch.every), pause=self.span(watch.pause_at_most))
        self.part("programme.watched", [limits + self.ladder(watch.overdue)])
        self.part("programme.eligible", [condition_text(one, words) + self.row(one) for one in definition.eligible])
        output.head(say("programme.path"))
        output.line(say("programme.marks"))
        for rule in self.rules.steps.values():
            if not rule.parent.startswith(AFTER_EXIT):
                self.step(rule)
        self.part("programme.milestones", [
            f"{words.milestone(name)}: {condition_text(condition, words)}{self.row(definition.milestones[name])}"
            for name, condition in self.rules.milestones.items()
        ])  # fmt: skip
        self.part("programme.exits", [
            f"{words.exit(name)} ({say(f'class.{rule.cls}')})" + (
                say("programme.hands_over", role=words.role(rule.hand_over)) if rule.hand_over else "")
            for name, rule in self.rules.exits.items()
        ])  # fmt: skip
        output.head(say("programme.after_exit"))
        for rule in self.rules.after_exit:
            self.step(rule)
        self.part("programme.targets", [
            f"{words.of(one.label, name)}: {one.at_least} [{one.source}]" for name, one in definition.targets.items()
        ])  # fmt: skip
        self.part("programme.goals", [
            f"{words.of(one.label, name)}: {say('programme.counts')} "
            + say("programme.or").join(condition_text(part, words) for part in self.counts(one))
            + f" [{one.source}]"
            for name, one in definition.goals.items()
        ])  # fmt: skip

    def part(self, title: str, texts: list[str]) -> None:
        """Print a titled list, if there is anything in it."""
        if not texts:
            return
        output.head(self.say(title))
        for text in texts:
            output.line(f"  - {text}")

    def counts(self, goal: GoalDef) -> list[dict[str, Any]]:
        """Return what counts for a goal, with its names resolved."""
        linker = Linker(self.definition, self.words.document)
        return [linker.condition(part, ROOT, ()) for part in goal.counts]

    def row(self, part: dict[str, object]) -> str:
        """Return the description's row of a condition."""
        return f" [{part['source']}]" if part.get("source") else ""

    def step(self, rule: StepRule) -> None:
        """Print one step with what opens it, who does it, by when, and what follows when nobody does."""
        say, words = self.say, self.words
        definition = words.definition_of(rule.path)
        depth = rule.path.removeprefix(f"{AFTER_EXIT}.").count(".")
        origin = f" [{definition.source}]" if definition and definition.source else ""
        text = f"{'  ' * (depth + 1)}{words.step(rule.path)}{origin}"
        said = [text]
        if rule.by:
            said.append(say("programme.by_item") if rule.by == ITEM else words.role(rule.by))
        if rule.authority:
            label = self.definition.authorities[rule.authority]
            said.append(say("programme.authority", name=words.of(label, rule.authority)))
        if rule.after is not None:
            said.append(say("programme.after", what=trigger_text(rule.after, words)))
        if rule.condition is not None:
            said.append(say("programme.if", what=condition_text(rule.condition, words)))
        if rule.choose:
            said.append(say("programme.choose", most=rule.choose))
        if rule.every:
            said.append(say("programme.every", span=self.span(rule.every)) + self.mark(rule.path, "every"))
        elif definition and definition.lasts:
            said.append(self.lasts(definition.lasts) + self.mark(rule.path, "lasts"))
        elif rule.due:
            said.append(say("programme.due", span=self.span(rule.due)) + self.mark(rule.path, "due"))
        if rule.grouped:
            said.append(say("programme.each", items=", ".join(words.item(rule.path, one) for one in rule.items)))
        output.line(" · ".join(said) + self.ladder(rule.overdue))
        for name, outcome in rule.outcomes.items():
            needs = say("programme.needs", what=condition_text(outcome.needs, words)) if outcome.needs else ""
            leads = say("programme.leads", exit=words.exit(outcome.exit)) if outcome.exit else ""
            output.line(f"{'  ' * (depth + 2)}→ {words.outcome(rule.path, name)}{leads}{needs}")

    def lasts(self, length: LastsDef) -> str:
        """Return how long a stage lasts."""
        least, most = (self.span(text) if text else None for text in (length.at_least, length.at_most))
        key = "programme.lasts_between" if least and most else None
        key = key or ("programme.lasts_least" if least else "programme.lasts_most")
        return self.say(key, least=least, most=most)

    def mark(self, path: str, option: str) -> str:
        """Return the sign behind a number that the house decided, or that nobody has explained."""
        found = self.origins.get((path, option))
        if found is None or found.origin in ("stated", "elsewhere"):
            return f" [{found.source}]" if found and found.source else ""
        return "*" if found.origin == "house" else "?"

    def ladder(self, rungs: tuple[Rung, ...]) -> str:
        """Return who is told when a step is late."""
        return "".join(
            self.say("programme.rung", span=self.span(rung.after), role=self.words.role(rung.tell)) for rung in rungs
        )

    def span(self, text: str) -> str:
        """Return a length of time, or a due rule, in words."""
        if self.say.language != "sv":
            return text
        for english, swedish in _SPANS:
            text = text.replace(english, swedish)
        return text


_SPANS = (
    ("working days", "arbetsdagar"), ("working day", "arbetsdag"), ("days", "dagar"), ("day", "dag"),
    ("weeks", "veckor"), ("week", "vecka"), ("months", "månader"), ("month", "månad"), ("years", "år"), ("year", "år"),
    ("after referral", "efter remissen"), ("after exit", "efter avslutet"),
    ("after stage", "efter att steget öppnats"), ("after", "efter"),
)  # fmt: skip
