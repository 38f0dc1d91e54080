"""Moves from one version to another that a manager carries out in batches, and how far each has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from records.queries import Queries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from records.database import Executor

Way = Literal["forward", "back"]
LEASE = timedelta(minutes=5)  # for so long a batch is taken to be under way: it takes some seconds
_SQL = Queries("plans")


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan; ``refused`` holds pathways with the codes and parameters of their refusals."""

    id: int
    old: str
    new: str
    mapping: str
    made_by: str
    made_at: datetime
    way: Way
    after: str
    moved: int
    refused: list[dict[str, Any]]
    turn: int
    done_at: datetime | None
    busy_since: datetime | None

    def is_busy(self, now: datetime) -> bool:
        """Whether a batch is under way; whoever began it may have died, so it counts for a while only."""
        return self.busy_since is not None and now - self.busy_since <= LEASE

    @property
    def begun(self) -> bool:
        """Whether anybody was asked in this direction."""
        return bool(self.after) or self.done_at is not None


async def add(pool: Executor, request: UUID, *, old: str, new: str, mapping: str, by: str, now: datetime) -> int:
    """Keep a plan and return its number; the same request again is the same plan."""
    return int(await pool.fetchval(_SQL.add, request, old, new, mapping, by, now))


async def get(pool: Executor, plan: int) -> Plan | None:
    """Return a plan, or None."""
    row = await pool.fetchrow(_SQL.get, plan)
    return None if row is None else Plan(**row)


async def every(pool: Executor, *, limit: int = 20) -> list[Plan]:
    """Return the newest plans."""
    return [Plan(**row) for row in await pool.fetch(_SQL.every, limit)]


async def begin(pool: Executor, plan: Plan, way: Way, *, now: datetime) -> Plan | None:
    """Begin a batch and return the plan as it stands then; None where somebody else went on, or is at it."""
    row = await pool.fetchrow(_SQL.begin, plan.id, plan.turn, way, now, now - LEASE)
    return None if row is None else Plan(**row)


async def advance(
    pool: Executor, plan: Plan, *, after: str, moved: int, refused: Sequence[dict[str, Any]], done_at: datetime | None
) -> None:
    """Keep how far a plan has come when its batch is over; whoever was overtaken writes nothing."""
    await pool.execute(_SQL.advance, plan.id, plan.turn, after, moved, list(refused), done_at)
