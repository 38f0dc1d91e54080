"""Guards that nothing noticed when they were broken on purpose: each has its own test."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.commands import Contact, EndStep, Happen, Pause, Reenter, ReportHours, Tick
from domain.errors import Refusal
from domain.interpreter.state import REMEMBERED
from domain.people import THE_SYSTEM, Actor
from tests.unit.small import BASE, MONDAY, rules_of, tell
from tests.unit.test_rules_that_broke import OWNER, TASK, noon, opened

STRANGER = Actor("stranger")


class TestNotAfter:
    def test_is_the_last_instant_at_which_a_command_is_taken(self) -> None:
        played = tell(rules_of(f"one: {{{TASK}}}"), {})

        with pytest.raises(Refusal, match="given_up"):
            played.do(Contact(id="late", by=OWNER, not_after=noon(1) - timedelta(microseconds=1)), noon(1))
        assert played.do(Contact(id="just", by=OWNER, not_after=noon(1)), noon(1))


class TestAHandOver:
    def test_is_interrupted_by_nobody(self) -> None:
        base = BASE.replace("confirms: true,", "confirms: true, reasons: [illness],")
        played = tell(rules_of(f"one: {{{TASK}}}", base=base), {1: ["exit returned"]})

        with pytest.raises(Refusal, match="step_cant_be_ended"):
            played.do(EndStep(id="c", by=OWNER, step="received", coded_reason="illness"), noon(2))

        assert "after_exit.received#1" in opened(played)


class TestTime:
    def test_is_told_by_the_system_only(self) -> None:
        played = tell(rules_of(f"one: {{{TASK}}}"), {})

        with pytest.raises(Refusal, match="not_your_role"):
            played.do(Tick(id="c", by=OWNER), noon(1))
        assert played.do(Tick(id="d", by=THE_SYSTEM), noon(1)) == []


class TestEnding:
    def test_is_for_whoever_may_do_the_step(self) -> None:
        played = tell(rules_of(f"one: {{{TASK}, reasons: [illness]}}"), {})

        with pytest.raises(Refusal, match="not_your_role"):
            played.do(EndStep(id="c", by=STRANGER, step="one", coded_reason="illness"), noon(1))

        assert opened(played) == ["one#1"]
        assert played.state is not None
        assert played.state.referral.on == MONDAY


class TestHours:
    def test_are_reported_by_whoever_may_do_the_step(self) -> None:
        played = tell(rules_of(f"one: {{{TASK}, hours: true}}"), {})

        with pytest.raises(Refusal, match="not_your_role"):
            played.do(ReportHours(id="c", by=STRANGER, step="one", month="2025-03", hours=4), noon(1))


class TestHappenings:
    def test_are_told_by_the_roles_that_the_programme_names(self) -> None:
        more = "happenings:\n  moved: {by: [referrer], exit: work, label: {sv: flyttat, en: moved}}"
        played = tell(rules_of(f"one: {{{TASK}}}", more=more), {})

        with pytest.raises(Refusal, match="not_your_role"):
            played.do(Happen(id="c", by=OWNER, happening="moved"), noon(1))
        assert played.do(Happen(id="d", by=Actor("r", ("referrer",)), happening="moved"), noon(1))


class TestAPause:
    def test_ends_on_a_coming_day(self) -> None:
        played = tell(rules_of(f"one: {{{TASK}}}"), {})
        today = MONDAY + timedelta(days=1)

        with pytest.raises(Refusal, match="resume_by_out_of_range"):
            played.do(Pause(id="c", by=OWNER, reason="illness", resume_by=today), noon(1))
        assert played.do(Pause(id="d", by=OWNER, reason="illness", resume_by=today + timedelta(days=1)), noon(1))


class TestOldIds:
    def test_are_taken_for_exactly_as_long_as_they_are_remembered(self) -> None:
        played = tell(rules_of(f"one: {{{TASK}}}"), {})
        exact = UUID(int=(int((noon(9) - REMEMBERED).timestamp() * 1000) << 80) | (7 << 76) | (2 << 62))

        with pytest.raises(Refusal, match="command_too_old"):
            played.do(Contact(id=str(exact), by=OWNER), noon(9) + timedelta(milliseconds=1))
        assert played.do(Contact(id=str(exact), by=OWNER), noon(9))


class TestAReviewOfACorrection:
    def test_stays_open_over_an_exit_and_its_taking_back(self) -> None:
        steps = (
            "gate: {~, by: manager, due: 9 days, decide: {in: {needs: eligible, ~}}}\none: {~, by: owner, due: 9 days}"
        )
        days: dict[int, list[Any]] = {1: ["decide gate in"], 2: [{"correct": "far", "value": False}], 3: ["exit work"]}

        left = tell(rules_of(steps), dict(days), given={"far": True})
        back = tell(rules_of(steps), {**days, 4: ["reopen"]}, given={"far": True})

        assert "review_correction#1" in opened(left)
        assert "review_correction#1" in opened(back)


class TestComingBack:
    def test_leaves_the_hand_over_to_its_receiver_and_cancels_the_rest(self) -> None:
        played = tell(rules_of(f"one: {{{TASK}}}"), {1: ["exit returned"]})

        played.do(Reenter(id="c", by=THE_SYSTEM, pathway="p-later"), noon(3))

        assert opened(played) == ["after_exit.received#1"]


class TestARepetition:
    def test_needs_its_milestone_to_be_reached_anew(self) -> None:
        rules = rules_of(f"one: {{{TASK}}}\nloop: {{{TASK}, after: half, times: 3}}")
        days: dict[int, list[Any]] = {1: [{"record": "level", "hours": 20}], 2: ["done loop"]}

        assert opened(tell(rules, dict(days))) == ["one#1"]
        anew = tell(rules, {**days, 3: [{"correct": "level", "hours": 2}], 4: [{"record": "level", "hours": 20}]})
        assert "loop#2" in opened(anew)
