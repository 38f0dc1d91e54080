"""Who declines to be identified is a counted row: what can be counted, and what not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from domain.counting import MOST, Counted, Kind, count
from domain.errors import Refusal
from domain.operations import load_operation
from service.publishing import operation_file

NORDOST = load_operation(operation_file("nordost-2021").read_text("utf-8"))
FIRST = NORDOST.starts
TODAY = FIRST + timedelta(days=100)


def counting(**more: Any) -> Counted:
    given: dict[str, Any] = {
        "unit": NORDOST.units[-1].id, "on": FIRST, "kind": Kind.DECLINED, "number": 2, "gender": None, "today": TODAY,
    }  # fmt: skip
    return count(NORDOST, **{**given, **more})


class TestACountedRow:
    def test_says_how_many_where_when_and_nothing_of_who(self) -> None:
        one = counting(gender="woman")

        assert one == Counted(NORDOST.operation, NORDOST.units[-1].id, FIRST, Kind.DECLINED, 2, "woman")

    def test_stands_in_the_unit_that_the_named_one_became(self) -> None:
        [old, *_] = [unit for unit in NORDOST.units if unit.became is not None]
        assert old.became is not None

        assert counting(unit=old.id, on=max(FIRST, old.became.on)).unit == old.became.unit

    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"number": 0}, "count_out_of_range"),
            ({"number": MOST + 1}, "count_out_of_range"),
            ({"on": FIRST - timedelta(days=1)}, "day_before_the_operation"),
            ({"on": TODAY + timedelta(days=1)}, "day_in_the_future"),
            ({"on": NORDOST.ends + timedelta(days=1), "today": date(2030, 1, 1)}, "day_after_the_operation"),
            ({"unit": "nowhere"}, "unit_unknown"),
        ],
    )
    def test_is_refused_where_it_cannot_be(self, more: dict[str, Any], code: str) -> None:
        with pytest.raises(Refusal, match=code):
            counting(**more)

    @pytest.mark.parametrize("more", [{"number": 1}, {"number": MOST}, {"on": TODAY}], ids=str)
    def test_is_taken_up_to_the_limits(self, more: dict[str, Any]) -> None:
        assert counting(**more).kind is Kind.DECLINED
