"""One participant's page: how it stands, what can be done now, what happened."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from desk.forms.commands import TITLES
from desk.visit import Reader, Signed
from domain.policy import Purpose
from domain.possible import Possible, possible
from records import accounts, log
from service.page import Page, page
from service.recounting import Teller

if TYPE_CHECKING:
    from domain.events import Event

pages = APIRouter(prefix="/people/{pathway}")


async def load(visit: Signed, pathway: str, *, what: str = "page") -> Page:
    """Return a participant's page and note who read it. Raises Refusal: pathway_unknown, not_for_you, another_unit."""
    found = await page(
        visit.office, pathway, staff_id=visit.reader.id, now=visit.now, language=visit.language, channel="desk"
    )
    await accounts.read(visit.pool, pathway, staff=visit.reader.id, what=what, now=visit.now)
    return found


def teller(visit: Signed, found: Page) -> Teller:
    """Return the words for events on a page."""
    return Teller(found.words, found.names, visit.writing.say)


def can_do(visit: Signed, found: Page) -> list[Possible]:
    """Return everything that the reader can do now, one for each record, fact and happening."""
    if found.rules is None or found.state is None or found.shown.pathway.status == "diverged":
        return []
    every: list[Possible] = []
    for each in possible(found.rules, found.state, found.reader, visit.now):
        if each.kind == "record" and not each.choices:
            every.extend(replace(each, choices=(name,)) for name in found.rules.records if name != "hours")
        elif each.kind == "fact":
            every.extend(replace(each, choices=(name,)) for name in found.rules.facts)
        elif each.kind != "correct":
            every.append(each)
    return every


def address_of(pathway: str, one: Possible) -> str:
    """Return where the form of something possible is."""
    named = one.choices[0] if one.kind in {"record", "fact", "happen"} and one.choices else None
    given = {"step": one.step, "key": one.key, "about": named}
    query = urlencode({name: value for name, value in given.items() if value is not None})
    return f"/people/{pathway}/do/{one.kind}" + (f"?{query}" if query else "")


@pages.get("")
async def show(visit: Reader, pathway: str, made: str = "") -> Response:
    """Show one participant."""
    found = await load(visit, pathway)
    telling = teller(visit, found)
    history = [each for each in found.events if telling.matters(each)]
    return visit.page(
        "participant.html", page=found, one=found.shown.pathway, words=found.words, can_do=can_do(visit, found),
        address_of=address_of, titles=TITLES, history=list(reversed(history)), tell=telling,
        open_words=Purpose.WORDS in found.allowed, result=await result_of(visit, found, made) if made else None,
        made=made,
    )  # fmt: skip


async def result_of(visit: Signed, found: Page, made: str) -> tuple[Event, ...] | None:
    """Return what a command led to; nothing where it isn't recorded yet."""
    recorded = await log.recorded(visit.pool, found.shown.pathway.id, made)
    if recorded is None:
        return ()
    return tuple(each for each in found.events if recorded[0] <= each.seq <= recorded[1])
