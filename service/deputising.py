"""Who stands in for whom: everybody names a deputy of their own, a programme manager those of colleagues.

A deputy acts for the absent one, so a manager has to manage every operation in which the absent one works.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.staffing import may_at_the_machine
from records import staff
from service import staffing
from service.who import MANAGER, OPERATIONS, entrusted, known

if TYPE_CHECKING:
    from datetime import date

    from records.database import Pool
    from records.staff import Deputy, Staff


async def deputise(pool: Pool, deputy: Deputy, *, by: str, at_the_machine: bool = False) -> None:
    """Let somebody stand in.

    Raises Refusal: not_your_role, staff_of_others, staff_unknown, staff_inactive, deputy_invalid.
    """
    await _demand(pool, deputy, by, at_the_machine=at_the_machine)
    await known(pool, deputy.staff)
    await known(pool, deputy.deputy)
    if deputy.deputy == deputy.staff or (deputy.until_on is not None and deputy.until_on <= deputy.from_on):
        raise Refusal("deputy_invalid")
    await staff.deputise(pool, deputy)


async def end(pool: Pool, deputy: Deputy, *, by: str, on: date) -> None:
    """Let somebody stand in no longer. Raises Refusal: not_your_role, staff_of_others, staff_unknown, staff_has_work.

    Whoever left and still answers for somebody needs the deputy: nobody falls between.
    """
    person = await _demand(pool, deputy, by)
    work = await staff.responsibilities(pool, person.id, on=on)
    if not person.active and work:
        raise Refusal("staff_has_work", staff=person.id, count=work.count)
    await staff.end_deputy(pool, deputy, on=on)


async def _demand(pool: Pool, deputy: Deputy, by: str, *, at_the_machine: bool = False) -> Staff:
    """Return who is away, and refuse whoever may not say so."""
    reader = None if by == deputy.staff else await entrusted(pool, by, MANAGER, OPERATIONS)
    try:
        person = await staff.get(pool, deputy.staff)
    except staff.StaffUnknown:
        raise Refusal("staff_unknown", staff=deputy.staff) from None
    if reader is not None and not (at_the_machine and may_at_the_machine(staffing.held(reader))):
        await staffing.demand_change(pool, reader, person)
    return person
