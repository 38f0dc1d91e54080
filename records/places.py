"""Giving places: under a lock of the pool, whoever is next in line gets what is free, and their pathway is told.

``domain.places`` says who is next. A place counts as taken from the moment at which it is kept for somebody, and only
two things end that: the waiting is recorded as done (the person was offered the place), or the pathway refuses the
command. So there are never more taken than there are, whatever comes at the same time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

import asyncpg

from domain.calendar import local_day
from domain.commands import Happen
from domain.format.names import PLACE, WAITING
from domain.people import THE_SYSTEM
from domain.places import Allotted, InLine, Pool, allot
from records import database
from records.database import Connection, Executor
from records.queries import Queries

REST = timedelta(hours=1)  # whoever could take no place isn't asked again before, unless something changes for them
LOST = timedelta(minutes=15)  # a command that was taken is recorded within seconds; asking again is harmless
COMMAND = "place/"
_SQL = Queries("places")


@dataclass(frozen=True, slots=True)
class Places:
    """Places of one name at one site as they stand; ``kept`` are those whose person is being told.

    A pool that is no longer ``stated`` has no places, and stands here while somebody has one. ``taken`` may exceed
    ``capacity`` where the count was lowered, or an exit was taken back after the place had gone to somebody else.
    """

    operation: str
    pool: str
    site: str | None
    capacity: int
    held: int
    offered: int
    kept: int
    at_least: int | None
    starts: tuple[date, ...]
    stated: bool

    @property
    def taken(self) -> int:
        """How many places somebody has, or is about to have."""
        return self.held + self.offered + self.kept

    def next_start(self, today: date) -> date | None:
        """Return the day on which the next group starts."""
        return min((day for day in self.starts if day >= today), default=None)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody's place in a queue: ``place`` of ``length``, the first is 1."""

    operation: str
    pool: str
    pathway: str
    step: str
    rank: int
    since: date
    wish: str | None
    paused: bool
    place: int
    length: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody waits for, was offered or has; ``waiting`` says where in line."""

    step: str
    pool: str
    site: str | None
    state: str
    since: date
    starts_on: date | None
    waiting: Waiting | None


async def keep(connection: Connection, operation: str, stated: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    """Keep the pools of an operation within the caller's transaction, and give what is free now."""
    pools = [dict(one) for one in stated]
    await connection.execute(_SQL.keep_hold, operation)
    await connection.execute(_SQL.unstate, operation, pools)
    await connection.execute(_SQL.keep, operation, pools)
    for pool in sorted({one["pool"] for one in pools}):
        await _give(connection, operation, pool, now)


async def follow(connection: Connection, pathways: Collection[str], *, now: datetime) -> None:
    """Give what became free, after the claims of some pathways changed, within the caller's transaction."""
    held = await connection.fetch(_SQL.hold, sorted(pathways))
    await connection.execute(_SQL.settle, sorted(pathways), now)
    await connection.execute(_SQL.ready, sorted(pathways), now)
    for operation, pool in sorted({(row["operation"], row["pool"]) for row in held}):
        await _give(connection, operation, pool, now)


async def refused(connection: Connection, command_id: str, code: str, *, now: datetime) -> None:
    """Give a place that a pathway refused for good to the next in line, within the caller's transaction."""
    row = await connection.fetchrow(_SQL.reserved, command_id)
    if row is None:
        return
    await connection.execute(_SQL.hold_pool, row["operation"], row["pool"])
    await connection.execute(_SQL.refused, command_id, now, code, now + REST)
    await _give(connection, row["operation"], row["pool"], now)


async def sweep(pool: database.Pool, *, now: datetime) -> int:
    """Give what time made free: a start day has passed, somebody may be asked again. Return how many places."""
    await pool.execute(_SQL.ask_again, now - LOST)
    given = 0
    for row in await pool.fetch(_SQL.waited_for):
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(_SQL.hold_pool, row["operation"], row["pool"])
            given += await _give(connection, row["operation"], row["pool"], now)
    return given


async def _give(connection: Connection, operation: str, pool: str, now: datetime) -> int:
    """Keep what is free for the next in line and tell their pathways; the caller holds the pool."""
    pools = [_pool(row) for row in await connection.fetch(_SQL.figures, operation, pool)]
    if not any(one.free for one in pools):
        return 0
    line = [InLine(**row) for row in await connection.fetch(_SQL.line, operation, pool, now)]
    given = allot(pools, line, local_day(now))
    if given:
        rows = [
            {"pathway": one.who.pathway, "key": one.who.key, "pool": one.pool, "starts_on": one.starts_on,
             "mark": sha256(one.who.key.encode()).hexdigest()[:12]}
            for one in given
        ]  # fmt: skip
        kept = await connection.fetch(_SQL.reserve, rows, now)
        ids = {(row["pathway"], row["key"]): row["command_id"] for row in kept}
        await connection.execute(_SQL.ask, [_asked(one, pool, ids[one.who.pathway, one.who.key]) for one in given])
    return len(given)


def _pool(row: asyncpg.Record) -> Pool:
    together = tuple(zip(row["days"], row["together"], strict=True))
    return Pool(
        row["id"], row["site"], row["count"], row["taken"], row["at_least"], tuple(row["starts"]), together
    )  # fmt: skip


def _asked(one: Allotted, pool: str, command_id: str) -> dict[str, Any]:
    step = one.who.key.partition("#")[0].removesuffix(WAITING)
    command = Happen(
        id=command_id, by=THE_SYSTEM, happening=step + PLACE, key=one.who.key, pool=pool, site=one.site,
        starts_on=one.starts_on,
    )  # fmt: skip
    return {"pathway": one.who.pathway, "command": command.model_dump(mode="json"), "command_id": command_id}


async def overview(executor: Executor, operation: str | None = None) -> list[Places]:
    """Return the places of an operation, or of all."""
    rows = await executor.fetch(_SQL.overview, operation)
    return [Places(**{**row, "starts": tuple(row["starts"])}) for row in rows]


async def queue(executor: Executor, operation: str | None = None, pool: str | None = None) -> list[Waiting]:
    """Return everybody who waits, in the order in which they are offered places."""
    return [Waiting(**row) for row in await executor.fetch(_SQL.queue, operation, pool)]


async def of(executor: Executor, pathway: str) -> list[Standing]:
    """Return what somebody waits for, was offered or has."""
    found = []
    for row in await executor.fetch(_SQL.of_pathway, pathway):
        line = await queue(executor, row["operation"], row["pool"]) if row["state"] == "waiting" else []
        mine = next((one for one in line if one.pathway == pathway and one.step == row["step"]), None)
        said = {name: row[name] for name in ("step", "pool", "site", "state", "since", "starts_on")}
        found.append(Standing(**said, waiting=mine))
    return found


async def unstated(executor: Executor, operation: str | None = None) -> list[tuple[str, str]]:
    """Return (operation, pool) that a programme waits for and the operation doesn't state: nobody gets a place."""
    return [(row["operation"], row["pool"]) for row in await executor.fetch(_SQL.unstated, operation)]
