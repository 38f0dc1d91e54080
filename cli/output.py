"""Printing: lines, tables, days. Plain text that is read as well in a pipe as on a screen."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from domain.calendar import STOCKHOLM, local_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from cli.texts import Say

GAP = "  "
MOMENT = timedelta(microseconds=1)


def line(text: str = "") -> None:
    """Print a line."""
    print(text)


def trouble(text: str) -> None:
    """Print a line where errors are read."""
    print(text, file=sys.stderr)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, indent: str = "") -> None:
    """Print rows under their heads, columns as wide as what stands in them."""
    widths = [max(len(row[place]) for row in (heads, *rows)) for place in range(len(heads))]

    def put(cells: Sequence[str]) -> None:
        line((indent + GAP.join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))).rstrip())

    put(heads)
    put(["-" * width for width in widths])
    for row in rows:
        put(row)


def head(text: str) -> None:
    """Print a heading with room above it."""
    line()
    line(text)
    line("-" * len(text))


def day(value: date | None) -> str:
    """Return a day as Swedes write it: 2026-03-31."""
    return value.isoformat() if value is not None else ""


def moment(value: datetime | None, say: Say) -> str:
    """Return an instant in Swedish time."""
    if value is None:
        return ""
    local = value.astimezone(STOCKHOLM)
    return f"{local:%Y-%m-%d} kl. {local:%H.%M}" if say.language == "sv" else f"{local:%Y-%m-%d %H:%M}"


def away(value: date | None, today: date, say: Say) -> str:
    """Return how far off a day is: today, in 3 days, 5 days ago."""
    if value is None:
        return ""
    days = (value - today).days
    if days == 0:
        return say("day.today")
    if abs(days) == 1:
        return say("day.tomorrow" if days == 1 else "day.yesterday")
    return say("day.ahead", days=days) if days > 0 else say("day.ago", days=-days)


def due(value: datetime | date | None, today: date, say: Say) -> str:
    """Return a due day with its distance."""
    if value is None:
        return ""
    # A due instant is the midnight after the due day.
    on = local_day(value - MOMENT) if isinstance(value, datetime) else value
    return f"{day(on)} ({away(on, today, say)})"
