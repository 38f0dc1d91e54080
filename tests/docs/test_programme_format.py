"""docs/programme-format.md: every example compiles, every refused one is refused with exactly the error below it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import UnionType
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from domain.format.compiling import compile_programme, compile_text
from domain.format.model import ProgrammeDef
from domain.format.reading import DefinitionError, Document, read
from domain.format.shapes import problems_of
from domain.format.variants import text_of
from domain.migration.reading import MappingDef, read_mapping
from domain.operations import OperationDef, load_operation
from domain.rules import canonical, parse, rules_hash
from domain.script import VERBS
from service.examples import play_examples

PAGE = Path(__file__).parent.parent.parent / "docs/programme-format.md"
TEXT = PAGE.read_text("utf-8")
BLOCK = re.compile(r"(?ms)^```yaml ?(?P<info>[a-z ]*)\n(?P<body>.*?)^```$(?:\n```text\n(?P<error>.*?)^```$)?")


@dataclass(frozen=True)
class Block:
    """One example of the page."""

    line: int
    info: str
    body: str
    error: str | None

    def __str__(self) -> str:
        return f"line-{self.line}"


BLOCKS = [
    Block(TEXT[: found.start()].count("\n") + 1, found["info"], found["body"], found["error"])
    for found in BLOCK.finditer(TEXT)
]
(WHOLE,) = [block for block in BLOCKS if block.info == "whole"]
(OPERATION,) = [block for block in BLOCKS if block.info == "operation"]
GOOD = [block for block in BLOCKS if block.info == ""]
SMALL, SMALL_OPERATION = read(WHOLE.body).data, read(OPERATION.body).data
REFUSED = [block for block in BLOCKS if block.info == "refused"]
(MAPPING,) = [block for block in BLOCKS if block.info == "mapping"]
MAPPINGS_REFUSED = [block for block in BLOCKS if block.info == "mapping refused"]
VARIANTS = [block for block in BLOCKS if block.info == "variant"]
VARIANTS_REFUSED = [block for block in BLOCKS if block.info == "variant refused"]
OPERATIONS_REFUSED = [block for block in BLOCKS if block.info == "operation refused"]


def _laid_over(base: Any, fragment: Any) -> Any:
    if not (isinstance(base, dict) and isinstance(fragment, dict)):
        return fragment
    return base | {key: _laid_over(base[key], part) if key in base else part for key, part in fragment.items()}


def _compile(fragment: str) -> ProgrammeDef:
    """Compile the small programme with a fragment laid over it; lines are the fragment's."""
    document = read(fragment)
    document = Document(_laid_over(SMALL, document.data), document.lines)
    try:
        definition = ProgrammeDef.model_validate(document.data)
    except ValidationError as error:
        raise DefinitionError(problems_of(document, error)) from error
    rules = compile_programme(definition, document)
    assert parse(canonical(rules)) == rules, "what a workflow reads is what was compiled"
    return definition


def _errors(raised: pytest.ExceptionInfo[DefinitionError]) -> list[str]:
    return sorted(str(problem) for problem in raised.value.problems)


def _load_operation(fragment: str) -> None:
    document = read(fragment)
    data = _laid_over(SMALL_OPERATION, document.data)
    try:
        OperationDef.model_validate(data)
    except ValidationError as error:
        raise DefinitionError(problems_of(Document(data, document.lines), error)) from error


class TestThePage:
    def test_has_a_whole_programme_that_compiles(self) -> None:
        rules, _, _ = compile_text(WHOLE.body)

        assert rules.hash == rules_hash(rules)

    @pytest.mark.parametrize("block", GOOD, ids=str)
    def test_has_examples_that_compile(self, block: Block) -> None:
        _compile(block.body)

    @pytest.mark.parametrize("block", REFUSED, ids=str)
    def test_has_refused_examples_with_the_errors_that_they_give(self, block: Block) -> None:
        with pytest.raises(DefinitionError) as raised:
            _compile(block.body)

        assert block.error is not None
        assert _errors(raised) == sorted(block.error.splitlines())

    @pytest.mark.parametrize("block", VARIANTS, ids=str)
    def test_has_variants_that_compile_and_can_be_read_without_their_base(self, block: Block) -> None:
        rules, definition, document = compile_text(block.body, {"small": WHOLE.body}.get)

        again, same, _ = compile_text(text_of(document))
        assert (again, same) == (rules, definition)
        assert definition.variant_of == "small"
        assert rules.hash != compile_text(WHOLE.body)[0].hash

    @pytest.mark.parametrize("block", VARIANTS_REFUSED, ids=str)
    def test_has_refused_variants_with_the_errors_that_they_give(self, block: Block) -> None:
        with pytest.raises(DefinitionError) as raised:
            compile_text(block.body, {"small": WHOLE.body}.get)

        assert block.error is not None
        assert _errors(raised) == sorted(block.error.splitlines())

    def test_has_a_mapping_that_fits(self) -> None:
        old = compile_text(WHOLE.body)[0]
        renamed = WHOLE.body
        for name, became in (("      work: {", "      practice: {"), ("after: work", "after: practice"),
                             ("training.work", "training.practice"), ("go_on", "further"), ("  left: {", "  gone: {"),
                             ("exit: left", "exit: gone")):  # fmt: skip
            renamed = renamed.replace(name, became)
        new = compile_text(renamed)[0]

        assert read_mapping(MAPPING.body, old, new).steps == {
            "training.work": ("training.practice",), "intake.talk": ()
        }  # fmt: skip

    @pytest.mark.parametrize("block", MAPPINGS_REFUSED, ids=str)
    def test_has_refused_mappings_with_the_errors_that_they_give(self, block: Block) -> None:
        rules = compile_text(WHOLE.body)[0]

        with pytest.raises(DefinitionError) as raised:
            read_mapping(block.body, rules, rules)

        assert block.error is not None
        assert _errors(raised) == sorted(block.error.splitlines())

    def test_has_an_operation_that_loads(self) -> None:
        assert load_operation(OPERATION.body).starts == date(2026, 1, 1)

    @pytest.mark.parametrize("block", OPERATIONS_REFUSED, ids=str)
    def test_has_refused_operations_with_the_errors_that_they_give(self, block: Block) -> None:
        with pytest.raises(DefinitionError) as raised:
            _load_operation(block.body)

        assert block.error is not None
        assert _errors(raised) == sorted(block.error.splitlines())

    def test_has_examples_of_stories_that_end_as_they_expect(self) -> None:
        told = [block for block in GOOD if block.body.startswith("examples:")]

        for block in told:
            definition = _compile(block.body)
            played = play_examples(compile_programme(definition, Document({})), definition)
            assert [(one.differs, one.refusal) for one in played] == [((), None)]
        assert len(told) == 2

    def test_tells_every_verb_of_the_stories(self) -> None:
        assert [verb for verb in VERBS if f"`{verb}" not in TEXT] == []

    @pytest.mark.parametrize("model", [ProgrammeDef, OperationDef, MappingDef])
    def test_tells_every_key_in_an_example_and_in_words(self, model: type[BaseModel]) -> None:
        keys = _keys(model)

        assert sorted(key for key in keys if f"`{key}`" not in TEXT) == []
        assert sorted(key for key in keys if not _stands_in_an_example(key)) == []


NOT_WRITTEN_THERE = {"variant_of", "union_rate_percent", "postcode", "programme_area", "specific_objective", "intervention_type",
                     "diary_number"}  # fmt: skip


def _stands_in_an_example(key: str) -> bool:
    if key in NOT_WRITTEN_THERE:  # made by publishing; of an operation's plain data the table says enough
        return True
    return any(re.search(rf"(^|[\s{{]){key}:", block.body) for block in BLOCKS if "refused" not in block.info)


def _keys(model: type[BaseModel], seen: frozenset[type] = frozenset()) -> set[str]:
    """Return every key that a model and those inside it may have."""
    found: set[str] = set()
    for name, field in model.model_fields.items():
        found.add(field.alias or name)
        for inner in _models(field.annotation):
            if inner not in seen:
                found |= _keys(inner, seen | {model, inner})
    return found - {"sv", "en"}


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if isinstance(annotation, UnionType) or get_args(annotation):
        return [model for part in get_args(annotation) for model in _models(part)]
    return []
