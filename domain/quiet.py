"""When a notice may leave for somebody who wishes quiet hours or all of a day in one letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from domain.calendar import STOCKHOLM, is_working_day, local_day
from domain.errors import Refusal

ESCALATION_WAITS = timedelta(hours=4)
"""House value: half an office day. An escalation says that somebody may be forgotten, so no wish holds it longer."""
HOURS = range(24)
_AT_ONCE = ("escalate",)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody wishes; full hours in Sweden. ``quiet_until`` is the first hour that isn't quiet.

    Raises Refusal: quiet_hours, digest_in_quiet.
    """

    quiet_from: int | None = None
    quiet_until: int | None = None
    working_days_only: bool = False
    digest_at: int | None = None

    def __post_init__(self) -> None:
        """Refuse wishes that contradict each other."""
        given = [each for each in (self.quiet_from, self.quiet_until, self.digest_at) if each is not None]
        both = (self.quiet_from is None) == (self.quiet_until is None)
        whole_day = self.quiet_from is not None and self.quiet_from == self.quiet_until
        if not both or whole_day or any(each not in HOURS for each in given):
            raise Refusal("quiet_hours")
        if self.digest_at is not None and self.is_quiet_hour(self.digest_at):
            raise Refusal("digest_in_quiet")

    def is_quiet_hour(self, hour: int) -> bool:
        """Tell whether nothing should come in this hour of the day."""
        if self.quiet_from is None or self.quiet_until is None:
            return False
        if self.quiet_from < self.quiet_until:
            return self.quiet_from <= hour < self.quiet_until
        return hour >= self.quiet_from or hour < self.quiet_until


NONE = Wishes()


def may_leave_at(wishes: Wishes, *, kind: str, promised_at: datetime, now: datetime) -> datetime:
    """Return the first instant, now or later, at which a notice may leave."""
    at = now
    if wishes.digest_at is not None:
        at = max(now, _next_digest(wishes, promised_at))
    at = _next_loud(wishes, at)
    if kind in _AT_ONCE:
        at = min(at, promised_at + ESCALATION_WAITS)
    return max(now, at)


def _next_digest(wishes: Wishes, since: datetime) -> datetime:
    """Return the first time for a letter at or after an instant, on a day that isn't quiet."""
    day = local_day(since)
    while (at := _at(day, wishes.digest_at or 0)) < since or _is_quiet_day(wishes, day):
        day += timedelta(days=1)
    return at


def _next_loud(wishes: Wishes, instant: datetime) -> datetime:
    """Return the first instant, this one or later, that isn't quiet."""
    while True:
        local = instant.astimezone(STOCKHOLM)
        if _is_quiet_day(wishes, local.date()):
            instant = _at(local.date() + timedelta(days=1), 0)
        elif wishes.is_quiet_hour(local.hour) and wishes.quiet_until is not None:
            tomorrow = local.hour >= wishes.quiet_until
            instant = _at(local.date() + timedelta(days=int(tomorrow)), wishes.quiet_until)
        else:
            return instant


def _is_quiet_day(wishes: Wishes, day: date) -> bool:
    return wishes.working_days_only and not is_working_day(day)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), STOCKHOLM).astimezone(UTC)
