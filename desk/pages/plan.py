"""A participant's plan with its versions, and the interventions side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from desk.drawing import Plot, Series, Span, bars, spans
from desk.pages.participant import load, show_page
from desk.visit import Reader, Signed
from domain.policy import Purpose
from service.interventions import interventions, months
from service.planning import opinions, versions

if TYPE_CHECKING:
    from service.interventions import Intervention

pages = APIRouter(prefix="/people/{pathway}")
MOST_MONTHS = 12  # in the picture of attendance; the table has them all


@pages.get("/plan")
async def plan(visit: Reader, pathway: str) -> Response:
    """Show the plan, its versions, and what the participant thought of each decision."""
    found = await load(visit, pathway, what="plan", purpose=Purpose.WORDS)
    going_on = [one for one in interventions(found) if one.ended_on is None]
    made, thought = [], []
    if found.words is not None:
        made, thought = versions(found.events, found.words, found.names), opinions(found.events, found.words)
    return show_page(visit, found, "plan.html", versions=made, opinions=thought, going_on=going_on)


@pages.get("/interventions")
async def side_by_side(visit: Reader, pathway: str) -> Response:
    """Show the interventions on one axis of time, and the attendance of each by month."""
    found = await load(visit, pathway, what="interventions")
    every = interventions(found)
    return show_page(
        visit, found, "interventions.html", interventions=every, timeline=timeline(visit, every),
        attendance=attendance(visit, every) if Purpose.ASSESSMENTS in found.allowed else None,
        sees_hours=Purpose.ASSESSMENTS in found.allowed,
    )  # fmt: skip


def timeline(visit: Signed, every: list[Intervention]) -> Plot | None:
    """Return the picture of when each intervention went on."""
    if not every:
        return None
    goes_on = sum(one.ended_on is None for one in every)
    text = visit._(
        "Interventions from their start to their end: %(count)d in all, %(open)d still going on.",
        count=len(every), open=goes_on,
    )  # fmt: skip
    found = [Span(one.name, one.started_on, one.ended_on) for one in every]
    return spans(visit._("Interventions over time"), text, found, today=visit.today)


def attendance(visit: Signed, every: list[Intervention]) -> Plot | None:
    """Return the picture of attended hours by month, each intervention that reports them a series."""
    reported = [one for one in every if one.hours]
    labels = months(reported)[-MOST_MONTHS:]
    if not labels:
        return None
    series = [Series(one.name, tuple(one.hours.get(month) for month in labels)) for one in reported]
    title = visit._("Attended hours by month")
    text = visit._("Attended hours by month, one bar for each intervention. The table has the figures.")
    return bars(title, text, labels, series)
