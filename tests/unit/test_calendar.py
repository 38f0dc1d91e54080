"""Swedish days: working days, months, daylight saving, notice times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import (
    STOCKHOLM,
    Span,
    add,
    age_on,
    end_of,
    is_working_day,
    local_day,
    next_notice,
    notice_at,
    start_of,
    subtract,
)
from domain.spans import parse_before, parse_due, parse_span

DAYS = st.dates(date(2010, 1, 1), date(2045, 12, 31))
UNITS = st.sampled_from(["day", "working day", "week", "month", "year"])


class TestWorkingDays:
    @pytest.mark.parametrize(
        ("day", "working"),
        [
            (date(2026, 6, 19), False),  # Midsummer Eve: de facto free
            (date(2026, 6, 20), False),  # Midsummer Day
            (date(2026, 12, 24), False),  # Christmas Eve
            (date(2026, 12, 31), False),  # New Year's Eve
            (date(2026, 4, 3), False),  # Good Friday
            (date(2026, 4, 6), False),  # Easter Monday
            (date(2026, 5, 14), False),  # Ascension Day
            (date(2026, 5, 15), True),  # the day between is a working day
            (date(2026, 6, 6), False),  # the National Day, a Saturday
            (date(2026, 1, 5), True),  # the eve of Epiphany is a shorter day, not a free one
            (date(2026, 11, 22), False),  # a Sunday
        ],
    )
    def test_are_those_on_which_offices_are_open(self, day: date, working: bool) -> None:
        assert is_working_day(day) is working

    def test_do_not_count_the_anchor_day(self) -> None:
        assert add(date(2026, 11, 20), Span(1, "working day")) == date(2026, 11, 23)  # Friday to Monday

    def test_pass_over_christmas(self) -> None:
        assert add(date(2026, 12, 22), Span(3, "working day")) == date(2026, 12, 29)  # 23, 28, 29

    @given(DAYS, st.integers(1, 60))
    def test_are_undone_by_subtraction(self, day: date, count: int) -> None:
        later = add(day, Span(count, "working day"))

        assert is_working_day(later)
        assert subtract(later, Span(count, "working day")) <= day < later


class TestAdding:
    def test_clamps_to_the_end_of_a_shorter_month(self) -> None:
        assert add(date(2028, 1, 31), Span(1, "month")) == date(2028, 2, 29)
        assert add(date(2025, 1, 31), Span(1, "month")) == date(2025, 2, 28)

    def test_moves_a_month_that_lands_on_a_free_day_to_the_next_working_day(self) -> None:
        assert add(date(2026, 5, 6), Span(1, "month")) == date(2026, 6, 8)  # the National Day, a Saturday

    def test_leaves_plain_days_where_they_land(self) -> None:
        assert add(date(2026, 11, 20), Span(1, "day")) == date(2026, 11, 21)

    @given(DAYS, st.integers(0, 20), UNITS)
    def test_never_goes_backwards_and_lands_on_a_working_day(self, day: date, count: int, unit: str) -> None:
        later = add(day, Span(count, unit))  # type: ignore[arg-type]

        assert later >= day
        assert unit == "day" or is_working_day(later)


class TestInstants:
    @pytest.mark.parametrize(
        ("day", "end"),
        [
            (date(2026, 3, 28), datetime(2026, 3, 28, 23, tzinfo=UTC)),  # the last winter day
            (date(2026, 3, 29), datetime(2026, 3, 29, 22, tzinfo=UTC)),  # 23 hours long
            (date(2026, 10, 24), datetime(2026, 10, 24, 22, tzinfo=UTC)),
            (date(2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),  # 25 hours long
        ],
    )
    def test_of_a_due_day_end_at_local_midnight_over_both_changes(self, day: date, end: datetime) -> None:
        assert end_of(day) == end

    @given(DAYS)
    def test_of_days_follow_each_other_without_gap_or_overlap(self, day: date) -> None:
        assert end_of(day) == start_of(day + timedelta(days=1))
        assert local_day(start_of(day)) == day
        assert local_day(end_of(day) - timedelta(microseconds=1)) == day

    @given(DAYS)
    def test_of_notices_are_eight_in_the_morning_on_a_working_day(self, day: date) -> None:
        at = notice_at(day).astimezone(STOCKHOLM)

        assert (at.hour, at.minute) == (8, 0)
        assert is_working_day(at.date())
        assert at.date() >= day

    @given(st.datetimes(datetime(2010, 1, 1), datetime(2045, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - the strategy adds it
    def test_of_the_next_notice_never_lie_in_the_past(self, now: datetime) -> None:
        at = next_notice(now)

        assert at >= now
        assert next_notice(at) == at


class TestAges:
    @pytest.mark.parametrize(
        ("birth", "day", "years"),
        [
            (date(1990, 6, 1), date(2025, 5, 31), 34),
            (date(1990, 6, 1), date(2025, 6, 1), 35),
            (date(1969, 6, 1), date(2025, 5, 31), 55),
            (date(1969, 6, 1), date(2025, 6, 1), 56),
            (date(2000, 2, 29), date(2035, 2, 28), 34),
            (date(2000, 2, 29), date(2035, 3, 1), 35),
        ],
    )
    def test_are_full_years(self, birth: date, day: date, years: int) -> None:
        assert age_on(birth, day) == years


class TestSpans:
    @pytest.mark.parametrize(
        "text", ["soon", "10 workdays", "-1 days", "1.5 weeks", "", "10 working days after 9lives"]
    )
    def test_that_are_none_are_refused_with_an_example(self, text: str) -> None:
        with pytest.raises(ValueError, match="write"):
            parse_due(text)

    def test_say_what_they_were_read_from(self) -> None:
        assert str(parse_span("1 working day")) == "1 working day"
        assert str(parse_due("6 months after exit")) == "6 months after exit"
        assert str(parse_due("2 weeks")) == "2 weeks"
        assert str(parse_before("5 working days before")) == "5 working days"

    def test_of_more_than_twenty_years_are_refused(self) -> None:
        with pytest.raises(ValueError, match="twenty years"):
            parse_span("21 years")

    @pytest.mark.parametrize("parse", [parse_span, parse_before])
    def test_of_other_forms_are_refused(self, parse: Callable[[str], Span]) -> None:
        with pytest.raises(ValueError, match="write"):
            parse("5 days after exit")
