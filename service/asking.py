"""Asking something of a pathway: which one is meant, who is named in it, and then the office."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from domain import operations as rules_of_operations
from domain.commands import Assign, ChangeOwner, Command, Correct, OpenStep, Reopen
from domain.errors import Refusal
from domain.interpreter.state import made_at
from records import finding, log, operations, programmes
from service.answers import NotTaken, Recorded
from service.office import RECORD_AWAY
from service.who import known

if TYPE_CHECKING:
    from datetime import date

    from records.database import Pool
    from records.finding import Match
    from service.answers import AnswerGiven
    from service.office import Office

REFERRAL = 1  # the event with which every pathway begins
A_LOOK = 1.0  # seconds for a look into the record; PostgreSQL that is away must not keep a command waiting
A_CHECK = 5.0  # seconds for one that has to be done: without it the command isn't sent
_COMMAND: TypeAdapter[Any] = TypeAdapter(Command)
_KINDS = frozenset(
    {"refer", "complete", "decide", "record", "fact", "open", "end", "assign", "change_owner", "contact", "hours",
     "happen", "pause", "resume", "correct", "exit", "reopen", "reenter", "take_over", "tick"}
)  # fmt: skip


async def meant(pool: Pool, text: str) -> Match:
    """Return the pathway that was typed: an id, the beginning of one, or a referral's id.

    Raises Refusal: pathway_unknown, pathway_ambiguous.
    """
    found = await finding.matching(pool, text)
    if not found:
        raise Refusal("pathway_unknown")
    exact = [one for one in found if text == one.id] or [one for one in found if text == one.referral] or found
    if len(exact) > 1:
        raise Refusal("pathway_ambiguous", pathway=text, choices=", ".join(one.id for one in exact))
    return exact[0]


def command_from(data: dict[str, Any]) -> Any:
    """Return a command from plain data. Raises Refusal: command_invalid, with the place and without the value."""
    try:
        return _COMMAND.validate_python({key: value for key, value in data.items() if value is not None})
    except ValidationError as error:
        raise refusal_of(error) from None


def refusal_of(error: ValidationError) -> Refusal:
    """Return what is wrong with a command: the place and the remedy, never the value."""
    first = error.errors(include_input=False, include_url=False)[0]
    path = first["loc"][1:] if len(first["loc"]) > 1 and first["loc"][0] in _KINDS else first["loc"]
    place = ".".join(str(part) for part in path) or "command"
    match first["type"]:
        case "string_pattern_mismatch":
            return Refusal("text_control_characters", name=place)
        case "string_too_long":
            return Refusal("text_too_long", name=place, most=first["ctx"]["max_length"])
        case "string_too_short":
            return Refusal("field_empty", field=place)
        case kind if kind.startswith("date"):
            return Refusal("value_not_a_date", name=place)
        case kind if kind.startswith(("float", "int", "finite")):
            return Refusal("value_not_a_number", name=place)
        case kind if kind.startswith("bool"):
            return Refusal("value_not_boolean", name=place)
        case "string_type":
            return Refusal("value_not_text", name=place)
        case "literal_error":
            return Refusal("value_not_a_code", name=place, codes=first["ctx"]["expected"].replace(" or ", ", "))
        case _:
            return Refusal("command_invalid", place=place)


async def ask(office: Office, pathway: str, command: Command) -> AnswerGiven:
    """Send a command after looking up what the pathway can't know.

    Those are the people named in it, whether its id (one that carries no time, so that the pathway forgets it after a
    while) is in the record, whether the person is back on another pathway, and what was in force on the day to which a
    referral is corrected. Raises Refusal: staff_unknown, staff_inactive, a day outside the operation, another_version.
    """
    named = {ChangeOwner: "owner", Assign: "person", OpenStep: "person"}.get(type(command))
    person = getattr(command, named) if named else None
    if person is not None:
        await known(office.pool, person)
    if isinstance(command, Correct) and command.of == REFERRAL and command.day is not None:
        try:
            async with asyncio.timeout(A_CHECK):
                await _may_be_referred_on(office, pathway, command.day)
        except RECORD_AWAY:
            return NotTaken(pathway, Refusal("record_away"))
    with suppress(*RECORD_AWAY):  # then the pathway decides alone
        async with asyncio.timeout(A_LOOK):
            if answer := await _known_already(office, pathway, command):
                return answer
    return await office.send(pathway, command)


async def _may_be_referred_on(office: Office, pathway: str, day: date) -> None:
    """Refuse a day outside the operation, or one on which another version was in force than the pathway began with."""
    state, _ = await office.state_of(pathway)
    if state is None:
        raise Refusal("pathway_unknown")
    kept = await operations.load(office.pool, state.referral.operation)
    operation = rules_of_operations.from_data(dict(kept.definition))
    operation.covers(day)
    if operation.programme_of(state.referral.unit, day) != state.referral.programme:
        raise Refusal("another_version", day=str(day))
    try:
        begun, then = [
            await programmes.in_force(office.pool, state.referral.programme, on) for on in (state.referral.on, day)
        ]
    except programmes.ProgrammeUnknown:
        raise Refusal("another_version", day=str(day)) from None
    if begun.hash != then.hash:
        raise Refusal("another_version", day=str(day))


async def _known_already(office: Office, pathway: str, command: Command) -> AnswerGiven | None:
    reopens = isinstance(command, Reopen)
    if not reopens and made_at(command.id) is not None:
        return None
    recorded = await log.recorded(office.pool, pathway, command.id)
    if recorded is not None:
        return Recorded(pathway, *recorded, again=True)
    other = await finding.inside(office.pool, pathway) if reopens else None
    return NotTaken(pathway, Refusal("reentered", pathway=other)) if other is not None else None
