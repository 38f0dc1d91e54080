"""The table in which some of a colleague's work is chosen, and what of a choice can't be handed over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desk.pages.listing import Row, names, rows_of
from domain.errors import Refusal
from records import listing
from records.listing import Sorted, Wanted
from service.handing_over import everything, may_give
from service.listing import reader_of
from service.wording import version_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from desk.forms.field import Typed
    from desk.visit import Signed
    from records.listing import Found
    from records.staff import Responsibilities


@dataclass(frozen=True, slots=True)
class Line:
    """A participant in the table: whether the colleague is the owner, and which steps are the colleague's by name."""

    id: str
    row: Row | None
    owned: bool
    steps: tuple[str, ...]
    may: bool
    ticked: bool
    new: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A page of the table; ``first`` and ``last`` are places among all."""

    lines: tuple[Line, ...]
    number: int
    pages: int
    first: int
    last: int
    total: int

    @property
    def shown(self) -> str:
        """The participants that the page shows, as its form sends them along."""
        return " ".join(line.id for line in self.lines)

    @property
    def some(self) -> bool:
        """Tell whether there is anybody to choose."""
        return any(line.may for line in self.lines)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a form says: everything, or those that were ticked among those that its page showed."""

    whole: bool
    ticked: tuple[str, ...]
    shown: frozenset[str]
    in_all: int

    def came(self, work: Responsibilities) -> int:
        """Return how many have come since the page was shown, where it showed all that there were."""
        return len(set(people(work)) - self.shown) if len(self.shown) == self.in_all else 0


def chosen(given: Typed) -> Choice:
    """Return what was chosen; a form that doesn't say that everything is meant means what is ticked."""
    shown = " ".join(given.get("shown", ())).split()
    in_all = next(iter(given.get("in_all", ())), "")
    return Choice(
        given.get("what") == ["everything"], tuple(dict.fromkeys(given.get("chosen", ()))), frozenset(shown),
        int(in_all) if in_all.isascii() and in_all.isdigit() and len(in_all) < 9 else -1,  # noqa: PLR2004 - digits
    )  # fmt: skip


def people(work: Responsibilities) -> list[str]:
    """Return the pathways that somebody has a part in, each once."""
    return list(dict.fromkeys(pathway for pathway, _ in everything(work)))


async def found_rows(visit: Signed, ids: Sequence[str], people: dict[str, str]) -> dict[str, Row]:
    """Return rows of some pathways, with the names that the reader may see."""
    return {row.listed.id: row for row in await rows_of(visit, await _found(visit, ids), people)}


async def _found(visit: Signed, ids: Collection[str]) -> list[Found]:
    reader = await reader_of(visit.pool, visit.reader, on=visit.today)
    wanted = Wanted(ids=tuple(dict.fromkeys(ids)))
    async with listing.reading(visit.pool) as record:
        return await listing.page(record, reader, wanted, Sorted("name"), today=visit.today, limit=max(1, len(ids)))


async def table(visit: Signed, work: Responsibilities, *, number: int, size: int, choice: Choice | None) -> Table:
    """Return a page of somebody's work by name: all ticked, or what was ticked before, with what is new marked."""
    ids = people(work)
    found = await _found(visit, ids)
    known = {each.listed.id: each for each in found}
    ids = [*known, *(one for one in ids if one not in known)]  # whom the reader doesn't see stand last
    pages = max(1, -(-len(ids) // size))
    number = min(max(1, number), pages)
    here = ids[(number - 1) * size : number * size]
    rows = {row.listed.id: row for row in await rows_of(
        visit, [known[one] for one in here if one in known], await names(visit)
    )}  # fmt: skip
    may = await may_give(visit.pool, visit.reader, here, on=visit.today)
    owned = frozenset(work.pathways)
    keys: dict[str, list[str]] = {}
    for pathway, key in work.steps:
        keys.setdefault(pathway, []).append(key)
    lines = []
    for one in here:
        steps = [await step_name(visit, rows.get(one), key) for key in keys.get(one, ())]
        lines.append(Line(
            one, rows.get(one), one in owned, tuple(dict.fromkeys(step for step in steps if step)), one in may,
            ticked=choice is None or one in choice.ticked,
            new=choice is not None and bool(choice.shown) and len(choice.shown) == choice.in_all
            and one not in choice.shown,
        ))  # fmt: skip
    first = (number - 1) * size
    return Table(tuple(lines), number, pages, first + 1, first + len(here), len(ids))


async def step_name(visit: Signed, row: Row | None, key: str | None) -> str:
    """Return what a step is called; nothing for the pathway itself, or what the reader doesn't see."""
    if key is None or row is None or row.rules is None:
        return ""
    return (await version_of(visit.pool, row.rules, visit.language)).words.key(key)


async def refusal_of(visit: Signed, work: Responsibilities, choice: Choice) -> tuple[Refusal, int, list[str]] | None:
    """Return why a choice can't be handed over, the status to say it with, and what is the colleague's no longer."""
    mine = frozenset(people(work))
    gone = [one for one in choice.ticked if one not in mine and one in choice.shown]
    strange = [one for one in choice.ticked if one not in mine and one not in choice.shown]
    if strange:
        return Refusal("pathways_not_theirs", count=len(strange)), 422, gone
    if gone:
        return Refusal("pathways_gone", count=len(gone)), 409, gone
    may = await may_give(visit.pool, visit.reader, choice.ticked, on=visit.today)
    if outside := [one for one in choice.ticked if one not in may]:
        return Refusal("pathways_not_yours_to_give", count=len(outside)), 422, []
    return None
