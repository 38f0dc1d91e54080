"""Where every number of a programme comes from: stated, from elsewhere, a house value, or nobody has said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.format.model import ProgrammeDef, StepDef

NUMBERS = ("due", "lasts", "remind", "overdue", "every", "choose", "times", "enough", "not_before", "extended_by")
"""The options of a step that hold numbers; a step's own ``source`` speaks of the step, not of these."""
WHOLE = ("watch", "review", "reopen_within", "resend")
"""The parts of a programme that are numbers for every step."""


@dataclass(frozen=True, slots=True)
class OriginOf:
    """One number: where it stands, what it says, and where it comes from."""

    place: str
    option: str
    value: str
    origin: Literal["stated", "elsewhere", "house", "unknown"]
    source: str | None = None


def origins(definition: ProgrammeDef) -> list[OriginOf]:
    """Return the origin of every number in a definition, in file order; ``unknown`` where nothing explains it."""
    covered = {option for one in definition.house for option in one.covers}
    found = [
        OriginOf(part, part, "", "house" if part in covered else "unknown")
        for part in WHOLE
        if getattr(definition, part)
    ]
    for path, step in _steps(definition):
        found.extend(_of_step(path, step, covered))
    return found


def unexplained(definition: ProgrammeDef) -> list[OriginOf]:
    """Return the numbers that have no origin: P1 may not rest on them."""
    return [one for one in origins(definition) if one.origin == "unknown"]


def _steps(definition: ProgrammeDef) -> Iterator[tuple[str, StepDef]]:
    waiting = [
        *definition.steps.items(),
        *((f"after_exit.{name}", step) for name, step in definition.after_exit.items()),
    ]
    while waiting:
        path, step = waiting.pop(0)
        yield path, step
        waiting[:0] = [(f"{path}.{name}", inner) for name, inner in (step.steps or {}).items()]


def _of_step(path: str, step: StepDef, covered: set[str]) -> Iterator[OriginOf]:
    for option in NUMBERS:
        value = getattr(step, option)
        if value in (None, [], {}, 1):
            continue
        stated = step.origins.get(option)
        if stated is not None:
            yield OriginOf(path, option, str(value), stated.origin, stated.source)
        else:
            yield OriginOf(path, option, str(value), "house" if option in covered else "unknown")
