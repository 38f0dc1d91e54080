"""The page docs/semantics.md, written from the matrix: each decision in words, with the titles of its cases.

``python -m tests.docs.pages semantics > docs/semantics.md``
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.matrix.reading import rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.matrix.reading import Case, Row

_HEAD = """# What a programme means: the decisions

Every decision about meaning has a row here and a case that shows it. A case is a small programme, what is done on which
day, and what stands then: a line for each command and for each time that time itself decides, with the day since the
referral, what was done, every open step as `step who day` (`=` where nothing changed, `-` where nothing is open) and,
behind a semicolon, the notices that fell due. Each trace was worked out by hand from the decision before it was played.

This page is written by `python -m tests.docs.pages semantics > docs/semantics.md` from the tables in `tests/matrix/`,
and a test compares. `tests/matrix/test_matrix.py` plays every case, refuses a row without one and two cases that are
near copies. Decisions that the pure core can't show, because they are about storing, sending or Temporal, name the
tests that show them. Why a decision was taken stands in [the decisions that a newcomer would question](adr/README.md);
the words of the format are explained in [the programme format](programme-format.md).

"""
_PARTS: tuple[tuple[str, str, str, str], ...] = (
    ("decisions", "D", "Decisions of the design", "The numbers are those of the design; letters split a decision that says several things."),
    ("decisions", "O", "The order of evaluation", "One change at a time, then everything is looked at again."),
    ("decisions", "C", "What the case standard leaves open", "CMMN 1.1 says nothing, or leaves the choice to the engine."),
    ("decisions", "L", "The life-cycle", "Each state with the commands that it takes, and the code with which it refuses the others. A refused command changes nothing."),
    ("patterns", "W", "Control-flow patterns", "The patterns of van der Aalst, ter Hofstede and Russell that are needed at once or soon, by their numbers, each on a participant's path."),
    ("migrations", "M", "Moving people to another version", "Where everybody stands after a migration, and after it was taken back at once."),
)  # fmt: skip


def semantics() -> str:
    """Return docs/semantics.md."""
    counted = [row for table in ("decisions", "patterns", "migrations") for row in rows(table)]
    cases = sum(len(row.cases) for row in counted)
    parts = [f"{_HEAD}{len(counted)} rows, {cases} cases.\n"]
    parts += [_part(table, letter, title, about) for table, letter, title, about in _PARTS]
    return "\n".join(parts)


def _part(table: str, letter: str, title: str, about: str) -> str:
    found = [row for row in rows(table) if row.name.startswith(letter)]
    return f"## {title}\n\n{about}\n\n" + "\n".join(_row(row) for row in found)


def _row(row: Row) -> str:
    name = f"{row.name}, {row.like}" if row.like else row.name
    lines = [f"### {name}", "", row.says, ""]
    lines += [f"* {case.title}" for case in row.cases]
    lines += [f"* shown by `{test}`" for test in row.shown_by]
    if row.cases:
        lines += ["", *_folded(row.cases[0])]
    return "\n".join([*lines, ""])


def _folded(case: Case) -> Iterable[str]:
    """Return the first case whole, in a block that is closed until somebody opens it."""
    yield "<details><summary>The first case</summary>"
    yield ""
    yield "```text"
    for name in ("steps", "old", "new", "more", "old_more", "new_more", "mapping"):
        text = getattr(case, name).rstrip()
        if text:
            yield f"{name.replace('_', ', ')}:"
            yield from (f"  {line}" for line in text.splitlines())
    if case.given:
        yield f"given: {_flow(case.given)}"
    for when in (case.days, case.after):
        if any(not isinstance(item, str) for items in when.values() for item in items):  # then tells the words only
            yield f"days: {_flow(when)}"
    if case.invalid:
        yield f"refused: {case.invalid}"
    if case.then:
        yield "then:"
        yield from (f"  {line}" for line in case.then)
    if case.refused:
        last = [*case.days.values(), *case.after.values()][-1][-1] if case.on is None else "migrate"
        yield f"refused: {_flow(last)}: {case.refused}"
    yield from (f"tried: {sentence}: {answer}" for sentence, answer in case.tries.items())
    if case.back:
        yield f"back: {case.back}"
    yield "```"
    yield ""
    yield "</details>"


def _flow(value: object) -> str:
    """Return a value as it is written in a table."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(part) for part in value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)
