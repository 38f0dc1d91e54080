"""The compiled rules: what ``decide`` reads of a definition, and nothing else.

Every reference is a full path, every variant resolved. The rules travel in the workflow's input, so they are kept
small: texts, targets and examples stay with the definition. The version of a programme is the hash of this.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Literal

from pydantic import TypeAdapter

StepKind = Literal["stage", "task", "decision", "record"]
ExitClass = Literal["completed", "interrupted", "not_started", "void"]

ROOT = ""
WATCH = "watch"
REVIEW = "review_correction"
OWNER = "owner"
ITEM = "item"
STAGE = "stage"


@dataclass(frozen=True)
class Outcome:
    """One outcome of a decision: what it needs, what it leads to, who is told."""

    needs: dict[str, Any] | None = None
    exception: str | None = None
    exit: str | None = None
    tell: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rung:
    """One rung of an escalation ladder: how long after the due day, and which role is told."""

    after: str
    tell: str


@dataclass(frozen=True)
class Rank:
    """A place in a queue: who fulfils the condition comes before those with a higher rank."""

    condition: dict[str, Any]
    rank: int


@dataclass(frozen=True)
class StepRule:
    """One step, compiled. Meaning of the options: docs/programme-format.md."""

    path: str
    parent: str
    kind: StepKind
    by: str | None = None
    authority: str | None = None
    after: dict[str, Any] | None = None
    again: dict[str, Any] | None = None
    condition: dict[str, Any] | None = None
    choose: int = 0
    times: int = 1
    every: str | None = None
    items: tuple[str, ...] = ()
    items_from: str | None = None
    items_if: dict[str, dict[str, Any]] = field(default_factory=dict)
    enough: int | None = None
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    record: str | None = None
    due: str | None = None
    remind: str | None = None
    overdue: tuple[Rung, ...] = ()
    announce: bool = False
    not_before: str | None = None
    at_due: str | None = None
    stops: tuple[str, ...] = ()
    extended_by: dict[str, str] = field(default_factory=dict)
    hours: bool = False
    required: bool = True
    required_if: dict[str, Any] | None = None
    not_by: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    never_paused: bool = False
    confirms: bool = False
    view: bool = False
    reasons: tuple[str, ...] = ()
    tell: tuple[str, ...] = ()
    waits: str | None = None
    ranks: tuple[Rank, ...] = ()

    @property
    def standing(self) -> bool:
        """Tell whether the step repeats for ever and so never keeps its stage open."""
        return self.every is not None

    @property
    def is_intervention(self) -> bool:
        """Tell whether participants take part in it over time: it is chosen from a menu, or attended hours are kept."""
        return self.kind == "task" and bool(self.choose or self.hours)

    @property
    def grouped(self) -> bool:
        """Tell whether the step opens one instance for each item."""
        return bool(self.items) or self.items_from is not None


@dataclass(frozen=True)
class FactRule:
    """A single typed value. ``sealed`` values never stand in the coded part; ``refusable`` may be declined."""

    type: str
    one_of: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    sealed: bool = False
    refusable: bool = False


@dataclass(frozen=True)
class FieldRule:
    """A field of a record: typed, or derived as a percentage of two others."""

    type: str
    one_of: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    step: float | None = None
    default: Any = None
    sealed: bool = False
    required: bool = False
    derived: tuple[str, str] | None = None


@dataclass(frozen=True)
class ExitRule:
    """A reason to leave: how it counts, and to whom the person is handed over."""

    cls: ExitClass
    hand_over: str | None = None
    tell: tuple[str, ...] = ()


@dataclass(frozen=True)
class Happening:
    """Something that may happen: who may say so, and whether it ends the path."""

    by: tuple[str, ...]
    exit: str | None = None
    step: str | None = None
    condition: dict[str, Any] | None = None


@dataclass(frozen=True)
class WatchRule:
    """The standing step that the first promise rests on."""

    every: str
    pause_at_most: str
    overdue: tuple[Rung, ...]
    moved_by: tuple[str, ...] = ()
    pause_reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReviewRule:
    """The task that a correction opens when a human decision might now differ."""

    by: str
    due: str
    overdue: tuple[Rung, ...] = ()


@dataclass(frozen=True)
class Rules:
    """All that decides a pathway."""

    programme: str
    format: int
    roles: tuple[str, ...]
    watch: WatchRule
    review: ReviewRule
    reopen_within: str
    facts: dict[str, FactRule]
    records: dict[str, dict[str, FieldRule]]
    eligible: tuple[dict[str, Any], ...]
    exits: dict[str, ExitRule]
    steps: dict[str, StepRule]
    milestones: dict[str, dict[str, Any]]
    happenings: dict[str, Happening] = field(default_factory=dict)
    resend: tuple[str, ...] = ()
    hash: str = ""

    @cached_property
    def children(self) -> dict[str, tuple[StepRule, ...]]:
        """Steps by parent path, in file order."""
        found: dict[str, list[StepRule]] = {}
        for rule in self.steps.values():
            found.setdefault(rule.parent, []).append(rule)
        return {parent: tuple(rules) for parent, rules in found.items()}

    @cached_property
    def after_exit(self) -> tuple[StepRule, ...]:
        """The steps that an exit opens, in file order."""
        return self.children.get(AFTER_EXIT, ())

    @cached_property
    def by_name(self) -> dict[str, tuple[str, ...]]:
        """Full paths by their last part."""
        found: dict[str, tuple[str, ...]] = {}
        for path in self.steps:
            name = path.rsplit(".", 1)[-1]
            found[name] = (*found.get(name, ()), path)
        return found


AFTER_EXIT = "after_exit"


def canonical(rules: Rules) -> str:
    """Return the rules as canonical JSON: sorted keys, no defaults, no hash."""

    def slim(value: object) -> object:
        if isinstance(value, dict):
            return {key: slim(item) for key, item in value.items() if item not in (None, (), [], {})}
        if isinstance(value, list | tuple):
            return [slim(item) for item in value]
        return value

    data = asdict(rules)
    data.pop("hash")
    # Order of steps, milestones and outcomes decides evaluation: it has to be part of what is hashed.
    data["order"] = [list(rules.steps), list(rules.milestones)]
    return json.dumps(slim(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def rules_hash(rules: Rules) -> str:
    """Return the version of the rules: the first 16 hexadecimal digits of the SHA-256 of their canonical form."""
    return hashlib.sha256(canonical(rules).encode()).hexdigest()[:16]


def text_of(data: dict[str, Any]) -> str:
    """Return the canonical JSON of rules that were kept as data (PostgreSQL keeps them so)."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@lru_cache(maxsize=64)  # a worker serves a handful of versions; one parse serves every pathway of a version
def parse(text: str) -> Rules:
    """Return the rules that ``canonical`` wrote, with their hash."""
    data = json.loads(text)
    steps, milestones = data.pop("order")
    data["steps"] = {path: data["steps"][path] for path in steps}
    data["milestones"] = {name: data["milestones"][name] for name in milestones}
    return _RULES.validate_python({**_EMPTY, **data, "hash": hashlib.sha256(text.encode()).hexdigest()[:16]})


_EMPTY: dict[str, Any] = {"eligible": (), "facts": {}, "records": {}}
_RULES = TypeAdapter(Rules)
