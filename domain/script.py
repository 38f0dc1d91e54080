"""Stories in a few words: what staff do on which day. Examples inside definitions and the demonstration use it.

A day is counted from the referral; entries are made in the order in which they stand, from ten in the morning. An
entry is a sentence (``done plan``, ``decide gate go_on by pia``) or a mapping that begins with the verb and adds to it
(``{record: activity_level, hours_per_week: 10, environment: adapted, on: 80}``). ``on`` is the day it happened in
life, when that was earlier. ``refused: CODE`` says that it has to be refused, and why.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from domain.calendar import STOCKHOLM
from domain.format.reading import read
from domain.people import Actor, Channel
from domain.problems import Wrong

REFUSED = "refused"
UNSTATED = "unstated"  # a participant's view that isn't told, where a story would otherwise let them agree
FIRST = time(10, 0)  # the first entry of a day, local time; each further one a minute later
WORDS = "Enligt planeringen."  # the reason and the note where a script gives none
VERBS = ("refer", "done", "decide", "record", "fact", "open", "end", "assign", "contact", "happen", "owner", "hours",
         "pause", "resume", "correct", "exit", "reopen")  # fmt: skip

KEPT_WORDS = frozenset(
    ("by", "on", "step", "item", "rater", "day", "reason", "value", "view", "words", "note", "present", "record",
     "correct", "referral", "exit")
)  # fmt: skip
"""What a mapping may say besides values, or ``correct`` names: nothing that is recorded can be called so."""


class ScriptError(Wrong):
    """A sentence that can't be understood; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that somebody does."""

    day: int
    order: int
    verb: str
    words: tuple[str, ...] = ()
    by: str | None = None
    on: int | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def instant(self, start: date) -> datetime:
        """Return when it is done, for a referral that is made on ``start``."""
        first = datetime.combine(start + timedelta(days=self.day), FIRST, STOCKHOLM).astimezone(UTC)
        return first + timedelta(minutes=self.order)

    @property
    def refused(self) -> str | None:
        """Return the code of the refusal that has to come, or None where it has to be taken."""
        code: str | None = self.more.get(REFUSED)
        return code

    @property
    def plain(self) -> Entry:
        """Return what is asked for, without what has to come of it."""
        return replace(self, more={key: value for key, value in self.more.items() if key != REFUSED})

    def __str__(self) -> str:
        return " ".join((self.verb, *self.words))


@dataclass(frozen=True, slots=True)
class Story:
    """What happens to one participant."""

    name: str
    given: dict[str, Any]
    entries: tuple[Entry, ...]
    starts: int = 0
    expect: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frame:
    """What a referral needs besides the story: who it is and where it goes. Opaque ids only."""

    pathway: str
    programme: str
    operation: str
    referral: str
    person: str
    unit: str
    owner: str
    ordinal: int = 1
    previous: str | None = None


@dataclass(frozen=True, slots=True)
class Cast:
    """Staff by id with their roles; the first with a role plays it where a story names nobody."""

    roles: dict[str, tuple[str, ...]]
    channel: Channel = "demo"

    def actor(self, staff: str) -> Actor:
        """Return somebody as an actor."""
        return Actor(staff, self.roles.get(staff, ()), self.channel)

    def playing(self, role: str, *, but: frozenset[str] = frozenset()) -> str:
        """Return who plays a role, not one of ``but``. Raises ScriptError."""
        for staff, roles in self.roles.items():
            if role in roles and staff not in but:
                return staff
        raise ScriptError("story_cast_missing", role=role)


def story(data: dict[str, Any]) -> Story:
    """Read a story. Raises ScriptError."""
    known = {"name", "given", "days", "starts", "expect"}
    entries = tuple(
        _entry(int(day), order, item) for day, items in data["days"].items() for order, item in enumerate(items)
    )
    return Story(
        data["name"], dict(data.get("given", {})), tuple(sorted(entries, key=lambda entry: (entry.day, entry.order))),
        int(data.get("starts", 0)), dict(data.get("expect", {})),
        {key: value for key, value in data.items() if key not in known},
    )  # fmt: skip


def stories(text: str) -> list[Story]:
    """Read a file of stories: a list under ``stories``, or the list itself. Raises DefinitionError, ScriptError."""
    data = read(text).data
    return [story(item) for item in (data["stories"] if isinstance(data, dict) else data)]


def _entry(day: int, order: int, item: str | dict[str, Any]) -> Entry:
    more: dict[str, Any] = {}
    if isinstance(item, dict):
        more = dict(item)
        verb = next((key for key in more if key in VERBS), "")
        item = f"{verb} {more.pop(verb, '')}"
    words = str(item).split()
    by = more.pop("by", None)
    if len(words) > 2 and words[-2] == "by":  # noqa: PLR2004 - verb, by, whom
        by, words = words[-1], words[:-2]
    if not words or words[0] not in VERBS:
        raise ScriptError("story_verb_unknown", day=day, entry=item, known=", ".join(VERBS))
    return Entry(day, order, words[0], tuple(words[1:]), by, more.pop("on", None), more)
