"""A definition as written. Shapes only; what the names refer to is checked when it is compiled."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from domain.calendar import FIRST_DAY, LAST_DAY
from domain.problems import Wrong
from domain.rules import ExitClass
from domain.spans import parse_before, parse_due, parse_span

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Ref = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")]

LAST_EFFECTIVE = LAST_DAY.replace(year=LAST_DAY.year - 10)  # the longest path, its follow-ups and room


def _checked(parse: Any) -> AfterValidator:
    def check(text: str) -> str:
        parse(text)
        return text

    return AfterValidator(check)


def _within_calendar(day: date) -> date:
    """Refuse a day so far off that what follows it couldn't be counted."""
    if not FIRST_DAY <= day <= LAST_EFFECTIVE:
        raise Wrong("form_day_far", first=FIRST_DAY.isoformat(), last=LAST_EFFECTIVE.isoformat())
    return day


SpanText = Annotated[str, _checked(parse_span)]
DueText = Annotated[str, _checked(parse_due)]
BeforeText = Annotated[str, _checked(parse_before)]
Trigger = Ref | list[Any] | dict[str, Any]


class Part(BaseModel):
    """Anything in a definition: unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Label(Part):
    """What people read, in Swedish and English."""

    sv: str
    en: str


class Origin(Part):
    """Where a number or a rule comes from."""

    origin: Literal["stated", "elsewhere", "house", "unknown"]
    source: str | None = None
    why: str | Label | None = None


class HouseDef(Label):
    """A house value: the programme's own decision where the description is silent; ``covers`` names its options."""

    covers: list[Name] = []
    by: str | Label
    on: date
    why: str | Label


class RungDef(Part):
    """One rung of an escalation ladder."""

    after: SpanText
    tell: Name


class WatchDef(Part):
    """The standing step: contact at least this often."""

    every: SpanText
    pause_at_most: SpanText
    overdue: Annotated[list[RungDef], Field(min_length=1)]
    moved_by: list[Ref] = []
    pause_reasons: Annotated[list[Name], Field(min_length=1)]


class ReviewDef(Part):
    """The task that a correction opens when a decision might now differ."""

    by: Name
    due: DueText
    overdue: list[RungDef] = []


class FactDef(Part):
    """A single typed value about the participant."""

    type: Literal["boolean", "date", "integer", "number", "codes", "text"] | None = None
    one_of: list[str] | None = None
    low: float | None = Field(None, alias="from")
    high: float | None = Field(None, alias="to")
    sealed: bool = False
    refusable: bool = False
    esf: str | None = None
    label: Label | None = None
    source: str | None = None


class FieldDef(Part):
    """A field of a record."""

    type: Literal["boolean", "date", "integer", "number", "text"] | None = None
    one_of: list[str] | None = None
    low: float | None = Field(None, alias="from")
    high: float | None = Field(None, alias="to")
    step: float | None = None
    default: float | str | bool | None = None
    derived: Annotated[str, Field(pattern=r"^[a-z_]+ / [a-z_]+$")] | None = None
    sealed: bool = False
    required: bool = False
    own_words: bool = False
    label: Label | None = None
    source: str | None = None

    @model_validator(mode="after")
    def _words(self) -> Self:
        if self.own_words and self.type != "text":
            raise Wrong("own_words_not_text")
        return self


class RecordDef(Part):
    """Values that are observed together, on a day, by a rater; ``for`` names the items of an inventory."""

    items: list[Name] = Field([], alias="for")
    fields: Annotated[dict[Name, FieldDef], Field(min_length=1)]
    labels: dict[Name, Label] = {}
    label: Label | None = None
    source: str | None = None


class ExitDef(Part):
    """One reason of the programme's closed list."""

    cls: ExitClass = Field(alias="class")
    hand_over: Name | None = None
    tell: list[Name] = []
    label: Label
    source: str | None = None


class OutcomeDef(Part):
    """One outcome of a decision."""

    needs: Literal["eligible"] | dict[str, Any] | None = None
    exception: Name | None = None
    exit: Name | None = None
    tell: list[Name] = []
    reasons: list[Name] = []
    label: Label


class HappeningDef(Part):
    """Something that may happen to the participant."""

    by: list[Name]
    condition: dict[str, Any] | None = Field(None, alias="if")
    exit: Name | None = None
    label: Label


class RankDef(Part):
    """Who comes before others in a queue: the lowest rank whose condition holds."""

    condition: dict[str, Any] = Field(alias="if")
    rank: Annotated[int, Field(ge=1, le=99)]


class PlacesDef(Part):
    """A step that needs one of a limited number of places."""

    pool: Name
    waiting_due: DueText
    offer_due: DueText
    priority: list[RankDef] = []


class LastsDef(Part):
    """How long a stage lasts: its decisions come no earlier, and it falls due itself."""

    at_least: SpanText | None = None
    at_most: SpanText | None = None


class ItemDef(Part):
    """One item of ``for_each`` that is there only for some."""

    item: Name
    condition: dict[str, Any] = Field(alias="if")


class StepDef(Part):
    """A step: one concept, many options."""

    label: Label
    source: str | None = None
    origins: dict[str, Origin] = {}
    by: Name | None = None
    authority: Name | None = None
    after: Trigger | None = None
    condition: dict[str, Any] | None = Field(None, alias="if")
    steps: dict[Name, StepDef] | None = None
    choose: Annotated[int, Field(ge=1, le=100)] | None = None
    times: Annotated[int, Field(ge=1, le=1000)] = 1
    every: SpanText | None = None
    for_each: Ref | list[Name | ItemDef] | None = None
    enough: Annotated[int, Field(ge=1)] | None = None
    decide: dict[Name, OutcomeDef] | None = None
    record: Name | None = None
    due: DueText | None = None
    lasts: LastsDef | None = None
    remind: BeforeText | None = None
    overdue: list[RungDef] = []
    announce: bool = False
    not_before: DueText | None = None
    at_due: Name | None = None
    stops: list[Ref] = []
    extended_by: dict[Ref, SpanText] = {}
    waits_for: PlacesDef | None = None
    hours: bool = False
    required: bool | dict[str, Any] = True
    not_by: Ref | list[Ref] | None = None
    same_as: Ref | list[Ref] | None = None
    present: list[Name] = []
    only: list[Name] = []
    unless: list[Name] = []
    never_paused: bool = False
    confirms: bool = False
    view: bool = False
    reasons: list[Name] = []
    tell: list[Name] = []

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if self.steps is not None and (self.decide or self.record or self.due or self.for_each):
            raise Wrong("stage_with_own_work")
        if self.steps is None and self.lasts:
            raise Wrong("lasts_without_steps")
        if self.steps is not None and (self.authority or self.not_before):
            raise Wrong("stage_with_authority")
        if self.times > 1 and self.condition is not None:
            raise Wrong("if_with_times")
        if self.every and self.choose:
            raise Wrong("every_with_choose")
        if self.choose and self.waits_for:
            raise Wrong("choose_with_place")
        if self.at_due and not self.due:
            raise Wrong("at_due_without_due")
        return self


class TargetDef(Part):
    """A target with its base."""

    count: Ref
    of: Ref
    at_least: Annotated[str, Field(pattern=r"^\d{1,3} %$")]
    split: Name | None = None
    source: str
    label: Label


class GoalDef(Part):
    """A goal in words, and what counts for it: any of the conditions. It decides nothing."""

    label: Label
    source: str
    counts: Annotated[list[dict[str, Any]], Field(min_length=1)]


class ExampleDef(Part):
    """A short story that ``check`` plays: days from the referral, the demo's grammar."""

    name: str
    given: dict[str, Any] = {}
    days: dict[int, list[Any]]
    then: list[str] = []
    expect: dict[str, Any]


class ProgrammeDef(Part):
    """A whole definition."""

    programme: Name
    format: Literal[1]
    effective: Annotated[date, AfterValidator(_within_calendar)]
    name: Label
    about: Label
    house: list[HouseDef] = []
    unknown: list[Label] = []
    roles: dict[Name, Label]
    watch: WatchDef
    review: ReviewDef
    reopen_within: SpanText
    resend: list[Literal["announce", "remind", "overdue", "escalate", "answer", "review"]] = []
    facts: dict[Name, FactDef]
    records: dict[Name, RecordDef]
    eligible: list[dict[str, Any]]
    exits: dict[Name, ExitDef]
    steps: dict[Name, StepDef]
    milestones: dict[Name, dict[str, Any]] = {}
    milestone_labels: dict[Name, Label] = {}
    after_exit: dict[Name, StepDef] = {}
    happenings: dict[Name, HappeningDef] = {}
    targets: dict[Name, TargetDef] = {}
    goals: dict[Name, GoalDef] = {}
    authorities: dict[Name, Label] = {}
    variant_of: Name | None = None
    examples: list[ExampleDef] = []
    codes: dict[Name, Label] = {}
    rows: dict[str, Any] = {}
