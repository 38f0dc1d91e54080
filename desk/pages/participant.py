"""One participant: what all the pages about a person share, and the overview."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import APIRouter, Response

from desk.menu import Item
from desk.pages.doing import doings
from desk.visit import Reader, Signed
from domain.interpreter.corrections import correctable
from domain.policy import Purpose
from domain.possible import Possible, possible
from records import accounts, log, referrals
from service.coming import coming
from service.page import Page, page
from service.reading import condition_text
from service.recounting import Teller

if TYPE_CHECKING:
    from datetime import date

    from domain.events import Event

pages = APIRouter(prefix="/people/{pathway}")


async def load(visit: Signed, pathway: str, *, what: str = "page", purpose: Purpose = Purpose.PAGE) -> Page:
    """Return a participant's page and note who read it.

    Raises Refusal: pathway_unknown, not_for_you, another_unit, protected_data.
    """
    found = await page(
        visit.office, pathway, staff_id=visit.reader.id, now=visit.now, language=visit.language, channel="desk"
    )
    found.demand(purpose)
    await accounts.read(visit.pool, pathway, staff=visit.reader.id, what=what, now=visit.now)
    return found


def teller(visit: Signed, found: Page) -> Teller:
    """Return the words for events on a page."""
    return Teller(found.words, found.units | found.names, visit.writing.say)


def why_of(pathway: str, what: object) -> str:
    """Return where something is explained: an event, a step, a milestone, a notice, the status."""
    return f"/people/{pathway}/why/{quote(str(what), safe='')}"


def show_page(visit: Signed, found: Page, template: str, /, status: int = 200, **context: Any) -> Response:
    """Return one of the pages about a participant, with the way to the others."""
    one = found.shown.pathway
    return visit.page(
        template, status, page=found, one=one, words=found.words, tabs=_tabs(visit, found), tell=teller(visit, found),
        why_of=lambda what: why_of(one.id, what), open_words=Purpose.WORDS in found.allowed, **context,
    )  # fmt: skip


def _tabs(visit: Signed, found: Page) -> list[Item]:
    """Return the pages about this participant that the reader may open."""
    _, at, path = visit._, f"/people/{found.shown.pathway.id}", visit.request.url.path
    wanted = [
        ("", _("Overview"), Purpose.PAGE),
        ("/history", _("History"), Purpose.PAGE),
        ("/plan", _("Plan"), Purpose.WORDS),
        ("/interventions", _("Interventions"), Purpose.PAGE),
        ("/assessments", _("Assessments"), Purpose.ASSESSMENTS),
        ("/own", _("The participant's own page"), Purpose.OWN_PAGE),
        ("/meeting", _("Before the meeting"), Purpose.WORDS),
        ("/reads", _("Who has read"), Purpose.READS),
    ]
    return [Item(at + end, text, path == at + end) for end, text, purpose in wanted if purpose in found.allowed]


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


def corrects(visit: Signed, found: Page) -> frozenset[int]:
    """Return the numbers of the events that the reader can correct."""
    if found.rules is None or found.state is None or found.shown.pathway.status == "diverged":
        return frozenset()
    if not any(each.kind == "correct" for each in possible(found.rules, found.state, found.reader, visit.now)):
        return frozenset()
    return frozenset(correctable(found.state))


@dataclass(frozen=True, slots=True)
class Known:
    """A fact: what is known, since when, and where to say something else."""

    label: str
    value: str
    day: date | None
    address: str
    is_known: bool


def _facts(visit: Signed, found: Page, addresses: dict[str, str]) -> list[Known]:
    """Return every fact of the programme; those that are sealed only for readers who may see them."""
    if found.words is None or found.state is None or found.rules is None:
        return []
    say, known = visit.writing.say, []
    for name, rule in found.rules.facts.items():
        last = (found.state.facts.get(name) or (None,))[-1]
        if rule.sealed and Purpose.WORDS not in found.allowed:
            value = say("show.sealed") if last is not None else ""
        elif last is None:
            value = ""
        else:
            value = say("show.refused") if last.refused else found.words.value(last.value)
        known.append(
            Known(found.words.fact(name), value, last.on if last else None, addresses.get(name, ""), last is not None)
        )
    return known


def _eligible(visit: Signed, found: Page) -> list[tuple[str, str, str]]:
    """Return each condition of admission: how it stands, in words, and the value that decided."""
    if found.words is None:
        return []
    truths = {True: "met", False: "unmet", None: "unknown"}
    return [
        (visit.writing.say(f"truth.{truths[each.truth]}"), condition_text(each.condition, found.words),
         "" if each.value is None else found.words.value(each.value))
        for each in found.eligible
    ]  # fmt: skip


@pages.get("")
async def show(visit: Reader, pathway: str, made: str = "") -> Response:
    """Show how one participant stands and what can be done."""
    found = await load(visit, pathway)
    doing = doings(visit, found, can_do(visit, found))
    return show_page(
        visit, found, "participant.html", coming=coming(found), doing=doing, facts=_facts(visit, found, doing.facts),
        eligible=_eligible(visit, found), result=await result_of(visit, found, made) if made else None, made=made,
        deputy=found.answers if found.answers != found.shown.pathway.owner else None,
        consent=await referrals.consent(visit.pool, pathway),
    )  # fmt: skip


async def result_of(visit: Signed, found: Page, made: str) -> tuple[Event, ...] | None:
    """Return what a command led to; nothing where it isn't recorded yet."""
    recorded = await log.recorded(visit.pool, found.shown.pathway.id, made)
    if recorded is None:
        return ()
    return tuple(each for each in found.events if recorded[0] <= each.seq <= recorded[1])
