"""Who does it and by when: a step that nobody may do, and a due rule that counts from what comes later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.checking.finding import Finding
from domain.checking.fixpoint import reachable
from domain.checking.places import place_of
from domain.interpreter.settle import follows
from domain.rules import ITEM, OWNER, STAGE
from domain.spans import parse_due

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.checking.finding import Subject
    from domain.format.reading import Place
    from domain.rules import Rules, StepRule

GIVEN = ("opening", "referral", "exit", STAGE)
"""Anchors that always have a day when a step opens; ``exit`` is checked by the form: only after it."""


def waits_badly(subject: Subject) -> Iterator[Finding]:
    """Yield the steps that nobody may do, and those whose days count from something that can't come first."""
    rules = subject.rules
    for path, rule in rules.steps.items():
        place = place_of(path, subject.definition)
        yield from _persons(rules, rule, place)
        for option, text in (("due", rule.due), ("not_before", rule.not_before)):
            anchor = parse_due(text).anchor if text else "opening"
            if anchor in GIVEN and not (anchor == "exit" and not path.startswith("after_exit.")):
                continue
            if anchor not in reachable(rules, without=f"{path}.opened") or anchor == "exit":
                yield Finding(
                    "anchor_comes_later", (*place, option), {"option": option, "step": path, "anchor": anchor}
                )
    yield from _handed_over(subject)


def _handed_over(subject: Subject) -> Iterator[Finding]:
    """Yield the exits whose receiver doesn't confirm, and the confirmations after exits that hand nobody over."""
    rules = subject.rules
    for name, leaving in rules.exits.items():
        confirming = [rule for rule in rules.after_exit if rule.confirms and follows(rule, name, leaving.cls)]
        if leaving.hand_over is None:
            for rule in confirming:
                place = (*place_of(rule.path, subject.definition), "confirms")
                yield Finding("nobody_hands_over", place, {"step": rule.path, "exit": name})
        elif confirming and leaving.hand_over not in [rule.by for rule in confirming]:
            words = {"exit": name, "role": leaving.hand_over}
            yield Finding("receiver_missing", ("exits", name, "hand_over"), words)


def _persons(rules: Rules, rule: StepRule, place: Place) -> Iterator[Finding]:
    for option, others in (("not_by", rule.not_by), ("same_as", rule.same_as)):
        possible = reachable(rules, without=f"{rule.path}.opened") if others else set()
        for other in others:
            if other not in rules.steps or other not in possible:
                words = {"option": option, "step": rule.path, "other": other}
                yield Finding("person_comes_later", (*place, option), words)
    for other in rule.not_by:
        same = other in rule.same_as or other == rule.path
        if same or (_one_person(rule) and other in rules.steps and _one_person(rules.steps[other])):
            yield Finding("nobody_may", (*place, "not_by"), {"step": rule.path, "other": other})
    for other in rule.same_as:
        before = rules.steps.get(other)
        if before is None or not rule.outcomes or ITEM in (rule.by, before.by):
            continue
        role, other_role = rule.by or OWNER, before.by or OWNER
        if role != other_role and before.outcomes:
            words = {"step": rule.path, "other": other, "role": role, "other_role": other_role}
            yield Finding("needs_two_roles", (*place, "same_as"), words)


def _one_person(rule: StepRule) -> bool:
    """Tell whether only the owner may do it: a decision, or a hand-over's confirmation, that is the owner's."""
    return (rule.by or OWNER) == OWNER and (bool(rule.outcomes) or rule.confirms)
