"""What the professions recorded about one participant: by instrument and item, who assessed what on which day.

Raters are kept apart: what two saw is never made into one figure. A field that was not observed is absent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from domain.events import EventType
from domain.interpreter.state import HOURS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from domain.events import Event
    from domain.interpreter.state import Entry
    from domain.rules import FieldRule
    from service.page import Page

PARTICIPANT = "participant"  # who rates where the participant assesses their own


@dataclass(frozen=True, slots=True)
class Observation:
    """Values that one rater observed together, as they stand after corrections."""

    seq: int
    on: date
    recorded_at: datetime
    rater: str
    values: dict[str, Any] = field(repr=False)
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Assessed:
    """All observations of one instrument, of one item where it has any; the first comes first."""

    record: str
    item: str | None
    observations: tuple[Observation, ...]

    @property
    def latest(self) -> tuple[Observation, ...]:
        """The latest observation of each rater, in the order in which they first assessed."""
        found = {one.rater: one for one in self.observations}
        return tuple(found.values())

    def differing(self, fields: Mapping[str, FieldRule]) -> tuple[str, ...]:
        """Return the fields on which the raters' latest observations differ; words are never compared."""
        compared = [name for name, rule in fields.items() if not rule.sealed and not rule.derived]
        return tuple(
            name for name in compared
            if len({str(one.values[name]) for one in self.latest if one.values.get(name) is not None}) > 1
        )  # fmt: skip


def assessed(page: Page) -> tuple[Assessed, ...]:
    """Return everything that was assessed, in the order of the programme's instruments and their items."""
    if page.state is None or page.rules is None:
        return ()
    taken = {event.seq: event for event in page.events if event.type is EventType.RECORD_TAKEN}
    found: list[Assessed] = []
    for name in page.rules.records:
        entries = [entry for entry in page.state.records.get(name, ()) if entry.seq in taken]
        seen = [
            Observation(entry.seq, entry.on, taken[entry.seq].recorded_at, str(taken[entry.seq].coded["rater"]),
                        whole(taken[entry.seq], entry), entry.item)
            for entry in sorted(entries, key=lambda entry: (entry.on, entry.seq))
        ]  # fmt: skip
        items = dict.fromkeys((*_items(page, name), *(one.item for one in seen)))
        found += [
            Assessed(name, item, of_item)
            for item in items
            if (of_item := tuple(one for one in seen if one.item == item)) and name != HOURS
        ]
    return tuple(found)


def whole(taken: Event, entry: Entry) -> dict[str, Any]:
    """Return the values of a record with its words, as they stand: the state keeps only those that were corrected."""
    return {**(taken.sealed.get("values") or {}), **entry.values}


def _items(page: Page, record: str) -> Sequence[str | None]:
    known = page.words.definition.records.get(record) if page.words is not None else None
    return known.items if known is not None else ()


@dataclass(frozen=True, slots=True)
class Scale:
    """Fields that are measured alike, so that one picture can show them."""

    low: float | None
    high: float | None
    fields: tuple[str, ...]


def scales(fields: Mapping[str, FieldRule], observations: Iterable[Observation]) -> tuple[Scale, ...]:
    """Return the fields with figures by the ends of their scale, those observed at least twice."""
    seen = list(observations)
    found: dict[tuple[float | None, float | None], list[str]] = {}
    for name, rule in fields.items():
        if rule.type not in ("integer", "number") or rule.sealed or rule.default is not None:
            continue  # what is the same for most is a base to count from, no observation
        if sum(one.values.get(name) is not None for one in seen) > 1:
            ends = (0.0, 100.0) if rule.derived else (rule.low, rule.high)
            found.setdefault(ends, []).append(name)
    return tuple(Scale(low, high, tuple(names)) for (low, high), names in found.items())
