"""Published programmes: each version under the hash of its rules, never changed, chosen by the referral's day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from records.database import Executor
from records.queries import Queries

_SQL = Queries("programmes")


class ProgrammeUnknown(Exception):
    """There is no such version, or none in force on that day."""


@dataclass(frozen=True, slots=True)
class Published:
    """A version of a programme: its compiled rules and the text they were compiled from."""

    hash: str
    programme: str
    effective: date
    rules: dict[str, Any] = field(repr=False)
    source: str = field(repr=False)
    published_at: datetime
    published_by: str


@dataclass(frozen=True, slots=True)
class Version:
    """That a version exists."""

    hash: str
    programme: str
    effective: date
    published_at: datetime
    published_by: str


async def publish(
    pool: Executor,
    *,
    hash: str,  # noqa: A002 - the word everywhere else
    programme: str,
    effective: date,
    rules: dict[str, Any],
    source: str,
    by: str,
    now: datetime,
) -> bool:
    """Publish a version; tells whether it was new. Published again, the first text and day stay."""
    return await pool.fetchval(_SQL.publish, hash, programme, effective, rules, source, now, by) is not None


async def load(pool: Executor, hash: str) -> Published:  # noqa: A002 - the word everywhere else
    """Return a version by its hash; raises ProgrammeUnknown."""
    row = await pool.fetchrow(_SQL.by_hash, hash)
    if row is None:
        raise ProgrammeUnknown(hash)
    return Published(**row)


async def find(pool: Executor, beginning: str) -> Published:
    """Return the one version whose hash begins so; raises ProgrammeUnknown for none and for several."""
    rows = await pool.fetch(_SQL.by_prefix, beginning)
    if len(rows) != 1:
        raise ProgrammeUnknown(beginning)
    return Published(**rows[0])


async def in_force(pool: Executor, programme: str, on: date) -> Published:
    """Return the version in force on a day; raises ProgrammeUnknown."""
    row = await pool.fetchrow(_SQL.in_force, programme, on)
    if row is None:
        raise ProgrammeUnknown(programme)
    return Published(**row)


async def hash_in_force(pool: Executor, programme: str, on: date) -> str | None:
    """Return the hash of the version in force on a day, if there is one."""
    found: str | None = await pool.fetchval(_SQL.hash_in_force, programme, on)
    return found


async def versions(pool: Executor, programme: str | None = None) -> list[Version]:
    """Return every version of a programme, or of all, without the rules."""
    return [Version(**row) for row in await pool.fetch(_SQL.versions, programme)]
