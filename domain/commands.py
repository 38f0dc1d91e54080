"""What people ask for. A command is asked once, by its id, and is recorded, accepted or not taken."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.migration.mapping import Mapping
from domain.people import Actor

Code = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Words = Annotated[str, Field(max_length=4000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]
"""Free text as staff write it: line breaks and tabs are allowed, other control characters are not."""


class View(BaseModel):
    """The participant's own view on a plan or a decision; ``words`` are sealed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agrees: Literal["yes", "no", "partly", "not_asked"]
    words: Words | None = None


class Asked(BaseModel):
    """What every command carries. ``id`` is a UUIDv7 made by the caller; asking again with it is harmless.

    ``occurred_on`` is the day it happened in life (today when absent). ``not_after`` is an instant after which nobody
    waits for the answer any more, so that the command must not be taken.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Code
    by: Actor
    occurred_on: date | None = None
    not_after: datetime | None = None


class Refer(Asked):
    """Refer a person: the first command of a pathway."""

    kind: Literal["refer"] = "refer"
    pathway: Code
    programme: Code
    operation: Code
    referral: Code
    person: Code
    unit: Code
    owner: Code
    ordinal: int = 1
    previous: Code | None = None
    facts: dict[str, Any] = Field(default_factory=dict)
    refused: tuple[Code, ...] = ()
    reason: Words | None = None


class OnStep(Asked):
    """A command about one open step; ``step`` is a path or its unambiguous last part."""

    step: Code
    item: Code | None = None
    n: int | None = None


class Complete(OnStep):
    """Say that a step is done."""

    kind: Literal["complete"] = "complete"
    note: Words | None = None
    view: View | None = None
    present: tuple[Code, ...] = ()


class Decide(OnStep):
    """Choose an outcome, as a named person with a reason."""

    kind: Literal["decide"] = "decide"
    outcome: Code
    reason: Words
    coded_reason: Code | None = None
    exception: bool = False
    view: View | None = None
    present: tuple[Code, ...] = ()


class TakeRecord(Asked):
    """Record values that were observed together; with ``step`` it also completes that step."""

    kind: Literal["record"] = "record"
    record: Code
    values: dict[str, Any]
    step: Code | None = None
    item: Code | None = None
    n: int | None = None
    rater: Code | None = None


class RecordFact(Asked):
    """Record one fact, or that the participant refused to state it."""

    kind: Literal["fact"] = "fact"
    fact: Code
    value: Any = None
    refused: bool = False


class OpenStep(Asked):
    """Choose an intervention from the menu of an open stage."""

    kind: Literal["open"] = "open"
    step: Code
    provider: Code | None = None
    person: Code | None = None
    note: Words | None = None


class EndStep(OnStep):
    """Interrupt a step that will not be completed, with a coded reason."""

    kind: Literal["end"] = "end"
    coded_reason: Code
    note: Words | None = None


class Assign(OnStep):
    """Make one person responsible for a step (claim it, or hand it over)."""

    kind: Literal["assign"] = "assign"
    person: Code


class ChangeOwner(Asked):
    """Hand the whole pathway to another owner; open work follows because it is stored symbolically."""

    kind: Literal["change_owner"] = "change_owner"
    owner: Code
    note: Words | None = None


class Contact(Asked):
    """Say that somebody was in contact with the participant: moves the watch."""

    kind: Literal["contact"] = "contact"
    note: Words | None = None


class ReportHours(OnStep):
    """Report attended hours of an intervention for one month."""

    kind: Literal["hours"] = "hours"
    month: Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
    hours: Annotated[float, Field(allow_inf_nan=False)]  # JSON has no sign for either: it would arrive as nothing


class Happen(Asked):
    """Say that something named in the programme's happenings took place.

    With ``key`` only that opening of a step is meant. A place that is offered names its ``pool``, its ``site`` and,
    where people start together, the day.
    """

    kind: Literal["happen"] = "happen"
    happening: Code
    key: Code | None = None
    pool: Code | None = None
    site: Code | None = None
    starts_on: date | None = None
    note: Words | None = None


class Pause(Asked):
    """Stop the clock until a day, within the programme's limit."""

    kind: Literal["pause"] = "pause"
    reason: Code
    resume_by: date
    note: Words | None = None


class Resume(Asked):
    """Start the clock again."""

    kind: Literal["resume"] = "resume"
    note: Words | None = None


class Correct(Asked):
    """Correct what an earlier event recorded: its values, its day, or both."""

    kind: Literal["correct"] = "correct"
    of: int
    changes: dict[str, Any] = Field(default_factory=dict)
    day: date | None = None
    reason: Words


class Exit(Asked):
    """Take the participant out of the programme, with a reason from its closed list."""

    kind: Literal["exit"] = "exit"
    exit: Code
    reason: Words
    view: View | None = None


class Reopen(Asked):
    """Take back an exit within the programme's limit: what it ended is restored."""

    kind: Literal["reopen"] = "reopen"
    reason: Words


class Reenter(Asked):
    """The same person came back in the same operation: this pathway's follow-ups are cancelled."""

    kind: Literal["reenter"] = "reenter"
    pathway: Code


class TakeOver(Asked):
    """A history was taken over: whatever is overdue already gives one notice to somebody who is here now."""

    kind: Literal["take_over"] = "take_over"


class Migrate(Asked):
    """Let a pathway follow another version from now on; ``rules`` is that version's canonical JSON."""

    kind: Literal["migrate"] = "migrate"
    rules: Annotated[str, Field(max_length=1_000_000)]
    mapping: Mapping = Field(default_factory=Mapping)


class UndoMigration(Asked):
    """Take the latest migration back; ``rules`` is the canonical JSON of the version before it."""

    kind: Literal["undo_migration"] = "undo_migration"
    rules: Annotated[str, Field(max_length=1_000_000)]


class Tick(Asked):
    """Time has passed: say what became due."""

    kind: Literal["tick"] = "tick"


Command = Annotated[
    Refer
    | Complete
    | Decide
    | TakeRecord
    | RecordFact
    | OpenStep
    | EndStep
    | Assign
    | ChangeOwner
    | Contact
    | ReportHours
    | Happen
    | Pause
    | Resume
    | Correct
    | Exit
    | Reopen
    | Reenter
    | TakeOver
    | Migrate
    | UndoMigration
    | Tick,
    Field(discriminator="kind"),
]
