"""A few values that stand for all: for each type, one from every stretch between the limits that conditions name."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from domain.checking.places import leaves_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from domain.rules import FactRule, FieldRule

MOST_CODES = 8  # of codes that no condition names, one stands for all
DAY = date(2025, 6, 16)
"""The day on which the checker's participants are referred: a Monday without holidays near it."""
LATER = DAY + timedelta(days=3 * 365)
OLDEST = 110


def samples(rule: FactRule | FieldRule, tests: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Return values of which every other value behaves like one, for these tests."""
    tests = list(tests)
    named = [value for test in tests for value in _named(test)]
    match rule.type:
        case "boolean":
            return [True, False]
        case "code":
            other = [code for code in rule.one_of if code not in named]
            return [code for code in rule.one_of if code in named] + other[:1]
        case "codes":
            lists = [value for value in named if isinstance(value, list)]
            asked = [code for code in named if code in rule.one_of]
            codes = dict.fromkeys((*asked, *rule.one_of[:MOST_CODES]))
            return [*lists, *([code] for code in codes), list(rule.one_of)]
        case "integer" | "number":
            return _numbers(rule, named)
        case "date":
            return _days(named)
        case _:
            return [*dict.fromkeys(str(value) for value in named), "-"]


def _named(test: Mapping[str, Any]) -> Iterator[Any]:
    for key in ("is", "from", "to", "has"):
        if key in test:
            yield test[key]
    yield from test.get("in", ())


def _numbers(rule: FactRule | FieldRule, named: list[Any]) -> list[Any]:
    step = getattr(rule, "step", None) or (1 if rule.type == "integer" else 0.25)
    points: set[float] = set()
    for value in [*named, rule.low, rule.high, *([] if named else [0])]:
        if isinstance(value, int | float) and not isinstance(value, bool):
            points.update((value - step, value, value + step))
    fits = [one for one in points if (rule.low is None or one >= rule.low) and (rule.high is None or one <= rule.high)]
    fits = [one for one in fits if getattr(rule, "derived", None) is None or one >= 0]
    whole = [one for one in fits if rule.type != "integer" or one == int(one)]
    return [int(one) if one == int(one) else one for one in sorted(whole)]


def _days(named: list[Any]) -> list[str]:
    days = {DAY}
    for value in named:
        try:
            middle = value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            continue
        days.update((middle - timedelta(days=1), middle, middle + timedelta(days=1)))
    return [day.isoformat() for day in sorted(days)]


def births(conditions: Iterable[dict[str, Any]]) -> list[str]:
    """Return days of birth, one for every age that the conditions tell apart."""
    years = {0, OLDEST}
    for condition in conditions:
        for leaf, _ in leaves_of(condition, ()):
            for key in ("from", "to"):
                limit = leaf.get("age", {}).get(key)
                if isinstance(limit, int):
                    years.update(year for year in (limit - 1, limit, limit + 1) if 0 <= year <= OLDEST)
    return [DAY.replace(year=DAY.year - year).isoformat() for year in sorted(years)]


def tests_of(conditions: Iterable[dict[str, Any]], fact: str) -> Iterator[dict[str, Any]]:
    """Yield every test of a fact in conditions."""
    for condition in conditions:
        for leaf, _ in leaves_of(condition, ()):
            if leaf.get("fact") == fact:
                yield leaf


def tests_of_field(conditions: Iterable[dict[str, Any]], record: str, field: str) -> Iterator[dict[str, Any]]:
    """Yield every test of a record's field in conditions."""
    for condition in conditions:
        for leaf, _ in leaves_of(condition, ()):
            if leaf.get("record") == record and field in leaf.get("where", {}):
                test = leaf["where"][field]
                yield test if isinstance(test, dict) else {"is": test}
