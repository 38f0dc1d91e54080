"""The same script on the pure core: one process, no server, a clock that jumps. What act three must equal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from demo.cast import Part, cast_of, schedule
from domain.calendar import STOCKHOLM
from domain.commands import Reenter
from domain.operations import OperationDef
from domain.people import THE_SYSTEM
from domain.rules import Rules
from domain.script import FIRST
from domain.simulation import Simulation
from domain.telling import command_of


def play(rules: Rules, operation: OperationDef, parts: Sequence[Part], *, until: date) -> dict[str, Simulation]:
    """Play every part to a day and return the pathways by name. Raises Refusal, ScriptError."""
    cast = cast_of(operation)
    played = {part.name: Simulation(rules, f"p-{part.name}") for part in parts}
    for of_day in schedule(parts).values():
        for part, places in of_day:
            simulation = played[part.name]
            for place in places:
                entry = part.told.entries[place]
                now = entry.instant(part.start)
                simulation.advance_to(now)
                command = command_of(
                    rules=rules, state=simulation.state, entry=entry, told=part.told, cast=cast,
                    frame=part.frame(operation), start=part.start, id=f"{part.referral}/{place}",
                )  # fmt: skip
                simulation.do(command, now)
                if part.again and place == 0:
                    reenter = Reenter(id=f"reenter/{simulation.pathway}", by=THE_SYSTEM, pathway=simulation.pathway)
                    played[part.again].do(reenter, now)
    for simulation in played.values():
        simulation.advance_to(datetime.combine(until, FIRST, STOCKHOLM))
    return played
