"""Who sees what: a reader's standing to a pathway or in an operation, and what the policy says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from domain.errors import Refusal
from domain.policy import Purpose, Relation, may, relations

if TYPE_CHECKING:
    from collections.abc import Collection

    from domain.people import Actor
    from records.staff import Staff


class Placed(Protocol):
    """A pathway, or a row about one, with whom it belongs to."""

    @property
    def owner(self) -> str:
        """Who is responsible."""

    @property
    def referrer(self) -> str | None:
        """Who referred the person."""

    @property
    def unit(self) -> str:
        """The unit that referred."""


def stands(reader: Actor, listed: Placed, responsible: Collection[str] = ()) -> frozenset[Relation]:
    """Return how a reader stands to a pathway; ``responsible`` are those named for its open steps."""
    return relations(
        frozenset(reader.roles),
        owner=reader.staff == listed.owner,
        referrer=reader.staff == listed.referrer,
        responsible=reader.staff in responsible,
        same_unit=reader.unit == listed.unit,
    )


def stands_in(person: Staff, operation: str | None) -> frozenset[Relation]:
    """Return how somebody stands in an operation, or (without one) in any, apart from single pathways.

    Whoever works there may own a pathway or refer for a unit, so both are within reach.
    """
    roles = frozenset(
        each.role for each in person.roles if operation is None or each.operation is None or each.operation == operation
    )
    return relations(roles, same_unit=True)


def demand(purpose: Purpose, standing: frozenset[Relation], *, protection: str = "none") -> None:
    """Refuse somebody who may not. Raises Refusal: not_for_you, another_unit, protected_data."""
    verdict = may(purpose, standing, protection=protection)
    if not verdict:
        raise Refusal(verdict.why)
