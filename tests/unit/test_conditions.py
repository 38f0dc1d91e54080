"""Conditions: three values, one record at a time, ages on a named day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.conditions import anything, evaluate, everything, explain, refs_of


@dataclass
class Known:
    """What a condition is asked about."""

    facts: dict[str, Any] = field(default_factory=dict)
    records: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    days: dict[str, date] = field(default_factory=dict)
    reached: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)

    def fact(self, name: str) -> Any:
        return self.facts.get(name)

    def observed(self, name: str, item: str | None = None) -> list[dict[str, Any]]:
        return self.records.get(f"{name}.{item}" if item else name, [])

    def day(self, anchor: str) -> date | None:
        return self.days.get(anchor)

    def is_reached(self, milestone: str) -> bool:
        return milestone in self.reached

    def has_seen(self, ref: str) -> bool:
        return ref in self.seen

    def count(self, ref: str) -> int:
        return self.counts.get(ref, 0)


TRUTHS = st.lists(st.sampled_from([True, False, None]), max_size=5)


class TestThreeValues:
    @given(TRUTHS)
    def test_let_one_no_decide_and_one_unknown_hold_back(self, truths: list[bool | None]) -> None:
        assert everything(truths) is (False if False in truths else None if None in truths else True)
        negated = [None if truth is None else not truth for truth in truths]
        both = anything(negated)
        assert everything(truths) is (None if both is None else not both)

    def test_leave_a_negated_unknown_unknown(self) -> None:
        assert evaluate({"not": {"fact": "far", "is": True}}, Known()) is None


class TestFacts:
    @pytest.mark.parametrize(
        ("test", "value", "truth"),
        [
            ({"is": True}, True, True),
            ({"is": True}, False, False),
            ({"is": True}, None, None),
            ({"in": ["a", "b"]}, "b", True),
            ({"in": ["a", "b"]}, "c", False),
            ({"from": 3}, 3, True),
            ({"from": 3, "to": 5}, 6, False),
            ({"from": 0.1, "to": 0.3}, 0.3, True),
            ({"from": "2026-01-01"}, "2026-03-01", True),
            ({"to": "2026-01-01"}, "2026-03-01", False),
            ({"from": 0}, True, False),
            ({"has": "a"}, ["a", "b"], True),
            ({"has": "c"}, ["a", "b"], False),
            ({"has": "a"}, [], False),
            ({"has": "a"}, None, None),
            ({"known": True}, None, False),
            ({"known": False}, None, True),
        ],
    )
    def test_are_compared_or_unknown(self, test: dict[str, Any], value: Any, truth: bool | None) -> None:
        facts = {} if value is None else {"one": value}
        assert evaluate({"fact": "one", **test}, Known(facts=facts)) is truth


class TestRecords:
    WHERE: ClassVar[dict[str, Any]] = {"record": "level", "where": {"percent": {"from": 25}, "environment": "adapted"}}

    def test_match_on_one_record_not_on_two_halves(self) -> None:
        two = [{"percent": 30, "environment": "ordinary"}, {"percent": 10, "environment": "adapted"}]
        assert evaluate(self.WHERE, Known(records={"level": two})) is False

    def test_that_observed_nothing_of_it_leave_it_unknown(self) -> None:
        assert evaluate(self.WHERE, Known(records={"level": [{"environment": "adapted"}]})) is None
        assert evaluate(self.WHERE, Known()) is None

    def test_are_counted_where_several_are_wanted(self) -> None:
        twice = {"record": "score", "where": {"points": {"from": 4}}, "at_least": 2}
        assert evaluate(twice, Known(records={"score": [{"points": 4}]})) is False
        assert evaluate(twice, Known(records={"score": [{"points": 4}, {}]})) is None
        assert evaluate(twice, Known(records={"score": [{"points": 4}, {"points": 5}]})) is True

    def test_of_one_item_say_nothing_of_another(self) -> None:
        known = Known(records={"need": [{"rating": "obstacle"}], "need.health": [{"rating": "obstacle"}]})
        obstacle: dict[str, Any] = {"record": "need", "where": {"rating": "obstacle"}}

        assert evaluate({**obstacle, "item": "health"}, known) is True
        assert evaluate({**obstacle, "item": "housing"}, known) is None

    def test_of_one_item_show_its_progress(self) -> None:
        known = Known(records={"need": [{"points": 1}, {"points": 5}], "need.health": [{"points": 1}]})
        better: dict[str, Any] = {"record": "need", "field": "points", "from": 1}

        assert evaluate({"progress": better}, known) is True
        assert evaluate({"progress": {**better, "item": "health"}}, known) is None


class TestAge:
    RULE: ClassVar[dict[str, Any]] = {"age": {"from": 35, "to": 55, "at": "referral"}}

    @pytest.mark.parametrize(
        ("referral", "truth"),
        [
            (date(2025, 5, 31), False),  # the day before the 35th birthday
            (date(2025, 6, 1), True),  # the 35th birthday
            (date(2046, 5, 31), True),  # the day before the 56th
            (date(2046, 6, 1), False),  # the 56th birthday
        ],
    )
    def test_includes_both_ends_on_the_referrals_day(self, referral: date, truth: bool) -> None:
        known = Known(facts={"birth_date": "1990-06-01"}, days={"referral": referral})
        assert evaluate(self.RULE, known) is truth

    def test_is_unknown_without_a_date_of_birth(self) -> None:
        assert evaluate(self.RULE, Known(days={"referral": date(2025, 1, 1)})) is None


class TestReferences:
    def test_ask_what_has_come_true_and_how_often(self) -> None:
        known = Known(reached=("half",), seen=("plan",), counts={"course.opened": 2})
        assert (
            evaluate({"all": [{"reached": "half"}, {"ref": "plan"}, {"count": "course.opened", "from": 2}]}, known)
            is True
        )
        assert evaluate({"any": [{"reached": "all"}, {"ref": "exit"}]}, known) is False

    def test_are_all_found(self) -> None:
        condition = {"all": [{"ref": "a"}, {"any": [{"reached": "b"}, {"not": {"count": "c.opened"}}]}]}
        assert refs_of(condition) == ["a", "b", "c.opened"]
        assert refs_of(None) == []

    def test_that_are_no_condition_are_a_defect(self) -> None:
        with pytest.raises(ValueError, match="no such condition"):
            evaluate({"moon": "full"}, Known())


class TestExplaining:
    def test_shows_the_value_that_decided(self) -> None:
        finding = explain({"all": [{"fact": "far", "is": True}]}, Known(facts={"far": False}))
        assert (finding.truth, finding.parts[0].value) == (False, False)
