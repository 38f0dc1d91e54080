"""Referring a person: the register first, then the pathway, so that a referral asked for twice is one pathway."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from domain import operations as rules_of_operations
from domain.commands import Refer
from domain.errors import Refusal
from domain.interpreter import decide
from records import operations, programmes, register, staff
from service.answers import AnswerGiven, NotTaken, Recorded
from service.asking import refusal_of
from service.publishing import rules_in_force
from workflows import ports

if TYPE_CHECKING:
    from domain.people import Actor
    from records.register import NewPerson
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
    """Refer a person and answer with the pathway. Malformed input is refused before anything is kept."""
    try:
        draft, text = await _checked(office, referral, by=by, command_id=command_id)
    except Refusal as refusal:
        return NotTaken(None, refusal)
    try:
        reserved = await register.reserve(
            office.pool, keys=office.keys, referral=referral.id, operation=draft.operation, programme=draft.programme,
            person=referral.person, unit=referral.unit, referrer=by.staff, referred_on=referral.on, now=office.clock(),
        )  # fmt: skip
    except staff.UnitUnknown:
        known = ", ".join(one.id for one in await staff.units(office.pool))
        return NotTaken(None, Refusal("unit_unknown", unit=referral.unit, known=known))
    except register.AlreadyInside as inside:
        return NotTaken(inside.pathway, Refusal("already_inside", pathway=inside.pathway))
    except register.ReferralTaken as taken:
        return NotTaken(taken.pathway, Refusal("referral_taken", referral=referral.id))
    if reserved.already:
        state, _ = await office.state_of(reserved.pathway)
        if state is not None:
            return Recorded(reserved.pathway, 1, state.seq, again=True)
    asked = draft.model_copy(
        update={
            "pathway": reserved.pathway, "person": str(reserved.participant), "unit": reserved.unit,
            "owner": reserved.owner, "ordinal": reserved.ordinal, "previous": reserved.previous,
        }
    )  # fmt: skip
    answer = await office.send_with_start(reserved.pathway, asked, ports.PathwayInput(reserved.pathway, text))
    if isinstance(answer, NotTaken) and answer.refusal.code == "already_referred":
        return Recorded(reserved.pathway, 1, 1, again=True)
    return answer


async def _checked(office: Office, referral: Referral, *, by: Actor, command_id: str) -> tuple[Refer, str]:
    """Return the command, still without a pathway, and the rules it will follow. Raises Refusal; keeps nothing."""
    try:
        operation = rules_of_operations.from_data(
            dict((await operations.load(office.pool, referral.operation)).definition)
        )
    except register.OperationUnknown:
        known = ", ".join(one.id for one in await operations.every(office.pool))
        raise Refusal("operation_unknown", operation=referral.operation, known=known) from None
    operation.covers(referral.on)
    try:
        text, rules = await rules_in_force(office.pool, operation.programme, referral.on)
    except programmes.ProgrammeUnknown:
        raise Refusal("programme_unknown", programme=operation.programme) from None
    if not any(role in by.roles for role in rules.roles):
        raise Refusal("not_your_role", needed=", ".join(rules.roles))
    try:
        draft = Refer(
            id=command_id, by=by, occurred_on=referral.on, pathway="dry", programme=operation.programme,
            operation=operation.operation, referral=referral.id, person="dry", unit=referral.unit, owner="dry",
            facts=referral.facts, refused=referral.refused, reason=referral.reason,
        )  # fmt: skip
    except ValidationError as error:
        raise refusal_of(error) from None
    decide(rules=rules, state=None, command=draft, now=office.clock())
    return draft, text
