"""Conditions: structured, three-valued, total. ``None`` means unknown, and unknown never satisfies a gate.

Grammar (JSON): ``{all: [...]}``, ``{any: [...]}``, ``{not: c}``, ``{fact: name, is|in|from|to|has|known}``,
``{record: name, item: i, where: {field: value | {from, to} | {in: [...]}}, at_least: n}`` (each match is one record),
``{age: {from, to, at}}`` (full years, both ends inclusive, on a named day), ``{reached: milestone}``,
``{ref: reference}``, ``{count: reference, from: n}``, ``{progress: {record, item, field, from|to}}`` (the latest
observed value of a number, less the first).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from domain.calendar import age_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

Truth = bool | None
Condition = dict[str, Any]


class Observed(Protocol):
    """What a condition may look at."""

    def fact(self, name: str) -> Any:
        """Return a fact's current value, or None when it is unknown or was refused."""

    def observed(self, name: str, item: str | None = None) -> Iterable[Mapping[str, Any]]:
        """Return the values of every record of a name (and item), in the order of the days of observation."""

    def day(self, anchor: str) -> date | None:
        """Return a named day (referral, exit, a step's), or None."""

    def is_reached(self, milestone: str) -> bool:
        """Tell whether a milestone is reached and not withdrawn."""

    def has_seen(self, ref: str) -> bool:
        """Tell whether a reference has come true at any time."""

    def count(self, ref: str) -> int:
        """Return how often a step's instances were opened (``x.opened``) or done (``x``)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The truth of one condition, with its parts: what ``why`` shows."""

    condition: Condition
    truth: Truth
    value: Any = None
    parts: tuple[Finding, ...] = ()


def everything(truths: Sequence[Truth]) -> Truth:
    """Return the three-valued "and": one no decides, else one unknown."""
    return False if False in truths else None if None in truths else True


def anything(truths: Sequence[Truth]) -> Truth:
    """Return the three-valued "or": one yes decides, else one unknown."""
    return True if True in truths else None if None in truths else False


def evaluate(condition: Condition, on: Observed) -> Truth:
    """Return whether a condition holds; None when what is known doesn't decide it."""
    return explain(condition, on).truth


def explain(condition: Condition, on: Observed) -> Finding:
    """Return the truth of a condition and of its parts, with the values that decided."""
    if "all" in condition:
        parts = tuple(explain(part, on) for part in condition["all"])
        return Finding(condition, everything([part.truth for part in parts]), parts=parts)
    if "any" in condition:
        parts = tuple(explain(part, on) for part in condition["any"])
        return Finding(condition, anything([part.truth for part in parts]), parts=parts)
    if "not" in condition:
        inner = explain(condition["not"], on)
        return Finding(condition, None if inner.truth is None else not inner.truth, parts=(inner,))
    if "fact" in condition:
        value = on.fact(condition["fact"])
        return Finding(condition, _value(condition, value), value)
    if "record" in condition:
        return _record(condition, on)
    if "progress" in condition:
        return _progress(condition, on)
    if "age" in condition:
        return _age(condition, on)
    if "reached" in condition:
        return Finding(condition, on.is_reached(condition["reached"]))
    if "ref" in condition:
        return Finding(condition, on.has_seen(condition["ref"]))
    if "count" in condition:
        count = on.count(condition["count"])
        return Finding(condition, _between(count, condition), count)
    message = f"no such condition: {sorted(condition)}"
    raise ValueError(message)


def _between(value: Any, limits: Mapping[str, Any]) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        exact = Decimal(str(value))
        low, high = limits.get("from"), limits.get("to")
        return (low is None or exact >= Decimal(str(low))) and (high is None or exact <= Decimal(str(high)))
    text = str(value)
    return (limits.get("from") is None or text >= str(limits["from"])) and (
        limits.get("to") is None or text <= str(limits["to"])
    )


def _value(test: Mapping[str, Any], value: Any) -> Truth:
    if "known" in test:
        return (value is not None) is bool(test["known"])
    if value is None:
        return None
    if "is" in test:
        return bool(value == test["is"])
    if "in" in test:
        return value in test["in"]
    if "has" in test:
        return test["has"] in value
    return _between(value, test)


def _matches(where: Mapping[str, Any], values: Mapping[str, Any]) -> Truth:
    return everything(
        [_value(test if isinstance(test, dict) else {"is": test}, values.get(field)) for field, test in where.items()]
    )


def _record(condition: Condition, on: Observed) -> Finding:
    truths = [
        _matches(condition.get("where", {}), values)
        for values in on.observed(condition["record"], condition.get("item"))
    ]
    wanted = condition.get("at_least", 1)
    matching = truths.count(True)
    if matching >= wanted:
        return Finding(condition, truth=True, value=matching)
    undecided = not truths or matching + truths.count(None) >= wanted
    return Finding(condition, None if undecided else False, matching)


def _progress(condition: Condition, on: Observed) -> Finding:
    rule = condition["progress"]
    observed = on.observed(rule["record"], rule.get("item"))
    values = [one[rule["field"]] for one in observed if one.get(rule["field"]) is not None]
    if len(values) < 2:  # noqa: PLR2004 - one observation says nothing about a change
        return Finding(condition, None)
    change = Decimal(str(values[-1])) - Decimal(str(values[0]))
    moved = int(change) if change == int(change) else float(change)
    return Finding(condition, _between(moved, rule), moved)


def _age(condition: Condition, on: Observed) -> Finding:
    rule = condition["age"]
    birth, day = on.fact("birth_date"), on.day(rule.get("at", "referral"))
    if birth is None or day is None:
        return Finding(condition, None)
    born = type(day).fromisoformat(birth) if isinstance(birth, str) else birth
    years = age_on(born, day)
    return Finding(condition, rule.get("from", 0) <= years <= rule.get("to", 200), years)


def refs_of(condition: Condition | None) -> list[str]:
    """Return every reference that a condition or a trigger mentions, in order."""
    if condition is None:
        return []
    found: list[str] = []
    for key in ("all", "any"):
        for part in condition.get(key, ()):
            found.extend(refs_of(part))
    if "not" in condition:
        found.extend(refs_of(condition["not"]))
    found.extend(condition[key] for key in ("ref", "count") if key in condition)
    if "reached" in condition:
        found.append(condition["reached"])
    return found
