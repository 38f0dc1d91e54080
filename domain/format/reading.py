"""Reading YAML text with its line numbers: 1.2 rules, duplicate and unknown keys refused, every error with a line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError

Place = tuple[str | int, ...]
MOST_BYTES = 1_000_000  # a definition is read by people; Koll has 20 kB


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a definition, and where."""

    line: int
    place: str
    message: str
    file: str = ""

    def __str__(self) -> str:
        at = f"{self.file}, line {self.line}" if self.file else f"line {self.line}"
        return f"{at}: {self.place}: {self.message}" if self.place else f"{at}: {self.message}"


class DefinitionError(ValueError):
    """A definition that can't be used; ``problems`` name every line and remedy."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data, and the line on which each place of it stands; ``files`` names the file where it is another one."""

    data: Any
    lines: dict[Place, int] = field(default_factory=dict)
    files: dict[Place, str] = field(default_factory=dict)

    def line(self, place: Place) -> int:
        """Return the line of a place, or of the nearest place around it."""
        return self.lines.get(self._known(place), 1)

    def file(self, place: Place) -> str:
        """Return the name of the file in which a place stands, or nothing where it is the document's own."""
        return self.files.get(self._known(place), "")

    def problem(self, place: Place, message: str) -> Problem:
        """Return a problem at a place."""
        return Problem(self.line(place), ".".join(str(part) for part in place), message, self.file(place))

    def _known(self, place: Place) -> Place:
        while place and place not in self.lines:
            place = place[:-1]
        return place


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
            result[_plain(key, (), {})] = _plain(value, (*place, key), lines)
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
