"""The list of people: filters, search, every order, a page at a time, and the same list as a file."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from desk.forms.field import Form, one
from desk.forms.people import FILTERS, asked, form
from desk.pages.listing import rows_of, versions_of, where
from desk.pages.typed import typed
from desk.sheets import BOM, line
from desk.visit import Reader, Signed
from domain.policy import Purpose
from records import listing, operations, staff
from records.listing import Found, Wanted
from service.listing import by_number, by_text, is_number, reader_of, sorted_by
from service.seeing import demand, stands_in
from service.who import operations_of

if TYPE_CHECKING:
    from records.operations import Run
    from service.wording import Version

pages = APIRouter()
PAGE = 50
CHUNK = 1000  # rows of a file that are read at a time
MOST = 1000  # counted exactly up to here; further it says "more than"
NOBODY = UUID(int=0)
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f]")  # no filter has any, and PostgreSQL takes no NUL


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: filters as typed, an order, a place to go on from."""

    operation: str = ""
    status: str = ""
    stage: str = ""
    owner: str = ""
    unit: str = ""
    late: str = ""
    exit: str = ""
    since: str = ""
    until: str = ""
    q: str = ""
    person: str = ""
    sort: str = "-referred"
    after: str = ""
    before: str = ""

    def filters(self) -> dict[str, str]:
        """Return the filters that are set."""
        typed_in = {name: _UNPRINTED.sub("", getattr(self, name)).strip()[:200] for name in FILTERS}
        return {name: value for name, value in typed_in.items() if value}

    def address(self, page: str = "/people", **changed: str) -> str:
        """Return the address of this list with some of it changed; a changed list begins at its first page."""
        kept = {**self.filters(), "sort": self.sort if self.sort != "-referred" else "", **changed}
        query = urlencode({name: value for name, value in kept.items() if value})
        return f"{page}?{query}" if query else page


Question = Annotated[Asked, Depends(Asked)]


@dataclass(frozen=True, slots=True)
class List:
    """A list that can be read: what is asked for, its form, and what the words in it mean to this reader."""

    asked: Asked
    form: Form
    reader: listing.Reader
    wanted: Wanted
    people: dict[str, str]
    mine: list[Run]
    versions: dict[str, Version]

    async def order(self, visit: Signed) -> listing.Sorted:
        """Return the order."""
        stages = [stage for version in self.versions.values() for stage in version.stages]
        return await sorted_by(visit.pool, self.asked.sort, names=self.people, stages=list(dict.fromkeys(stages)))


async def _list(visit: Signed, question: Asked, purpose: Purpose = Purpose.PAGE) -> List:
    reader = await reader_of(visit.pool, visit.reader, on=visit.today, purpose=purpose)
    allowed = operations_of(visit.reader)
    mine = [run for run in await operations.runs(visit.pool) if allowed is None or run.id in allowed]
    versions = await versions_of(visit, [run for run in mine if question.operation in ("", run.id)])
    colleagues = await staff.everybody(visit.pool)
    shown = (await form(visit, mine, versions, colleagues)).filled(
        {name: [value] for name, value in question.filters().items()}
    )
    wanted, shown = asked(visit, shown, question.filters())
    if question.person:
        wanted = replace(wanted, person=_uuid(question.person))
    elif text := question.filters().get("q"):
        wanted = await by_text(visit.pool, text, wanted)
    people = {each.id: each.name for each in colleagues}
    return List(question, shown, reader, wanted, people, mine, versions)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return NOBODY


@pages.get("/people")
async def people(visit: Reader, question: Question) -> Response:
    """Show the pathways that the reader may see, in an order and a page at a time."""
    one_list = await _list(visit, question)
    if not one_list.form.ok and visit.request.headers.get("hx-request"):
        # A part of the page can't show what is wrong in the rest of it.
        return Response(status_code=204, headers={"HX-Redirect": question.address()})
    order = await one_list.order(visit)
    after, before = listing.place_of(question.after, order.by), listing.place_of(question.before, order.by)
    found: list[Found] = []
    count = 0
    if one_list.form.ok:
        reader, wanted = one_list.reader, one_list.wanted
        async with listing.reading(visit.pool) as record:
            found = await listing.page(record, reader, wanted, order, today=visit.today, after=after, before=before,
                                       limit=PAGE + 1)  # fmt: skip
            count = await listing.counted(record, reader, wanted, today=visit.today, most=MOST + 1)
    more = len(found) > PAGE
    if more:
        found = found[-PAGE:] if before else found[:PAGE]
    return visit.page(
        "people.html", 200 if one_list.form.ok else 422, rows=await rows_of(visit, found, one_list.people),
        form=one_list.form, asked=question, count=count, most=MOST,
        forward=found[-1].place.text if found and (more or before) else "",
        back=found[0].place.text if found and (after or (more and before)) else "",
        several=len(one_list.mine) > 1, may_export=visit.may(Purpose.EXPORT),
    )  # fmt: skip


@pages.post("/people/search")
async def search(visit: Reader, request: Request) -> Response:
    """Go to a list. It is asked for by a form that is sent, so that no identity number stands in an address."""
    given = await typed(request)
    chosen = {name: text for name in (*FILTERS, "sort") if name != "person" and (text := one(given, name))}
    text = chosen.get("q", "")
    if is_number(text):
        del chosen["q"]
        found = await by_number(visit.pool, text, on=visit.today)
        chosen["person"] = str(found.person if found else NOBODY)
    return RedirectResponse(Asked(**chosen).address(), 303)


@pages.get("/people.csv")
async def export(visit: Reader, question: Question) -> Response:
    """Return the list as a file: rows that the reader may take along, noted for each person as read."""
    demand(Purpose.EXPORT, stands_in(visit.reader, question.operation or None))
    one_list = await _list(visit, question, Purpose.EXPORT)
    if not one_list.form.ok:
        return RedirectResponse(question.address(), 303)
    order = await one_list.order(visit)
    name = visit._("people")
    return StreamingResponse(
        _lines(visit, one_list, order), media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}-{visit.today}.csv"'},
    )  # fmt: skip


async def _lines(visit: Signed, one_list: List, order: listing.Sorted) -> AsyncIterator[str]:
    _ = visit._
    yield BOM + line((_("Name"), _("Pathway"), _("Referral"), _("Operation"), _("Unit"), _("Status"), _("Stage"),
                      _("Owner"), _("Referred"), _("Next due"), _("Left on")))  # fmt: skip
    after = None
    while True:
        async with listing.reading(visit.pool) as record:
            found = await listing.page(record, one_list.reader, one_list.wanted, order, today=visit.today, after=after,
                                       limit=CHUNK)  # fmt: skip
        if not found:
            return
        # Before the rows leave: what was taken along and not noted would be worse than the other way round.
        await listing.exported(visit.pool, [each.listed.id for each in found], staff=visit.reader.id, now=visit.now)
        yield "".join([line(await _cells(visit, one_list, each)) for each in found])
        after = found[-1].place


async def _cells(visit: Signed, one_list: List, found: Found) -> tuple[str, ...]:
    each, writing = found.listed, visit.writing
    operation = next((run.name for run in one_list.mine if run.id == each.operation), None)
    return (
        found.name or "", each.id, each.referral, operation or each.operation, each.unit,
        writing.say(f"status.{each.status}"), await where(visit, found), one_list.people.get(each.owner, each.owner),
        writing.day(each.referred_on), writing.day(writing.due_day(each.next_due)), writing.day(each.exited_on),
    )  # fmt: skip
