"""A good definition, spoiled on one line, and what the checks then say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from domain.checking.finding import Subject
from domain.checking.search import Search, Searched
from domain.format.compiling import compile_text

if TYPE_CHECKING:
    from service.publishing import Programme

GOOD = (Path(__file__).parent / "good.yaml").read_text("utf-8")
STATES = 3000  # the good programme has a tenth of that


def subject_of(text: str) -> Subject:
    """Compile a definition."""
    return Subject(*compile_text(text))


def subject_of_programme(programme: Programme) -> Subject:
    """Return what is checked of a programme that was read."""
    return Subject(programme.rules, programme.definition, programme.document)


BULKY = ("      letter:", "      talents:", "      meet:", "      walk:")


def smaller(text: str) -> str:
    """Return a definition without what only makes a search longer."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(BULKY))


def spoiled(old: str, new: str) -> str:
    """Return the good definition with one thing changed."""
    assert GOOD.count(old) == 1, f"{old!r} stands {GOOD.count(old)} times"
    return GOOD.replace(old, new)


def line_of(text: str, part: str) -> int:
    """Return the line on which a part of a definition stands."""
    (line,) = [number for number, line in enumerate(text.splitlines(), 1) if part in line]
    return line


def search(subject: Subject, states: int = STATES, *, seed: int = 1, walks: int = 0) -> Searched:
    """Search a definition with a budget of states, so that the result is always the same."""
    looking = Search(subject, go_on=lambda share: (
        len(looking.nodes) < states if share < 1 else looking.result.walks < walks
    ), seed=seed)  # fmt: skip
    return looking.run()
