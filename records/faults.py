"""Faults of the desk that somebody reported, until somebody has looked at them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from records.queries import Queries

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from records.database import Executor

About = Literal["accessibility", "other"]
REMEMBERED = timedelta(days=1)  # an address; it is nobody's business any longer
_SQL = Queries("faults")


@dataclass(frozen=True, slots=True)
class Fault:
    """A report; ``staff`` is whoever was signed in."""

    id: int
    at: datetime
    about: About
    page: str
    words: str
    contact: str
    staff: str | None
    settled_at: datetime | None
    settled_by: str | None
    answer: str


async def recent(pool: Executor, *, address: str, since: datetime) -> tuple[int, int]:
    """Return how many reports came from an address and from anywhere since an instant."""
    row = await pool.fetchrow(_SQL.recent, address, since)
    return (row["here"], row["all"]) if row else (0, 0)


async def known(pool: Executor, report: UUID) -> bool:
    """Tell whether a report was kept."""
    return bool(await pool.fetchval(_SQL.known, report))


async def add(
    pool: Executor, report: UUID, *, about: About, page: str, words: str, contact: str, staff: str | None, address: str,
    now: datetime,
) -> None:  # fmt: skip
    """Keep a report, once; addresses of older ones are forgotten."""
    await pool.execute(_SQL.forget, now - REMEMBERED)
    await pool.execute(_SQL.add, report, now, about, page, words, contact, staff, address)


async def listed(pool: Executor, *, settled: bool, before: int | None = None, limit: int = 50) -> list[Fault]:
    """Return reports, the newest first; go on with ``before`` the last id."""
    return [Fault(**row) for row in await pool.fetch(_SQL.listed, settled, before, limit)]


async def settle(pool: Executor, fault: int, *, by: str, answer: str, now: datetime) -> None:
    """Say what became of a report; the first to say so is kept."""
    await pool.execute(_SQL.settle, fault, now, by, answer)
