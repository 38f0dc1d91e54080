"""My work: what is due for the reader, the nearest first; what waits for the reader's roles; who is to be received."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from desk.pages.doing import address_of
from desk.pages.listing import names
from desk.pages.participant import can_do
from desk.visit import Reader, Signed
from domain.policy import REFERRER, Purpose, may
from domain.rules import OWNER, WATCH
from records import register, views
from service.page import page
from service.seeing import stands
from service.wording import Words, words_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from records.views import Due

pages = APIRouter()
MOST = 100  # a day's and a week's work for one person; the rest is told as a number
MOST_OF_TEAM = 50
FAR = timedelta(days=400)
DOING = ("decide", "record", "complete", "contact")
"""What is done first on a step where several things can be done."""


@dataclass(frozen=True, slots=True)
class Row:
    """A step that waits; ``name`` is empty where the reader may not see it, ``waits_for`` where it is the reader."""

    due: Due
    what: str
    name: str
    waits_for: str
    form: str
    receives: bool

    @property
    def claim(self) -> str:
        """Where somebody with the role takes it."""
        return _address(self.due, "do/assign")


@dataclass(frozen=True, slots=True)
class Part:
    """Rows under one heading."""

    title: str
    rows: tuple[Row, ...]
    late: bool = False


def _address(due: Due, to: str) -> str:
    return f"/people/{due.pathway}/{to}?{urlencode({'step': due.path, 'key': due.key})}"


@pages.get("/")
async def work(visit: Reader) -> Response:
    """Show what the reader has to do."""
    mine = await views.due(visit.pool, now=visit.now, until=visit.now + FAR, owner=visit.reader.id, limit=MOST)
    roles = [(one.role, one.operation) for one in visit.reader.roles if one.role != OWNER]
    waiting = await views.due_of_roles(
        visit.pool, roles, now=visit.now, staff=visit.reader.id, unit=visit.reader.unit, limit=MOST_OF_TEAM
    )
    known = {(each.pathway, each.key) for each in mine}
    waiting = [each for each in waiting if (each.pathway, each.key) not in known]
    rows = await _rows(visit, [*mine, *waiting])
    mine_rows = [row for row in rows if (row.due.pathway, row.due.key) in known]
    others = [row for row in rows if (row.due.pathway, row.due.key) not in known]
    return visit.page(
        "work.html", parts=_parts(visit, mine_rows), team=[row for row in others if not row.receives],
        receive=[row for row in others if row.receives], more=len(mine) == MOST,
        more_of_team=len(waiting) == MOST_OF_TEAM, refers=visit.may(Purpose.REFERRALS),
    )  # fmt: skip


def _parts(visit: Signed, rows: list[Row]) -> list[Part]:
    """Return the rows by when they are due; the week ends on Sunday."""
    _, today = visit._, visit.today
    sunday = today + timedelta(days=6 - today.weekday())
    later = [row for row in rows if not row.due.overdue]
    made = [
        Part(_("Late"), tuple(row for row in rows if row.due.overdue), late=True),
        Part(_("Today"), tuple(row for row in later if _day(row.due) <= today)),
        Part(_("This week"), tuple(row for row in later if today < _day(row.due) <= sunday)),
        Part(_("Later"), tuple(row for row in later if _day(row.due) > sunday)),
    ]
    return [part for part in made if part.rows]


def _day(due: Due) -> date:
    return due.due_on or due.due.date()


async def _rows(visit: Signed, found: list[Due]) -> list[Row]:
    """Return what waits in words. Names stand only where the policy lets the reader see them."""
    ids = {each.pathway for each in found}
    listed = await views.some(visit.pool, ids)
    readers = {one: await visit.actor(one) for one in {each.operation for each in listed.values()}}
    cards = await register.cards(visit.pool, list(ids))
    words = await _words(visit, ids)
    people = await names(visit)
    rows = []
    for each in found:
        one, known = listed.get(each.pathway), words.get(each.pathway)
        if one is None or known is None:
            continue
        reader, card = readers[one.operation], cards.get(each.pathway)
        standing = stands(reader, one, {each.person} if each.person else ())
        if not may(Purpose.PAGE, standing):
            continue
        named = card is not None and may(Purpose.NAME, standing, protection=card.protection)
        part = known.definition_of(each.path)
        rows.append(
            Row(
                each, known.step(each.path, each.item), card.name if named and card is not None else "",
                _waits_for(visit, each, reader.roles, known, people), _address(each, "next"),
                receives=each.role == REFERRER and part is not None and part.confirms,
            )
        )  # fmt: skip
    return rows


async def _words(visit: Signed, ids: Collection[str]) -> dict[str, Words]:
    """Return the programme's words for each pathway."""
    versions = await views.versions(visit.pool, ids)
    read = {one: await words_of(visit.pool, one, visit.language) for one in set(versions.values())}
    return {pathway: read[version] for pathway, version in versions.items()}


def _waits_for(visit: Signed, due: Due, roles: tuple[str, ...], words: Words, people: dict[str, str]) -> str:
    """Return for whom a step waits, where it isn't the reader."""
    if due.person is not None:
        return "" if due.person == visit.reader.id else people.get(due.person, due.person)
    if due.role in (None, OWNER) or due.path == WATCH:
        return "" if due.owner == visit.reader.id else people.get(due.owner, due.owner)
    return "" if due.role in roles else words.role(due.role or OWNER)


@pages.get("/people/{pathway}/next")
async def next_form(visit: Reader, pathway: str, step: str = "", key: str = "") -> Response:
    """Go to the form of a step, or to the participant where the reader has nothing to do on it.

    Only the domain knows which form it is; a list of a hundred rows needn't ask it for each.
    """
    found = await page(
        visit.office, pathway, staff_id=visit.reader.id, now=visit.now, language=visit.language, channel="desk"
    )
    named = [
        each for each in can_do(visit, found)
        if each.why_not is None and each.kind in DOING
        and ((each.step == step and key in ("", each.key)) or (step == WATCH and each.kind == "contact"))
    ]  # fmt: skip
    first = min(named, key=lambda each: DOING.index(each.kind), default=None)
    return RedirectResponse(f"/people/{pathway}" if first is None else address_of(pathway, first), 303)
