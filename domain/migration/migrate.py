"""Deciding a migration: one Migrated event that carries what changes and its inverse, then what the new rules say.

Before it end the steps that are removed; after it open the stages that running work needs around it, due days move
where their rules differ, and everything is settled under the new rules. Human decisions, exits and told notices stay.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from domain.calendar import add, end_of
from domain.errors import Refusal
from domain.events import Cause, Event, EventType
from domain.interpreter.dues import due_on, due_rule, due_text, ladder_of, moved, shifted, span
from domain.interpreter.edit import apply_edit, difference
from domain.interpreter.evolve import apply
from domain.interpreter.opening import open_items, open_step
from domain.interpreter.settle import EndlessLoopError, end, settle
from domain.interpreter.work import Work
from domain.migration.moving import Moving, missing_stages
from domain.migration.waiting import claims_moved
from domain.rules import WATCH, parse

if TYPE_CHECKING:
    from datetime import date, datetime

    from domain.commands import Migrate, UndoMigration
    from domain.interpreter.state import Instance, State
    from domain.rules import Rules

WHY = "migrated"


def migrate(
    rules: Rules, state: State, command: Migrate, *, now: datetime, at: datetime, day: date
) -> tuple[list[Event], State]:
    """Return the events of a migration and the state after them. Raises Refusal; nothing is changed."""
    new = parse(command.rules)
    if new.programme != rules.programme:
        raise Refusal("migration_other_programme", other=new.programme, programme=rules.programme)
    if new.hash == rules.hash:
        raise Refusal("migration_needless", version=new.hash)
    work = Work(new, state.copy(), command, now, at, day)
    work.demand("migrate")
    cause = Cause(0, "migrate")
    moving, after = _moved(rules, command, work)
    ending = [one for one in work.state.open.values() if one.key in moving.removed or one.key in moving.merged]
    if ending:
        for one in reversed(ending):  # children before their stage; what the mapping moves out of it isn't among them
            end(work, one, "merged" if one.key in moving.merged else "removed", cause)
        moving, after = _moved(rules, command, work)
    before, keys = work.state.copy(), moving.keys
    renamed = {"keys": keys, "facts": command.mapping.facts, "records": command.mapping.records}
    coded: dict[str, Any] = {
        "from": rules.hash, "to": new.hash, "edit": difference(before, after, renamed=renamed), "inverse": {},
        "keys": {old: key for old, key in keys.items() if old != key},
    }  # fmt: skip
    if waits := claims_moved(rules, new, before, after, _sources(moving)):
        coded["waits"] = waits
    migrated = work.emit(EventType.MIGRATED, cause, coded=coded)
    inside = Cause(migrated.seq, "migrate")
    _follow(work, moving, inside)
    try:
        settle(work)
    except EndlessLoopError as endless:
        raise Refusal("migration_endless") from endless
    back = {name: {new_: old for old, new_ in names.items()} for name, names in renamed.items()}
    coded["inverse"] = difference(work.state, state, renamed=back)
    events = [replace(event, coded=coded) if event.seq == migrated.seq else event for event in work.events]
    final = state.copy()
    for event in events:
        apply(final, event)
    return events, final


def _sources(moving: Moving) -> dict[str, str]:
    """Return the old keys of work by its new ones; a copy has none."""
    return {**{key: old for old, key in moving.keys.items()}, **{one.key: "" for one in moving.copies}}


def _moved(rules: Rules, command: Migrate, work: Work) -> tuple[Moving, State]:
    """Return where everything stands afterwards. Raises Refusal."""
    moving, after = Moving(rules, command.mapping, work), work.state.copy()
    moving.move(after)
    return moving, after


def undo(
    rules: Rules, state: State, command: UndoMigration, *, now: datetime, at: datetime, day: date
) -> tuple[list[Event], State]:
    """Return the event that takes the latest migration back. Raises Refusal where more than notices has followed."""
    old = parse(command.rules)
    work = Work(old, state.copy(), command, now, at, day)
    work.demand("undo_migration")
    kept = state.undo
    if kept is None or kept.source != old.hash:
        raise Refusal("migration_not_undoable")
    edit = dict(kept.edit)
    told = [(kept.keys.get(key, key), kind) for key, kind in kept.told]
    edit["put"] = [{**item, "one": _untold(item["one"], told, now)} for item in edit.get("put", ())]
    coded = {"of": kept.seq, "from": command_source(state, kept.seq), "to": old.hash, "edit": edit}
    back, sources = state.copy(), {item["one"]["key"]: item["old"] or "" for item in edit["put"]}
    apply_edit(back, edit)
    if waits := claims_moved(rules, old, state, back, sources):
        coded["waits"] = waits
    work.emit(EventType.MIGRATION_UNDONE, Cause(kept.seq, "migrate"), coded=coded)
    settle(work)
    return work.events, work.state


def command_source(state: State, seq: int) -> str:
    """Return the command whose migration is taken back."""
    return next((key for key, taken in state.commands.items() if taken.first_seq <= seq <= taken.last_seq), "")


def _untold(one: dict[str, Any], told: list[tuple[str, str]], now: datetime) -> dict[str, Any]:
    """Return an instance without the notices that fell due and were told since; what is due later is owed again."""
    alarms = list(one.get("alarms", ()))
    for key, kind in told:
        if key == one["key"]:
            ripe = [alarm for alarm in alarms if type(now).fromisoformat(alarm["at"]) <= now]
            first = next((alarm for alarm in ripe if alarm["kind"] == kind), None)
            if first is not None:
                alarms.remove(first)
    return {**one, "alarms": alarms} if alarms else {name: value for name, value in one.items() if name != "alarms"}


def _follow(work: Work, moving: Moving, cause: Cause) -> None:
    """Open the stages around running work, add the items that a group lacks, and move due days."""
    for path in missing_stages(work.rules, work.state):
        own = (f"{path}.opened", f"{path}.ended")
        inside = [ref for ref in work.state.seen if ref.startswith(f"{path}.") and ref not in own]
        open_step(work, work.rules.steps[path], cause, around=inside)
    for one in [one for one in work.state.open.values() if one.kind == "group"]:
        open_items(work, work.rules.steps[one.path], cause, n=one.n)
    copies = {one.key for one in moving.copies}
    was = {new: old for old, new in moving.keys.items()}
    for one in list(work.state.open.values()):
        day = _day(work, moving, one, was.get(one.key), fresh=one.key in copies)
        if day is not None:
            work.emit(EventType.DUE_MOVED, cause, step=one.path, n=one.n, coded=moved(work, one, day, WHY))


def _day(work: Work, moving: Moving, one: Instance, was: str | None, *, fresh: bool) -> date | None:
    """Return the due day that the new rules give open work, or None where it stays as it is."""
    new_text = due_text(work, one.path)
    if new_text is None or one.kind == "group" or (was is None and not fresh):
        return None
    if fresh:
        return due_on(work, one.path, one.opened_on)[0]
    old_path = (was or "").partition("#")[0].partition("[")[0]
    old = Work(moving.old, work.state, work.command, work.now, work.recorded_at, work.day)
    old_text = due_text(old, old_path)
    kept = one.path == WATCH and (work.state.paused is not None or old_text == new_text)
    if kept or old_text is None or one.due_on is None:
        return None
    if one.path == WATCH:
        return shifted(one.due_on, add(work.day, span(new_text)) - add(work.day, span(old_text)))
    same = _notices(old, old_path) == _notices(work, one.path)
    if old_text == new_text:
        late = end_of(one.due_on) <= work.now
        return None if same or late else one.due_on
    new_day = due_on(work, one.path, one.opened_on)[0]
    counted = _counted(old, one, old_text)
    if new_day is None or counted is None or counted == one.due_on:
        return new_day
    return shifted(new_day, one.due_on - counted)  # what pauses and extensions gave stays


def _counted(old: Work, one: Instance, text: str) -> date | None:
    """Return the due day that the old rule gave at the opening."""
    rule = due_rule(text)
    anchor = one.opened_on if rule.anchor == "opening" else old.state.day(rule.anchor)
    return add(anchor, rule.span) if anchor else None


def _notices(work: Work, path: str) -> tuple[Any, ...]:
    rule = work.rules.steps.get(path)
    return (rule.remind if rule else None, ladder_of(work, path))
