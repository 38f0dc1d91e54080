"""The ledger of notices: each that became due is one row, and every row ends in an answer.

A notice is claimed before it is handed over and settled after. In the transaction that claims it, its cause is looked
at again: what was done meanwhile is not asked for, and what its recipient wishes to have later is held. Nothing is sent
here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import asyncpg

from domain.calendar import local_day
from domain.quiet import Wishes, may_leave_at
from records.database import Executor, Pool
from records.queries import Queries

State = Literal["promised", "claimed", "handed_over", "failed", "uncertain", "cancelled"]
UNSETTLED: tuple[State, ...] = ("promised", "claimed", "failed", "uncertain")
Result = Literal["handed_over", "failed", "uncertain"]

MOST_ATTEMPTS = 20  # then a person must look: the address or the mail server needs mending
LATE_IS_NOTHING = ("remind", "overdue", "escalate")  # a due day that moved later takes their reason away
ABOUT_WORK = ("announce", *LATE_IS_NOTHING, "review")
_SQL = Queries("ledger")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice that this process may hand over now, once; ``email`` is None for someone without an address."""

    notice: int
    pathway: str
    seq: int
    kind: str
    key: str | None
    step: str | None
    about: str | None
    due_on: date | None
    recipient: str
    name: str
    email: str | None
    language: str
    message_id: UUID
    attempt: int
    operation: str
    programme: str
    rules: str | None


@dataclass(frozen=True, slots=True)
class Notice:
    """A row of the ledger as operations see it."""

    id: int
    pathway: str
    seq: int
    key: str | None
    kind: str
    about: str | None
    recipient_role: str
    recipient: str | None
    due_on: date | None
    state: State
    reason: str | None
    attempts: int
    promised_at: datetime
    claimed_at: datetime | None
    settled_at: datetime | None
    resend: bool
    held_until: datetime | None = None
    letter: UUID | None = None


async def claim(
    pool: Pool, notice: int, *, now: datetime, again: bool = False, letter: UUID | None = None
) -> Claimed | None:
    """Take a notice for handing over, or None where there is nothing to hand over (any more).

    A notice whose cause is gone is cancelled, one that nobody can get fails; both with a reason. One that its recipient
    wishes to have later is held until then. ``again`` also takes an uncertain one, for programmes that say that missing
    is worse than twice; its Message-ID stays the same. ``letter`` names the letter in which it leaves with others.
    """
    async with pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(_SQL.lock, notice)
        if row is None or not _takeable(row, again=again):
            return None
        # First the pathway, then the look: a look that waited for the lock would see what was before it.
        await connection.execute(_SQL.lock_pathway, row["pathway"])
        seen = await connection.fetchrow(_SQL.look, notice, local_day(now))
        if seen is None:
            return None
        if reason := _gone(seen):
            await connection.execute(_SQL.give_up, notice, "cancelled", reason, now)
            return None
        if seen["recipient"] is None:
            await connection.execute(_SQL.give_up, notice, "failed", "no_recipient", now)
            return None
        leaves = may_leave_at(
            Wishes(*(seen[name] for name in Wishes.__dataclass_fields__)), kind=seen["kind"],
            promised_at=seen["promised_at"], now=now,
        )  # fmt: skip
        if leaves > now:
            await connection.execute(_SQL.hold, notice, seen["recipient"], leaves)
            return None
        await connection.execute(_SQL.claim, notice, seen["recipient"], now, letter)
        return Claimed(**{name: seen[name] for name in Claimed.__dataclass_fields__})


def _takeable(row: asyncpg.Record, *, again: bool) -> bool:
    state = row["state"]
    return state == "promised" or (state == "failed" and row["retry"]) or (state == "uncertain" and again)


def _gone(seen: asyncpg.Record) -> str | None:
    if seen["kind"] not in ABOUT_WORK:
        return None  # an answer is owed even when the pathway is closed
    if seen["key"] is None:
        return "pathway_closed" if seen["pathway_status"] == "closed" else None
    if seen["step_status"] != "open":
        return "step_done" if seen["step_status"] == "done" else "step_ended"
    if seen["pathway_status"] == "paused" and not seen["never_paused"] and seen["kind"] in LATE_IS_NOTHING:
        return "paused"  # the clock stands still; resuming moves the due day, and with it come notices of its own
    moved = seen["due_on"] is not None and seen["step_due_on"] is not None and seen["step_due_on"] > seen["due_on"]
    return "due_moved" if moved and seen["kind"] in LATE_IS_NOTHING else None


async def settle(
    pool: Executor,
    notice: int,
    result: Result,
    reason: str | None = None,
    *,
    now: datetime,
    later: bool = False,
    attempt: int | None = None,
) -> bool:
    """Say what became of a claimed notice; ``later`` when a failed one may be tried again.

    Tells whether it was ours to say: with ``attempt``, a process that was overtaken by another says nothing.
    """
    return await settle_all(pool, {notice: attempt}, result, reason, now=now, later=later) == [notice]


async def settle_all(
    pool: Executor, claimed: Mapping[int, int | None], result: Result, reason: str | None = None, *, now: datetime,
    later: bool = False,
) -> list[int]:  # fmt: skip
    """Say at once what became of notices that left in one letter, by their attempts; returns those that were ours."""
    retry = later and result == "failed"
    rows = await pool.fetch(_SQL.settle, list(claimed), list(claimed.values()), result, reason, retry, now)
    return [row["id"] for row in rows]


async def stale(pool: Executor, older_than: datetime, *, now: datetime) -> list[int]:
    """Make notices that were claimed before an instant uncertain: their process died or hangs. Returns their ids."""
    return [row["id"] for row in await pool.fetch(_SQL.stale, older_than, now)]


async def waiting(pool: Executor, older_than: datetime, *, now: datetime, limit: int = 100) -> list[int]:
    """Return notices that nobody took up since an instant, that were held until now, or that failed and may not."""
    return [row["id"] for row in await pool.fetch(_SQL.waiting, older_than, MOST_ATTEMPTS, limit, now)]


async def together(pool: Executor, notices: Collection[int], *, now: datetime) -> list[tuple[int, ...]]:
    """Return notices by the letters in which they leave: those of somebody who wishes a digest in one."""
    return [tuple(row["notices"]) for row in await pool.fetch(_SQL.together, list(notices), now)]


async def mend(pool: Executor, notice: int, how: Literal["again", "arrived", "told"], *, now: datetime) -> bool:
    """Let a notice that failed or is uncertain be sent again by the sweeper, or note what a person knows of it.

    Tells whether it was so; what certainly failed can't have arrived.
    """
    return await pool.fetchval(_SQL.mend, notice, how, now) is not None


async def counts(pool: Executor) -> dict[str, int]:
    """Return how many notices are in each state; over many notices this takes longer than a page may."""
    return {row["state"]: row["count"] for row in await pool.fetch(_SQL.counts)}


async def unsettled(pool: Executor, *, operations: Sequence[str] | None = None) -> dict[str, int]:
    """Return how many notices are in each state that isn't the end (0 where none is), in some operations or all."""
    found = {row["state"]: row["count"] for row in await pool.fetch(_SQL.unsettled, operations)}
    return {state: found.get(state, 0) for state in UNSETTLED}


async def is_within(pool: Executor, notice: int, operations: Sequence[str] | None) -> bool:
    """Tell whether a notice is of one of some operations, or (None) exists at all."""
    return bool(await pool.fetchval(_SQL.is_within, notice, operations))


async def rules_of(pool: Executor, pathways: Collection[str]) -> dict[str, str | None]:
    """Return the versions that pathways follow."""
    return {row["id"]: row["rules"] for row in await pool.fetch(_SQL.rules_of, list(pathways))}


async def notices(
    pool: Executor,
    *,
    states: Sequence[State] | None = None,
    pathway: str | None = None,
    operations: Sequence[str] | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Notice]:
    """Return notices, the newest first; go on with ``before`` the last id."""
    rows = await pool.fetch(_SQL.listed, None if states is None else list(states), pathway, before, limit, operations)
    return [Notice(**row) for row in rows]
