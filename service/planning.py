"""The plan as it grew: every version with its day, who made it, the participant's own words and view.

A programme writes its plan in one of two ways: as a record with the participant's own words in it, each one taken a
version; or as a step that asks for the participant's view and decides nothing. What was corrected reads as it stands
now, and says that it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.events import EventType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from domain.events import Event
    from service.wording import Words

AGREES = frozenset({"yes", "no", "partly", "not_asked"})
"""A field that may hold these is the participant's view."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is written; ``own`` where it is the participant's own words."""

    label: str
    text: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a plan; ``number`` counts those of the same name from 1."""

    seq: int
    name: str
    number: int
    day: date
    who: str
    lines: tuple[Line, ...] = ()
    view: str = ""
    words: str = ""
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the participant thought of a decision."""

    seq: int
    day: date
    what: str
    outcome: str
    view: str
    words: str


def versions(events: Sequence[Event], words: Words, names: Mapping[str, str]) -> list[Version]:
    """Return every version, the latest first; ``names`` are those of staff by id."""
    found: list[Version] = []
    counts: dict[str, int] = {}
    corrections = _corrections(events)
    for event in events:
        who = names.get(event.actor.staff, event.actor.staff)
        made = _version(event, corrections.get(event.seq, []), words, who)
        if made is not None:
            counts[made.name] = counts.get(made.name, 0) + 1
            found.append(_numbered(made, counts[made.name]))
    return sorted(found, key=lambda one: (one.day, one.seq), reverse=True)


def opinions(events: Sequence[Event], words: Words) -> list[Opinion]:
    """Return what the participant thought of each decision that asked, the latest first."""
    return [
        Opinion(event.seq, event.occurred_on, words.step(event.step or "", event.coded.get("item")),
                words.outcome(event.step or "", event.coded["outcome"]), event.coded["view"],
                str(event.sealed.get("words") or ""))
        for event in reversed(events)
        if event.type is EventType.DONE and event.coded.get("outcome") and event.coded.get("view")
    ]  # fmt: skip


def _numbered(one: Version, number: int) -> Version:
    return Version(one.seq, one.name, number, one.day, one.who, one.lines, one.view, one.words, one.corrected)


def _corrections(events: Sequence[Event]) -> dict[int, list[Event]]:
    found: dict[int, list[Event]] = {}
    for event in events:
        if event.type is EventType.CORRECTED:
            found.setdefault(event.coded["of"], []).append(event)
    return found


def _version(event: Event, corrections: list[Event], words: Words, who: str) -> Version | None:
    day = corrections[-1].occurred_on if corrections else event.occurred_on
    if event.type is EventType.DONE and event.coded.get("view") and not event.coded.get("outcome"):
        said = str(event.sealed.get("words") or "")
        return Version(event.seq, words.step(event.step or "", event.coded.get("item")), 0, day, who,
                       tuple(_note(event)), event.coded["view"], said, bool(corrections))  # fmt: skip
    if event.type is EventType.RECORD_TAKEN and _holds_own_words(event.coded["record"], words):
        values = {**event.coded["values"], **(event.sealed.get("values") or {})}
        for each in corrections:
            values |= {**each.coded["changes"], **(each.sealed.get("changes") or {})}
        view, lines = _read(event.coded["record"], values, words)
        return Version(event.seq, words.record(event.coded["record"]), 0, day, who, lines, view,
                       corrected=bool(corrections))  # fmt: skip
    return None


def _note(event: Event) -> Iterator[Line]:
    if event.sealed.get("note"):
        yield Line("", str(event.sealed["note"]))


def _holds_own_words(record: str, words: Words) -> bool:
    found = words.definition.records.get(record)
    return found is not None and any(field.own_words for field in found.fields.values())


def _read(record: str, values: dict[str, object], words: Words) -> tuple[str, tuple[Line, ...]]:
    """Return the view that a record holds, and its other fields in the programme's order, own words first."""
    view, lines = "", []
    for name, field in words.definition.records[record].fields.items():
        if name not in values:
            continue
        if field.one_of and set(field.one_of) >= {"yes", "no", "partly"} and set(field.one_of) <= AGREES:
            view = str(values[name])
        else:
            # Free text stands as it was written; a code is told in the programme's words.
            text = str(values[name]) if field.type == "text" else words.value(values[name])
            lines.append(Line(words.field(record, name), text, bool(field.own_words)))
    return view, tuple(sorted(lines, key=lambda line: not line.own))
