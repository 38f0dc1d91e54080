"""Moving somebody who is inside to another version: each decision with what it gives, and that it can be taken back.

The rows are the decisions that a mapping leaves open: renamed, split, merged, a new stage around running work, removed,
repeated, half satisfied, paused, already past, other due days, other people, redefined milestones, left already.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.commands import Happen, Migrate, UndoMigration
from domain.errors import Refusal
from domain.events import EventType
from domain.format.reading import DefinitionError
from domain.interpreter import State
from domain.migration.mapping import Mapping
from domain.migration.reading import read_mapping
from domain.people import THE_SYSTEM, Actor
from domain.rules import Rules, canonical
from domain.simulation import Simulation
from tests.unit.migrating import (
    AROUND,
    MANAGER,
    OLD,
    TO_TRAIN,
    TO_WORK,
    changed,
    done,
    moved,
    open_steps,
    resume,
    state_of,
    story_time,
)
from tests.unit.small import BASE, MONDAY, rules_of, short, tell


class TestWhatKeepsItsName:
    def test_stays_as_it_is_when_nothing_about_it_changed(self) -> None:
        story = tell(changed(), TO_TRAIN)
        before = open_steps(story)

        events = moved(story, changed(("due: 1 week, decide", "due: 2 weeks, decide")))

        assert open_steps(story) == before
        assert short(events) == ["Migrated"]

    def test_follows_the_new_rules_from_then_on(self) -> None:
        story = tell(changed(), TO_TRAIN)

        moved(story, changed(("due: 1 week, decide", "due: 2 weeks, decide")))
        story.do(done(story, "train"), story_time(31))

        assert state_of(story).open["work.end#1"].due_on == MONDAY + timedelta(days=31 + 14)


class TestRenamed:
    def test_goes_on_under_its_new_name_with_its_due_day(self) -> None:
        story = tell(changed(), TO_TRAIN)
        due = open_steps(story)["work.train#1"]

        moved(
            story,
            changed(("train:", "practice:"), ("after: train", "after: practice")),
            "steps: {work.train: work.practice}",
        )

        assert open_steps(story)["work.practice#1"] == due
        assert "work.practice.opened" in state_of(story).seen
        story.do(done(story, "practice"), story_time(31))
        assert "work.end#1" in open_steps(story)

    def test_of_a_stage_takes_everything_inside_along(self) -> None:
        story = tell(changed(), TO_TRAIN)

        moved(story, changed(("work:\n", "activity:\n")), "steps: {work: activity}")

        assert set(open_steps(story)) == {"activity#1", "activity.train#1"}
        story.do(done(story, "train"), story_time(31))
        assert "activity.end#1" in open_steps(story)

    def test_of_a_done_step_still_counts_for_what_waits_for_it(self) -> None:
        story = tell(changed(), TO_WORK)
        new = changed(("talk:", "chat:"), ("after: talk", "after: chat"))

        moved(story, new, "steps: {intake.talk: intake.chat}")

        assert "intake.chat" in state_of(story).seen
        assert "intake.talk" not in state_of(story).seen

    def test_of_an_outcome_still_counts(self) -> None:
        story = tell(changed(), TO_WORK)
        new = changed(("go: {~}", "forward: {~}"), ("after: gate.go", "after: gate.forward"))

        moved(story, new, "outcomes: {intake.gate: {go: forward}}")

        assert "intake.gate.forward" in state_of(story).seen


class TestSplit:
    NEW = (("train: {~, by: team, after: plan, due: 3 months, hours: true}",
            "train_in: {~, by: team, after: plan, due: 3 months}\n    train_out: {~, by: team, after: plan, due: 2 months}"),
           ("after: train", "after: {all: [train_in, train_out]}"))  # fmt: skip
    MAPPING = "steps: {work.train: [work.train_in, work.train_out]}"

    def test_runs_in_each_with_the_due_day_that_each_has(self) -> None:
        story = tell(changed(), TO_TRAIN)
        due = open_steps(story)["work.train#1"]

        moved(story, changed(*self.NEW), self.MAPPING)

        assert open_steps(story)["work.train_in#1"] == due
        assert open_steps(story)["work.train_out#1"] == date(2025, 5, 8)

    def test_is_done_in_each_when_it_wasdone(self) -> None:
        story = tell(changed(), {**TO_TRAIN, 20: ["done train"]})

        moved(story, changed(*self.NEW), self.MAPPING)

        assert {"work.train_in", "work.train_out"} <= set(state_of(story).seen)
        assert set(open_steps(story)) == {"work#1", "work.end#1"}


class TestMerged:
    OLD = (("train: {~, by: team, after: plan, due: 3 months, hours: true}",
            "train: {~, by: team, after: plan, due: 3 months}\n    talk_on: {~, by: team, after: plan, due: 2 months}"),
           ("after: train", "after: {all: [train, talk_on]}"))  # fmt: skip
    MAPPING = "steps: {work.train: work.train, work.talk_on: work.train}"

    def test_goes_on_as_one_and_the_other_ends(self) -> None:
        story = tell(changed(*self.OLD), TO_TRAIN)

        events = moved(story, changed(), self.MAPPING)

        assert [one for one in open_steps(story) if "train" in one or "talk" in one] == ["work.train#2"]
        assert "work.train.ended" not in state_of(story).seen
        assert [event.coded["reason"] for event in events if event.type is EventType.ENDED] == ["merged"]

    def test_half_done_is_notdone(self) -> None:
        story = tell(changed(*self.OLD), {**TO_TRAIN, 20: ["done talk_on"]})

        moved(story, changed(), self.MAPPING)

        assert "work.train" not in state_of(story).seen
        assert "work.train#2" in open_steps(story)
        story.do(done(story, "train"), story_time(31))
        assert "work.end#1" in open_steps(story)

    def test_is_done_when_every_part_was(self) -> None:
        story = tell(changed(*self.OLD), {**TO_TRAIN, 20: ["done talk_on", "done train"]})

        moved(story, changed(), self.MAPPING)

        assert "work.train" in state_of(story).seen
        assert set(open_steps(story)) == {"work#1", "work.end#1"}


class TestANewStageAroundRunningWork:
    NEW, MAPPING = AROUND

    def test_opens_around_it_and_it_goes_on_inside(self) -> None:
        story = tell(changed(), TO_TRAIN)
        due = open_steps(story)["work.train#1"]

        moved(story, self.NEW, self.MAPPING)

        assert open_steps(story)["work.inner.train#1"] == due
        assert {"work#1", "work.inner#1"} <= set(open_steps(story))

    def test_is_done_when_what_runs_inside_isdone(self) -> None:
        story = tell(changed(), TO_TRAIN)
        moved(story, self.NEW, self.MAPPING)

        story.do(done(story, "train"), story_time(31))
        story.do(done(story, "report"), story_time(32))

        assert "work.inner" in state_of(story).seen
        assert set(open_steps(story)) == {"work#1", "work.end#1"}

    def test_counts_what_was_done_inside_before(self) -> None:
        story = tell(changed(), {**TO_TRAIN, 10: ["open course"], 20: ["done train"]})
        moved(story, self.NEW, self.MAPPING)

        assert "work.inner.train#1" in state_of(story).past
        assert "work.inner.report#1" in open_steps(story)
        assert "work.inner.train#2" not in open_steps(story)


class TestRemoved:
    NEW = (("    course: {~, by: team, after: plan, choose: 3, due: 1 month}\n", ""),)

    def test_ends_what_runs(self) -> None:
        story = tell(changed(), {**TO_TRAIN, 10: ["open course"]})

        events = moved(story, changed(*self.NEW), "steps: {work.course: remove}")

        assert [event.coded["reason"] for event in events if event.type is EventType.ENDED] == ["removed"]
        assert "work.course#1" not in open_steps(story)

    def test_is_refused_when_it_runs_and_nobody_has_said_what_becomes_of_it(self) -> None:
        story = tell(changed(), {**TO_TRAIN, 10: ["open course"]})

        with pytest.raises(Refusal, match="migration_unmapped"):
            moved(story, changed(*self.NEW))

    def test_needs_no_word_when_nobody_is_there(self) -> None:
        story = tell(changed(), {**TO_TRAIN, 10: ["open course"], 20: ["done course"]})

        moved(story, changed(*self.NEW))

        assert "work.course#1" in state_of(story).past

    def test_stage_leaves_alone_what_the_mapping_moves_out_of_it(self) -> None:
        old = rules_of(
            "talk: {~, by: owner, due: 1 week}\n"
            "extra: {~, steps: {course: {~, by: team, due: 1 month}, deep: {~, steps: {mentor: {~, by: team, due: 9 weeks}}}}}"
        )
        new = rules_of("talk: {~, by: owner, due: 1 week}\nmentor: {~, by: team, due: 9 weeks}")
        story = tell(old, {})

        events = moved(story, new, "steps: {extra: remove, extra.deep.mentor: mentor}", on=3)

        assert set(open_steps(story)) == {"talk#1", "mentor#1"}
        assert [event.coded["key"] for event in events if event.type is EventType.ENDED] == [
            "extra.deep#1", "extra.course#1", "extra#1",
        ]  # fmt: skip


class TestPlaces:
    """What the event tells those who keep the queues; a trace can't show it."""

    @staticmethod
    def waiting(pool: str) -> Rules:
        places = f"waits_for: {{pool: {pool}, waiting_due: 4 weeks, offer_due: 5 days}}"
        return changed(("hours: true", f"hours: true, {places}"))

    def inside(self, *, place: bool = True) -> Simulation:
        """Return somebody who has a place in the shop, or waits for one."""
        story = tell(self.waiting("shop"), TO_TRAIN)
        story.advance_to(story_time(6))
        if place:
            story.do(Happen(id="place", by=THE_SYSTEM, happening="work.train_place"), story_time(6))
            story.do(done(story, "train_offer", "accepted"), story_time(6))
        return story

    def test_of_another_pool_are_told_with_where_they_stand(self) -> None:
        story = self.inside()

        migrated = next(event for event in moved(story, self.waiting("garden")) if event.type is EventType.MIGRATED)

        assert migrated.coded["waits"] == {
            "work.train#1": {
                "was": "work.train", "pool": "garden", "step": "work.train", "state": "held", "rank": 100,
                "since": (MONDAY + timedelta(days=6)).isoformat(),
            }
        }  # fmt: skip

    def test_that_nobody_needs_any_more_are_told_as_none(self) -> None:
        story = self.inside(place=False)

        events = moved(story, changed(), "steps: {work.train_waiting: work.train, work.train_offer: remove}")

        migrated = next(event for event in events if event.type is EventType.MIGRATED)
        assert migrated.coded["waits"] == {"work.train#1": {"was": "work.train", "pool": None}}

    def test_that_stay_as_they_are_are_not_told(self) -> None:
        story = self.inside()

        events = moved(story, changed(("due: 1 week, decide", "due: 2 weeks, decide"), (
            "hours: true", "hours: true, waits_for: {pool: shop, waiting_due: 4 weeks, offer_due: 5 days}")))  # fmt: skip

        assert all("waits" not in event.coded for event in events if event.type is EventType.MIGRATED)

    def test_that_ended_with_a_removed_step_come_back_untold(self) -> None:
        story = self.inside()
        old = story.rules
        new = changed(
            ("    train: {~, by: team, after: plan, due: 3 months, hours: true}\n", ""), ("after: train", "after: plan")
        )
        gone = ", ".join(f"work.train{ending}: remove" for ending in ("", "_waiting", "_offer"))
        moved(story, new, f"steps: {{{gone}}}")

        back = story.do(UndoMigration(id="undo", by=MANAGER, rules=canonical(old)), story_time(30))

        assert "work.train#1" in state_of(story).open
        assert all("waits" not in event.coded for event in back)


class TestHalfSatisfied:
    def test_group_that_has_enough_by_the_new_rules_is_done_on_the_day_of_the_move(self) -> None:
        look = "look: {~, by: team, due: 9 weeks, for_each: [a, b, c]}\nnext: {~, by: owner, due: 1 week, after: look}"
        story = tell(rules_of(look), {1: ["done look a"], 2: ["done look b"]})

        moved(story, rules_of(look.replace("[a, b, c]", "[a, b, c], enough: 2")), on=24)

        assert open_steps(story) == {"next#1": MONDAY + timedelta(days=31)}


class TestRepeated:
    OLD = (
        (
            "    plan: {~, by: owner, due: 10 days}",
            "    plan: {~, by: owner, due: 10 days}\n    check: {~, by: owner, after: plan, every: 2 weeks}",
        ),
    )

    def test_keeps_its_round(self) -> None:
        story = tell(changed(*self.OLD), {**TO_TRAIN, 15: ["done check"], 25: ["done check"]})
        assert "work.check#3" in open_steps(story)

        moved(
            story,
            changed((self.OLD[0][0], self.OLD[0][1].replace("check:", "follow_up:"))),
            "steps: {work.check: work.follow_up}",
        )

        assert "work.follow_up#3" in open_steps(story)
        story.do(done(story, "follow_up"), story_time(39))
        assert "work.follow_up#4" in open_steps(story)


class TestDueDays:
    LONGER = (("after: plan, due: 3 months", "after: plan, due: 4 months"),)

    def test_move_where_the_rule_changed(self) -> None:
        story = tell(changed(), TO_TRAIN)

        events = moved(story, changed(*self.LONGER))

        (due,) = [event for event in events if event.type is EventType.DUE_MOVED]
        assert (due.coded["old"], due.coded["due_on"], due.coded["why"]) == ("2025-06-09", "2025-07-08", "migrated")

    def test_keep_what_a_pause_gave(self) -> None:
        story = tell(changed(), {**TO_TRAIN, 10: ["pause illness 30"], 20: ["resume"]})
        assert open_steps(story)["work.train#1"] == date(2025, 6, 19)

        moved(story, changed(*self.LONGER))

        assert open_steps(story)["work.train#1"] == date(2025, 7, 18)

    def test_that_have_passed_give_one_notice(self) -> None:
        story = tell(changed(), TO_TRAIN)

        moved(story, changed(("after: plan, due: 3 months", "after: plan, due: 1 week")), on=40)
        told = story.advance_to(story_time(80))

        assert [event.coded["kind"] for event in told if event.step == "work.train"] == ["overdue"]

    def test_that_passed_long_ago_are_not_told_again(self) -> None:
        story = tell(changed(), TO_WORK)
        story.advance_to(story_time(40))

        events = moved(
            story,
            changed(
                ("plan: {~, by: owner, due: 10 days}", "plan: {~, by: owner, due: 10 days, remind: 2 days before}")
            ),
            on=40,
        )
        told = story.advance_to(story_time(60))

        assert [event.type for event in events] == [EventType.MIGRATED]
        assert [event for event in told if event.step == "work.plan"] == []


class TestPaused:
    def test_moves_and_stays_paused(self) -> None:
        story = tell(changed(), {**TO_TRAIN, 10: ["pause illness 60"]})

        moved(
            story,
            changed(("train:", "practice:"), ("after: train", "after: practice")),
            "steps: {work.train: work.practice}",
        )

        assert state_of(story).paused is not None
        story.do(resume(), story_time(40))
        assert open_steps(story)["work.practice#1"] == date(2025, 7, 9)


class TestAlreadyPast:
    def test_a_new_step_in_a_stage_that_is_done_opens_for_nobody(self) -> None:
        story = tell(changed(), TO_TRAIN)

        moved(
            story,
            changed(
                (
                    "    gate: {~, by: manager, after: talk",
                    "    form: {~, by: owner, due: 1 week}\n    gate: {~, by: manager, after: talk",
                )
            ),
        )

        assert not any("form" in key for key in open_steps(story))

    def test_a_new_step_in_the_open_stage_opens(self) -> None:
        story = tell(changed(), TO_TRAIN)

        moved(
            story,
            changed(
                (
                    "    plan: {~, by: owner, due: 10 days}",
                    "    plan: {~, by: owner, due: 10 days}\n    rights: {~, by: owner, due: 1 week}",
                )
            ),
        )

        assert open_steps(story)["work.rights#1"] == MONDAY + timedelta(days=37)


class TestPeople:
    def test_of_another_role_are_responsible_now(self) -> None:
        story = tell(changed(), TO_TRAIN)

        moved(story, changed(("train: {~, by: team", "train: {~, by: manager")))

        assert state_of(story).open["work.train#1"].by == "manager"

    def test_who_have_claimed_work_keep_it(self) -> None:
        story = tell(changed(), {**TO_TRAIN, 6: ["assign train team_two"]})

        moved(story, changed(("train: {~, by: team", "train: {~, by: manager")))

        assert state_of(story).open["work.train#1"].person == "team_two"


class TestMilestones:
    def test_are_judged_by_the_new_rule(self) -> None:
        old = rules_of(OLD, more="")
        story = tell(old, {**TO_TRAIN, 10: [{"record": "level", "hours": 20}]})
        assert "half" in state_of(story).reached
        new = rules_of(OLD, base=BASE.replace("percent: {from: 50}", "percent: {from: 75}"))

        events = moved(story, new)

        assert "half" not in state_of(story).reached
        assert "Withdrawn half" in short(events)
        assert any(one.path == "review_correction" for one in state_of(story).open.values())


class TestAfterTheExit:
    def test_follow_ups_move_too(self) -> None:
        story = tell(changed(), {**TO_TRAIN, 20: ["exit work"]})
        new = rules_of(OLD, base=BASE.replace("later: {label", "much_later: {label"))

        moved(story, new, "steps: {after_exit.later: after_exit.much_later}")

        assert open_steps(story) == {"after_exit.much_later#1": date(2025, 9, 23)}

    def test_a_reason_that_is_gone_needs_another(self) -> None:
        story = tell(changed(), {**TO_TRAIN, 20: ["exit work"]})
        new = rules_of(OLD.replace("exit: work", "exit: job"), base=BASE.replace("  work: {class", "  job: {class"))

        with pytest.raises(Refusal, match="migration_exit_unknown"):
            moved(story, new)
        moved(story, new, "exits: {work: job}")
        left = state_of(story).exit
        assert left is not None
        assert left.reason == "job"


class TestTakingBack:
    NEW = (("after: plan, due: 3 months", "after: plan, due: 2 months"),)

    def migrated(self) -> tuple[Simulation, Rules, State]:
        story = tell(changed(), TO_TRAIN)
        old = story.rules
        story.advance_to(story_time(30))
        before = state_of(story)
        moved(story, changed(*self.NEW))
        return story, old, before

    def test_is_refused_once_somebody_has_gone_on(self) -> None:
        story, old, _ = self.migrated()
        story.do(done(story, "train"), story_time(31))

        with pytest.raises(Refusal, match="migration_not_undoable"):
            story.do(UndoMigration(id="undo", by=MANAGER, rules=canonical(old)), story_time(32))

    def test_is_possible_after_told_notices_which_are_not_told_again(self) -> None:
        story, old, before = self.migrated()
        told = story.advance_to(story_time(75))
        assert {event.type for event in told} == {EventType.TOLD}

        story.do(UndoMigration(id="undo", by=MANAGER, rules=canonical(old)), story_time(76))

        after = state_of(story)
        assert {key: one.due_on for key, one in after.open.items()} == {
            key: one.due_on for key, one in before.open.items()
        }
        assert after.undo is None
        again = story.advance_to(story_time(76))
        assert again == []

    def test_leaves_what_is_open_in_the_order_in_which_it_opened(self) -> None:
        old = rules_of("stage: {~, steps: {talk: {~, by: owner, due: 1 week}, course: {~, by: team, due: 9 weeks}}}")
        new = rules_of("stage: {~, steps: {talk: {~, by: owner, due: 1 week}}}")
        story = tell(old, {})
        order = list(state_of(story).open)
        moved(story, new, "steps: {stage.course: remove}", on=3)

        story.do(UndoMigration(id="undo", by=MANAGER, rules=canonical(old)), story_time(3))

        assert list(state_of(story).open) == order, "an exit ends children before their stage"

    def test_needs_the_version_that_was_left(self) -> None:
        story, _, _ = self.migrated()

        with pytest.raises(Refusal, match="migration_not_undoable"):
            story.do(UndoMigration(id="undo", by=MANAGER, rules=canonical(changed(*self.NEW))), story_time(31))

    def test_is_a_managers(self) -> None:
        story, old, _ = self.migrated()

        with pytest.raises(Refusal, match="not_your_role"):
            story.do(UndoMigration(id="undo", by=Actor("owner_one", (), "demo"), rules=canonical(old)), story_time(31))


class TestRefusals:
    def test_another_programme(self) -> None:
        story = tell(changed(), TO_WORK)
        other = replace(changed(), programme="other")

        with pytest.raises(Refusal, match="migration_other_programme"):
            story.do(Migrate(id="m", by=MANAGER, rules=canonical(other)), story_time(30))

    def test_the_same_version(self) -> None:
        story = tell(changed(), TO_WORK)

        with pytest.raises(Refusal, match="migration_needless"):
            story.do(Migrate(id="m", by=MANAGER, rules=canonical(changed())), story_time(30))

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("steps: {work.swim: work.train}", "line 1: steps.work.swim: 'work.swim' is no step of the old version"),
            ("steps: {work.train: work.swim}", "line 1: steps.work.train: 'work.swim' is no step of the new version"),
            ("steps: {work: work.train}", "line 1: steps.work: a stage becomes a stage, and another step another step"),
            ("outcomes: {intake.gate: {wait: go}}", "line 1: outcomes.intake.gate: 'wait' is no outcome of the old step"),
            ("exits: {gone: work}", "line 1: exits.gone: 'gone' is no name among the old exits"),
            ("exits: {work: gone}", "line 1: exits.work: 'gone' is no name among the new exits"),
            ("moves: {}", "line 1: moves: unknown key 'moves'; see docs/programme-format.md for the keys of this element"),
        ],
    )  # fmt: skip
    def test_a_mapping_that_names_what_isnt_there(self, text: str, problem: str) -> None:
        with pytest.raises(DefinitionError) as raised:
            read_mapping(text, changed(), changed())

        assert str(raised.value) == problem

    def test_an_empty_mapping_maps_nothing(self) -> None:
        assert read_mapping("# nothing\n", changed(), changed()) == Mapping()
