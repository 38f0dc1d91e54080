"""How far somebody reaches in a list: the policy of domain/policy.py, asked once for many pathways instead of for each.

A list must be cut to what its reader may see before it is cut into pages, so the answer has to be one that a query can
ask. What it says of a pathway is what ``may`` says of it: ``tests/unit/test_reach.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.policy import Purpose, may, relations

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Reach:
    """Which pathways a purpose is allowed for: all of ``whole``, the own unit's of ``of_unit``, and the reader's own.

    Operations; None stands for every one. The others tell whether it is enough to be the owner (or to stand in for the
    owner), to be responsible for an open step by name, to have referred.
    """

    whole: tuple[str, ...] | None
    of_unit: tuple[str, ...] | None
    own: bool
    responsible: bool
    referred: bool


def reach(purpose: Purpose, roles: Iterable[tuple[str, str | None]], *, protection: str = "none") -> Reach:
    """Return how far somebody with roles (role, operation; None: in every one) reaches, where data are so protected."""
    held = tuple(roles)
    everywhere = frozenset(role for role, operation in held if operation is None)
    by_operation = {
        operation: everywhere | {role for role, of in held if of == operation}
        for operation in dict.fromkeys(of for _, of in held)
        if operation is not None
    }

    def where(*, same_unit: bool) -> tuple[str, ...] | None:
        if may(purpose, relations(everywhere, same_unit=same_unit), protection=protection):
            return None
        return tuple(
            operation
            for operation, there in by_operation.items()
            if may(purpose, relations(there, same_unit=same_unit), protection=protection)
        )

    nothing: frozenset[str] = frozenset()
    return Reach(
        where(same_unit=False), where(same_unit=True),
        bool(may(purpose, relations(nothing, owner=True), protection=protection)),
        bool(may(purpose, relations(nothing, responsible=True), protection=protection)),
        bool(may(purpose, relations(nothing, referrer=True), protection=protection)),
    )  # fmt: skip
