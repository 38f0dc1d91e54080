"""What stands after everything that happened in a story: open steps with who and by when, and the notices promised.

A line for each batch: the day, what was done (``time`` when time decided), every open step as ``step who day``, and
after a semicolon the notices. Days are counted from the referral; ``=`` says that what is open stayed as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.calendar import local_day
from domain.events import Batch, EventType
from domain.interpreter.evolve import TICK, apply, evolve

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from domain.interpreter.state import Instance, State
    from domain.script import Entry
    from domain.simulation import Simulation

NO_WORK = ("stage", "group")
TIME = "time"
SAME = "="


def trace(played: Simulation, entries: Sequence[Entry], start: date) -> list[str]:
    """Return the lines of a story that was played from a day."""
    lines: list[str] = []
    state: State | None = None
    before = ""
    said = iter([entry for entry in entries if entry.refused is None])
    for batch in played.batches:
        for event in batch.events:
            if state is None:
                state = evolve(None, event, pathway=played.pathway)
            else:
                apply(state, event)
        if state is None:
            continue
        day = (local_day(batch.events[-1].recorded_at) - start).days
        what = TIME if batch.command_id.startswith(TICK) else str(next(said))
        now = ", ".join(_open(one, start) for one in state.open.values() if _is_work(one))
        told = ", ".join(_told(batch))
        lines.append(f"{day} {what}: {SAME if now == before else now or '-'}{'; ' + told if told else ''}")
        before = now
    return lines


def _is_work(one: Instance) -> bool:
    return one.kind not in NO_WORK or one.due_on is not None


def _open(one: Instance, start: date) -> str:
    name = one.path.rsplit(".", 1)[-1] + (f"[{one.item}]" if one.item else "")
    due = (one.due_on - start).days if one.due_on else "-"
    return f"{name} {one.person or one.by or 'owner'} {due}"


def _told(batch: Batch) -> list[str]:
    found = []
    for event in batch.events:
        if event.type is EventType.TOLD:
            about = (event.coded.get("key") or event.coded.get("about") or "").partition("#")[0].rsplit(".", 1)[-1]
            found.append(f"{event.coded['kind']} {about} to {event.coded['to']}")
    return found
