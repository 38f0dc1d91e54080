"""People who are counted and not known: rows without identity, beside the number of those who have one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from domain.counting import Counted, Kind
from records.database import Executor
from records.queries import Queries

_SQL = Queries("counted")


@dataclass(frozen=True, slots=True)
class Row:
    """A counted row as it stands: its number in the record, and who counted."""

    id: int
    counted: Counted
    by: str


async def add(target: Executor, one: Counted, *, by: str, now: datetime) -> int:
    """Keep a row and return its number in the record."""
    kept: int = await target.fetchval(
        _SQL.add, one.operation, one.unit, one.on, one.kind, one.gender, one.number, by, now
    )
    return kept


async def withdraw(target: Executor, operation: str, row: int, *, by: str, now: datetime) -> bool:
    """Let a row count no longer; tell whether it did until now."""
    return await target.fetchval(_SQL.withdraw, operation, row, by, now) is not None


async def rows(target: Executor, operation: str, *, first: date | None = None, last: date | None = None) -> list[Row]:
    """Return the rows that count, of a period with its last day."""
    return [
        Row(
            row["id"],
            Counted(row["operation"], row["unit"], row["counted_on"], Kind(row["kind"]), row["number"], row["gender"]),
            row["counted_by"],
        )
        for row in await target.fetch(_SQL.rows, operation, first, last)
    ]


async def came(target: Executor, operation: str, kinds: Collection[Kind]) -> dict[date, int]:
    """Return how many people of some kinds were counted in each month, by its first day."""
    found: Counter[date] = Counter()
    for row in await target.fetch(_SQL.came, operation, [str(kind) for kind in kinds]):
        found[row["day"].replace(day=1)] += row["count"]
    return dict(found)


async def named(target: Executor, operation: str) -> int:
    """Return how many people an operation has by name, each once."""
    return int(await target.fetchval(_SQL.named, operation))
