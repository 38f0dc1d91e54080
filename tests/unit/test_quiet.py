"""When a notice may leave: quiet hours, free days, one letter a day, and what no wish holds back for long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import STOCKHOLM, is_working_day
from domain.errors import Refusal
from domain.quiet import ESCALATION_WAITS, NONE, Wishes, may_leave_at

EVENING = Wishes(quiet_from=18, quiet_until=7)
OFFICE = Wishes(quiet_from=18, quiet_until=7, working_days_only=True)


def at(text: str) -> datetime:
    """Return an instant from Swedish local time."""
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).astimezone(UTC)


def leaves(wishes: Wishes, promised: str, *, kind: str = "remind", now: str | None = None) -> str:
    instant = may_leave_at(wishes, kind=kind, promised_at=at(promised), now=at(now or promised))
    return f"{instant.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"


class TestQuietHours:
    @pytest.mark.parametrize(
        ("promised", "leaving"),
        [
            ("2026-03-04 17:59", "2026-03-04 17:59"),
            ("2026-03-04 18:00", "2026-03-05 07:00"),
            ("2026-03-04 23:30", "2026-03-05 07:00"),
            ("2026-03-05 06:59", "2026-03-05 07:00"),
            ("2026-03-05 07:00", "2026-03-05 07:00"),
            ("2026-03-06 20:00", "2026-03-07 07:00"),  # Friday evening: Saturday, which was not asked to be quiet
        ],
    )
    def test_hold_over_midnight(self, promised: str, leaving: str) -> None:
        assert leaves(EVENING, promised) == leaving

    def test_hold_within_a_day(self) -> None:
        assert leaves(Wishes(quiet_from=9, quiet_until=11), "2026-03-04 10:00") == "2026-03-04 11:00"

    @pytest.mark.parametrize("promised", ["2026-03-06 20:00", "2026-03-07 12:00", "2026-03-08 23:59"])
    def test_hold_over_a_weekend(self, promised: str) -> None:
        assert leaves(OFFICE, promised) == "2026-03-09 07:00"

    def test_hold_over_easter(self) -> None:
        assert leaves(OFFICE, "2026-04-02 18:30") == "2026-04-07 07:00"

    def test_hold_what_was_late_itself(self) -> None:
        assert leaves(EVENING, "2026-03-04 17:00", now="2026-03-04 19:00") == "2026-03-05 07:00"

    def test_follow_the_clock_in_summer_and_winter(self) -> None:
        assert leaves(Wishes(quiet_from=1, quiet_until=4), "2026-03-29 01:30") == "2026-03-29 04:00"
        assert leaves(Wishes(quiet_from=1, quiet_until=2), "2026-03-29 01:30") == "2026-03-29 03:00"
        assert leaves(Wishes(quiet_from=1, quiet_until=4), "2026-10-25 01:30") == "2026-10-25 04:00"

    def test_nothing_is_held_unasked(self) -> None:
        assert leaves(NONE, "2026-03-07 03:00") == "2026-03-07 03:00"


class TestDigest:
    def test_comes_once_a_day(self) -> None:
        wishes = Wishes(digest_at=16)

        assert leaves(wishes, "2026-03-04 08:00") == "2026-03-04 16:00"
        assert leaves(wishes, "2026-03-04 16:00") == "2026-03-04 16:00"
        assert leaves(wishes, "2026-03-04 16:01") == "2026-03-05 16:00"

    def test_comes_at_once_when_its_time_has_passed(self) -> None:
        assert leaves(Wishes(digest_at=16), "2026-03-04 08:00", now="2026-03-04 16:20") == "2026-03-04 16:20"

    def test_waits_for_a_working_day(self) -> None:
        assert leaves(Wishes(digest_at=8, working_days_only=True), "2026-03-06 08:01") == "2026-03-09 08:00"


class TestEscalation:
    def test_is_held_no_longer_than_the_house_value(self) -> None:
        assert leaves(OFFICE, "2026-03-06 20:00", kind="escalate") == "2026-03-07 00:00"
        assert leaves(Wishes(digest_at=16), "2026-03-04 08:00", kind="escalate") == "2026-03-04 12:00"

    def test_is_held_where_its_time_comes_sooner(self) -> None:
        assert leaves(EVENING, "2026-03-05 06:00", kind="escalate") == "2026-03-05 07:00"


@pytest.mark.parametrize(
    ("given_", "code"),
    [
        ({"quiet_from": 8}, "quiet_hours"),
        ({"quiet_until": 8}, "quiet_hours"),
        ({"quiet_from": 8, "quiet_until": 8}, "quiet_hours"),
        ({"quiet_from": 24, "quiet_until": 8}, "quiet_hours"),
        ({"digest_at": -1}, "quiet_hours"),
        ({"quiet_from": 18, "quiet_until": 7, "digest_at": 20}, "digest_in_quiet"),
        ({"quiet_from": 18, "quiet_until": 7, "digest_at": 6}, "digest_in_quiet"),
    ],
)
def test_wishes_that_contradict_each_other_are_refused(given_: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        Wishes(**given_)

    assert refused.value.code == code


HOURS = st.integers(0, 23)
WISHED: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict, quiet_from=HOURS, quiet_until=HOURS, working_days_only=st.booleans(), digest_at=st.none() | HOURS
)
INSTANTS = st.integers(0, 700 * 24 * 60).map(lambda minutes: at("2026-01-01 00:00") + timedelta(minutes=minutes))


@given(wished=WISHED, promised_at=INSTANTS, waited=st.integers(0, 100), kind=st.sampled_from(("remind", "escalate")))
def test_whatever_is_wished_it_leaves_in_some_days_and_never_in_quiet_hours(
    wished: dict[str, Any], promised_at: datetime, waited: int, kind: str
) -> None:
    try:
        wishes = Wishes(**wished)
    except Refusal:
        return
    now = promised_at + timedelta(hours=waited)

    leaving = may_leave_at(wishes, kind=kind, promised_at=promised_at, now=now)

    assert now <= leaving <= now + timedelta(days=8)
    assert may_leave_at(wishes, kind=kind, promised_at=promised_at, now=leaving) == leaving
    local = leaving.astimezone(STOCKHOLM)
    if kind == "escalate":
        assert leaving <= max(now, promised_at + ESCALATION_WAITS)
    else:
        assert not wishes.is_quiet_hour(local.hour)
        assert not wishes.working_days_only or is_working_day(local.date())
