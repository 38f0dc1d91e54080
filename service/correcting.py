"""A correction as somebody types it: which event it is about, and the new values by the type of what it recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.errors import Refusal
from domain.interpreter.corrections import standing
from domain.interpreter.state import HOURS
from service.stating import fact_from, record_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.interpreter import State
    from domain.rules import Rules


def changes_from(rules: Rules, state: State, of: int, given: Mapping[str, str]) -> dict[str, Any]:
    """Read the new values of what an event recorded; what can't be typed is left for the rules. Raises Refusal."""
    found = standing(state, of)
    if found.what == "fact" and set(given) == {"value"}:
        return {"value": fact_from(rules, found.name, given["value"])}
    if found.what != "record":
        return dict(given)
    if found.name != HOURS:
        return record_from(rules, found.name, given)
    return {name: hours_from(text) if name == "hours" else text for name, text in given.items()}


def hours_from(text: str) -> float:
    """Read attended hours, with a comma or a point. Raises Refusal."""
    try:
        return float(text.replace(",", ".").replace(" ", ""))
    except ValueError:
        raise Refusal("value_not_a_number", name="hours") from None
