"""Values against their types: codes that a fact doesn't have, numbers outside an instrument's scale, odd keys."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from domain.checking.finding import Finding
from domain.checking.places import conditions_of, leaves_of
from domain.rules import FactRule, FieldRule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from domain.checking.finding import Subject
    from domain.format.reading import Place

TESTS = ("is", "in", "known", "from", "to")
KEYS = {
    "all": ("all",),
    "any": ("any",),
    "not": ("not",),
    "fact": ("fact", *TESTS, "has"),
    "record": ("record", "item", "where", "at_least"),
    "progress": ("progress",),
    "age": ("age",),
    "reached": ("reached",),
    "ref": ("ref",),
    "count": ("count", "from", "to"),
}
AGE = ("from", "to", "at")
NUMBERS = ("integer", "number")


def impossible_values(subject: Subject) -> Iterator[Finding]:
    """Yield what no value can be: limits the wrong way round, defaults and conditions outside a scale."""
    rules = subject.rules
    for name, fact in rules.facts.items():
        yield from _limits(name, fact, ("facts", name))
    for record, fields in rules.records.items():
        for name, field in fields.items():
            yield from _field(name, field, fields, ("records", record, "fields", name))
    for written in conditions_of(subject.definition):
        for node, place in _nodes(written.condition, written.place):
            yield from _keys(node, place)
        for leaf, place in leaves_of(written.condition, written.place):
            yield from _Leaf(subject, leaf, place).findings()


def _field(name: str, field: FieldRule, fields: Mapping[str, FieldRule], place: Place) -> Iterator[Finding]:
    yield from _limits(name, field, place)
    for part in field.derived or ():
        if part not in fields or fields[part].type not in NUMBERS or fields[part].derived:
            yield Finding("derived_unknown_field", (*place, "derived"), {"name": name, "missing": part})


def _limits(name: str, rule: FactRule | FieldRule, place: Place) -> Iterator[Finding]:
    if rule.low is not None and rule.high is not None and rule.low > rule.high:
        yield Finding(
            "limits_reversed", (*place, "from"), {"name": name, "low": _text(rule.low), "high": _text(rule.high)}
        )
    default = getattr(rule, "default", None)
    if default is not None and next(wrong_values(name, rule, default, place), None) is not None:
        yield Finding("default_impossible", (*place, "default"), {"name": name, "value": _text(default)})


def _nodes(condition: Any, place: Place) -> Iterator[tuple[dict[str, Any], Place]]:
    """Yield every part of a condition, groups too."""
    yield condition, place
    for key in ("all", "any"):
        for index, part in enumerate(condition.get(key, ())):
            yield from _nodes(part, (*place, key, index))
    if "not" in condition:
        yield from _nodes(condition["not"], (*place, "not"))


def _keys(node: dict[str, Any], place: Place) -> Iterator[Finding]:
    kind = next((key for key in KEYS if key in node), None)
    if kind is None:
        return
    known = KEYS[kind]
    for key in node:
        if key not in (*known, "source"):
            yield Finding("condition_unknown_key", (*place, key), {"key": str(key), "known": ", ".join(known)})
    inner = node["age"] if kind == "age" else {}
    for key in inner if isinstance(inner, dict) else ():
        if key not in AGE:
            yield Finding("condition_unknown_key", (*place, "age", key), {"key": str(key), "known": ", ".join(AGE)})


class _Leaf:
    """One leaf of a condition, held against the types of what it looks at."""

    def __init__(self, subject: Subject, leaf: dict[str, Any], place: Place) -> None:
        self.subject = subject
        self.leaf = leaf
        self.place = place

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong with it."""
        leaf, rules = self.leaf, self.subject.rules
        if "fact" in leaf:
            yield from _test(leaf["fact"], rules.facts[leaf["fact"]], leaf, self.place)
        elif "record" in leaf:
            fields = rules.records[leaf["record"]]
            for name, test in leaf.get("where", {}).items():
                place = (*self.place, "where", name)
                if isinstance(test, dict):
                    for key in test:
                        if key not in TESTS:
                            words = {"key": str(key), "known": ", ".join(TESTS)}
                            yield Finding("condition_unknown_key", (*place, key), words)
                    yield from _test(name, fields[name], test, place)
                else:
                    yield from wrong_values(name, fields[name], test, place)
        elif "progress" in leaf:
            rule, name = rules.records[leaf["progress"]["record"]][leaf["progress"]["field"]], leaf["progress"]["field"]
            if rule.type not in NUMBERS:
                yield Finding("value_of_another_type", self.place, _typed(name, rule, leaf["progress"]))
        elif "age" in leaf:
            yield from self._age(leaf["age"])

    def _age(self, rule: Mapping[str, Any]) -> Iterator[Finding]:
        at, rules = rule.get("at", "referral"), self.subject.rules
        days = {"referral", "exit", *rules.milestones, *rules.happenings, *rules.steps}
        if at not in days:
            yield Finding("age_day_unknown", (*self.place, "age", "at"), {"name": str(at)})


def _test(name: str, rule: FactRule | FieldRule, test: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    if "is" in test:
        yield from wrong_values(name, rule, test["is"], (*place, "is"))
    for value in test.get("in", ()):
        yield from wrong_values(name, rule, value, (*place, "in"))
    for key in ("from", "to"):
        if key in test:
            yield from _limit(name, rule, test[key], (*place, key))


def _limit(name: str, rule: FactRule | FieldRule, value: Any, place: Place) -> Iterator[Finding]:
    if rule.type in NUMBERS:
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield Finding("value_of_another_type", place, _typed(name, rule, value))
        elif _outside(rule, value):
            yield Finding("value_outside_scale", place, _scaled(name, rule, value))
    elif rule.type != "date":
        yield Finding("value_of_another_type", place, _typed(name, rule, value))


def wrong_values(name: str, rule: FactRule | FieldRule, value: Any, place: Place) -> Iterator[Finding]:
    """Yield why a fact or a field can never equal a value."""
    if rule.type in ("code", "codes"):
        known = ", ".join(rule.one_of)
        for one in value if isinstance(value, list) else [value]:
            if one not in rule.one_of:
                yield Finding("code_unknown", place, {"name": name, "value": _text(one), "known": known})
        if rule.type == "codes" and not isinstance(value, list):  # several codes never equal one
            yield Finding("value_of_another_type", place, _typed(name, rule, value))
    elif not _typed_so(rule.type, value):
        yield Finding("value_of_another_type", place, _typed(name, rule, value))
    elif rule.type in NUMBERS and _outside(rule, value):
        yield Finding("value_outside_scale", place, _scaled(name, rule, value))


def _typed_so(kind: str, value: Any) -> bool:
    match kind:
        case "boolean":
            return isinstance(value, bool)
        case "integer" | "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "date":
            return isinstance(value, date) or _is_day(value)
        case _:
            return isinstance(value, str)


def _outside(rule: FactRule | FieldRule, value: float) -> bool:
    return (rule.low is not None and value < rule.low) or (rule.high is not None and value > rule.high)


def _is_day(value: Any) -> bool:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def _typed(name: str, rule: FactRule | FieldRule, value: Any) -> dict[str, str]:
    return {"name": name, "type": rule.type, "value": _text(value)}


def _scaled(name: str, rule: FactRule | FieldRule, value: Any) -> dict[str, str]:
    return {"name": name, "value": _text(value), "low": _text(rule.low), "high": _text(rule.high)}


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else "–" if value is None else str(value)
