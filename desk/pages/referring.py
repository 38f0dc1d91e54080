"""Referring a person: who it is, what is known, how the conditions of admission stand, and the referral itself.

The identity number travels in forms alone, never in an address. Nothing is kept before the last button.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from temporalio.service import RPCError

from desk.forms.field import Form, Typed, one
from desk.forms.referral import ReferralForm, who_form
from desk.pages.asking import to_page
from desk.pages.typed import command_id, typed
from desk.visit import Reader, Signed
from domain.errors import Refusal
from domain.policy import Purpose
from records import accounts, staff
from records import operations as kept
from service.answers import NotTaken
from service.ids import new_id
from service.office import RECORD_AWAY
from service.reading import condition_text
from service.referrals import refer, rules_for, weighed
from service.searching import Known, known_as, similar
from service.seeing import demand, stands_in
from service.stating import Malformed, number_from

if TYPE_CHECKING:
    from desk.forms.field import Field
    from domain.conditions import Finding
    from domain.identity import Identity
    from domain.people import Actor
    from records.operations import Operation
    from service.referrals import Referral

pages = APIRouter(prefix="/refer")


async def _operations(visit: Signed) -> list[Operation]:
    """Return where the reader may refer: what runs today, else what has begun. Raises Refusal: not_for_you."""
    demand(Purpose.REFER, stands_in(visit.reader, None))
    mine = [one for one in await kept.every(visit.pool) if visit.may(Purpose.REFER, one.id)]
    begun = [one for one in mine if one.starts_on <= visit.today]
    return [one for one in begun if visit.today <= one.ends_on] or begun or mine


@dataclass(frozen=True, slots=True)
class Asked:
    """A referral that is being made: to what, about whom, and what was typed so far."""

    visit: Signed
    form_of: ReferralForm
    identity: Identity
    known: Known | None
    actor: Actor
    given: Typed
    command_id: str

    @property
    def carried(self) -> Typed:
        """What every page hands on: who it is, and the id that makes two clicks one referral."""
        names = ("operation", "number", "kind")
        return {**{name: self.given[name] for name in names if one(self.given, name)}, "command_id": [self.command_id]}

    def asks(self, form: Form, status: int = 200, found: tuple[Finding, ...] = ()) -> Response:
        """Return the page with the questions."""
        return self.visit.page(
            "refer_form.html", status, asked=self, form=form, fields={each.name: each for each in form.fields},
            groups=self.form_of.groups(), eligible=_told(self, found),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A condition of admission in words, and whether it is met."""

    text: str
    truth: bool | None


def _told(asked: Asked, found: tuple[Finding, ...]) -> list[Told]:
    return [Told(condition_text(each.condition, asked.form_of.words), each.truth) for each in found]


@pages.get("")
async def begin(visit: Reader) -> Response:
    """Ask whose number it is."""
    operations = await _operations(visit)
    form = who_form(visit, operations, kinds=False)
    if len(operations) > 1 and visit.reader.unit:
        mine = next((each.id for each in operations if visit.reader.unit in _units(each)), None)
        form = form.filled({"operation": [mine] if mine else []})
    return visit.page("refer.html", form=form, operations=operations)


def _units(operation: Operation) -> list[str]:
    return [str(each.get("id")) for each in operation.definition.get("units", ())]


@pages.get("/{step}")
async def again(visit: Reader, step: str) -> Response:  # noqa: ARG001 - whatever step: what was typed isn't in the address
    """Begin from the start where somebody opens the address of a later page."""
    return RedirectResponse("/refer", 303)


async def _who(visit: Signed, given: Typed) -> Asked | Response:
    """Return the referral that is being made, or the page that says what stands in its way."""
    operations = await _operations(visit)
    wanted = one(given, "operation") if len(operations) > 1 else None
    operation = next((each for each in operations if len(operations) == 1 or each.id == wanted), None)
    form = who_form(visit, operations, kinds=one(given, "kind") is not None).filled(given)
    form = form.missing(visit._("Fill this in"))
    if operation is None and operations:
        form = form if not form.ok else form.with_error(visit._("Fill this in"), "operation")
    if not form.ok or operation is None:
        return visit.page("refer.html", 422, form=form, operations=operations)
    try:
        identity = number_from(one(given, "number") or "", on=visit.today, kind=one(given, "kind"))
    except Refusal as refusal:
        with_kinds = who_form(visit, operations, kinds=True).filled(given)
        name = "kind" if refusal.code in ("identity_kind", "identity_kind_unknown") else "number"
        wrong = with_kinds.with_error(refusal.text(visit.language), name)
        return visit.page("refer.html", 422, form=wrong, operations=operations)
    actor = await visit.actor(operation.id)
    known = await known_as(visit.pool, identity, operation=operation.id, staff_id=visit.reader.id, channel="desk")
    if known is not None:
        await _noted(visit, [known])
        if known.inside is not None and known.inside.referral != one(given, "command_id"):  # not our own second click
            return await _inside(visit, known)
    published = await rules_for(visit.office, operation.id, _unit(visit, given, operation), visit.today)
    return Asked(visit, ReferralForm(visit, operation, published), identity, known, actor, given, command_id(given))


def _unit(visit: Signed, given: Typed, operation: Operation) -> str:
    known = _units(operation)
    return next((each for each in (one(given, "unit"), visit.reader.unit) if each in known), "") or ""


async def _noted(visit: Signed, found: list[Known]) -> None:
    """Note that the reader was shown who these are."""
    for each in found:
        for seen in each.pathways:
            await accounts.read(visit.pool, seen.listed.id, staff=visit.reader.id, what="refer", now=visit.now)


async def _told_inside(asked: Asked) -> Response:
    known = await known_as(
        asked.visit.pool, asked.identity, operation=asked.form_of.operation.id, staff_id=asked.visit.reader.id,
        channel="desk",
    )  # fmt: skip
    return await _inside(asked.visit, known if known is not None else Known(uuid4()))


async def _inside(visit: Signed, known: Known) -> Response:
    """Say that the person is inside already, and the way there, or whom to ask."""
    seen = next((each for each in known.pathways if known.inside and each.listed.id == known.inside.id), None)
    owner = await _name(visit, known.inside.owner) if known.inside is not None else ""
    return visit.page("refer_inside.html", 409, seen=seen, owner=owner, known=known)


async def _name(visit: Signed, staff_id: str) -> str:
    return next((each.name for each in await staff.everybody(visit.pool) if each.id == staff_id), staff_id)


@pages.post("/who")
async def who(visit: Reader, request: Request) -> Response:
    """Search, and ask the rest with what is known filled in."""
    asked = await _who(visit, await typed(request))
    if isinstance(asked, Response):
        return asked
    card = asked.known.card if asked.known is not None else None
    begun = asked.form_of.begun(asked.identity, unit=visit.reader.unit, on=visit.today, card=card)
    return asked.asks(asked.form_of.form().filled(begun), found=await _glimpsed(asked, begun))


@pages.post("/back")
async def back(visit: Reader, request: Request) -> Response:
    """Show the questions again with what was typed."""
    asked = await _who(visit, await typed(request))
    if isinstance(asked, Response):
        return asked
    return asked.asks(asked.form_of.form().filled(asked.given), found=await _glimpsed(asked, asked.given))


@pages.post("/eligible")
async def eligible(visit: Reader, request: Request) -> Response:
    """Show how the conditions stand so far: an answer while somebody types, for browsers with scripts."""
    asked = await _who(visit, await typed(request))
    if isinstance(asked, Response):
        return asked
    return asked.asks(asked.form_of.form().filled(asked.given), found=await _glimpsed(asked, asked.given))


async def _glimpsed(asked: Asked, given: Typed) -> tuple[Finding, ...]:
    """Return how the conditions stand with as much as can be read; none where too little can."""
    try:
        referral = asked.form_of.glimpsed({**given, **asked.carried}, id_=asked.command_id)
        return await weighed(asked.visit.office, referral, by=asked.actor, command_id=asked.command_id)
    except (Malformed, Refusal):
        return ()


@dataclass(frozen=True, slots=True)
class Read:
    """A referral that can be made, with how its conditions stand."""

    referral: Referral
    found: tuple[Finding, ...]


async def _read(asked: Asked) -> Read | Response:
    """Return the referral that was typed, or the page that says what is wrong, with everything typed kept."""
    form = asked.form_of.form().filled(asked.given).missing(asked.visit._("Fill this in"))
    if not form.ok:
        return asked.asks(form, 422)
    try:
        referral = asked.form_of.read(asked.given, id_=asked.command_id)
        found = await weighed(asked.visit.office, referral, by=asked.actor, command_id=asked.command_id)
    except (Malformed, Refusal) as error:
        return asked.asks(asked.form_of.marked(form, error), 422)
    return Read(referral, found)


@pages.post("/check")
async def check(visit: Reader, request: Request) -> Response:
    """Show what will be sent: the conditions one by one, and people who may be the same."""
    asked = await _who(visit, await typed(request))
    if isinstance(asked, Response):
        return asked
    read = await _read(asked)
    return read if isinstance(read, Response) else await _checking(asked, read)


async def _checking(asked: Asked, read: Read, *, status: int = 200, unsure: bool = False) -> Response:
    visit, person = asked.visit, read.referral.person
    but = asked.known.participant if asked.known is not None else None
    alike = await similar(
        visit.pool, name=person.name, birth_date=person.birth_date, but=but, staff_id=visit.reader.id, channel="desk"
    )
    await _noted(visit, alike)
    form = asked.form_of.form().filled(asked.given)
    hidden = {each.name: list(each.values) for each in form.fields if each.values} | asked.carried
    return visit.page(
        "refer_check.html", status, asked=asked, hidden=hidden, eligible=_told(asked, read.found), similar=alike,
        groups=asked.form_of.groups(), answers={each.name: _answer(each) for each in form.fields}, unsure=unsure,
        labels={each.name: each.label for each in form.fields},
    )  # fmt: skip


def _answer(field: Field) -> str:
    """Return what was typed as people read it."""
    texts = dict(field.choices)
    return ", ".join(texts.get(value, value) for value in field.values if value.strip())


@pages.post("")
async def send(visit: Reader, request: Request) -> Response:
    """Make the referral, once for its id, and show the participant's page or what is wrong."""
    asked = await _who(visit, await typed(request))
    if isinstance(asked, Response):
        return asked
    read = await _read(asked)
    if isinstance(read, Response):
        return read
    try:
        answer = await refer(visit.office, read.referral, by=asked.actor, command_id=asked.command_id)
    except (RPCError, *RECORD_AWAY):
        # Nothing is known. The same id asked again tells, and makes nothing twice.
        return await _checking(asked, read, status=503, unsure=True)
    if isinstance(answer, NotTaken):
        if answer.refusal.code == "already_inside":  # somebody else was first, a moment ago
            return await _told_inside(asked)
        fresh = replace(asked, command_id=new_id())
        return fresh.asks(fresh.form_of.marked(asked.form_of.form().filled(asked.given), answer.refusal), 422)
    return to_page(answer.pathway, asked.command_id)
