"""Folding corrections: which part of the state an earlier event's correction changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from domain.interpreter.state import Seen

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.events import Event
    from domain.interpreter.state import State


def corrected(state: State, event: Event) -> None:
    """Fold a correction into what it corrects."""
    _CORRECT[event.coded["what"]](state, event, {**event.coded["changes"], **event.sealed.get("changes", {})})


def _correct_fact(state: State, event: Event, changes: dict[str, Any]) -> None:
    of, name = event.coded["of"], event.coded["name"]
    state.facts[name] = tuple(
        replace(
            value,
            value=changes.get("value", value.value),
            on=event.occurred_on,
            refused=event.coded.get("refused", False),
        )
        if value.seq == of
        else value
        for value in state.facts[name]
    )


def _correct_record(state: State, event: Event, changes: dict[str, Any]) -> None:
    of, name = event.coded["of"], event.coded["name"]
    state.records[name] = tuple(
        replace(entry, values={**entry.values, **changes}, on=event.occurred_on) if entry.seq == of else entry
        for entry in state.records[name]
    )


def _correct_done(state: State, event: Event, _changes: dict[str, Any]) -> None:
    for key, one in state.past.items():
        if one.closed_seq == event.coded["of"]:
            state.past[key] = replace(one, closed_on=event.occurred_on)


def _correct_referral(state: State, event: Event, _changes: dict[str, Any]) -> None:
    state.referral = replace(state.referral, on=event.occurred_on)


def _correct_exit(state: State, event: Event, _changes: dict[str, Any]) -> None:
    state.exit = state.exit and replace(state.exit, on=event.occurred_on)


def _correct_happened(state: State, event: Event, _changes: dict[str, Any]) -> None:
    for name, seen in state.happened.items():
        if seen.seq == event.coded["of"]:
            state.happened[name] = Seen(seen.seq, event.occurred_on)


_CORRECT: dict[str, Callable[[State, Event, dict[str, Any]], None]] = {
    "fact": _correct_fact,
    "record": _correct_record,
    "done": _correct_done,
    "referral": _correct_referral,
    "exit": _correct_exit,
    "happened": _correct_happened,
}
