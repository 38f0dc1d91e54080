"""The ledger of notices as its recipients read it in the desk. What was cancelled asks nothing of anybody any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from records.queries import Queries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from records.database import Executor
    from records.ledger import State

COUNTED = 100  # more is told as "more than 99"
_SQL = Queries("inbox")


@dataclass(frozen=True, slots=True)
class Entry:
    """A notice in somebody's inbox, with how its pathway stands to staff."""

    id: int
    pathway: str
    kind: str
    key: str | None
    path: str | None
    item: str | None
    step_kind: str | None
    step_status: str | None
    due_on: date | None
    recipient: str
    state: State
    held_until: datetime | None
    promised_at: datetime
    read_at: datetime | None
    read_by: str | None
    operation: str
    rules: str | None
    owner: str
    referrer: str | None
    unit: str


async def receives_for(pool: Executor, staff: str, *, on: date) -> list[str]:
    """Return whose notices somebody reads on a day: the own ones, and of those whom the person stands in for."""
    return [row["staff"] for row in await pool.fetch(_SQL.receives_for, staff, on)]


async def unread(pool: Executor, people: Sequence[str]) -> int:
    """Return how many notices wait to be read; COUNTED means that or more."""
    return int(await pool.fetchval(_SQL.unread, people, COUNTED))


async def entries(
    pool: Executor, people: Sequence[str], *, read: bool, before: int | None = None, limit: int = 50
) -> list[Entry]:
    """Return unread or read notices, the newest first; go on with ``before`` the last id."""
    query = _SQL.entries.format(read="read_at IS NOT NULL" if read else "read_at IS NULL")
    return [Entry(**row) for row in await pool.fetch(query, people, before, limit)]


async def mark(
    pool: Executor, people: Sequence[str], *, by: str, now: datetime, only: Sequence[int] | None = None,
    until: int | None = None,
) -> None:  # fmt: skip
    """Mark notices as read: some, or every one up to an id, so that none that came meanwhile is marked unseen."""
    await pool.execute(_SQL.read, people, None if only is None else list(only), now, by, until)


async def unmark(pool: Executor, people: Sequence[str], notice: int) -> None:
    """Mark a notice as unread again."""
    await pool.execute(_SQL.unmark, people, notice)
