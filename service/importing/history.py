"""People who are already inside when an operation is taken over: their dated events, played by the same rules.

Each event is decided at its own past instant and recorded now. What would have been told before the take-over is in
the ledger, cancelled with that reason. A person is taken over whole or not at all, and once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError

from domain.calendar import local_day
from domain.commands import TakeOver
from domain.errors import Refusal
from domain.events import EventType
from domain.format.reading import read
from domain.operations import from_data
from domain.people import THE_SYSTEM
from domain.problems import Wrong
from domain.script import Cast, Frame, ScriptError, Story, story
from domain.simulation import Simulation
from domain.telling import command_of
from records import log, operations, register, staff
from service.asking import refusal_of
from service.publishing import rules_in_force
from service.restore import start
from service.stating import Malformed, Stated, line_of_text, state
from workflows import details

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from domain.format.reading import Document, Place
    from domain.operations import OperationDef
    from domain.rules import Rules
    from records.register import Reservation
    from service.office import Office

OWN = ("number", "kind", "name", "birth_date", "protection", "language")
KNOWN = (*OWN, "referral", "unit", "referrer", "given", "days", "dates", "starts")


@dataclass(frozen=True, slots=True)
class Person:
    """One entry of a history file: who, since when, and what happened."""

    line: int
    referral: str
    unit: str
    starts: date
    fields: dict[str, str] = field(repr=False)
    told: Story = field(repr=False)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one person, or would: ``cancelled`` counts notices that were due before the take-over."""

    line: int
    referral: str
    result: Literal["recorded", "already", "would_record", "refused"]
    pathway: str | None = None
    events: int = 0
    cancelled: int = 0
    status: str | None = None
    next_due: date | None = None
    refusal: Refusal | None = None
    where: str | None = None


def read_history(text: str, *, operation: OperationDef) -> list[Person | Taken]:
    """Read a file: a list under ``history``. Entries that can't be read are refused one by one.

    Days are counted from the referral (``days``, with ``starts`` days after the operation's start) or are written out
    (``dates``). Raises DefinitionError where the file as a whole is no history.
    """
    document = read(text)
    data = document.data
    entries = data.get("history") if isinstance(data, dict) else data
    if not isinstance(entries, list):
        raise Refusal("entry_invalid", entry="history", problem=Wrong("history_form"))
    return read_people(entries, document, ("history",) if isinstance(data, dict) else (), operation=operation)


def read_people(
    entries: Sequence[Any], document: Document, place: Place, *, operation: OperationDef
) -> list[Person | Taken]:
    """Read the entries of a history that stand at a place of a document."""
    found: list[Person | Taken] = []
    for index, entry in enumerate(entries):
        line = document.line((*place, index))
        referral = str(entry.get("referral", "")) if isinstance(entry, dict) else ""
        try:
            found.append(_person(entry, line, operation))
        except Malformed as malformed:
            found.append(Taken(line, referral, "refused", refusal=malformed.refusal, where=malformed.field))
        except Refusal as refusal:
            found.append(Taken(line, referral, "refused", refusal=refusal))
    return found


def _person(entry: Any, line: int, operation: OperationDef) -> Person:
    if not isinstance(entry, dict):
        raise Refusal("entry_invalid", entry=line, problem=Wrong("history_entry_form"))
    for name in entry:
        if name not in KNOWN:
            raise Malformed(str(name), Refusal("column_unknown", column=name, known=", ".join(KNOWN)))
    try:
        starts, days = _days(entry, operation)
        told = story({"name": str(entry.get("referral", "")), "given": entry.get("given", {}), "days": days})
    except Wrong as wrong:
        raise Refusal("entry_invalid", entry=line, problem=wrong) from wrong
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal("entry_invalid", entry=line, problem=Wrong("history_unreadable")) from error
    given = {name: _text(value) for name, value in (entry.get("given") or {}).items()}
    fields = {**given, **{name: _text(entry[name]) for name in OWN if name in entry}}
    return Person(
        line, line_of_text(_text(entry.get("referral", "")), "referral"), _text(entry.get("unit", "")), starts, fields,
        told,
    )  # fmt: skip


def _days(entry: dict[str, Any], operation: OperationDef) -> tuple[date, dict[int, list[Any]]]:
    if "dates" in entry:
        dated = {_day(day): items for day, items in entry["dates"].items()}
        starts = min(dated)
        return starts, {(day - starts).days: items for day, items in dated.items()}
    starts = operation.starts + timedelta(days=int(entry.get("starts", 0)))
    if "days" not in entry:
        raise Wrong("history_days_missing")
    return starts, {_count(day): items for day, items in entry["days"].items()}


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise Wrong("history_day_form", day=value) from error


def _count(value: Any) -> int:
    try:
        return int(value)
    except ValueError as error:
        raise Wrong("history_day_form", day=value) from error


def _text(value: Any) -> str:
    """Return a YAML value as somebody would have typed it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ",".join(map(str, value))
    return "" if value is None else str(value)


async def take_over(
    office: Office, people: Sequence[Person | Taken], *, operation: OperationDef, dry: bool
) -> AsyncIterator[Taken]:
    """Yield what becomes of each person, in order; ``dry`` records nothing and says what would happen."""
    now = office.clock()
    cast = await cast_of(office, operation)
    seen: Counter[str] = Counter()
    for one in people:
        if isinstance(one, Taken):
            yield one
            continue
        try:
            yield await _take(office, one, operation=operation, cast=cast, now=now, dry=dry, seen=seen)
        except Malformed as malformed:
            yield Taken(one.line, one.referral, "refused", refusal=malformed.refusal, where=malformed.field)
        except _AtEntry as at:
            yield Taken(one.line, one.referral, "refused", refusal=at.refusal, where=at.entry)
        except Refusal as refusal:
            yield Taken(one.line, one.referral, "refused", refusal=refusal)


async def cast_of(office: Office, operation: OperationDef) -> Cast:
    """Return who may stand in a history: the operation's staff as planned, and as the register knows them now."""
    roles: dict[str, tuple[str, ...]] = {person.id: tuple(person.roles) for person in operation.staff}
    for person in await staff.everybody(office.pool):
        here = tuple(each.role for each in person.roles if each.operation in (None, operation.operation))
        roles[person.id] = tuple(dict.fromkeys((*roles.get(person.id, ()), *here)))
    return Cast({staff_id: held for staff_id, held in roles.items() if held}, "history")


class _AtEntry(Exception):
    """A refusal, and the entry at which it came."""

    def __init__(self, refusal: Refusal, entry: str) -> None:
        super().__init__(entry)
        self.refusal = refusal
        self.entry = entry


async def _take(
    office: Office, one: Person, *, operation: OperationDef, cast: Cast, now: datetime, dry: bool, seen: Counter[str]
) -> Taken:
    operation.covers(one.starts)
    programme = operation.programme_of(one.unit, one.starts)
    _, rules = await rules_in_force(office.pool, programme, one.starts)
    for name in one.fields:
        if name not in OWN and name not in rules.facts:
            raise Malformed(name, Refusal("fact_unknown", fact=name, known=", ".join(rules.facts)))
    stated = state(rules, one.fields, on=one.starts)
    told = Story(one.told.name, _given(stated), one.told.entries)
    unit = await _unit(office, one.unit, operation=operation, on=one.starts)
    seen[str(stated.person.identity.value)] += 1
    # Played before anything is kept, so that a history that is refused leaves nobody in the register.
    frame = Frame(
        "dry", programme, operation.operation, one.referral, "dry", one.unit, unit,
        ordinal=seen[stated.person.identity.value],
    )  # fmt: skip
    played = _play(rules, told, start_on=one.starts, cast=cast, frame=frame, now=now)
    if dry:
        return _told(one, played, "would_record", None)
    reserved = await _reserve(office, one, stated, operation=operation, cast=cast, now=now)
    if await log.batches_of(office.pool, reserved.pathway):
        await start(office, reserved.pathway)
        return Taken(one.line, one.referral, "already", reserved.pathway)
    frame = Frame(
        reserved.pathway, programme, operation.operation, one.referral, str(reserved.participant),
        reserved.unit, reserved.owner, ordinal=reserved.ordinal, previous=reserved.previous,
    )  # fmt: skip
    played = _play(rules, told, start_on=one.starts, cast=cast, frame=frame, now=now)
    await log.append(office.pool, played.batches, keys=office.keys)
    await start(office, reserved.pathway)
    return _told(one, played, "recorded", reserved.pathway)


def _given(stated: Stated) -> dict[str, Any]:
    return {**stated.facts, **dict.fromkeys(stated.refused, "refused")}


async def _unit(office: Office, unit: str, *, operation: OperationDef, on: date) -> str:
    try:
        operation.takes_from(unit, on)
        found = await staff.unit_of(office.pool, unit, on=on)
    except Refusal as refusal:
        raise Malformed("unit", refusal) from None
    except staff.UnitUnknown:
        known = ", ".join(each.id for each in await staff.units(office.pool))
        raise Malformed("unit", Refusal("unit_unknown", unit=unit, known=known)) from None
    return found.standing_owner or ""


async def _reserve(
    office: Office, one: Person, stated: Stated, *, operation: OperationDef, cast: Cast, now: datetime
) -> Reservation:
    first = one.told.entries[0]
    referrer = first.by if first.by in cast.roles else cast.playing(first.by or "referrer")
    try:
        return await register.reserve(
            office.pool, keys=office.keys, referral=one.referral, operation=operation.operation,
            programme=operation.programme_of(one.unit, one.starts), person=stated.person, unit=one.unit,
            referrer=referrer or "", referred_on=one.starts, now=now,
        )  # fmt: skip
    except register.AlreadyInside as inside:
        raise Refusal("already_inside", pathway=inside.pathway) from None
    except register.ReferralTaken:
        raise Refusal("referral_taken", referral=one.referral) from None


def _play(rules: Rules, told: Story, *, start_on: date, cast: Cast, frame: Frame, now: datetime) -> Simulation:
    """Decide every entry at its own instant, with time deciding in between and up to now. Raises _AtEntry."""
    played = Simulation(rules, frame.pathway, recorded_at=now)
    for index, entry in enumerate(told.entries):
        at = entry.instant(start_on)
        where = f"{local_day(at)} {entry}"
        try:
            if at >= now or local_day(at) > local_day(now):
                raise Refusal("day_in_the_future", day=str(local_day(at)))
            played.advance_to(at)
            command = command_of(
                rules=rules, state=played.state, entry=entry, told=told, cast=cast, frame=frame, start=start_on,
                id=f"history/{frame.operation}/{frame.referral}/{index}",
            )  # fmt: skip
            played.do(command, at)
        except Refusal as refusal:
            raise _AtEntry(refusal, where) from refusal
        except ScriptError as error:
            raise _AtEntry(Refusal("entry_invalid", entry=str(entry), problem=error), where) from error
        except ValidationError as error:
            raise _AtEntry(refusal_of(error), where) from error
    played.advance_to(now - timedelta(microseconds=1))  # at now itself the pathway's own clock takes over
    played.do(TakeOver(id=f"history/{frame.operation}/{frame.referral}/take_over", by=THE_SYSTEM), now)
    return played


def _told(one: Person, played: Simulation, result: Literal["recorded", "would_record"], pathway: str | None) -> Taken:
    state_after = played.state
    events = played.events
    dues = [each.due_on for each in state_after.open.values() if each.due_on] if state_after else []
    return Taken(
        one.line, one.referral, result, pathway, len(events),
        sum(1 for event in events if event.type is EventType.TOLD and event.coded.get("before_takeover")),
        details.status(state_after) if state_after else None, min(dues, default=None),
    )  # fmt: skip


async def operation_of(office: Office, name: str) -> OperationDef:
    """Return an operation's definition. Raises Refusal: operation_unknown."""
    try:
        return from_data(dict((await operations.load(office.pool, name)).definition))
    except register.OperationUnknown:
        known = ", ".join(one.id for one in await operations.every(office.pool))
        raise Refusal("operation_unknown", operation=name, known=known) from None
