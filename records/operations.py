"""Operations (omgångar): one grant's time and place for a programme, with its planned numbers as they were stated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from records import places
from records.database import Executor, one_connection
from records.queries import Queries
from records.register import OperationUnknown

_SQL = Queries("operations")


@dataclass(frozen=True, slots=True)
class Operation:
    """When and where a programme runs; half-open: ``ends_on`` is the first day after it."""

    id: str
    programme: str
    starts_on: date
    ends_on: date
    definition: Mapping[str, Any] = field(default_factory=dict)
    version: str | None = None  # pinned rules; None: the version in force on the referral's day


@dataclass(frozen=True, slots=True)
class Run:
    """An operation as lists name it."""

    id: str
    programme: str
    name: str | None
    version: str | None
    starts_on: date
    ends_on: date


async def keep(target: Executor, operation: Operation, *, now: datetime | None = None) -> None:
    """Keep an operation and its places, or change them; raises ValueError where it would run another programme."""
    async with one_connection(target) as connection, connection.transaction():
        kept = await connection.fetchval(
            _SQL.keep, operation.id, operation.programme, operation.version, operation.starts_on, operation.ends_on,
            dict(operation.definition),
        )  # fmt: skip
        if kept is None:
            raise ValueError("an operation keeps its programme")
        await places.keep(
            connection, operation.id, operation.definition.get("places", ()), now=now or datetime.now(UTC)
        )


async def load(pool: Executor, operation: str) -> Operation:
    """Return an operation; raises OperationUnknown."""
    row = await pool.fetchrow(_SQL.get, operation)
    if row is None:
        raise OperationUnknown(operation)
    return Operation(**row)


async def every(pool: Executor) -> list[Operation]:
    """Return all operations, the earliest first."""
    return [Operation(**row) for row in await pool.fetch(_SQL.all)]


async def runs(pool: Executor) -> list[Run]:
    """Return all operations as lists name them, the latest first."""
    return [Run(**row) for row in await pool.fetch(_SQL.runs)]
