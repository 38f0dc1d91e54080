"""The register of staff: who they are, what they may do where, who stands in, and whose unit stands for what.

Changing a pathway's owner is a command of the pathway (it is an event); this module only says which must change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import asyncpg

from records.database import Connection, Executor, Pool, one_connection
from records.queries import Queries

_SQL = Queries("staff")


class StaffUnknown(Exception):
    """There is no such staff member."""


class UnitUnknown(Exception):
    """There is no such unit, or it has no standing owner."""


class StillResponsible(Exception):
    """Someone who answers for open work can't leave before it is handed over."""

    def __init__(self, work: Responsibilities) -> None:
        super().__init__("still responsible")
        self.work = work


@dataclass(frozen=True, slots=True)
class Role:
    """A programme role in one operation, or in all of them (None)."""

    role: str
    operation: str | None = None


@dataclass(frozen=True, slots=True)
class Staff:
    """A staff member as the register knows the person."""

    id: str
    name: str
    email: str | None = None
    language: Literal["sv", "en"] = "sv"
    unit: str | None = None
    roles: tuple[Role, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit and who answers for what it refers or receives until somebody else does."""

    id: str
    name: str
    standing_owner: str | None = None
    merged_into: str | None = None
    merged_on: date | None = None


@dataclass(frozen=True, slots=True)
class OpenOfUnit:
    """An open pathway of a unit; ``answers`` is whoever answers for its owner on the day that was asked for, if any."""

    id: str
    unit: str
    owner: str
    answers: str | None


@dataclass(frozen=True, slots=True)
class Deputy:
    """Who stands in for whom; half-open: ``until_on`` is the first day back."""

    staff: str
    deputy: str
    from_on: date
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Responsibilities:
    """What somebody answers for: pathways as owner, open steps by name (pathway, key), units as standing owner."""

    pathways: tuple[str, ...]
    steps: tuple[tuple[str, str], ...]
    units: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many people are behind it."""
        return len({*self.pathways, *(pathway for pathway, _ in self.steps)})

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.pathways or self.steps or self.units)


async def add_unit(pool: Executor, unit: Unit) -> None:
    """Keep a unit, or change its name and standing owner; raises StaffUnknown for a standing owner nobody knows."""
    try:
        await pool.execute(_SQL.add_unit, unit.id, unit.name, unit.standing_owner)
    except asyncpg.ForeignKeyViolationError:
        raise StaffUnknown(unit.standing_owner) from None


async def merge_unit(pool: Executor, *, unit: str, into: str, on: date | None = None) -> None:
    """Say that a unit goes up in another, which answers for it from a day on, or at once; raises UnitUnknown.

    A unit that would lead back to itself, on whatever day, is refused the same way.
    """
    if await pool.execute(_SQL.merge_unit, unit, into, on) != "UPDATE 1":
        raise UnitUnknown(unit)


async def hold_units(connection: Connection) -> None:
    """Let nobody else reorganise before this transaction ends."""
    await connection.execute(_SQL.hold_units)


async def unit_of(pool: Executor, unit: str, *, on: date | None = None) -> Unit:
    """Return a unit, or the one that stands for it on a day (without one: in the end); raises UnitUnknown."""
    row = await pool.fetchrow(_SQL.unit, unit, on)
    if row is None:
        raise UnitUnknown(unit)
    return Unit(**row)


async def open_pathways(pool: Executor, unit: str, *, on: date) -> list[OpenOfUnit]:
    """Return the open pathways of the units for which one stands on a day."""
    return [OpenOfUnit(**row) for row in await pool.fetch(_SQL.open_of_units, unit, on)]


async def units(pool: Executor) -> list[Unit]:
    """Return every unit."""
    return [Unit(**row) for row in await pool.fetch(_SQL.units)]


async def add(pool: Pool, person: Staff) -> None:
    """Keep a staff member with roles, or change what is known; roles are only added here; raises UnitUnknown."""
    async with pool.acquire() as connection, connection.transaction():
        try:
            await connection.execute(_SQL.add, person.id, person.name, person.email, person.language, person.unit)
        except asyncpg.ForeignKeyViolationError:
            raise UnitUnknown(person.unit) from None
        for each in person.roles:
            await give_role(connection, person.id, each)


async def give_role(pool: Executor, staff: str, role: Role) -> None:
    """Give a role."""
    await pool.execute(_SQL.give_role, staff, role.operation, role.role)


async def hold_roles(connection: Connection) -> None:
    """Let nobody else change roles before this transaction ends."""
    await connection.execute(_SQL.hold_roles)


async def take_role(pool: Executor, staff: str, role: Role) -> bool:
    """Take a role back; tells whether the person had it."""
    return bool(await pool.execute(_SQL.take_role, staff, role.operation, role.role) == "DELETE 1")


async def everybody(pool: Executor, only: Sequence[str] | None = None) -> list[Staff]:
    """Return staff with their roles, those who left too."""
    rows = await pool.fetch(_SQL.staff, None if only is None else list(only))
    return [Staff(**{**row, "roles": tuple(Role(**role) for role in row["roles"])}) for row in rows]


async def answers_in(pool: Executor, staff: str) -> tuple[str, ...]:
    """Return the operations in which somebody answers for something, also without a role there any more."""
    return tuple(row["operation"] for row in await pool.fetch(_SQL.answers_in, staff))


async def get(pool: Executor, staff: str) -> Staff:
    """Return one staff member; raises StaffUnknown."""
    found = await everybody(pool, [staff])
    if not found:
        raise StaffUnknown(staff)
    return found[0]


async def roles_of(
    pool: Executor, staff: str, operation: str, *, pathway: str | None = None, on: date | None = None
) -> tuple[str, ...]:
    """Return an active staff member's roles in an operation.

    With a pathway and a day, "owner" is among them for a deputy of that pathway's owner.
    """
    roles = [row["role"] for row in await pool.fetch(_SQL.roles_of, staff, operation)]
    if pathway is not None and on is not None and await pool.fetchval(_SQL.deputises_for_owner, pathway, staff, on):
        roles.append("owner")
    return tuple(roles)


async def responsibilities(pool: Executor, staff: str, *, on: date) -> Responsibilities:
    """Return what somebody answers for on a day."""
    return Responsibilities(
        tuple(row["id"] for row in await pool.fetch(_SQL.owned, staff)),
        tuple((row["pathway"], row["key"]) for row in await pool.fetch(_SQL.carried, staff)),
        tuple(row["id"] for row in await pool.fetch(_SQL.stands_for, staff, on)),
    )


async def leave(target: Executor, staff: str, *, now: datetime, on: date) -> None:
    """End somebody's service from a day; raises StaffUnknown, StillResponsible with what must be handed over first."""
    async with one_connection(target) as connection, connection.transaction():
        if await connection.fetchval(_SQL.lock, staff) is None:
            raise StaffUnknown(staff)
        if work := await responsibilities(connection, staff, on=on):
            raise StillResponsible(work)
        await connection.execute(_SQL.leave, staff, now)
        await connection.execute(_SQL.end_deputising, staff, on)
        await connection.execute(_SQL.cut_deputising, staff, on)


async def reassign(pool: Pool, staff: str, *, to: str, on: date) -> Responsibilities:
    """Let one person answer for another's work at once, as deputy, and take over the units.

    Returns what the caller must still change by commands: the owner of the pathways, the person of the steps.
    Raises StaffUnknown when nobody present can be reached through ``to``.
    """
    async with pool.acquire() as connection, connection.transaction():
        if await connection.fetchval(_SQL.lock, staff) is None or await resolve_owner(connection, to, on=on) is None:
            raise StaffUnknown(to)
        work = await responsibilities(connection, staff, on=on)
        for unit in work.units:
            await connection.execute(_SQL.hand_unit, unit, to)
        await deputise(connection, Deputy(staff, to, on))
        return work


async def deputise(pool: Executor, deputy: Deputy) -> None:
    """Say who stands in for somebody; whoever has a deputy counts as absent; raises StaffUnknown."""
    try:
        await pool.execute(_SQL.deputy, deputy.staff, deputy.deputy, deputy.from_on, deputy.until_on)
    except asyncpg.ForeignKeyViolationError:
        raise StaffUnknown(deputy.deputy) from None


async def end_deputy(pool: Executor, deputy: Deputy, *, on: date) -> bool:
    """Let somebody stand in no longer, from a day on; tells whether there was anything to end."""
    return bool(await pool.fetchval(_SQL.end_deputy, deputy.staff, deputy.deputy, deputy.from_on, on))


async def deputies(pool: Executor, *, on: date) -> list[Deputy]:
    """Return who stands in for whom from a day on."""
    return [Deputy(**row) for row in await pool.fetch(_SQL.deputies, on)]


async def resolve_owner(pool: Executor, staff: str, *, on: date) -> str | None:
    """Return the active person who answers for somebody's work on a day, directly or by deputy, or None."""
    found: str | None = await pool.fetchval(_SQL.present, staff, on)
    return found
