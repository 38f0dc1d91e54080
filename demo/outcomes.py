"""Koll's target and the inventory, read from PostgreSQL: counts of people, with both readings of each percentage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from records.database import Pool

_FILE = Path(__file__).with_name("outcomes.sql").read_text("utf-8")
SQL = {name: text for name, _, text in (part.partition("\n") for part in _FILE.split("-- name: ")[1:])}


@dataclass(frozen=True, slots=True)
class Share:
    """How many of whom; a percentage always names its base: all of them, or those who have left."""

    count: int
    of: int
    count_left: int
    of_left: int

    @property
    def inside(self) -> int:
        """How many of the base are still inside: nobody knows yet what becomes of them."""
        return self.of - self.of_left

    @property
    def of_all(self) -> str:
        """Percentage of all, or a dash."""
        return _percent(self.count, self.of)

    @property
    def of_those_who_left(self) -> str:
        """Percentage of those who left, or a dash."""
        return _percent(self.count_left, self.of_left)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What came of an operation."""

    people: int
    errors: int
    inside: int
    reached: Share
    undergone: Share
    by_gender: Mapping[str, Share]
    exits: Sequence[tuple[str, str, int]]


def _percent(count: int, of: int) -> str:
    return f"{100 * count / of:.0f} %" if of else "–"


def _share(people: Sequence[Any], count: str, of: str) -> Share:
    base = [one for one in people if one[of]]
    left = [one for one in base if not one["inside"]]
    return Share(sum(one[count] for one in base), len(base), sum(one[count] for one in left), len(left))


async def outcomes(pool: Pool, operation: str) -> Outcomes:
    """Return what came of an operation."""
    rows = await pool.fetch(SQL["people"], operation)
    people = [row for row in rows if row["counts"]]
    exits = [(row["reason"], row["class"], row["count"]) for row in await pool.fetch(SQL["exits"], operation)]
    return Outcomes(
        len(people), len(rows) - len(people), sum(one["inside"] for one in people),
        _share(people, "reached", "entered"), _share(people, "undergone", "offered"),
        {
            gender: _share([one for one in people if one["gender"] == gender], "reached", "entered")
            for gender in ("woman", "man")
        },
        exits,
    )  # fmt: skip
