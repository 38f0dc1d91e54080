"""Referring a person: the register first, then the pathway, so that a referral asked for twice is one pathway."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from domain import operations as rules_of_operations
from domain.commands import Refer
from domain.conditions import explain
from domain.errors import Refusal
from domain.interpreter import advance
from domain.rules import parse
from records import operations, programmes, register, staff
from service.answers import Accepted, AnswerGiven, NotTaken, Recorded
from service.asking import refusal_of
from service.office import A_BREATH, RECORD_AWAY
from service.publishing import rules_in_force
from workflows import ports

if TYPE_CHECKING:
    from domain.conditions import Finding
    from domain.interpreter import State
    from domain.operations import OperationDef
    from domain.people import Actor
    from records.programmes import Published
    from records.register import NewPerson, Reservation
    from service.office import Office


@dataclass(frozen=True, slots=True)
class Referral:
    """What a caseworker states; ``id`` is the caller's own: asked again with it, the same pathway answers."""

    id: str
    operation: str
    person: NewPerson = field(repr=False)
    unit: str
    on: date
    facts: dict[str, Any] = field(default_factory=dict, repr=False)
    refused: tuple[str, ...] = ()
    reason: str | None = field(default=None, repr=False)


async def refer(office: Office, referral: Referral, *, by: Actor, command_id: str) -> AnswerGiven:
    """Refer a person and answer with the pathway. Malformed input is refused before anything is kept.

    Raises as ``Office.send`` where a server that is away keeps the answer to itself.
    """
    try:
        draft, text, _ = await _checked(office, referral, by=by, command_id=command_id)
        reserved = await _reserved(office, referral, draft, by=by)
    except Refusal as refusal:
        return NotTaken(refusal.params.get("pathway"), refusal)
    except RECORD_AWAY:
        return NotTaken(None, Refusal("record_away"))
    if reserved.already and (known := await _known_soon(office, reserved.pathway)) is not None:
        return known
    asked = draft.model_copy(
        update={
            "pathway": reserved.pathway, "person": str(reserved.participant), "unit": reserved.unit,
            "owner": reserved.owner, "ordinal": reserved.ordinal, "previous": reserved.previous,
        }
    )  # fmt: skip
    answer = await office.send_with_start(reserved.pathway, asked, ports.PathwayInput(reserved.pathway, text))
    if isinstance(answer, NotTaken) and answer.refusal.code == "already_referred":
        # Somebody else asked the same at once; recording that may still wait.
        return await _known(office, reserved.pathway) or Accepted(reserved.pathway)
    return answer


async def weighed(office: Office, referral: Referral, *, by: Actor, command_id: str) -> tuple[Finding, ...]:
    """Return the truth of each condition of admission for a referral that nobody has made yet; nothing is kept.

    Raises Refusal as the referral would be refused.
    """
    _, text, state = await _checked(office, referral, by=by, command_id=command_id)
    return tuple(explain(rule, state) for rule in parse(text).eligible)


async def rules_for(office: Office, operation: str, unit: str, on: date) -> Published:
    """Return the version that a referral from a unit on a day would follow; before the operation, its first day's.

    Raises Refusal: operation_unknown, programme_unknown.
    """
    kept = await _operation(office, operation)
    programme = kept.programme_of(unit, on)
    try:
        return await programmes.in_force(office.pool, programme, max(on, kept.starts))
    except programmes.ProgrammeUnknown:
        raise Refusal("programme_unknown", programme=programme) from None


async def _operation(office: Office, operation: str) -> OperationDef:
    try:
        return rules_of_operations.from_data(dict((await operations.load(office.pool, operation)).definition))
    except register.OperationUnknown:
        known = ", ".join(one.id for one in await operations.every(office.pool))
        raise Refusal("operation_unknown", operation=operation, known=known) from None


async def _reserved(office: Office, referral: Referral, draft: Refer, *, by: Actor) -> Reservation:
    """Return the referral's pathway from the register. Raises Refusal: unit_unknown, already_inside, referral_taken."""
    try:
        return await register.reserve(
            office.pool, keys=office.keys, referral=referral.id, operation=draft.operation, programme=draft.programme,
            person=referral.person, unit=referral.unit, referrer=by.staff, referred_on=referral.on, now=office.clock(),
        )  # fmt: skip
    except staff.UnitUnknown:
        known = ", ".join(one.id for one in await staff.units(office.pool))
        raise Refusal("unit_unknown", unit=referral.unit, known=known) from None
    except register.AlreadyInside as inside:
        raise Refusal("already_inside", pathway=inside.pathway) from None
    except register.ReferralTaken as taken:
        raise Refusal("referral_taken", referral=referral.id, pathway=taken.pathway) from None


async def _known_soon(office: Office, pathway: str) -> Recorded | None:
    """Return what is recorded, or will be in a moment: whoever reserved the pathway is probably asking right now.

    A hundred callers at once would otherwise all ask the one workflow, which answers ten at a time.
    """
    clock = asyncio.get_running_loop().time
    until = clock() + office.patience.answer.total_seconds()
    while clock() < until:
        if (known := await _known(office, pathway)) is not None:
            return known
        await asyncio.sleep(A_BREATH)
    return None


async def _known(office: Office, pathway: str) -> Recorded | None:
    """Return what is recorded of a pathway that was referred before, or None where nothing is."""
    state, _ = await office.state_of(pathway)
    return None if state is None else Recorded(pathway, 1, state.seq, again=True)


async def _checked(office: Office, referral: Referral, *, by: Actor, command_id: str) -> tuple[Refer, str, State]:
    """Return the command, still without a pathway, the rules it will follow and the state it would lead to.

    Raises Refusal; keeps nothing.
    """
    operation = await _operation(office, referral.operation)
    operation.covers(referral.on)
    programme = operation.programme_of(referral.unit, referral.on)
    try:
        text, rules = await rules_in_force(office.pool, programme, referral.on)
    except programmes.ProgrammeUnknown:
        raise Refusal("programme_unknown", programme=programme) from None
    if not any(role in by.roles for role in rules.roles):
        raise Refusal("not_your_role", needed=", ".join(rules.roles))
    operation.takes_from(referral.unit, referral.on)
    try:
        draft = Refer(
            id=command_id, by=by, occurred_on=referral.on, pathway="dry", programme=programme,
            operation=operation.operation, referral=referral.id, person="dry", unit=referral.unit, owner="dry",
            facts=referral.facts, refused=referral.refused, reason=referral.reason,
        )  # fmt: skip
    except ValidationError as error:
        raise refusal_of(error) from None
    _, state = advance(rules=rules, state=None, command=draft, now=office.clock())
    return draft, text, state
