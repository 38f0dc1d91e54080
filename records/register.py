"""The register of people: who a pathway is about, under which numbers, and which referral became which pathway.

Names and numbers stand here and nowhere else. A pathway's id is drawn at random, never made from a number.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID, uuid4

import asyncpg

from domain.identity import Identity, IdentityKind
from records.database import Connection, Executor, Pool
from records.keys import KeyRing
from records.queries import Queries
from records.staff import UnitUnknown, unit_of

Protection = Literal["none", "marked", "registered_elsewhere"]
ConsentGiven = Literal["written", "oral", "no"]
_SQL = Queries("register")


class AlreadyInside(Exception):
    """The person has a pathway in this operation that is not finished, under another referral."""

    def __init__(self, pathway: str) -> None:
        super().__init__(pathway)
        self.pathway = pathway


class ReferralTaken(Exception):
    """This referral id stands for another person already."""

    def __init__(self, pathway: str) -> None:
        super().__init__(pathway)
        self.pathway = pathway


class IdentityTaken(Exception):
    """The number belongs to another participant; the two need to be looked at by a person."""

    def __init__(self, participant: UUID) -> None:
        super().__init__(str(participant))
        self.participant = participant


class OperationUnknown(Exception):
    """There is no such operation."""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What a referral says of a person."""

    identity: Identity
    name: str = field(repr=False)
    birth_date: date | None = field(default=None, repr=False)
    protection: Protection = "none"
    language: str = "sv"
    contact: Mapping[str, Any] = field(default_factory=dict, repr=False)
    participant: UUID | None = None  # when the caller knows who it is, whatever the number
    consent: ConsentGiven | None = None  # to agencies sharing what they know; new with each referral, None: not asked


@dataclass(frozen=True, slots=True)
class Reservation:
    """The pathway that a referral has; ``already`` when it had it before this call."""

    pathway: str
    participant: UUID
    ordinal: int
    previous: str | None
    unit: str
    owner: str
    already: bool


@dataclass(frozen=True, slots=True)
class PersonCard:
    """What is shown of a person on a page; protected data say so, and the page decides what to leave out."""

    pathway: str
    participant: UUID
    name: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    protection: Protection
    language: str
    contact: dict[str, Any] = field(repr=False)
    identity: Identity | None


async def reserve(
    pool: Pool,
    *,
    keys: KeyRing,
    referral: str,
    operation: str,
    programme: str,
    person: NewPerson,
    unit: str,
    referrer: str,
    referred_on: date,
    now: datetime,
    owner: str | None = None,
) -> Reservation:
    """Return the pathway of a referral, made at the first call: the same for everybody who asks at once.

    The owner is the standing owner of the unit, or of what it became by that day, unless one is named. Raises
    AlreadyInside, ReferralTaken, OperationUnknown, UnitUnknown, KeyDestroyed.
    """
    if found := await _existing(pool, operation, referral, person):
        return found
    receiving = await unit_of(pool, unit, on=referred_on)
    answers = owner or receiving.standing_owner
    if answers is None:
        raise UnitUnknown(unit)
    try:
        async with pool.acquire() as connection, connection.transaction():
            participant = await _participant(connection, person, referred_on)
            ordinal, previous = await _next(connection, participant, operation, referral)
            pathway = f"p-{secrets.token_hex(10)}"
            made = await connection.fetchval(
                _SQL.reserve, pathway, participant, operation, programme, referral, ordinal, previous,
                receiving.id, referrer, answers, referred_on, now,
            )  # fmt: skip
            if made is None:
                raise _Lost
            await _keep(connection, participant, person)
            if person.consent is not None:
                await connection.execute(_SQL.consent, pathway, person.consent, referred_on, referrer, now)
            await keys.create(connection, participant)
    except asyncpg.ForeignKeyViolationError:
        raise OperationUnknown(operation) from None
    except _Lost:
        # Somebody else's reservation for this referral was first; rolling back took our participant away again.
        if found := await _existing(pool, operation, referral, person):
            return found
        raise
    return Reservation(pathway, participant, ordinal, previous, receiving.id, answers, already=False)


class _Lost(Exception):
    """Another call made the reservation between our look and our insert."""


async def _existing(pool: Executor, operation: str, referral: str, person: NewPerson) -> Reservation | None:
    row = await pool.fetchrow(_SQL.by_referral, operation, referral)
    if row is None:
        return None
    known, given = row["value"], person.identity
    if given.unique and known is not None and (row["kind"], known) != (given.kind, given.value):
        # A number that was the same person's before is no reason to refuse.
        if await _by_number(pool, given) != row["participant"]:
            raise ReferralTaken(row["id"])
    elif person.participant is not None and person.participant != row["participant"]:
        raise ReferralTaken(row["id"])
    return Reservation(
        row["id"], row["participant"], row["ordinal"], row["previous"], row["unit"], row["owner"], already=True
    )


async def _participant(connection: Connection, person: NewPerson, on: date) -> UUID:
    if person.participant is not None:
        return person.participant
    identity = person.identity
    if identity.unique and (found := await _by_number(connection, identity)):
        return found
    fresh = uuid4()
    await connection.execute(_SQL.add_participant, fresh)
    made = await connection.fetchval(_SQL.add_identity, fresh, identity.kind, identity.value, on)
    if made is not None:
        return fresh
    # A concurrent call gave this number to its own new participant and committed while our insert waited.
    await connection.execute(_SQL.drop_participant, fresh)
    found = await _by_number(connection, identity)
    if found is None:
        raise _Lost
    return found


async def _by_number(executor: Executor, identity: Identity) -> UUID | None:
    found: UUID | None = await executor.fetchval(_SQL.by_number, identity.kind, identity.value)
    return found


async def _next(connection: Connection, participant: UUID, operation: str, referral: str) -> tuple[int, str | None]:
    if await connection.fetchval(_SQL.lock_participant, participant) is None:
        raise ValueError("there is no such participant")
    if await connection.fetchval(_SQL.by_referral, operation, referral) is not None:
        raise _Lost
    rows = await connection.fetch(_SQL.pathways_of, participant, operation)
    for row in rows:
        if row["status"] in ("reserved", "open", "paused"):
            raise AlreadyInside(row["id"])
    return (rows[-1]["ordinal"] + 1, rows[-1]["id"]) if rows else (1, None)


async def _keep(connection: Connection, participant: UUID, person: NewPerson) -> None:
    await connection.execute(
        _SQL.keep_person, participant, person.name, person.birth_date, person.protection, person.language,
        dict(person.contact),
    )  # fmt: skip


async def release(pool: Executor, pathway: str) -> bool:
    """Give back a reservation whose referral was not taken; tells whether it was still only a reservation."""
    return await pool.fetchval(_SQL.release, pathway) is not None


async def reserved_before(pool: Executor, instant: datetime) -> list[dict[str, Any]]:
    """Return reservations older than an instant that never became a pathway: someone to ask about."""
    return [dict(row) for row in await pool.fetch(_SQL.reserved, instant)]


async def find(pool: Executor, identity: Identity) -> UUID | None:
    """Return whose number this is, or last was; nobody's for a kind that doesn't say who somebody is."""
    return await _by_number(pool, identity) if identity.unique else None


async def by_referral(pool: Executor, *, operation: str, referral: str) -> str | None:
    """Return the pathway that a referral became."""
    found: str | None = await pool.fetchval(_SQL.by_referral, operation, referral)
    return found


async def change_identity(pool: Pool, participant: UUID, identity: Identity, *, on: date) -> None:
    """Give a participant another number from a day on; the old one still finds the person; raises IdentityTaken."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.fetchval(_SQL.lock_participant, participant)
        await connection.execute(_SQL.end_identity, participant, on)
        made = await connection.fetchval(_SQL.add_identity, participant, identity.kind, identity.value, on)
        if made is None:
            holder = await _by_number(connection, identity)
            raise IdentityTaken(holder or participant)


async def identities(pool: Executor, participant: UUID) -> list[tuple[Identity, date, date | None]]:
    """Return every number of a participant with its days, the current one last."""
    rows = await pool.fetch(_SQL.identities, participant)
    return [(Identity(IdentityKind(r["kind"]), r["value"]), r["valid_from"], r["valid_to"]) for r in rows]


async def protect(pool: Executor, participant: UUID, protection: Protection) -> None:
    """Set or take away the protection of somebody's personal data."""
    await pool.execute(_SQL.set_protection, participant, protection)


async def cards(pool: Executor, pathways: Sequence[str]) -> dict[str, PersonCard]:
    """Return what may be shown of the people on some pathways, by pathway."""
    rows = await pool.fetch(_SQL.cards, list(pathways))
    return {row["pathway"]: _card(row) for row in rows}


def _card(row: asyncpg.Record) -> PersonCard:
    identity = None if row["kind"] is None else Identity(IdentityKind(row["kind"]), row["value"])
    return PersonCard(
        row["pathway"], row["participant"], row["name"], row["birth_date"], row["protection"], row["language"],
        row["contact"], identity,
    )  # fmt: skip
