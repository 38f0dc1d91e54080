"""Who may change which colleagues, and that somebody is left who can: one can't lock out the last manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.policy import MANAGER, OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Collection

Held = tuple[str, str | None]
"""A role, and the operation in which somebody has it; None: in every one."""


def manages(mine: Collection[Held], operation: str | None) -> bool:
    """Tell whether somebody with these roles gives and takes roles in an operation, or (None) in all of them."""
    return any(role == MANAGER and where in (None, operation) for role, where in mine)


def may_give(mine: Collection[Held], role: str, operation: str | None) -> bool:
    """Tell whether somebody may give or take a role. Running the machines is no programme's: any manager gives it."""
    if role == OPERATIONS:
        return operation is None and any(each == MANAGER for each, _ in mine)
    return manages(mine, operation)


def may_change(mine: Collection[Held], theirs: Collection[Held]) -> bool:
    """Tell whether somebody may change another's name, address or password, or end the service.

    Whoever sets a password can act as that person, so one has to manage every operation in which the other works.
    """
    if not any(role == MANAGER for role, _ in mine):
        return False
    return all(may_give(mine, role, operation) for role, operation in theirs)


def may_at_the_machine(mine: Collection[Held]) -> bool:
    """Tell whether somebody runs the machines: at the command line that is enough, as the whole record lies open there.

    So a municipality whose only manager is gone isn't locked out.
    """
    return any(role == OPERATIONS for role, _ in mine)


def locks_out(taken: Collection[Held], others: Collection[Held]) -> bool:
    """Tell whether an operation is left without a manager when these roles go; ``others`` are those of active staff."""
    left = {where for role, where in others if role == MANAGER}
    return any(role == MANAGER and None not in left and where not in left for role, where in taken)
