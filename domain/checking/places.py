"""Where things stand in a definition: every step, and every condition, with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.format.model import ItemDef
from domain.rules import AFTER_EXIT, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.format.model import ProgrammeDef, StepDef
    from domain.format.reading import Place

WAITING = ("_waiting", "_offer")
"""The endings of the steps that ``waits_for`` means."""


@dataclass(frozen=True, slots=True)
class Written:
    """A condition as it stands in a definition, and the parent from which its references are seen."""

    condition: Any
    place: Place
    parent: str = ROOT


def steps_of(definition: ProgrammeDef) -> Iterator[tuple[str, StepDef, Place]]:
    """Yield every step with its full path and its place, in file order."""
    yield from _inside(definition.steps, ROOT, ("steps",))
    yield from _inside(definition.after_exit, AFTER_EXIT, (AFTER_EXIT,))


def _inside(parts: dict[str, StepDef], parent: str, around: Place) -> Iterator[tuple[str, StepDef, Place]]:
    for name, part in parts.items():
        path, place = f"{parent}.{name}" if parent else name, (*around, name)
        yield path, part, place
        yield from _inside(part.steps or {}, path, (*place, "steps"))


def place_of(path: str, definition: ProgrammeDef) -> Place:
    """Return the place of a step; of those that ``waits_for`` means, the step that waits."""
    places = {one: place for one, _, place in steps_of(definition)}
    for ending in WAITING:
        if path not in places and path.endswith(ending):
            return (*places[path.removesuffix(ending)], "waits_for")
    return places[path]


def conditions_of(definition: ProgrammeDef) -> Iterator[Written]:
    """Yield every condition with its place."""
    for index, part in enumerate(definition.eligible):
        yield Written(part, ("eligible", index))
    for name, milestone in definition.milestones.items():
        yield Written(milestone, ("milestones", name))
    for name, happening in definition.happenings.items():
        if happening.condition is not None:
            yield Written(happening.condition, ("happenings", name, "if"))
    for name, goal in definition.goals.items():
        for index, part in enumerate(goal.counts):
            yield Written(part, ("goals", name, "counts", index))
    for path, step, place in steps_of(definition):
        yield from _of_step(step, place, path.rpartition(".")[0])


def _of_step(step: StepDef, place: Place, parent: str) -> Iterator[Written]:
    if step.condition is not None:
        yield Written(step.condition, (*place, "if"), parent)
    if isinstance(step.required, dict):
        yield Written(step.required, (*place, "required"), parent)
    for name, outcome in (step.decide or {}).items():
        if isinstance(outcome.needs, dict):
            yield Written(outcome.needs, (*place, "decide", name, "needs"), parent)
    for index, item in enumerate(step.for_each if isinstance(step.for_each, list) else ()):
        if isinstance(item, ItemDef):
            yield Written(item.condition, (*place, "for_each", index, "if"), parent)
    for index, rank in enumerate(step.waits_for.priority if step.waits_for else ()):
        yield Written(rank.condition, (*place, "waits_for", "priority", index, "if"), parent)


def leaves_of(condition: Any, place: Place) -> Iterator[tuple[dict[str, Any], Place]]:
    """Yield every leaf of a condition with its place."""
    for key in ("all", "any"):
        if key in condition:
            for index, part in enumerate(condition[key]):
                yield from leaves_of(part, (*place, key, index))
            return
    if "not" in condition:
        yield from leaves_of(condition["not"], (*place, "not"))
        return
    yield condition, place
