"""How an operation stands, in numbers: where people are, what is late, who came and left, what came of it. No names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime

from domain.figures import Seen, Share
from records.database import Pool
from records.queries import Queries

_SQL = Queries("board")


@dataclass(frozen=True, slots=True)
class Standing:
    """How many stand at a stage with a status: since when, in the middle; how many late, and the oldest due instant."""

    status: str
    stage: str | None
    here: int
    since: date | None
    late: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Late:
    """How many steps of a path are late, and since which due day."""

    path: str
    count: int
    oldest: date | None


@dataclass(frozen=True, slots=True)
class Longest:
    """Who has been in a stage the longest."""

    stage: str
    pathway: str
    since: date


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
    return [Longest(**row) for row in await pool.fetch(_SQL.longest, operation, list(stages), each)]


async def inflow(pool: Pool, operation: str) -> dict[date, int]:
    """Return how many were referred in each month, by its first day."""
    found: Counter[date] = Counter()
    for row in await pool.fetch(_SQL.inflow, operation):
        found[row["day"].replace(day=1)] += row["count"]
    return dict(found)


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


Targets = dict[str, dict[str | None, Share]]


async def counted(pool: Pool, operation: str) -> tuple[datetime, Targets] | None:
    """Return what was counted last of an operation's targets, and when; None where nobody has counted."""
    row = await pool.fetchrow(_SQL.counted, operation)
    if row is None:
        return None
    return row["at"], {
        name: {value: Share(*numbers) for value, *numbers in parts} for name, parts in row["targets"].items()
    }


async def keep_counted(pool: Pool, operation: str, targets: Targets, *, now: datetime) -> None:
    """Keep what was counted, unless somebody counted later."""
    said = {name: [[value, *astuple(share)] for value, share in parts.items()] for name, parts in targets.items()}
    await pool.execute(_SQL.keep_counted, operation, now, said)
