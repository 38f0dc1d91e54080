"""When a step is due and which notices go before and after: computed once, at opening, or when the due day moves."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from domain.calendar import add, end_of, local_day, next_notice, next_working_day, notice_at, subtract
from domain.rules import REVIEW, STAGE, WATCH
from domain.spans import parse_before, parse_due, parse_span

if TYPE_CHECKING:
    from datetime import date, datetime, timedelta

    from domain.interpreter.state import Instance
    from domain.interpreter.work import Work
    from domain.rules import Rung

span = lru_cache(maxsize=1024)(parse_span)
due_rule = lru_cache(maxsize=1024)(parse_due)
before = lru_cache(maxsize=1024)(parse_before)


def ladder_of(work: Work, path: str) -> tuple[Rung, ...]:
    """Return the escalation ladder of a step."""
    if path == WATCH:
        return work.rules.watch.overdue
    if path == REVIEW:
        return work.rules.review.overdue
    return work.rules.steps[path].overdue


def due_text(work: Work, path: str) -> str | None:
    """Return the due rule of a step as written."""
    if path == WATCH:
        return work.rules.watch.every
    if path == REVIEW:
        return work.rules.review.due
    return work.rules.steps[path].due


def due_on(work: Work, path: str, opened_on: date, *, afresh: bool = False) -> tuple[date | None, str]:
    """Return a step's due day and its anchor's name; ``afresh`` counts from the opening, whatever the rule says."""
    text = due_text(work, path)
    if text is None:
        return None, "opening"
    rule = due_rule(text)
    if afresh:
        return add(opened_on, rule.span), "opening"
    return add(_anchor(work, path, rule.anchor, opened_on), rule.span), rule.anchor


def earliest(work: Work, path: str, text: str | None, opened_on: date) -> date | None:
    """Return the first day on which a step can be done, or None where it can be done at once."""
    if text is None:
        return None
    rule = due_rule(text)
    return add(_anchor(work, path, rule.anchor, opened_on), rule.span)


def _anchor(work: Work, path: str, name: str, opened_on: date) -> date:
    """Return the day that a due rule counts from; what hasn't come yet gives way to the opening."""
    if name == "opening":
        return opened_on
    if name == STAGE:
        parent = work.rules.steps[path].parent
        return work.state.open[f"{parent}#{work.state.counts[parent]}"].opened_on
    return work.state.day(name) or opened_on


def alarms(work: Work, path: str, day: date | None, now: datetime, *, announce: bool) -> list[dict[str, Any]]:
    """Return the notices of a step due on a day, in order.

    A due day that has already passed gives one notice, not the ladder: it goes to the first person of the ladder,
    because the one who is late can't have known.
    """
    found: list[tuple[datetime, str, str]] = []
    if announce:
        found.append((next_notice(now), "announce", ""))
    rule = work.rules.steps.get(path)
    ladder = ladder_of(work, path)
    if day is not None and end_of(day) <= now:
        found.append((next_notice(now), "escalate" if ladder else "overdue", ladder[0].tell if ladder else ""))
    elif day is not None:
        if rule is not None and rule.remind:
            at = notice_at(subtract(day, before(rule.remind)))
            if at > now and local_day(at) <= day:
                found.append((at, "remind", ""))
        found.append((notice_at(day_after(day)), "overdue", ""))
        found.extend((notice_at(add(day, span(rung.after))), "escalate", rung.tell) for rung in ladder)
    found.sort(key=lambda alarm: alarm[0])
    return [{"at": at.isoformat(), "kind": kind, "to": to} for at, kind, to in found]


def day_after(day: date) -> date:
    """Return the next day."""
    return type(day).fromordinal(day.toordinal() + 1)


def moved(work: Work, one: Instance, day: date, why: str) -> dict[str, Any]:
    """Return the coded part of a DueMoved."""
    return {
        "key": one.key,
        "old": one.due_on.isoformat() if one.due_on else None,
        "due": end_of(day).isoformat(),
        "due_on": day.isoformat(),
        "alarms": alarms(work, one.path, day, work.now, announce=False),
        "why": why,
    }


def shifted(day: date, by: timedelta) -> date:
    """Return a due day moved by calendar days; one that lands on a free day moves to the next working day."""
    return next_working_day(day + by)
