"""The record: batches of events go in once, in order, whole; and come out again.

One transaction takes the events, what is read from them, the notices they promise and the commands they ask of other
pathways. Nothing here decides: a batch that doesn't fit is refused loudly.
"""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg

from domain.calendar import local_day
from domain.commands import Reenter
from domain.events import Batch, Cause, Event, EventType, batch_hash
from domain.people import THE_SYSTEM, Actor
from records import moving, places, projection
from records.database import Connection, Executor, Pool, encode, one_connection
from records.keys import DataKey, KeyRing
from records.queries import Queries

_SQL = Queries("log")


class RecordDiverged(Exception):
    """What is to be recorded contradicts the record; the pathway takes no more until it is mended.

    ``why`` is one of: other_batch (another batch has this number), gap, command_twice, diverged_before,
    another_inside (the participant has another open pathway in the operation), not_a_beginning, unfit (an event that
    the read model can't follow).
    """

    def __init__(self, pathway: str, first_seq: int, why: str) -> None:
        super().__init__(f"{pathway} diverged at {first_seq}: {why}")
        self.pathway = pathway
        self.first_seq = first_seq
        self.why = why


@asynccontextmanager
async def waking(pool: Pool, pathway: str) -> AsyncIterator[bool]:
    """Tell whether nobody else is waking a closed pathway, and keep others from it until the end of the block."""
    async with pool.acquire() as connection, connection.transaction():
        yield bool(await connection.fetchval(_SQL.waking, pathway))


class PathwayUnknown(Exception):
    """Nobody reserved this pathway."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a batch is in the record; ``position`` is its last event's, ``notices`` are ids in the ledger."""

    pathway: str
    command_id: str
    first_seq: int
    last_seq: int
    position: int
    notices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RecordedBatch:
    """A batch as the record keeps it."""

    pathway: str
    first_seq: int
    last_seq: int
    command_id: str
    hash: str
    inserted_at: datetime


async def append(target: Executor, batches: Sequence[Batch], *, keys: KeyRing) -> list[Receipt]:
    """Record batches in one transaction, or none of them, and return their receipts in the same order.

    A batch that is in the record already gives its first receipt again. With a connection instead of a pool, the
    caller's transaction goes on and the caller marks a diverged pathway (``mark_diverged``).
    Raises RecordDiverged, PathwayUnknown, KeyDestroyed, KeyUnavailable.
    """
    if not batches:
        return []
    # Keys are fetched first: asking the pool again inside the transaction could wait for itself.
    sealing = {batch.pathway for batch in batches if any(event.sealed for event in batch.events)}
    secrets = {pathway: await keys.for_pathway(pathway) for pathway in sorted(sealing)}
    try:
        async with one_connection(target) as connection, connection.transaction():
            return await _append(connection, batches, secrets)
    except RecordDiverged as diverged:
        if isinstance(target, asyncpg.Pool):
            await mark_diverged(target, diverged)
        raise


async def mark_diverged(pool: Executor, diverged: RecordDiverged) -> None:
    """Let a pathway take no more commands, in a transaction of its own."""
    await pool.execute(_SQL.diverge, diverged.pathway, f"{diverged.why} at {diverged.first_seq}")


async def mend(pool: Executor, pathway: str) -> int | None:
    """Let a diverged pathway take commands again and return its last sequence number; None when it wasn't diverged."""
    last: int | None = await pool.fetchval(_SQL.mend, pathway)
    return last


async def _append(connection: Connection, batches: Sequence[Batch], secrets: Mapping[str, DataKey]) -> list[Receipt]:
    rows = await connection.fetch(_SQL.lock, sorted({batch.pathway for batch in batches}))
    known = {row["id"]: row for row in rows}
    last = {row["id"]: row["last_seq"] for row in rows}
    receipts: dict[int, Receipt] = {}
    fresh: dict[int, Batch] = {}
    for place, batch in enumerate(batches):
        if batch.pathway not in known:
            raise PathwayUnknown(batch.pathway)
        if batch.first_seq <= last[batch.pathway]:
            receipts[place] = await _repeated(connection, batch)
            continue
        _check(batch, last[batch.pathway], diverged=known[batch.pathway]["diverged_at"] is not None)
        last[batch.pathway] = batch.last_seq
        fresh[place] = batch
    if fresh:
        written = await _record(connection, list(fresh.values()), secrets)
        receipts.update(zip(fresh, written, strict=True))
    return [receipts[place] for place in range(len(batches))]


def _check(batch: Batch, last: int, *, diverged: bool) -> None:
    if diverged:
        raise RecordDiverged(batch.pathway, batch.first_seq, "diverged_before")
    numbers = [event.seq for event in batch.events]
    if numbers != list(range(last + 1, last + 1 + len(numbers))):
        raise RecordDiverged(batch.pathway, batch.first_seq, "gap")
    if (batch.events[0].type is EventType.REFERRED) != (last == 0):
        raise RecordDiverged(batch.pathway, batch.first_seq, "not_a_beginning")


async def _repeated(connection: Connection, batch: Batch) -> Receipt:
    row = await connection.fetchrow(_SQL.batch_at, batch.pathway, batch.first_seq)
    if row is None or row["hash"] != batch_hash(batch):
        raise RecordDiverged(batch.pathway, batch.first_seq, "other_batch")
    notices = await connection.fetch(_SQL.notices_of, batch.pathway, batch.first_seq, batch.last_seq)
    return Receipt(
        batch.pathway, batch.command_id, batch.first_seq, batch.last_seq, row["position"],
        tuple(each["id"] for each in notices),
    )  # fmt: skip


async def _record(connection: Connection, batches: list[Batch], secrets: Mapping[str, DataKey]) -> list[Receipt]:
    events = [(batch.pathway, event) for batch in batches for event in batch.events]
    sealed = [_event_row(pathway, event, secrets.get(pathway)) for pathway, event in events]
    try:
        moved = await projection.apply(connection, events)
    except asyncpg.UniqueViolationError as error:
        raise _offence(batches, error, "another_inside") from error
    except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError, KeyError) as error:
        # Trying again for ever would help nobody; of several pathways it isn't known which one it was.
        if len({batch.pathway for batch in batches}) > 1:
            raise
        raise RecordDiverged(batches[0].pathway, batches[0].first_seq, "unfit") from error
    await moving.follow(connection, events)
    await _answer_for(connection, events)
    moved |= {pathway for pathway, event in events if event.type is EventType.RESUMED}
    if moved:
        await places.follow(connection, moved, now=max(event.recorded_at for _, event in events))
    promised = await _promise(connection, events)
    if asked := [_reenter(pathway, event) for pathway, event in events if _came_back(event)]:
        await connection.execute(_SQL.ask, asked)
    try:
        rows = await connection.fetch(_SQL.insert, [_batch_row(batch) for batch in batches], sealed)
    except asyncpg.UniqueViolationError as error:
        raise _offence(batches, error, "command_twice") from error
    positions = {(row["pathway"], row["seq"]): row["position"] for row in rows}
    return [
        Receipt(
            batch.pathway, batch.command_id, batch.first_seq, batch.last_seq,
            positions[batch.pathway, batch.last_seq],
            tuple(promised[batch.pathway, each.seq] for each in batch.events if each.type is EventType.TOLD),
        )
        for batch in batches
    ]  # fmt: skip


def _offence(batches: Sequence[Batch], error: asyncpg.UniqueViolationError, why: str) -> RecordDiverged:
    # PostgreSQL names the row, not the batch. Only a beginning or a reopening can put a second pathway inside.
    entering = {EventType.REFERRED, EventType.REOPENED}
    for batch in batches:
        named = f"({batch.pathway}, {batch.command_id})" in (error.detail or "")
        if named if why == "command_twice" else any(event.type in entering for event in batch.events):
            return RecordDiverged(batch.pathway, batch.first_seq, why)
    return RecordDiverged(batches[0].pathway, batches[0].first_seq, why)


async def _answer_for(connection: Connection, events: Sequence[tuple[str, Event]]) -> None:
    owned = {pathway: event for pathway, event in events if _begins_to_be_owned(event)}
    if not owned:
        return
    await connection.execute(_SQL.hold_owners, sorted(owned))
    today = max(local_day(event.recorded_at) for event in owned.values())
    await connection.execute(_SQL.stand_in, sorted(owned), today)


def _begins_to_be_owned(event: Event) -> bool:
    """Tell whether somebody answers from now on: a new owner, or that of a closed pathway which opens again."""
    if event.type is EventType.OWNER_CHANGED:
        return event.coded.get("key") is None
    return event.type in (EventType.REFERRED, EventType.REOPENED, EventType.CORRECTED)


async def _promise(connection: Connection, events: Iterable[tuple[str, Event]]) -> dict[tuple[str, int], int]:
    told = [_notice_row(pathway, event) for pathway, event in events if event.type is EventType.TOLD]
    if not told:
        return {}
    return {(row["pathway"], row["seq"]): row["id"] for row in await connection.fetch(_SQL.promise, told)}


def _notice_row(pathway: str, event: Event) -> dict[str, Any]:
    coded = event.coded
    return {
        "pathway": pathway, "seq": event.seq, "key": coded.get("key"), "kind": coded["kind"],
        "about": coded.get("about"), "role": coded["to"], "late": coded.get("late"), "due_on": coded.get("due_on"),
        "before_takeover": bool(coded.get("before_takeover")), "resend": bool(coded.get("resend")),
        "today": local_day(event.recorded_at),
        "promised_at": event.recorded_at,
    }  # fmt: skip


def _came_back(event: Event) -> bool:
    return event.type is EventType.REFERRED and event.coded.get("previous") is not None


def _reenter(pathway: str, event: Event) -> dict[str, Any]:
    command = Reenter(id=f"reenter/{pathway}", by=THE_SYSTEM, pathway=pathway)
    return {"pathway": event.coded["previous"], "command": command.model_dump(mode="json"), "command_id": command.id}


def _batch_row(batch: Batch) -> dict[str, Any]:
    return {
        "pathway": batch.pathway, "first_seq": batch.first_seq, "last_seq": batch.last_seq,
        "command_id": batch.command_id, "hash": batch_hash(batch),
    }  # fmt: skip


def _event_row(pathway: str, event: Event, key: DataKey | None) -> dict[str, Any]:
    sealed = None
    if event.sealed and key is not None:
        plain = encode(event.sealed).encode()
        sealed = base64.b64encode(key.seal(plain, bound_to=_binding(pathway, event.seq))).decode()
    return {
        "pathway": pathway, "seq": event.seq, "command_id": event.command_id, "index": event.index,
        "type": event.type, "step": event.step, "n": event.n, "coded": event.coded, "sealed": sealed,
        "key_id": key.key_id if sealed and key else None, "occurred_on": event.occurred_on,
        "recorded_at": event.recorded_at, "actor": event.actor.staff, "roles": event.actor.roles,
        "channel": event.actor.channel, "actor_unit": event.actor.unit, "rules": event.rules,
        "interpreter": event.interpreter, "cause_seq": event.cause.seq, "cause_rule": event.cause.rule,
    }  # fmt: skip


def _binding(pathway: str, seq: int) -> bytes:
    return f"{pathway}:{seq}".encode()


async def load(pool: Executor, pathway: str, *, keys: KeyRing, after: int = 0) -> list[Event]:
    """Return a pathway's events with what was sealed; raises KeyDestroyed, KeyUnavailable."""
    return [await _event(row, keys) for row in await pool.fetch(_SQL.load, pathway, after)]


async def load_coded(pool: Executor, pathway: str) -> list[Event]:
    """Return a pathway's events without what was sealed: all that is left once its key is destroyed."""
    return [to_event(row) for row in await pool.fetch(_SQL.load, pathway, 0)]


async def load_many(pool: Executor, pathways: Sequence[str], *, keys: KeyRing) -> dict[str, list[Event]]:
    """Return the events of several pathways with what was sealed; raises KeyDestroyed, KeyUnavailable."""
    await keys.learn(pathways)
    found: dict[str, list[Event]] = {}
    for row in await pool.fetch(_SQL.load_many, pathways):
        found.setdefault(row["pathway"], []).append(await _event(row, keys))
    return found


async def _event(row: asyncpg.Record, keys: KeyRing) -> Event:
    sealed: dict[str, Any] = {}
    if row["sealed"] is not None:
        key = await keys.by_id(row["key_id"])
        sealed = json.loads(key.open(row["sealed"], bound_to=_binding(row["pathway"], row["seq"])))
    return to_event(row, sealed)


def to_event(row: asyncpg.Record, sealed: dict[str, Any] | None = None) -> Event:
    """Return an event from its row; what was sealed stays out unless it is given."""
    return Event(
        seq=row["seq"],
        type=EventType(row["type"]),
        command_id=row["command_id"],
        index=row["index"],
        occurred_on=row["occurred_on"],
        recorded_at=row["recorded_at"].astimezone(UTC),
        actor=Actor(row["actor"], tuple(row["roles"]), row["channel"], row["actor_unit"]),
        rules=row["rules"],
        interpreter=row["interpreter"],
        cause=Cause(row["cause_seq"], row["cause_rule"]),
        step=row["step"],
        n=row["n"],
        coded=row["coded"],
        sealed=sealed or {},
    )


async def batches_of(pool: Executor, pathway: str) -> list[RecordedBatch]:
    """Return what is known of a pathway's batches, in order."""
    return [RecordedBatch(**row) for row in await pool.fetch(_SQL.batches, pathway)]


async def recorded(pool: Executor, pathway: str, command_id: str) -> tuple[int, int] | None:
    """Return the first and last sequence number of a command that is in the record, or None."""
    row = await pool.fetchrow(_SQL.command, pathway, command_id)
    return None if row is None else (row["first_seq"], row["last_seq"])
