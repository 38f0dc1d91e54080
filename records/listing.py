"""Lists of pathways: filtered, in any order, a page at a time, and cut to what the reader may see before they are cut.

The policy comes as ``Reach`` (domain/reach.py). A page begins after (or before) a place in the order, never at a
number of rows, so the thousandth page costs what the first does.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg

from domain.reach import Reach
from records.database import Connection, Executor, Pool
from records.queries import Queries
from records.views import Listed

_SQL = Queries("listing")
_LISTED = tuple(each.name for each in fields(Listed))

Order = Literal["name", "referred", "due", "owner", "stage"]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a list, and how far the reader reaches: for rows, for names, and for names that are protected."""

    staff: str
    unit: str | None
    rows: Reach
    names: Reach
    protected_names: Reach
    owners: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; nothing asks for everything. ``late`` and ``quiet`` are instants: due, or unwatched, by then.

    ``words`` are beginnings of words of a name. ``ids`` and ``person`` are what somebody was found by.
    """

    operation: str | None = None
    statuses: tuple[str, ...] | None = None
    held: bool = False
    stage: str | None = None
    owner: str | None = None
    unit: str | None = None
    late: datetime | None = None
    quiet: datetime | None = None
    exit: str | None = None
    referred_from: date | None = None
    referred_to: date | None = None
    person: UUID | None = None
    ids: tuple[str, ...] | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A place in an order. The key of a name is left out, so that a place can stand in an address."""

    segment: int
    group: str
    key: str
    id: str

    @property
    def text(self) -> str:
        """The place as an address names it."""
        return "~".join((str(self.segment), self.group, self.key, self.id))


@dataclass(frozen=True, slots=True)
class Found:
    """A pathway of a list; ``name`` is None for a reader who may not see it."""

    listed: Listed
    rules: str | None
    place: Place
    name: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sorted:
    """An order: by what and which way; an order by owner or stage names every group in the order wanted."""

    by: Order
    descending: bool = False
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Segment:
    """A part of an order whose rows all have the key. ``{named}`` stands for the policy's answer."""

    where: str
    key: str
    type: str
    grouped: str = ""


_REFERRED = "p.referred_on"
_SEGMENTS: dict[Order, tuple[_Segment, ...]] = {
    "referred": (_Segment("true", _REFERRED, "date"),),
    "due": (
        _Segment("p.next_due IS NOT NULL", "p.next_due", "timestamptz"),
        _Segment("p.next_due IS NULL", _REFERRED, "date"),
    ),
    # Whoever may not see a name may not learn either where in the alphabet it is.
    "name": (_Segment("{named}", "swedish(c.name)", "text"), _Segment("NOT {named}", _REFERRED, "date")),
    "owner": (_Segment("true", _REFERRED, "date", "p.owner"),),
    "stage": (_Segment("true", _REFERRED, "date", "coalesce(p.stage, '')"),),
}


_READ: dict[str, Callable[[str], Any]] = {
    "date": date.fromisoformat, "timestamptz": datetime.fromisoformat, "text": str,
}  # fmt: skip
_ID = re.compile(r"[\w.-]{1,100}")


def place_of(text: str, by: Order) -> Place | None:
    """Return the place in an order that a text names; None for one that names none."""
    segment, _, rest = text.partition("~")
    parts = rest.split("~")
    if len(parts) != 3 or segment not in {str(each) for each in range(len(_SEGMENTS[by]))}:  # noqa: PLR2004 - group, key, id
        return None
    found = Place(int(segment), *parts)
    try:
        _READ[_SEGMENTS[by][found.segment].type](found.key)
    except ValueError:
        return None
    return found if _ID.fullmatch(found.id) else None


class _Arguments(list[Any]):
    """Values of a query; each is named once."""

    def of(self, **values: Any) -> dict[str, str]:
        named = {}
        for name, value in values.items():
            self.append(list(value) if isinstance(value, tuple) else value)
            named[name] = f"${len(self)}"
        return named


def _within(reader: Reader, reach: Reach, given: _Arguments) -> str:
    return _SQL.within.format(
        **given.of(
            whole=reach.whole, owners=reader.owners if reach.own else (), of_unit=reach.of_unit, unit=reader.unit,
            responsible=reader.responsible if reach.responsible else (),
            referrer=reader.staff if reach.referred else None,
        )
    )  # fmt: skip


def _asked(reader: Reader, wanted: Wanted, today: date, given: _Arguments) -> tuple[str, str]:
    """Return the condition of a list, and the one for seeing a name."""
    open_, protected = _within(reader, reader.names, given), _within(reader, reader.protected_names, given)
    named = _SQL.named.format(open=open_, protected=protected)
    asked = given.of(
        operation=wanted.operation, statuses=wanted.statuses, held=wanted.held, stage=wanted.stage, owner=wanted.owner,
        units=wanted.unit, today=today, late=wanted.late, exit=wanted.exit,
        referred_from=wanted.referred_from, referred_to=wanted.referred_to, person=wanted.person, ids=wanted.ids,
        words=" & ".join(f"{word}:*" for word in wanted.words) or None,
    )  # fmt: skip
    parts = [_SQL.wanted.format(**asked, named=named), _within(reader, reader.rows, given)]
    if wanted.quiet is not None:
        parts.append(_SQL.quiet.format(**given.of(quiet=wanted.quiet)))
    return " AND ".join(parts), named


@asynccontextmanager
async def reading(pool: Pool) -> AsyncIterator[Connection]:
    """Open the record for lists, each planned for what it asks: an absent filter costs nothing then."""
    async with pool.acquire() as connection, connection.transaction(readonly=True):
        await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        yield connection


async def page(
    connection: Connection, reader: Reader, wanted: Wanted, order: Sorted, *, today: date, after: Place | None = None,
    before: Place | None = None, limit: int = 50,
) -> list[Found]:  # fmt: skip
    """Return a page in its order: what comes after a place, or what comes before one."""
    segments = list(enumerate(_SEGMENTS[order.by]))
    here = after or before
    if before is not None:
        segments.reverse()
    if here is not None:
        segments = [pair for pair in segments if (pair[0] - here.segment) * (-1 if before else 1) >= 0]
    found: list[Found] = []
    for number, segment in segments:
        at = here if here is not None and here.segment == number else None
        query, given = await _query(connection, reader, wanted, order, (number, segment), today=today, at=at,
                                    back=before is not None, limit=limit - len(found))  # fmt: skip
        found += [_found(row, number, segment) for row in await connection.fetch(query, *given)]
        if len(found) >= limit:
            break
    return found[::-1] if before is not None else found


async def _query(
    connection: Executor, reader: Reader, wanted: Wanted, order: Sorted, numbered: tuple[int, _Segment], *,
    today: date, at: Place | None, back: bool, limit: int,
) -> tuple[str, _Arguments]:  # fmt: skip
    number, segment = numbered
    given = _Arguments()
    where, named = _asked(reader, wanted, today, given)
    # Within groups, and among those without the key, the newest come first whichever way the order goes.
    down = (True if segment.grouped or number else order.descending) is not back
    way, than = ("DESC", "<") if down else ("ASC", ">")
    key, condition, beyond = segment.key, segment.where.format(named=named), "true"
    if at is not None:
        value = _READ[segment.type](at.key)
        if segment.type == "text":
            value = await connection.fetchval(_SQL.name_at, at.id)
        places = given.of(key=value, id=at.id)
        beyond = f"({key}, p.id) {than} ({places['key']}::{segment.type}, {places['id']}::text)"
    most = given.of(limit=limit)["limit"]
    groups = list(order.groups)
    if segment.grouped:
        groups = groups[::-1] if back else groups
        if at is not None:
            groups = groups[groups.index(at.group) :] if at.group in groups else []
            beyond = f"(g.place > 1 OR {beyond})"
        condition = f"{segment.grouped} = g.value"
    # Whoever is sorted or sought by name has one; said so, the planner may begin with the names.
    join = "JOIN" if wanted.words or (segment.type == "text") else "LEFT JOIN"
    text = _SQL.page.format(
        named=named, join=join, key=key, where=where, segment=condition, beyond=beyond, way=way, limit=most
    )
    if segment.grouped:
        names = given.of(groups=tuple(groups))
        text = _SQL.page_by_group.format(page=text, way=way, limit=most, **names)
    return text, given


def _found(row: asyncpg.Record, number: int, segment: _Segment) -> Found:
    key = "" if segment.type == "text" else row["key"].isoformat()
    group = row["of_group"] if segment.grouped else ""
    listed = Listed(**{name: row[name] for name in _LISTED})
    return Found(listed, row["rules"], Place(number, group, key, listed.id), row["name"])


async def counted(connection: Connection, reader: Reader, wanted: Wanted, *, today: date, most: int) -> int:
    """Return how many pathways a list has, and no more than ``most``: the rest needn't be counted."""
    given = _Arguments()
    where, _ = _asked(reader, wanted, today, given)
    query = _SQL.counted.format(where=where, **given.of(limit=most))
    return int(await connection.fetchval(query, *given))


async def own(pool: Executor, staff: str, *, on: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return for whom somebody answers on a day, and the pathways with an open step that is the person's by name."""
    row = await pool.fetchrow(_SQL.own, staff, on)
    return ((), ()) if row is None else (tuple(row["owners"]), tuple(row["responsible"]))


async def owners(pool: Executor) -> list[str]:
    """Return everybody who owns a pathway."""
    return [row["value"] for row in await pool.fetch(_SQL.owners)]


async def stages(pool: Executor) -> list[str]:
    """Return every stage that somebody is in."""
    return [row["value"] for row in await pool.fetch(_SQL.stages)]


async def exported(pool: Executor, pathways: Sequence[str], *, staff: str, now: datetime) -> None:
    """Note for each pathway in a file that somebody took it along, so that it stands where reads are shown."""
    await pool.execute(_SQL.exported, list(pathways), staff, now)
