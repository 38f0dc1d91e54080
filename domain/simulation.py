"""A pathway on a clock that skips: commands are decided at their instants, and time decides in between.

The same steps as the workflow's, without Temporal: for examples, property tests, taking over history, dry runs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.commands import Migrate, Tick, UndoMigration
from domain.events import Batch, Event
from domain.interpreter import State, advance, due
from domain.people import THE_SYSTEM
from domain.rules import parse

if TYPE_CHECKING:
    from datetime import datetime

    from domain.commands import Command
    from domain.rules import Rules


@dataclass(slots=True)
class Simulation:
    """One pathway; ``recorded_at`` is given when history is taken over: everything is recorded at that instant."""

    rules: Rules
    pathway: str
    recorded_at: datetime | None = None
    state: State | None = None
    batches: list[Batch] = field(default_factory=list)

    @property
    def events(self) -> list[Event]:
        """All events so far."""
        return [event for batch in self.batches for event in batch.events]

    def advance_to(self, instant: datetime) -> list[Event]:
        """Let time pass until an instant; every due instant on the way is decided at its own time."""
        told: list[Event] = []
        while self.state is not None and (at := due(self.state)) is not None and at <= instant:
            tick = Tick(id=f"tick/{self.state.seq}", by=THE_SYSTEM)
            told.extend(self._take(tick, at))
        return told

    def do(self, command: Command, now: datetime) -> list[Event]:
        """Let time pass until now, then decide a command. Raises Refusal; a refused command changes nothing."""
        self.advance_to(now)
        return self._take(command, now)

    def _take(self, command: Command, now: datetime) -> list[Event]:
        events, self.state = advance(
            rules=self.rules, state=self.state, command=command, now=now, recorded_at=self.recorded_at
        )
        if isinstance(command, Migrate | UndoMigration):
            self.rules = parse(command.rules)
        if events:
            self.batches.append(Batch(self.pathway, command.id, tuple(events)))
        return events
