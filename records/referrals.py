"""Referrals as those who made them see them: what became of each, who may be the same person, what was agreed to.

Reading only; a referral is made through ``records.register``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import asyncpg

from records.database import Executor, Pool
from records.queries import Queries
from records.views import Listed

_SQL = Queries("referrals")
_LISTED = tuple(each.name for each in fields(Listed))
MOST_BORN = 200  # of one day; more than a programme ever has


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a referral's pathway: the last that was done, or the next that falls due."""

    path: str
    item: str | None
    day: date | None
    role: str | None = None
    person: str | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A referral and what became of it; ``exit_why`` is a code of the decision, ``exit_by`` who made it."""

    listed: Listed
    rules: str | None
    done: Step | None
    next: Step | None
    exit_why: str | None
    exit_by: str | None

    @property
    def cursor(self) -> str:
        """Where the next page begins, as an address holds it."""
        return f"{self.listed.referred_on},{self.listed.id}"


@dataclass(frozen=True, slots=True)
class Consent:
    """What a participant said about agencies sharing what they know, on which day."""

    answer: Literal["written", "oral", "no"]
    given_on: date
    noted_by: str
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the register of people."""

    participant: UUID
    name: str = field(repr=False)


async def sent(
    pool: Pool, *, referrer: str, unit: str | None = None, statuses: tuple[str, ...] | None = None,
    after: tuple[date, str] | None = None, limit: int = 25,
) -> list[Sent]:  # fmt: skip
    """Return what somebody referred, and with a unit all that came from it, the newest first.

    Go on with ``after`` the last one's cursor.
    """
    wanted = None if statuses is None else list(statuses)
    async with pool.acquire() as connection, connection.transaction(readonly=True):
        # With a plan for any arguments, an absent filter would cost as much as a present one.
        await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        rows = await connection.fetch(_SQL.sent, referrer, unit, wanted, *(after or (None, None)), limit)
    return [_sent(row) for row in rows]


def _sent(row: asyncpg.Record) -> Sent:
    done = row["done"] and Step(
        row["done"], row["done_item"], row["done_on"], person=row["done_by"], outcome=row["done_outcome"]
    )
    following = row["next"] and Step(
        row["next"], row["next_item"], row["next_on"], row["next_role"], row["next_person"]
    )
    return Sent(_listed(row), row["rules"], done or None, following or None, row["exit_why"] or None, row["exit_by"])


def _listed(row: asyncpg.Record) -> Listed:
    return Listed(**{name: row[name] for name in _LISTED})


async def of_people(pool: Executor, participants: list[UUID]) -> dict[UUID, list[Listed]]:
    """Return the pathways of some people in every operation, the latest first."""
    found: dict[UUID, list[Listed]] = {}
    for row in await pool.fetch(_SQL.of_people, participants):
        found.setdefault(row["participant"], []).append(_listed(row))
    return found


async def born(pool: Executor, day: date) -> list[Person]:
    """Return who was born on a day."""
    return [Person(**row) for row in await pool.fetch(_SQL.born, day, MOST_BORN)]


async def consent(pool: Executor, pathway: str) -> Consent | None:
    """Return what was last said of consent on a pathway; None where nothing was noted."""
    row = await pool.fetchrow(_SQL.consent, pathway)
    return None if row is None else Consent(**row)
