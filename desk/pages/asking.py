"""How every form about one pathway is asked, looked ahead from, sent and answered: the same for all commands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

from fastapi.responses import RedirectResponse
from temporalio.service import RPCError

from desk.forms.commands import marked
from desk.forms.field import one
from desk.forms.following import told
from desk.pages.participant import load, teller
from desk.pages.typed import command_id, typed
from domain.errors import Refusal
from domain.people import SYSTEM
from domain.policy import Purpose
from records import log
from service.answers import NotTaken
from service.asking import ask, command_from
from service.assessments import Assessed, assessed
from service.foreseeing import ahead, foresee
from service.ids import new_id
from service.office import RECORD_AWAY
from service.refusing import worded
from service.stating import Malformed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from fastapi import Request, Response

    from desk.forms.field import Form, Typed
    from desk.forms.questions import Known
    from desk.visit import Signed
    from domain.events import Event
    from service.page import Page


NOT_SEEN = ("not_for_you", "another_unit", "protected_data")


class Asks(Protocol):
    """A form of a command: its questions, and how what was typed is read."""

    @property
    def title(self) -> str:
        """What the form is called."""

    @property
    def button(self) -> str:
        """What sends it."""

    def form(self) -> Form:
        """Return the questions."""

    def filled(self, typed: Typed) -> Form:
        """Return the questions with what was typed, and what is missing."""

    def read(self, typed: Typed) -> dict[str, Any]:
        """Return the command's fields. Raises Malformed, Refusal."""

    def known(self) -> list[Known]:
        """Return what is good to know before the questions."""

    @property
    def record(self) -> str:
        """The record that is taken; empty where none is."""


if TYPE_CHECKING:
    Make = Callable[[Signed, Page], Awaitable[Asks]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A form that is shown: with which command id, and how much of the pathway its reader had seen."""

    visit: Signed
    found: Page
    asks: Asks
    form: Form
    command_id: str
    meanwhile: tuple[Event, ...] = ()
    unsure: bool = False
    foreseen: tuple[Event, ...] | None = None

    def shown(self, status: int = 200) -> Response:
        """Return the page."""
        told_ahead = told(self.visit, self.found, ahead(self.foreseen)) if self.foreseen is not None else ""
        return self.visit.page(
            "command.html", status, page=self.found, one=self.found.shown.pathway, asked=self.asks, form=self.form,
            command_id=self.command_id, seen=self.found.shown.pathway.last_seq, meanwhile=self.meanwhile,
            tell=teller(self.visit, self.found), unsure=self.unsure, foreseen=self.foreseen, told_ahead=told_ahead,
            open_words=Purpose.WORDS in self.found.allowed, beside=beside(self.found, self.asks.record),
        )  # fmt: skip


def beside(found: Page, record: str) -> tuple[Assessed, ...]:
    """Return what was recorded before with the same instrument, for a reader who may see it."""
    if not record or Purpose.ASSESSMENTS not in found.allowed:
        return ()
    return tuple(each for each in assessed(found) if each.record == record)


async def show(visit: Signed, pathway: str, what: str, make: Make) -> Response:
    """Ask what a command needs."""
    found = await load(visit, pathway, what=what)
    try:
        asks = await make(visit, found)
    except Refusal as refusal:
        return _not_now(visit, found, _kept_from(refusal), {})
    return Asked(visit, found, asks, asks.form(), new_id()).shown()


async def send(visit: Signed, request: Request, pathway: str, what: str, make: Make) -> Response:
    """Ask a command, or what it would lead to; show its result or what is wrong."""
    given = await typed(request)
    id_ = command_id(given)
    if await log.recorded(visit.pool, pathway, id_) is not None:  # a second click, or the page sent again
        return to_page(pathway, id_)
    found = await load(visit, pathway, what=what)
    try:
        asks = await make(visit, found)
    except Refusal as refusal:
        return _not_now(visit, found, _kept_from(refusal), given)
    form = asks.filled(given)
    others = _meanwhile(visit, found, one(given, "seen") or "")
    asked = Asked(visit, found, asks, form, id_, meanwhile=others)
    if others or not form.ok:
        return asked.shown(409 if others else 422)
    try:
        fields = asks.read(given)
        if one(given, "look"):
            return replace(asked, foreseen=tuple(foresee(found, fields, now=visit.now))).shown()
        answer = await ask(visit.office, pathway, command_from({**fields, "id": id_, "by": found.reader}))
    except (Malformed, Refusal) as error:
        return _wrong(asked, error)
    except (RPCError, *RECORD_AWAY):
        # Nothing is known. The same id asked again tells, and makes nothing twice.
        return replace(asked, unsure=True).shown(503)
    if isinstance(answer, NotTaken):
        return _wrong(replace(asked, command_id=new_id()), answer.refusal)
    return to_page(pathway, id_)


def _wrong(asked: Asked, error: Malformed | Refusal) -> Response:
    return replace(asked, form=marked(asked.form, error, asked.visit.language, asked.found)).shown(422)


def to_page(pathway: str, made: str) -> Response:
    """Return the way to the participant's page, which shows what a command led to."""
    return RedirectResponse(f"/people/{pathway}?{urlencode({'made': made})}", 303)


def _kept_from(refusal: Refusal) -> Refusal:
    """Return a refusal that says what can't be done now. Raises one that says who may not see it."""
    if refusal.code in NOT_SEEN:
        raise refusal
    return refusal


def _not_now(visit: Signed, found: Page, refusal: Refusal, given: Typed) -> Response:
    kept = [given[name][0] for name in ("reason", "note", "words") if one(given, name)]
    kept += [text for name, texts in given.items() if name.startswith("v-") for text in texts if " " in text]
    others = _meanwhile(visit, found, one(given, "seen") or "")
    text = worded(refusal, found.words, found.names).text(visit.language)
    return visit.page(
        "not_now.html", 409, page=found, one=found.shown.pathway, text=text, kept=kept, meanwhile=others,
        tell=teller(visit, found),
    )  # fmt: skip


def _meanwhile(visit: Signed, found: Page, seen: str) -> tuple[Event, ...]:
    """Return what others did on this pathway since the form was opened."""
    if not seen.isdigit():
        return ()
    telling = teller(visit, found)
    mine = (visit.reader.id, SYSTEM)
    return tuple(
        each for each in found.events
        if each.seq > int(seen[:9]) and each.actor.staff not in mine and telling.matters(each)
    )  # fmt: skip
