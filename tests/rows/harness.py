"""What the checks of all rows share: a programme and an operation as data, stories played on them, lines removed.

A check is a test function of ``tests/rows/test_NAME.py``: it takes a version and raises where the row doesn't hold. So
pytest puts the shipped version to it, and the mutations below put it to versions in which one line is another. Nothing
here needs pytest: ``python -m tests.rows`` runs the same for ``stegvis programme trace --mutate``.
"""

from __future__ import annotations

import copy
import importlib
import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from types import ModuleType, SimpleNamespace
from typing import Any, Literal, cast

from pydantic import ValidationError

from cli.nouns.operation import _show as show_operation
from cli.nouns.telling_programme import tell as show_programme
from cli.texts import Say
from domain.conditions import evaluate
from domain.errors import Refusal
from domain.events import EventType
from domain.format.compiling import compile_programme
from domain.format.linking import Linker
from domain.format.model import ProgrammeDef
from domain.format.reading import DefinitionError, Document, read
from domain.interpreter import State
from domain.operations import OperationDef
from domain.origins import origins
from domain.rules import ROOT, Rules
from domain.script import Frame, ScriptError, story
from domain.simulation import Simulation
from domain.stories import play
from service.publishing import Programme, operation_file, programme_file
from service.tracing import Row, place_of, rows_of

MONDAY = date(2020, 2, 3)
BROKEN = (AssertionError, Refusal, ScriptError, DefinitionError, ValidationError, KeyError, ValueError, IndexError)
"""What a check that is no longer met raises: its own assertion, or what the damaged version met on the way."""
Where = Literal["programme", "operation"]
Days = dict[int, list[Any]]


@dataclass(frozen=True)
class Version:
    """A version of a definition and of its operation, as data; stories begin with ``given``, on the day ``start``."""

    programme: dict[str, Any]
    operation_data: dict[str, Any]
    given: dict[str, Any]
    start: date = MONDAY

    @cached_property
    def definition(self) -> ProgrammeDef:
        """The definition. Raises ValidationError."""
        return ProgrammeDef.model_validate(self.programme)

    @cached_property
    def rules(self) -> Rules:
        """The rules. Raises DefinitionError."""
        return compile_programme(self.definition, Document(self.programme))

    @cached_property
    def operation(self) -> OperationDef:
        """The operation. Raises ValidationError."""
        return OperationDef.model_validate(self.operation_data)

    def play(
        self, days: Days, *, until: int | None = None, start: date | None = None, frame: Frame | None = None, **given: Any
    ) -> Simulation:  # fmt: skip
        """Play what staff do on days after a referral; a fact that is given as None stays unknown."""
        facts = {name: value for name, value in {**self.given, **given}.items() if value is not None}
        first = start or self.start
        told = story({"name": "row", "given": facts, "days": days})
        end = None if until is None else datetime.combine(first + timedelta(days=until), time(12), UTC)
        return play(self.rules, told, start=first, until=end, frame=frame)

    def after(self, days: Days, *, until: int | None = None, **given: Any) -> State:
        """Return the state after a story."""
        state = self.play(days, until=until, **given).state
        assert state is not None
        return state

    def refusal(self, days: Days, **given: Any) -> Refusal | None:
        """Return what a story was refused with, or None."""
        try:
            self.play(days, **given)
        except Refusal as refusal:
            return refusal
        return None

    def refused(self, days: Days, **given: Any) -> str | None:
        """Return the code with which a story was refused, or None."""
        refusal = self.refusal(days, **given)
        return refusal.code if refusal else None

    def day(self, number: int) -> date:
        """Return the day that lies so many days after the referral."""
        return self.start + timedelta(days=number)

    def covered(self, day: date) -> str | None:
        """Return why the operation takes no referral on a day, or None."""
        try:
            self.operation.covers(day)
        except Refusal as refusal:
            return refusal.code
        return None

    def planned(self, unit: str) -> float:
        """Return the planned number of a unit; there is one, or it isn't stated."""
        (found,) = [one.value for one in self.operation.planned if one.unit == unit]
        return found

    def figure(self, target: str, states: Sequence[State]) -> tuple[int, int]:
        """Return how many count and of how many, as a target says."""
        rule = self.definition.targets[target]
        base = [state for state in states if state.has_seen(rule.of)]
        return sum(state.has_seen(rule.count) for state in base), len(base)

    def counts(self, goal: str, state: State) -> bool:
        """Tell whether a person counts for a goal: any of its conditions holds."""
        linker = Linker(self.definition, Document(self.programme))
        parts = [linker.condition(part, ROOT, ()) for part in self.definition.goals[goal].counts]
        return any(evaluate(part, state) is True for part in parts)

    def origin(self, place: str, option: str) -> str | None:
        """Return where a number comes from: stated, elsewhere, house or unknown; None where there is no number."""
        found = {(one.place, one.option): one.origin for one in origins(self.definition)}
        return found.get((place, option))

    @cached_property
    def shown(self) -> str:
        """What ``programme show`` and ``operation show`` print, in both languages."""
        said = io.StringIO()
        source = json.dumps(self.programme, default=str, ensure_ascii=False)  # JSON is YAML
        with redirect_stdout(said):
            for language in ("sv", "en"):
                say = Say(language)
                show_operation(cast("Any", SimpleNamespace(say=say)), self.operation)
                show_programme(Programme(self.rules, self.definition, source), say)
        return said.getvalue()

    def shows(self, *texts: str) -> None:
        """Assert that each text is shown."""
        for text in texts:
            assert text in self.shown, text


def shipped(programme: str, operation: str, *, given: dict[str, Any], start: date = MONDAY) -> Version:
    """Return a programme and its operation as they ship."""
    return Version(
        read(programme_file(programme).read_text("utf-8")).data,
        read(operation_file(operation).read_text("utf-8")).data,
        given, start,
    )  # fmt: skip


def open_paths(state: State, *, prefix: str = "") -> set[str]:
    """Return what is open, groups and stages too."""
    return {one.path for one in state.open.values() if one.path.startswith(prefix)}


def open_items(state: State, path: str) -> dict[str, str]:
    """Return the open items of a group, each with the role that does it."""
    return {one.item: one.by or "" for one in state.open.values() if one.path == path and one.item}


def not_visited(programme: Programme) -> set[str]:
    """Return the steps, outcomes and exits that no example of a definition visits. Raises Refusal."""
    rules = programme.rules
    start = programme.definition.effective
    wanted = {f"exit.{name}" for name in rules.exits}
    for path, rule in rules.steps.items():
        wanted |= {f"{path}.opened", *(f"{path}.{outcome}" for outcome in rule.outcomes)}
    for example in programme.definition.examples:
        state = play(rules, story(example.model_dump()), start=start + timedelta(days=-start.weekday() % 7)).state
        assert state is not None
        wanted -= {ref for ref in wanted if state.has_seen(ref)}
    return wanted


def due_on(state: State, path: str) -> date | None:
    """Return the due day of the one open instance of a step."""
    (found,) = [one.due_on for one in state.open.values() if one.path == path]
    return found


def told(played: Simulation, about: str) -> list[str]:
    """Return the roles that were answered about something."""
    return [event.coded["to"] for event in played.events
            if event.type is EventType.TOLD and event.coded["about"] == about]  # fmt: skip


# ------------------------------------------------------------------------------------------- one line is another


@dataclass(frozen=True)
class Mutation:
    """A version in which one place, named by a row, is removed or another."""

    row: Row
    where: Where
    place: str
    change: bool

    def __str__(self) -> str:
        return f"{self.row.id}-{'change' if self.change else 'remove'}-{self.place}"

    def of(self, plain: Version, changes: dict[str, Any]) -> Version:
        """Return a version without the place, or with another value there."""
        data = copy.deepcopy({"programme": plain.programme, "operation": plain.operation_data})
        *above, last = place_of(self.place)
        node: Any = data[self.where]
        for part in above:
            node = node[part]
        if self.change:
            change = changes[self.place]
            node[last] = change(node[last]) if callable(change) else change
        else:
            del node[last]
        return replace(plain, programme=data["programme"], operation_data=data["operation"])


class Checks:
    """The checks of one programme's rows: a module with SHIPPED, CHANGES and the tests that the rows name."""

    def __init__(self, programme: str) -> None:
        self.module: ModuleType = importlib.import_module(f"tests.rows.test_{programme}")
        self.rows = rows_of(programme)
        self.shipped: Version = self.module.SHIPPED
        self.changes: dict[str, Any] = self.module.CHANGES

    def check(self, row: Row) -> Callable[[Version], None]:
        """Return the check of a row. Raises AttributeError where the test that it names doesn't exist."""
        check: Callable[[Version], None] = getattr(self.module, row.rule.test or "")
        return check

    def mutations(self) -> Iterator[Mutation]:
        """Yield each named place removed and, where CHANGES says to what, changed."""
        for row in self.rows:
            if row.rule.test is None:
                continue
            for where, places in (("programme", row.rule.programme), ("operation", row.rule.operation)):
                for place in places:
                    for change in (False, True) if place in self.changes else (False,):
                        yield Mutation(row, cast("Where", where), place, change)

    def mutated(self, mutation: Mutation) -> Version:
        """Return the version that a mutation makes."""
        return mutation.of(self.shipped, self.changes)

    def stays_green(self, mutation: Mutation) -> bool:
        """Tell whether the row's check is met by the damaged version too."""
        try:
            self.check(mutation.row)(self.mutated(mutation))
        except BROKEN:
            return False
        return True

    def compiles(self, mutation: Mutation) -> bool:
        """Tell whether the damaged version can be compiled, so that the check alone guards the line."""
        version = self.mutated(mutation)
        try:
            return bool(version.rules.hash and version.operation.operation)
        except (DefinitionError, ValidationError):
            return False
