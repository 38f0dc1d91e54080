"""What a migration moves in the read model: keys of steps and what hangs on them, names of facts and records.

The edit that the event carries says all of it (see domain/interpreter/edit.py); nothing here knows a programme.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from domain.events import Event, EventType
from domain.interpreter.edit import Edit, instance_from
from domain.interpreter.state import Instance
from records.database import Connection
from records.queries import Queries

_SQL = Queries("moving")

Row = dict[str, Any]
MOVING = (EventType.MIGRATED, EventType.MIGRATION_UNDONE)


def step_rows(edit: Edit, *, seq: int, at: str) -> list[Row]:
    """Return the columns of every step that an edit puts somewhere; a new one opened with the event."""
    rows = []
    for item in edit.get("put", ()):
        one = instance_from(item["one"])
        row = {"key": one.key, **_columns(one)}
        if not item.get("old"):
            row |= {"opened_on": one.opened_on.isoformat(), "opened_at": at, "opened_seq": seq, "provider": None}
        rows.append(row)
    return rows


def _columns(one: Instance) -> Row:
    done, ended = one.status == "done", one.status == "ended"
    closed_on = one.closed_on.isoformat() if one.closed_on else None
    row: Row = {
        "path": one.path, "n": one.n, "item": one.item, "kind": one.kind, "role": one.by, "person": one.person,
        "parent": one.path.rpartition(".")[0], "stage": one.path.split(".", maxsplit=1)[0], "required": one.required,
        "never_paused": one.never_paused, "status": one.status, "outcome": one.outcome,
        "due": one.due.isoformat() if one.due else None, "due_on": one.due_on.isoformat() if one.due_on else None,
        "not_before": one.not_before.isoformat() if one.not_before else None, "closed_seq": one.closed_seq or None,
        "done_on": closed_on if done else None, "done_by": one.actor if done else None,
        "ended_on": closed_on if ended else None,
    }  # fmt: skip
    return row if ended else {**row, "ended_reason": None}


def milestone_rows(edit: Edit) -> list[Row]:
    """Return the milestones that an edit gives."""
    return [
        {"milestone": name, "reached_on": seen["on"], "withdrawn_on": None, "seq": seen["seq"]}
        for name, seen in edit.get("reached", {}).items()
        if seen is not None
    ]


async def move(connection: Connection, moved: list[Row]) -> None:
    """Rename and take away, before the new columns are written; each row has a pathway and its edit."""
    keys = _keys(moved)
    await _each(
        connection, "steps_gone", [(row["pathway"], key) for row in moved for key in row["edit"].get("gone", ())]
    )
    if keys:
        await connection.execute(_SQL.step_keys, keys)
        await connection.execute(_SQL.step_keys_arrived, keys)
        await connection.execute(_SQL.keys_of_records, keys)
        await connection.execute(_SQL.keys_of_hours, keys)
    for name in ("facts", "records"):
        renamed = [
            {"pathway": row["pathway"], "old": old, "new": new}
            for row in moved
            for old, new in row["edit"].get(name, {}).items()
        ]
        if renamed:
            await connection.execute(getattr(_SQL, name), renamed)
    gone = [
        (row["pathway"], name) for row in moved for name, seen in row["edit"].get("reached", {}).items() if not seen
    ]
    await _each(connection, "milestones_gone", gone)


async def follow(connection: Connection, events: Iterable[tuple[str, Event]]) -> None:
    """Let notices that were promised before a migration find the steps that they are about."""
    moved = [{"pathway": pathway, "edit": event.coded["edit"]} for pathway, event in events if event.type in MOVING]
    if keys := _keys(moved):
        await connection.execute(_SQL.keys_of_notices, keys)


def _keys(moved: list[Row]) -> list[Row]:
    return [
        {"pathway": row["pathway"], "old": item["old"], "new": item["one"]["key"]}
        for row in moved
        for item in row["edit"].get("put", ())
        if item.get("old") and item["old"] != item["one"]["key"]
    ]


async def _each(connection: Connection, query: str, gone: list[tuple[str, str]]) -> None:
    if gone:
        await connection.execute(getattr(_SQL, query), [{"pathway": pathway, "key": key} for pathway, key in gone])
