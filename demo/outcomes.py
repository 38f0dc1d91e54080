"""Koll's target and the inventory, read from PostgreSQL: counts of people, with both readings of each percentage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.figures import Share
from records.database import Pool

_FILE = Path(__file__).with_name("outcomes.sql").read_text("utf-8")
SQL = {name: text for name, _, text in (part.partition("\n") for part in _FILE.split("-- name: ")[1:])}


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


def said(percent: int | None) -> str:
    """Return a percentage as it is told, or a dash."""
    return "–" if percent is None else f"{percent} %"


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
