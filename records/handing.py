"""Hand-overs that were begun: whose work, to whom, and what became of each pathway and step."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import asyncpg

from records.database import Executor
from records.queries import Queries
from records.staff import StaffUnknown

_SQL = Queries("staff")

Result = Literal["recorded", "accepted", "refused"]


@dataclass(frozen=True, slots=True)
class HandOver:
    """Somebody's work on its way to a colleague; ``chosen`` are the pathways that are meant, None is everything."""

    id: str
    staff: str
    receiver: str
    by: str
    begun_at: datetime
    chosen: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class AnsweredFor:
    """Whose a pathway is; ``answers`` is whoever answers for its owner on the day that was asked for, if any."""

    id: str
    operation: str
    owner: str
    answers: str | None


@dataclass(frozen=True, slots=True)
class Noted:
    """What became of one pathway, or of one step of it (``key``); a refusal as code and parameters."""

    pathway: str
    key: str | None
    result: Result
    refusal: dict[str, Any] | None = None


async def begin(pool: Executor, hand_over: HandOver) -> None:
    """Begin a hand-over; nothing happens where it was begun. Raises StaffUnknown."""
    try:
        await pool.execute(
            _SQL.begin_hand_over, hand_over.id, hand_over.staff, hand_over.receiver, hand_over.by, hand_over.begun_at,
            None if hand_over.chosen is None else list(hand_over.chosen),
        )  # fmt: skip
    except asyncpg.ForeignKeyViolationError:
        raise StaffUnknown(hand_over.receiver) from None


async def get(pool: Executor, id_: str) -> HandOver | None:
    """Return a hand-over."""
    row = await pool.fetchrow(_SQL.hand_over, id_)
    return None if row is None else _hand_over(row)


async def of(pool: Executor, staff: str) -> list[HandOver]:
    """Return the last hand-overs of somebody's work, the latest first."""
    return [_hand_over(row) for row in await pool.fetch(_SQL.hand_overs, staff)]


def _hand_over(row: asyncpg.Record) -> HandOver:
    chosen = row["chosen"]
    return HandOver(**{**row, "chosen": None if chosen is None else tuple(chosen)})


async def note(pool: Executor, hand_over: str, noted: Noted, *, now: datetime) -> None:
    """Note what became of one pathway or step; asked again, the later answer holds."""
    await pool.execute(_SQL.handed, hand_over, noted.pathway, noted.key, noted.result, noted.refusal, now)


async def noted(pool: Executor, hand_over: str) -> list[Noted]:
    """Return what became of everything, what was refused first."""
    return [Noted(**row) for row in await pool.fetch(_SQL.all_handed, hand_over)]


async def answered_for(pool: Executor, pathways: Collection[str], *, on: date) -> list[AnsweredFor]:
    """Return whose some pathways are; what is no pathway is left out."""
    return [AnsweredFor(**row) for row in await pool.fetch(_SQL.answered_for, list(pathways), on)]
