"""The order of evaluation: one change at a time, then from the start again.

Milestones first (an outcome reached in the batch of an exit counts), then exits, stops, extensions, entries and
completions; file order inside each. Nothing completes while an entry is satisfied: the other way round a stage could
close just before the step that somebody waits for opens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.calendar import add
from domain.conditions import evaluate
from domain.events import Cause, EventType
from domain.interpreter.dues import moved, span
from domain.interpreter.opening import open_review, open_step
from domain.interpreter.work import Leaving
from domain.rules import AFTER_EXIT, REVIEW, ROOT

if TYPE_CHECKING:
    from domain.interpreter.state import Instance, State
    from domain.interpreter.work import Work
    from domain.rules import StepRule

MOST_CHANGES = 500  # Koll's largest batch makes 20; a definition that needs more goes round in circles


class EndlessLoopError(RuntimeError):
    """A definition goes round in circles; ``programme check`` finds such a one before it is published."""


def settle(work: Work) -> None:
    """Apply every rule that holds until none does. Raises EndlessLoopError."""
    for _ in range(MOST_CHANGES):
        if not (
            _milestones(work)
            or _exits(work)
            or _stops(work)
            or _extensions(work)
            or _entries(work)
            or _completions(work)
        ):
            _close(work)
            return
    raise EndlessLoopError(work.rules.programme)


def _milestones(work: Work) -> bool:
    if not work.dirty:
        return False
    work.dirty = False
    changed = False
    for name, condition in work.rules.milestones.items():
        holds = evaluate(condition, work.state) is True
        if holds == (name in work.state.reached):
            continue
        if holds:
            cause = Cause(work.last, f"milestones.{name}")
            work.emit(EventType.REACHED, cause, coded={"milestone": name}, on=work.known_on)
        else:
            work.emit(EventType.WITHDRAWN, Cause(work.last, f"milestones.{name}"), coded={"milestone": name})
            open_review(work, Cause(work.last, f"milestones.{name}"))
        changed = True
    if changed:
        work.dirty = True
    return changed


def _exits(work: Work) -> bool:
    leaving = work.leaving
    if leaving is None:
        return False
    work.leaving = None
    state, cause = work.state, leaving.cause
    first_seq = work.last + 1
    for one in reversed(list(state.open.values())):  # children before their stage
        if one.path != REVIEW:
            end(work, one, "exit", cause)
    rule = work.rules.exits[leaving.reason]
    coded = {
        "reason": leaving.reason,
        "class": rule.cls,
        "hand_over": rule.hand_over,
        "first_seq": first_seq,
        "key": leaving.key,
        "decided_by": work.by.staff,
    }
    left = work.emit(EventType.EXITED, cause, coded=coded)
    for role in rule.tell:
        work.tell("answer", role, Cause(left.seq, f"exits.{leaving.reason}.tell"), f"exits.{leaving.reason}")
    return True


def end(work: Work, one: Instance, reason: str, cause: Cause) -> None:
    """End an open instance that was not done."""
    work.emit(
        EventType.ENDED, cause, step=one.path, n=one.n, coded={"key": one.key, "reason": reason, "item": one.item}
    )


def end_below(work: Work, path: str, reason: str, cause: Cause) -> None:
    """End everything that is open inside a step."""
    prefix = f"{path}."
    for inner in reversed(list(work.state.open.values())):
        if inner.path.startswith(prefix):
            end(work, inner, reason, cause)


def _stops(work: Work) -> bool:
    for one in work.state.open.values():
        rule = work.rule(one.path)
        if rule is None or not rule.stops or one.item is not None:
            continue
        for ref in rule.stops:
            if work.state.seen.get(ref, 0) > one.opened_seq:
                cause = Cause(work.state.seen[ref], f"{one.path}.stops")
                end_below(work, one.path, "stopped", cause)
                for item in [other for other in work.state.open.values() if other.path == one.path and other.item]:
                    end(work, item, "stopped", cause)
                end(work, one, "stopped", cause)
                return True
    return False


def _extensions(work: Work) -> bool:
    for one in work.state.open.values():
        rule = work.rule(one.path)
        if rule is None or not rule.extended_by or one.due_on is None:
            continue
        for ref, text in rule.extended_by.items():
            seen = work.state.seen.get(ref, 0)
            if seen > max(one.opened_seq, one.extended):
                day = add(one.due_on, span(text))
                coded = moved(work, one, day, "extended")
                work.emit(
                    EventType.DUE_MOVED, Cause(seen, f"{one.path}.extended_by"), step=one.path, n=one.n, coded=coded
                )
                return True
    return False


def holds(trigger: dict[str, Any] | None, state: State, since: int, *, level: bool) -> int:
    """Return the sequence number at which a trigger has come true after ``since``, or 0.

    A milestone is a level for a first opening (reached is reached, even before the stage opened), an edge for a
    repetition.
    """
    if trigger is None:
        return since or 1
    if "all" in trigger:
        parts = [holds(part, state, since, level=level) for part in trigger["all"]]
        return max(parts) if all(parts) else 0
    if "any" in trigger:
        parts = [found for part in trigger["any"] if (found := holds(part, state, since, level=level))]
        return min(parts) if parts else 0
    if "reached" in trigger:
        reached = state.reached.get(trigger["reached"])
        return reached.seq if reached and (level or reached.seq > since) else 0
    seen = state.seen.get(trigger["ref"], 0)
    return seen if seen > since else 0


def _opening(work: Work, rule: StepRule, since: int) -> Cause | None:
    """Return why a step opens now, or None."""
    state = work.state
    if f"{rule.path}#{state.counts.get(rule.path, 0)}" in state.open:
        return None
    rounds = state.counts.get(rule.path, 0)
    last_opened = state.seen.get(f"{rule.path}.opened", 0) if rounds else 0
    first = last_opened <= since
    if first:
        found = holds(rule.after, state, since, level=True)
    elif rule.every:
        last = state.past.get(f"{rule.path}#{rounds}")
        found = last.closed_seq if last is not None and last.status == "done" else 0
    elif rule.times > 1 and _rounds_since(state, rule.path, since) < rule.times:
        trigger = rule.again or rule.after
        found = holds(trigger, state, last_opened, level=False) if trigger is not None else 0
    else:
        found = 0
    if not found:
        return None
    if rule.condition is not None and evaluate(rule.condition, state) is not True:
        return None
    return Cause(found, f"{rule.path}.{'every' if rule.every and not first else 'after'}")


def _rounds_since(state: State, path: str, since: int) -> int:
    return sum(1 for one in state.past.values() if one.path == path and one.item is None and one.opened_seq > since)


def _entries(work: Work) -> bool:
    state = work.state
    for rule in work.rules.steps.values():
        if rule.choose:
            continue
        if rule.parent == AFTER_EXIT:
            if state.exit is None or not follows(rule, state.exit.reason, state.exit.cls):
                continue
            since = state.exit.seq
        elif state.exit is not None and not rule.path.startswith(f"{AFTER_EXIT}."):
            continue
        elif rule.parent == ROOT:
            since = 0
        else:
            parent = state.open.get(f"{rule.parent}#{state.counts.get(rule.parent, 0)}")
            if parent is None:
                continue
            since = parent.opened_seq
        cause = _opening(work, rule, since)
        if cause is not None:
            open_step(work, rule, cause)
            return True
    return False


def follows(rule: StepRule, reason: str, cls: str) -> bool:
    """Tell whether a step of ``after_exit`` opens after an exit."""
    if rule.only:
        return reason in rule.only
    return cls != "void" and reason not in rule.unless


def _completions(work: Work) -> bool:
    state = work.state
    for one in state.open.values():
        if one.kind == "group":
            if _complete_group(work, one):
                return True
        elif one.kind == "stage" and _stage_is_done(work, one):
            cause = Cause(work.last, f"{one.path}.steps")
            for inner in [other for other in state.open.values() if other.path.startswith(f"{one.path}.")]:
                end(work, inner, "stage_done", cause)
            work.emit(
                EventType.DONE, Cause(work.last, f"{one.path}.steps"), step=one.path, n=one.n, coded={"key": one.key}
            )
            return True
    return False


def _complete_group(work: Work, group: Instance) -> bool:
    items = [one for one in work.state.open.values() if one.path == group.path and one.item]
    closed = [one for one in work.state.past.values() if one.path == group.path and one.item and one.n == group.n]
    done = [one for one in closed if one.status == "done"]
    rule = work.rules.steps[group.path]
    enough = rule.enough is not None and len(done) >= rule.enough
    if items and not enough:
        return False
    counted = done if enough else closed  # an interruption may be what closed the last one
    cause = Cause(
        max((one.closed_seq for one in counted), default=work.last),
        f"{group.path}.{'enough' if rule.enough else 'for_each'}",
    )
    for one in items:
        end(work, one, "not_needed", cause)
    day = max((one.closed_on for one in counted if one.closed_on), default=work.day)  # a late one may come earlier
    if cause.seq < work.events[0].seq:
        day = work.day  # it is a migration that makes enough of what was done before
    work.emit(EventType.DONE, cause, step=group.path, n=group.n, coded={"key": group.key}, on=day)
    return True


def _stage_is_done(work: Work, stage: Instance) -> bool:
    state = work.state
    prefix = f"{stage.path}."
    for one in state.open.values():
        if one.path.startswith(prefix) and not one.standing:
            return False
    for rule in work.rules.children.get(stage.path, ()):
        required = rule.required if rule.required_if is None else evaluate(rule.required_if, state) is True
        if required and state.seen.get(f"{rule.path}.opened", 0) <= stage.opened_seq:
            return False
    return True


def _close(work: Work) -> None:
    state = work.state
    if state.exit is not None and not state.open and not state.closed:
        work.emit(EventType.CLOSED, Cause(work.last, "closed"))


def leave(work: Work, reason: str, cause: Cause, key: str | None = None) -> None:
    """Ask for an exit; it is carried out after the milestones of this batch."""
    if work.state.exit is None and work.leaving is None:
        work.leaving = Leaving(reason, cause, key)
