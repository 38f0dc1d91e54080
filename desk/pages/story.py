"""A participant's history by stage and month, and why each thing is as it is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from babel.dates import format_date
from fastapi import APIRouter, Response

from desk.pages.participant import corrects, load, show_page, teller
from desk.visit import Reader, Signed
from domain.calendar import local_day
from domain.events import EventType
from domain.rules import AFTER_EXIT
from records import ledger
from service.explaining import veiled, why
from service.telling_why import told

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from domain.events import Event
    from service.page import Page
    from service.recounting import Teller

pages = APIRouter(prefix="/people/{pathway}")
SHOWS = ("people", "all", "notices")
MOST_NOTICES = 500  # a pathway of three years has about two hundred


@dataclass(frozen=True, slots=True)
class Entry:
    """One event on the page."""

    event: Event
    text: str
    who: str
    late: date | None
    correct: bool
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A stage, with its months, each with what happened in it; the latest first."""

    stage: str
    months: tuple[tuple[str, tuple[Entry, ...]], ...]


@pages.get("/history")
async def history(visit: Reader, pathway: str, show: str = "people") -> Response:
    """Show what has happened."""
    found = await load(visit, pathway, what="history")
    wanted = show if show in SHOWS else "people"
    tell = teller(visit, found)
    events = [each for each in found.events if _is_kept(each, wanted, tell)]
    notices = await _notices(visit, pathway) if wanted == "notices" else {}
    chapters = _chapters(visit, found, events, notices)
    return show_page(visit, found, "history.html", chapters=chapters, wanted=wanted, count=len(events))


def _is_kept(event: Event, wanted: str, tell: Teller) -> bool:
    if wanted == "people":
        return tell.matters(event) and tell.of_people(event)
    return wanted == "all" or event.type is EventType.TOLD


async def _notices(visit: Signed, pathway: str) -> dict[int, str]:
    """Return how it went with each notice, by the number of its event."""
    found = await ledger.notices(visit.pool, pathway=pathway, limit=MOST_NOTICES)
    return {each.seq: notice_state(visit, each.state) for each in found}


def notice_state(visit: Signed, state: str) -> str:
    """Return how it went with a notice."""
    _ = visit._
    return {
        "promised": _("on its way"), "claimed": _("on its way"), "handed_over": _("sent"), "failed": _("failed"),
        "uncertain": _("nobody knows whether it arrived"), "cancelled": _("not sent"),
    }[state]  # fmt: skip


def _chapters(visit: Signed, found: Page, events: Iterable[Event], notices: dict[int, str]) -> list[Chapter]:
    """Return events by stage and month, the latest first."""
    stages = _stages(found)
    may_correct = corrects(visit, found)
    tell = teller(visit, found)

    def entry(event: Event) -> Entry:
        recorded = local_day(event.recorded_at)
        return Entry(
            event, tell.event(event, open_words=True), found.names.get(event.actor.staff, ""),
            recorded if recorded != event.occurred_on else None, event.seq in may_correct, notices.get(event.seq, ""),
        )  # fmt: skip

    ordered = sorted(events, key=lambda each: (each.occurred_on, each.seq), reverse=True)
    chapters = []
    for stage, inside in groupby(ordered, key=lambda each: _stage_of(each, stages)):
        months = [
            (_month(visit, month), tuple(entry(each) for each in those))
            for month, those in groupby(inside, key=lambda each: each.occurred_on.replace(day=1))
        ]
        chapters.append(Chapter(_called(visit, found, stage), tuple(months)))
    return chapters


def _month(visit: Signed, first: date) -> str:
    return format_date(first, "MMMM y", locale=visit.language)


def _stages(found: Page) -> list[tuple[date, int, str]]:
    """Return when each stage began: its day, the number of its event, and which it is."""
    return sorted(
        (each.occurred_on, each.seq, AFTER_EXIT if each.type is EventType.EXITED else each.step or "")
        for each in found.events
        if each.type is EventType.EXITED or (each.type is EventType.OPENED and each.coded.get("kind") == "stage")
    )


def _stage_of(event: Event, stages: list[tuple[date, int, str]]) -> str:
    """Return the stage in which something happened; what was recorded late belongs to its own day."""
    begun = [stage for day, seq, stage in stages if (day, seq) <= (event.occurred_on, event.seq)]
    return begun[-1] if begun else (stages[0][2] if stages else "")


def _called(visit: Signed, found: Page, stage: str) -> str:
    if stage == AFTER_EXIT:
        return visit._("After the exit")
    return found.words.step(stage) if found.words is not None and stage else visit._("Before the first stage")


@pages.get("/why/{what:path}")
async def explain(visit: Reader, pathway: str, what: str) -> Response:
    """Explain an event, a step, a milestone, a notice or the status, back to the command and the person."""
    found = await load(visit, pathway, what="why")
    explanation = veiled(await why(visit.office, pathway, what, visit.language), found.allowed)
    chains = told(explanation, teller(visit, found))
    notice = explanation.notice
    state = notice_state(visit, notice.state) if notice is not None else ""
    return show_page(visit, found, "why.html", chains=chains, notice=notice, state=state)
