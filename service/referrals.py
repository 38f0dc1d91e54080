"""Referring a person: the register first, then the pathway, so that a referral asked for twice is one pathway."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from domain import operations as rules_of_operations
from domain.commands import Refer
from domain.errors import Refusal
from domain.interpreter import decide
from records import operations, register
from service.answers import AnswerGiven, NotTaken, Recorded
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
        operation = rules_of_operations.from_data(
            dict((await operations.load(office.pool, referral.operation)).definition)
        )
    except register.OperationUnknown:
        known = ", ".join(one.id for one in await operations.every(office.pool))
        return NotTaken(None, Refusal("operation_unknown", operation=referral.operation, known=known))
    text, rules = await rules_in_force(office.pool, operation.programme, referral.on)
    now = office.clock()

    def command(
        pathway: str, person: str, unit: str, owner: str, ordinal: int = 1, previous: str | None = None
    ) -> Refer:
        return Refer(
            id=command_id, by=by, occurred_on=referral.on, pathway=pathway, programme=operation.programme,
            operation=operation.operation, referral=referral.id, person=person, unit=unit, owner=owner, ordinal=ordinal,
            previous=previous, facts=referral.facts, refused=referral.refused, reason=referral.reason,
        )  # fmt: skip

    try:
        operation.covers(referral.on)
        decide(rules=rules, state=None, command=command("dry", "dry", referral.unit, "dry"), now=now)
    except Refusal as refusal:
        return NotTaken(None, refusal)
    try:
        reserved = await register.reserve(
            office.pool, keys=office.keys, referral=referral.id, operation=operation.operation,
            programme=operation.programme, person=referral.person, unit=referral.unit, referrer=by.staff,
            referred_on=referral.on, now=now,
        )  # fmt: skip
    except register.AlreadyInside as inside:
        return NotTaken(inside.pathway, Refusal("already_inside", pathway=inside.pathway))
    except register.ReferralTaken as taken:
        return NotTaken(taken.pathway, Refusal("referral_taken", referral=referral.id))
    asked = command(
        reserved.pathway, str(reserved.participant), reserved.unit, reserved.owner, reserved.ordinal, reserved.previous
    )
    if reserved.already:
        state, _ = await office.state_of(reserved.pathway)
        if state is not None:
            return Recorded(reserved.pathway, 1, state.seq, again=True)
    answer = await office.send_with_start(reserved.pathway, asked, ports.PathwayInput(reserved.pathway, text))
    if isinstance(answer, NotTaken) and answer.refusal.code == "already_referred":
        return Recorded(reserved.pathway, 1, 1, again=True)
    return answer
