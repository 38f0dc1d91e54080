"""Playing a story on the pure core: what ``check`` does with examples and tests with the demonstration's script."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.script import Cast, Entry, Frame, ScriptError, Story
from domain.simulation import Simulation
from domain.telling import command_of

if TYPE_CHECKING:
    from datetime import datetime

    from domain.commands import Command
    from domain.rules import Rules


MONDAY = 0


def first_monday(day: date) -> date:
    """Return the first Monday from a day on: examples begin with a week."""
    return day + timedelta(days=(MONDAY - day.weekday()) % 7)


def cast_of(rules: Rules) -> Cast:
    """Return a cast with two people for every role, so that two can decide where one may not decide alone."""
    return Cast({f"{role}_{place}": (role,) for role in rules.roles for place in ("one", "two")})


def frame_of(rules: Rules, name: str) -> Frame:
    """Return a frame of made-up ids."""
    return Frame(f"p-{name}", rules.programme, "example", f"r-{name}", f"person-{name}", "unit", "owner_one")


def play(
    rules: Rules, told: Story, *, start: date, cast: Cast | None = None, frame: Frame | None = None,
    until: datetime | None = None,
) -> Simulation:  # fmt: skip
    """Play a story on the pure core from a day, and let time pass until an instant. Raises Refusal, ScriptError."""
    cast = cast or cast_of(rules)
    frame = frame or frame_of(rules, "example")
    simulation = Simulation(rules, frame.pathway)
    for index, entry in enumerate(told.entries):
        now = entry.instant(start)
        simulation.advance_to(now)
        command = command_of(
            rules=rules, state=simulation.state, entry=entry.plain, told=told, cast=cast, frame=frame, start=start,
            id=f"{frame.referral}/{index}",
        )  # fmt: skip
        if entry.refused is None:
            simulation.do(command, now)
        else:
            _refused(simulation, command, now, entry)
    if until is not None:
        simulation.advance_to(until)
    return simulation


def _refused(simulation: Simulation, command: Command, now: datetime, entry: Entry) -> None:
    """Ask for what has to be refused. Raises Refusal where it is for another reason, ScriptError where it isn't."""
    try:
        simulation.do(command, now)
    except Refusal as refusal:
        if refusal.code != entry.refused:
            raise
    else:
        raise ScriptError("story_not_refused", day=entry.day, entry=entry, code=entry.refused)
