"""What several lists share: rows with the names and words that the reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.policy import Purpose, may
from records import register, staff
from service.seeing import stands
from service.wording import Words, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desk.visit import Signed
    from records.views import Listed


@dataclass(frozen=True, slots=True)
class Row:
    """A pathway in a list; ``name`` is empty where the reader may not see it."""

    listed: Listed
    name: str
    where: str
    owner: str


async def names(visit: Signed) -> dict[str, str]:
    """Return the names of staff by id."""
    return {one.id: one.name for one in await staff.everybody(visit.pool)}


async def rows_of(visit: Signed, found: Iterable[Listed]) -> list[Row]:
    """Return rows for pathways, without those that the reader may not see."""
    listed = list(found)
    readers = {operation: await visit.actor(operation) for operation in {each.operation for each in listed}}
    cards = await register.cards(visit.pool, [each.id for each in listed])
    people = await names(visit)
    words: dict[str, Words] = {}
    rows = []
    for each in listed:
        standing = stands(readers[each.operation], each)
        if not may(Purpose.PAGE, standing):
            continue
        card = cards.get(each.id)
        seen = card is not None and may(Purpose.NAME, standing, protection=card.protection)
        rows.append(
            Row(each, card.name if seen and card else "", await _where(visit, each, words), people.get(each.owner, ""))
        )
    return rows


async def _where(visit: Signed, each: Listed, words: dict[str, Words]) -> str:
    """Return the stage that somebody is in, or why the person left."""
    if not each.stage and not each.exit_reason:
        return ""
    if each.programme not in words:
        # A list may show several versions; any of them says it well enough.
        version = await visit.pool.fetchval("SELECT rules FROM pathways WHERE id = $1", each.id)
        if version is None:
            return each.stage or ""
        words[each.programme] = await words_of(visit.pool, version, visit.language)
    known = words[each.programme]
    return known.step(each.stage) if each.stage else known.exit(each.exit_reason or "")
