"""A whole definition told: sections from the house rules to the last follow-up. Nothing of it is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from domain.rules import AFTER_EXIT
from service.telling.saying import Saying
from service.telling.spans import every_text
from service.telling.steps import StepTelling
from service.telling.values import fact_parts, field_parts

if TYPE_CHECKING:
    from domain.format.model import ExampleDef, StepDef
    from service.wording import Words


@dataclass(frozen=True, slots=True)
class Item:
    """One thing told: its place, how deep it stands, what it is called, and what is said of it, option by option."""

    place: str
    title: str
    depth: int = 0
    sentences: tuple[tuple[str, str], ...] = ()
    lines: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """What is said of it, as one paragraph."""
        return " ".join(text for _, text in self.sentences)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the telling; ``intro`` stands before its items."""

    name: str
    title: str
    items: tuple[Item, ...]
    intro: tuple[str, ...] = field(default=())


def sections(words: Words) -> list[Section]:
    """Return everything that a definition says, those sections that have something in them."""
    return [section for section in _Whole(words).sections() if section.items]


def title_and_about(words: Words, version: str) -> list[str]:
    """Return what stands above the sections."""
    definition, saying = words.definition, Saying(words)
    name = definition.programme.replace("_", " ")
    return [
        words.of(definition.name, name),
        saying.say("version", name=name, version=version, day=definition.effective, format=definition.format),
        words.of(definition.about, ""),
    ]


class _Whole:
    def __init__(self, words: Words) -> None:
        self.words = words
        self.s = Saying(words)
        self.say = self.s.say
        self.d = words.definition

    def sections(self) -> Iterator[Section]:
        """Yield every section, house rules first."""
        yield self.section("house", self.house())
        yield self.section("unknown", (Item("unknown", self.s.text(one)) for one in self.d.unknown))
        yield self.section("roles", (Item(name, self.words.role(name)) for name in self.d.roles))
        yield self.section("authorities", (Item(name, self.s.text(one)) for name, one in self.d.authorities.items()))
        yield self.section("eligible", (
            Item(f"eligible.{place}", self.s.condition(one) + self.s.source(one.get("source")))
            for place, one in enumerate(self.d.eligible)
        ))  # fmt: skip
        yield self.section("steps", self.steps(self.d.steps, "", 0), intro=(self.say("marks"),))
        yield self.section("happenings", self.happenings())
        yield self.section("watch", self.watch())
        yield self.section("exits", self.exits())
        yield self.section("after_exit", self.steps(self.d.after_exit, AFTER_EXIT, 0))
        yield self.section("milestones", (
            Item(name, self.words.milestone(name), 0, (
                ("if", self.say("milestone", what=self.s.condition(one)) + self.s.source(one.get("source"))),
            ))
            for name, one in self.d.milestones.items()
        ))  # fmt: skip
        yield self.section("targets", self.targets())
        yield self.section("goals", (
            Item(name, self.words.of(one.label, name) + self.s.source(one.source), 0, (
                ("counts", self.say("goal", what=self.s.joined((self.s.condition(part) for part in one.counts), "or"))),
            ))
            for name, one in self.d.goals.items()
        ))  # fmt: skip
        yield self.section("facts", (
            Item(name, self.words.fact(name) + self.s.source(one.source), 0, tuple(fact_parts(self.s, one)))
            for name, one in self.d.facts.items()
        ))  # fmt: skip
        yield self.section("records", self.records())
        yield self.section("examples", (Item(one.name, one.name, 0, self.example(one)) for one in self.d.examples))
        yield self.section("rows", (Item(name, f"{name}: {_flat(one)}") for name, one in self.d.rows.items()))

    def section(self, name: str, items: Iterator[Item], intro: tuple[str, ...] = ()) -> Section:
        """Return a section under its head."""
        return Section(name, self.say(f"head.{name}"), tuple(items), intro)

    def house(self) -> Iterator[Item]:
        """Tell the programme's own decisions."""
        for place, one in enumerate(self.d.house):
            text = self.say("house", text=self.s.text(one), by=self.s.text(one.by), on=one.on, why=self.s.text(one.why))
            covers = self.s.joined(self.s.option(name) for name in one.covers)
            said = (("covers", self.say("covers", what=covers)),) if one.covers else ()
            yield Item(f"house.{place}", text, 0, said)

    def steps(self, parts: dict[str, StepDef], parent: str, depth: int) -> Iterator[Item]:
        """Tell steps in file order, each with what is inside it."""
        for name, step in parts.items():
            path = f"{parent}.{name}" if parent else name
            told = StepTelling(self.s, path, step)
            yield Item(path, told.title, depth, tuple(told.sentences()), tuple(told.outcomes()))
            yield from self.steps(step.steps or {}, path, depth + 1)

    def happenings(self) -> Iterator[Item]:
        """Tell what may happen, who says so, and what it leads to."""
        for name, one in self.d.happenings.items():
            said = [("by", self.say("happening.by", roles=self.s.roles(one.by)))]
            if one.condition is not None:
                said.append(("if", self.say("happening.if", what=self.s.condition(one.condition))))
            if one.exit:
                said.append(("exit", self.say("happening.exit", exit=self.words.exit(one.exit))))
            yield Item(name, self.words.happening(name), 0, tuple(said))

    def watch(self) -> Iterator[Item]:
        """Tell the standing step, the review, and what else holds for everybody."""
        watch, review, s = self.d.watch, self.d.review, self.s
        late = [("overdue", self.say("overdue", rungs=s.ladder(watch.overdue)))]
        if watch.moved_by:
            late.insert(0, ("moved_by", self.say("watch.moved_by", what=s.refs(watch.moved_by, ""))))
        often = every_text(watch.every, self.words.language)
        every = s.marked(self.say("watch.every", span=often), "watch", "watch")
        yield Item("watch.every", every, 0, tuple(late))
        pause = s.marked(self.say("watch.pause", span=s.span(watch.pause_at_most)), "watch", "watch")
        reasons = self.say("watch.reasons", codes=s.codes(watch.pause_reasons))
        yield Item("watch.pause", pause, 0, (("pause_reasons", reasons),))
        text = self.say("review", role=self.words.role(review.by), span=s.due(review.due, ""))
        rungs = (("overdue", self.say("overdue", rungs=s.ladder(review.overdue))),) if review.overdue else ()
        yield Item("review", s.marked(text, "review", "review"), 0, rungs)
        again = self.say("reopen", span=s.span(self.d.reopen_within))
        yield Item("reopen_within", s.marked(again, "reopen_within", "reopen_within"))
        if self.d.resend:
            kinds = s.joined(self.say(f"resend.{one}") for one in self.d.resend)
            yield Item("resend", s.marked(self.say("resend", kinds=kinds), "resend", "resend"))

    def exits(self) -> Iterator[Item]:
        """Tell every reason to leave."""
        for name, one in self.d.exits.items():
            said = [("class", self.say(f"class.{one.cls}"))]
            if one.hand_over:
                said.append(("hand_over", self.say("hand_over", role=self.words.role(one.hand_over))))
            if one.tell:
                said.append(("tell", self.say("exit.tell", roles=self.s.roles(one.tell))))
            yield Item(name, self.words.exit(name) + self.s.source(one.source), 0, tuple(said))

    def targets(self) -> Iterator[Item]:
        """Tell the targets with their bases."""
        for name, one in self.d.targets.items():
            count, of = (self.s.refs([ref], "") for ref in (one.count, one.of))
            said = [("target", self.say("target", share=one.at_least, count=count, of=of))]
            if one.split:
                said.append(("split", self.say("split", fact=self.words.fact(one.split))))
            yield Item(name, self.words.of(one.label, name) + self.s.source(one.source), 0, tuple(said))

    def records(self) -> Iterator[Item]:
        """Tell what is observed together, with its scales."""
        for name, one in self.d.records.items():
            labels = [self.words.of(one.labels.get(item) or self.d.codes.get(item), item) for item in one.items]
            said = (("for", self.say("items", items=", ".join(labels))),) if labels else ()
            lines = tuple(
                (field, f"{self.words.field(name, field)}{self.s.source(part.source)}: "
                 + "; ".join(text for _, text in field_parts(self.s, name, part)))
                for field, part in one.fields.items()
            )  # fmt: skip
            yield Item(name, self.words.record(name) + self.s.source(one.source), 0, said, lines)

    def example(self, one: ExampleDef) -> tuple[tuple[str, str], ...]:
        """Tell how long an example is and how it ends; ``programme examples`` plays it line by line."""
        ends = "; ".join(self._ends(one.expect))
        return (("expect", self.say("example", count=sum(len(day) for day in one.days.values()), ends=ends)),)

    def _ends(self, expect: dict[str, Any]) -> Iterator[str]:
        for what, value in expect.items():
            match what:
                case "exit":
                    yield self.say("example.exit", exit=self.words.exit(value)) if value else self.say("nothing")
                case "milestones":
                    names = self.s.joined(self.words.milestone(name) for name in value) or self.say("nothing")
                    yield self.say("example.milestones", names=names)
                case "open":
                    names = self.s.joined(self._step(name) for name in value) or self.say("nothing")
                    yield self.say("example.open", steps=names)
                case "class":
                    yield self.say(f"class.{value}")
                case "sealed":
                    names = self.s.joined(self.words.fact(name) for name in value) or self.say("nothing")
                    yield self.say("example.sealed", names=names)
                case _:
                    yield self.say(f"example.{'' if value else 'not_'}{what}")

    def _step(self, name: str) -> str:
        paths = [path for path in self.s.linker.names.endings if path.rsplit(".", 1)[-1] == name]
        return f'"{self.words.step(paths[0])}"' if paths else self.words.step(name)


def _flat(value: Any) -> str:
    """Return notes as one line."""
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_flat(one)}" for key, one in value.items())
    return ", ".join(map(_flat, value)) if isinstance(value, list) else str(value)
