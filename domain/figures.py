"""Figures of an operation: shares with their base, and a planned number spread over the operation's months.

A percentage always names its base, and has two readings: of all in the base, and of those who have left, because
nobody knows yet what becomes of those inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from domain.format.names import Names
from domain.rules import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from domain.format.model import ProgrammeDef

REFERRAL, EXIT = "referral", "exit"


@dataclass(frozen=True, slots=True)
class Share:
    """How many of whom: of all, and of those who have left."""

    count: int
    of: int
    count_left: int
    of_left: int

    def __add__(self, other: Share) -> Share:
        """Return both together: of people who are not in both."""
        return Share(
            self.count + other.count, self.of + other.of, self.count_left + other.count_left,
            self.of_left + other.of_left,
        )  # fmt: skip

    @property
    def inside(self) -> int:
        """How many of the base are still inside: nobody knows yet what becomes of them."""
        return self.of - self.of_left

    @property
    def percent(self) -> int | None:
        """Percentage of all; None where there is nobody."""
        return percent(self.count, self.of)

    @property
    def percent_left(self) -> int | None:
        """Percentage of those who left; None where there is nobody."""
        return percent(self.count_left, self.of_left)


NONE = Share(0, 0, 0, 0)


def percent(count: int, of: int) -> int | None:
    """Return a percentage without decimals: the groups are small; None where there is nobody."""
    return round(100 * count / of) if of else None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reference of a target looks for on a pathway: in the words of the read model, not of the definition."""

    kind: Literal["everybody", "milestone", "opened", "done", "ended", "exit"]
    name: str = ""
    ending: str | None = None


def seen(definition: ProgrammeDef, ref: str) -> Seen | None:
    """Return what a reference looks for; None for what only the log tells (a happening)."""
    full = Names(definition).resolve(ref, ROOT)
    if full in definition.milestones:
        return Seen("milestone", full)
    if full in definition.happenings:
        return None
    if full == REFERRAL:
        return Seen("everybody")
    if full == EXIT or full.startswith("exit."):
        return Seen("exit", full.partition(".")[2])
    path, _, ending = full.rpartition(".")
    known = Names(definition).endings
    if full in known:
        return Seen("done", full)
    if ending == "opened":
        return Seen("opened", path)
    return Seen("ended", path) if ending == "ended" else Seen("done", path, ending)


def planned_by(total: float, starts: date, ends: date) -> Iterator[tuple[date, float]]:
    """Yield the first day of each month of an operation, and how many should have come by its end.

    Spread evenly: no plan of the programmes says otherwise (house value).
    """
    first = starts.replace(day=1)
    months = (ends.year - starts.year) * 12 + ends.month - starts.month + 1
    for number in range(months):
        year, month = divmod(first.month - 1 + number, 12)
        yield first.replace(year=first.year + year, month=month + 1), total * (number + 1) / months
