"""From text to a validated definition, with what a variant extends; every problem with its line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from domain.format.model import ProgrammeDef
from domain.format.reading import DefinitionError, Document, Problem, read
from domain.format.variants import merged

Bases = Callable[[str], str | None]
"""Finds the text of a programme by its name, for the variants of it."""


def load_programme(text: str, bases: Bases | None = None) -> tuple[ProgrammeDef, Document]:
    """Read and validate a programme definition; ``bases`` finds the text of what a variant extends.

    Raises DefinitionError with a line for each problem.
    """
    document = _whole(read(text), bases)
    try:
        return ProgrammeDef.model_validate(document.data), document
    except ValidationError as error:
        problems = [problem_of(document, detail) for detail in error.errors()]
        raise DefinitionError(sorted(set(problems), key=lambda problem: problem.line)) from error


def _whole(document: Document, bases: Bases | None) -> Document:
    """Return a definition with what it extends."""
    if not isinstance(document.data, dict) or "extends" not in document.data:
        return document
    name = str(document.data["extends"])
    base = bases(name) if bases else None
    if base is None:
        raise DefinitionError([document.problem(("extends",), f"no programme {name!r} is found beside this one")])
    return merged(document, read(base), name)


def problem_of(document: Document, detail: Any) -> Problem:
    """Return one of pydantic's errors as a problem at its place."""
    place = tuple(part for part in detail["loc"])
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        message = f"unknown key {place[-1]!r}; see docs/programme-format.md for the keys of this element"
    return document.problem(place, message)
