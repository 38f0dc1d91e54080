"""Who stands in for whom, and from when to when."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from desk.forms.field import Field, Form, one
from desk.pages.handing_over import colleagues
from desk.pages.listing import names
from desk.pages.typed import typed
from desk.visit import Reader, Signed
from domain.errors import Refusal
from domain.policy import Purpose
from domain.staffing import may_change
from records import staff
from records.staff import Deputy
from service import deputising, staffing
from service.stating import day_from

pages = APIRouter(prefix="/staff/deputies")


async def _deputies(visit: Signed, form: Form, status: int = 200) -> Response:
    changeable = set(await _changeable(visit))
    found = [
        each for each in await staff.deputies(visit.pool, on=visit.today)
        if visit.may(Purpose.HAND_OVER) or visit.reader.id in (each.staff, each.deputy)
    ]  # fmt: skip
    return visit.page("deputies.html", status, found=found, people=await names(visit), form=form, changeable=changeable)


async def _changeable(visit: Signed) -> tuple[str, ...]:
    """Return those for whom the reader may name a deputy."""
    mine = staffing.held(visit.reader)
    every = await staff.everybody(visit.pool)
    others = [each.id for each in every if may_change(mine, staffing.held(each))]
    return (visit.reader.id, *(others if visit.may(Purpose.HAND_OVER) else []))


async def _deputy_form(visit: Signed) -> Form:
    _ = visit._
    hint = _("Year-month-day, such as 2026-03-31")
    changeable = set(await _changeable(visit))
    away = tuple(pair for pair in await colleagues(visit) if pair[0] in changeable)
    whose = [Field("staff", "select", _("Who is away"), choices=away, required=True)]
    return Form((
        *(whose if visit.may(Purpose.HAND_OVER) else []),
        Field("deputy", "select", _("Who stands in"), choices=await colleagues(visit), required=True),
        Field("from", "day", _("From"), hint=hint, required=True, values=(visit.today.isoformat(),)),
        Field("until", "day", _("First day back"), hint=_("Leave empty until further notice")),
    ))  # fmt: skip


@pages.get("")
async def deputies(visit: Reader) -> Response:
    """Show who stands in for whom, from today on."""
    return await _deputies(visit, await _deputy_form(visit))


@pages.post("")
async def add_deputy(visit: Reader, request: Request) -> Response:
    """Let somebody stand in."""
    given = await typed(request)
    form = (await _deputy_form(visit)).filled(given).offered(visit._("Choose something that stands here"))
    form = form.missing(visit._("Fill this in"))
    days: dict[str, date | None] = {}
    for name in ("from", "until"):
        try:
            days[name] = day_from(text, name) if (text := one(given, name)) else None
        except Refusal as refusal:
            form = form.with_error(Refusal(refusal.code, name=visit._("the day")).text(visit.language), name)
    if not form.ok:
        return await _deputies(visit, form, 422)
    deputy = Deputy(one(given, "staff") or visit.reader.id, one(given, "deputy") or "", days["from"] or visit.today,
                    days["until"])  # fmt: skip
    try:
        await deputising.deputise(visit.pool, deputy, by=visit.reader.id)
    except Refusal as refusal:
        return await _deputies(visit, form.with_error(refusal.text(visit.language), _at(refusal, deputy)), 422)
    return RedirectResponse("/staff/deputies", 303)


def _at(refusal: Refusal, deputy: Deputy) -> str:
    """Return the field that a refusal is about."""
    if refusal.code == "deputy_invalid" and deputy.deputy != deputy.staff:
        return "until"
    return "staff" if refusal.params.get("staff") == deputy.staff else "deputy"


@pages.post("/end")
async def end_deputy(visit: Reader, request: Request) -> Response:
    """Let somebody stand in no longer."""
    given = await typed(request)
    begun = day_from(one(given, "from") or "", "from")
    deputy = Deputy(one(given, "staff") or "", one(given, "deputy") or "", begun)
    try:
        await deputising.end(visit.pool, deputy, by=visit.reader.id, on=visit.today)
    except Refusal as refusal:
        form = (await _deputy_form(visit)).with_error(refusal.text(visit.language))
        return await _deputies(visit, form, 409)
    return RedirectResponse("/staff/deputies", 303)
