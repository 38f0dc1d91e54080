"""What is wrongly written is told in Swedish and English: every code has a text, and no library's words get through."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from domain.errors import Refusal
from domain.format.model import ProgrammeDef
from domain.format.reading import DefinitionError, Document, Place, Problem, read
from domain.format.shapes import LIMITS, PATTERNS, SHAPES, problems_of
from domain.migration.reading import MappingDef
from domain.operations import OperationDef
from domain.problems import PROBLEMS, Wrong
from domain.script import ScriptError
from service.publishing import PROGRAMMES

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("domain", "service", "cli", "records", "worker", "activities", "workflows")
RAISED = {"Wrong": (0,), "ScriptError": (0,), "wrong": (1,), "problem": (1,), "Problem": (2,), "known": (2, 3)}
"""Which argument is the code, by what is called; ``known`` has a kind in definitions, a code in mappings."""
TABLES = {*SHAPES.values(), *(code for code, _ in LIMITS.values()), *PATTERNS.values(), "pattern_other"}

TEXT = "write a text, in quotes where it looks like something else"
MAPPING = "write keys with values, {key: value}"
REF = "names with dots between, such as 'intake.gate.accepted'"
SEE = "see docs/programme-format.md for the keys of this element"
SPAN = "är ingen tidslängd; skriv ett tal och en enhet, som '10 working days' eller '6 months'"
NAME = "är inget namn: små bokstäver a-z, siffror och _, med en bokstav först, högst 60 tecken"


def fields(text: str) -> set[str]:
    """Return the names that a text fills in."""
    return {name.split("!")[0] for _, name, _, _ in Formatter().parse(text) if name}


@cache
def calls() -> list[tuple[str, ast.Call, str]]:
    """Return every call that tells of something wrong: where, the call, its code."""
    found = []
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                for place in RAISED.get(name, ()):
                    for code in _codes(node.args[place]) if len(node.args) > place else ():
                        said = f"unknown_{code}" if name == "known" and place == 2 else code
                        found.append((f"{path.relative_to(ROOT)}:{node.lineno}", node, said))
    return found


def _codes(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return [*_codes(node.body), *_codes(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def spoiled(data: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Yield the data with every value of them another kind of value, and with keys gone and keys too many."""
    for wrong in (
        None,
        3,
        -1,
        1.5,
        "Fel form!",
        "",
        [],
        ["Fel form!"],
        [3],
        {},
        {"Fel form!": 3},
        True,
        date(2025, 1, 1),
    ):
        yield place, wrong
    if isinstance(data, dict):
        yield place, {**data, "surplus": 1}
        for key, value in data.items():
            yield place, {name: part for name, part in data.items() if name != key}
            yield from spoiled(value, (*place, key))
    elif isinstance(data, list):
        yield from (found for index, value in enumerate(data[:1]) for found in spoiled(value, (*place, index)))


def once_for_each_key(made: Iterator[tuple[Place, Any]]) -> Iterator[tuple[Place, Any]]:
    """Yield what is done to the first place with each key: the others have the same form."""
    first: dict[Any, Place] = {}
    for place, value in made:
        key = place[-1] if place else ""
        if first.setdefault(key, place) == place:
            yield place, value


def put(data: Any, place: Place, value: Any) -> Any:
    """Return a copy of data with another value at a place."""
    if not place:
        return value
    data = copy.copy(data)
    data[place[0]] = put(data[place[0]], place[1:], value)
    return data


def problems(model: type[BaseModel], data: Any, lines: dict[Place, int] | None = None) -> list[Problem]:
    """Return what a model finds wrong."""
    try:
        model.model_validate(data)
    except ValidationError as error:
        return problems_of(Document(data, lines or {}), error)
    return []


def told(model: type[BaseModel], data: Any) -> list[str]:
    """Return what a model finds wrong, in English, without the line."""
    return [str(one).partition(": ")[2] for one in problems(model, data)]


class TestTheTable:
    def test_has_a_text_for_every_code_that_is_raised(self) -> None:
        assert [f"{where}: {code}" for where, _, code in calls() if code not in PROBLEMS] == []

    def test_has_no_text_that_nothing_raises(self) -> None:
        assert sorted(set(PROBLEMS) - {code for _, _, code in calls()} - TABLES - _parsers()) == []

    def test_is_given_all_that_its_texts_fill_in(self) -> None:
        for where, call, code in calls():
            given = {one.arg for one in call.keywords}
            if isinstance(call.func, ast.Name) and call.func.id in ("Wrong", "ScriptError") and None not in given:
                assert given >= fields(PROBLEMS[code][1]), f"{where}: {code}"
            if getattr(call.func, "attr", "") == "wrong":
                assert given == fields(PROBLEMS[code][1]), f"{where}: {code}"

    @pytest.mark.parametrize("code", PROBLEMS)
    def test_says_the_same_things_in_both_languages(self, code: str) -> None:
        swedish, english = PROBLEMS[code]

        assert fields(swedish) == fields(english)
        assert swedish != english or code == "form_either"


def _parsers() -> set[str]:
    source = (ROOT / "domain/format/reading.py").read_text("utf-8")
    return set(re.findall(r'"(yaml_[a-z_]+)"', source))


class TestShapes:
    @pytest.mark.parametrize("model", [ProgrammeDef, OperationDef, MappingDef])
    def test_have_words_for_every_pattern(self, model: type[BaseModel]) -> None:
        patterns = set(re.findall(r"'pattern': '(.*?)'[,}]", str(model.model_json_schema())))

        assert {pattern.replace("\\\\", "\\") for pattern in patterns} - set(PATTERNS) == set()

    @pytest.mark.parametrize(
        ("model", "file"),
        [
            (ProgrammeDef, ROOT / "tests/programmes/everything.yaml"),
            (OperationDef, PROGRAMMES / "operations/koll-2020.yaml"),
        ],
        ids=["programme", "operation"],
    )
    def test_are_never_told_in_a_librarys_words(self, model: type[BaseModel], file: Path) -> None:
        data = read(file.read_text("utf-8")).data
        seen = set()
        for place, value in once_for_each_key(spoiled(data)):
            for one in problems(model, put(data, place, value)):
                seen.add(one.code)
                assert one.code != "form_other", (place, value, one)
                assert not re.search(r"Input should|Value error|valid ", f"{one} {one.told('sv')}")
        assert len(seen) > 10

    @pytest.mark.parametrize(
        ("mapping", "found"),
        [
            ({"steps": {"one": 3}}, [f"steps.one: {TEXT}, or write 'remove', or write a list, [one, two]"]),
            ({"steps": {"one": ["two", 3]}}, [f"steps.one.1: {TEXT}"]),
            ({"steps": {"one": "Två"}}, [f"steps.one: 'Två' is no reference: {REF}"]),
            ({"facts": 3, "surplus": 1}, [f"facts: {MAPPING}", f"surplus: unknown key 'surplus'; {SEE}"]),
            ([], [MAPPING]),
        ],
    )  # fmt: skip
    def test_among_several_are_one_problem(self, mapping: Any, found: list[str]) -> None:
        assert told(MappingDef, mapping) == found

    def test_choices_are_joined_in_the_readers_language(self) -> None:
        (problem,) = problems(MappingDef, {"steps": {"one": 3}}, {("steps", "one"): 7})

        assert problem.told("sv") == (
            "rad 7: steps.one: skriv en text, inom citattecken om den ser ut som något annat, eller skriv 'remove', "
            "eller skriv en lista, [ett, två]"
        )

    def test_of_a_kind_that_nobody_foresaw_are_told_as_the_library_does(self) -> None:
        class Odd(BaseModel):
            day: bytes

        (problem,) = problems(Odd, {"day": 3})

        assert problem.code == "form_other"
        assert problem.told("sv") == "rad 1: day: passar inte här (Input should be a valid bytes)"

    @pytest.mark.parametrize(
        ("place", "value", "swedish"),
        [
            (("steps", "call", "times"), 0, "skriv 1 eller mer"),
            (("steps", "call", "times"), 1001, "skriv 1000 eller mindre"),
            (("watch", "overdue"), [], "minst 1 behövs, här finns 0"),
            (("watch", "every"), "ofta", f"'ofta' {SPAN}"),
            (("watch", "every"), "30 years", "30 years är mer än tjugo år; ett programs tid är kortare"),
            (("effective",), "i år", "skriv en dag, ÅÅÅÅ-MM-DD"),
            (("format",), 2, "skriv 1"),
            (("programme",), "Stort", f"'Stort' {NAME}"),
        ],
    )  # fmt: skip
    def test_are_told_in_swedish(self, place: Place, value: Any, swedish: str) -> None:
        data = read((ROOT / "tests/programmes/everything.yaml").read_text("utf-8")).data
        data["steps"]["call"] = {"label": {"sv": "Samtal", "en": "Call"}, "by": "owner", "due": "5 days", "times": 2}

        (problem,) = problems(ProgrammeDef, put(data, place, value))

        assert problem.told("sv") == f"rad 1: {'.'.join(map(str, place))}: {swedish}"


class TestUnreadableText:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("a: b: c", "yaml_colon"),
            ("a: [1\nb: 2", "yaml_unclosed"),
            ("a: 'b", "yaml_unclosed"),
            ("a:\n  b: 1\n c: 2", "yaml_indent"),
            ("a: 1\nb\nc: 2", "yaml_indent"),
            ("a:\n\tb: 1", "yaml_tab"),
            ("a: @b", "yaml_tab"),
            ("a: *b", "yaml_alias"),
            ("a: 1\na: 2", "yaml_key_twice"),
            ("a: !!int x\n--- x\n", "yaml_other"),
            ("a: 2026-02-31", "yaml_value"),
            ("2026-02-31", "yaml_value"),
            ("a: " + "9" * 5_000, "yaml_value"),
            ("a: !!int x", "yaml_value"),
            ("[" * 3_000, "yaml_deep"),
            ("x" * 1_000_001, "yaml_too_long"),
        ],
        ids=lambda text: text[:12],
    )
    def test_is_told_in_both_languages(self, text: str, code: str) -> None:
        with pytest.raises(DefinitionError) as raised:
            read(text)

        (problem,) = raised.value.problems
        assert problem.code == code
        assert problem.told("sv") != problem.told("en")


class TestStories:
    def test_that_cannot_be_understood_are_told_in_both_languages(self) -> None:
        error = ScriptError("story_says_too_little", day=3, entry="decide gate")

        assert error.text("en") == str(error) == "day 3: 'decide gate' says too little"
        assert error.text("sv") == "dag 3: 'decide gate' säger för lite"

    def test_inside_a_refusal_follow_its_language(self) -> None:
        refusal = Refusal("entry_invalid", entry=3, problem=Wrong("history_form"))

        assert refusal.text("en") == "The entry 3 can't be read: a list under 'history' is expected."
        assert refusal.text("sv") == "Händelsen 3 kan inte läsas: en lista under 'history' väntas."
