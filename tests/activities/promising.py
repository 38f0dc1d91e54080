"""Pathways with a notice that became due."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from records import ledger
from tests.records.builders import NOW, Story, World, opened, told

DUE = NOW + timedelta(days=3)


async def promised(world: World, place: int = 0, **more: Any) -> tuple[Story, int]:
    """Return a story with an open step, and the notice that it promised to anna, the owner."""
    story = await world.pathway(place)
    notice = told("plan#1", **{"due_on": DUE.date().isoformat(), **more})
    receipt = await story.refer(opened("plan#1", due=DUE), notice)
    return story, receipt.notices[0]


async def row(world: World, notice: int) -> ledger.Notice:
    """Return what the ledger says of a notice."""
    return next(each for each in await ledger.notices(world.pool) if each.id == notice)
