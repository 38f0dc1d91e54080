"""Reading YAML text with its line numbers: 1.2 rules, duplicate and unknown keys refused, every error with a line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError

from domain.format.model import ProgrammeDef

Place = tuple[str | int, ...]
MOST_BYTES = 1_000_000  # a definition is read by people; Koll has 20 kB


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a definition, and where."""

    line: int
    place: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.place}: {self.message}" if self.place else f"line {self.line}: {self.message}"


class DefinitionError(ValueError):
    """A definition that can't be used; ``problems`` name every line and remedy."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data, and the line on which each place of it stands."""

    data: Any
    lines: dict[Place, int] = field(default_factory=dict)

    def line(self, place: Place) -> int:
        """Return the line of a place, or of the nearest place around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read(text: str) -> Document:
    """Read YAML 1.2. Raises DefinitionError for anything that isn't one document of plain data."""
    if len(text.encode()) > MOST_BYTES:
        raise DefinitionError([Problem(1, "", f"more than {MOST_BYTES} bytes: split it or write less")])
    yaml = YAML(typ="rt", pure=True)
    try:
        tree = yaml.load(text)
    except DuplicateKeyError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        reason = str(error.problem).split(" with value")[0]
        raise DefinitionError([Problem(line, "", f"{reason}: a key may stand once")]) from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DefinitionError([Problem(line, "", f"not YAML: {error.problem}")]) from error
    lines: dict[Place, int] = {}
    return Document(_plain(tree, (), lines), lines)


def _plain(node: Any, place: Place, lines: dict[Place, int]) -> Any:
    if isinstance(node, CommentedMap):
        result = {}
        for key, value in node.items():
            lines[(*place, key)] = node.lc.key(key)[0] + 1
            result[key] = _plain(value, (*place, key), lines)
        return result
    if isinstance(node, CommentedSeq):
        items = []
        for index, value in enumerate(node):
            lines[(*place, index)] = node.lc.item(index)[0] + 1
            items.append(_plain(value, (*place, index), lines))
        return items
    if isinstance(node, bool) or node is None:
        return node
    for plain in (int, float, str):
        if isinstance(node, plain):
            return plain(node)
    return node


def load_programme(text: str) -> tuple[ProgrammeDef, Document]:
    """Read and validate a programme definition. Raises DefinitionError with a line for each problem."""
    document = read(text)
    try:
        return ProgrammeDef.model_validate(document.data), document
    except ValidationError as error:
        problems = [_problem(document, detail) for detail in error.errors()]
        raise DefinitionError(sorted(set(problems), key=lambda problem: problem.line)) from error


def _problem(document: Document, detail: Any) -> Problem:
    place = tuple(part for part in detail["loc"])
    shown = ".".join(str(part) for part in place)
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        message = f"unknown key {place[-1]!r}; see docs/programme-format.md for the keys of this element"
    return Problem(document.line(place), shown, message)
