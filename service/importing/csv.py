"""Referrals in CSV: every row is taken whole or refused with line, field and reason; asked again, nothing is doubled.

The referral's id stands in the row and the command's id is made from it, so that an import that was cut off goes on
where it stopped.
"""

from __future__ import annotations

import csv
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from domain.calendar import local_day
from domain.errors import Refusal
from domain.interpreter.values import check_text
from service.answers import Accepted, NotTaken
from service.ids import derived_id
from service.importing.lines import MOST_LINE, lines
from service.publishing import rules_in_force
from service.referrals import Referral, refer
from service.stating import Malformed, day_from, field_of, line_of_text, state

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from datetime import date
    from pathlib import Path

    from domain.operations import OperationDef
    from domain.people import Actor
    from domain.rules import Rules
    from service.importing.lines import Line
    from service.office import Office

MOST_LINES = 60  # of one quoted text: a page
SEPARATORS = (";", ",", "\t")
NEEDED = ("referral", "number", "name")
OWN = (*NEEDED, "on", "kind", "birth_date", "unit", "reason", "protection", "language")
ALIASES = {
    "remiss": "referral", "remiss_id": "referral", "personnummer": "number", "identitetsnummer": "number",
    "namn": "name", "dag": "on", "remissdag": "on", "nummersort": "kind", "födelsedatum": "birth_date",
    "enhet": "unit", "skäl": "reason", "orsak": "reason", "skydd": "protection", "språk": "language",
}  # fmt: skip
"""Swedish names of the columns; facts are named as in the programme."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record of the file, by column; ``refusal`` where it can't be read."""

    line: int
    fields: dict[str, str] = field(default_factory=dict, repr=False)
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one row."""

    line: int
    referral: str
    result: Literal["recorded", "already", "accepted", "refused"]
    pathway: str | None = None
    where: str | None = None
    refusal: Refusal | None = None


def rows(path: Path, *, facts: tuple[str, ...]) -> Iterator[Row]:
    """Yield the records of a file. Raises Refusal where the file as a whole can't be used."""
    every = lines(path)
    first = next(every, None)
    if first is None or not (first.text or "").strip():
        raise Refusal("file_empty") if first is None or first.text is not None else _too_long()
    separator = max(SEPARATORS, key=(first.text or "").count)
    columns = _columns(first.text or "", separator, facts)
    for start, texts in _records(every, separator):
        if isinstance(texts, Refusal):
            yield Row(start, refusal=texts)
            continue
        if sum(map(len, texts)) > MOST_LINE:
            yield Row(start, refusal=_too_long())
            continue
        if not "".join(texts).strip():
            continue
        cells = next(csv.reader(["\n".join(texts)], delimiter=separator, strict=False))
        if len(cells) > len(columns) and any(cells[len(columns) :]):
            yield Row(start, refusal=Refusal("columns_too_many", count=len(cells), expected=len(columns)))
            continue
        yield Row(start, dict(zip(columns, cells, strict=False)))


def _too_long() -> Refusal:
    return Refusal("line_too_long", most=MOST_LINE)


def _columns(text: str, separator: str, facts: tuple[str, ...]) -> list[str]:
    found = []
    for cell in next(csv.reader([text], delimiter=separator)):
        name = cell.strip().lower()
        name = ALIASES.get(name, name)
        if name not in OWN and name not in facts:
            known = ", ".join((*OWN, *(fact for fact in facts if fact not in OWN)))
            raise Refusal("column_unknown", column=cell.strip()[:40], known=known)
        if name in found:
            raise Refusal("column_twice", column=name)
        found.append(name)
    for name in NEEDED:
        if name not in found:
            raise Refusal("column_missing", column=name)
    return found


def _records(every: Iterator[Line], separator: str) -> Iterator[tuple[int, list[str] | Refusal]]:
    """Join the lines of a quoted text that goes over several.

    A quotation that doesn't end within a page is taken for a slip: its line is refused and reading goes on after it.
    """
    ahead: deque[Line] = deque()
    while ahead or (fetched := next(every, None)) is not None:
        first = ahead.popleft() if ahead else fetched
        if first is None or first.text is None:
            yield (first.number if first else 0), _too_long()
            continue
        joined = [first]
        is_open = _leaves_open(first.text, separator, is_open=False)
        while is_open and len(joined) < MOST_LINES:
            more = ahead.popleft() if ahead else next(every, None)
            if more is None:
                break
            joined.append(more)
            if more.text is None:
                break
            is_open = _leaves_open(more.text, separator, is_open=True)
        if is_open:
            ahead.extendleft(reversed(joined[1:]))
            yield first.number, Refusal("quote_open", line=first.number)
        else:
            yield first.number, [one.text or "" for one in joined]


def _leaves_open(text: str, separator: str, *, is_open: bool) -> bool:
    """Tell whether a quotation is still open at the end of a line. One begins only where a field begins."""
    quoted, start = is_open, not is_open
    for sign in text:
        if sign == '"' and (is_open or start or quoted):
            is_open, quoted = not is_open, True  # a doubled quotation mark closes and opens again
        elif not is_open:
            quoted = False
        start = not is_open and sign == separator
    return is_open


async def import_referrals(
    office: Office, path: Path, *, operation: OperationDef, by: Actor
) -> AsyncIterator[Imported]:
    """Refer everybody in a file and yield a result for each row, in order. Raises Refusal for the file as a whole."""
    day = min(max(local_day(office.clock()), operation.starts), operation.ends)
    rules = {each: (await rules_in_force(office.pool, each, day))[1] for each in operation.programmes}
    for row in rows(path, facts=tuple(dict.fromkeys(name for each in rules.values() for name in each.facts))):
        if row.refusal is not None:
            yield Imported(row.line, "", "refused", refusal=row.refusal)
            continue
        name = row.fields.get("referral", "").strip()
        try:
            unit = row.fields.get("unit", "").strip() or by.unit or ""
            followed = rules[operation.programme_of(unit, day)]
            yield await _import_row(office, row, operation=operation, rules=followed, by=by)
        except Malformed as malformed:
            shown = name if name.isprintable() and len(name) <= 60 else ""  # noqa: PLR2004 - the width of a column
            yield Imported(row.line, shown, "refused", where=malformed.field, refusal=malformed.refusal)


async def _import_row(office: Office, row: Row, *, operation: OperationDef, rules: Rules, by: Actor) -> Imported:
    referral = referral_from(row.fields, operation=operation, rules=rules, by=by, today=local_day(office.clock()))
    answer = await refer(
        office, referral, by=by, command_id=derived_id("import", operation.operation, referral.id)
    )  # fmt: skip
    if isinstance(answer, NotTaken):
        return Imported(row.line, referral.id, "refused", answer.pathway, refusal=answer.refusal)
    if isinstance(answer, Accepted):
        return Imported(row.line, referral.id, "accepted", answer.pathway)
    return Imported(row.line, referral.id, "already" if answer.again else "recorded", answer.pathway)


def referral_from(fields: dict[str, str], *, operation: OperationDef, rules: Rules, by: Actor, today: date) -> Referral:
    """Return the referral that the fields of a row state, today where it names no day. Raises Malformed."""
    identity = field_of("referral", lambda: line_of_text(fields.get("referral", ""), "referral"))
    written = fields.get("on", "").strip()
    day = field_of("on", lambda: day_from(written, "on")) if written else today
    field_of("on", lambda: operation.covers(day))
    stated = state(rules, fields, on=day)
    reason = fields.get("reason", "").strip() or None
    if reason is not None:
        field_of("reason", lambda: check_text(reason, "reason"))
    unit = field_of("unit", lambda: line_of_text(fields.get("unit", "").strip() or by.unit or "", "unit"))
    return Referral(
        id=identity, operation=operation.operation, person=stated.person, unit=unit, on=day, facts=stated.facts,
        refused=stated.refused, reason=reason,
    )  # fmt: skip
