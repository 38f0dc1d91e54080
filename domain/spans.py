"""How a definition writes lengths of time and due rules: ``10 working days``, ``6 months after exit``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.calendar import Span, Unit

_UNITS: dict[str, Unit] = {
    "day": "day",
    "days": "day",
    "working day": "working day",
    "working days": "working day",
    "week": "week",
    "weeks": "week",
    "month": "month",
    "months": "month",
    "year": "year",
    "years": "year",
}
_DAYS: dict[Unit, int] = {"day": 1, "working day": 1, "week": 7, "month": 30, "year": 365}
MOST_DAYS = 20 * 365  # the calendar's tables end in 2069; a due day beyond them would stop a pathway
_SPAN = re.compile(r"(\d{1,4}) (working days?|days?|weeks?|months?|years?)")
_DUE = re.compile(rf"{_SPAN.pattern}(?: after ([a-z][a-z0-9_.]*))?")
_BEFORE = re.compile(rf"{_SPAN.pattern} before")


@dataclass(frozen=True, slots=True)
class Due:
    """A due rule: a span after an anchor (``opening``, ``referral``, ``exit`` or a step)."""

    span: Span
    anchor: str

    def __str__(self) -> str:
        return str(self.span) if self.anchor == "opening" else f"{self.span} after {self.anchor}"


def _span(count: str, unit: str) -> Span:
    days = int(count) * _DAYS[_UNITS[unit]]
    if days > MOST_DAYS:
        message = f"{count} {unit} is more than twenty years; a programme's time is shorter"
        raise ValueError(message)
    return Span(int(count), _UNITS[unit])


def parse_span(text: str) -> Span:
    """Read ``8 weeks``. Raises ValueError with the remedy."""
    found = _SPAN.fullmatch(text)
    if not found:
        message = f"{text!r} is no length of time; write a number and a unit, such as '10 working days' or '6 months'"
        raise ValueError(message)
    return _span(found[1], found[2])


def parse_due(text: str) -> Due:
    """Read ``10 working days`` or ``2 working days after referral``. Raises ValueError with the remedy."""
    found = _DUE.fullmatch(text)
    if not found:
        message = f"{text!r} is no due rule; write '10 working days' or '6 months after exit'"
        raise ValueError(message)
    return Due(_span(found[1], found[2]), found[3] or "opening")


def parse_before(text: str) -> Span:
    """Read ``5 working days before``. Raises ValueError with the remedy."""
    found = _BEFORE.fullmatch(text)
    if not found:
        message = f"{text!r} is no reminder; write '5 working days before'"
        raise ValueError(message)
    return _span(found[1], found[2])
