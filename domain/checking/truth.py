"""Conditions that can never hold, or always do: every combination of sampled values is tried, part by part."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from domain.checking.finding import Finding
from domain.checking.places import conditions_of, leaves_of
from domain.checking.samples import DAY, LATER, births, samples, tests_of, tests_of_field
from domain.conditions import Condition, evaluate
from domain.format.linking import days_as_text
from domain.format.names import Names
from domain.rules import AFTER_EXIT, ROOT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date

    from domain.checking.finding import Subject
    from domain.format.reading import Place
    from domain.rules import FieldRule, Rules

MOST = 40_000  # combinations of one condition; the largest of the shipped programmes needs a few hundred
BORN = "birth_date"
MANY = 10_000  # how often a step may be done that repeats for ever


def decided_beforehand(subject: Subject, spoiled: Collection[Place] = ()) -> Iterator[Finding]:
    """Yield every condition, or part of one, that can never or must always hold; those with a spoiled place aside.

    A value that can't be says more than the condition that it spoils.
    """
    names = Names(subject.definition)
    for written in conditions_of(subject.definition):
        if any(place[: len(written.place)] == written.place for place in spoiled):
            continue
        yield from _of(subject.rules, resolved(written.condition, written.parent, names), written.place)
    if any(place[:1] == ("eligible",) for place in spoiled):
        return
    together = {"all": [resolved(part, ROOT, names) for part in subject.definition.eligible]}
    parts = [list(_of(subject.rules, part, ())) for part in together["all"]]
    if len(parts) > 1 and not any(parts) and _ever(subject.rules, together) == {False}:
        yield Finding("never_holds", ("eligible",), {"condition": told(together)})


def _of(rules: Rules, condition: dict[str, Any], place: Place) -> Iterator[Finding]:
    """Yield the outermost parts that are decided; a whole that is not may still have such a part."""
    ever = _ever(rules, condition)
    if ever == {False}:
        yield Finding("never_holds", place, {"condition": told(condition)})
        return
    if ever == {True}:
        yield Finding("always_holds", place, {"condition": told(condition)})
        return
    for key in ("all", "any"):
        for index, part in enumerate(condition.get(key, ())):
            yield from _of(rules, part, (*place, key, index))
    if "not" in condition:
        yield from _of(rules, condition["not"], (*place, "not"))


def told(condition: dict[str, Any]) -> str:
    """Return a condition as a definition writes it."""
    return json.dumps(condition, ensure_ascii=False, default=str).replace('"', "")


def resolved(condition: dict[str, Any], parent: str, names: Names) -> dict[str, Any]:
    """Return a condition with full references and without its source."""
    for key in ("all", "any"):
        if key in condition:
            return {key: [resolved(part, parent, names) for part in condition[key]]}
    if "not" in condition:
        return {"not": resolved(condition["not"], parent, names)}
    plain = {key: days_as_text(value) for key, value in condition.items() if key != "source"}
    for key in ("ref", "count"):
        if key in plain:
            plain[key] = names.resolve(plain[key], parent)
    return plain


@dataclass(slots=True)
class _Case:
    """One combination of values, as conditions look at it."""

    values: Mapping[tuple[str, str], Any]

    def fact(self, name: str) -> Any:
        return self.values.get(("fact", name))

    def observed(self, _name: str, _item: str | None = None) -> list[Mapping[str, Any]]:
        return []

    def day(self, anchor: str) -> date | None:
        return DAY if anchor == "referral" else self.values.get(("day", anchor))

    def is_reached(self, milestone: str) -> bool:
        return bool(self.values.get(("reached", milestone)))

    def has_seen(self, ref: str) -> bool:
        return bool(self.values.get(("ref", ref)))

    def count(self, ref: str) -> int:
        return int(self.values.get(("count", ref), 0))


def _ever(rules: Rules, condition: dict[str, Any]) -> set[bool]:
    """Return which of holds and doesn't hold can be, once everything is known that nobody asks whether it is."""
    condition = _free(condition, rules)
    axes = _axes(rules, condition)
    found: set[bool] = set()
    for values in islice(product(*axes.values()), MOST):
        found.add(evaluate(condition, _Case(dict(zip(axes, values, strict=True)))) is True)
        if len(found) == 2:  # noqa: PLR2004 - both
            break
    else:
        if _size(axes) > MOST:
            return {True, False}  # too many to say
    return found


def _size(axes: Mapping[Any, list[Any]]) -> int:
    size = 1
    for values in axes.values():
        size *= len(values)
    return size


def _free(condition: dict[str, Any], rules: Rules) -> dict[str, Any]:
    """Return a condition in which records are open questions: some record may match, or none."""
    for key in ("all", "any"):
        if key in condition:
            return {key: [_free(part, rules) for part in condition[key]]}
    if "not" in condition:
        return {"not": _free(condition["not"], rules)}
    if "record" in condition:
        return {"ref": f"record {told(condition)}"} if _matchable(condition, rules) else {"any": []}
    if "progress" in condition:
        return {"ref": f"progress {told(condition)}"} if _movable(condition["progress"], rules) else {"any": []}
    return condition


def _matchable(condition: dict[str, Any], rules: Rules) -> bool:
    fields = rules.records[condition["record"]]
    for name in condition.get("where", {}):
        tests = list(tests_of_field([condition], condition["record"], name))
        values = [*samples(fields[name], tests), *([] if _always_there(fields[name]) else [None])]
        case: Condition = {"fact": name, **tests[0]}
        if not any(evaluate(case, _Case({("fact", name): value})) is True for value in values):
            return False
    return True


def _always_there(field: FieldRule) -> bool:
    return field.required or field.default is not None


def _movable(rule: Mapping[str, Any], rules: Rules) -> bool:
    field = rules.records[rule["record"]][rule["field"]]
    if field.low is None or field.high is None:
        return True
    width = field.high - field.low
    return bool(rule.get("from", -width) <= width and rule.get("to", width) >= -width)


def _axes(rules: Rules, condition: dict[str, Any]) -> dict[tuple[str, str], list[Any]]:
    leaves = [leaf for leaf, _ in leaves_of(condition, ())]
    asked = {leaf["fact"] for leaf in leaves if "known" in leaf}
    axes: dict[tuple[str, str], list[Any]] = {}
    for leaf in leaves:
        if "fact" in leaf:
            name = leaf["fact"]
            values = samples(rules.facts[name], tests_of([condition], name))
            axes["fact", name] = [*values, *([None] if name in asked else [])]
        elif "age" in leaf:
            axes["fact", BORN] = births([condition])
            at = leaf["age"].get("at", "referral")
            if at != "referral":
                axes["day", at] = [DAY, LATER]
        elif "count" in leaf:
            axes["count", leaf["count"]] = _counts(leaves, leaf["count"], most_rounds(rules, leaf["count"]))
        else:
            kind = "reached" if "reached" in leaf else "ref"
            axes[kind, leaf[kind]] = [True, False]
    return axes


def _counts(leaves: list[dict[str, Any]], ref: str, most: int) -> list[int]:
    limits = {0, most}
    for leaf in leaves:
        if leaf.get("count") == ref:
            limits.update(leaf[key] + more for key in ("from", "to") if key in leaf for more in (-1, 0, 1))
    return sorted(one for one in limits if 0 <= one <= most)


def most_rounds(rules: Rules, ref: str) -> int:
    """Return how often a step can be opened on one pathway."""
    path, most = ref.removesuffix(".opened"), 1
    while path not in (ROOT, AFTER_EXIT):
        rule = rules.steps.get(path)
        if rule is None:
            return MANY
        most *= MANY if rule.every else rule.choose or rule.times
        path = rule.parent
    return min(most, MANY)
