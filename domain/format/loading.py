"""From text to a validated definition, with what a variant extends; every problem with its line."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import ValidationError

from domain.format.model import ProgrammeDef
from domain.format.reading import DefinitionError, Document, read
from domain.format.shapes import problems_of
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
        raise DefinitionError(problems_of(document, error)) from error


def _whole(document: Document, bases: Bases | None) -> Document:
    """Return a definition with what it extends."""
    if not isinstance(document.data, dict) or "extends" not in document.data:
        return document
    name = str(document.data["extends"])
    base = bases(name) if bases else None
    if base is None:
        raise DefinitionError([document.problem(("extends",), "base_missing", name=name)])
    return merged(document, read(base), name)
