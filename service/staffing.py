"""Staff as a manager keeps them: names and addresses, roles, passwords, leaving. Rules: domain/staffing.py."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.policy import MANAGER, OPERATIONS
from domain.rules import OWNER
from domain.staffing import Held, locks_out, may_change, may_give
from records import accounts, operations, programmes
from records import staff as register
from records.database import one_connection
from service.accounts import set_password
from service.stating import line_of_text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from records.database import Executor, Pool
    from records.staff import Role, Staff

MOST = 254  # characters of an address
_ID = re.compile(r"[a-z][a-z0-9._-]{0,59}")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_TAKEN = ("owner", "system")
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # those that can't be mistaken for one another, read aloud or written down
_GROUPS, _GROUP = 4, 4  # 16 of 31 signs: 79 bits


def held(person: Staff) -> tuple[Held, ...]:
    """Return somebody's roles as the rules take them."""
    return tuple((each.role, each.operation) for each in person.roles)


async def can_change(pool: Executor, reader: Staff, person: Staff) -> bool:
    """Tell whether somebody may change a colleague, or let another act for the colleague.

    Work that somebody has left in an operation, without a role there any more, counts like a role.
    """
    left = [(OWNER, operation) for operation in await register.answers_in(pool, person.id)]
    return may_change(held(reader), [*held(person), *left])


async def demand_change(pool: Executor, reader: Staff, person: Staff) -> None:
    """Refuse whoever may not change a colleague. Raises Refusal: staff_of_others."""
    if not await can_change(pool, reader, person):
        raise Refusal("staff_of_others")


async def roles_of(pool: Executor, operation: str) -> tuple[str, ...]:
    """Return the roles of an operation: those of its programme's newest version, and the manager's."""
    versions = await programmes.versions(pool, (await operations.load(pool, operation)).programme)
    if not versions:
        return (MANAGER,)
    published = await programmes.load(pool, versions[-1].hash)
    return tuple(dict.fromkeys([*published.rules.get("roles", ()), MANAGER]))


async def keep(pool: Pool, person: Staff) -> None:
    """Keep a staff member, or change what is known. Raises Refusal naming the field: id, name, email, unit."""
    if not _ID.fullmatch(person.id) or person.id in _TAKEN:
        raise Refusal("staff_id_invalid")
    if person.language not in ("sv", "en"):
        raise Refusal("language_unknown")
    line_of_text(person.name, "name")
    if person.email is not None and not _ADDRESS.fullmatch(line_of_text(person.email, "email", MOST)):
        raise Refusal("address_invalid")
    try:
        await register.add(pool, person)
    except register.UnitUnknown:
        units = ", ".join(one.id for one in await register.units(pool))
        raise Refusal("unit_unknown", unit=person.unit, known=units) from None


async def demand_role(pool: Executor, reader: Staff, role: Role) -> None:
    """Refuse a role that the reader may not give, or that isn't. Raises Refusal: staff_of_others, *_unknown."""
    if not may_give(held(reader), role.role, role.operation):
        raise Refusal("staff_of_others")
    known = (OPERATIONS,) if role.role == OPERATIONS else await _known(pool, role.operation)
    if role.role not in known:
        raise Refusal("role_unknown", role=role.role, known=", ".join(known))


async def _known(pool: Executor, operation: str | None) -> tuple[str, ...]:
    every = [one.id for one in await operations.every(pool)]
    if operation is not None and operation not in every:
        raise Refusal("operation_unknown", operation=operation, known=", ".join(every))
    found = [role for name in (every if operation is None else [operation]) for role in await roles_of(pool, name)]
    return tuple(dict.fromkeys(found))


async def give(pool: Executor, reader: Staff, person: str, role: Role) -> None:
    """Give a role. Raises Refusal: staff_of_others, role_unknown, operation_unknown."""
    await demand_role(pool, reader, role)
    await register.give_role(pool, person, role)


async def take(pool: Executor, reader: Staff, person: str, role: Role) -> None:
    """Take a role back. Raises Refusal: staff_of_others, last_manager."""
    if not may_give(held(reader), role.role, role.operation):
        raise Refusal("staff_of_others")
    async with one_connection(pool) as connection, connection.transaction():
        await register.hold_roles(connection)
        await _refuse_lock_out(connection, person, [(role.role, role.operation)])
        await register.take_role(connection, person, role)


async def leave(pool: Pool, person: Staff, *, now: datetime, on: date) -> None:
    """End somebody's service and every session. Raises Refusal: last_manager; StillResponsible."""
    async with one_connection(pool) as connection, connection.transaction():
        await register.hold_roles(connection)
        await _refuse_lock_out(connection, person.id, held(person))
        await register.leave(connection, person.id, now=now, on=on)
        await accounts.end_all(connection, person.id)


async def _refuse_lock_out(pool: Executor, person: str, taken: Sequence[Held]) -> None:
    """Refuse what leaves an operation without a manager; the same role that somebody keeps twice doesn't count."""
    rest: Collection[Held] = [
        each for one in await register.everybody(pool) if one.active for each in held(one)
        if one.id != person or each not in taken
    ]  # fmt: skip
    if locks_out(taken, rest):
        raise Refusal("last_manager")


async def first_password(pool: Pool, staff: str, *, now: datetime) -> str:
    """Give somebody a password to be told once and changed at the first use; every session of theirs ends."""
    signs = ["".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS)]
    password = "-".join(signs)
    await set_password(pool, staff, password, now=now, temporary=True)
    return password
