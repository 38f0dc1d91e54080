"""The read model: what each event changes in it, and writing that. Only events decide, so ``rebuild`` can replay them.

``changes`` is pure. ``fold`` joins the changes of many events into one row each, so that a batch costs one statement
per table, however many events it has. Notices and the outbox are no part of this: they are promises, not a reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from domain.events import Event, EventType
from domain.interpreter.state import HOURS
from records import claims
from records.database import Connection
from records.moving import milestone_rows, move, step_rows
from records.queries import Queries

_SQL = Queries("projection")

Row = dict[str, Any]
KEYS: dict[str, tuple[str, ...]] = {
    "moved": ("pathway", "seq"),
    "steps": ("pathway", "key"),
    "milestones": ("pathway", "milestone"),
    "facts": ("pathway", "seq"),
    "records_taken": ("pathway", "seq"),
    "hours": ("pathway", "seq"),
    "steps_closed_by": ("pathway", "of"),
    "claims": ("pathway", "step"),
    "pathways": ("id",),
}
"""What is written, in this order, and what tells its rows apart; ``moved`` and ``steps_closed_by`` are no tables.
Claims to places are written by ``records/claims.py``: what an event does to one depends on what it was."""

NO_TABLES = ("moved", "steps_closed_by")
"""Ways into the tables: a migration's renaming, and the step that an event closed."""

TABLES = tuple(table for table in KEYS if table not in NO_TABLES)


@dataclass(frozen=True, slots=True)
class Change:
    """Some columns of one row get values; the others stay."""

    table: str
    row: Row


def changes(pathway: str, event: Event) -> list[Change]:
    """Return what an event changes in the read model."""
    found = _BY_TYPE[event.type](pathway, event) if event.type in _BY_TYPE else []
    return [*found, _pathway(pathway, last_seq=event.seq, rules=event.rules)]


def _pathway(pathway: str, **columns: Any) -> Change:
    return Change("pathways", {"id": pathway, **columns})


def _step(pathway: str, key: str, **columns: Any) -> Change:
    return Change("steps", {"pathway": pathway, "key": key, **columns})


def _referred(pathway: str, event: Event) -> list[Change]:
    coded = event.coded
    names = ("programme", "operation", "referral", "ordinal", "previous", "unit", "referrer", "owner")
    said = {name: coded[name] for name in names if name in coded}
    return [_pathway(pathway, **said, status="open", referred_on=event.occurred_on, opened_at=event.recorded_at)]


def _opened(pathway: str, event: Event) -> list[Change]:
    coded = event.coded
    names = (
        "item",
        "kind",
        "person",
        "provider",
        "parent",
        "stage",
        "required",
        "due",
        "due_on",
        "not_before",
        "waits",
    )
    step = _step(
        pathway,
        coded["key"],
        **{name: coded.get(name) for name in names},
        path=event.step or coded["key"],
        n=event.n or 1,
        role=coded.get("by"),
        never_paused=coded.get("never_paused", False),
        status="open",
        opened_on=event.occurred_on,
        opened_at=event.recorded_at,
        opened_seq=event.seq,
    )
    return [step, _pathway(pathway, awake=True)]


def _done(pathway: str, event: Event) -> list[Change]:
    coded = event.coded
    return [
        _step(
            pathway, coded["key"], status="done", outcome=coded.get("outcome"), done_on=event.occurred_on,
            done_by=event.actor.staff, closed_seq=event.seq,
        )
    ]  # fmt: skip


def _ended(pathway: str, event: Event) -> list[Change]:
    coded = event.coded
    return [
        _step(
            pathway, coded["key"], status="ended", ended_reason=coded.get("reason"), ended_on=event.occurred_on,
            closed_seq=event.seq,
        )
    ]  # fmt: skip


def _fact(pathway: str, event: Event) -> list[Change]:
    coded = event.coded
    row = {
        "pathway": pathway, "seq": event.seq, "fact": coded["fact"], "value": coded.get("value"),
        "refused": coded.get("refused", False), "occurred_on": event.occurred_on, "by": event.actor.staff,
    }  # fmt: skip
    return [Change("facts", row)]


def _record(pathway: str, event: Event) -> list[Change]:
    coded = event.coded
    if coded["record"] == HOURS:
        row = {"pathway": pathway, "seq": event.seq, "key": coded["key"], "by": event.actor.staff, **coded["values"]}
        return [Change("hours", row)]
    row = {
        "pathway": pathway, "seq": event.seq, "record": coded["record"], "key": coded.get("key"),
        "item": coded.get("item"), "rater": coded.get("rater"), "values": coded.get("values", {}),
        "occurred_on": event.occurred_on, "by": event.actor.staff,
    }  # fmt: skip
    return [Change("records_taken", row)]


def _reached(pathway: str, event: Event) -> list[Change]:
    row = {
        "pathway": pathway, "milestone": event.coded["milestone"], "reached_on": event.occurred_on,
        "withdrawn_on": None, "seq": event.seq,
    }  # fmt: skip
    return [Change("milestones", row)]


def _withdrawn(pathway: str, event: Event) -> list[Change]:
    row = {"pathway": pathway, "milestone": event.coded["milestone"], "withdrawn_on": event.occurred_on}
    return [Change("milestones", {**row, "seq": event.seq})]


def _owner(pathway: str, event: Event) -> list[Change]:
    key = event.coded.get("key")
    new = event.coded["new"]
    return [_pathway(pathway, owner=new) if key is None else _step(pathway, key, person=new)]


def _paused(pathway: str, event: Event) -> list[Change]:
    return [_pathway(pathway, status="paused", resume_by=event.coded.get("resume_by"))]


def _resumed(pathway: str, _event: Event) -> list[Change]:
    return [_pathway(pathway, status="open", resume_by=None)]


def _due_moved(pathway: str, event: Event) -> list[Change]:
    coded = event.coded
    return [_step(pathway, coded["key"], due=coded.get("due"), due_on=coded.get("due_on"))]


def _exited(pathway: str, event: Event) -> list[Change]:
    coded = event.coded
    return [
        _pathway(
            pathway, status="exited", resume_by=None, exit_reason=coded["reason"], exit_class=coded.get("class"),
            exited_on=event.occurred_on, exit_seq=event.seq,
        )
    ]  # fmt: skip


def _reopened(pathway: str, event: Event) -> list[Change]:
    cleared = dict.fromkeys(("outcome", "done_on", "done_by", "ended_on", "ended_reason", "closed_seq"))
    return [
        *(_step(pathway, key, status="open", **cleared) for key in event.coded.get("restored", ())),
        _pathway(pathway, status="open", exit_reason=None, exit_class=None, exited_on=None, exit_seq=None),
    ]


def _moved(pathway: str, event: Event) -> list[Change]:
    edit = event.coded["edit"]
    found = [Change("moved", {"pathway": pathway, "seq": event.seq, "edit": edit})]
    found += [_step(pathway, **row) for row in step_rows(edit, seq=event.seq, at=event.recorded_at.isoformat())]
    found += [Change("milestones", {"pathway": pathway, **row}) for row in milestone_rows(edit)]
    if edit.get("exit"):
        found.append(_pathway(pathway, exit_reason=edit["exit"]["reason"], exit_class=edit["exit"]["cls"]))
    return found


def _closed(pathway: str, event: Event) -> list[Change]:
    return [_pathway(pathway, status="closed", closed_at=event.recorded_at)]


def _corrected(pathway: str, event: Event) -> list[Change]:
    coded = event.coded
    of, what, changed, on = coded["of"], coded["what"], coded.get("changes", {}), event.occurred_on
    row: Row = {"pathway": pathway, "seq": of, "occurred_on": on}
    if what == "fact":
        value = {"value": changed["value"]} if "value" in changed else {}
        return [Change("facts", {**row, "refused": coded.get("refused", False), **value})]
    if what == "record" and coded.get("name") == HOURS:
        return [Change("hours", {"pathway": pathway, "seq": of, **changed})]
    if what == "record":
        return [Change("records_taken", {**row, "values": changed})]
    if what == "done":
        return [Change("steps_closed_by", {"pathway": pathway, "of": of, "on": on})]
    if what == "referral":
        return [_pathway(pathway, referred_on=on)]
    if what == "exit":
        return [_pathway(pathway, exited_on=on)]
    return []  # what happened is read from the log itself


_BY_TYPE: dict[EventType, Callable[[str, Event], list[Change]]] = {
    EventType.REFERRED: _referred,
    EventType.OPENED: _opened,
    EventType.DONE: _done,
    EventType.ENDED: _ended,
    EventType.FACT_RECORDED: _fact,
    EventType.RECORD_TAKEN: _record,
    EventType.REACHED: _reached,
    EventType.WITHDRAWN: _withdrawn,
    EventType.OWNER_CHANGED: _owner,
    EventType.PAUSED: _paused,
    EventType.RESUMED: _resumed,
    EventType.DUE_MOVED: _due_moved,
    EventType.EXITED: _exited,
    EventType.REOPENED: _reopened,
    EventType.CLOSED: _closed,
    EventType.CORRECTED: _corrected,
    EventType.MIGRATED: _moved,
    EventType.MIGRATION_UNDONE: _moved,
}


def fold(found: Iterable[Change]) -> dict[str, list[Row]]:
    """Join changes, in order, into one row each, by table in the order of writing."""
    rows: dict[str, dict[tuple[Any, ...], Row]] = {table: {} for table in KEYS}
    for change in found:
        key = tuple(change.row[name] for name in KEYS[change.table])
        row = rows[change.table].setdefault(key, {})
        _join(row, change.row)
    return {table: list(by_key.values()) for table, by_key in rows.items() if by_key}


def _join(row: Row, later: Row) -> None:
    if "awake" in later:
        # Work opened on a closed pathway makes it an exited one again; only PostgreSQL may know that it was closed.
        if row.get("status") == "closed":
            row["status"] = "exited"
        elif "status" not in row:
            row["awake"] = True
        return
    if "status" in later:
        row.pop("awake", None)
    values = {**row["values"], **later["values"]} if "values" in row and "values" in later else None
    row.update(later)
    if values is not None:
        row["values"] = values


async def apply(connection: Connection, events: Iterable[tuple[str, Event]]) -> set[str]:
    """Write what events (pathway, event) change, in order, within the caller's transaction.

    Returns the pathways whose claims to places changed.
    """
    events = list(events)
    queued: set[str] = set()
    waiting: list[Change] = []
    for pathway, event in events:
        found = changes(pathway, event)
        if any(change.table in NO_TABLES for change in found):
            # These find their rows by what earlier events wrote, so those go first.
            queued |= await _write(connection, waiting)
            waiting = []
        waiting.extend(found)
    queued |= await _write(connection, waiting)
    return await claims.apply(connection, events, queued)


async def _write(connection: Connection, found: list[Change]) -> set[str]:
    """Write rows and return which pathways have claims to places: asked with the steps, it costs no round trip."""
    queued: set[str] = set()
    for table, rows in fold(found).items():
        if table == "moved":
            await move(connection, rows)
        elif table == "steps":
            queued.update(row["pathway"] for row in await connection.fetch(_SQL.steps, rows))
        else:
            await connection.execute(getattr(_SQL, table), rows)
    return queued
