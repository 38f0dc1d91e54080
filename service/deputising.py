"""Who stands in for whom: everybody may name a deputy of their own, a programme manager anybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import Refusal
from records import staff
from records.staff import Deputy
from service.who import MANAGER, OPERATIONS, entrusted, known

if TYPE_CHECKING:
    from datetime import date

    from records.database import Pool


async def deputise(pool: Pool, deputy: Deputy, *, by: str) -> None:
    """Let somebody stand in. Raises Refusal: not_your_role, staff_unknown, staff_inactive, deputy_invalid."""
    if by != deputy.staff:
        await entrusted(pool, by, MANAGER, OPERATIONS)
    await known(pool, deputy.staff)
    await known(pool, deputy.deputy)
    if deputy.deputy == deputy.staff or (deputy.until_on is not None and deputy.until_on <= deputy.from_on):
        raise Refusal("deputy_invalid")
    await staff.deputise(pool, deputy)


async def end(pool: Pool, deputy: Deputy, *, by: str, on: date) -> None:
    """Let somebody stand in no longer. Raises Refusal: not_your_role, staff_unknown, staff_has_work.

    Whoever left and still answers for somebody needs the deputy: nobody falls between.
    """
    if by != deputy.staff:
        await entrusted(pool, by, MANAGER, OPERATIONS)
    try:
        person = await staff.get(pool, deputy.staff)
    except staff.StaffUnknown:
        raise Refusal("staff_unknown", staff=deputy.staff) from None
    work = await staff.responsibilities(pool, person.id, on=on)
    if not person.active and work:
        raise Refusal("staff_has_work", staff=person.id, count=work.count)
    await staff.end_deputy(pool, deputy, on=on)
