"""The rules that a search needs: what changes no path is left out, so that fewer states have to be looked at.

Left out, with the reason why nothing can differ: notices and reminders (they lead nowhere), earliest days and
extensions (in the search any time may have passed), milestones and repeating steps that nothing refers to, and steps
beside all stages that nothing refers to and that lead to no exit. Of menu entries that are alike one stays, which may
be chosen again and again; rounds beyond ``ALIKE`` of a longer loop are held to be alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from domain.conditions import refs_of
from domain.rules import ROOT, Rules, StepRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ALIKE = 3
"""Of a loop, and of a menu entry, the rounds up to this one are told apart; those beyond are held to be like it."""
MENU = 100  # how often the entry that stands for all others may be chosen: as often as anybody likes


@dataclass(frozen=True, slots=True)
class Sliced:
    """Rules for a search: the steps left out, the entries that stand for others, and what nothing refers to."""

    rules: Rules
    left_out: frozenset[str]
    stands_for: dict[str, tuple[str, ...]]
    unreferred: frozenset[str]


def sliced(rules: Rules) -> Sliced:
    """Return what a search has to play."""
    milestones = dict(rules.milestones)
    while True:  # a milestone that only a milestone left out refers to is left out too
        used = {ref for condition in _conditions(rules, milestones) for ref in refs_of(condition)}
        kept = {name: condition for name, condition in milestones.items() if name in used}
        if len(kept) == len(milestones):
            break
        milestones = kept
    referred = {owner for ref in used if (owner := step_of(rules, ref))} | set(_persons(rules))
    referred |= {one.step for one in rules.happenings.values() if one.step}
    unreferred = frozenset(path for path in rules.steps if path not in referred)
    out = {path for path, rule in rules.steps.items() if path in unreferred and _beside(rule)}
    stands_for: dict[str, tuple[str, ...]] = {}
    for path, alike in _menus(rules, unreferred).items():
        out.update(alike)
        stands_for[path] = alike
    steps = {path: _bare(rule, used, menu=path in stands_for) for path, rule in rules.steps.items() if path not in out}
    watch = replace(rules.watch, moved_by=())
    bare = replace(rules, steps=steps, milestones=milestones, watch=watch)
    return Sliced(bare, frozenset(out), stands_for, unreferred)


def step_of(rules: Rules, ref: str) -> str | None:
    """Return the step that a reference speaks of."""
    while ref:
        if ref in rules.steps:
            return ref
        ref = ref.rpartition(".")[0]
    return None


def _conditions(rules: Rules, milestones: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (condition for rule in rules.steps.values() for condition in conditions_in(rule))
    yield from milestones.values()
    yield from (one.condition for one in rules.happenings.values() if one.condition is not None)


def conditions_in(rule: StepRule) -> Iterator[dict[str, Any]]:
    """Yield every trigger and condition of a step."""
    own = (rule.after, rule.again, rule.condition, rule.required_if)
    yield from (one for one in own if one is not None)
    yield from (outcome.needs for outcome in rule.outcomes.values() if outcome.needs is not None)
    yield from rule.items_if.values()
    yield from ({"ref": ref} for ref in rule.stops)


def gate_only(rules: Rules) -> frozenset[str]:
    """Return the milestones that only a gate asks for: what they rest on can be recorded at the gate itself."""
    levels = [one for rule in rules.steps.values() for one in _levels(rule)] + list(rules.milestones.values())
    return frozenset(rules.milestones) - {ref for one in levels for ref in refs_of(one)}


def _levels(rule: StepRule) -> Iterator[dict[str, Any]]:
    asked = (rule.after, rule.again, rule.condition, rule.required_if, *rule.items_if.values())
    yield from (one for one in asked if one is not None)
    yield from ({"ref": ref} for ref in rule.stops)


def _persons(rules: Rules) -> Iterable[str]:
    return (path for rule in rules.steps.values() for path in (*rule.not_by, *rule.same_as))


def _beside(rule: StepRule) -> bool:
    """Tell whether a step can be left out: what is open keeps its stage open, unless it repeats for ever."""
    leads_out = any(outcome.exit for outcome in rule.outcomes.values())
    return rule.kind != "stage" and not leads_out and (rule.standing or rule.parent == ROOT)


def _menus(rules: Rules, unreferred: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Return the entries that stand for others, each with those."""
    alike: dict[str, list[str]] = {}
    for path, rule in rules.steps.items():
        plain = not rule.stops and not rule.at_due and not any(one.exit for one in rule.outcomes.values())
        if rule.choose and rule.kind != "stage" and path in unreferred and plain and rule.parent != ROOT:
            same = repr((rule.parent, rule.after, rule.condition))
            alike.setdefault(same, []).append(path)
    return {first: tuple(rest) for first, *rest in alike.values()}


def _bare(rule: StepRule, used: set[str], *, menu: bool) -> StepRule:
    items = _items(rule, used)
    return replace(
        rule, overdue=(), remind=None, announce=False, tell=(), extended_by={}, not_before=None, hours=False,
        choose=MENU if menu else rule.choose, never_paused=rule.never_paused,
        items=items, items_if={item: rule.items_if[item] for item in items if item in rule.items_if},
    )  # fmt: skip


def _items(rule: StepRule, used: set[str]) -> tuple[str, ...]:
    """Return the items to play: of those that are there only for some, one stands for all that nothing tells apart."""
    if rule.enough or any(f"{rule.path}.{item}" in used for item in rule.items):
        return rule.items
    return (*(item for item in rule.items if item not in rule.items_if), *list(rule.items_if)[:1])
