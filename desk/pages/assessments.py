"""What the professions recorded about a participant: what there is, raters side by side, and how it has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter, HTTPException, Response

from desk.drawing import Plot, Series, lines
from desk.forms.commands import TITLES
from desk.pages.doing import address_of
from desk.pages.participant import can_do, corrects, load, show_page
from desk.visit import Reader, Signed
from domain.policy import Purpose
from service.assessments import PARTICIPANT, Assessed, assessed, scales
from service.page import Page

if TYPE_CHECKING:
    from datetime import date

    from domain.possible import Possible

pages = APIRouter(prefix="/people/{pathway}/assessments")


@dataclass(frozen=True, slots=True)
class Listed:
    """One instrument in the list: how often it was used, when last, by whom."""

    record: str
    taken: int
    on: date
    raters: tuple[str, ...]
    differs: bool


async def _load(visit: Signed, pathway: str) -> Page:
    return await load(visit, pathway, what="assessments", purpose=Purpose.ASSESSMENTS)


def _possible(visit: Signed, found: Page) -> list[Possible]:
    return [each for each in can_do(visit, found) if each.kind == "record" and each.why_not is None]


@pages.get("")
async def show(visit: Reader, pathway: str) -> Response:
    """List what was assessed."""
    found = await _load(visit, pathway)
    every = assessed(found)
    rows = [_listed(found, name, [each for each in every if each.record == name])
            for name in dict.fromkeys(each.record for each in every)]  # fmt: skip
    return show_page(
        visit, found, "assessments.html", rows=rows, can_do=_possible(visit, found),
        address_of=address_of, titles=TITLES,
    )  # fmt: skip


def _listed(found: Page, name: str, each: list[Assessed]) -> Listed:
    seen = sorted((one for many in each for one in many.observations), key=lambda one: (one.on, one.seq))
    rules = found.rules.records[name] if found.rules is not None else {}
    raters = tuple(dict.fromkeys(one.rater for one in seen))
    return Listed(name, len(seen), seen[-1].on, raters, any(many.differing(rules) for many in each))


@pages.get("/{record}")
async def compare(visit: Reader, pathway: str, record: str) -> Response:
    """Show one instrument: raters and days side by side, and figures over time."""
    found = await _load(visit, pathway)
    every = tuple(each for each in assessed(found) if each.record == record)
    if found.rules is None or record not in found.rules.records:
        raise HTTPException(404)
    again = [each for each in _possible(visit, found) if each.choices == (record,)]
    return show_page(
        visit, found, "assessment.html", record=record, every=every,
        plots={each.item: plots(visit, found, each) for each in every}, again=again[:1], address_of=address_of,
        corrects=corrects(visit, found),
        raters=list(dict.fromkeys(one.rater for each in every for one in each.observations)),
    )  # fmt: skip


def plots(visit: Signed, found: Page, one: Assessed) -> list[Plot]:
    """Return a picture for each scale that was used at least twice: a line for each field and rater."""
    if found.rules is None or found.words is None:
        return []
    rules, words, drawn = found.rules.records[one.record], found.words, []
    raters = dict.fromkeys(each.rater for each in one.observations)
    days = sorted({each.on for each in one.observations})
    for scale in scales(rules, one.observations):
        series = []
        for name in scale.fields:
            for rater in raters:
                seen = [each for each in one.observations if each.rater == rater and name in each.values]
                by_day = {each.on: float(each.values[name]) for each in seen}
                values = tuple(by_day.get(on) for on in days)
                if any(value is not None for value in values):
                    label = words.field(one.record, name)
                    series.append(Series(f"{label}, {_who(visit, found, rater)}" if len(raters) > 1 else label, values))
        title = words.item_of(one.record, one.item) if one.item else words.record(one.record)
        text = visit._("%(title)s over time, on the days that were assessed. The table shows the same.", title=title)
        labels = tuple(on.isoformat() for on in days)
        begin = visit.writing.begin
        drawn.append(lines(begin(title), begin(text), labels, series, low=scale.low, high=scale.high))
    return drawn


def _who(visit: Signed, found: Page, rater: str) -> str:
    return visit._("The participant") if rater == PARTICIPANT else found.names.get(rater, rater)
