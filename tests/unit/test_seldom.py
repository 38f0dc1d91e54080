"""What seldom happens: branches that random walks over our definitions don't come to, each with what it is for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.calendar import Span, subtract
from domain.commands import Tick
from domain.errors import Refusal
from domain.events import Batch, batch_hash
from domain.interpreter import advance
from domain.people import THE_SYSTEM
from tests.unit.small import BASE, MONDAY, rules_of, short, tell


class TestDaysBefore:
    @pytest.mark.parametrize(
        ("day", "span", "expected"),
        [
            (date(2025, 5, 31), Span(1, "month"), date(2025, 4, 30)),
            (date(2025, 7, 6), Span(1, "month"), date(2025, 6, 5)),  # the national day is free
            (date(2028, 2, 29), Span(1, "year"), date(2027, 2, 26)),  # the last of February 2027 is a Sunday
        ],
    )
    def test_in_months_and_years_end_on_a_working_day(self, day: date, span: Span, expected: date) -> None:
        assert subtract(day, span) == expected


class TestABatch:
    def test_with_something_that_has_no_text_has_no_hash(self) -> None:
        played = tell(rules_of("one: {~, by: owner, due: 5 days}"), {})
        (first, *_) = played.events
        strange = replace(first, coded={"what": object()})

        with pytest.raises(TypeError, match="object"):
            batch_hash(Batch("p-1", first.command_id, (strange,)))


class TestAStage:
    def test_is_not_done_before_a_required_step_of_it_has_opened(self) -> None:
        steps = "s: {~, steps: {one: {~, by: owner, due: 5 days}, two: {~, by: owner, due: 5 days, after: half}}}"

        waits = tell(rules_of(steps), {1: ["done one"]})
        goes_on = tell(rules_of(steps), {1: ["done one"], 2: [{"record": "level", "hours": 20}], 3: ["done two"]})

        assert waits.state is not None
        assert [key for key in waits.state.open if key != "watch#1"] == ["s#1"]
        assert "Done s#1" in short(goes_on.events)


class TestTwoExitsAtOnce:
    def test_are_one_and_the_first_counts(self) -> None:
        gate = "{~, by: manager, due: 5 days, at_due: lapsed, decide: {in: {~}, lapsed: {exit: EXIT, ~}}}"
        rules = rules_of(f"a: {gate.replace('EXIT', 'work')}\nb: {gate.replace('EXIT', 'error')}")

        played = tell(rules, {}, until=MONDAY + timedelta(days=6))

        assert [event.coded["reason"] for event in played.events if event.type == "Exited"] == ["work"]


class TestADueDay:
    def test_may_count_from_a_happening(self) -> None:
        more = "happenings:\n  visit: {by: [team], label: {sv: besök, en: visit}}"
        rules = rules_of(
            "first: {~, by: owner, due: 5 days}\none: {~, by: owner, due: 5 days after visit, after: visit}", more=more
        )

        played = tell(rules, {4: [{"happen": "visit", "on": 2}]})

        assert played.state is not None
        assert played.state.open["one#1"].due_on == MONDAY + timedelta(days=7)


class TestAWaitForAPlace:
    def test_is_ended_by_an_offer_and_never_by_hand(self) -> None:
        places = "waits_for: {pool: shop, waiting_due: 1 month, offer_due: 5 days}"
        rules = rules_of(f"work: {{~, by: team, due: 9 days, {places}}}")

        with pytest.raises(Refusal, match="step_waits_for_a_place"):
            tell(rules, {1: ["done work_waiting"]})


class TestARecord:
    def test_leaves_out_what_would_be_worked_out_from_an_unknown(self) -> None:
        rules = rules_of(
            "one: {~, by: owner, due: 5 days}",
            base=BASE.replace("hours: {from: 0, to: 40, required: true}", "hours: {from: 0, to: 40}"),
        )

        played = tell(rules, {1: [{"record": "level", "base": 30}]})

        assert played.state is not None
        assert played.state.observed("level") == [{"base": 30}]


class TestHistory:
    def test_promises_notices_as_being_from_before(self) -> None:
        played = tell(rules_of("one: {~, by: owner, due: 2 days}"), {})
        assert played.state is not None
        then = datetime(2025, 3, 10, 8, tzinfo=UTC)

        events, _ = advance(
            rules=played.rules, state=played.state, command=Tick(id="tick/1", by=THE_SYSTEM), now=then,
            recorded_at=then + timedelta(days=90),
        )  # fmt: skip

        told = [event for event in events if event.type == "Told"]
        assert told
        assert all(event.coded["before_takeover"] for event in told)
