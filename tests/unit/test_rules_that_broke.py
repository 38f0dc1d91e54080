"""Rules that were found broken, each by the name of the rule: what a pause, an exit or a correction does to dues."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.calendar import next_working_day
from domain.commands import Complete, Contact, Correct, ReportHours, TakeRecord
from domain.errors import Refusal
from domain.interpreter.state import REMEMBERED
from domain.people import Actor
from domain.possible import possible
from domain.rules import canonical, parse
from domain.simulation import Simulation
from tests.unit.small import BASE, LABEL, MONDAY, rules_of, tell

TASK = "~, by: owner, due: 22 days"
OWNER = Actor("owner_one", ("owner",))
ASKED = BASE.replace("far: {type: boolean}", "far: {type: boolean}\n  asked: {type: boolean, refusable: true}")


def due_on(simulation: Simulation, key: str) -> date | None:
    """Return when an open step is due."""
    assert simulation.state is not None
    return simulation.state.open[key].due_on


def opened(simulation: Simulation) -> list[str]:
    """Return the keys of the open steps, without the watch."""
    assert simulation.state is not None
    return sorted(key for key, one in simulation.state.open.items() if one.path != "watch")


def noon(day: int) -> datetime:
    """Return an instant on a day counted from the referral."""
    return datetime.fromisoformat("2025-03-03T12:00:00+00:00") + timedelta(days=day)


class TestAPauseStopsTheClockAndNothingElse:
    def test_a_step_that_opened_during_it_moves_by_the_days_it_stood_still(self) -> None:
        rules = rules_of(f"one: {{{TASK}}}\ntwo: {{{TASK}, after: one}}")

        played = tell(rules, {10: ["pause illness 60"], 38: ["done one"], 45: ["resume"]})

        assert due_on(played, "two#1") == MONDAY + timedelta(days=38 + 22 + 7)

    def test_an_exit_during_it_that_is_taken_back_gives_its_days_back_too(self) -> None:
        rules = rules_of(f"one: {{{TASK}}}")

        played = tell(rules, {10: ["pause illness 60"], 31: ["exit work"], 38: ["reopen"]})

        assert due_on(played, "one#1") == MONDAY + timedelta(days=22 + 28)
        assert played.state is not None
        assert played.state.paused is None

    @pytest.mark.parametrize(
        ("since", "until", "more"),
        [
            (12, 18, 0),  # inside the other
            (15, 27, 7),  # begins in it, ends after it
            (3, 12, 7),  # begins before it, ends in it
            (3, 24, 11),  # around it
            (1, 8, 7),  # another one
        ],
    )
    def test_two_that_overlap_give_each_day_once(self, since: int, until: int, more: int) -> None:
        rules = rules_of(f"one: {{{TASK}}}")
        late = [{"pause": "illness 60", "on": since}, {"resume": "", "on": until}]

        played = tell(rules, {10: ["pause illness 60"], 20: ["resume"], 28: late})

        once = due_on(tell(rules, {10: ["pause illness 60"], 20: ["resume"]}), "one#1")
        assert once is not None
        assert due_on(played, "one#1") == next_working_day(once + timedelta(days=more))

    def test_a_step_that_opened_after_one_gets_the_days_of_the_next(self) -> None:
        rules = rules_of(f"one: {{{TASK}}}\ntwo: {{{TASK}, after: one}}")
        late = [{"pause": "illness 60", "on": 15}, {"resume": "", "on": 28}]

        played = tell(rules, {10: ["pause illness 60"], 20: ["resume"], 21: [{"done": "one", "on": 14}], 28: late})

        assert due_on(played, "two#1") == next_working_day(MONDAY + timedelta(days=14 + 22 + 13))


class TestAMilestoneIsReachedOnTheDayOfTheObservation:
    def test_also_when_a_correction_finds_out(self) -> None:
        rules = rules_of(f"one: {{{TASK}}}")

        played = tell(rules, {4: [{"record": "level", "hours": 10}], 30: [{"correct": "level", "hours": 20}]})

        (reached,) = [event for event in played.events if event.type == "Reached"]
        assert reached.occurred_on == MONDAY + timedelta(days=4)
        assert played.state is not None
        assert played.state.reached["half"].on == reached.occurred_on


class TestAnExitThatIsTakenBack:
    STEPS = """
        gate: {~, by: manager, due: 5 days, decide: {in: {~}, out: {exit: work, ~}}}
        next: {~, by: owner, due: 9 days, after: gate}
        """

    def test_opens_nothing_that_waits_for_the_decision_that_is_asked_again(self) -> None:
        played = tell(rules_of(self.STEPS), {1: ["decide gate out"], 2: ["reopen"]})

        assert opened(played) == ["gate#2"]

    def test_lets_the_new_decision_open_it(self) -> None:
        played = tell(rules_of(self.STEPS), {1: ["decide gate out"], 2: ["reopen"], 3: ["decide gate in"]})

        assert opened(played) == ["next#1"]

    def test_leaves_what_an_earlier_round_of_the_decision_said(self) -> None:
        rules = rules_of(
            """
            gate: {~, by: manager, due: 5 days, after: [start, again], times: 3, decide: {in: {~}, out: {exit: work, ~}}}
            start: {~, by: owner, due: 9 days}
            again: {~, by: owner, due: 9 days, after: gate.in}
            """
        )

        played = tell(
            rules,
            {1: ["done start"], 2: ["decide gate in"], 3: ["done again"], 4: ["decide gate out"], 5: ["reopen"]},
        )

        assert opened(played) == ["gate#3"]
        assert played.state is not None
        assert played.state.seen["gate"] == played.state.seen["gate.in"] == played.state.past["gate#1"].closed_seq
        assert "gate.out" not in played.state.seen


class TestAHandOver:
    def test_is_confirmed_by_the_receiver_and_not_by_the_owner_who_is_waiting(self) -> None:
        rules = rules_of(f"one: {{{TASK}}}")
        played = tell(rules, {1: ["exit returned"]})
        assert played.state is not None

        with pytest.raises(Refusal) as refused:
            played.do(Complete(id="c", by=OWNER, step="received"), noon(3))

        assert refused.value.code == "not_your_role"
        assert "received" not in {
            each.step.rpartition(".")[2] for each in possible(rules, played.state, OWNER, noon(3)) if each.step
            and each.kind == "complete"
        }  # fmt: skip

    def test_can_be_given_to_a_named_receiver(self) -> None:
        rules = rules_of(f"one: {{{TASK}}}")
        played = tell(rules, {1: ["exit returned"], 2: ["assign received referrer_two"]})

        played.do(Complete(id="c", by=Actor("referrer_two"), step="received"), noon(3))

        assert "after_exit.received#1" not in opened(played)

    def test_is_not_taken_by_the_owner_for_themselves(self) -> None:
        with pytest.raises(Refusal, match="not_your_role"):
            tell(rules_of(f"one: {{{TASK}}}"), {1: ["exit returned"], 2: ["assign received owner_one"]})


class TestACorrectedDay:
    def test_keeps_what_a_pause_gave(self) -> None:
        rules = rules_of("one: {~, by: owner, due: 22 days after referral}")

        played = tell(rules, {10: ["pause illness 60"], 38: ["resume"], 39: [{"correct": "referral", "day": -7}]})

        assert due_on(played, "one#1") == MONDAY + timedelta(days=22 + 28 - 7)

    def test_moves_dues_during_a_pause_too(self) -> None:
        rules = rules_of("one: {~, by: owner, due: 22 days after referral}")

        played = tell(rules, {10: ["pause illness 60", {"correct": "referral", "day": -7}], 38: ["resume"]})

        assert due_on(played, "one#1") == MONDAY + timedelta(days=22 + 28 - 7)

    def test_leaves_a_decision_alone_that_was_opened_afresh(self) -> None:
        rules = rules_of("gate: {~, by: manager, due: 5 days after referral, decide: {out: {exit: work, ~}}}")

        played = tell(rules, {1: ["decide gate out"], 30: ["reopen"], 31: [{"correct": "referral", "day": -3}]})

        assert due_on(played, "gate#2") == MONDAY + timedelta(days=35)

    def test_of_the_referral_makes_what_has_passed_one_notice(self) -> None:
        rules = rules_of("one: {~, by: owner, due: 22 days after referral, overdue: [{after: 1 day, tell: manager}]}")

        played = tell(rules, {15: [{"correct": "referral", "day": -10}]}, until=MONDAY + timedelta(days=40))

        told = [event for event in played.events if event.type == "Told" and event.coded["key"] == "one#1"]
        assert [event.coded["kind"] for event in told] == ["escalate"]

    def test_of_the_last_contact_takes_the_watch_back_within_its_interval(self) -> None:
        played = tell(rules_of(f"one: {{{TASK}}}"), {21: ["contact", {"correct": "contact", "day": 7}]})

        assert due_on(played, "watch#1") == MONDAY + timedelta(days=7, weeks=4)

    def test_of_an_earlier_contact_leaves_the_watch(self) -> None:
        played = tell(
            rules_of(f"one: {{{TASK}}}"),
            {14: ["contact"], 21: [{"contact": "", "on": 7}, {"correct": "contact", "day": 0}]},
        )

        assert due_on(played, "watch#1") == MONDAY + timedelta(days=14, weeks=4)


class TestACorrectedFact:
    def test_that_was_declined_stays_declined_when_only_its_day_changes(self) -> None:
        rules = rules_of(f"one: {{{TASK}}}", base=ASKED)

        played = tell(rules, {3: ["fact asked"], 5: [{"correct": "asked", "day": 2}]})

        assert played.state is not None
        assert played.state.facts["asked"][-1].refused
        assert played.state.facts["asked"][-1].on == MONDAY + timedelta(days=2)


class TestCorrectedHours:
    RULES = "training: {~, by: owner, due: 60 days, hours: true}"

    def played(self) -> tuple[Simulation, int]:
        """Return a pathway on which hours were reported, and that event's number."""
        played = tell(rules_of(self.RULES), {10: ["hours training 12"]})
        return played, played.events[-1].seq

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"hours": "Anna Andersson"}, "hours_out_of_range"),
            ({"hours": -1}, "hours_out_of_range"),
            ({"hours": True}, "hours_out_of_range"),
            ({"hours": 3.1}, "hours_out_of_range"),
            ({"month": "spring"}, "month_out_of_range"),
            ({"month": 202503}, "month_out_of_range"),
            ({"month": "2025-02"}, "month_out_of_range"),
            ({"month": "2025-04"}, "month_out_of_range"),
            ({"hours": 12}, "nothing_to_correct"),
        ],
    )
    def test_keep_the_rules_of_reported_ones(self, changes: dict[str, Any], code: str) -> None:
        played, of = self.played()

        with pytest.raises(Refusal) as refused:
            played.do(Correct(id="c", by=OWNER, of=of, changes=changes, reason="skäl"), noon(11))

        assert refused.value.code == code

    def test_of_a_round_that_is_no_longer_kept_are_refused(self) -> None:
        rules = rules_of(f"one: {{{TASK}}}\nvisit: {{~, by: owner, every: 1 week, hours: true}}")
        played = tell(rules, {3: ["hours visit 2"]})
        of = played.events[-1].seq
        for round_ in range(2):
            played.do(Complete(id=f"v{round_}", by=OWNER, step="visit"), noon(7 + 7 * round_))

        with pytest.raises(Refusal, match="not_correctable"):
            played.do(Correct(id="c", by=OWNER, of=of, changes={"hours": 3}, reason="skäl"), noon(20))

    def test_are_taken(self) -> None:
        played, of = self.played()

        [corrected] = played.do(Correct(id="c", by=OWNER, of=of, changes={"hours": 8.25}, reason="skäl"), noon(11))

        assert corrected.coded["changes"] == {"hours": 8.25}


class TestHoursOfSeveralAtOnce:
    RULES = "stage:\n  ~\n  steps:\n    must: {~, by: owner, due: 9 days}\n    course: {~, by: owner, choose: 3, due: 60 days, hours: true}"

    def test_are_never_put_on_one_that_was_not_named(self) -> None:
        rules = rules_of(self.RULES)
        with pytest.raises(Refusal, match="step_ambiguous"):
            tell(rules, {1: ["open course"], 2: ["open course"], 3: ["hours course 4"]})

    def test_go_to_the_one_that_is_named(self) -> None:
        played = tell(rules_of(self.RULES), {1: ["open course"], 2: ["open course"]})

        [taken] = played.do(ReportHours(id="c", by=OWNER, step="course", n=1, month="2025-03", hours=4), noon(3))

        assert taken.coded["key"] == "stage.course#1"


class TestTheSecondToSayIt:
    def test_does_not_complete_the_next_round_of_what_repeats(self) -> None:
        rules = rules_of(f"one: {{{TASK}}}\nreview: {{~, by: owner, every: 8 weeks}}")
        played = tell(rules, {20: ["done review"]})

        with pytest.raises(Refusal) as refused:
            played.do(Complete(id="c", by=OWNER, step="review"), noon(20))

        assert (refused.value.code, refused.value.params["step"]) == ("already_done", "review#1")
        assert "review#2" in opened(played)


class TestTheMenuOfTwoStages:
    def test_opens_what_its_open_stage_offers(self) -> None:
        rules = rules_of(
            """
            first: {~, steps: {must: {~, by: owner, due: 9 days}, course: {~, by: owner, choose: 1, due: 60 days}}}
            second: {~, after: first, steps: {must: {~, by: owner, due: 9 days}, course: {~, by: owner, choose: 1, due: 60 days}}}
            """
        )

        played = tell(rules, {1: ["done must"], 2: ["open course"]})

        assert "second.course#1" in opened(played)


class TestADayBeforeTheReferral:
    RULES = "look: {~, by: owner, due: 9 days, record: level}"

    def test_is_no_day_on_which_a_step_was_done(self) -> None:
        played = tell(rules_of(self.RULES), {})

        with pytest.raises(Refusal, match="day_before_the_referral"):
            played.do(
                TakeRecord(
                    id="c", by=OWNER, occurred_on=MONDAY - timedelta(days=2), record="level", values={"hours": 3},
                    step="look",
                ),
                noon(1),
            )  # fmt: skip


class TestCommandIds:
    def test_of_a_clock_that_runs_ahead_are_remembered_until_they_are_too_old(self) -> None:
        played = tell(rules_of(f"one: {{{TASK}}}"), {})
        made = noon(1) + timedelta(hours=6)
        ahead = str(UUID(int=(int(made.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62)))

        played.do(Contact(id=ahead, by=OWNER), noon(1))
        played.do(Contact(id="later", by=OWNER), noon(1) + REMEMBERED + timedelta(hours=3))

        assert played.state is not None
        assert ahead in played.state.commands


class TestCounting:
    def test_counts_every_round_of_what_repeats_for_ever(self) -> None:
        rules = rules_of(
            f"one: {{{TASK}}}\nreview: {{~, by: owner, every: 1 week}}\nenough: {{{TASK}, if: {{count: review, from: 3}}}}"
        )

        played = tell(rules, {7: ["done review"], 14: ["done review"]})
        assert "enough#1" not in opened(played)

        played = tell(rules, {7: ["done review"], 14: ["done review"], 21: ["done review"]})
        assert "enough#1" in opened(played)


class TestPublishedRules:
    def test_are_read_back_as_they_were_though_nobody_is_told_of_a_late_review(self) -> None:
        rules = rules_of("one: {~, by: owner, due: 5 days}")

        assert rules.review.overdue == ()
        assert parse(canonical(rules)) == rules


class TestAStageAfterTheExit:
    def test_opens_the_steps_inside_it_and_is_done_with_them(self) -> None:
        support = f"support: {{~, steps: {{one: {{{TASK}}}, two: {{{TASK}, after: one}}}}}}"
        base = BASE.replace("after_exit:\n", f"after_exit:\n  {support.replace('~', LABEL)}\n").replace("~", LABEL)
        rules = rules_of(f"start: {{{TASK}}}", base=base)

        played = tell(rules, {1: ["exit work"], 2: ["done after_exit.support.one"]})
        assert opened(played) == ["after_exit.later#1", "after_exit.support#1", "after_exit.support.two#1"]

        played = tell(rules, {1: ["exit work"], 2: ["done one"], 3: ["done two"]})
        assert opened(played) == ["after_exit.later#1"]


class TestADayInACondition:
    def test_may_be_written_without_quotes(self) -> None:
        base = BASE.replace("far: {type: boolean}", "far: {type: boolean}\n  since: {type: date}")
        rules = rules_of(f"one: {{{TASK}}}\nlate: {{{TASK}, if: {{fact: since, is: 2025-01-01}}}}", base=base)

        assert "late#1" in opened(tell(rules, {}, given={"since": "2025-01-01"}))
        assert "late#1" not in opened(tell(rules, {}, given={"since": "2025-01-02"}))


class TestAGroupThatAnInterruptionCloses:
    STEPS = (
        "look: {~, by: team, due: 9 weeks, for_each: [a, b, c], reasons: [illness]}\n"
        "next: {~, by: owner, due: 10 working days, after: look}"
    )

    def test_is_done_on_the_day_of_the_interruption(self) -> None:
        played = tell(
            rules_of(self.STEPS),
            {1: ["done look a"], 2: ["done look b"], 28: [{"end": "look illness", "item": "c"}]},
        )

        assert played.state is not None
        assert played.state.open["next#1"].due_on == MONDAY + timedelta(days=42), "not due before it could open"
        ended = next(event for event in played.events if event.type == "Ended")
        done = next(event for event in played.events if event.type == "Done" and event.coded["key"] == "look#1")
        assert (done.occurred_on, done.cause.seq) == (ended.occurred_on, ended.seq)

    def test_is_done_on_the_day_of_the_last_that_was_needed(self) -> None:
        rules = rules_of(self.STEPS.replace("reasons", "enough: 2, reasons"))

        played = tell(
            rules,
            {1: ["done look a"], 7: [{"end": "look illness", "item": "c"}], 9: [{"done": "look b", "on": 3}]},
        )

        assert played.state is not None
        assert played.state.open["next#1"].due_on == MONDAY + timedelta(days=17)
