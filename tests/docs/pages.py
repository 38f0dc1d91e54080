"""Pages of docs/ that are written from the code: ``python -m tests.docs.pages refusals > docs/refusals.md``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from domain.refusals import TEXTS
from domain.refusals_desk import DESK
from domain.refusals_input import INPUT
from tests.matrix.page import semantics

_REFUSALS = """# Refusals

Every "no" that Stegvis foresees has a code and a text in Swedish and in English: what is wrong, and what to do instead.
Nothing has happened then, and nothing will. The command line prints the text with the code in square brackets and ends
with exit code 1; in Temporal a refusal of a command is an application failure of type `Refusal` whose details are the
code and its parameters.

Parameters, in braces, hold codes, days and counts: never a name, a number or what somebody typed as free text. A
parameter that is missing is shown as `…`.

This page is written by `python -m tests.docs.pages refusals > docs/refusals.md` from the table in
`domain/refusals.py`, and a test compares.
"""


def refusals() -> str:
    """Return docs/refusals.md."""
    rules = {code: texts for code, texts in TEXTS.items() if code not in INPUT and code not in DESK}
    return (
        f"{_REFUSALS}\n## By the rules\n\n{_table(rules)}"
        f"\n## Of input: numbers, files, registers\n\nAsked before any rule.\n\n{_table(INPUT)}"
        f"\n## Of the desk\n\n{_table(DESK)}"
    )


def _table(texts: Mapping[str, tuple[str, str]]) -> str:
    rows = [f"| `{code}` | {_cell(swedish)} | {_cell(english)} |" for code, (swedish, english) in sorted(texts.items())]
    return "\n".join(["| code | svenska | English |", "| --- | --- | --- |", *rows]) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


PAGES: dict[str, Callable[[], str]] = {"refusals": refusals, "semantics": semantics}

if __name__ == "__main__":
    sys.stdout.write(PAGES[sys.argv[1]]())
