"""One test for each decision that the engine takes where the field's models leave it open (docs/adr)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from domain.commands import Complete, Correct, Reopen, TakeOver, TakeRecord
from domain.errors import Refusal
from domain.interpreter import fold
from domain.people import THE_SYSTEM, Actor
from domain.simulation import Simulation
from domain.stories import cast_of
from tests.unit.small import BASE, MONDAY, rules_of, short, tell

NOON = datetime.combine(MONDAY + timedelta(days=3), time(12), UTC)
TASK = "~, by: owner, due: 5 working days"


def opened(simulation: Simulation) -> list[str]:
    """Return the keys of the open steps, without the watch."""
    assert simulation.state is not None
    return sorted(key for key, one in simulation.state.open.items() if one.path != "watch")


def due_on(simulation: Simulation, key: str) -> date | None:
    """Return when an open step is due."""
    assert simulation.state is not None
    return simulation.state.open[key].due_on


def notices(simulation: Simulation, key: str) -> list[tuple[str, date]]:
    """Return the notices of a step with their days."""
    return [
        (event.coded["kind"], event.occurred_on)
        for event in simulation.events
        if event.type == "Told" and event.coded["key"] == key
    ]


class TestReferences:
    def test_a_bare_reference_means_done(self) -> None:
        rules = rules_of(f"one: {{{TASK}}}\ntwo: {{{TASK}, after: one}}")

        assert opened(tell(rules, {})) == ["one#1"]
        assert opened(tell(rules, {1: ["done one"]})) == ["two#1"]

    def test_opened_and_ended_are_explicit(self) -> None:
        rules = rules_of(
            f"""
            one: {{{TASK}, reasons: [illness]}}
            two: {{{TASK}, after: one.opened}}
            three: {{{TASK}, after: one.ended}}
            """
        )

        assert opened(tell(rules, {})) == ["one#1", "two#1"]
        assert opened(tell(rules, {1: ["end one illness"]})) == ["three#1", "two#1"]

    def test_two_alternatives_true_at_once_open_one_instance(self) -> None:
        rules = rules_of(f"one: {{{TASK}}}\nthree: {{{TASK}, after: [one, half]}}")

        played = tell(rules, {1: [{"record": "level", "hours": 20}, "done one"]})

        assert short(played.events).count("Opened three#1") == 1
        assert opened(played) == ["three#1"]

    def test_a_milestone_that_was_reached_before_its_stage_opened_still_counts(self) -> None:
        rules = rules_of(
            f"""
            one: {{{TASK}}}
            stage:
              ~
              after: one
              steps:
                inner: {{{TASK}, after: half}}
                other: {{{TASK}}}
            """
        )

        played = tell(rules, {1: [{"record": "level", "hours": 20}], 2: ["done one"]})

        assert "stage.inner#1" in opened(played)

    def test_a_reference_inside_a_repeated_stage_means_this_round(self) -> None:
        rules = rules_of(
            f"""
            stage:
              ~
              after: [start, stage.back]
              times: 3
              steps:
                one: {{{TASK}}}
                back: {{~, by: owner, due: 5 days, after: one}}
            start: {{{TASK}}}
            """
        )

        played = tell(rules, {1: ["done start"], 2: ["done one"], 3: ["done back"]})

        assert opened(played) == ["stage#2", "stage.one#2"], "back of the first round must not open in the second"


class TestEntries:
    def test_a_bare_if_counts_once_for_each_parent(self) -> None:
        rules = rules_of(f"one: {{{TASK}, if: {{fact: far, is: true}}}}\ntwo: {{{TASK}}}")

        played = tell(
            rules, {1: [{"fact": "far", "value": True}], 2: ["done one"], 3: [{"fact": "far", "value": True}]}
        )

        assert short(played.events).count("Opened one#1") == 1
        assert "one#2" not in opened(played)

    def test_required_is_decided_once_at_opening(self) -> None:
        rules = rules_of(
            f"""
            stage:
              ~
              steps:
                one: {{{TASK}}}
                two: {{{TASK}, required: {{fact: far, is: true}}}}
            """
        )

        played = tell(rules, {1: [{"fact": "far", "value": True}]}, given={"far": False})

        assert played.state is not None
        assert played.state.open["stage.two#1"].required is False

    def test_every_opens_the_next_at_completion_from_the_day_it_was_done(self) -> None:
        rules = rules_of(f"one: {{{TASK}}}\nreview: {{~, by: owner, every: 8 weeks}}")

        played = tell(rules, {20: [{"done": "review", "on": 18}]})

        assert due_on(played, "review#2") == MONDAY + timedelta(days=18, weeks=8)

    def test_nothing_completes_while_an_entry_is_satisfied(self) -> None:
        rules = rules_of(
            f"""
            stage:
              ~
              steps:
                one: {{{TASK}}}
                late: {{{TASK}, after: one, required: false}}
            """
        )

        played = tell(rules, {1: ["done one"]})

        assert opened(played) == ["stage#1", "stage.late#1"]


class TestQuorum:
    STEPS = "look: {~, by: team, due: 5 days, for_each: [a, b, c], enough: 2, record: level}\nnext: {~, by: owner, due: 5 days, after: look}"

    def test_the_rest_end_as_not_needed(self) -> None:
        played = tell(rules_of(self.STEPS), {1: ["record look.a"], 2: ["record look.b"]})

        assert opened(played) == ["next#1"]
        assert [event.coded["reason"] for event in played.events if event.type == "Ended"] == ["not_needed"]

    def test_a_late_result_may_still_be_recorded(self) -> None:
        played = tell(rules_of(self.STEPS), {1: ["record look.a"], 2: ["record look.b"], 3: ["record look.c"]})

        assert played.events[-1].type == "RecordTaken"
        assert played.events[-1].coded["item"] == "c"

    def late(self, record: str, *roles: str) -> TakeRecord:
        actor = Actor("somebody", roles)
        return TakeRecord(id="late", by=actor, record=record, step="look", item="c", values={"hours": 4})

    @pytest.mark.parametrize("role", ["team", "owner", "manager"])
    def test_a_late_result_comes_from_whoever_could_have_given_it_in_time(self, role: str) -> None:
        played = tell(rules_of(self.STEPS), {1: ["record look.a"], 2: ["record look.b"]})

        assert played.do(self.late("level", role), NOON)

    @pytest.mark.parametrize("roles", [(), ("referrer",)])
    def test_a_late_result_comes_from_nobody_else(self, roles: tuple[str, ...]) -> None:
        played = tell(rules_of(self.STEPS), {1: ["record look.a"], 2: ["record look.b"]})

        with pytest.raises(Refusal, match="not_your_role"):
            played.do(self.late("level", *roles), NOON)

    def test_a_late_result_is_of_the_record_that_was_asked_for(self) -> None:
        base = BASE.replace("records:\n", "records:\n  other: {fields: {hours: {from: 0, to: 40, required: true}}}\n")
        played = tell(rules_of(self.STEPS, base=base), {1: ["record look.a"], 2: ["record look.b"]})

        with pytest.raises(Refusal, match="step_takes_another_record"):
            played.do(self.late("other", "team"), NOON)


class TestTime:
    def test_a_due_day_that_has_passed_at_opening_gives_one_notice_not_the_ladder(self) -> None:
        rules = rules_of(
            "one: {~, by: owner, due: 5 days}\ntwo: {~, by: owner, due: 2 working days, after: one, overdue: [{after: 1 working day, tell: manager}]}"
        )

        played = tell(rules, {30: [{"done": "one", "on": 2}]}, until=MONDAY + timedelta(days=45))

        assert notices(played, "two#1") == [("escalate", MONDAY + timedelta(days=31))]

    def test_reminder_overdue_and_ladder_come_at_eight_on_their_working_days(self) -> None:
        rules = rules_of(
            "one: {~, by: team, due: 10 working days, remind: 5 working days before, overdue: [{after: 2 working days, tell: manager}]}"
        )

        played = tell(rules, {}, until=MONDAY + timedelta(days=40))

        assert due_on(played, "one#1") == date(2025, 3, 17)
        assert notices(played, "one#1") == [
            ("remind", date(2025, 3, 10)), ("overdue", date(2025, 3, 18)), ("escalate", date(2025, 3, 19)),
        ]  # fmt: skip
        told = [event for event in played.events if event.type == "Told" and event.coded["key"] == "one#1"]
        assert {event.recorded_at.hour for event in told} == {7}, "08:00 in winter is 07:00 UTC"
        assert (told[-1].coded["to"], told[-1].coded["late"]) == ("manager", "team")

    def test_time_itself_decides_where_a_step_says_so(self) -> None:
        rules = rules_of(
            "gate: {~, by: manager, due: 5 days, at_due: lapsed, decide: {in: {~}, lapsed: {exit: work, ~}}}"
        )

        played = tell(rules, {}, until=MONDAY + timedelta(days=6))

        assert played.state is not None
        assert played.state.exit is not None
        done = next(event for event in played.events if event.type == "Done")
        assert (done.actor.staff, done.coded["decided"]) == ("system", False)

    def test_an_extension_moves_the_due_day_once_each_time(self) -> None:
        rules = rules_of(
            "one: {~, by: owner, due: 5 days, extended_by: {more.granted: 2 weeks}}\n"
            "more: {~, by: manager, due: 9 days, decide: {granted: {~}, refused: {~}}}"
        )

        played = tell(rules, {1: ["decide more granted"], 2: ["contact"]})

        assert due_on(played, "one#1") == date(2025, 3, 24)  # 8 March and two weeks is a Saturday: Monday

    def test_a_minimum_length_is_kept(self) -> None:
        rules = rules_of("one: {~, by: owner, due: 9 weeks, not_before: 8 weeks}")

        with pytest.raises(Refusal, match="too_early"):
            tell(rules, {30: ["done one"]})
        assert opened(tell(rules, {57: ["done one"]})) == []


class TestPause:
    STEPS = "one: {~, by: owner, due: 10 working days}"

    def test_stops_dues_by_calendar_days(self) -> None:
        played = tell(rules_of(self.STEPS), {1: ["pause illness 30"], 22: ["resume"]})

        assert due_on(played, "one#1") == date(2025, 3, 17) + timedelta(days=21)

    def test_sets_the_watch_to_the_day_of_resuming_and_nothing_resumes_by_itself(self) -> None:
        played = tell(rules_of(self.STEPS), {1: ["pause illness 30"]}, until=MONDAY + timedelta(days=60))

        assert played.state is not None
        assert played.state.paused is not None
        assert due_on(played, "watch#1") == MONDAY + timedelta(days=31)
        assert [kind for kind, _ in notices(played, "watch#1")] == ["overdue", "escalate"]
        assert notices(played, "one#1") == []

    def test_lets_facts_corrections_hours_exit_and_owner_pass(self) -> None:
        played = tell(
            rules_of(self.STEPS),
            {
                1: ["pause illness 30"],
                2: [{"fact": "far", "value": True}, {"correct": "far", "value": False}, "owner owner_two", "exit work"],
            },
        )

        assert played.state is not None
        assert played.state.exit is not None
        assert played.state.owner == "owner_two"

    def test_does_not_touch_what_a_programme_never_pauses(self) -> None:
        rules = rules_of(f"{self.STEPS}\nlegal: {{~, by: owner, due: 10 working days, never_paused: true}}")

        played = tell(rules, {1: ["pause illness 30"], 22: ["resume"]})

        assert due_on(played, "legal#1") == date(2025, 3, 17)


class TestPersons:
    def test_the_second_to_complete_is_told_who_and_when(self) -> None:
        rules = rules_of(f"one: {{{TASK}}}\ntwo: {{{TASK}}}")

        with pytest.raises(Refusal) as refused:
            tell(rules, {1: ["done one"], 2: ["done one"]})
        assert refused.value.code == "already_done"
        assert refused.value.params == {"step": "one#1", "who": "owner_one", "on": "2025-03-04"}

    def test_a_decider_needs_the_role_whoever_the_work_was_given_to(self) -> None:
        rules = rules_of("gate: {~, by: manager, due: 5 days, decide: {in: {~}, out: {~}}}")

        with pytest.raises(Refusal, match="not_your_role"):
            tell(rules, {1: ["assign gate team_one by manager"], 2: ["decide gate in by team_one"]})

    def test_same_and_other_persons_are_required(self) -> None:
        rules = rules_of(
            "one: {~, by: team, due: 5 days}\n"
            "same: {~, by: team, due: 5 days, after: one, same_as: one}\n"
            "other: {~, by: team, due: 5 days, after: one, not_by: one}"
        )

        with pytest.raises(Refusal, match="must_be_the_same_person"):
            tell(rules, {1: ["done one by team_one"], 2: ["done same by team_two"]})
        with pytest.raises(Refusal, match="must_be_another_person"):
            tell(rules, {1: ["done one by team_one"], 2: ["done other by team_one"]})
        tell(rules, {1: ["done one by team_one"], 2: ["done same by team_one", "done other by team_two"]})

    def test_a_gate_that_is_not_met_needs_an_exception_with_a_reason(self) -> None:
        rules = rules_of(
            "gate: {~, by: manager, due: 5 days, decide: {in: {needs: eligible, exception: manager, ~}, out: {~}}}"
        )

        for given in ({}, {"far": False}):
            with pytest.raises(Refusal, match="needs_not_met"):
                tell(rules, {1: ["decide gate in"]}, given=given)
        played = tell(rules, {1: [{"decide": "gate in", "exception": True}]}, given={"far": False})

        done = next(event for event in played.events if event.type == "Done")
        assert (done.coded["needs"], done.coded["exception"]) == ("unmet", True)

    def test_a_view_is_asked_for_and_its_words_are_sealed(self) -> None:
        rules = rules_of("plan: {~, by: owner, due: 5 days, view: true}")

        played = tell(rules, {1: [{"done": "plan", "view": "partly", "words": "egna ord"}]})

        done = next(event for event in played.events if event.type == "Done")
        assert done.coded["view"] == "partly"
        assert "egna ord" not in str(done.coded)
        assert done.sealed == {"words": "egna ord"}


class TestExit:
    STEPS = "one: {~, by: owner, due: 5 days}\nstage: {~, after: one, steps: {inner: {~, by: team, due: 9 days}, deep: {~, steps: {bottom: {~, by: owner, due: 9 days}}}}}"

    def test_ends_everything_inside_and_opens_what_follows(self) -> None:
        played = tell(rules_of(self.STEPS), {1: ["done one"], 2: ["exit work"]})

        assert opened(played) == ["after_exit.later#1"]
        assert played.state is not None
        assert not any(one.path == "watch" for one in played.state.open.values())

    def test_counts_a_milestone_of_the_same_batch_before_it(self) -> None:
        rules = rules_of(
            "gate: {~, by: owner, due: 5 days, decide: {work: {exit: work, ~}}}", more="milestone_labels: {}"
        )
        rules.milestones["decided"] = {"ref": "gate.work"}

        played = tell(rules, {1: ["decide gate work"]})

        types = [str(event.type) for event in played.events]
        assert types.index("Reached") < types.index("Exited")

    def test_of_an_erroneous_registration_follows_nobody(self) -> None:
        played = tell(rules_of(self.STEPS), {1: ["exit error"]})

        assert played.state is not None
        assert played.state.closed

    def test_with_a_hand_over_waits_for_the_receiver(self) -> None:
        played = tell(rules_of(self.STEPS), {1: ["exit returned"]}, until=MONDAY + timedelta(days=250))
        assert "after_exit.received#1" in opened(played)

        received = tell(rules_of(self.STEPS), {1: ["exit returned"], 3: ["done received"], 190: ["done later"]})
        assert received.state is not None
        assert received.state.closed

    def test_may_be_taken_back_within_its_limit_by_a_manager_only(self) -> None:
        rules = rules_of(self.STEPS)

        with pytest.raises(Refusal, match="not_your_role"):
            tell(rules, {1: ["exit work"], 2: ["reopen by owner"]})
        with pytest.raises(Refusal, match="too_late_to_reopen"):
            tell(rules, {1: ["exit work"], 70: ["reopen"]})
        played = tell(rules, {1: ["done one"], 2: ["exit work"], 23: ["reopen"]})
        assert opened(played) == ["stage#1", "stage.deep#1", "stage.deep.bottom#1", "stage.inner#1"]
        assert due_on(played, "stage.inner#1") == date(2025, 3, 13) + timedelta(days=21)

    def test_that_a_decision_made_opens_the_decision_again_when_taken_back(self) -> None:
        rules = rules_of("gate: {~, by: owner, due: 5 days, decide: {work: {exit: work, ~}, stay: {~}}}")

        assert opened(tell(rules, {1: ["decide gate work"], 3: ["reopen"]})) == ["gate#2"]


class TestCorrections:
    STEPS = "gate: {~, by: manager, due: 5 days, decide: {in: {needs: eligible, ~}}}\nnext: {~, by: owner, due: 10 working days, after: gate.in}"

    def test_withdraw_a_milestone_and_keep_what_people_decided(self) -> None:
        rules = rules_of("one: {~, by: owner, due: 5 days, after: half}\nzero: {~, by: owner, due: 9 days}")

        played = tell(rules, {1: [{"record": "level", "hours": 20}], 2: [{"correct": "level", "hours": 10}]})

        assert short(played.events)[-2:] == ["Withdrawn half", "Opened review_correction#1"]
        assert opened(played) == ["one#1", "review_correction#1", "zero#1"]

    def test_open_a_review_where_a_decision_might_now_differ(self) -> None:
        played = tell(
            rules_of(self.STEPS), {1: ["decide gate in"], 2: [{"correct": "far", "value": False}]}, given={"far": True}
        )

        assert "review_correction#1" in opened(played)
        assert "next#1" in opened(played), "what was decided stays"

    def test_that_change_nothing_of_a_decision_open_none(self) -> None:
        played = tell(
            rules_of(self.STEPS),
            {1: ["decide gate in"], 2: [{"correct": "far", "value": False}], 3: [{"correct": "far", "value": True}]},
            given={"far": True},
        )

        assert short(played.events).count("Opened review_correction#1") == 1

    def test_of_a_day_move_the_dues_that_were_counted_from_it(self) -> None:
        played = tell(
            rules_of(self.STEPS), {5: ["decide gate in"], 7: [{"correct": "gate", "day": 3}]}, given={"far": True}
        )

        assert due_on(played, "next#1") == date(2025, 3, 20)  # ten working days after Thursday the 6th

    def test_are_refused_when_nothing_changes_or_nothing_was_recorded(self) -> None:
        rules = rules_of(self.STEPS)
        with pytest.raises(Refusal, match="nothing_to_correct"):
            tell(rules, {1: [{"correct": "far", "value": True}]}, given={"far": True})
        simulation = tell(rules, {})
        ask: dict[str, Any] = {"id": "c", "by": cast_of(rules).actor("owner_one"), "reason": "skäl"}
        with pytest.raises(Refusal, match="not_correctable"):
            simulation.do(Correct(**ask, of=2), simulation.events[-1].recorded_at)


class TestLateRegistration:
    RULES = "one: {~, by: owner, due: 5 days}"

    @pytest.mark.parametrize(("on", "code"), [(-1, "day_before_the_referral"), (9, "day_in_the_future")])
    def test_is_refused_before_the_referral_and_in_the_future(self, on: int, code: str) -> None:
        with pytest.raises(Refusal, match=code):
            tell(rules_of(self.RULES), {3: [{"done": "one", "on": on}]})

    def test_of_a_contact_never_moves_the_watch_back(self) -> None:
        played = tell(rules_of(self.RULES), {10: ["contact"], 12: [{"contact": "", "on": 4}]})

        assert due_on(played, "watch#1") == MONDAY + timedelta(days=38)


class TestOwners:
    def test_hand_over_in_one_event_and_open_work_follows(self) -> None:
        played = tell(
            rules_of("one: {~, by: owner, due: 5 days}"), {1: ["owner owner_two"], 2: ["done one by owner_two"]}
        )

        assert [str(event.type) for event in played.events].count("OwnerChanged") == 1


class TestTakeOver:
    def test_tells_somebody_of_what_is_overdue(self) -> None:
        rules = rules_of("one: {~, by: owner, due: 5 days, overdue: [{after: 1 working day, tell: manager}]}")
        played = tell(rules, {}, until=MONDAY + timedelta(days=40))
        told = len(notices(played, "one#1"))

        now = played.events[-1].recorded_at + timedelta(days=9)
        played.do(TakeOver(id="t", by=THE_SYSTEM), now)
        played.advance_to(now + timedelta(days=5))

        assert len(notices(played, "one#1")) == told + 1


class TestRefusedCommands:
    @pytest.mark.parametrize(
        ("days", "code"),
        [
            ({1: ["done nothing"]}, "step_unknown"),
            ({1: ["done two"]}, "step_not_open"),
            ({1: ["done gate"]}, "step_needs_a_decision"),
            ({1: ["decide one in"]}, "step_is_no_decision"),
            ({1: ["decide gate out"]}, "outcome_unknown"),
            ({1: ["open one"]}, "step_not_in_menu"),
            ({1: ["done watch"]}, "watch_is_moved_by_contact"),
            ({1: ["assign watch owner_two"]}, "watch_belongs_to_the_owner"),
            ({1: ["resume"]}, "not_paused"),
            ({1: ["pause illness 10"], 2: ["pause illness 9"]}, "already_paused"),
            ({1: ["pause illness 200"]}, "resume_by_out_of_range"),
            ({1: ["pause boredom 20"]}, "coded_reason_unknown"),
            ({1: ["exit nowhere"]}, "exit_unknown"),
            ({1: ["reopen"]}, "not_exited"),
            ({1: ["exit work"], 2: ["done one"]}, "already_ended"),
            ({1: ["exit work"], 2: ["pause illness 9"]}, "exited"),
            ({1: ["exit error"], 2: ["contact"]}, "closed"),
            ({1: ["owner owner_one"]}, "owner_already"),
            ({1: ["hours one 4"]}, "step_has_no_hours"),
            ({1: ["end one illness"]}, "step_cant_be_ended"),
            ({1: ["refer"]}, "already_referred"),
            ({1: [{"record": "nothing", "hours": 1}]}, "record_unknown"),
            ({1: [{"record": "level", "hours": 41}]}, "value_out_of_range"),
            ({1: [{"record": "level", "hours": 1, "percent": 3}]}, "field_unknown"),
            ({1: [{"record": "level", "base": 40}]}, "field_missing"),
            ({1: [{"fact": "far"}]}, "fact_not_refusable"),
            ({1: [{"fact": "near", "value": 1}]}, "fact_unknown"),
        ],
    )
    def test_say_why(self, days: dict[int, list[Any]], code: str) -> None:
        rules = rules_of(
            f"one: {{{TASK}}}\ntwo: {{{TASK}, after: one}}\ngate: {{~, by: manager, due: 9 days, decide: {{in: {{~}}}}}}"
        )

        with pytest.raises(Refusal) as refused:
            tell(rules, days)
        assert refused.value.code == code

    def test_change_nothing(self) -> None:
        simulation = tell(rules_of(f"one: {{{TASK}}}"), {})
        before = fold(simulation.pathway, simulation.events)

        with pytest.raises(Refusal):
            simulation.do(Complete(id="c", by=THE_SYSTEM, step="one"), simulation.events[-1].recorded_at)
        with pytest.raises(Refusal):
            simulation.do(Reopen(id="d", by=THE_SYSTEM, reason="x"), simulation.events[-1].recorded_at)

        assert simulation.state == before


class TestOldCommands:
    def test_are_remembered_for_a_week_and_refused_after_that(self) -> None:
        simulation = tell(rules_of(f"one: {{{TASK}}}"), {1: ["contact"], 20: ["contact"]})
        assert simulation.state is not None
        assert len(simulation.state.commands) == 1

        made = int(simulation.events[-1].recorded_at.timestamp() * 1000) - 8 * 86_400_000
        old = f"{made:012x}7000800000000000{1:04x}"
        command = Complete(id=f"{old[:8]}-{old[8:12]}-{old[12:16]}-{old[16:20]}-{old[20:]}", by=THE_SYSTEM, step="one")
        with pytest.raises(Refusal, match="command_too_old"):
            simulation.do(command, simulation.events[-1].recorded_at)
