"""What several lists share: the names of staff, and where somebody is, in the programme's own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from records import operations, programmes, staff
from service.wording import Version, version_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desk.visit import Signed
    from records.listing import Found
    from records.views import Listed


@dataclass(frozen=True, slots=True)
class Row:
    """A pathway in a list; ``name`` is empty where the reader may not see it."""

    listed: Listed
    name: str
    where: str
    owner: str
    rules: str | None


async def names(visit: Signed) -> dict[str, str]:
    """Return the names of staff by id."""
    return {one.id: one.name for one in await staff.everybody(visit.pool)}


async def rows_of(visit: Signed, found: Iterable[Found], people: dict[str, str]) -> list[Row]:
    """Return rows for what a list found; who may be in it, and by name, is decided there."""
    return [
        Row(each.listed, each.name or "", await where(visit, each), people.get(each.listed.owner, each.listed.owner),
            each.rules)
        for each in found
    ]  # fmt: skip


async def where(visit: Signed, each: Found) -> str:
    """Return the stage that somebody is in, or why the person left."""
    one = each.listed
    if each.rules is None or not (one.stage or one.exit_reason):
        return ""
    words = (await version_of(visit.pool, each.rules, visit.language)).words
    return words.step(one.stage) if one.stage else words.exit(one.exit_reason or "")


async def versions_of(visit: Signed, mine: Iterable[operations.Run]) -> dict[str, Version]:
    """Return the version that each programme of some operations has today, by programme."""
    found: dict[str, Version] = {}
    for each in mine:
        if each.programme not in found:
            version = each.version or await programmes.hash_in_force(visit.pool, each.programme, visit.today)
            if version is not None:
                found[each.programme] = await version_of(visit.pool, version, visit.language)
    return found
