"""What pages and lists ask: pathways, what is due, one pathway whole. Reading only; pseudonymous, names come apart."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import asyncpg

from domain.calendar import local_day
from domain.policy import REFERRER
from records.database import Executor, Pool
from records.queries import Queries

_SQL = Queries("views")


@dataclass(frozen=True, slots=True)
class Listed:
    """A pathway in a list; status is ``diverged`` while it takes no commands."""

    id: str
    operation: str
    programme: str
    referral: str
    ordinal: int
    previous: str | None
    unit: str
    referrer: str | None
    owner: str
    status: str
    stage: str | None
    referred_on: date | None
    resume_by: date | None
    exit_reason: str | None
    exit_class: str | None
    exited_on: date | None
    last_seq: int
    next_due: datetime | None
    reserved_at: datetime

    @property
    def cursor(self) -> tuple[datetime, str]:
        """Where the next page begins."""
        return self.reserved_at, self.id


@dataclass(frozen=True, slots=True)
class Due:
    """An open step with a due day; ``answers`` is whoever it falls back on."""

    pathway: str
    key: str
    path: str
    kind: str
    item: str | None
    role: str | None
    person: str | None
    answers: str
    owner: str
    operation: str
    unit: str
    due: datetime
    due_on: date | None
    overdue: bool

    @property
    def cursor(self) -> tuple[datetime, str, str]:
        """Where the next page begins."""
        return self.due, self.pathway, self.key


@dataclass(frozen=True, slots=True)
class Shown:
    """One pathway whole, without anything sealed."""

    pathway: Listed
    rules: str | None
    steps: tuple[dict[str, Any], ...]
    milestones: tuple[dict[str, Any], ...]
    facts: tuple[dict[str, Any], ...]
    records: tuple[dict[str, Any], ...]
    hours: tuple[dict[str, Any], ...]


async def pathways(
    pool: Pool,
    *,
    operation: str | None = None,
    owner: str | None = None,
    unit: str | None = None,
    statuses: tuple[str, ...] | None = None,
    on: date | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> list[Listed]:
    """Return pathways, the newest first; go on with ``after`` the last one's cursor.

    With a unit come those of the units for which the same one stands on a day (without one: in the end).

    A diverged pathway is found by the status that its events give it.
    """
    wanted = None if statuses is None else list(statuses)
    rows = await _planned(pool, _SQL.listed, operation, owner, unit, wanted, *(after or (None, None)), limit, on)
    return [Listed(**row) for row in rows]


async def some(pool: Executor, ids: Collection[str]) -> dict[str, Listed]:
    """Return some pathways as they stand in a list, by id."""
    return {row["id"]: Listed(**row) for row in await pool.fetch(_SQL.some, list(ids))}


async def versions(pool: Executor, ids: Collection[str]) -> dict[str, str]:
    """Return under which rules some pathways run, by pathway."""
    return {row["id"]: row["rules"] for row in await pool.fetch(_SQL.versions, list(ids))}


async def pathway(pool: Executor, id_: str) -> Listed | None:
    """Return one pathway as it stands in a list, or None."""
    row = await pool.fetchrow(_SQL.pathway, id_)
    return None if row is None else Listed(**row)


async def due(
    pool: Pool,
    *,
    now: datetime,
    until: datetime | None = None,
    operation: str | None = None,
    owner: str | None = None,
    unit: str | None = None,
    after: tuple[datetime, str, str] | None = None,
    limit: int = 50,
) -> list[Due]:
    """Return open steps in the order of their due instants; ``until`` now gives what is overdue alone."""
    query = _SQL.due if owner is None else _SQL.due_of_owner
    rows = await _planned(pool, query, now, until, operation, owner, unit, *(after or (None, None, None)), limit,
                          local_day(now))  # fmt: skip
    return [Due(**row) for row in rows]


async def due_of_roles(
    pool: Pool, roles: Collection[tuple[str, str | None]], *, now: datetime, staff: str, unit: str | None,
    limit: int = 50,
) -> list[Due]:  # fmt: skip
    """Return what waits, with no name on it, for whoever has one of these roles, each in its operation (None: in all).

    What waits for a referrer is told to the one who referred, and to the unit's.
    """
    named = [role for role, _ in roles], [operation for _, operation in roles]
    rows = await _planned(pool, _SQL.due_of_roles, now, *named, REFERRER, staff, unit, limit)
    return [Due(**row) for row in dict.fromkeys(rows)]


async def _planned(pool: Pool, query: str, *arguments: Any) -> list[asyncpg.Record]:
    async with pool.acquire() as connection, connection.transaction(readonly=True):
        # With a plan for any arguments, an absent filter would cost as much as a present one.
        await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        return list(await connection.fetch(query, *arguments))


async def show(pool: Pool, id_: str, *, now: datetime) -> Shown | None:
    """Return one pathway whole, as it was at one instant, or None."""
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        row = await connection.fetchrow(_SQL.pathway, id_)
        if row is None:
            return None
        return Shown(
            Listed(**row),
            await connection.fetchval(_SQL.rules, id_),
            await _rows(connection, _SQL.steps, id_, now),
            await _rows(connection, _SQL.milestones, id_),
            await _rows(connection, _SQL.facts, id_),
            await _rows(connection, _SQL.records, id_),
            await _rows(connection, _SQL.hours, id_),
        )


async def _rows(executor: Executor, query: str, *arguments: Any) -> tuple[dict[str, Any], ...]:
    return tuple(dict(row) for row in await executor.fetch(query, *arguments))


async def why(pool: Executor, pathway: str, seq: int) -> tuple[dict[str, Any], ...]:
    """Return an event and the events that led to it, the first cause last."""
    return await _rows(pool, _SQL.why, pathway, seq)


async def adrift(pool: Executor, *, on: date) -> list[tuple[str, str]]:
    """Return pathways that somebody could fall from: ``owner_unresolved`` or ``no_next_date``. Always empty, we say."""
    return [(row["pathway"], row["why"]) for row in await pool.fetch(_SQL.adrift, on)]


async def diverged(pool: Executor) -> list[tuple[str, str]]:
    """Return pathways that take no commands until somebody mends them, with the reason."""
    return [(row["pathway"], row["why"]) for row in await pool.fetch(_SQL.diverged)]


async def open_pathways(pool: Executor, *, after: str = "", limit: int = 500) -> list[tuple[str, int]]:
    """Return pathways that are not closed, with their last sequence numbers; go on with ``after`` the last id."""
    return [(row["id"], row["last_seq"]) for row in await pool.fetch(_SQL.open_pathways, after, limit)]


async def following(pool: Executor, rules: str, *, after: str = "", limit: int = 200) -> list[tuple[str, str]]:
    """Return open pathways that follow a version, with their operations; go on with ``after`` the last id."""
    return [(row["id"], row["operation"]) for row in await pool.fetch(_SQL.following, rules, after, limit)]


async def followers(pool: Executor) -> dict[str, int]:
    """Return how many open pathways follow each version."""
    return {row["rules"]: row["count"] for row in await pool.fetch(_SQL.followers)}


async def horizon(pool: Executor) -> int:
    """Return the last position: a report that names it can be made again, byte for byte."""
    return int(await pool.fetchval(_SQL.horizon))
