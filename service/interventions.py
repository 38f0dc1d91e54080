"""The interventions of one pathway, and what was attended of each by month."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from domain.calendar import add_months
from service.coming import responsible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.page import Page


@dataclass(frozen=True, slots=True)
class Intervention:
    """One intervention: ``ended_on`` is empty while it goes on; ``reason`` is the code of why it was interrupted."""

    key: str
    path: str
    name: str
    started_on: date
    ended_on: date | None
    due_on: date | None
    overdue: bool
    provider: str
    who: str
    reason: str
    hours: dict[str, float] = field(default_factory=dict)

    @property
    def attended(self) -> float:
        """All hours that were attended."""
        return sum(self.hours.values())


def interventions(page: Page) -> list[Intervention]:
    """Return the interventions in the order in which they began."""
    if page.words is None or page.rules is None:
        return []
    rules = page.rules.steps
    found = [step for step in page.shown.steps if step["path"] in rules and rules[step["path"]].is_intervention]
    return [_read(page, step) for step in sorted(found, key=lambda step: (step["opened_on"], step["opened_seq"]))]


def _read(page: Page, step: dict[str, Any]) -> Intervention:
    words = page.words
    assert words is not None  # noqa: S101 - asked by the caller
    ended = step["done_on"] or step["ended_on"]
    hours = {row["month"]: row["hours"] for row in page.shown.hours if row["key"] == step["key"]}
    authority = words.definition.authorities.get(step["provider"] or "")
    provider = words.of(authority, step["provider"] or "") if authority else step["provider"] or ""
    return Intervention(
        step["key"], step["path"], words.key(step["key"]), step["opened_on"], ended, step["due_on"],
        bool(step["overdue"]), provider, responsible(page, step), step["ended_reason"] or "", hours,
    )  # fmt: skip


def months(found: Sequence[Intervention]) -> list[str]:
    """Return every month from the first that was reported to the last, as ``2026-03``."""
    reported = [date.fromisoformat(f"{month}-01") for one in found for month in one.hours]
    if not reported:
        return []
    month, last, every = min(reported), max(reported), []
    while month <= last:
        every.append(f"{month:%Y-%m}")
        month = add_months(month, 1)
    return every
