"""Each row of a programme's description: what it demands, the line that holds it and the test that goes red without.

The rows are data (programmes/rows.yaml); lines are looked up in the definition and the operation as they stand now.
``python -m service.tracing > docs/traceability.md`` writes the page, and a test compares.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from domain.errors import Refusal
from domain.format.model import Label, Part
from domain.format.reading import DefinitionError, Document, Place, Problem, read
from service.publishing import PROGRAMMES, operation_file, programme_file

ROWS = PROGRAMMES / "rows.yaml"
TESTS = "tests/unit/test_koll_rows.py"
BEHAVIOUR, FIELD = "NDSRPIG", "AM"
SHOWN = 100  # characters of a line: the place is what counts, the file has the rest

Status = Literal["held", "text", "open"]
Proof = Literal["behaviour", "field", "text"]


class RowDef(Part):
    """One row as rows.yaml writes it."""

    kind: str = Field(pattern=r"^([NDSRPIGAMQ](, [NDSRPIGAMQ])*|-)$")
    status: Status
    says: Label
    programme: list[str] = Field([])
    operation: list[str] = Field([])
    engine: Label | None = None
    answer: Label | None = None
    test: str | None = None

    @property
    def proof(self) -> Proof:
        """How the row is shown to be held: by behaviour, by a field that is shown, or in words."""
        if any(kind in BEHAVIOUR for kind in self.kind.split(", ")):
            return "behaviour"
        if self.kind == "-" or any(kind in FIELD for kind in self.kind.split(", ")):
            return "field"
        return "behaviour" if self.test else "text"


class ProgrammeRows(Part):
    """All rows of one programme, and the operation that holds those of when, where and how much."""

    operation: str
    rows: dict[str, RowDef]


@dataclass(frozen=True, slots=True)
class Held:
    """A line that holds a row: the file, the line's number, the places on it that count, and what stands there."""

    file: str
    line: int
    places: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its lines."""

    id: str
    rule: RowDef
    lines: tuple[Held, ...]

    @property
    def test(self) -> str | None:
        """The test that goes red without the lines."""
        return f"{TESTS}::{self.rule.test}" if self.rule.test else None


def place_of(text: str) -> Place:
    """Return the place that a dotted text names: ``eligible.0`` is the first of the list."""
    return tuple(int(part) if part.isdigit() else part for part in text.split("."))


def rows_of(programme: str) -> list[Row]:
    """Return a programme's rows, with their lines. Raises Refusal where it has none, DefinitionError."""
    every = _read()
    if programme not in every:
        raise Refusal("programme_unknown", programme=programme)
    kept = every[programme]
    definition, operation = programme_file(programme), operation_file(kept.operation)
    documents = {path: _document(path) for path in (definition, operation)}
    found = []
    for name, rule in kept.rows.items():
        lines = [
            *_held(definition, documents[definition], rule.programme, name),
            *_held(operation, documents[operation], rule.operation, name),
        ]
        found.append(Row(name, rule, tuple(lines)))
    return found


@lru_cache(maxsize=1)
def _read() -> dict[str, ProgrammeRows]:
    document = read(ROWS.read_text("utf-8"))
    found: dict[str, ProgrammeRows] = {}
    for name, data in document.data.items():
        try:
            found[name] = ProgrammeRows.model_validate(data)
        except ValidationError as error:
            problems = [
                Problem(document.line((name, *one["loc"])), str(one["loc"]), one["msg"]) for one in error.errors()
            ]
            raise DefinitionError(problems) from error
    return found


@lru_cache(maxsize=8)
def _document(path: Path) -> tuple[Document, tuple[str, ...]]:
    text = path.read_text("utf-8")
    return read(text), tuple(text.splitlines())


def _held(path: Path, kept: tuple[Document, tuple[str, ...]], places: Sequence[str], row: str) -> list[Held]:
    document, lines = kept
    file = str(path.relative_to(PROGRAMMES.parent))
    found: dict[int, Held] = {}
    for text in places:
        number = document.lines.get(place_of(text))
        if number is None:
            raise DefinitionError([Problem(1, text, f"row {row} names it, and {file} has no such place")])
        line = lines[number - 1].strip()
        shown = line if len(line) <= SHOWN else f"{line[: SHOWN - 2]} …"
        before = found[number].places if number in found else ()
        found[number] = Held(file, number, (*before, text), shown)
    return list(found.values())


_T: dict[str, tuple[str, str]] = {
    "held": ("hålls", "held"), "text": ("svar i ord", "in words"), "open": ("öppen", "open"),
    "behaviour": ("beteende", "behaviour"), "field": ("uppgift som visas", "a field that is shown"),
    "engine": ("motorn", "engine"), "test": ("test", "test"),
    "sum": ("{count} rader: {parts}.", "{count} rows: {parts}."),
    "silent": ("beskrivningen är tyst", "the description is silent"),
}  # fmt: skip


def _say(key: str, language: str) -> str:
    return _T[key][0 if language == "sv" else 1]


def _label(label: Label, language: str) -> str:
    return label.sv if language == "sv" else label.en


def trace(programme: str, language: str) -> Iterator[str]:
    """Yield the lines that ``stegvis programme trace`` prints. Raises Refusal, DefinitionError."""
    rows = rows_of(programme)
    for row in rows:
        rule = row.rule
        kind = _say("silent", language) if rule.kind == "-" else rule.kind
        yield f"{row.id}  [{kind}, {_say(rule.status, language)}]  {_label(rule.says, language)}"
        for held in row.lines:
            yield f"      {held.file}:{held.line}  {held.text}"
        if rule.engine is not None:
            yield f"      {_say('engine', language)}: {_label(rule.engine, language)}"
        if rule.answer is not None:
            yield f"      {_label(rule.answer, language)}"
        if row.test is not None:
            yield f"      {_say('test', language)}: {row.test}"
    yield _say("sum", language).format(count=len(rows), parts=", ".join(counted(rows, language)))


def counted(rows: Sequence[Row], language: str) -> list[str]:
    """Return how many rows are shown in which way, and how many are open; the kinds of proof are counted apart."""
    counts = Counter("open" if row.rule.status == "open" else row.rule.proof for row in rows)
    return [f"{counts[name]} {_say(name, language)}" for name in ("behaviour", "field", "text", "open") if counts[name]]


_HEAD = """# Traceability

Every row of the programme's description, in our own words, with the line of the definition that holds it and the test
that goes red when that line is removed or changed. The same is printed by `stegvis programme trace koll`.

This page is written by `python -m service.tracing > docs/traceability.md` from `programmes/rows.yaml` and the
definitions, and a test compares. `tests/unit/test_trace_mutations.py` removes and changes each line named here in turn;
no row's test may stay green.

Kinds: N number or target, D day or period, S stage, R rule, I intervention, G target group: each is shown by
*behaviour*. A actor, M metadata: each is shown by *a field* that `programme show` or `operation show` prints. Q
quality: by behaviour where a test is named, otherwise *in words*. A dash: what the description leaves out.
"""


def page() -> str:
    """Return docs/traceability.md."""
    parts = [_HEAD]
    for programme in _read():
        rows = rows_of(programme)
        parts.append(f"\n## {programme}\n\n{len(rows)} rows: {', '.join(counted(rows, 'en'))}.\n")
        parts.extend(_section(row) for row in rows)
    return "".join(parts)


def _section(row: Row) -> str:
    rule = row.rule
    text = f"\n### {row.id} ({'–' if rule.kind == '-' else rule.kind}, {rule.status}, {rule.proof})\n\n{rule.says.en}\n"
    if rule.answer is not None:
        text += f"\n{rule.answer.en}\n"
    if rule.engine is not None:
        text += f"\nEngine: {rule.engine.en}\n"
    if row.lines:
        text += "\n"
    for held in row.lines:
        places = ", ".join(f"`{place}`" for place in held.places)
        text += f"* [{held.file}:{held.line}](../{held.file}#L{held.line}) {places}\n"
    if row.test is not None:
        text += f"* test: `{row.test}`\n"
    return text


if __name__ == "__main__":
    sys.stdout.write(page())
