"""Reading a mapping file: what became of each name, as a coordinator writes it, checked against both versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field, ValidationError

from domain.format.model import Name, Part, Ref
from domain.format.reading import DefinitionError, Document, Place, Problem, read
from domain.format.shapes import problems_of
from domain.migration.mapping import Mapping

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.rules import Rules


class MappingDef(Part):
    """A mapping file. What keeps its name isn't mentioned."""

    steps: dict[Ref, Ref | Literal["remove"] | list[Ref]] = Field({})
    items: dict[Ref, dict[Name, Name]] = Field({})
    outcomes: dict[Ref, dict[Name, Name]] = Field({})
    facts: dict[Name, Name] = Field({})
    records: dict[Name, Name] = Field({})
    milestones: dict[Name, Name] = Field({})
    exits: dict[Name, Name] = Field({})
    happenings: dict[Name, Name] = Field({})


def read_mapping(text: str, old: Rules, new: Rules) -> Mapping:
    """Read a mapping file (an empty one maps nothing). Raises DefinitionError with a line for each problem."""
    document = read(text) if text.strip() else Document({})
    if document.data is None:
        document = Document({})
    try:
        given = MappingDef.model_validate(document.data)
    except ValidationError as error:
        raise DefinitionError(problems_of(document, error)) from error
    looking = _Looking(document)
    steps = {path: _targets(became) for path, became in given.steps.items()}
    for path, became in steps.items():
        looking.known(("steps", path), [path], old.steps, "no_old_step")
        looking.known(("steps", path), became, new.steps, "no_new_step")
        if any(
            one in new.steps and path in old.steps and _is_stage(old, path) != _is_stage(new, one) for one in became
        ):
            looking.wrong(("steps", path), "stage_and_step")
    for path in given.items:
        looking.known(("items", path), [path], old.steps, "no_old_step")
    for path, names in given.outcomes.items():
        there = old.steps[path].outcomes if path in old.steps else {}
        looking.known(("outcomes", path), names, there, "no_old_outcome")
    for kind in ("facts", "records", "milestones", "exits", "happenings"):
        for name, became_name in getattr(given, kind).items():
            looking.known((kind, name), [name], getattr(old, kind), "no_old_name", kind=kind)
            looking.known((kind, name), [became_name], getattr(new, kind), "no_new_name", kind=kind)
    problems = looking.problems
    if problems:
        raise DefinitionError(sorted(set(problems), key=lambda problem: problem.line))
    return Mapping(
        steps, given.items, given.outcomes, given.facts, given.records, given.milestones, given.exits, given.happenings
    )


def _targets(became: str | list[str]) -> tuple[str, ...]:
    if isinstance(became, list):
        return tuple(became)
    return () if became == "remove" else (became,)


def _is_stage(rules: Rules, path: str) -> bool:
    return rules.steps[path].kind == "stage"


class _Looking:
    """Gather problems instead of stopping at the first."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []

    def wrong(self, place: Place, code: str, /, **params: object) -> None:
        self.problems.append(self.document.problem(place, code, **params))

    def known(self, place: Place, names: Iterable[str], there: Iterable[str], code: str, /, **params: object) -> None:
        for name in names:
            if name not in there:
                self.wrong(place, code, name=name, **params)
