"""Accounts and sessions of the desk, tries that failed, and who read about whom. Passwords come here hashed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from records.queries import Queries

if TYPE_CHECKING:
    from records.database import Executor

_SQL = Queries("accounts")


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in on one browser."""

    id: UUID
    staff: str
    began_at: datetime
    seen_at: datetime
    ends_at: datetime
    browser: str
    first: bool = False
    """Whether the password is one that was given, to be changed before anything else."""


@dataclass(frozen=True, slots=True)
class Read:
    """One reading of a page about somebody."""

    id: int
    pathway: str
    staff: str
    what: str
    at: datetime


async def set_password(pool: Executor, staff: str, hashed: str, *, now: datetime, temporary: bool = False) -> None:
    """Keep an account's hashed password; a temporary one is to be changed before anything else."""
    await pool.execute(_SQL.set_password, staff, hashed, now, temporary)


async def password(pool: Executor, staff: str) -> str | None:
    """Return the hashed password of somebody who may sign in, or None."""
    found: str | None = await pool.fetchval(_SQL.password, staff)
    return found


async def any_account(pool: Executor) -> bool:
    """Tell whether anybody can sign in."""
    return bool(await pool.fetchval(_SQL.any_account))


async def with_account(pool: Executor) -> frozenset[str]:
    """Return the staff who have an account."""
    return frozenset(row["staff"] for row in await pool.fetch(_SQL.with_account))


async def begin(pool: Executor, *, token: bytes, staff: str, browser: str, now: datetime, ends: datetime) -> None:
    """Begin a session; ``token`` is the hash of what the browser keeps."""
    await pool.execute(_SQL.begin, token, staff, browser, now, ends)


async def session(pool: Executor, token: bytes, *, now: datetime, seen_after: datetime) -> Session | None:
    """Return the session of a token, or None where it is over."""
    row = await pool.fetchrow(_SQL.session, token, now, seen_after)
    return None if row is None else Session(**row)


async def see(pool: Executor, session_id: UUID, *, now: datetime) -> None:
    """Note that a session is in use."""
    await pool.execute(_SQL.see, session_id, now)


async def sessions(pool: Executor, staff: str, *, now: datetime, seen_after: datetime) -> list[Session]:
    """Return where somebody is signed in."""
    return [Session(**row) for row in await pool.fetch(_SQL.sessions, staff, now, seen_after)]


async def end(pool: Executor, session_id: UUID, *, staff: str) -> None:
    """End one session of somebody."""
    await pool.execute(_SQL.end_session, session_id, staff)


async def end_all(pool: Executor, staff: str, *, but: UUID | None = None) -> None:
    """End every session of somebody, except one."""
    await pool.execute(_SQL.end_sessions, staff, but)


async def failed(pool: Executor, *, staff: str, address: str, now: datetime) -> None:
    """Note a try that failed."""
    await pool.execute(_SQL.failed, staff, address, now)


async def failures(pool: Executor, *, staff: str, address: str, since: datetime) -> tuple[int, int]:
    """Return how often this person and this address failed since an instant."""
    row = await pool.fetchrow(_SQL.failures, staff, address, since)
    return (0, 0) if row is None else (row["of_staff"], row["of_address"])


async def sweep(pool: Executor, *, now: datetime) -> None:
    """Forget tries and sessions that are over."""
    await pool.execute(_SQL.sweep, now)


async def read(pool: Executor, pathway: str, *, staff: str, what: str, now: datetime) -> None:
    """Note that somebody read about somebody."""
    await pool.execute(_SQL.read, pathway, staff, what, now)


async def reads(pool: Executor, pathway: str, *, before: int | None = None, limit: int = 50) -> list[Read]:
    """Return who read a pathway's pages, the latest first."""
    return [Read(**row) for row in await pool.fetch(_SQL.reads, pathway, before, limit)]
