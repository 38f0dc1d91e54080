"""Each row of a programme's description: what it demands, the line that holds it and the test that goes red without.

The rows are data (programmes/rows/NAME.yaml); lines are looked up in the definition and the operation as they stand.
``python -m service.tracing > docs/traceability.md`` writes the page, and a test compares.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from domain.errors import Refusal
from domain.format.model import Label, Part
from domain.format.reading import DefinitionError, Document, Place, Problem, read
from domain.format.shapes import problems_of
from service.publishing import PROGRAMMES, operation_file, programme_file

ROWS = PROGRAMMES / "rows"
BEHAVIOUR, FIELD = "NDSRPIG", "AM"
SHOWN = 100  # characters of a line: the place is what counts, the file has the rest

Status = Literal["held", "text", "open"]
Proof = Literal["behaviour", "field", "text"]
STATUSES: tuple[Status, ...] = ("held", "text", "open")
PROOFS: tuple[Proof, ...] = ("behaviour", "field", "text")


class RowDef(Part):
    """One row as its file writes it."""

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
    programme: str
    rule: RowDef
    lines: tuple[Held, ...]

    @property
    def test(self) -> str | None:
        """The test that goes red without the lines."""
        return f"tests/rows/test_{self.programme}.py::{self.rule.test}" if self.rule.test else None


def place_of(text: str) -> Place:
    """Return the place that a dotted text names: ``eligible.0`` is the first of the list."""
    return tuple(int(part) if part.isdigit() else part for part in text.split("."))


def traced() -> list[str]:
    """Return the programmes whose rows are told."""
    return sorted(file.stem for file in ROWS.glob("*.yaml"))


def rows_of(programme: str) -> list[Row]:
    """Return a programme's rows, with their lines. Raises Refusal where it has none, DefinitionError."""
    if programme not in traced():
        raise Refusal("programme_untraced", programme=programme, known=", ".join(traced()))
    kept = _read(ROWS / f"{programme}.yaml")
    definition, operation = programme_file(programme), operation_file(kept.operation)
    documents = {path: _document(path) for path in (definition, operation)}
    found = []
    for name, rule in kept.rows.items():
        lines = [
            *_held(definition, documents[definition], rule.programme, name),
            *_held(operation, documents[operation], rule.operation, name),
        ]
        found.append(Row(name, programme, rule, tuple(lines)))
    return found


@lru_cache(maxsize=8)
def _read(path: Path) -> ProgrammeRows:
    document = read(path.read_text("utf-8"))
    try:
        return ProgrammeRows.model_validate(document.data)
    except ValidationError as error:
        raise DefinitionError(problems_of(document, error)) from error


@lru_cache(maxsize=16)
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
            raise DefinitionError([Problem(1, text, "row_place_missing", (("row", row), ("file", file)))])
        line = lines[number - 1].strip()
        shown = line if len(line) <= SHOWN else f"{line[: SHOWN - 2]} …"
        before = found[number].places if number in found else ()
        found[number] = Held(file, number, (*before, text), shown)
    return list(found.values())


_T: dict[str, tuple[str, str]] = {
    "held": ("hålls", "held"), "text": ("svar i ord", "in words"), "open": ("öppen", "open"),
    "behaviour": ("beteende", "behaviour"), "field": ("uppgift som visas", "a field that is shown"),
    "engine": ("motorn", "engine"), "test": ("test", "test"),
    "sum": ("{name}, {count} rader. Visas genom: {proofs}. Status: {statuses}.",
            "{name}, {count} rows. Shown by: {proofs}. Status: {statuses}."),
    "all": ("alla program", "all programmes"),
    "silent": ("beskrivningen är tyst", "the description is silent"),
}  # fmt: skip


def _say(key: str, language: str) -> str:
    return _T[key][0 if language == "sv" else 1]


def _label(label: Label, language: str) -> str:
    return label.sv if language == "sv" else label.en


def trace(programmes: Sequence[str], language: str) -> Iterator[str]:
    """Yield the lines that ``stegvis programme trace`` prints. Raises Refusal, DefinitionError."""
    every: list[Row] = []
    for programme in programmes:
        rows = rows_of(programme)
        every.extend(rows)
        for row in rows:
            yield from _told(row, language)
        yield summary(programme, rows, language)
    if len(programmes) > 1:
        yield summary(_say("all", language), every, language)


def _told(row: Row, language: str) -> Iterator[str]:
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


def summary(name: str, rows: Sequence[Row], language: str) -> str:
    """Return how many rows are shown in which way, and how many have which status: two counts of the same rows."""
    proofs, statuses = Counter(row.rule.proof for row in rows), Counter(row.rule.status for row in rows)
    return _say("sum", language).format(
        name=name, count=len(rows), proofs=_counts(proofs, PROOFS, language),
        statuses=_counts(statuses, STATUSES, language),
    )  # fmt: skip


def _counts(counts: Mapping[Any, int], names: Sequence[str], language: str) -> str:
    return ", ".join(f"{counts.get(name, 0)} {_say(name, language)}" for name in names)


_HEAD = """# Traceability

Every row of each programme's description, in our own words, with the line of the definition that holds it and the test
that goes red when that line is removed or changed. The same is printed by `stegvis programme trace NAME`, or for all of
them without a name.

This page is written by `python -m service.tracing > docs/traceability.md` from `programmes/rows/` and the definitions,
and a test compares. From a checkout, `stegvis programme trace --mutate` removes and changes each line named here in
turn and prints the rows whose test stayed green; `tests/rows/test_mutations.py` does the same, and none may.

Kinds: N number or target, D day or period, S stage, R rule, P profession, I intervention, G target group: each is shown
by *behaviour*. A actor, M metadata: each is shown by *a field* that `programme show` or `operation show` prints. Q
quality: by behaviour where a test is named, otherwise *in words*. A dash: what the description leaves out.
"""


def page() -> str:
    """Return docs/traceability.md."""
    parts, every = [], list[Row]()
    for programme in traced():
        rows = rows_of(programme)
        every.extend(rows)
        parts.append(f"\n## {programme}\n\n{summary(programme, rows, 'en')}\n")
        parts.extend(_section(row) for row in rows)
    return "".join((_HEAD, f"\n{summary('All programmes', every, 'en')}\n", *parts))


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
