"""The state of a pathway: a cache of its log, folded by ``evolve``. It knows no programme.

Values inside are frozen and shared between copies, so that a copy costs a handful of shallow dictionary copies:
``decide`` works on one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

SCHEMA = 1
REMEMBERED = timedelta(days=7)  # a caller that asks again later than this is refused as too old

HOURS = "hours"  # the record in which attendance stands, a month at a time
GROUPING = ("stage", "group")
UUID7 = 7


def made_at(command_id: str) -> datetime | None:
    """Return when a UUIDv7 was made; None for other ids, which carry no time."""
    try:
        made = UUID(command_id)
    except ValueError:
        return None
    return datetime.fromtimestamp((made.int >> 80) / 1000, UTC) if made.version == UUID7 else None


@dataclass(frozen=True, slots=True)
class Alarm:
    """A notice that will be promised at an instant if the step is still open; ``to`` empty: whoever is responsible."""

    at: datetime
    kind: str
    to: str


@dataclass(frozen=True, slots=True)
class Instance:
    """One opening of a step."""

    key: str
    path: str
    n: int
    kind: str
    opened_seq: int
    opened_on: date
    cause_seq: int = 0
    item: str | None = None
    by: str | None = None
    person: str | None = None
    required: bool = True
    standing: bool = False
    never_paused: bool = False
    status: str = "open"
    outcome: str | None = None
    closed_seq: int = 0
    closed_on: date | None = None
    actor: str | None = None
    needs: str | None = None
    due: datetime | None = None
    due_on: date | None = None
    anchor: str = "opening"
    not_before: date | None = None
    at_due: str | None = None
    extended: int = 0
    rounds_done: int = 0
    alarms: tuple[Alarm, ...] = ()


@dataclass(frozen=True, slots=True)
class FactValue:
    """A fact as it was recorded; ``refused`` means that the participant declined to state it."""

    value: Any
    on: date
    seq: int
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as it was taken: values observed together."""

    values: dict[str, Any]
    on: date
    seq: int
    key: str | None = None
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """When something came true: its sequence number and its day."""

    seq: int
    on: date


@dataclass(frozen=True, slots=True)
class Paused:
    """A pause: since when, and by when it has to be resumed."""

    on: date
    resume_by: date


@dataclass(frozen=True, slots=True)
class Still:
    """Days that the clock stood still, from one up to another, and the event that gave them to the open steps."""

    since: date
    until: date
    seq: int


@dataclass(frozen=True, slots=True)
class Exited:
    """The exit: its reason, class, day, the decision that led to it, and since when a pause stood that it ended."""

    reason: str
    cls: str
    on: date
    seq: int
    first_seq: int
    key: str | None = None
    paused_on: date | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A command that is in the record: its events, and when."""

    at: datetime
    first_seq: int
    last_seq: int


@dataclass(frozen=True, slots=True)
class Undo:
    """How the latest migration is taken back, for as long as nothing but told notices has followed it."""

    seq: int
    command: str
    source: str
    edit: dict[str, Any]
    keys: dict[str, str] = field(default_factory=dict)
    told: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Referral:
    """Who was referred, by whom, to what."""

    id: str
    programme: str
    operation: str
    referrer: str
    unit: str
    on: date
    ordinal: int = 1
    previous: str | None = None


@dataclass(slots=True)
class State:
    """Everything that decides what happens next on one pathway."""

    pathway: str
    referral: Referral
    owner: str
    schema: int = SCHEMA
    seq: int = 0
    open: dict[str, Instance] = field(default_factory=dict)
    past: dict[str, Instance] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    happened: dict[str, Seen] = field(default_factory=dict)
    facts: dict[str, tuple[FactValue, ...]] = field(default_factory=dict)
    records: dict[str, tuple[Entry, ...]] = field(default_factory=dict)
    reached: dict[str, Seen] = field(default_factory=dict)
    paused: Paused | None = None
    exit: Exited | None = None
    reentered: str | None = None
    closed: bool = False
    last_contact: date | None = None
    commands: dict[str, Taken] = field(default_factory=dict)
    undo: Undo | None = None
    still: tuple[Still, ...] = ()

    def copy(self) -> State:
        """Return a copy that can be changed without changing this one."""
        return State(
            self.pathway, self.referral, self.owner, self.schema, self.seq, dict(self.open), dict(self.past),
            dict(self.counts), dict(self.seen), dict(self.happened), dict(self.facts), dict(self.records),
            dict(self.reached), self.paused, self.exit, self.reentered, self.closed, self.last_contact,
            dict(self.commands), self.undo, self.still,
        )  # fmt: skip

    # What conditions look at (domain.conditions.Observed).

    def fact(self, name: str) -> Any:
        """Return a fact's current value, or None when it is unknown or was refused."""
        values = self.facts.get(name)
        return values[-1].value if values else None

    def observed(self, name: str, item: str | None = None) -> list[dict[str, Any]]:
        """Return the values of every record of a name (and item), by the day on which they were observed."""
        entries = [entry for entry in self.records.get(name, ()) if item in (None, entry.item)]
        return [entry.values for entry in sorted(entries, key=lambda entry: (entry.on, entry.seq))]

    def day(self, anchor: str) -> date | None:
        """Return the day of the referral, the exit, a milestone, a happening or a step's latest completion."""
        if anchor == "referral":
            return self.referral.on
        if anchor == "exit":
            return self.exit.on if self.exit else None
        if anchor in self.reached:
            return self.reached[anchor].on
        if anchor in self.happened:
            return self.happened[anchor].on
        done = [one for one in self.past.values() if one.path == anchor and one.status == "done" and one.item is None]
        return max(done, key=lambda one: one.closed_seq).closed_on if done else None

    def is_reached(self, milestone: str) -> bool:
        """Tell whether a milestone is reached and not withdrawn."""
        return milestone in self.reached

    def has_seen(self, ref: str) -> bool:
        """Tell whether a reference has ever come true."""
        return ref in self.seen

    def count(self, ref: str) -> int:
        """Return how often a step was opened (``x.opened``) or done (``x``)."""
        if ref.endswith(".opened"):
            return self.counts.get(ref.removesuffix(".opened"), 0)
        rounds = [one for one in (*self.past.values(), *self.open.values()) if one.path == ref and one.item is None]
        return sum((one.status == "done") + one.rounds_done for one in rounds)

    def stood_still(self, instance: Instance, since: date, until: date) -> int:
        """Return how many days from ``since`` up to ``until`` no earlier pause has given to an open step already."""
        first = max(since, instance.opened_on)
        given = [one for one in self.still if one.seq > instance.opened_seq]
        days = (first + timedelta(days=place) for place in range((until - first).days))
        return sum(not any(one.since <= day < one.until for one in given) for day in days)

    def holding(self, instance: Instance) -> bool:
        """Tell whether a pause holds the clock of an open step."""
        return self.paused is not None and not instance.never_paused and instance.path != "watch"


def due(state: State) -> datetime | None:
    """Return the next instant at which something must happen, or None when nothing waits for time."""
    earliest: datetime | None = None
    for one in state.open.values():
        if state.holding(one):
            continue
        for at in (one.alarms[0].at if one.alarms else None, one.due if one.at_due else None):
            if at is not None and (earliest is None or at < earliest):
                earliest = at
    return earliest
