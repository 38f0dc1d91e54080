"""What a definition can reach at all: a least fixpoint over what may ever come true, values left open.

It says what is certainly wrong (a step that can never open, a stage that can never be done); what it doesn't find may
still be wrong for some values or in some order, and the search looks for that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.checking.finding import Finding
from domain.checking.places import place_of
from domain.rules import AFTER_EXIT, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.checking.finding import Subject
    from domain.rules import Rules, StepRule


def unreachable(subject: Subject) -> Iterator[Finding]:
    """Yield what can never happen although the definition speaks of it."""
    rules, definition = subject.rules, subject.definition
    seen = reachable(rules)
    for path, rule in rules.steps.items():
        place = place_of(path, definition)
        if f"{path}.opened" not in seen:
            yield Finding("step_unreachable", (*place, "after"), {"step": path})
        elif rule.kind == "stage" and path not in seen:
            inner = [one.path for one in rules.children.get(path, ()) if one.required and one.path not in seen]
            yield Finding("stage_never_done", place, {"step": path, "inner": ", ".join(inner)})
    for name in rules.milestones:
        if name not in seen:
            yield Finding("milestone_unreachable", ("milestones", name), {"name": name})
    for name in definition.happenings:
        if name not in seen:
            yield Finding("happening_unreachable", ("happenings", name, "if"), {"name": name})
    leaving = {outcome.exit for rule in rules.steps.values() for outcome in rule.outcomes.values() if outcome.exit}
    leaving |= {happening.exit for happening in rules.happenings.values() if happening.exit}
    for name, leave in rules.exits.items():
        if leave.cls == "completed" and name not in leaving:
            yield Finding("exit_by_hand_only", ("exits", name), {"name": name})


def reachable(rules: Rules, *, without: str | None = None) -> set[str]:
    """Return every reference that may ever come true; with ``without``, if that one never does."""
    # "exit" comes true for everybody who leaves, so what only an exit opens is reachable by the exit itself.
    seen = {"referral", "exit", *(f"exit.{name}" for name in rules.exits)}
    seen.discard(without or "")
    while True:
        size = len(seen)
        for rule in rules.steps.values():
            if _opens(rule, seen) and f"{rule.path}.opened" != without:
                seen.add(f"{rule.path}.opened")
                _closes(rule, rules, seen)
                seen.discard(without or "")
        for name, condition in _named(rules):
            if name != without and (condition is None or may_hold(condition, seen)):
                seen.add(name)
        if len(seen) == size:
            return seen


def _named(rules: Rules) -> Iterator[tuple[str, dict[str, Any] | None]]:
    yield from rules.milestones.items()
    for name, happening in rules.happenings.items():
        yield name, happening.condition


def _opens(rule: StepRule, seen: set[str]) -> bool:
    inside = rule.parent in (ROOT, AFTER_EXIT) or f"{rule.parent}.opened" in seen
    return (
        inside
        and (rule.parent != AFTER_EXIT or "exit" in seen)
        and (rule.after is None or _may_trigger(rule.after, seen))
        and (rule.condition is None or may_hold(rule.condition, seen))
    )


def _closes(rule: StepRule, rules: Rules, seen: set[str]) -> None:
    if rule.kind == "stage":
        needed = [one for one in rules.children.get(rule.path, ()) if one.required and one.required_if is None]
        if all(one.path in seen or f"{one.path}.ended" in seen for one in needed):
            seen.add(rule.path)
        if rule.stops and any(ref in seen for ref in rule.stops):
            seen.add(f"{rule.path}.ended")
        return
    if rule.outcomes:
        possible = [name for name, one in rule.outcomes.items() if one.needs is None or may_hold(one.needs, seen)]
        if not possible:
            return
        seen.update(f"{rule.path}.{name}" for name in possible)
    seen.update((rule.path, f"{rule.path}.ended"))
    seen.update(f"{rule.path}.{item}" for item in rule.items)


def _may_trigger(trigger: dict[str, Any], seen: set[str]) -> bool:
    if "all" in trigger:
        return all(_may_trigger(part, seen) for part in trigger["all"])
    if "any" in trigger:
        return any(_may_trigger(part, seen) for part in trigger["any"])
    return trigger.get("reached", trigger.get("ref")) in seen


def may_hold(condition: dict[str, Any], seen: set[str]) -> bool:
    """Tell whether a condition may hold where only what is seen comes true, whatever facts and records say."""
    if "all" in condition:
        return all(may_hold(part, seen) for part in condition["all"])
    if "any" in condition:
        return any(may_hold(part, seen) for part in condition["any"])
    for key in ("reached", "ref", "count"):
        if key in condition:
            return condition[key] in seen or (key == "count" and condition.get("from", 0) <= 0)
    return True  # facts, records and ages may have any value; so may what is negated
