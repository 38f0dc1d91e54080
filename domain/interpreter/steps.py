"""Commands about single steps: complete, decide, record, open, end, assign, hours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from domain.calendar import add, local_day
from domain.conditions import evaluate
from domain.errors import Refusal
from domain.events import Cause, EventType
from domain.interpreter.dues import moved, span
from domain.interpreter.opening import open_step
from domain.interpreter.settle import holds, leave
from domain.interpreter.state import HOURS
from domain.interpreter.values import check_record
from domain.rules import WATCH

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from domain.commands import Assign, Complete, Decide, EndStep, OpenStep, ReportHours, TakeRecord, View
    from domain.interpreter.state import Instance
    from domain.interpreter.work import Work
    from domain.rules import StepRule

MOST_HOURS = 744  # hours in the longest month
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def complete(work: Work, command: Complete) -> None:
    """Say that a task is done. Raises Refusal."""
    one = work.find(command.step, command.item, command.n)
    if one.path == WATCH:
        raise Refusal("watch_is_moved_by_contact")
    _not_again(work, one, command.n)
    if one.kind == "decision":
        raise Refusal("step_needs_a_decision", step=one.key)
    if one.kind == "record":
        raise Refusal("step_needs_a_record", step=one.key, record=_record_of(work, one))
    may_do(work, one, "complete")
    rule = work.rule(one.path)
    if rule is not None:
        if rule.waits:
            raise Refusal("step_waits_for_a_place", step=one.key, pool=rule.waits)
        _persons(work, one, rule, command.present)
        _needs_view(rule, command.view)
    done(work, one, view=command.view, note=command.note)


def _not_again(work: Work, one: Instance, n: int | None) -> None:
    """Refuse the second to say that the same round is done: the next one, opened by the first, isn't meant."""
    before = work.state.past.get(f"{one.path}#{one.n - 1}")
    if n is None and one.standing and before is not None and before.status == "done" and work.day <= one.opened_on:
        raise Refusal("already_done", step=before.key, who=before.actor, on=str(before.closed_on))


def decide_step(work: Work, command: Decide) -> None:
    """Choose an outcome. Raises Refusal: no decision, unknown outcome, needs not met, wrong person."""
    one = work.find(command.step, command.item, command.n)
    rule = work.rule(one.path)
    if one.kind != "decision" or rule is None:
        raise Refusal("step_is_no_decision", step=one.key)
    outcome = rule.outcomes.get(command.outcome)
    if outcome is None:
        raise Refusal("outcome_unknown", step=one.key, outcome=command.outcome, known=", ".join(rule.outcomes))
    work.demand("decide", by=one.by)
    _persons(work, one, rule, command.present)
    _needs_view(rule, command.view)
    if not command.reason.strip():
        raise Refusal("reason_missing")
    if outcome.reasons and command.coded_reason not in outcome.reasons:
        raise Refusal("coded_reason_unknown", known=", ".join(outcome.reasons))
    needs = None
    if outcome.needs is not None:
        needs = needs_label(work, outcome.needs)
        if needs != "met" and not (command.exception and outcome.exception and outcome.exception in work.by.roles):
            raise Refusal("needs_not_met", step=one.key, outcome=command.outcome, needs=needs)
    done(
        work, one, outcome=command.outcome, needs=needs, view=command.view, reason=command.reason,
        coded_reason=command.coded_reason, exception=command.exception and needs not in (None, "met"),
    )  # fmt: skip
    if outcome.exit:
        leave(work, outcome.exit, Cause(work.last, f"{one.path}.{command.outcome}.exit"), one.key)
    for role in outcome.tell:
        work.tell(
            "answer", role, Cause(work.last, f"{one.path}.{command.outcome}.tell"), f"{one.path}.{command.outcome}"
        )


def needs_label(work: Work, needs: dict[str, Any]) -> str:
    """Return met, unmet or unknown."""
    return {True: "met", False: "unmet", None: "unknown"}[evaluate(needs, work.state)]


def may_do(work: Work, one: Instance, command: str) -> None:
    """Refuse somebody who is not responsible for a step. Raises Refusal."""
    rule = work.rule(one.path)
    confirms = rule is not None and rule.confirms
    work.demand("confirm" if confirms else command, by=one.by, person=one.person)


def _persons(work: Work, one: Instance, rule: StepRule, present: Sequence[str]) -> None:
    for path in rule.not_by:
        if work.by.staff in _actors(work, path):
            raise Refusal("must_be_another_person", step=one.key, other=path)
    for path in rule.same_as:
        if work.by.staff not in _actors(work, path):
            raise Refusal("must_be_the_same_person", step=one.key, other=path)
    missing = [name for name in rule.present if name not in present]
    if missing:
        raise Refusal("participants_missing", step=one.key, missing=", ".join(missing))


def _actors(work: Work, path: str) -> set[str]:
    latest = work.state.counts.get(path, 0)
    return {one.actor for one in work.state.past.values() if one.path == path and one.n == latest and one.actor}


def _needs_view(rule: StepRule, view: View | None) -> None:
    if rule.view and view is None:
        raise Refusal("view_missing", step=rule.path)


def done(
    work: Work, one: Instance, *, outcome: str | None = None, needs: str | None = None, view: View | None = None,
    note: str | None = None, reason: str | None = None, coded_reason: str | None = None, decided: bool = True,
    exception: bool = False,
) -> None:  # fmt: skip
    """Emit Done, move the watch where the step counts as contact, and tell whom the step tells. Raises Refusal."""
    if one.not_before is not None and work.day < one.not_before and decided:
        raise Refusal("too_early", step=one.key, earliest=str(one.not_before))
    coded: dict[str, Any] = {
        "key": one.key, "item": one.item, "outcome": outcome, "decided": decided, "needs": needs,
        "coded_reason": coded_reason, "exception": exception, "view": view.agrees if view else None,
    }  # fmt: skip
    sealed = {"note": note, "reason": reason, "words": view.words if view else None}
    rule = work.rule(one.path)
    work.emit(EventType.DONE, Cause(0, f"{one.path}.done"), step=one.path, n=one.n, coded=coded, sealed=sealed)
    if one.path in work.rules.watch.moved_by:
        move_watch(work, work.day, "contact")
    for role in rule.tell if rule else ():
        work.tell("answer", role, Cause(work.last, f"{one.path}.tell"), one.path)


def move_watch(work: Work, day: date, why: str) -> None:
    """Move the watch to its interval after a day; a contact that is registered late never moves it back."""
    if work.state.paused is not None:
        return
    watch = next((one for one in work.state.open.values() if one.path == WATCH), None)
    if watch is None:
        return
    target = add(day, span(work.rules.watch.every))
    if watch.due_on is None or target > watch.due_on or why == "resumed":
        coded = moved(work, watch, target, why)
        work.emit(EventType.DUE_MOVED, Cause(work.last, "watch.every"), step=WATCH, n=watch.n, coded=coded)


def take_record(work: Work, command: TakeRecord) -> None:
    """Record values observed together; completes the step that asked for them. Raises Refusal.

    After a quorum has ended the other assessments a late one may still be recorded: it stands without a step.
    """
    coded_values, sealed_values = check_record(work.rules, command.record, command.values)
    asked = _record_step(work, command) if command.step else None
    if asked is None:
        work.demand("observe")
    else:
        may_do(work, asked, "record")
        rule = work.rule(asked.path)
        if rule is None or rule.record != command.record:
            raise Refusal("step_takes_another_record", step=asked.key, record=_record_of(work, asked))
    one = asked if asked is not None and asked.status == "open" else None
    coded = {
        "record": command.record, "key": one.key if one else None, "item": one.item if one else command.item,
        "values": coded_values, "rater": command.rater or work.by.staff,
    }  # fmt: skip
    work.emit(
        EventType.RECORD_TAKEN, Cause(0, f"records.{command.record}"), coded=coded,
        sealed={"values": sealed_values or None}, step=one.path if one else None, n=one.n if one else None,
    )  # fmt: skip
    if one is not None:
        done(work, one)


def _record_step(work: Work, command: TakeRecord) -> Instance:
    """Return the step that a record is for: an open one, or one of a group that a quorum ended."""
    try:
        return work.find(command.step or "", command.item, command.n)
    except Refusal as refusal:
        if refusal.code == "already_ended" and refusal.params.get("step"):
            late = work.state.past[refusal.params["step"]]
            if late.item is not None:
                return late
        raise


def _record_of(work: Work, one: Instance) -> str | None:
    rule = work.rule(one.path)
    return rule.record if rule else None


def open_chosen(work: Work, command: OpenStep) -> None:
    """Choose an intervention from the menu of an open stage. Raises Refusal."""
    paths = [path for path in work.paths(command.step) if path in work.rules.steps and work.rules.steps[path].choose]
    if not paths:
        raise Refusal("step_not_in_menu", step=command.step)
    opened_parents = {one.path for one in work.state.open.values()}
    rule = next((rule for rule in map(work.rules.steps.__getitem__, paths) if rule.parent in opened_parents),
                work.rules.steps[paths[0]])  # fmt: skip
    work.demand("open", by=rule.by)
    parent = work.state.open.get(f"{rule.parent}#{work.state.counts.get(rule.parent, 0)}") if rule.parent else None
    if work.state.exit is not None or (rule.parent and parent is None):
        raise Refusal("stage_not_open", step=rule.path)
    since = parent.opened_seq if parent else 0
    if rule.after is not None and not holds(rule.after, work.state, since, level=True):
        raise Refusal("menu_not_yet", step=rule.path)
    if rule.condition is not None and evaluate(rule.condition, work.state) is not True:
        raise Refusal("menu_not_for_this_person", step=rule.path)
    opened = [one for one in (*work.state.open.values(), *work.state.past.values())
              if one.path == rule.path and one.opened_seq > since and one.item is None]  # fmt: skip
    if len(opened) >= rule.choose:
        raise Refusal("menu_used_up", step=rule.path, most=rule.choose)
    open_step(
        work, rule, Cause(0, f"{rule.path}.choose"), person=command.person, provider=command.provider,
        sealed={"note": command.note},
    )  # fmt: skip


def end_step(work: Work, command: EndStep) -> None:
    """Interrupt a step that will not be completed. Raises Refusal."""
    one = work.find(command.step, command.item, command.n)
    rule = work.rule(one.path)
    if rule is None or one.kind == "decision" or not rule.reasons or rule.confirms:
        raise Refusal("step_cant_be_ended", step=one.key)
    may_do(work, one, "end")
    if command.coded_reason not in rule.reasons:
        raise Refusal("coded_reason_unknown", known=", ".join(rule.reasons))
    coded = {"key": one.key, "item": one.item, "reason": command.coded_reason, "by_person": True}
    work.emit(
        EventType.ENDED,
        Cause(0, f"{one.path}.ended"),
        step=one.path,
        n=one.n,
        coded=coded,
        sealed={"note": command.note},
    )


def assign(work: Work, command: Assign) -> None:
    """Make one person responsible for a step. Raises Refusal."""
    one = work.find(command.step, command.item, command.n)
    if one.path == WATCH:
        raise Refusal("watch_belongs_to_the_owner")
    if command.person != work.by.staff:
        work.demand("assign")
    else:
        may_do(work, one, "claim")
    coded = {"key": one.key, "old": one.person, "new": command.person}
    work.emit(EventType.OWNER_CHANGED, Cause(0, f"{one.path}.by"), step=one.path, n=one.n, coded=coded)


def report_hours(work: Work, command: ReportHours) -> None:
    """Report attended hours of one month. Raises Refusal."""
    paths = work.paths(command.step)
    found = [
        one
        for one in (*work.state.open.values(), *work.state.past.values())
        if one.path in paths and (command.n in (None, one.n)) and one.item is None
    ]
    if not found:
        raise Refusal("step_not_open", step=command.step)
    running = [one for one in found if one.status == "open"]
    if len(running) > 1:
        raise Refusal("step_ambiguous", step=command.step, choices=", ".join(one.key for one in running))
    one = running[0] if running else max(found, key=lambda instance: instance.opened_seq)
    rule = work.rule(one.path)
    if rule is None or not rule.hours:
        raise Refusal("step_has_no_hours", step=one.key)
    may_do(work, one, "hours")
    check_hours(work, one, command.month, command.hours)
    coded = {
        "record": HOURS, "key": one.key, "item": None, "rater": work.by.staff,
        "values": {"month": command.month, "hours": command.hours},
    }  # fmt: skip
    work.emit(EventType.RECORD_TAKEN, Cause(0, f"{one.path}.hours"), step=one.path, n=one.n, coded=coded)


def check_hours(work: Work, one: Instance, month: object, hours: object) -> None:
    """Refuse hours that nobody can have attended. Raises Refusal."""
    if isinstance(hours, bool) or not isinstance(hours, int | float):
        raise Refusal("hours_out_of_range", most=MOST_HOURS)
    if not 0 <= hours <= MOST_HOURS or hours * 4 != int(hours * 4):
        raise Refusal("hours_out_of_range", most=MOST_HOURS)
    first = one.opened_on.isoformat()[:7]
    if not isinstance(month, str) or MONTH.fullmatch(month) is None:
        raise Refusal("month_out_of_range", month="?", first=first)
    last = min(local_day(work.now), one.closed_on or local_day(work.now)).isoformat()[:7]
    if not first <= month <= last:
        raise Refusal("month_out_of_range", month=month, first=first)
