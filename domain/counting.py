"""Counting people who aren't known by name: who declines to be identified is a counted row, not a pathway.

A row says how many, of which kind, where and on which day, and nothing that could be about one person: no number, no
name, no words. It counts for no target: figures show these rows beside the named participants. Only where it is asked
how many have come, against how many were planned, are those who take part added: they have come, whoever they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from domain.errors import Refusal

if TYPE_CHECKING:
    from datetime import date

    from domain.operations import OperationDef

Gender = Literal["woman", "man"]
MOST = 500  # in one row: more on one day, in one unit, is a slip of the finger


class Kind(StrEnum):
    """Why somebody is counted without an identity."""

    DECLINED = "declined"  # takes part, and declines to be identified
    SHORT_CONTACT = "short_contact"  # was met and never referred


TAKES_PART = (Kind.DECLINED,)
"""The kinds of people who have come to an operation; whoever was met once and never referred has not."""


@dataclass(frozen=True, slots=True)
class Counted:
    """So many people of a kind, met on a day in a unit; ``gender`` is none where nobody asked, or they differ."""

    operation: str
    unit: str
    on: date
    kind: Kind
    number: int
    gender: Gender | None = None


def count(
    operation: OperationDef, *, unit: str, on: date, kind: Kind, number: int, gender: Gender | None, today: date
) -> Counted:
    """Return a row to be counted, in the unit that the given one is on that day.

    Raises Refusal: count_out_of_range, day_in_the_future, unit_unknown, and what a day outside the operation is.
    """
    if not 1 <= number <= MOST:
        raise Refusal("count_out_of_range", number=number, most=MOST)
    if on > today:
        raise Refusal("day_in_the_future", day=str(on))
    operation.covers(on)
    return Counted(operation.operation, operation.unit_on(unit, on).id, on, kind, number, gender)
