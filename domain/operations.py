"""An operation (omgång): when and where a programme runs, with whom, and the planned numbers with their sources."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import Field, ValidationError, model_validator

from domain.calendar import add_months, next_working_day
from domain.errors import Refusal
from domain.format.model import Label, Name, Part
from domain.format.reading import DefinitionError, read
from domain.format.shapes import problems_of
from domain.problems import Wrong

StaffId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9._-]{0,59}$")]


class PlannedDef(Part):
    """A planned number. Several may contradict each other: each stands with its unit, source and reading."""

    value: float
    unit: str
    source: str
    reading: str | None = None


class BudgetDef(Part):
    """Money in kronor, and the co-financing rates as they were stated; ``costs`` are the total costs, where stated."""

    total: int
    esf: int
    esf_percent: float
    union_rate_percent: float | None = None
    costs: int | None = None
    source: str


class EsfDef(Part):
    """How the European Social Fund knows the operation."""

    project_number: str | None = None
    diary_number: str | None = None
    region: str
    postcode: str | None = None
    programme_area: str | None = None
    specific_objective: str | None = None
    intervention_type: str | None = None
    programme_period: str | None = None
    phase: str | None = None
    municipalities: list[str] = Field([])
    municipalities_source: str | None = None
    source: str


class BecameDef(Part):
    """What a unit became in a reorganisation: from that day the other unit stands for it."""

    unit: StaffId
    on: date


class UnitDef(Part):
    """A unit and its standing owner, who is responsible for a referral from its first second.

    ``programme`` names the variant that referrals from this unit follow, where it is another than the operation's.
    A unit that doesn't refer has staff in the operation, and no referral is taken from it.
    """

    id: StaffId
    name: str
    owner: StaffId
    programme: Name | None = None
    refers: bool = True
    became: BecameDef | None = None


class GroupDef(Part):
    """A pool whose people start together: how many it takes, and on which days."""

    at_least: Annotated[int, Field(ge=1, le=1000)]
    starts: Annotated[list[date], Field(min_length=1)]


class PoolDef(Part):
    """A limited number of places, at one site or at any."""

    pool: Name
    count: Annotated[int, Field(ge=0, le=10_000)]
    site: StaffId | None = None
    group: GroupDef | None = None


class StaffDef(Part):
    """Somebody who works in the operation."""

    id: StaffId
    name: str
    email: str
    unit: StaffId
    roles: list[Name]


class PartnerDef(Part):
    """An organisation that takes part, and as what."""

    name: str
    part: str
    source: str


class LastingDef(Label):
    """What is to remain when the operation has ended."""

    source: str


class OperationDef(Part):
    """One grant: period, units, staff, places, planned numbers; what was reached; what nobody has stated."""

    operation: StaffId
    programme: Name
    name: str
    starts: date
    ends: date
    owner: str
    owner_source: str
    esf: EsfDef
    budget: BudgetDef | None = None
    planned: list[PlannedDef]
    reached: list[PlannedDef] = Field([])
    partners: list[PartnerDef] = Field([])
    transnational: list[PartnerDef] = Field([])
    lasting: list[LastingDef] = Field([])
    unknown: list[Label] = Field([])
    units: Annotated[list[UnitDef], Field(min_length=1)]
    staff: Annotated[list[StaffDef], Field(min_length=1)]
    places: list[PoolDef] = Field([])

    @model_validator(mode="after")
    def _fits(self) -> OperationDef:
        if self.ends <= self.starts:
            raise Wrong("ends_before_it_starts")
        known = {person.id for person in self.staff}
        for unit in self.units:
            if unit.owner not in known:
                raise Wrong("unit_owner_unknown", unit=unit.id, owner=unit.owner)
        units = {unit.id: unit for unit in self.units}
        for unit in self.units:
            self._becomes_something(unit, units)
        for person in self.staff:
            if person.unit not in units:
                raise Wrong("staff_unit_unknown", staff=person.id, unit=person.unit)
        seen: set[tuple[str, str | None]] = set()
        for one in self.places:
            if one.site is not None and one.site not in units:
                raise Wrong("places_site_unknown", pool=one.pool, site=one.site)
            if (one.pool, one.site) in seen:
                if one.site is None:
                    raise Wrong("places_anywhere_twice", pool=one.pool)
                raise Wrong("places_twice", pool=one.pool, site=one.site)
            seen.add((one.pool, one.site))
        return self

    def programme_of(self, unit: str, day: date | None = None) -> str:
        """Return the programme, or the variant, that referrals from a unit follow: on a day, what the unit then is."""
        found = next((one for one in self.units if one.id == unit), None)
        if found is not None and day is not None:
            found = self.unit_on(unit, day)
        return (found.programme if found else None) or self.programme

    @property
    def programmes(self) -> tuple[str, ...]:
        """Every programme that the operation runs: its own, and the variants of its units."""
        return tuple(dict.fromkeys([self.programme, *(one.programme for one in self.units if one.programme)]))

    @staticmethod
    def _becomes_something(unit: UnitDef, units: dict[str, UnitDef]) -> None:
        """Refuse a unit that became one that isn't there, or in the end itself, whatever the days."""
        passed, here = {unit.id}, unit
        while here.became is not None:
            if here.became.unit not in units:
                raise Wrong("unit_became_nothing", unit=here.id, into=here.became.unit)
            if here.became.unit in passed:
                raise Wrong("unit_became_itself", unit=unit.id)
            here = units[here.became.unit]
            passed.add(here.id)

    def unit_on(self, unit: str, day: date) -> UnitDef:
        """Return the unit that stands for a unit on a day: itself, or what it became. Raises Refusal: unit_unknown."""
        units = {one.id: one for one in self.units}
        if unit not in units:
            raise Refusal("unit_unknown", unit=unit, known=self._referring(day))
        found = units[unit]
        while found.became is not None and found.became.on <= day:
            found = units[found.became.unit]
        return found

    def takes_from(self, unit: str, day: date) -> UnitDef:
        """Return the unit that a day's referral from a unit goes through.

        Raises Refusal: unit_unknown for a unit that isn't the operation's, unit_does_not_refer.
        """
        found = self.unit_on(unit, day)
        if not found.refers:
            raise Refusal("unit_does_not_refer", unit=found.id, known=self._referring(day))
        return found

    def _referring(self, day: date) -> str:
        return ", ".join(one.id for one in self.units if one.refers and (one.became is None or day < one.became.on))

    def covers(self, day: date) -> None:
        """Refuse a day outside the operation (its last day is included). Raises Refusal."""
        if day < self.starts:
            raise Refusal("day_before_the_operation", day=str(day), start=str(self.starts))
        if day > self.ends:
            raise Refusal("day_after_the_operation", day=str(day), end=str(self.ends))


def load_operation(text: str) -> OperationDef:
    """Read and validate an operation. Raises DefinitionError with a line for each problem."""
    document = read(text)
    try:
        return OperationDef.model_validate(document.data)
    except ValidationError as error:
        raise DefinitionError(problems_of(document, error)) from error


def from_data(data: dict[str, Any]) -> OperationDef:
    """Return an operation as PostgreSQL kept it."""
    return OperationDef.model_validate(data)


def moved_to(operation: OperationDef, starts: date, name: str) -> OperationDef:
    """Return an operation of the same length from another day, under another name; reorganisations move along.

    It is another grant: how it is called, the fund's numbers for it and its money aren't those of the old one.
    """
    months = (operation.ends.year - operation.starts.year) * 12 + operation.ends.month - operation.starts.month
    ends = (
        add_months(starts, months + 1) - timedelta(days=1) if months else starts + (operation.ends - operation.starts)
    )
    away = starts - operation.starts
    units = [
        one.model_copy(update={"became": one.became.model_copy(update={"on": one.became.on + away})})
        if one.became
        else one
        for one in operation.units
    ]
    places = [
        one.model_copy(update={"group": one.group.model_copy(
            update={"starts": [next_working_day(day + away) for day in one.group.starts]})})
        if one.group else one
        for one in operation.places
    ]  # fmt: skip
    changes: dict[str, Any] = {
        "operation": name, "starts": starts, "ends": ends, "units": units, "places": places, "reached": [],
    }  # fmt: skip
    if starts != operation.starts:
        numbers = dict.fromkeys(("project_number", "diary_number", "programme_period", "phase"))
        changes |= {"name": name, "esf": operation.esf.model_copy(update=numbers), "budget": None}
    return operation.model_copy(update=changes)
