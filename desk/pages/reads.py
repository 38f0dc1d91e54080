"""Who has read about a participant: every page that was opened, by whom and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from desk.forms.commands import TITLES
from desk.pages.participant import load, show_page
from desk.visit import Reader, Signed
from domain.policy import Purpose
from records import accounts

if TYPE_CHECKING:
    from datetime import datetime

pages = APIRouter(prefix="/people/{pathway}/reads")
PAGE = 50


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading."""

    at: datetime
    who: str
    what: str


@pages.get("")
async def reads(visit: Reader, pathway: str, before: str = "") -> Response:
    """Show who has read, the latest first."""
    found = await load(visit, pathway, what="reads", purpose=Purpose.READS)
    cursor = int(before) if before.isascii() and before.isdecimal() and len(before) < 16 else None  # noqa: PLR2004 - fits a bigint
    rows = await accounts.reads(visit.pool, pathway, before=cursor, limit=PAGE + 1)
    readings = [
        Reading(each.at, found.names.get(each.staff, each.staff), called(visit, each.what)) for each in rows[:PAGE]
    ]
    more = str(rows[PAGE - 1].id) if len(rows) > PAGE else ""
    return show_page(visit, found, "reads.html", readings=readings, more=more)


def called(visit: Signed, what: str) -> str:
    """Return what was read, in words."""
    _ = visit._
    kind = what.removeprefix("do ")
    if kind != what and kind in TITLES:
        return _("the form ”%(title)s”", title=_(TITLES[kind]))
    return {
        "page": _("the overview"), "history": _("the history"), "why": _("an explanation"), "plan": _("the plan"),
        "interventions": _("the interventions"), "assessments": _("the assessments"),
        "own": _("the participant's own page"), "meeting": _("the page for the meeting"), "reads": _("who has read"),
    }.get(what, what)  # fmt: skip
