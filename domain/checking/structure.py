"""What is written and means nothing, or less than its author meant: options in the wrong place, names taken twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.checking.finding import Finding
from domain.checking.places import steps_of
from domain.rules import AFTER_EXIT, REVIEW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.checking.finding import Subject
    from domain.format.model import StepDef
    from domain.format.reading import Place

RESERVED = (AFTER_EXIT, REVIEW)
AFTERWARDS = ("only", "unless", "confirms")


def misplaced(subject: Subject) -> Iterator[Finding]:
    """Yield the options that mean nothing where they stand, and names that mean two things."""
    names: set[str] = set()
    for path, step, place in steps_of(subject.definition):
        name = path.rpartition(".")[2]
        names.add(name)
        if name in RESERVED:
            yield Finding("name_reserved", place, {"name": name})
        yield from _options(path, step, place)
        yield from _items(subject, path, step, place)
    for name in subject.definition.milestones:
        if name in names:
            yield Finding("name_taken_twice", ("milestones", name), {"name": name})


def _options(path: str, step: StepDef, place: Place) -> Iterator[Finding]:
    if not path.startswith(f"{AFTER_EXIT}."):
        for option in AFTERWARDS:
            if getattr(step, option):
                yield Finding("only_after_exit", (*place, option), {"option": option, "step": path})
    if step.decide and step.reasons:
        yield Finding("reasons_on_decision", (*place, "reasons"), {"step": path})
    if step.decide and step.record:
        yield Finding("record_beside_decide", (*place, "record"), {"step": path})
    if step.steps is not None and not step.steps:
        yield Finding("stage_empty", place, {"step": path})
    if step.choose and not step.due and step.steps is None:
        yield Finding("due_missing", place, {"step": path})


def _items(subject: Subject, path: str, step: StepDef, place: Place) -> Iterator[Finding]:
    if step.for_each is None:
        if step.enough:
            yield Finding("enough_without_items", (*place, "enough"), {"step": path})
        return
    here = (*place, "for_each")
    if isinstance(step.for_each, str):
        head, _, tail = step.for_each.partition(".")
        if head == "fact":
            fact = subject.rules.facts.get(tail)
            count = len(fact.one_of) if fact else 0
        else:
            count = len(subject.rules.steps[path].items)
            if not count:
                yield Finding("items_missing", here, {"step": path, "name": head})
    else:
        count = len(step.for_each)
        if not count:
            yield Finding("items_missing", here, {"step": path, "name": "[]"})
    if step.enough and count and step.enough > count:
        words = {"step": path, "enough": str(step.enough), "count": str(count)}
        yield Finding("enough_too_many", (*place, "enough"), words)
