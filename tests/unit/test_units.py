"""Units of an operation: which refer, and what they become in a reorganisation."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from domain.errors import Refusal
from domain.operations import OperationDef, moved_to

DAY = date(2021, 1, 1)
BEFORE = DAY - timedelta(days=1)


def unit(name: str, into: str | None = None, on: date = DAY, **more: Any) -> dict[str, Any]:
    became = {"became": {"unit": into, "on": on}} if into else {}
    return {"id": name, "name": name, "owner": "sam", **became, **more}


def operation(*units: dict[str, Any]) -> OperationDef:
    return OperationDef.model_validate(
        {
            "operation": "o", "programme": "p", "name": "O", "starts": DAY, "ends": date(2023, 1, 31), "owner": "En kommun",
            "owner_source": "R1", "esf": {"region": "Västsverige", "source": "R1"},
            "budget": {"total": 2, "esf": 1, "esf_percent": 50, "source": "R2"}, "planned": [], "units": list(units),
            "staff": [{"id": "sam", "name": "Sam", "email": "sam@kommun.example", "unit": units[0]["id"], "roles": []}],
        }
    )  # fmt: skip


class TestReferrals:
    def test_are_taken_from_a_unit_until_it_becomes_another_and_then_through_that(self) -> None:
        one = operation(unit("east", "north_east"), unit("north_east"))

        assert one.takes_from("east", BEFORE).id == "east"
        assert one.takes_from("east", DAY).id == "north_east"

    def test_follow_each_reorganisation_from_its_day(self) -> None:
        later = DAY + timedelta(days=90)
        one = operation(unit("east", "middle"), unit("middle", "north_east", later), unit("north_east"))

        days = (BEFORE, DAY, later - timedelta(days=1), later)
        assert [one.unit_on("east", day).id for day in days] == ["east", "middle", "middle", "north_east"]

    def test_are_refused_from_a_unit_that_does_not_refer(self) -> None:
        one = operation(unit("east", "north"), unit("project", refers=False), unit("north"))

        with pytest.raises(Refusal) as refused:
            one.takes_from("project", DAY)

        assert refused.value.code == "unit_does_not_refer"
        assert refused.value.params == {"unit": "project", "known": "north"}

    def test_are_refused_from_a_unit_of_another_operation(self) -> None:
        with pytest.raises(Refusal) as refused:
            operation(unit("east")).takes_from("south", DAY)

        assert refused.value.code == "unit_unknown"


class TestReorganisations:
    def test_lead_to_a_unit_of_the_operation(self) -> None:
        with pytest.raises(ValidationError, match="which is no unit of the operation"):
            operation(unit("east", "nowhere"))

    def test_never_lead_back_whatever_the_days(self) -> None:
        with pytest.raises(ValidationError, match="became itself in the end"):
            operation(unit("east", "north"), unit("north", "east", DAY + timedelta(days=9)))

    def test_move_along_with_the_operation(self) -> None:
        moved = moved_to(operation(unit("east", "north", BEFORE), unit("north")), date(2026, 9, 1), "o-2026")

        (east, north) = moved.units
        assert east.became is not None
        assert (east.became.on, north.became) == (date(2026, 8, 31), None)
