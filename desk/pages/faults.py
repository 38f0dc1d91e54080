"""How accessible the desk is, and reporting what is wrong with it: open to everybody, as the law asks."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from desk.forms.field import Field, Form, one
from desk.pages.listing import names
from desk.pages.typed import id_of, typed
from desk.visit import Reader, Signed, Visit, Whoever
from domain.errors import Refusal
from domain.policy import Purpose
from records import faults
from service.ids import new_id
from service.reporting_faults import MOST_LINE, MOST_WORDS, report
from service.seeing import demand, stands_in

pages = APIRouter()
PAGE = 50
CHECKED = "2026-11-29"
"""The day on which the statement was last gone through: change it together with the text."""


@pages.get("/accessibility")
async def statement(visit: Whoever) -> Response:
    """Show the accessibility statement."""
    return visit.page("accessibility.html", checked=CHECKED)


def _form(visit: Visit) -> Form:
    _ = visit._
    hard, other = _("Something is hard to see, hear, reach or understand"), _("Something else")
    kinds = (("accessibility", hard), ("other", other))
    private = _("Write nothing about a participant here.")
    return Form(
        (
            Field("about", "radio", _("What is it about?"), choices=kinds, required=True),
            Field("words", "area", _("What is wrong?"), hint=private, required=True, most=MOST_WORDS),
            Field("page", "text", _("On which page?"), most=MOST_LINE),
            Field("contact", "text", _("How do we reach you?"), hint=_("If you want an answer."), most=MOST_LINE),
        )
    )  # fmt: skip


@pages.get("/fault")
async def ask(visit: Whoever, page: str = "") -> Response:
    """Ask what is wrong."""
    form = _form(visit).filled({"page": [page[:MOST_LINE]]})
    return visit.page("fault.html", form=form, report=new_id(), done=visit.request.query_params.get("done"))


@pages.post("/fault")
async def tell(visit: Whoever, request: Request) -> Response:
    """Keep a report."""
    given = await typed(request)
    form = _form(visit).filled(given).missing(visit._("Fill this in"))
    id_ = _uuid(one(given, "report")) or UUID(new_id())
    about = one(given, "about")
    if about not in (None, "accessibility", "other"):
        form = form.with_error(visit._("Fill this in"), "about")
    if not form.ok:
        return visit.page("fault.html", 422, form=form, report=str(id_), done=None)
    try:
        await report(
            visit.pool, id_, about="accessibility" if about == "accessibility" else "other",
            page=one(given, "page") or "", words=one(given, "words") or "", contact=one(given, "contact") or "",
            staff=visit.reader.id if isinstance(visit, Signed) else None, address=visit.address, now=visit.now,
        )  # fmt: skip
    except Refusal as refusal:
        wait = refusal.code == "faults_wait"
        wrong = form.with_error(refusal.text(visit.language), "" if wait else str(refusal.params.get("name", "words")))
        return visit.page("fault.html", 429 if wait else 422, form=wrong, report=str(id_), done=None)
    return RedirectResponse("/fault?done=yes", 303)


def _uuid(text: str | None) -> UUID | None:
    try:
        return None if text is None else UUID(text)
    except ValueError:
        return None


@pages.get("/faults")
async def listed(visit: Reader, settled: str = "", before: str = "") -> Response:
    """Show what was reported, at first what nobody has looked at."""
    demand(Purpose.FAULTS, stands_in(visit.reader, None))
    found = await faults.listed(visit.pool, settled=settled == "yes", before=id_of(before), limit=PAGE)
    more = found[-1].id if len(found) == PAGE else None
    return visit.page("faults.html", found=found, settled=settled == "yes", more=more, people=await names(visit))


@pages.post("/faults/{fault}")
async def settle(visit: Reader, request: Request, fault: str) -> Response:
    """Say what became of a report."""
    demand(Purpose.FAULTS, stands_in(visit.reader, None))
    number, answer = id_of(fault), one(await typed(request), "answer") or ""
    if number is not None:
        answer = "".join(each for each in answer if each.isprintable() or each == "\n")[:MOST_WORDS]
        await faults.settle(visit.pool, number, by=visit.reader.id, answer=answer, now=visit.now)
    return RedirectResponse("/faults", 303)
