"""Folding events into a state. It knows no programme and only grows: old events fold for as long as records live."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from domain.events import Event, EventType
from domain.interpreter.corrected import corrected
from domain.interpreter.edit import apply_edit
from domain.interpreter.state import (
    REMEMBERED,
    Alarm,
    Entry,
    Exited,
    FactValue,
    Instance,
    Paused,
    Referral,
    Seen,
    State,
    Still,
    Taken,
    Undo,
    made_at,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

TICK = "tick/"


def evolve(state: State | None, event: Event, *, pathway: str = "") -> State:
    """Return the state after an event; the given state is not changed. Raises ValueError where a number is missing."""
    after = _referred(event, pathway) if state is None else state.copy()
    apply(after, event)
    return after


def fold(pathway: str, events: Iterable[Event]) -> State | None:
    """Return the state after all events of a pathway, or None when there are none."""
    state: State | None = None
    for event in events:
        if state is None:
            state = _referred(event, pathway)
        apply(state, event)
    return state


def apply(state: State, event: Event) -> None:
    """Change a state in place (``decide`` owns the copy that it works on)."""
    if event.seq != state.seq + 1:
        message = f"event {event.seq} does not follow {state.seq}"
        raise ValueError(message)
    state.seq = event.seq
    if state.undo is not None and event.command_id != state.undo.command and event.type is not EventType.TOLD:
        state.undo = None  # somebody has gone on under the new rules
    _APPLY[event.type](state, event)
    if not event.command_id.startswith(TICK):
        _remember(state, event)


def _remember(state: State, event: Event) -> None:
    taken = state.commands.get(event.command_id)
    if taken:
        state.commands[event.command_id] = replace(taken, last_seq=event.seq)
        return
    # A clock that runs ahead makes ids that grow too old later: they are remembered for as long.
    made = min(made_at(event.command_id) or event.recorded_at, event.recorded_at + REMEMBERED)
    state.commands[event.command_id] = Taken(max(event.recorded_at, made), event.seq, event.seq)
    horizon = event.recorded_at - REMEMBERED
    for old in [key for key, value in state.commands.items() if value.at < horizon]:
        del state.commands[old]


def _referred(event: Event, pathway: str) -> State:
    if event.type is not EventType.REFERRED:
        message = f"a pathway begins with Referred, not with {event.type}"
        raise ValueError(message)
    coded = event.coded
    referral = Referral(
        id=coded["referral"], programme=coded["programme"], operation=coded["operation"], referrer=coded["referrer"],
        unit=coded["unit"], on=event.occurred_on, ordinal=coded.get("ordinal", 1), previous=coded.get("previous"),
    )  # fmt: skip
    return State(pathway=pathway, referral=referral, owner=coded["owner"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _alarms(items: list[dict[str, str]]) -> tuple[Alarm, ...]:
    return tuple(Alarm(datetime.fromisoformat(item["at"]), item["kind"], item["to"]) for item in items)


def _begun(state: State, event: Event) -> None:
    state.seen["referral"] = event.seq


def _opened(state: State, event: Event) -> None:
    coded, path, n = event.coded, event.step or "", event.n or 1
    item = coded.get("item")
    around = coded.get("around")
    since = event.seq if around is None else event.seq - 1  # so that what is inside already counts as opened since
    state.open[coded["key"]] = Instance(
        key=coded["key"], path=path, n=n, kind=coded["kind"], opened_seq=since, opened_on=event.occurred_on,
        cause_seq=event.cause.seq, item=item, by=coded.get("by"), person=coded.get("person"),
        required=coded.get("required", True), standing=coded.get("standing", False),
        never_paused=coded.get("never_paused", False), due=_instant(coded.get("due")), due_on=_day(coded.get("due_on")),
        anchor=coded.get("anchor", "opening"), not_before=_day(coded.get("not_before")), at_due=coded.get("at_due"),
        alarms=_alarms(coded.get("alarms", [])),
    )  # fmt: skip
    state.closed = False
    if item is None:
        state.counts[path] = n
        state.seen[f"{path}.opened"] = event.seq
    if around is not None:
        _surround(state, event, path, around)


def _surround(state: State, event: Event, path: str, refs: list[str]) -> None:
    """Let work that runs already be inside a stage that a migration opens around it."""
    state.seen.update(dict.fromkeys(refs, event.seq))
    for there in (state.open, state.past):
        for key, one in there.items():
            if one.path.startswith(f"{path}."):
                there[key] = replace(one, opened_seq=event.seq)


def _close(state: State, event: Event, status: str) -> Instance:
    one = state.open.pop(event.coded["key"])
    closed = replace(
        one, status=status, outcome=event.coded.get("outcome"), closed_seq=event.seq, closed_on=event.occurred_on,
        actor=event.actor.staff, needs=event.coded.get("needs"), alarms=one.alarms if status == "ended" else (),
    )  # fmt: skip
    before = state.past.pop(f"{one.path}#{one.n - 1}", None) if one.standing else None
    if before is not None:  # of what repeats for ever only the latest round is kept, and how many were done before
        closed = replace(closed, rounds_done=before.rounds_done + (before.status == "done"))
    state.past[one.key] = closed
    return closed


def _done(state: State, event: Event) -> None:
    one = _close(state, event, "done")
    ref = f"{one.path}.{one.item}" if one.item else one.path
    state.seen[ref] = event.seq
    if one.outcome:
        state.seen[f"{ref}.{one.outcome}"] = event.seq


def _ended(state: State, event: Event) -> None:
    one = _close(state, event, "ended")
    if one.item is None:
        state.seen[f"{one.path}.ended"] = event.seq


def _fact(state: State, event: Event) -> None:
    name = event.coded["fact"]
    refused = event.coded.get("refused", False)
    value = None if refused else event.sealed.get("value", event.coded.get("value"))
    added = FactValue(value, event.occurred_on, event.seq, refused)
    state.facts[name] = (*state.facts.get(name, ()), added)


def _record(state: State, event: Event) -> None:
    name = event.coded["record"]
    added = Entry(dict(event.coded["values"]), event.occurred_on, event.seq, event.coded.get("key"),
                  event.coded.get("item"))  # fmt: skip
    state.records[name] = (*state.records.get(name, ()), added)


def _reached(state: State, event: Event) -> None:
    name = event.coded["milestone"]
    state.reached[name] = Seen(event.seq, event.occurred_on)
    state.seen[name] = event.seq


def _withdrawn(state: State, event: Event) -> None:
    state.reached.pop(event.coded["milestone"], None)
    state.seen.pop(event.coded["milestone"], None)


def _owner(state: State, event: Event) -> None:
    key = event.coded.get("key")
    if key is None:
        state.owner = event.coded["new"]
    else:
        state.open[key] = replace(state.open[key], person=event.coded["new"])


def _pause(state: State, event: Event) -> None:
    state.paused = Paused(event.occurred_on, date.fromisoformat(event.coded["resume_by"]))


def _still(since: date | None, event: Event) -> tuple[Still, ...]:
    return (Still(since, event.occurred_on, event.seq),) if since and since < event.occurred_on else ()


def _resume(state: State, event: Event) -> None:
    state.still += _still(state.paused.on if state.paused else None, event)
    state.paused = None


def _due_moved(state: State, event: Event) -> None:
    coded = event.coded
    one = state.open[coded["key"]]
    extended = event.seq if coded["why"] == "extended" else one.extended
    state.open[one.key] = replace(
        one,
        due=_instant(coded["due"]),
        due_on=_day(coded["due_on"]),
        alarms=_alarms(coded["alarms"]),
        extended=extended,
    )


def _told(state: State, event: Event) -> None:
    key, kind = event.coded.get("key") or "", event.coded["kind"]
    if state.undo is not None:
        state.undo = replace(state.undo, told=(*state.undo.told, (key, kind)))
    one = state.open.get(key)
    if one is not None and kind != "answer":
        state.open[one.key] = replace(one, alarms=one.alarms[1:])


def _happened(state: State, event: Event) -> None:
    name = event.coded["happening"]
    state.happened[name] = Seen(event.seq, event.occurred_on)
    state.seen[name] = event.seq
    if name == "contact" and (state.last_contact is None or event.occurred_on > state.last_contact):
        state.last_contact = event.occurred_on
    if name == "reentry":
        state.reentered = event.coded.get("pathway")


def _exited(state: State, event: Event) -> None:
    coded = event.coded
    state.exit = Exited(
        coded["reason"], coded["class"], event.occurred_on, event.seq, coded["first_seq"], coded.get("key"),
        state.paused.on if state.paused else None,
    )  # fmt: skip
    state.paused = None
    state.seen["exit"] = state.seen[f"exit.{coded['reason']}"] = event.seq


def _reopened(state: State, event: Event) -> None:
    left = state.exit
    state.still += _still(min(left.on, left.paused_on or left.on) if left else None, event)
    state.exit = None
    state.closed = False
    for ref in [ref for ref in state.seen if ref == "exit" or ref.startswith("exit.")]:
        del state.seen[ref]
    for key in event.coded["restored"]:
        one = state.past.pop(key)
        state.open[key] = replace(one, status="open", outcome=None, closed_seq=0, closed_on=None, actor=None)
        _forget_ended(state, one)
    _forget_decided(state, event.coded.get("again"))


def _forget_ended(state: State, one: Instance) -> None:
    """Let what waits for the end of a step wait again: the exit that ended it is taken back."""
    ref = f"{one.path}.ended"
    if one.item is not None or state.seen.get(ref) != one.closed_seq:
        return
    earlier = [past.closed_seq for past in state.past.values()
               if past.path == one.path and past.item is None and past.status == "ended"]  # fmt: skip
    if earlier:
        state.seen[ref] = max(earlier)
    else:
        del state.seen[ref]


def _forget_decided(state: State, key: str | None) -> None:
    """Let what waits for the decision that led to the exit wait again: it is asked anew. That it was made stays."""
    one = state.past.get(key or "")
    if one is None:
        return
    rounds = [past for past in state.past.values() if past.path == one.path and past.item is None and past.key != key]
    earlier = [past for past in rounds if past.status == "done"]
    for ref, before in (
        (one.path, [past.closed_seq for past in earlier]),
        (f"{one.path}.{one.outcome}", [past.closed_seq for past in earlier if past.outcome == one.outcome]),
    ):
        if state.seen.get(ref) != one.closed_seq:
            continue
        if before:
            state.seen[ref] = max(before)
        else:
            del state.seen[ref]


def _migrated(state: State, event: Event) -> None:
    coded = event.coded
    apply_edit(state, coded["edit"])
    keys = {new: old for old, new in coded.get("keys", {}).items()}
    state.undo = Undo(event.seq, event.command_id, coded["from"], coded["inverse"], keys)


def _undone(state: State, event: Event) -> None:
    apply_edit(state, event.coded["edit"])


def _closed(state: State, _event: Event) -> None:
    state.closed = True


_APPLY: dict[EventType, Callable[[State, Event], None]] = {
    EventType.REFERRED: _begun,
    EventType.OPENED: _opened,
    EventType.DONE: _done,
    EventType.ENDED: _ended,
    EventType.FACT_RECORDED: _fact,
    EventType.RECORD_TAKEN: _record,
    EventType.REACHED: _reached,
    EventType.WITHDRAWN: _withdrawn,
    EventType.OWNER_CHANGED: _owner,
    EventType.PAUSED: _pause,
    EventType.RESUMED: _resume,
    EventType.DUE_MOVED: _due_moved,
    EventType.TOLD: _told,
    EventType.HAPPENED: _happened,
    EventType.CORRECTED: corrected,
    EventType.EXITED: _exited,
    EventType.REOPENED: _reopened,
    EventType.MIGRATED: _migrated,
    EventType.MIGRATION_UNDONE: _undone,
    EventType.CLOSED: _closed,
}
