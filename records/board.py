"""How an operation stands, in numbers: where people are, what is late, who came and left, what came of it. No names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.figures import Seen, Share
from records.database import Pool
from records.queries import Queries

_SQL = Queries("board")


@dataclass(frozen=True, slots=True)
class Standing:
    """How many stand at a stage with a status, how many of them late, and since when (an instant)."""

    status: str
    stage: str | None
    here: int
    late: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Late:
    """How many steps of a path are late, since which due day, and on how many pathways."""

    path: str
    count: int
    oldest: date | None
    people: int


@dataclass(frozen=True, slots=True)
class Longest:
    """Who has been in a stage the longest."""

    stage: str
    pathway: str
    opened_on: date


@dataclass(frozen=True, slots=True)
class Left:
    """How many left, for a reason of a class."""

    cls: str | None
    reason: str
    count: int


async def standing(pool: Pool, operation: str, *, now: datetime) -> list[Standing]:
    """Return how many stand where."""
    return [Standing(**row) for row in await pool.fetch(_SQL.standing, operation, now)]


async def held(pool: Pool, operation: str) -> int:
    """Return how many pathways take no commands until somebody mends them."""
    return int(await pool.fetchval(_SQL.held, operation))


async def late(pool: Pool, operation: str, *, now: datetime) -> list[Late]:
    """Return what is late, by step, the most frequent first."""
    return [Late(**row) for row in await pool.fetch(_SQL.late, operation, now)]


async def longest(pool: Pool, operation: str, stages: Sequence[str], *, each: int) -> list[Longest]:
    """Return who has been in each stage the longest."""
    return [Longest(row["stage"], row["pathway"], row["opened_on"])
            for row in await pool.fetch(_SQL.longest, operation, list(stages), each)]  # fmt: skip


async def waits(pool: Pool, operation: str, *, on: date) -> dict[str, int]:
    """Return for how many days people have been in each stage, in the middle."""
    return {row["stage"]: row["days"] for row in await pool.fetch(_SQL.waits, operation, on)}


async def inflow(pool: Pool, operation: str) -> dict[date, int]:
    """Return how many were referred in each month, by its first day."""
    return {row["month"]: row["count"] for row in await pool.fetch(_SQL.inflow, operation)}


async def exits(pool: Pool, operation: str) -> list[Left]:
    """Return how many left, by class and reason."""
    return [Left(row["class"], row["reason"], row["count"]) for row in await pool.fetch(_SQL.exits, operation)]


async def shares(
    pool: Pool, operation: str, *, of: Seen, count: Seen, split: str | None = None
) -> dict[str | None, Share]:
    """Return how many people of a base came to something, by a fact's value; under None where nobody said it."""
    queries = {}
    given: list[str | None] = [operation]
    for name, one in (("base", of), ("count", count)):
        given += [one.name, one.ending]
        queries[name] = getattr(_SQL, f"seen_{one.kind}").format(
            name=f"${len(given) - 1}::text", ending=f"${len(given)}::text"
        )
    query = _SQL.shares.format(**queries, split=f"${len(given) + 1}::text")
    rows = await pool.fetch(query, *given, split)
    return {row["value"]: Share(row["count"], row["of"], row["count_left"], row["of_left"]) for row in rows}
