"""P1 and P4 on a state: somebody watches, what is open has a date, and an exit leaves nothing behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.calendar import add
from domain.checking.finding import Finding
from domain.checking.places import place_of
from domain.checking.samples import DAY
from domain.interpreter.dues import span
from domain.interpreter.state import GROUPING
from domain.rules import AFTER_EXIT, REVIEW, WATCH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domain.checking.finding import Subject
    from domain.events import Event
    from domain.interpreter import State

ROUNDS = 3
"""A step that opens this often by one command is driven by nobody."""


def broken(subject: Subject, state: State, story: tuple[str, ...]) -> Iterator[Finding]:
    """Yield the promises that don't hold on a state."""
    if state.exit is None:
        yield from _watched(subject, state, story)
    else:
        yield from _clean(subject, state, story)
    for one in state.open.values():
        if one.due is None and one.kind not in GROUPING:
            words = {"problem": f"{one.key}: -"}
            yield Finding("nobody_watches", place_of(one.path, subject.definition), words, story)


def _watched(subject: Subject, state: State, story: tuple[str, ...]) -> Iterator[Finding]:
    watches = [one for one in state.open.values() if one.path == WATCH]
    latest = state.paused.resume_by if state.paused else add(DAY, span(subject.rules.watch.every))
    late = [one for one in watches if one.due_on is None or one.due_on > latest]
    if len(watches) != 1 or late or not state.owner:
        yield Finding("nobody_watches", (WATCH,), {"problem": f"watch: {len(watches)}, > {latest}: {len(late)}"}, story)


def _clean(subject: Subject, state: State, story: tuple[str, ...]) -> Iterator[Finding]:
    left = [key for key, one in state.open.items() if not one.path.startswith(f"{AFTER_EXIT}.") and one.path != REVIEW]
    if left or (state.closed and state.open):
        yield Finding("exit_not_clean", (AFTER_EXIT,), {"problem": ", ".join(left or state.open)}, story)
    if state.exit is None:
        return
    reason = state.exit.reason
    if not state.closed and not any(one.due for one in state.open.values()):
        yield Finding("nobody_watches", ("exits", reason), {"problem": f"exit {reason}"}, story)
    if state.closed and subject.rules.exits[reason].hand_over and not _received(subject, state):
        yield Finding("hand_over_unconfirmed", ("exits", reason), {"exit": reason}, story)


def _received(subject: Subject, state: State) -> bool:
    since = state.exit.seq if state.exit else 0
    confirming = {rule.path for rule in subject.rules.after_exit if rule.confirms}
    return any(
        one.path in confirming and one.status == "done" and one.closed_seq > since for one in state.past.values()
    )


def driven_by_nobody(subject: Subject, events: Iterable[Event], story: tuple[str, ...]) -> Iterator[Finding]:
    """Yield the steps that one command opened again and again."""
    opened: dict[str, int] = {}
    for event in events:
        if event.type == "Opened" and event.step is not None and event.coded.get("item") is None:
            opened[event.step] = opened.get(event.step, 0) + 1
    for path, times in opened.items():
        if times >= ROUNDS:
            yield Finding("endless_loop", (*place_of(path, subject.definition), "times"), {"step": path}, story)
