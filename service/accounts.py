"""Signing in to the desk: local accounts with argon2, a limit on tries, sessions that can be ended from anywhere."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.errors import Refusal
from records import accounts

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from records.accounts import Session
    from records.database import Pool

LEAST = 12  # characters of a password (house value; NIST SP 800-63B asks for 15 where nothing else guards the door)
MOST = 200  # characters: hashing a megabyte would be a way to keep the server busy
TRIES = 5  # failed ones for each person, and four times as many for each address, in WINDOW
WINDOW = timedelta(minutes=15)
IDLE = timedelta(hours=2)  # without a page being asked for
SEEN = timedelta(minutes=1)  # not a write for every page: what is noted may be this much older
WARNED = timedelta(minutes=10)  # before that; house value, WCAG 2.2.1 asks for twenty seconds
DAY = timedelta(hours=24)  # a session lasts no longer, used or not: more than 20 hours, which need no warning (2.2.1)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()  # the library's own choice follows RFC 9106


@cache
def _nobody() -> str:
    """Return a hash that is verified for whoever has no account, so that both take as long."""
    return _hasher().hash(secrets.token_urlsafe())


async def set_password(
    pool: Pool, staff: str, password: str, *, now: datetime, but: UUID | None = None, temporary: bool = False
) -> None:
    """Give somebody a password and end their sessions, except ``but``; a temporary one is to be changed at first use.

    Raises Refusal: password_short, text_too_long.
    """
    if len(password) < LEAST:
        raise Refusal("password_short", least=LEAST)
    if len(password) > MOST:
        raise Refusal("text_too_long", name="password", most=MOST)
    hashed = await asyncio.to_thread(_hasher().hash, password)
    async with pool.acquire() as connection, connection.transaction():
        await accounts.set_password(connection, staff, hashed, now=now, temporary=temporary)
        await accounts.end_all(connection, staff, but=but)


async def check(pool: Pool, staff: str, password: str, *, address: str, now: datetime) -> None:
    """Check a password. Raises Refusal: sign_in_wait, sign_in_failed."""
    since = now - WINDOW
    of_staff, of_address = await accounts.failures(pool, staff=staff, address=address, since=since)
    if of_staff >= TRIES or of_address >= 4 * TRIES:
        raise Refusal("sign_in_wait", minutes=int(WINDOW.total_seconds() // 60))
    kept = await accounts.password(pool, staff)
    if not await asyncio.to_thread(_fits, kept or _nobody(), password[:MOST]) or kept is None:
        await accounts.failed(pool, staff=staff, address=address, now=now)
        raise Refusal("sign_in_failed")


def _fits(hashed: str, password: str) -> bool:
    try:
        return _hasher().verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


async def sign_in(pool: Pool, staff: str, password: str, *, address: str, browser: str, now: datetime) -> str:
    """Begin a session and return the token that the browser keeps. Raises Refusal: sign_in_wait, sign_in_failed."""
    await check(pool, staff, password, address=address, now=now)
    token = secrets.token_urlsafe(32)
    await accounts.sweep(pool, now=now)
    await accounts.begin(pool, token=_digest(token), staff=staff, browser=browser[:MOST], now=now, ends=now + DAY)
    return token


async def session_of(pool: Pool, token: str, *, now: datetime) -> Session | None:
    """Return the session of a token, or None where it is over."""
    found = await accounts.session(pool, _digest(token), now=now, seen_after=now - IDLE)
    if found is not None and now - found.seen_at > SEEN:
        await accounts.see(pool, found.id, now=now)
    return found


async def left_of(pool: Pool, token: str, *, now: datetime) -> timedelta:
    """Return how long a session still lasts if nothing happens; asking makes it no longer."""
    found = await accounts.session(pool, _digest(token), now=now, seen_after=now - IDLE)
    return timedelta() if found is None else min(found.seen_at + IDLE, found.ends_at) - now


async def sessions_of(pool: Pool, staff: str, *, now: datetime) -> list[Session]:
    """Return where somebody is signed in."""
    return await accounts.sessions(pool, staff, now=now, seen_after=now - IDLE)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
