"""Finding a pathway by what a person types: an id, its beginning, or a referral's id."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from records.database import Executor
from records.queries import Queries

_SQL = Queries("finding")


@dataclass(frozen=True, slots=True)
class Match:
    """A pathway that may be meant."""

    id: str
    operation: str
    referral: str


async def matching(pool: Executor, text: str) -> list[Match]:
    """Return the pathways that may be meant, an exact id first; at most five."""
    return [Match(**row) for row in await pool.fetch(_SQL.matching, text)]


async def inside(pool: Executor, pathway: str) -> str | None:
    """Return the pathway on which the same person is inside the same operation, if there is another one."""
    found: str | None = await pool.fetchval(_SQL.inside, pathway)
    return found


async def of_participant(pool: Executor, participant: UUID) -> list[str]:
    """Return a participant's pathways, the latest first."""
    return [row["id"] for row in await pool.fetch(_SQL.of_participant, participant)]
