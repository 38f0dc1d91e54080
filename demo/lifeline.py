"""One person's time in the programme as a picture: a bar for each step, a mark for each notice and milestone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from service.picture.drawing import HERE, HERE_FILL, INK, LATE, LINE, QUIET
from service.wording import Words

LABEL, WIDTH, ROW, TOP, RIGHT = 250, 1180, 24, 34, 20
MONTH_LABEL = 60  # the width of one
MARKS = {"remind": "▲", "overdue": "◆", "escalate": "◆"}


@dataclass(slots=True)
class Bar:
    """One opening of a step, from the day it opened to the day it ended (or the last day)."""

    key: str
    since: date
    until: date | None = None
    done: bool = False


def bars_of(events: Sequence[Any]) -> list[Bar]:
    """Return the openings that a person's events tell of, in order; stages and the parts of an inventory left out."""
    bars: dict[str, Bar] = {}
    for event in events:
        coded = event["coded"]
        key = coded.get("key")
        if event["type"] == "Opened" and (coded["kind"] == "group" or (coded["kind"] != "stage" and not coded["item"])):
            bars[key] = Bar(key, event["occurred_on"])
        elif event["type"] in ("Done", "Ended") and key in bars:
            bars[key].until, bars[key].done = event["occurred_on"], event["type"] == "Done"
        elif event["type"] == "Reopened":
            for restored in (bars[one] for one in coded["restored"] if one in bars):
                restored.until = None
    return list(bars.values())


def draw(events: Sequence[Any], words: Words, *, until: date, id_: str) -> str:
    """Return the picture as SVG."""
    sv = words.language == "sv"
    bars = bars_of(events)
    first: date = events[0]["occurred_on"]
    last: date = max((event["occurred_on"] for event in events), default=until)
    days = max((last - first).days, 1)

    def x(day: date) -> float:
        return LABEL + (WIDTH - LABEL - RIGHT) * float((day - first).days) / days

    rows = {bar.key: TOP + place * ROW for place, bar in enumerate(bars)}
    height = TOP + len(bars) * ROW + 34
    title = "Tidslinje" if sv else "Timeline"
    about = (
        "En rad per steg, från öppnat till klart. Allt står också i tabellen under."
        if sv
        else "A row for each step, from opened to done. Everything stands in the table below too."
    )
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
            f'role="img" aria-labelledby="{id_}-t {id_}-d" font-family="system-ui, sans-serif">'
            f'<title id="{id_}-t">{title}</title><desc id="{id_}-d">{escape(about)}</desc>'
        )
    ]
    parts.extend(_months(first, last, x, height))
    for bar in bars:
        y = rows[bar.key]
        left, right = x(bar.since), max(x(bar.until or last), x(bar.since) + 3)
        fill = HERE_FILL if bar.done or bar.until is None else "#f0f0f0"
        dash = "" if bar.done or bar.until is None else ' stroke-dasharray="4 3"'
        parts.append(
            f'<text x="0" y="{y + 15}" font-size="12" fill="{INK}">{escape(words.key(bar.key))}</text>'
            f'<rect x="{left:.1f}" y="{y + 3}" width="{right - left:.1f}" height="{ROW - 8}" rx="3" fill="{fill}" '
            f'stroke="{HERE if not dash else LINE}"{dash}/>'
        )
    for event in events:
        coded, day = event["coded"], event["occurred_on"]
        kind = coded.get("kind")
        if event["type"] == "Told" and kind in MARKS and coded.get("key") in rows:
            fill = QUIET if kind == "remind" else LATE
            y = rows[coded["key"]] + 15
            parts.append(f'<text x="{x(day):.1f}" y="{y}" font-size="12" fill="{fill}">{MARKS[kind]}</text>')
        elif event["type"] in ("Reached", "Withdrawn"):
            mark = "★" if event["type"] == "Reached" else "☆"
            told = escape(words.milestone(coded["milestone"]))
            parts.append(
                f'<g><title>{told}</title><text x="{x(day) - 6:.1f}" y="{height - 10}" font-size="14" '
                f'fill="{HERE}">{mark}</text></g>'
            )
    name = "milstolpar (★ nådd, ☆ återtagen)" if sv else "milestones (★ reached, ☆ withdrawn)"
    parts.append(f'<text x="0" y="{height - 10}" font-size="12" fill="{INK}">{name}</text></svg>')
    return "\n".join(parts)


def _months(first: date, last: date, x: Any, height: int) -> list[str]:
    parts = []
    month = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    while month <= last:
        at = x(month)
        parts.append(f'<path d="M{at:.1f} 20V{height - 26}" stroke="#d5dce2"/>')
        if at < WIDTH - MONTH_LABEL:
            parts.append(f'<text x="{at + 3:.1f}" y="16" font-size="11" fill="{QUIET}">{month:%Y-%m}</text>')
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return parts
