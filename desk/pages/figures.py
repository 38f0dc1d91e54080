"""Figures of the board: numbers for a table, and the same as a plot that comes apart from its page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from desk.drawing import Series, bars, lines

MONTHS = 8  # that a plot has room to name; the table beside it names them all


@dataclass(frozen=True, slots=True)
class Figure:
    """A plot as a page shows it: the figures in a table, and where the picture is."""

    name: str
    kind: Literal["bars", "lines"]
    title: str
    text: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]


@lru_cache(maxsize=64)
def drawn(figure: Figure) -> bytes:
    """Return the picture; drawing takes a tenth of a second, and the same figures give the same picture."""
    if figure.kind == "lines":
        apart = -(-len(figure.labels) // MONTHS)
        labels = [label if at % apart == 0 else "" for at, label in enumerate(figure.labels)]
        return lines(figure.title, figure.text, labels, figure.series, low=0, high=_top(figure)).svg
    return bars(figure.title, figure.text, figure.labels, figure.series, sideways=True).svg


def _top(figure: Figure) -> float:
    return 1.05 * max((value or 0 for one in figure.series for value in one.values), default=1) + 1
