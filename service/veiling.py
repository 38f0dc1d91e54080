"""What the policy keeps from a reader is taken out here, before any page sees it: words, assessments, coded reasons.

A page can't show by mistake what it was never given. The state that decides what is possible stays whole; pages read
events, steps and findings.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from domain.events import EventType
from domain.policy import Purpose
from service.texts import TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.conditions import Finding
    from domain.events import Event
    from records.views import Shown
    from service.wording import Words

HIDDEN = "hidden"
"""Stands for a coded reason that the reader may not see; ``Words`` and ``Teller`` have a text for it."""
_RECORDS = ("record", "progress")


def veiled_event(event: Event, allowed: frozenset[Purpose]) -> Event:
    """Return an event without what the reader may not see."""
    words, assessments = Purpose.WORDS in allowed, Purpose.ASSESSMENTS in allowed
    if words and assessments:
        return event
    coded, sealed = dict(event.coded), dict(event.sealed) if words else {}
    of_record = event.type is EventType.RECORD_TAKEN or coded.get("what") == "record"
    if of_record and not assessments:
        coded |= {name: {} for name in ("values", "changes") if name in coded}
        sealed = {name: value for name, value in sealed.items() if name not in ("values", "changes")}
    if not words:
        coded.pop("view", None)
        if event.type in (EventType.ENDED, EventType.PAUSED):
            coded["reason"] = _of_the_engine(coded.get("reason"))
    return replace(event, coded=coded, sealed=sealed)


def _of_the_engine(reason: str | None) -> str | None:
    """Return a reason that says nothing of a person: one of the engine's own."""
    return reason if reason is None or f"ended.{reason}" in TEXTS else HIDDEN


def veiled_shown(shown: Shown, allowed: frozenset[Purpose]) -> Shown:
    """Return the read model of one pathway without what the reader may not see."""
    if Purpose.WORDS not in allowed:
        steps = ({**step, "ended_reason": _of_the_engine(step["ended_reason"])} for step in shown.steps)
        shown = replace(shown, steps=tuple(steps))
    return shown if Purpose.ASSESSMENTS in allowed else replace(shown, records=(), hours=())


def veiled_findings(
    findings: Iterable[Finding], allowed: frozenset[Purpose], words: Words | None
) -> tuple[Finding, ...]:
    """Return what a rule looked at, without what the reader may not know."""
    return tuple(
        finding if Purpose.WORDS in allowed else replace(finding, value=None, parts=())
        for finding in findings
        if not _hides(finding.condition, allowed, words)
    )


def _hides(condition: dict[str, Any], allowed: frozenset[Purpose], words: Words | None) -> bool:
    if Purpose.ASSESSMENTS not in allowed and any(name in condition for name in _RECORDS):
        return True
    if Purpose.WORDS not in allowed and "fact" in condition:
        fact = words.definition.facts.get(condition["fact"]) if words is not None else None
        if fact is None or fact.sealed:
            return True
    inner = [*condition.get("all", ()), *condition.get("any", ()), *([condition["not"]] if "not" in condition else ())]
    return any(_hides(part, allowed, words) for part in inner)
