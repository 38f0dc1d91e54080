"""When a colleague leaves: handing over somebody's work, all of it or some. Who stands in is desk/pages/deputies.py."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from desk.forms.field import Field, Form, choices_of, one
from desk.pages.choosing import Choice, chosen, found_rows, refusal_of, step_name, table
from desk.pages.choosing import people as people_of
from desk.pages.listing import names
from desk.pages.typed import command_id, id_of, typed
from desk.visit import Reader, Signed
from domain.errors import Refusal
from domain.policy import Purpose
from records import handing, staff
from records.handing import HandOver
from service import staffing
from service.handing_over import everything, go_on
from service.ids import new_id
from service.seeing import demand, stands_in
from service.who import known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desk.pages.listing import Row
    from records.staff import Responsibilities, Staff

pages = APIRouter(prefix="/staff")
SECONDS = 4.0  # of commands before the page answers; what is left then is gone on with
SHOWN = 200  # participants on a page of the table


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
    _ = visit._
    return Form((
        Field("chosen", "checks", _("Participants to hand over"), required=True),
        Field("to", "select", _("Who takes over"), choices=await colleagues(visit, person), required=True),
    ))  # fmt: skip


async def _before(
    visit: Signed, person: Staff, form: Form, status: int = 200, *, choice: Choice | None = None,
    gone: Sequence[str] = (),
) -> Response:  # fmt: skip
    """Show what may change hands, before anything does."""
    work = await staff.responsibilities(visit.pool, person.id, on=visit.today)
    asked = visit.request.query_params
    if choice is None and asked.get("ticked") == "none":
        choice = Choice(whole=False, ticked=(), shown=frozenset(), in_all=0)
    found = await table(visit, work, number=id_of(asked.get("page")) or 1, size=SHOWN, choice=choice)
    known_names = await names(visit)
    return visit.page(
        "hand_over.html", status, person=person, work=work, form=form, command_id=new_id(), people=known_names,
        table=found, steps=len(work.steps), gone=(await found_rows(visit, gone, known_names)).values(),
        units=[unit.name for unit in await staff.units(visit.pool) if unit.id in work.units],
        earlier=await handing.of(visit.pool, person.id),
        may_whole=await staffing.can_change(visit.pool, visit.reader, person),
    )  # fmt: skip


@pages.get("/{person}/hand-over")
async def before(visit: Reader, person: str) -> Response:
    """Show what somebody answers for."""
    whose = await _person(visit, person)
    return await _before(visit, whose, await _form(visit, whose.id))


@pages.post("/{person}/hand-over")
async def begin(visit: Reader, request: Request, person: str) -> Response:
    """Begin to hand over what was chosen, or everything, and do as much as a page may take."""
    whose = await _person(visit, person)
    given = await typed(request)
    choice, to = chosen(given), one(given, "to") or ""
    form = (await _form(visit, whose.id)).filled(given).missing(visit._("Fill this in"))
    form = _ticked(visit, form, whole=choice.whole)
    if to and to not in {value for value, _ in form.fields[1].choices}:
        form = form.with_error(Refusal("staff_unknown", staff=to[:60]).text(visit.language), "to")
    if not form.ok:
        return await _before(visit, whose, form, 422, choice=choice)
    await known(visit.pool, to)
    # What the colleague has is read before it is asked whether this form was sent already: of two clicks the second
    # would else find that what it asks for is gone.
    work = await staff.responsibilities(visit.pool, whose.id, on=visit.today)
    run = HandOver(
        command_id(given), whose.id, to, visit.reader.id, visit.now, None if choice.whole else choice.ticked
    )  # fmt: skip
    earlier = await handing.get(visit.pool, run.id)
    if earlier is not None:
        if (earlier.staff, earlier.receiver, earlier.chosen) == (run.staff, run.receiver, run.chosen):
            return await _go_on(visit, whose.id, run.id)
        refusal = Refusal("hand_over_sent")
        return await _before(visit, whose, form.with_error(refusal.text(visit.language)), 409, choice=choice)
    if not choice.whole and (refused := await refusal_of(visit, work, choice)):
        refusal, status, gone = refused
        form = form.with_error(refusal.text(visit.language), "chosen")
        return await _before(visit, whose, form, status, choice=choice, gone=gone)
    if choice.whole and not await staffing.can_change(visit.pool, visit.reader, whose):
        raise Refusal("staff_of_others")
    await handing.begin(visit.pool, run)
    return await _go_on(visit, whose.id, run.id, came=0 if choice.whole else choice.came(work))


def _ticked(visit: Signed, form: Form, *, whole: bool) -> Form:
    """Return the form with an error at the table where nothing is ticked, and with none where everything is meant."""
    table_, to = form.fields
    text = visit._("Tick at least one participant, or hand over everything") if table_.error and not whole else ""
    return replace(form, fields=(replace(table_, error=text), to))


@pages.post("/{person}/hand-over/{run}")
async def further(visit: Reader, person: str, run: str) -> Response:
    """Go on with what is left."""
    return await _go_on(visit, (await _person(visit, person)).id, run)


async def _go_on(visit: Signed, person: str, run: str, *, came: int = 0) -> Response:
    begun = await _begun(visit, person, run)
    await go_on(visit.office, begun, seconds=SECONDS)
    return RedirectResponse(f"/staff/{person}/hand-over/{begun.id}{f'?came={came}' if came else ''}", 303)


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
    rows = await found_rows(visit, [each.pathway for each in noted], people)
    results = [
        Result(each.pathway, rows.get(each.pathway), await step_name(visit, rows.get(each.pathway), each.key),
               each.result, _why(visit, each.refusal))
        for each in noted
    ]  # fmt: skip
    return visit.page(
        "handed_over.html", person=whose, run=begun, results=results, people=people, left=_left(work, noted, begun),
        stays=0 if begun.chosen is None else len(set(people_of(work)) - set(begun.chosen)),
        came=id_of(visit.request.query_params.get("came")) or 0,
        done=sum(each.result != "refused" for each in noted),
    )  # fmt: skip


def _left(work: Responsibilities, noted: Sequence[handing.Noted], run: HandOver) -> int:
    """Return how much hasn't been tried yet."""
    tried = {(each.pathway, each.key) for each in noted}
    return len([each for each in everything(work, run.chosen) if each not in tried])


def _why(visit: Signed, refusal: dict[str, object] | None) -> str:
    if refusal is None:
        return ""
    params = refusal["params"]
    return Refusal(str(refusal["code"]), **(params if isinstance(params, dict) else {})).text(visit.language)
