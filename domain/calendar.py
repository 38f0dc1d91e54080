"""Days and instants: Swedish working days, due days and notice times, safe over daylight-saving changes.

Everything that turns a day into an instant or counts days is here. Tables are made at import, from the pinned library
``holidays``, so that nothing is looked up inside a workflow. A calendar change is a change of the rules: instants that
were decided are stored in events and stay.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import holidays

Unit = Literal["day", "working day", "week", "month", "year"]

STOCKHOLM = ZoneInfo("Europe/Stockholm")
FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2069, 12, 31)
NOTICE_TIME = time(8, 0)  # house value: the start of an office day; notices never wake anybody


def _free_days() -> frozenset[date]:
    # "public" alone makes Midsummer Eve, Christmas Eve and New Year's Eve working days; no office is open on them.
    table = holidays.country_holidays(
        "SE", years=range(FIRST_DAY.year, LAST_DAY.year + 1), categories=("public", "de_facto")
    )
    return frozenset(table)


_FREE = _free_days()
_WORKING = [
    ordinal
    for ordinal in range(FIRST_DAY.toordinal(), LAST_DAY.toordinal() + 1)
    if date.fromordinal(ordinal).weekday() < 5 and date.fromordinal(ordinal) not in _FREE  # noqa: PLR2004 - Saturday
]


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in calendar terms, as a programme states it."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"


def is_working_day(day: date) -> bool:
    """Tell whether offices are open: not a weekend, a public holiday or a de facto holiday."""
    return day.weekday() < 5 and day not in _FREE  # noqa: PLR2004 - Saturday


def next_working_day(day: date) -> date:
    """Return ``day`` itself if it is a working day, else the first one after it."""
    return date.fromordinal(_WORKING[bisect_left(_WORKING, day.toordinal())])


def add(day: date, span: Span) -> date:
    """Return the day ``span`` after ``day``; the anchor day isn't counted.

    Working days count working days only. Weeks, months and years that land on a free day move to the next working
    day; plain days do not move. 31 January and a month is the last of February.
    """
    if span.unit == "working day":
        if span.count == 0:
            return next_working_day(day)
        index = bisect_right(_WORKING, day.toordinal()) + span.count - 1
        return date.fromordinal(_WORKING[index])
    if span.unit == "day":
        return day + timedelta(days=span.count)
    if span.unit == "week":
        return next_working_day(day + timedelta(weeks=span.count))
    months = span.count * (12 if span.unit == "year" else 1)
    return next_working_day(add_months(day, months))


def subtract(day: date, span: Span) -> date:
    """Return the day ``span`` before ``day`` (for reminders); one that lands on a free day moves to the one before."""
    if span.unit == "working day":
        return date.fromordinal(_WORKING[bisect_left(_WORKING, day.toordinal()) - span.count])
    if span.unit == "day":
        return day - timedelta(days=span.count)
    if span.unit == "week":
        earlier = day - timedelta(weeks=span.count)
    else:
        earlier = add_months(day, -span.count * (12 if span.unit == "year" else 1))
    return date.fromordinal(_WORKING[bisect_right(_WORKING, earlier.toordinal()) - 1])


def add_months(day: date, months: int) -> date:
    """Return the same day of another month, or that month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def age_on(birth: date, day: date) -> int:
    """Return full years of age; somebody born on 29 February has a birthday on 1 March in other years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def local_day(instant: datetime) -> date:
    """Return the day it is in Sweden at an instant."""
    return instant.astimezone(STOCKHOLM).date()


def start_of(day: date) -> datetime:
    """Return the instant at which a day begins in Sweden, in UTC."""
    return datetime.combine(day, time(), STOCKHOLM).astimezone(UTC)


def end_of(day: date) -> datetime:
    """Return the instant at which a due day has passed: the next local midnight (half-open), in UTC."""
    return start_of(day + timedelta(days=1))


def notice_at(day: date) -> datetime:
    """Return when a notice of ``day`` goes out: 08:00 local on it, or on the next working day."""
    return datetime.combine(next_working_day(day), NOTICE_TIME, STOCKHOLM).astimezone(UTC)


def next_notice(instant: datetime) -> datetime:
    """Return the first notice time at or after an instant."""
    day = local_day(instant)
    at = notice_at(day)
    return at if at >= instant else notice_at(day + timedelta(days=1))
