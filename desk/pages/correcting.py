"""Correcting an earlier event of a pathway."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

from desk.forms.correction import CorrectionForm
from desk.pages import asking
from desk.pages.participant import corrects, teller
from desk.visit import Reader, Signed
from domain.errors import Refusal
from domain.policy import Purpose
from service.page import Page

pages = APIRouter(prefix="/people/{pathway}/correct/{of}")
DIGITS = 9  # of an event's number; no pathway has as many


async def _form_of(of: str, visit: Signed, found: Page) -> CorrectionForm:
    if not corrects(visit, found):
        raise Refusal("not_possible_now")
    if not (of.isascii() and of.isdigit() and len(of) <= DIGITS):
        raise Refusal("not_correctable", of="?")
    form = CorrectionForm(visit, found, int(of), teller(visit, found))
    if form.assesses:
        found.demand(Purpose.ASSESSMENTS)
    return form


@pages.get("")
async def ask_for(visit: Reader, pathway: str, of: str) -> Response:
    """Show what was recorded, to be put right."""
    return await asking.show(visit, pathway, "correct", partial(_form_of, of))


@pages.post("")
async def correct(visit: Reader, request: Request, pathway: str, of: str) -> Response:
    """Send the correction."""
    return await asking.send(visit, request, pathway, "correct", partial(_form_of, of))
