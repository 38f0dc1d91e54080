"""A step told option by option: what it is called, then a sentence for each thing that its definition says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.format.model import ItemDef, StepDef
from domain.rules import AFTER_EXIT, ITEM, OWNER
from service.telling.spans import every_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.format.model import OutcomeDef
    from service.telling.saying import Saying


class StepTelling:
    """One step in sentences."""

    def __init__(self, saying: Saying, path: str, step: StepDef) -> None:
        self.s = saying
        self.say = saying.say
        self.words = saying.words
        self.path = path
        self.step = step
        self.parent = path.rpartition(".")[0]

    @property
    def title(self) -> str:
        """What the step is called, which kind of step it is, and its row."""
        kind = "stage" if self.step.steps else "decision" if self.step.decide else ""
        kinds = f" ({self.say(f'kind.{kind}')})" if kind else ""
        return f"{self.words.step(self.path)}{kinds}{self.s.source(self.step.source)}"

    def number(self, option: str, sentence: str) -> tuple[str, str]:
        """Return (option, sentence) of one that holds a number: with the sign that says where it comes from."""
        return option, self.s.marked(sentence, self.path, option)

    def sentences(self) -> Iterator[tuple[str, str]]:
        """Yield (option, sentence) for everything that is said of the step itself."""
        for told in (self.who(), self.opens(), self.several(), self.when(), self.late(), self.yields()):
            yield from told

    def who(self) -> Iterator[tuple[str, str]]:
        """Say who does it, and who may not."""
        step, say = self.step, self.say
        by = step.by or (OWNER if step.lasts and step.lasts.at_most else None)
        if by == ITEM:
            yield "by", say("by.item")
        elif by and not step.authority:
            kind = "stage" if step.steps else "decision" if step.decide else "record" if step.record else ""
            role = self.words.role(by)
            key = f"by.{kind}" if kind else "by"
            yield "by", _capital(say(key, role=role))
        if step.authority:
            label = self.s.definition.authorities[step.authority]
            role = self.words.role(by or OWNER)
            yield "authority", say("authority", name=self.words.of(label, step.authority), role=role)
        if step.present:
            yield "present", say("present", who=self.s.joined(self._somebody(one) for one in step.present))
        for option in ("not_by", "same_as"):
            given = getattr(step, option)
            if given:
                yield option, say(option, steps=self.s.steps(given, self.parent))

    def _somebody(self, name: str) -> str:
        roles = self.s.definition.roles
        return self.words.role(name) if name in roles else self.words.code(name)

    def opens(self) -> Iterator[tuple[str, str]]:
        """Say what opens it, and how often."""
        step, say = self.step, self.say
        if step.after is not None:
            key = "after.choose" if step.choose else "after.every" if step.every else "after"
            yield "after", say(key, what=self.s.trigger(step.after, self.parent))
        if step.condition is not None:
            alone = step.after is None and not step.choose
            yield "if", say("if.alone" if alone else "if", what=self.s.condition(step.condition, self.parent))
        if step.choose:
            key = "choose.once" if step.choose == 1 else "choose"
            yield self.number("choose", say(key, most=step.choose))
        elif step.after is None and step.condition is None and not step.every:
            if self.parent in ("", AFTER_EXIT):
                yield "after", say("opens.exit" if self.parent else "opens.referral")
            else:
                yield "after", say("opens.parent", step=self.words.step(self.parent))
        if step.times > 1:
            yield self.number("times", say("times", most=step.times))
        if step.every:
            yield self.number("every", say("every", span=every_text(step.every, self.words.language)))
        for option in ("only", "unless"):
            if getattr(step, option):
                yield option, say(option, exits=self.s.exits(getattr(step, option)))

    def several(self) -> Iterator[tuple[str, str]]:
        """Say for what each it is done."""
        step, say = self.step, self.say
        if isinstance(step.for_each, list):
            items = [
                say("for_each.if", item=self.words.item(self.path, one.item),
                    what=self.s.condition(one.condition, self.parent))
                if isinstance(one, ItemDef) else self.words.item(self.path, one)
                for one in step.for_each
            ]  # fmt: skip
            yield "for_each", say("for_each", items="; ".join(items) if len("".join(items)) > 120 else ", ".join(items))  # noqa: PLR2004 - a long list is read better with semicolons
        elif step.for_each and step.for_each.startswith("fact."):
            yield "for_each", say("for_each.fact", fact=self.words.fact(step.for_each[5:]))
        elif step.for_each:
            record = self.s.definition.records[step.for_each.partition(".")[0]]
            items = [
                self.words.of(record.labels.get(one) or self.s.definition.codes.get(one), one) for one in record.items
            ]
            yield "for_each", say("for_each", items=", ".join(items))
        if step.enough:
            yield self.number("enough", say("enough", count=step.enough))

    def when(self) -> Iterator[tuple[str, str]]:
        """Say how long it may take, and what it waits for."""
        step, say, s = self.step, self.say, self.s
        if step.waits_for:
            places = step.waits_for
            yield self.number("waits_for", say(
                "waits_for", pool=self.words.code(places.pool), waiting=s.due(places.waiting_due, self.parent),
                offer=s.due(places.offer_due, self.parent),
            ))  # fmt: skip
            for one in places.priority:
                yield "waits_for", say("rank", rank=one.rank, what=s.condition(one.condition, self.parent))
        if step.due:
            yield self.number("due", say("due", span=s.due(step.due, self.parent)))
        if step.lasts:
            ends = [end for end in ("at_least", "at_most") if getattr(step.lasts, end)]
            yield self.number(
                "lasts", " ".join(say(f"lasts.{end}", span=s.span(getattr(step.lasts, end))) for end in ends)
            )
        if step.not_before:
            span = s.due(step.not_before, self.parent)
            yield self.number("not_before", say("not_before", span=span))
        for ref, span in step.extended_by.items():
            what = s.refs([ref], self.parent)
            yield self.number("extended_by", say("extended_by", span=s.span(span), what=what))
        if step.at_due:
            yield "at_due", say("at_due", outcome=self.words.outcome(self.path, step.at_due))
        if step.stops:
            yield "stops", say("stops", what=s.refs(step.stops, self.parent))
        if step.never_paused:
            yield "never_paused", say("never_paused")

    def late(self) -> Iterator[tuple[str, str]]:
        """Say who is told, before and after the due day."""
        step, say = self.step, self.say
        if step.announce:
            yield "announce", say("announce")
        if step.remind:
            yield self.number("remind", say("remind", span=self.s.before(step.remind)))
        if step.overdue:
            yield self.number("overdue", say("overdue", rungs=self.s.ladder(step.overdue)))

    def yields(self) -> Iterator[tuple[str, str]]:
        """Say what is registered, and whether it has to be done."""
        step, say = self.step, self.say
        if step.record:
            yield "record", say("record", record=self.words.record(step.record))
        for option in ("hours", "view", "confirms"):
            if getattr(step, option):
                yield option, say(option)
        if isinstance(step.required, dict):
            yield "required", say("required.if", what=self.s.condition(step.required, self.parent))
        elif not step.required:
            yield "required", say("required")
        if step.reasons:
            yield "reasons", say("reasons", codes=self.s.codes(step.reasons))
        if step.tell:
            yield "tell", say("tell", roles=self.s.roles(step.tell))

    def outcomes(self) -> Iterator[tuple[str, str]]:
        """Yield (name, line) for every outcome of a decision."""
        for name, outcome in (self.step.decide or {}).items():
            told = "; ".join((*self._outcome(outcome), *self._leads(name)))
            label = self.words.outcome(self.path, name)
            yield name, f"{label}: {told}" if told else label

    def _leads(self, name: str) -> Iterator[str]:
        opened = self.s.opened_by.get(f"{self.path}.{name}", ())
        if opened:
            yield self.say("outcome.leads", steps=self.s.joined(f'"{self.words.step(path)}"' for path in opened))

    def _outcome(self, outcome: OutcomeDef) -> Iterator[str]:
        say = self.say
        if outcome.needs == "eligible":
            yield say("outcome.eligible")
        elif outcome.needs is not None:
            yield say("outcome.needs", what=self.s.condition(outcome.needs, self.parent))
        if outcome.exception:
            yield say("outcome.exception", role=self.words.role(outcome.exception))
        if outcome.exit:
            yield say("outcome.exit", exit=self.words.exit(outcome.exit))
        if outcome.reasons:
            yield say("outcome.reasons", codes=self.s.codes(outcome.reasons))
        if outcome.tell:
            yield say("outcome.tell", roles=self.s.roles(outcome.tell))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
