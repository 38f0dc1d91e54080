"""Files for a spreadsheet as Swedish Excel reads them: semicolons, UTF-8 with a mark, and no cell that is a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

BOM = "\ufeff"  # without it Excel takes the file for Windows-1252, and å, ä, ö are lost
_BEGINS_A_FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
)  # full-width ones too
_NEEDS_QUOTES = (";", '"', "\r", "\n", ",")


def line(cells: Iterable[str]) -> str:
    """Return a line of a file."""
    return ";".join(_cell(cell) for cell in cells) + "\r\n"


def _cell(text: str) -> str:
    if text.lstrip(" ").startswith(_BEGINS_A_FORMULA):
        text = f"'{text}"
    if any(sign in text for sign in _NEEDS_QUOTES):
        return '"' + text.replace('"', '""') + '"'
    return text
