"""The outbox: commands that recording one pathway asks of another, kept until somebody answered.

A command may be asked more than once (its id makes that harmless) and is never dropped: after many tries it is counted
as dead, and a person lets it live again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from records import places
from records.database import Executor, one_connection
from records.queries import Queries

LEASE = timedelta(seconds=60)  # longer than any answer takes, so that a live process is not overtaken
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=10)
MOST_ATTEMPTS = 50  # about eight hours of asking
_SQL = Queries("outbox")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A command for a pathway, as JSON of one of domain.commands."""

    id: int
    pathway: str
    command: dict[str, Any]
    command_id: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What operations watch: seconds that the oldest has waited, how many wait, how many were given up."""

    oldest: float
    waiting: int
    dead: int


async def take(pool: Executor, *, now: datetime, limit: int = 20) -> list[Waiting]:
    """Lease commands that are to be asked now."""
    rows = await pool.fetch(_SQL.take, now, now + LEASE, MOST_ATTEMPTS, limit)
    return [Waiting(**row) for row in sorted(rows, key=lambda row: row["id"])]


async def done(target: Executor, id_: int, *, now: datetime, refusal: str | None = None) -> bool:
    """Say that a command was answered, if need be by a refusal's code; tells whether it still waited.

    A place that was refused goes to the next in line.
    """
    async with one_connection(target) as connection, connection.transaction():
        command_id = await connection.fetchval(_SQL.done, id_, now, refusal)
        if refusal is not None and command_id is not None and command_id.startswith(places.COMMAND):
            await places.refused(connection, command_id, refusal, now=now)
    return command_id is not None


async def failed(pool: Executor, one: Waiting, code: str, *, now: datetime) -> None:
    """Say that nobody answered: it is asked again later and later."""
    pause = min(FIRST_PAUSE * 2 ** min(one.attempts - 1, 10), LONGEST_PAUSE)
    await pool.execute(_SQL.failed, one.id, now + pause, code)


async def revive(pool: Executor) -> list[int]:
    """Ask again what was given up, and return which."""
    return [row["id"] for row in await pool.fetch(_SQL.revive, MOST_ATTEMPTS)]


async def figures(pool: Executor, *, now: datetime) -> Figures:
    """Return what operations watch."""
    row = await pool.fetchrow(_SQL.figures, now, MOST_ATTEMPTS)
    return Figures(**row) if row else Figures(0.0, 0, 0)
