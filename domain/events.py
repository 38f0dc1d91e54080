"""What is recorded. One command gives one batch of events; the log of events is the record of a pathway.

``coded`` holds codes, numbers and dates as plain JSON values (SQL reads it); ``sealed`` holds free text, names and
whatever could identify a person, and is encrypted with the participant's key before it is stored.

What ``coded`` holds, by type (``key`` is an instance, ``path[item]#n``; instants are ISO 8601 in UTC, days ISO dates):

========== =====================================================================================================
Referred   programme, operation, referral, referrer, unit, owner, person (opaque id), ordinal, previous, version
Opened     key, item, kind, by, person, provider, parent, stage, required, due, due_on, not_before, at_due,
           alarms [{at, kind, to}], waits, rank, around (a migration: the references that count as inside it)
Done       key, outcome, decided (true where a person decided), needs (met | unmet | unknown), view, advice
Ended      key, reason (exit, stopped, not_needed, interrupted, reentry, superseded, or a coded reason)
FactRecorded   fact, value (absent when sealed), refused
RecordTaken    record, key, item, values, rater
Reached    milestone            Withdrawn  milestone
OwnerChanged   key (null: the whole pathway), old, new
Paused     reason, resume_by    Resumed    days
DueMoved   key, old, due, due_on, alarms, why
Told       key, kind (announce, remind, overdue, escalate, answer, review), to (role, ``owner`` or staff id), late,
           about, due_on, before_takeover, resend (sent again when nobody knows whether it arrived)
Happened   happening, key, site and starts_on (of a place that is offered)
Corrected  of, of_type, what, changes, occurred_on
Exited     reason, class, hand_over, step, decided_by
Reopened   exit, restored [keys], again (key or null)
Migrated   from, to, edit (what changes in the state), inverse (what gives it back), keys (new instance keys by old)
MigrationUndone  of, from, to, edit
Closed     (nothing)
========== =====================================================================================================
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from domain.people import Actor


class EventType(StrEnum):
    """Every kind of event that the log knows; names reach history and are never renamed."""

    REFERRED = "Referred"
    OPENED = "Opened"
    DONE = "Done"
    ENDED = "Ended"
    FACT_RECORDED = "FactRecorded"
    RECORD_TAKEN = "RecordTaken"
    REACHED = "Reached"
    WITHDRAWN = "Withdrawn"
    OWNER_CHANGED = "OwnerChanged"
    PAUSED = "Paused"
    RESUMED = "Resumed"
    DUE_MOVED = "DueMoved"
    TOLD = "Told"
    HAPPENED = "Happened"
    CORRECTED = "Corrected"
    EXITED = "Exited"
    REOPENED = "Reopened"
    MIGRATED = "Migrated"
    MIGRATION_UNDONE = "MigrationUndone"
    CLOSED = "Closed"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an event came to be: the event that led to it (0: the command itself) and the rule, as a path."""

    seq: int
    rule: str


@dataclass(frozen=True, slots=True)
class Event:
    """One recorded fact about one pathway; ``seq`` counts from 1 without a gap within the pathway."""

    seq: int
    type: EventType
    command_id: str
    index: int
    occurred_on: date
    recorded_at: datetime
    actor: Actor
    rules: str
    interpreter: int
    cause: Cause
    step: str | None = None
    n: int | None = None
    coded: dict[str, Any] = field(default_factory=dict)
    sealed: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Batch:
    """All events of one command, recorded in one transaction or not at all."""

    pathway: str
    command_id: str
    events: tuple[Event, ...]

    @property
    def first_seq(self) -> int:
        """Sequence number of the first event."""
        return self.events[0].seq

    @property
    def last_seq(self) -> int:
        """Sequence number of the last event."""
        return self.events[-1].seq


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _fields(one: Event | Actor | Cause) -> dict[str, Any]:
    """Return an object's fields as they are; dataclasses.asdict copies deeply and took most of a recording's time."""
    return {name: getattr(one, name) for name in _NAMES[type(one)]}


_NAMES = {kind: tuple(field.name for field in fields(kind)) for kind in (Event, Actor, Cause)}


def batch_hash(batch: Batch) -> str:
    """Return the SHA-256 of everything in the batch, command id included: same batch, same hash."""
    data = {
        "pathway": batch.pathway,
        "command_id": batch.command_id,
        "events": [
            {**_fields(event), "actor": _fields(event.actor), "cause": _fields(event.cause)} for event in batch.events
        ],
    }
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), default=_plain, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
