"""What a definition can reach at all: a least fixpoint over what may ever come true, values left open.

It says what is certainly wrong (a step that can never open, a stage that can never be done); what it doesn't find may
still be wrong for some values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.rules import AFTER_EXIT, ROOT

if TYPE_CHECKING:
    from domain.rules import Rules, StepRule


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, as a code, and where, as a rule's path."""

    code: str
    rule: str
    words: dict[str, str]


def findings(rules: Rules) -> list[Finding]:
    """Return what can never happen although the definition speaks of it."""
    seen = reachable(rules)
    found = []
    for path, rule in rules.steps.items():
        if f"{path}.opened" not in seen:
            found.append(Finding("step_unreachable", path, {"step": path}))
        elif rule.kind == "stage" and path not in seen:
            inner = [one.path for one in rules.children.get(path, ()) if one.required and one.path not in seen]
            found.append(Finding("stage_never_done", path, {"step": path, "inner": ", ".join(inner)}))
    found += [
        Finding("milestone_unreachable", f"milestones.{name}", {"name": name})
        for name in rules.milestones
        if name not in seen
    ]
    leaving = {outcome.exit for rule in rules.steps.values() for outcome in rule.outcomes.values() if outcome.exit}
    for name, leave in rules.exits.items():
        if leave.cls == "completed" and name not in leaving and not _happens(rules, name):
            found.append(Finding("exit_by_hand_only", f"exits.{name}", {"name": name}))
    return found


def _happens(rules: Rules, name: str) -> bool:
    return any(happening.exit == name for happening in rules.happenings.values())


def reachable(rules: Rules) -> set[str]:
    """Return every reference that may ever come true."""
    seen = {"referral", "exit", *(f"exit.{name}" for name in rules.exits), *rules.happenings}
    while True:
        size = len(seen)
        for rule in rules.steps.values():
            if _opens(rule, rules, seen):
                seen.add(f"{rule.path}.opened")
                _closes(rule, rules, seen)
        seen.update(name for name, condition in rules.milestones.items() if _may_hold(condition, seen))
        if len(seen) == size:
            return seen


def _opens(rule: StepRule, rules: Rules, seen: set[str]) -> bool:
    inside = rule.parent in (ROOT, AFTER_EXIT) or f"{rule.parent}.opened" in seen
    waits = any(one.path == rule.path for one in rules.steps.values() if one.choose)
    return (
        inside
        and (rule.after is None or waits or _may_trigger(rule.after, seen))
        and (rule.condition is None or _may_hold(rule.condition, seen))
    )


def _closes(rule: StepRule, rules: Rules, seen: set[str]) -> None:
    if rule.kind == "stage":
        needed = [one for one in rules.children.get(rule.path, ()) if one.required and one.required_if is None]
        if all(one.path in seen or f"{one.path}.ended" in seen for one in needed):
            seen.add(rule.path)
        if rule.stops and any(ref in seen for ref in rule.stops):
            seen.add(f"{rule.path}.ended")
        return
    seen.update((rule.path, f"{rule.path}.ended"))
    seen.update(f"{rule.path}.{name}" for name, one in rule.outcomes.items()
                if one.needs is None or _may_hold(one.needs, seen))  # fmt: skip
    seen.update(f"{rule.path}.{item}" for item in rule.items)


def _may_trigger(trigger: dict[str, Any], seen: set[str]) -> bool:
    if "all" in trigger:
        return all(_may_trigger(part, seen) for part in trigger["all"])
    if "any" in trigger:
        return any(_may_trigger(part, seen) for part in trigger["any"])
    return trigger.get("reached", trigger.get("ref")) in seen


def _may_hold(condition: dict[str, Any], seen: set[str]) -> bool:
    if "all" in condition:
        return all(_may_hold(part, seen) for part in condition["all"])
    if "any" in condition:
        return any(_may_hold(part, seen) for part in condition["any"])
    for key in ("reached", "ref", "count"):
        if key in condition:
            return condition[key] in seen
    return True  # facts, records and ages may have any value; so may what is negated
