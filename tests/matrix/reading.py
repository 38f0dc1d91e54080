"""Reading the matrix: its rows, each a decision in words, and the cases that show it.

A case is a small programme (``steps``, ``more`` laid over the base of tests/unit/small.py), what is ``given`` and done
on which ``days``, a day ``until`` which time passes, and what stands ``then``, line by line (domain/traces.py). Beside
that: ``refused`` is the code with which the last sentence is refused, ``because`` its parameters; ``log`` are events
that come in this order; ``expect`` is how it ends; ``tries`` are sentences tried in the end, each ``taken`` or a code;
``invalid`` is why the definition is refused. A migration has ``old`` and ``new`` steps, a ``mapping``, the day ``on``
which everybody moves, what is done ``after`` it, and what stands when it is taken ``back``.

What the pure core can't show is ``shown_by`` tests that are named in the row.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from domain.format.reading import read

HERE = Path(__file__).parent
TABLES = ("decisions", "patterns", "migrations")


@dataclass(frozen=True)
class Case:
    """One small story that shows a decision."""

    row: str
    title: str
    steps: str = ""
    more: str = ""
    given: dict[str, Any] = field(default_factory=dict)
    start: date | None = None
    days: dict[int, list[Any]] = field(default_factory=dict)
    until: int | None = None
    then: tuple[str, ...] = ()
    refused: str = ""
    because: dict[str, Any] = field(default_factory=dict)
    log: tuple[str, ...] = ()
    expect: dict[str, Any] = field(default_factory=dict)
    tries: dict[str, str] = field(default_factory=dict)
    invalid: str = ""
    old: str = ""
    new: str = ""
    old_more: str = ""
    new_more: str = ""
    mapping: str = ""
    on: int | None = None
    after: dict[int, list[Any]] = field(default_factory=dict)
    back: str = ""
    back_at_the_end: bool = False

    def __str__(self) -> str:
        return f"{self.row}: {self.title}"


@dataclass(frozen=True)
class Row:
    """One decision."""

    name: str
    says: str
    cases: tuple[Case, ...] = ()
    shown_by: tuple[str, ...] = ()
    like: str = ""


@cache
def rows(table: str) -> tuple[Row, ...]:
    """Return the rows of one table. Raises ValueError for a key that means nothing."""
    data = read((HERE / f"{table}.yaml").read_text("utf-8")).data
    return tuple(_row(str(name), dict(given)) for name, given in data.items())


def all_rows() -> tuple[Row, ...]:
    """Return the rows of all tables."""
    return tuple(row for table in TABLES for row in rows(table))


def _row(name: str, given: dict[str, Any]) -> Row:
    cases = tuple(_case(name, dict(one)) for one in given.pop("cases", ()))
    return Row(name, given.pop("says"), cases, tuple(given.pop("shown_by", ())), given.pop("like", ""), **given)


def _case(row: str, given: dict[str, Any]) -> Case:
    unknown = set(given) - {one.name for one in fields(Case)}
    if unknown:
        message = f"{row}: {given.get('title')}: unknown keys {sorted(unknown)}"
        raise ValueError(message)
    for key in ("then", "log"):
        given[key] = tuple(given.get(key, ()))
    return Case(row, **given)
