"""When a colleague leaves: handing over somebody's work, all of it or some. Who stands in is desk/pages/deputies.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from desk.forms.field import Field, Form, choices_of, one
from desk.pages.listing import Row, names, rows_of
from desk.pages.typed import typed
from desk.visit import Reader, Signed
from domain.errors import Refusal
from domain.policy import Purpose
from records import handing, listing, staff
from records.handing import HandOver
from records.listing import Sorted, Wanted
from service.handing_over import everything, go_on
from service.ids import new_id
from service.listing import reader_of
from service.seeing import demand, stands_in
from service.who import known
from service.wording import version_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from records.staff import Responsibilities, Staff

pages = APIRouter(prefix="/staff")
SECONDS = 4.0  # of commands before the page answers; what is left then is gone on with
SHOWN = 200  # pathways in a list before a hand-over; the rest is a number


async def _rows(visit: Signed, ids: Sequence[str], people: dict[str, str]) -> dict[str, Row]:
    reader = await reader_of(visit.pool, visit.reader, on=visit.today)
    async with listing.reading(visit.pool) as record:
        found = await listing.page(record, reader, Wanted(ids=tuple(dict.fromkeys(ids))), Sorted("referred"),
                                   today=visit.today, limit=max(1, len(ids)))  # fmt: skip
    return {row.listed.id: row for row in await rows_of(visit, found, people)}


async def _person(visit: Signed, id_: str) -> Staff:
    """Return whose work it is about; somebody who left may have work. Raises Refusal: not_for_you, staff_unknown."""
    demand(Purpose.HAND_OVER, stands_in(visit.reader, None))
    try:
        return await staff.get(visit.pool, id_)
    except staff.StaffUnknown:
        raise Refusal("staff_unknown", staff=id_[:60]) from None


async def colleagues(visit: Signed, but: str = "") -> tuple[tuple[str, str], ...]:
    """Return who may take over or stand in, as choices."""
    found = [each for each in await staff.everybody(visit.pool) if each.active and each.id != but and each.roles]
    return choices_of(sorted(((each.id, each.name) for each in found), key=lambda pair: pair[1]))


async def _form(visit: Signed, person: str) -> Form:
    label = visit._("Who takes over")
    return Form((Field("to", "select", label, choices=await colleagues(visit, person), required=True),))


async def _before(visit: Signed, person: Staff, form: Form, status: int = 200) -> Response:
    """Show what would change hands, before anything does."""
    work = await staff.responsibilities(visit.pool, person.id, on=visit.today)
    people = await names(visit)
    rows = await _rows(visit, work.pathways[:SHOWN], people)
    return visit.page(
        "hand_over.html", status, person=person, work=work, form=form, command_id=new_id(), people=people,
        rows=[(id_, rows.get(id_)) for id_ in work.pathways[:SHOWN]], steps=len(work.steps), shown=SHOWN,
        units=[unit.name for unit in await staff.units(visit.pool) if unit.id in work.units],
        earlier=await handing.of(visit.pool, person.id),
    )  # fmt: skip


@pages.get("/{person}/hand-over")
async def before(visit: Reader, person: str) -> Response:
    """Show what somebody answers for."""
    whose = await _person(visit, person)
    return await _before(visit, whose, await _form(visit, whose.id))


@pages.post("/{person}/hand-over")
async def begin(visit: Reader, request: Request, person: str) -> Response:
    """Begin to hand over, and do as much as a page may take."""
    whose = await _person(visit, person)
    given = await typed(request)
    form = (await _form(visit, whose.id)).filled(given).missing(visit._("Fill this in"))
    to = one(given, "to") or ""
    if form.ok and to not in {value for value, _ in form.fields[0].choices}:
        form = form.with_error(Refusal("staff_unknown", staff=to[:60]).text(visit.language), "to")
    if not form.ok:
        return await _before(visit, whose, form, 422)
    await known(visit.pool, to)
    run = HandOver((one(given, "command_id") or new_id())[:100], whose.id, to, visit.reader.id, visit.now)
    await handing.begin(visit.pool, run)
    return await _go_on(visit, whose.id, run.id)


@pages.post("/{person}/hand-over/{run}")
async def further(visit: Reader, person: str, run: str) -> Response:
    """Go on with what is left."""
    return await _go_on(visit, (await _person(visit, person)).id, run)


async def _go_on(visit: Signed, person: str, run: str) -> Response:
    begun = await _begun(visit, person, run)
    await go_on(visit.office, begun, seconds=SECONDS)
    return RedirectResponse(f"/staff/{person}/hand-over/{begun.id}", 303)


async def _begun(visit: Signed, person: str, run: str) -> HandOver:
    found = await handing.get(visit.pool, run)
    if found is None or found.staff != person:
        raise Refusal("hand_over_unknown")
    return found


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one pathway or step, as a page tells it."""

    pathway: str
    row: Row | None
    step: str
    result: str
    why: str


@pages.get("/{person}/hand-over/{run}")
async def after(visit: Reader, person: str, run: str) -> Response:
    """Show what became of each, and what is left."""
    whose = await _person(visit, person)
    begun = await _begun(visit, whose.id, run)
    work = await staff.responsibilities(visit.pool, whose.id, on=visit.today)
    noted = await handing.noted(visit.pool, begun.id)
    people = await names(visit)
    rows = await _rows(visit, [each.pathway for each in noted], people)
    results = [
        Result(each.pathway, rows.get(each.pathway), await _step(visit, rows.get(each.pathway), each.key), each.result,
               _why(visit, each.refusal))
        for each in noted
    ]  # fmt: skip
    return visit.page(
        "handed_over.html", person=whose, run=begun, results=results, people=people, left=_left(work, noted),
        done=sum(each.result != "refused" for each in noted),
    )  # fmt: skip


async def _step(visit: Signed, row: Row | None, key: str | None) -> str:
    """Return what a step that changed hands is called; nothing for the pathway itself."""
    if key is None or row is None or row.rules is None:
        return ""
    return (await version_of(visit.pool, row.rules, visit.language)).words.key(key)


def _left(work: Responsibilities, noted: Sequence[handing.Noted]) -> int:
    """Return how much hasn't been tried yet."""
    tried = {(each.pathway, each.key) for each in noted}
    return len([each for each in everything(work) if each not in tried])


def _why(visit: Signed, refusal: dict[str, object] | None) -> str:
    if refusal is None:
        return ""
    params = refusal["params"]
    return Refusal(str(refusal["code"]), **(params if isinstance(params, dict) else {})).text(visit.language)
