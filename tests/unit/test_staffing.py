"""Who may change which colleagues, and that the last manager stays."""

from __future__ import annotations

import pytest

from domain.staffing import Held, locks_out, may_change, may_give

HERE: Held = ("manager", "here")
EVERYWHERE: Held = ("manager", None)


@pytest.mark.parametrize(
    ("mine", "role", "operation", "may"),
    [
        ([HERE], "team", "here", True),
        ([HERE], "manager", "here", True),
        ([HERE], "team", "there", False),
        ([HERE], "team", None, False),
        ([HERE], "operations", None, True),
        ([HERE], "operations", "here", False),
        ([EVERYWHERE], "team", "there", True),
        ([EVERYWHERE], "manager", None, True),
        ([("operations", None)], "team", "here", False),
        ([("operations", None)], "operations", None, False),
        ([("owner", "here")], "team", "here", False),
    ],
)
def test_roles_are_given_where_one_manages(mine: list[Held], role: str, operation: str | None, may: bool) -> None:
    assert may_give(mine, role, operation) is may


@pytest.mark.parametrize(
    ("mine", "theirs", "may"),
    [
        ([HERE], [], True),
        ([HERE], [("team", "here"), ("operations", None)], True),
        ([HERE], [("team", "here"), ("team", "there")], False),
        ([HERE], [EVERYWHERE], False),
        ([EVERYWHERE], [("team", "here"), HERE, EVERYWHERE], True),
        ([("operations", None)], [], False),
    ],
)
def test_nobody_becomes_a_manager_elsewhere_by_anothers_password(
    mine: list[Held], theirs: list[Held], may: bool
) -> None:
    assert may_change(mine, theirs) is may


@pytest.mark.parametrize(
    ("taken", "others", "locked"),
    [
        ([HERE], [], True),
        ([HERE], [("manager", "there")], True),
        ([HERE], [HERE], False),
        ([HERE], [EVERYWHERE], False),
        ([EVERYWHERE], [HERE], True),
        ([EVERYWHERE], [EVERYWHERE], False),
        ([("team", "here")], [], False),
    ],
)
def test_the_last_manager_stays(taken: list[Held], others: list[Held], locked: bool) -> None:
    assert locks_out(taken, others) is locked
