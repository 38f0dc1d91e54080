"""Lengths of time in words: ``10 arbetsdagar``, ``var fjärde vecka``."""

from __future__ import annotations

_UNITS = {
    "day": ("dag", "dagar"), "working day": ("arbetsdag", "arbetsdagar"), "week": ("vecka", "veckor"),
    "month": ("månad", "månader"), "year": ("år", "år"),
}  # fmt: skip
_ORDINALS = (
    "", "", "annan", "tredje", "fjärde", "femte", "sjätte", "sjunde", "åttonde", "nionde", "tionde", "elfte", "tolfte",
)  # fmt: skip


def _parts(text: str) -> tuple[int, str]:
    count, unit = text.split(" ", 1)
    return int(count), unit if unit in _UNITS else unit[:-1]


def span_text(text: str, language: str) -> str:
    """Return a length of time."""
    count, unit = _parts(text)
    if language == "sv":
        return f"{count} {_UNITS[unit][count != 1]}"
    return f"{count} {unit if count == 1 else unit + 's'}"


def every_text(text: str, language: str) -> str:
    """Return how often something recurs."""
    count, unit = _parts(text)
    if language != "sv":
        return f"every {unit}" if count == 1 else f"every {count} {unit}s"
    neuter = unit == "year"
    name = _UNITS[unit][0]
    if count == 1:
        return f"varje {name}"
    if count == 2:  # noqa: PLR2004 - "every other" has a word of its own
        return f"{'vartannat' if neuter else 'varannan'} {name}"
    each = "vart" if neuter else "var"
    ordinal = _ORDINALS[count] if count < len(_ORDINALS) else f"{count}:e"
    return f"{each} {ordinal} {name}"
