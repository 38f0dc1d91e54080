"""Moving everybody who is inside from one published version to another: first dry, then in earnest, or back.

Every open pathway has a result. In earnest one after another is asked by a command, a few at a time; whoever follows
the new version already isn't asked again, so that a move that was broken off goes on where it stopped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from temporalio.service import RPCError

from domain.calendar import local_day
from domain.commands import Migrate, UndoMigration
from domain.errors import Refusal
from domain.events import EventType
from domain.interpreter import advance, fold
from domain.migration.reading import read_mapping
from domain.people import Actor
from domain.rules import canonical, parse, text_of
from records import log, programmes, views
from service.answers import Accepted, NotTaken
from service.ids import new_id
from service.office import RECORD_AWAY
from service.publishing import Programme, read_programme

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from domain.events import Event
    from domain.interpreter import State
    from domain.migration.mapping import Mapping
    from domain.rules import Rules
    from records.database import Pool
    from service.office import Office

Result = Literal["moves", "moved", "accepted", "back", "refused", "no_answer"]
ActorIn = Callable[[str], Awaitable[Actor]]
"""Who asks, in an operation."""
Asking = Callable[[str, str], Awaitable["Moved"]]
"""Asks one pathway, of an operation, to move."""

AT_ONCE = 8  # commands under way: a worker answers them beside everybody else's
CHUNK = 200  # pathways read at a time: some ten thousand events in memory


@dataclass(frozen=True, slots=True)
class DueMoved:
    """A due day that changes."""

    key: str
    old: date | None
    new: date


@dataclass(frozen=True, slots=True)
class Moved:
    """What a migration does, or did, to one pathway."""

    pathway: str
    result: Result
    stages: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    dues: tuple[DueMoved, ...] = ()
    reached: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    exit: str | None = None
    refusal: Refusal | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Versions:
    """The two versions and the mapping between them; ``source`` is the text of the new one, for its words."""

    old: Rules
    new: Rules
    mapping: Mapping
    old_text: str
    new_text: str
    source: str


async def versions(pool: Pool, old: str, new: str, mapping: Path | None, *, file: Path | None = None) -> Versions:
    """Return two versions by the beginnings of their hashes; the new one may be a file that isn't published yet.

    Raises Refusal: programme_unknown; DefinitionError for a mapping that doesn't fit.
    """
    mapped = mapping.read_text("utf-8") if mapping else ""
    if file is None:
        return await published_versions(pool, old, new, mapped)
    draft: Programme = read_programme(file)
    return _versions(await _published(pool, old), canonical(draft.rules), draft.source, mapped)


async def published_versions(pool: Pool, old: str, new: str, mapping: str) -> Versions:
    """Return two published versions and the text of a mapping between them.

    Raises Refusal: version_unknown; DefinitionError for a mapping that doesn't fit.
    """
    found = await _published(pool, new)
    return _versions(await _published(pool, old), text_of(found.rules), found.source, mapping)


def _versions(leaving: programmes.Published, text: str, source: str, mapping: str) -> Versions:
    before, after = parse(text_of(leaving.rules)), parse(text)
    return Versions(before, after, read_mapping(mapping, before, after), text_of(leaving.rules), text, source)


async def _published(pool: Pool, beginning: str) -> programmes.Published:
    try:
        return await programmes.find(pool, beginning)
    except programmes.ProgrammeUnknown:
        raise Refusal("version_unknown", version=beginning) from None


async def dry_run(office: Office, chosen: Versions, *, by: Actor) -> AsyncIterator[Moved]:
    """Yield what the migration would do to each open pathway that follows the old version. Nothing is changed."""
    now = office.clock()
    async for chunk in _following(office, chosen.old.hash):
        loaded = await log.load_many(office.pool, [pathway for pathway, _ in chunk], keys=office.keys)
        for pathway, events in loaded.items():
            state = fold(pathway, events)
            if state is None:
                continue
            command = Migrate(id=f"dry/{pathway}", by=by, rules=chosen.new_text, mapping=chosen.mapping)
            try:
                made, after = advance(rules=chosen.old, state=state, command=command, now=now)
            except Refusal as refusal:
                yield Moved(pathway, "refused", refusal=refusal)
                continue
            yield told(pathway, "moves", made, after)


def told(pathway: str, result: Result, events: Sequence[Event], after: State) -> Moved:
    """Return what a migration's events say, in short."""

    def keys(type_: EventType) -> tuple[str, ...]:
        return tuple(event.coded["key"] for event in events if event.type is type_)

    def names(type_: EventType) -> tuple[str, ...]:
        return tuple(event.coded["milestone"] for event in events if event.type is type_)

    dues = tuple(
        DueMoved(
            event.coded["key"], _day(event.coded["old"]), _day(event.coded["due_on"]) or local_day(event.recorded_at)
        )
        for event in events
        if event.type is EventType.DUE_MOVED and event.coded["old"] != event.coded["due_on"]
    )
    left = next((event.coded["reason"] for event in events if event.type is EventType.EXITED), None)
    stages = tuple(one.path for one in after.open.values() if one.kind == "stage")
    return Moved(
        pathway, result, stages, keys(EventType.OPENED), keys(EventType.ENDED), dues, names(EventType.REACHED),
        names(EventType.WITHDRAWN), left,
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


async def carry_out(office: Office, chosen: Versions, *, by: ActorIn) -> AsyncIterator[Moved]:
    """Move every open pathway that follows the old version, a few at a time, and yield each result as it is known."""
    async for done in _each(office, chosen.old.hash, _forward(office, chosen, by)):
        yield done


async def roll_back(office: Office, chosen: Versions, *, by: ActorIn) -> AsyncIterator[Moved]:
    """Take the migration back wherever nothing but told notices has followed it; the others are named as refused."""
    async for done in _each(office, chosen.new.hash, _back(office, chosen, by)):
        yield done


@dataclass(frozen=True, slots=True)
class Batch:
    """Results of some pathways; ``after`` is the last that was asked, ``whole`` where nobody comes after it."""

    results: tuple[Moved, ...]
    after: str
    whole: bool


async def batch(office: Office, chosen: Versions, *, back: bool, by: ActorIn, after: str, most: int) -> Batch:
    """Move some pathways on from one, or back, so that a move can go on where it stopped."""
    leaving = chosen.new.hash if back else chosen.old.hash
    asking = (_back if back else _forward)(office, chosen, by)
    chunk = await views.following(office.pool, leaving, after=after, limit=most)
    gate = asyncio.Semaphore(AT_ONCE)
    results = await asyncio.gather(*(_gated(gate, asking, *each) for each in chunk))
    return Batch(tuple(results), chunk[-1][0] if chunk else after, len(chunk) < most)


def _forward(office: Office, chosen: Versions, by: ActorIn) -> Asking:
    async def one(pathway: str, operation: str) -> Moved:
        command = Migrate(id=new_id(), by=await by(operation), rules=chosen.new_text, mapping=chosen.mapping)
        return await _ask(office, pathway, command, "moved")

    return one


def _back(office: Office, chosen: Versions, by: ActorIn) -> Asking:
    async def one(pathway: str, operation: str) -> Moved:
        command = UndoMigration(id=new_id(), by=await by(operation), rules=chosen.old_text)
        return await _ask(office, pathway, command, "back")

    return one


async def _ask(office: Office, pathway: str, command: Migrate | UndoMigration, good: Result) -> Moved:
    try:
        answer = await office.send(pathway, command)
    except (*RECORD_AWAY, RPCError) as error:  # nobody knows: the next run looks again
        return Moved(pathway, "no_answer", refusal=Refusal("record_away", problem=type(error).__name__))
    if isinstance(answer, Accepted):
        return Moved(pathway, "accepted")
    if isinstance(answer, NotTaken):
        if answer.refusal.code == "migration_needless":  # an earlier run asked, and it was recorded late
            _, rules = await office.state_of(pathway)
            return Moved(pathway, good if parse(rules).hash == parse(command.rules).hash else "accepted")
        return Moved(pathway, "refused", refusal=answer.refusal)
    events = [one for one in await log.load(office.pool, pathway, keys=office.keys) if one.seq >= answer.first_seq]
    state, _ = await office.state_of(pathway)
    made = [event for event in events if event.command_id == command.id]
    return Moved(pathway, good) if state is None else told(pathway, good, made, state)


async def _each(office: Office, rules: str, one: Asking) -> AsyncIterator[Moved]:
    gate = asyncio.Semaphore(AT_ONCE)
    async for chunk in _following(office, rules):
        for done in asyncio.as_completed([_gated(gate, one, *each) for each in chunk]):
            yield await done


async def _gated(gate: asyncio.Semaphore, one: Asking, pathway: str, operation: str) -> Moved:
    async with gate:
        return await one(pathway, operation)


async def _following(office: Office, rules: str) -> AsyncIterator[list[tuple[str, str]]]:
    after = ""
    while chunk := await views.following(office.pool, rules, after=after, limit=CHUNK):
        after = chunk[-1][0]
        yield chunk
