"""Reading YAML text with its line numbers: 1.2 rules, duplicate and unknown keys refused, every error with a line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import ConstructorError, DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from domain.problems import Said, Wrong, say

if TYPE_CHECKING:
    from collections.abc import Mapping

Place = tuple[str | int, ...]
MOST_BYTES = 1_000_000  # a definition is read by people; Koll has 20 kB
MOST_QUOTED = 40  # characters of a value that can't be read
MOST_PLACES = 500_000  # more than so many bytes hold, unless aliases multiply them


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a definition, and where."""

    line: int
    place: str
    code: str
    params: tuple[tuple[str, Said], ...] = ()
    file: str = ""

    def told(self, language: str = "sv") -> str:
        """Return what the author reads: where it is, what is wrong, and what to do."""
        at = f"{'rad' if language == 'sv' else 'line'} {self.line}"
        at = f"{self.file}, {at}" if self.file else at
        message = say(self.code, dict(self.params), language)
        return f"{at}: {self.place}: {message}" if self.place else f"{at}: {message}"

    def __str__(self) -> str:
        return self.told("en")


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

    def problem(self, place: Place, code: str, /, **params: object) -> Problem:
        """Return a problem at a place."""
        return self.problem_of(place, Wrong(code, **params))

    def problem_of(self, place: Place, wrong: Wrong) -> Problem:
        """Return what is wrong at a place as a problem."""
        text = ".".join(str(part) for part in place)
        return Problem(self.line(place), text, wrong.code, tuple(wrong.params.items()), self.file(place))

    def _known(self, place: Place) -> Place:
        while place and place not in self.lines:
            place = place[:-1]
        return place


class _NoValue(ConstructorError):
    """Something that looks like a day or a number and is none."""


class _Values(RoundTripConstructor):
    """Makes values, and keeps the line of what can't be one, such as 2026-02-31 or a number of 5,000 digits."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:  # noqa: FBT001, FBT002 - as it is called
        try:
            return super().construct_object(node, deep)
        except ValueError as error:
            raise _NoValue(None, None, str(node.value)[:MOST_QUOTED], node.start_mark) from error


def read(text: str) -> Document:
    """Read YAML 1.2. Raises DefinitionError for anything that isn't one document of plain data."""
    if len(text.encode()) > MOST_BYTES:
        raise DefinitionError([Problem(1, "", "yaml_too_long", (("most", str(MOST_BYTES)),))])
    yaml = YAML(typ="rt", pure=True)
    yaml.Constructor = _Values
    try:
        tree = yaml.load(text)
    except DuplicateKeyError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        key = str(error.problem).partition('"')[2].split('" with value')[0]
        raise DefinitionError([Problem(line, "", "yaml_key_twice", (("key", key),))]) from error
    except ReaderError as error:
        line, sign = text.count("\n", 0, error.position) + 1, f"U+{ord(text[error.position]):04X}"
        raise DefinitionError([Problem(line, "", "yaml_sign", (("sign", sign),))]) from error
    except _NoValue as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DefinitionError([Problem(line, "", "yaml_value", (("text", str(error.problem)),))]) from error
    except RecursionError as error:
        raise DefinitionError([Problem(1, "", "yaml_deep")]) from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DefinitionError([_unreadable(line, str(error.problem))]) from error
    lines: dict[Place, int] = {}
    return Document(_plain(tree, (), lines), lines)


PARSER: tuple[tuple[str, str], ...] = (
    ("mapping values are not allowed", "yaml_colon"),
    ("expected the node content", "yaml_unclosed"),
    ("expected ',' or", "yaml_unclosed"),
    ("found unexpected end of stream", "yaml_unclosed"),
    ("found unexpected document separator", "yaml_unclosed"),
    ("expected <block end>", "yaml_indent"),
    ("could not find expected ':'", "yaml_indent"),
    ("that cannot start any token", "yaml_tab"),
    ("found undefined alias", "yaml_alias"),
)
"""What the parser's words about common mistakes mean to somebody who writes a definition."""


def _unreadable(line: int, problem: str) -> Problem:
    code = next((code for words, code in PARSER if words in problem), "yaml_other")
    return Problem(line, "", code, (("problem", problem),) if code == "yaml_other" else ())


def _refuse_growth(lines: Mapping[Place, int]) -> None:
    """Refuse a text whose aliases of aliases of aliases would fill the memory."""
    if len(lines) > MOST_PLACES:
        raise DefinitionError([Problem(1, "", "yaml_grows", (("most", str(MOST_PLACES)),))])


def _plain(node: Any, place: Place, lines: dict[Place, int]) -> Any:
    if isinstance(node, CommentedMap):
        result = {}
        _refuse_growth(lines)
        for key, value in node.items():
            lines[(*place, key)] = node.lc.key(key)[0] + 1
            result[_plain(key, (), {})] = _plain(value, (*place, key), lines)
        return result
    if isinstance(node, CommentedSeq):
        items = []
        _refuse_growth(lines)
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
