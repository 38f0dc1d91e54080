"""How a definition writes lengths of time and due rules: ``10 working days``, ``6 months after exit``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.calendar import Span, Unit
from domain.problems import Wrong

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
        raise Wrong("span_too_long", count=count, unit=unit)
    return Span(int(count), _UNITS[unit])


def parse_span(text: str) -> Span:
    """Read ``8 weeks``. Raises Wrong with the remedy."""
    found = _SPAN.fullmatch(text)
    if not found:
        raise Wrong("span_form", given=text)
    return _span(found[1], found[2])


def parse_due(text: str) -> Due:
    """Read ``10 working days`` or ``2 working days after referral``. Raises Wrong with the remedy."""
    found = _DUE.fullmatch(text)
    if not found:
        raise Wrong("due_form", given=text)
    return Due(_span(found[1], found[2]), found[3] or "opening")


def parse_before(text: str) -> Span:
    """Read ``5 working days before``. Raises Wrong with the remedy."""
    found = _BEFORE.fullmatch(text)
    if not found:
        raise Wrong("before_form", given=text)
    return _span(found[1], found[2])
