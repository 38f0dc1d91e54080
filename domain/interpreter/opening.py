"""Opening steps: what an opening fixes once and for all (required, due day, notices), by rule or by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.calendar import end_of, local_day
from domain.conditions import evaluate
from domain.events import Cause, EventType
from domain.interpreter.dues import alarms, due_on, earliest
from domain.rules import ITEM, OWNER, REVIEW, ROOT, WATCH

if TYPE_CHECKING:
    from datetime import date

    from domain.interpreter.state import State
    from domain.interpreter.work import Work
    from domain.rules import StepRule

LAST = 100  # the rank of whoever no rule of a queue puts before others


def open_step(
    work: Work, rule: StepRule, cause: Cause, *, person: str | None = None, provider: str | None = None,
    sealed: dict[str, Any] | None = None, afresh: bool = False, around: list[str] | None = None,
) -> str:  # fmt: skip
    """Open a step (with ``for_each``: the group and an instance for each item) and return its key.

    ``afresh``: its due rule counts from today, whatever its anchor; a deadline that has passed must not decide again.
    ``around``: the references of running work that a migration puts inside this stage.
    """
    state = work.state
    n = state.counts.get(rule.path, 0) + 1
    key = f"{rule.path}#{n}"
    required = rule.required
    if rule.required_if is not None:
        required = evaluate(rule.required_if, state) is True
    given = {"person": person, "provider": provider or rule.authority}
    if not rule.grouped:
        one: dict[str, Any] = {"key": key, "kind": rule.kind, "required": required, **given}
        if around is not None:
            one["around"] = around
        _emit_opened(work, rule, cause, coded=one, sealed=sealed, afresh=afresh)
        return key
    _emit_opened(work, rule, cause, coded={"key": key, "kind": "group", "required": required, **given}, sealed=sealed)
    open_items(work, rule, Cause(work.last, f"{rule.path}.for_each"), n=n, given=given)
    return key


def open_items(work: Work, rule: StepRule, cause: Cause, *, n: int, given: dict[str, str | None] | None = None) -> None:
    """Open an instance for each item of a group's round that has none yet."""
    state = work.state
    for item in _items(state, rule):
        key = f"{rule.path}[{item}]#{n}"
        if key in state.open or key in state.past:
            continue
        one = {"key": key, "item": item, "kind": rule.kind, "required": False, **(given or {})}
        if rule.by == ITEM:
            one["by"] = item
        _emit_opened(work, rule, cause, coded=one)


def rank_of(rule: StepRule, state: State) -> int:
    """Return where in its queue a waiting begins: the lower, the sooner."""
    return next((one.rank for one in rule.ranks if evaluate(one.condition, state) is True), LAST)


def _items(state: State, rule: StepRule) -> tuple[str, ...]:
    """Return the items that there are for this person."""
    if rule.items_from is not None:
        return tuple(state.fact(rule.items_from) or ())
    return tuple(
        item for item in rule.items if item not in rule.items_if or evaluate(rule.items_if[item], state) is True
    )


def _day_of(work: Work, cause: Cause) -> date:
    """Return the day of the event that opens a step; what is opened by an earlier command opens today."""
    return next((event.occurred_on for event in work.events if event.seq == cause.seq), work.day)


def _emit_opened(
    work: Work, rule: StepRule, cause: Cause, *, coded: dict[str, Any], sealed: dict[str, Any] | None = None,
    afresh: bool = False,
) -> None:  # fmt: skip
    day = _day_of(work, cause)
    n = work.state.counts.get(rule.path, 0) + ("item" not in coded)
    coded = {
        "item": None, "by": OWNER if rule.by == ITEM else rule.by, "parent": rule.parent,
        "stage": rule.path.split(".")[0], "standing": rule.standing, "never_paused": rule.never_paused, **coded,
    }  # fmt: skip
    if coded["kind"] != "group" and (coded["kind"] != "stage" or rule.due):
        due_day, anchor = due_on(work, rule.path, day, afresh=afresh)
        coded["due_on"] = due_day.isoformat() if due_day else None
        coded["due"] = end_of(due_day).isoformat() if due_day else None
        coded["anchor"] = anchor
        coded["at_due"] = rule.at_due
        coded["waits"] = rule.waits
        not_before = earliest(work, rule.path, rule.not_before, day)
        coded["not_before"] = not_before.isoformat() if not_before else None
        if rule.ranks:
            coded["rank"] = rank_of(rule, work.state)
        coded["alarms"] = alarms(work, rule.path, due_day, work.now, announce=rule.announce)
    work.emit(EventType.OPENED, cause, step=rule.path, n=n, coded=coded, sealed=sealed, on=day)


def open_watch(work: Work, cause: Cause) -> None:
    """Open the standing step that the first promise rests on."""
    _open_built_in(work, WATCH, "watch", "owner", cause, announce=False)


def open_review(work: Work, cause: Cause) -> None:
    """Open the task that looks at what a correction may have changed, unless one is open already."""
    if any(one.path == REVIEW for one in work.state.open.values()):
        return
    _open_built_in(work, REVIEW, "review", work.rules.review.by, cause, announce=True)


def _open_built_in(work: Work, path: str, kind: str, by: str, cause: Cause, *, announce: bool) -> None:
    n = work.state.counts.get(path, 0) + 1
    today = local_day(work.now)
    day, anchor = due_on(work, path, work.day if kind == "watch" else today)
    coded: dict[str, Any] = {
        "key": f"{path}#{n}", "item": None, "kind": kind, "by": by, "person": None, "provider": None, "parent": ROOT,
        "stage": path, "required": kind == "review", "standing": False, "never_paused": True,
        "due_on": day.isoformat() if day else None, "due": end_of(day).isoformat() if day else None, "anchor": anchor,
        "alarms": alarms(work, path, day, work.now, announce=announce),
    }  # fmt: skip
    work.emit(EventType.OPENED, cause, step=path, n=n, coded=coded)
