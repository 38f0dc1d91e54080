"""Plots, drawn on the server as SVG. Each stands with a table of the same figures beside it."""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from domain.calendar import add_months

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, SOFT = "#1b2430", "#c9d1da"
COLOURS = ("#14506b", "#c96b00", "#3f7d58", "#7a4d94", "#8a6d00")
HATCHES = ("", "///", "...", "xxx", "\\\\\\")
MOST_TICKS = 9
MARKERS = ("o", "s", "^", "D", "v")
"""Colour never tells alone: bars have patterns and lines have marks of their own."""


@dataclass(frozen=True, slots=True)
class Series:
    """Values under one name; None where there is none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture, and the figures in it for the table beside it. ``text`` says in words what it shows."""

    title: str
    text: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    svg: bytes

    @property
    def address(self) -> str:
        """The picture as an address that a page can hold."""
        return f"data:image/svg+xml;base64,{base64.b64encode(self.svg).decode()}"


def bars(title: str, text: str, labels: Sequence[str], series: Sequence[Series], *, sideways: bool = False) -> Plot:
    """Draw bars, side by side where there are several series; ``sideways`` where labels are long."""
    figure, axes = _figure(len(labels) * max(1, len(series)) if sideways else 8, sideways=sideways)
    width = 0.8 / max(1, len(series))
    for place, one in enumerate(series):
        at = [index + (place - (len(series) - 1) / 2) * width for index in range(len(labels))]
        values = [value or 0 for value in one.values]
        look: dict[str, Any] = {
            "color": COLOURS[place % len(COLOURS)],
            "hatch": HATCHES[place % len(HATCHES)],
            "edgecolor": "white",
        }
        (axes.barh if sideways else axes.bar)(at, values, width, label=one.name, **look)
    if sideways:
        axes.set_yticks(range(len(labels)), labels)
        axes.invert_yaxis()
    else:
        axes.set_xticks(range(len(labels)), labels)
    return _finished(figure, axes, Plot(title, text, tuple(labels), tuple(series), b""), sideways=sideways)


def lines(
    title: str, text: str, labels: Sequence[str], series: Sequence[Series], *, low: float | None = None,
    high: float | None = None,
) -> Plot:  # fmt: skip
    """Draw lines over labels in their order; ``low`` and ``high`` are the ends of the scale."""
    figure, axes = _figure(8)
    for place, one in enumerate(series):
        values = [math.nan if value is None else value for value in one.values]
        axes.plot(range(len(labels)), values, label=one.name, marker=MARKERS[place % len(MARKERS)],
                  color=COLOURS[place % len(COLOURS)], linestyle=("-", "--", ":", "-.")[place % 4])  # fmt: skip
    axes.set_xticks(range(len(labels)), labels)
    if low is not None and high is not None:
        axes.set_ylim(low, high)
    return _finished(figure, axes, Plot(title, text, tuple(labels), tuple(series), b""), sideways=False)


@dataclass(frozen=True, slots=True)
class Span:
    """From one day to another under a label; ``last`` is empty for what goes on."""

    label: str
    first: date
    last: date | None = None


def spans(title: str, text: str, found: Sequence[Span], *, today: date) -> Plot:
    """Draw spans of days under each other; what goes on reaches today, with open ends and a pattern of its own."""
    figure, axes = _figure(len(found), sideways=True)
    for place, one in enumerate(found):
        goes_on, begins = one.last is None, one.first.toordinal()
        ends = max((one.last or today).toordinal(), begins + 1)
        axes.barh(place, ends - begins, 0.6, left=begins, edgecolor="white", hatch="///" if goes_on else "",
                  color=COLOURS[2] if goes_on else COLOURS[0])  # fmt: skip
        if goes_on:
            axes.plot(ends, place, marker=">", color=COLOURS[2], clip_on=False)
    axes.set_yticks(range(len(found)), [one.label for one in found])
    axes.invert_yaxis()
    months = _months(min((one.first for one in found), default=today), today)
    axes.set_xticks([month.toordinal() for month in months], [f"{month:%Y-%m}" for month in months])
    axes.axvline(today.toordinal(), color=INK, linestyle=":", linewidth=1)
    return _finished(figure, axes, Plot(title, text, tuple(one.label for one in found), (), b""), sideways=True)


def _months(first: date, last: date) -> list[date]:
    """Return first days of months from one day to another, at most as many as stand side by side."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    step = -(-count // MOST_TICKS)
    return [add_months(first.replace(day=1), place) for place in range(0, count, step)]


@cache
def _settings() -> None:
    import matplotlib as mpl  # noqa: PLC0415 - half a second, and only plots need it

    mpl.rcParams.update(
        {"svg.fonttype": "none", "svg.hashsalt": "stegvis", "font.family": "sans-serif", "font.size": 11,
         "text.color": INK, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK, "axes.edgecolor": SOFT,
         "hatch.linewidth": 0.7}
    )  # fmt: skip


def _figure(bars_: int, *, sideways: bool = False) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    _settings()
    figure = Figure(figsize=(8, max(2.0, 0.45 * bars_ + 1) if sideways else 3.4), layout="constrained")
    return figure, figure.subplots()


def _finished(figure: Figure, axes: Axes, plot: Plot, *, sideways: bool) -> Plot:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - as above

    axes.grid(axis="x" if sideways else "y", color=SOFT, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    values = [value for one in plot.series for value in one.values if value is not None]
    if values and all(float(value).is_integer() for value in values):
        (axes.xaxis if sideways else axes.yaxis).set_major_locator(MaxNLocator(integer=True))
    if len(plot.series) > 1:
        axes.legend(frameon=False)
    file = BytesIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    return Plot(plot.title, plot.text, plot.labels, plot.series, file.getvalue())
