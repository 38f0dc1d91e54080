"""Telling a definition: nothing of it is left out, in either language, and no code stands in the text."""

from __future__ import annotations

import copy
import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
from pydantic import BaseModel

from domain.format.compiling import compile_programme
from domain.format.model import ProgrammeDef
from domain.format.reading import DefinitionError, Document, read
from service.publishing import PROGRAMMES, read_programme
from service.telling.spans import every_text, span_text
from service.telling.texts import TEXTS
from service.telling.whole import sections, title_and_about
from service.wording import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.format.reading import Place

TOLD = Path("tests/programmes/told.yaml")
LANGUAGES = ("sv", "en")
SHIPPED = sorted(file.stem for file in PROGRAMMES.glob("*.yaml"))
ELSEWHERE = {
    "ExampleDef.given": "`programme examples` plays it",
    "ExampleDef.days": "the same",
    "ExampleDef.then": "the same",
    "ProgrammeDef.variant_of": "set when a variant is merged with its base; `programme show` says in what they differ",
}


def told(words: Words) -> str:
    """Return everything that is told, without the version, which would change with anything."""
    lines = title_and_about(words, "")
    for section in sections(words):
        lines.extend((section.title, *section.intro))
        for item in section.items:
            lines.extend((item.title, item.text, *(text for _, text in item.lines)))
    return "\n".join(lines)


def telling(data: Any) -> dict[str, str] | None:
    """Return what is told of a definition in both languages, or None where it doesn't compile."""
    document = Document(data)
    try:
        definition = ProgrammeDef.model_validate(data)
        compile_programme(definition, document)
    except (DefinitionError, ValueError):
        return None
    return {language: told(Words.over(definition, document, language)) for language in LANGUAGES}


@cache
def plain() -> Any:
    return read(TOLD.read_text("utf-8")).data


@cache
def untouched() -> dict[str, str]:
    before = telling(plain())
    assert before is not None
    return before


def places(data: Any, place: Place = ()) -> Iterator[Place]:
    """Yield every place of a definition: what has no parts, and lists and mappings as a whole."""
    if place:
        yield place
    if isinstance(data, dict | list):
        for key, part in data.items() if isinstance(data, dict) else enumerate(data):
            yield from places(part, (*place, key))


def at(data: Any, place: Place) -> Any:
    for part in place:
        data = data[part]
    return data


def others(place: Place, value: Any) -> Iterator[Any]:
    """Yield other values that might stand in a place."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, value - 1)
    elif isinstance(value, date):
        yield value + timedelta(days=1)
    elif isinstance(value, str):
        if place[-1] in ("sv", "en", "programme", "source", "name", "goes", "esf"):
            yield value + "x"
        elif re.match(r"\d", value):
            yield re.sub(r"^\d+", lambda found: str(int(found[0]) + 1), value)
        yield from (
            "manager", "nurse", "teacher", "work", "stalled", "far", "level", "body", "mind", "place", "rating", "share", "score", "hours",
            "illness", "full", "north", "south", "board", "half", "better", "talk", "stage.opened", "gate.out", "round", "hours / other",
            "relapse", "out", "void", "completed", "text", "integer", "boolean", "stated", "elsewhere", "exit", "overdue", "remind", "fact.level",
        )  # fmt: skip


def changes(place: Place) -> Iterator[dict[str, str]]:
    """Yield what is told where a place is gone, and where it says something else: the first that compiles."""
    value = at(plain(), place)
    if place[-1] not in ("sv", "en"):
        gone = copy.deepcopy(plain())
        del at(gone, place[:-1])[place[-1]]
        if (after := telling(gone)) is not None:
            yield after
    for other in others(place, value):
        if other != value:
            changed = copy.deepcopy(plain())
            at(changed, place[:-1])[place[-1]] = other
            if (after := telling(changed)) is not None:
                yield after
                return


def is_exempt(place: Place) -> bool:
    return (
        place[0] == "examples" and len(place) > 2 and place[2] in ("given", "days")
    ) or place in (("format",), ("examples", 0), ("codes",))  # the whole of these is told by its parts  # fmt: skip


ONLY: set[Place] = {  # no other value compiles here; that they are told shows in the walk over the parts beside them
    ("facts", "parts", "type"), ("milestones", "half", "record"), ("milestones", "better", "any", 0, "progress", "record"),
    ("milestones", "better", "any", 0, "progress", "field"), ("milestones", "better", "any", 1, "fact"),
    ("milestones", "better", "any", 2, "record"), ("records", "share", "fields", "said", "type"),
    ("facts", "parts", "one_of", 0), ("records", "rating", "for", 0), ("after_exit", "received", "confirms"),
}  # fmt: skip
ALL = [place for place in places(plain()) if not is_exempt(place)]


class TestEverythingIsTold:
    def test_every_key_of_the_format_stands_in_the_definition_that_is_compared(self) -> None:
        used: set[str] = set()

        def walk(model: BaseModel) -> None:
            for name in model.model_fields_set:
                used.add(f"{type(model).__name__}.{name}")
                parts(getattr(model, name))

        def parts(value: Any) -> None:
            if isinstance(value, BaseModel):
                walk(value)
            for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
                parts(one)

        walk(ProgrammeDef.model_validate(plain()))
        known = {f"{model.__name__}.{name}" for model in _models(ProgrammeDef) for name in model.model_fields}

        assert sorted(known - used - ELSEWHERE.keys()) == []

    @pytest.mark.parametrize("place", ALL, ids=lambda place: ".".join(map(str, place)))
    def test_another_value_is_another_telling(self, place: Place) -> None:
        before = untouched()
        languages = [place[-1]] if place[-1] in ("sv", "en") else LANGUAGES
        found = list(changes(place))
        for after in found:
            assert [one for one in languages if after[str(one)] == before[str(one)]] == []
        leaf = not isinstance(at(plain(), place), dict | list)
        assert found or not leaf or place in ONLY, "nothing else can stand here: find a value that can"


def _models(model: type[BaseModel]) -> set[type[BaseModel]]:
    found, waiting = set[type[BaseModel]](), [model]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        found.add(one)
        for field in one.model_fields.values():
            kinds = [field.annotation]
            while kinds:
                kind = kinds.pop()
                if isinstance(kind, type) and issubclass(kind, BaseModel):
                    waiting.append(kind)
                kinds.extend(get_args(kind))
    return found


class TestTheWords:
    def test_are_there_in_both_languages_with_the_same_places(self) -> None:
        for key, (swedish, english) in TEXTS.items():
            assert set(re.findall(r"{(\w+)}", swedish)) == set(re.findall(r"{(\w+)}", english)), key

    @pytest.mark.parametrize("name", SHIPPED)
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_hold_no_codes(self, name: str, language: str) -> None:
        text = told(Words(read_programme(PROGRAMMES / f"{name}.yaml").source, language))
        lines = [line for line in text.splitlines() if not re.match(r"B13: ", line)]  # a note for the author

        assert [line for line in lines if re.search(r"\w_\w|[{}]", line)] == []
        assert [found[0] for line in lines if (found := re.search(r"(?i)\b(\w{2,}) \1\b", line))] == []

    @pytest.mark.parametrize(
        ("span", "length", "often"),
        [
            ("1 day", "1 dag", "varje dag"), ("2 weeks", "2 veckor", "varannan vecka"),
            ("4 weeks", "4 veckor", "var fjärde vecka"), ("2 years", "2 år", "vartannat år"),
            ("13 months", "13 månader", "var 13:e månad"), ("1 working day", "1 arbetsdag", "varje arbetsdag"),
        ],
    )  # fmt: skip
    def test_of_time_are_swedish(self, span: str, length: str, often: str) -> None:
        assert span_text(span, "sv") == length
        assert every_text(span, "sv") == often
        assert span_text(span, "en") == span
        assert every_text("1 week", "en") == "every week"
        assert every_text("3 weeks", "en") == "every 3 weeks"
