"""Lists of people for a reader: how far the reader sees, what somebody typed to find a person, orders by words."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.identity import IdentityInvalid, parse
from domain.policy import Purpose
from domain.reach import reach
from records import finding, listing, register
from records.listing import Reader, Sorted, Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from records.database import Pool
    from records.staff import Staff

LEAST = 2  # letters of a name: one would find half of everybody
_NUMBERLIKE = re.compile(r"[0-9][0-9\s+-]{5,}[0-9]")
_WORDS = re.compile(r"\w+")
_SORTED = str.maketrans("åäæöøéèêëüáàâíìîóòôúùûñç", "{||}}eeeeyaaaiiiooouuunc")


async def reader_of(pool: Pool, person: Staff, *, on: date, purpose: Purpose = Purpose.PAGE) -> Reader:
    """Return how far somebody sees lists for a purpose on a day."""
    roles = [(each.role, each.operation) for each in person.roles]
    owners, responsible = await listing.own(pool, person.id, on=on)
    return Reader(
        staff=person.id,
        unit=person.unit,
        rows=reach(purpose, roles),
        names=reach(Purpose.NAME, roles),
        protected_names=reach(Purpose.NAME, roles, protection="marked"),
        owners=(person.id, *owners),
        responsible=responsible,
    )


def is_number(text: str) -> bool:
    """Tell whether a text is, or begins, an identity number: such a text stands in no address and no log."""
    return _NUMBERLIKE.fullmatch(text.strip()) is not None


async def by_number(pool: Pool, text: str, *, on: date) -> Wanted | None:
    """Return how to list the person whose number this is; None where it is nobody's."""
    try:
        person = await register.find(pool, parse(text, on=on))
    except IdentityInvalid:
        return None
    return None if person is None else Wanted(person=person)


async def by_text(pool: Pool, text: str, wanted: Wanted) -> Wanted:
    """Return a list narrowed by what somebody typed: a pathway, a referral, or the beginnings of names."""
    if matches := await finding.matching(pool, text):
        return replace(wanted, ids=tuple(one.id for one in matches))
    words = tuple(word.lower() for word in _WORDS.findall(text))
    if not any(len(word) >= LEAST for word in words):
        return replace(wanted, ids=())
    return replace(wanted, words=words)


def swedish(name: str) -> str:
    """Return what a name is sorted by, as the function of the same name in PostgreSQL does it."""
    return name.lower().translate(_SORTED)


async def sorted_by(pool: Pool, sort: str, *, names: Mapping[str, str], stages: Sequence[str]) -> Sorted:
    """Return the order that a word stands for (``-due``: the latest first); the newest first for any other word.

    Owners come in the order of their names, and stages in the programme's.
    """
    by, descending = sort.removeprefix("-"), sort.startswith("-")
    match by:
        case "name" | "due" | "referred":
            return Sorted(by, descending)
        case "owner":
            owners = sorted(await listing.owners(pool), key=lambda one: (swedish(names.get(one, one)), one))
            return Sorted("owner", descending, tuple(owners[::-1] if descending else owners))
        case "stage":
            known = [*stages, *(each for each in await listing.stages(pool) if each not in stages)]
            return Sorted("stage", descending, (*(known[::-1] if descending else known), ""))
        case _:
            return Sorted("referred", descending=True)
