"""Days, instants and numbers as Swedes write them: in Stockholm's time, with weeks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from babel.dates import format_date
from babel.numbers import format_decimal

from domain.calendar import STOCKHOLM, local_day
from service.texts import Say

if TYPE_CHECKING:
    from decimal import Decimal

    from desk.catalogues import Language

_MOMENT = timedelta(microseconds=1)


class Writing:
    """How one language writes days and numbers; ``today`` is what a distance is told from."""

    def __init__(self, language: Language, today: date) -> None:
        self.language = language
        self.today = today
        self.say = Say(language)

    def day(self, value: date | datetime | str | None) -> str:
        """Return a day: 2026-03-31."""
        if value is None or value == "":
            return ""
        if isinstance(value, datetime):
            value = local_day(value)
        return value if isinstance(value, str) else value.isoformat()

    def long_day(self, value: date) -> str:
        """Return a day in words: tisdag 31 mars 2026, v. 14."""
        week = f"v. {value.isocalendar().week}" if self.language == "sv" else f"week {value.isocalendar().week}"
        return f"{format_date(value, 'EEEE d MMMM y', locale=self.language)}, {week}"

    def moment(self, value: datetime | None) -> str:
        """Return an instant in Swedish time: 2026-03-31 14.05."""
        if value is None:
            return ""
        local = value.astimezone(STOCKHOLM)
        return f"{local:%Y-%m-%d %H.%M}" if self.language == "sv" else f"{local:%Y-%m-%d %H:%M}"

    def away(self, value: date | None) -> str:
        """Return how far off a day is: today, in 3 days, 5 days ago."""
        if value is None:
            return ""
        days = (value - self.today).days
        if days == 0:
            return self.say("day.today")
        if abs(days) == 1:
            return self.say("day.tomorrow" if days == 1 else "day.yesterday")
        return self.say("day.ahead", days=days) if days > 0 else self.say("day.ago", days=-days)

    def due_day(self, value: datetime | date | None) -> date | None:
        """Return the day of a due instant, which is the midnight after it."""
        return local_day(value - _MOMENT) if isinstance(value, datetime) else value

    def begin(self, text: str) -> str:
        """Return a text as a heading begins: the first letter large, names in it as they are."""
        return text[:1].upper() + text[1:]

    def number(self, value: float | Decimal | None) -> str:
        """Return a number: 1 234,5."""
        return "" if value is None else format_decimal(value, locale=self.language)
