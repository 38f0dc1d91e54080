"""What is printed: the participant's own page in plain words, and one page for the meeting."""

from __future__ import annotations

from fastapi import APIRouter, Response

from desk.pages.participant import load, show_page
from desk.visit import Reader
from domain.policy import Purpose
from records import staff
from service.coming import coming
from service.interventions import interventions, months
from service.own_page import own_page
from service.page import Page, page
from service.planning import versions

pages = APIRouter(prefix="/people/{pathway}")
SWEDISH, ENGLISH = "sv", "en"
MOST_MONTHS = 3  # of attendance; the page of interventions has them all
MOST_STEPS = 8
MOST_INTERVENTIONS = 8  # the latest to begin; more don't fit on the sheet beside everything else


@pages.get("/own")
async def own(visit: Reader, pathway: str, language: str = "") -> Response:
    """Show the page that the participant is handed, in the participant's language where it is one of ours."""
    found = await load(visit, pathway, what="own", purpose=Purpose.OWN_PAGE)
    theirs = found.card.language if found.card is not None else SWEDISH
    wanted = language if language in (SWEDISH, ENGLISH) else ENGLISH if theirs == ENGLISH else SWEDISH
    if wanted != visit.language:
        found = await page(
            visit.office, pathway, staff_id=visit.reader.id, now=visit.now, language=wanted, channel="desk"
        )
    owner = await staff.get(visit.pool, found.answers or found.shown.pathway.owner)
    written = own_page(found, owner, day=visit.today.isoformat())
    return show_page(visit, found, "own.html", own=written, wanted=wanted, theirs=theirs)


@pages.get("/meeting")
async def meeting(visit: Reader, pathway: str) -> Response:
    """Show what those who meet about a participant need, on one page."""
    found = await load(visit, pathway, what="meeting", purpose=Purpose.WORDS)
    every = interventions(found)
    made = versions(found.events, found.words, found.names) if found.words is not None else []
    latest = {one.name: one for one in reversed(made)}
    open_steps = coming(found)
    decide = [(one, outcomes) for one in open_steps if (outcomes := _outcomes_of(found, one.path))]
    last = months(every)[-MOST_MONTHS:] if Purpose.ASSESSMENTS in found.allowed else []
    return show_page(
        visit, found, "meeting.html", versions=list(latest.values()), coming=open_steps[:MOST_STEPS],
        more=max(0, len(open_steps) - MOST_STEPS), decide=decide, interventions=every[-MOST_INTERVENTIONS:],
        months=last, deputy=found.answers if found.answers != found.shown.pathway.owner else None,
    )  # fmt: skip


def _outcomes_of(found: Page, path: str) -> list[str]:
    """Return what can be decided at an open step; nothing where there is nothing to decide."""
    part = found.words.definition_of(path) if found.words is not None else None
    if part is None or found.words is None:
        return []
    return [found.words.outcome(path, name) for name in part.decide or {}]  # in the order of the file
