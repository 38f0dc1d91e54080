"""Playing a case on the pure core, and saying what stands after everything that happened."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from domain.calendar import STOCKHOLM, end_of
from domain.commands import Command, Migrate, Reenter, UndoMigration
from domain.errors import Refusal
from domain.events import Event
from domain.format.compiling import compile_programme
from domain.format.model import ProgrammeDef
from domain.format.reading import DefinitionError, Document, read
from domain.format.shapes import problems_of
from domain.interpreter import State, fold
from domain.migration.reading import read_mapping
from domain.people import THE_SYSTEM, Actor
from domain.rules import Rules, canonical
from domain.script import Entry, Story, story
from domain.simulation import Simulation
from domain.stories import cast_of, frame_of
from domain.telling import command_of
from domain.traces import trace
from tests.matrix.reading import Case
from tests.unit.small import BASE, LABEL, MONDAY, short

MANAGER = Actor("manager_one", ("manager",), "demo")
SYSTEMS_OWN = ("migrate", "undo", "reenter")  # sentences beside those of stories
TAKEN = "taken"


@dataclass
class Told:
    """A case that was played: the pathway, and the sentences that were taken."""

    simulation: Simulation
    start: date
    entries: list[Entry]

    @property
    def state(self) -> State:
        """The state in the end."""
        assert self.simulation.state is not None
        return self.simulation.state

    @property
    def lines(self) -> list[str]:
        """What stands after each batch."""
        return trace(self.simulation, self.entries, self.start)


@cache
def _base() -> Any:
    return read(BASE.replace("~", LABEL)).data


@cache  # a case is played several times: to its end, to every sentence that is tried, and back
def compiled(steps: str, more: str = "") -> Rules:
    """Compile the base with steps and with more laid over it. Raises DefinitionError."""
    inside = read(f"steps:\n{_indented(steps)}".replace("~", LABEL)).data
    over = read(more.replace("~", LABEL)).data if more.strip() else {}
    document = Document(_laid_over(_laid_over(_base(), inside), over))
    try:
        definition = ProgrammeDef.model_validate(document.data)
    except ValidationError as error:
        raise DefinitionError(problems_of(document, error)) from error
    return compile_programme(definition, document)


def _indented(steps: str) -> str:
    return "\n".join(f"  {line}" for line in steps.splitlines())


def _laid_over(base: Any, fragment: Any) -> Any:
    if not (isinstance(base, dict) and isinstance(fragment, dict)):
        return fragment
    return {**base, **{key: _laid_over(base[key], part) if key in base else part for key, part in fragment.items()}}


def play(case: Case) -> Told:
    """Play a case to its end; the sentence that is to be refused is left out. Raises Refusal."""
    player = _Player(case)
    entries = player.entries[:-1] if case.refused else player.entries
    for entry in entries:
        player.take(entry)
    if case.refused:
        player.told.simulation.advance_to(player.entries[-1].instant(player.told.start))
    if case.until is not None:
        player.told.simulation.advance_to(end_of(player.told.start + timedelta(days=case.until)))
    return player.told


def refusal(case: Case, told: Told) -> Refusal | None:
    """Return how the last sentence of a case is refused; nothing may have changed then."""
    return tried(case, told, _entries(case)[-1])


def tried(case: Case, told: Told, entry: Entry) -> Refusal | None:
    """Try a sentence on a copy, where a case has ended. A refusal changes nothing."""
    before = told.simulation
    copy = Simulation(before.rules, before.pathway, state=before.state, batches=list(before.batches))
    player = _Player(case, Told(copy, told.start, list(told.entries)))
    stood = copy.state
    try:
        player.take(entry)
    except Refusal as refused:
        assert copy.state == stood
        return refused
    return None


def tries(case: Case) -> list[tuple[str, Entry]]:
    """Return the sentences that are tried in the end, a minute after the last one."""
    last = max([*case.days, *case.after, case.until or 0])
    found = []
    for sentence in case.tries:
        one = _entry(last, 30, _mapping(sentence))
        found.append((sentence, one))
    return found


def taken_back(case: Case, told: Told) -> Told:
    """Take the migration of a case back on a copy, at once or in the end. Raises Refusal."""
    if case.back_at_the_end:
        day = max(told.entries[-1].day, case.until or 0)
        copy = told.simulation
        again = Told(Simulation(copy.rules, copy.pathway, state=copy.state, batches=list(copy.batches)), told.start,
                     list(told.entries))  # fmt: skip
        player = _Player(case, again)
        player.take(Entry(day, 59, "undo"))
        return again
    player = _Player(case)
    for entry in player.entries:
        player.take(entry)
        if entry.verb == "migrate":
            player.take(Entry(entry.day, entry.order + 1, "undo"))
            break
    return player.told


def plain(state: State) -> State:
    """Return what a state means: without its numbers of commands and events."""
    return replace(state, seq=0, commands={}, undo=None)


class _Player:
    def __init__(self, case: Case, told: Told | None = None) -> None:
        self.case = case
        self.rules = compiled(case.old or case.steps, case.old_more or case.more)
        pathway = frame_of(self.rules, "case").pathway
        self.told = told or Told(Simulation(self.rules, pathway), case.start or MONDAY, [])
        self.entries = _entries(case)

    def take(self, entry: Entry) -> None:
        """Take a sentence; what time decides before it comes first. Raises Refusal."""
        now = entry.instant(self.told.start)
        self.told.simulation.advance_to(now)
        self.told.simulation.do(self._command(entry, now), now)
        self.told.entries.append(entry)

    def _command(self, entry: Entry, now: datetime) -> Command:
        name = f"{len(self.told.entries)}"
        if entry.verb == "migrate":
            new = compiled(self.case.new or self.case.old, self.case.new_more or self.case.more)
            mapping = read_mapping(self.case.mapping, self.told.simulation.rules, new)
            return Migrate(id=f"migrate/{name}", by=MANAGER, rules=canonical(new), mapping=mapping)
        if entry.verb == "undo":
            return UndoMigration(id=f"undo/{name}", by=MANAGER, rules=canonical(self.rules))
        if entry.verb == "reenter":
            return Reenter(id=f"reenter/{name}", by=THE_SYSTEM, pathway="p-again")
        more = dict(entry.more)
        made = more.pop("made", None)
        rules = self.told.simulation.rules
        command = command_of(
            rules=rules, state=self.told.simulation.state, entry=replace(entry, more=more),
            told=Story("case", self.case.given, ()), cast=cast_of(rules), frame=frame_of(rules, "case"),
            start=self.told.start, id=f"case/{name}",
        )  # fmt: skip
        return command if made is None else command.model_copy(update={"id": _id_made(now + timedelta(days=made))})


def _id_made(at: datetime) -> str:
    """Return a UUIDv7 that was made at an instant."""
    return str(UUID(int=int(at.timestamp() * 1000) << 80 | 0x7 << 76 | 0x8 << 60 | 1))


def _entries(case: Case) -> list[Entry]:
    days = {0: [], **case.days}
    refer = [] if case.days.get(0) and str(case.days[0][0]).startswith("refer") else ["refer"]
    days[0] = [*refer, *days[0]]
    found = [_entry(day, order, item) for day, items in days.items() for order, item in enumerate(items)]
    if case.on is not None:
        found.append(_entry(case.on, 50, "migrate"))
    found += [_entry(day, 51 + order, item) for day, items in case.after.items() for order, item in enumerate(items)]
    return sorted(found, key=lambda entry: (entry.day, entry.order))


def _entry(day: int, order: int, item: Any) -> Entry:
    if isinstance(item, str) and item in SYSTEMS_OWN:
        return Entry(day, order, item)
    (one,) = story({"name": "one", "days": {day: [item]}}).entries
    return replace(one, order=order)


def _mapping(sentence: str) -> Any:
    """Read a sentence that is tried: plain words, or a mapping in braces."""
    return read(sentence).data if sentence.startswith("{") else sentence


def told_events(told: Told) -> list[str]:
    """Return every event as a line: type, name, and all that a case may ask of it."""
    return [_line(event, told.start) for event in told.simulation.events]


def _line(event: Event, start: date) -> str:
    local = event.recorded_at.astimezone(STOCKHOLM)
    more = {
        **event.coded, "at": f"{local:%H:%M}", "day": (local.date() - start).days,
        "on": (event.occurred_on - start).days, "who": event.actor.staff, "rule": event.cause.rule,
    }  # fmt: skip
    return " ".join([*short([event]), *(f"{key}={value}" for key, value in more.items())])


def comes_in_order(wanted: tuple[str, ...], events: list[str]) -> str | None:
    """Return the first line that doesn't come, after those before it, or None."""
    rest = iter(events)
    for line in wanted:
        parts = line.split()
        bare = [part for part in parts if "=" not in part]
        if not any(_is(one, bare, parts[len(bare) :]) for one in rest):
            return line
    return None


def _is(event: str, bare: list[str], more: list[str]) -> bool:
    words = event.split(" ")
    named = [word for word in words[:2] if "=" not in word]
    return named[: len(bare)] == bare and all(f" {part} " in f"{event} " for part in more)


def folded(told: Told) -> State | None:
    """Return the state that the whole log folds to."""
    return fold(told.simulation.pathway, told.simulation.events)


_NAME = re.compile(r"[a-z][a-z_]*")


def shape(case: Case) -> str:
    """Return a case with its steps' names and its numbers levelled: equal shapes are copies."""
    steps = f"{case.steps}\n{case.old}\n{case.new}\n{case.more}\n{case.old_more}\n{case.new_more}"
    story_ = repr([case.days, case.on, case.after, case.given, case.refused, case.invalid, *case.then, *case.tries])
    text = f"{steps}\n{case.mapping}\n{story_}"
    names: dict[str, str] = {}
    for found in re.finditer(r"(?m)(?:^|[{,])\s*([a-z][a-z_]*):(?=\s*(?:\{|$))", steps):
        names.setdefault(found[1], f"name{len(names)}")
    for known in ("steps", "decide", "after"):
        names.pop(known, None)
    levelled = _NAME.sub(lambda found: names.get(found[0], found[0]), text)
    return re.sub(r"\s+", " ", re.sub(r"\d+", "0", levelled))
