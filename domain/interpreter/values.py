"""Checking what people state against the programme's types. Malformed input is refused, not recorded."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from domain.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection

    from domain.rules import FactRule, FieldRule, Rules

MOST_TEXT = 4000  # characters; longer documents belong in the agency's own journal


def check_fact(rules: Rules, name: str, value: Any, *, refused: bool) -> Any:
    """Return a fact's value in its plain form. Raises Refusal."""
    rule = rules.facts.get(name)
    if rule is None:
        raise Refusal("fact_unknown", fact=name, known=", ".join(rules.facts))
    if refused:
        if not rule.refusable:
            raise Refusal("fact_not_refusable", fact=name)
        return None
    return _plain(rule, value, name)


def check_record(
    rules: Rules, name: str, values: dict[str, Any], *, said: Collection[str] = ()
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the coded and the sealed values of a record, derived ones included. Raises Refusal.

    A field that was not observed is absent: absent is not zero. What was ``said`` before stands, and isn't asked again.
    """
    fields = rules.records.get(name)
    if fields is None:
        raise Refusal("record_unknown", record=name, known=", ".join(rules.records))
    for given in values:
        if given not in fields or fields[given].derived:
            raise Refusal(
                "field_unknown",
                record=name,
                field=given,
                known=", ".join(k for k, f in fields.items() if not f.derived),
            )
    coded: dict[str, Any] = {}
    sealed: dict[str, Any] = {}
    for field, rule in fields.items():
        if field in said:
            continue
        value = values.get(field, rule.default)
        if value is None:
            if rule.required:
                raise Refusal("field_missing", record=name, field=field)
            continue
        (sealed if rule.sealed else coded)[field] = _plain(rule, value, field)
    for field, rule in fields.items():
        if rule.derived:
            over, under = (coded.get(part) for part in rule.derived)
            if over is not None and under:
                coded[field] = percentage(over, under)
    return coded, sealed


def percentage(over: float, under: float) -> float:
    """Return a percentage, exact to two decimals (a float only carries it)."""
    exact = (Decimal(str(over)) * 100 / Decimal(str(under))).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _plain(rule: FactRule | FieldRule, value: Any, name: str) -> Any:
    match rule.type:
        case "boolean":
            if isinstance(value, bool):
                return value
            raise Refusal("value_not_boolean", name=name)
        case "date":
            return _date(value, name)
        case "code":
            if value in rule.one_of:
                return value
            raise Refusal("value_not_a_code", name=name, codes=", ".join(rule.one_of))
        case "codes":
            if isinstance(value, list | tuple) and value and all(one in rule.one_of for one in value):
                return list(dict.fromkeys(value))
            raise Refusal("value_not_a_code", name=name, codes=", ".join(rule.one_of))
        case "integer" | "number":
            return _number(rule, value, name)
        case _:
            return check_text(value, name)


def check_text(value: Any, name: str) -> str:
    """Return free text. Raises Refusal for control characters and for more than a page."""
    if not isinstance(value, str):
        raise Refusal("value_not_text", name=name)
    if len(value) > MOST_TEXT:
        raise Refusal("text_too_long", name=name, most=MOST_TEXT)
    if any((ord(sign) < 32 and sign not in "\n\t\r") or ord(sign) == 127 for sign in value):  # noqa: PLR2004 - ASCII
        raise Refusal("text_control_characters", name=name)
    return value


def _date(value: Any, name: str) -> str:
    if isinstance(value, date):
        return value.isoformat()
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError) as error:
        raise Refusal("value_not_a_date", name=name) from error


def _number(rule: FactRule | FieldRule, value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) > 1e12:  # noqa: PLR0124, PLR2004 - NaN
        raise Refusal("value_not_a_number", name=name)
    if rule.type == "integer" and value != int(value):
        raise Refusal("value_not_a_number", name=name)
    low, high = rule.low, rule.high
    if (low is not None and value < low) or (high is not None and value > high):
        raise Refusal("value_out_of_range", name=name, low=low, high=high)
    step = getattr(rule, "step", None)
    if step and Decimal(str(value)) % Decimal(str(step)) != 0:
        raise Refusal("value_not_a_step", name=name, step=step)
    return int(value) if value == int(value) else value
