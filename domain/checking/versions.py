"""Versions that overlap: two definitions of one programme from the same day leave nobody able to say which counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from domain.checking.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domain.format.model import ProgrammeDef


@dataclass(frozen=True, slots=True)
class Known:
    """Another version that there is: the name of its file, or the hash under which it was published."""

    name: str
    programme: str
    effective: date


def overlapping(
    definition: ProgrammeDef, others: Iterable[Known], *, effective: date | None = None
) -> Iterator[Finding]:
    """Yield the other versions of the programme that are effective from the same day."""
    day = effective or definition.effective
    for other in others:
        if (other.programme, other.effective) == (definition.programme, day):
            words = {"other": other.name, "programme": definition.programme, "day": day.isoformat()}
            yield Finding("version_overlaps", ("effective",), words)
