"""What a list is cut by says of each pathway what the policy says of it."""

from __future__ import annotations

from itertools import combinations

import pytest

from domain.policy import MANAGER, OPERATIONS, REFERRER, Purpose, may, relations
from domain.reach import Reach, reach

HERE, ELSEWHERE = "koll", "visa"
ROLES = [
    (role, operation)
    for role in (MANAGER, REFERRER, OPERATIONS, "team", "assessor")
    for operation in (HERE, ELSEWHERE, None)
]
HELD = [(), *((one,) for one in ROLES), *combinations(ROLES, 2)]
TIES = [
    {"owner": owner, "referrer": referrer, "responsible": responsible, "same_unit": same_unit}
    for owner in (False, True) for referrer in (False, True) for responsible in (False, True)
    for same_unit in (False, True)
]  # fmt: skip


def within(found: Reach, ties: dict[str, bool]) -> bool:
    return (
        found.whole is None or HERE in found.whole or (ties["owner"] and found.own)
        or (ties["responsible"] and found.responsible) or (ties["referrer"] and found.referred)
        or (ties["same_unit"] and (found.of_unit is None or HERE in found.of_unit))
    )  # fmt: skip


@pytest.mark.parametrize("protection", ["none", "marked"])
@pytest.mark.parametrize("purpose", [Purpose.PAGE, Purpose.NAME, Purpose.EXPORT])
def test_a_list_reaches_exactly_what_the_policy_allows(purpose: Purpose, protection: str) -> None:
    for held in HELD:
        found = reach(purpose, held, protection=protection)
        roles = frozenset(role for role, operation in held if operation in (None, HERE))
        for ties in TIES:
            allowed = bool(may(purpose, relations(roles, **ties), protection=protection))

            assert within(found, ties) is allowed, (held, ties)
