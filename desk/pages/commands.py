"""Everything that can be done on a pathway: its form, the command, and its result or what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from temporalio.service import RPCError

from desk.forms.commands import TITLES, CommandForm, marked
from desk.forms.field import Form, Typed, one
from desk.pages.participant import can_do, load, teller
from desk.pages.typed import typed
from desk.visit import Reader, Signed
from domain.errors import Refusal
from domain.people import SYSTEM
from domain.possible import Possible
from records import log, staff
from service.answers import NotTaken
from service.asking import ask, command_from
from service.ids import new_id
from service.office import RECORD_AWAY
from service.page import Page
from service.stating import Malformed

if TYPE_CHECKING:
    from domain.events import Event

pages = APIRouter(prefix="/people/{pathway}/do/{kind}")


@dataclass(frozen=True, slots=True)
class Which:
    """Which of the possible things an address names."""

    kind: str
    step: str = ""
    key: str = ""
    about: str = ""

    def means(self, each: Possible) -> bool:
        """Tell whether it names this one."""
        named = each.choices[0] if each.kind in {"record", "fact", "happen"} and each.choices else ""
        same = (each.step or "") == self.step and self.key in ("", each.key) and self.about in ("", named)
        return each.kind == self.kind and same


Named = Annotated[Which, Depends(Which)]


def _meant(visit: Signed, found: Page, which: Which) -> Possible:
    """Return the possible thing that an address names. Raises Refusal where it isn't possible (any more)."""
    for each in can_do(visit, found):
        if which.means(each):
            if each.why_not is not None:
                raise each.why_not
            return each
    raise Refusal("not_possible_now")


@dataclass(frozen=True, slots=True)
class Asked:
    """A form that is shown: with which command id, and how much of the pathway its reader had seen."""

    visit: Signed
    found: Page
    form_of: CommandForm
    form: Form
    command_id: str
    meanwhile: tuple[Event, ...] = ()
    unsure: bool = False

    def shown(self, status: int = 200) -> Response:
        """Return the page."""
        return self.visit.page(
            "command.html", status, page=self.found, one=self.found.shown.pathway, asked=self.form_of, form=self.form,
            command_id=self.command_id, seen=self.found.shown.pathway.last_seq, meanwhile=self.meanwhile,
            tell=teller(self.visit, self.found), titles=TITLES, unsure=self.unsure,
        )  # fmt: skip


async def _form_of(visit: Signed, found: Page, meant: Possible) -> CommandForm:
    operation = found.shown.pathway.operation
    colleagues = tuple(
        each for each in await staff.everybody(visit.pool)
        if each.active and any(role.operation in (None, operation) for role in each.roles)
    )  # fmt: skip
    return CommandForm(visit, found, meant, colleagues)


@pages.get("")
async def ask_for(visit: Reader, pathway: str, which: Named) -> Response:
    """Ask what a command needs."""
    found = await load(visit, pathway, what=f"do {which.kind}"[:40])
    try:
        meant = _meant(visit, found, which)
    except Refusal as refusal:
        return _not_now(visit, found, refusal, {})
    form_of = await _form_of(visit, found, meant)
    return Asked(visit, found, form_of, form_of.form(), new_id()).shown()


@pages.post("")
async def do(visit: Reader, request: Request, pathway: str, which: Named) -> Response:
    """Ask a command, and show its result or what is wrong."""
    given = await typed(request)
    command_id = (one(given, "command_id") or new_id())[:200]
    if await log.recorded(visit.pool, pathway, command_id) is not None:  # a second click, or the page sent again
        return to_page(pathway, command_id)
    found = await load(visit, pathway, what=f"do {which.kind}"[:40])
    try:
        form_of = await _form_of(visit, found, _meant(visit, found, which))
    except Refusal as refusal:
        return _not_now(visit, found, refusal, given)
    form = form_of.form().filled(given).missing(visit._("Fill this in"))
    others = _meanwhile(visit, found, one(given, "seen") or "")
    if others or not form.ok:
        return Asked(visit, found, form_of, form, command_id, meanwhile=others).shown(409 if others else 422)
    try:
        command = command_from({**form_of.read(given), "id": command_id, "by": found.reader})
        answer = await ask(visit.office, pathway, command)
    except (Malformed, Refusal) as error:
        return _wrong(Asked(visit, found, form_of, form, command_id), error)
    except (RPCError, *RECORD_AWAY):
        # Nothing is known. The same id asked again tells, and makes nothing twice.
        return Asked(visit, found, form_of, form, command_id, unsure=True).shown(503)
    if isinstance(answer, NotTaken):
        return _wrong(Asked(visit, found, form_of, form, new_id()), answer.refusal)
    return to_page(pathway, command_id)


def _wrong(asked: Asked, error: Malformed | Refusal) -> Response:
    form = marked(asked.form, error, asked.visit.language)
    return Asked(asked.visit, asked.found, asked.form_of, form, asked.command_id).shown(422)


def to_page(pathway: str, made: str) -> Response:
    """Return the way to the participant's page, which shows what a command led to."""
    return RedirectResponse(f"/people/{pathway}?{urlencode({'made': made})}", 303)


def _not_now(visit: Signed, found: Page, refusal: Refusal, given: Typed) -> Response:
    kept = [given[name][0] for name in ("reason", "note", "words") if one(given, name)]
    others = _meanwhile(visit, found, one(given, "seen") or "")
    return visit.page(
        "not_now.html", 409, page=found, one=found.shown.pathway, text=refusal.text(visit.language), kept=kept,
        meanwhile=others, tell=teller(visit, found),
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
