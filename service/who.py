"""Who asks: a staff id becomes an actor with the roles that the register gives, here and today."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from domain.calendar import local_day
from domain.errors import Refusal
from domain.people import Actor, Channel
from domain.policy import MANAGER, OPERATIONS
from records import staff

__all__ = ["MANAGER", "OPERATIONS", "actor", "entrusted", "known", "operations_of", "require", "today"]

if TYPE_CHECKING:
    from datetime import date

    from records.database import Pool
    from records.staff import Staff


def today() -> date:
    """Return the day it is in Sweden."""
    return local_day(datetime.now(UTC))


async def known(pool: Pool, staff_id: str) -> Staff:
    """Return an active staff member. Raises Refusal: staff_unknown, staff_inactive."""
    try:
        found = await staff.get(pool, staff_id)
    except staff.StaffUnknown:
        raise Refusal("staff_unknown", staff=staff_id) from None
    if not found.active:
        raise Refusal("staff_inactive", staff=staff_id)
    return found


async def actor(
    pool: Pool, staff_id: str, *, operation: str, pathway: str | None = None, channel: Channel = "cli"
) -> Actor:
    """Return a staff member as an actor in an operation; a deputy of the pathway's owner also has the role "owner".

    Raises Refusal: staff_unknown, staff_inactive.
    """
    person = await known(pool, staff_id)
    roles = await staff.roles_of(pool, staff_id, operation, pathway=pathway, on=today() if pathway else None)
    return Actor(staff_id, roles, channel, person.unit)


def require(roles: tuple[str, ...] | frozenset[str], *needed: str) -> None:
    """Refuse somebody who has none of the roles. Raises Refusal."""
    if not any(role in roles for role in needed):
        raise Refusal("not_your_role", needed=", ".join(needed))


async def entrusted(pool: Pool, staff_id: str, *needed: str, operation: str | None = None) -> Staff:
    """Return a staff member who has one of the roles, in an operation or (without one) in any.

    On a register without any staff everybody is let through, or nobody could ever be added.
    Raises Refusal: staff_unknown, staff_inactive, not_your_role.
    """
    if not await staff.everybody(pool):
        return staff.Staff(staff_id, staff_id)
    person = await known(pool, staff_id)
    roles = frozenset(
        each.role for each in person.roles if operation is None or each.operation is None or each.operation == operation
    )
    require(roles, *needed)
    return person


async def working_in(pool: Pool, staff_id: str, operation: str) -> Staff:
    """Return a staff member with any role in an operation, but that of who runs the machines.

    Raises Refusal: staff_unknown, staff_inactive, no_role_here.
    """
    person = await known(pool, staff_id)
    if not any(each.operation in (None, operation) and each.role != OPERATIONS for each in person.roles):
        raise Refusal("no_role_here", operation=operation)
    return person


def operations_of(person: Staff) -> tuple[str, ...] | None:
    """Return the operations in which somebody has a role; None: in all of them."""
    if any(each.operation is None for each in person.roles):
        return None
    return tuple(dict.fromkeys(each.operation for each in person.roles if each.operation is not None))
