"""What seldom happens when somebody moves to another version: names that came, went or were taken by nobody yet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.commands import Migrate, UndoMigration
from domain.errors import Refusal
from domain.events import Event
from domain.migration.mapping import Mapping
from domain.rules import canonical
from domain.simulation import Simulation
from tests.unit.migrating import MANAGER, moved, state_of, story_time
from tests.unit.small import BASE, MONDAY, rules_of, short, tell

STEPS = """
talk: {~, by: owner, due: 1 week}
work:
  ~
  steps:
    train: {~, by: team, due: 3 months}
    look: {~, by: team, due: 3 months, for_each: [a, b], record: level}
visited: {~, by: owner, due: 1 week, after: visit}
"""
HAPPENINGS = "happenings:\n  visit: {by: [team], label: {sv: besök, en: visit}}"
KNOWN: dict[int, list[Any]] = {1: [{"fact": "far", "value": True}, {"record": "level", "hours": 20}, "happen visit"]}


def there(old: str = STEPS, *, base: str = BASE, more: str = HAPPENINGS) -> Any:
    """Compile a version."""
    return rules_of(old, base=base, more=more)


class TestAName:
    @pytest.mark.parametrize("days", [KNOWN, {}], ids=["that is in use", "that nobody has used"])
    def test_is_carried_over_with_what_stands_under_it(self, days: dict[int, list[Any]]) -> None:
        base = BASE.replace("far", "near").replace("level", "rung").replace("half:", "most:")
        new = there(
            STEPS.replace("level", "rung").replace("visit}", "call}"),
            base=base,
            more=HAPPENINGS.replace("visit:", "call:"),
        )
        mapping = "facts: {far: near}\nrecords: {level: rung}\nmilestones: {half: most}\nhappenings: {visit: call}\n"
        story = tell(there(), days)

        moved(story, new, mapping)

        state = state_of(story)
        assert state.fact("near") == (True if days else None)
        assert [entry["hours"] for entry in state.observed("rung")] == ([20] if days else [])
        assert (set(state.reached), set(state.happened)) == (({"most"}, {"call"}) if days else (set(), set()))
        assert not {"far", "level"} & {*state.facts, *state.records}

    def test_of_a_milestone_that_is_gone_is_forgotten(self) -> None:
        base = BASE.replace("milestones:\n  half: {record: level, where: {percent: {from: 50}}}\n", "")
        story = tell(there(), KNOWN)

        moved(story, there(base=base))

        assert state_of(story).reached == {}
        assert "half" not in state_of(story).seen

    def test_is_found_by_its_old_reference(self) -> None:
        mapping = Mapping(milestones={"half": "most"}, happenings={"visit": "call"}, exits={"work": "job"})

        found = [mapping.ref(old, {}) for old in ("half", "visit", "exit.work", "exit.error", "exit")]

        assert found == [("most",), ("call",), ("exit.job",), ("exit.error",), ("exit",)]


class TestARemovedStep:
    def test_that_runs_ends_with_everything_inside(self) -> None:
        story = tell(there(), {})
        assert {"work#1", "work.train#1", "work.look[a]#1"} <= set(state_of(story).open)

        events = moved(story, there("talk: {~, by: owner, due: 1 week}", more=""), "steps: {work: [], visited: []}")

        ended = [event.coded["key"] for event in events if event.type == "Ended"]
        assert sorted(ended) == ["work#1", "work.look#1", "work.look[a]#1", "work.look[b]#1", "work.train#1"]

    def test_of_several_professions_ends_with_each_of_them(self) -> None:
        story = tell(there(), {})
        fewer = STEPS.replace("    look: {~, by: team, due: 3 months, for_each: [a, b], record: level}\n", "")

        events = moved(story, there(fewer), "steps: {work.look: []}")

        ended = [event.coded["key"] for event in events if event.type == "Ended"]
        assert sorted(ended) == ["work.look#1", "work.look[a]#1", "work.look[b]#1"]


class TestAStepOfAnotherKind:
    def test_is_refused_where_it_runs(self) -> None:
        story = tell(there(), {})
        stage = STEPS.replace("talk: {~, by: owner, due: 1 week}", "talk: {~, steps: {a: {~, by: owner, due: 1 week}}}")

        assert refused(story, there(stage), Mapping()) == "migration_unmapped"

    def test_is_refused_where_it_would_cross_the_exit(self) -> None:
        story = tell(there(), {})
        mapping = Mapping(steps={"talk": ("after_exit.later",)})

        assert refused(story, there(STEPS.replace("talk:", "other:")), mapping) == "migration_crosses_exit"


class TestRulesThatGoRoundInACircle:
    def test_are_refused_and_nobody_moves(self) -> None:
        circle = there()
        circle.milestones["up"] = {"not": {"reached": "up"}}

        assert refused(tell(there(), {}), circle, Mapping()) == "migration_endless"


class TestDays:
    def test_before_which_nothing_can_be_done_follow_the_new_rule(self) -> None:
        one = "one: {~, by: owner, due: 9 weeks, MORE}"
        story = tell(there(one.replace("MORE", "required: true"), more=""), {})

        moved(story, there(one.replace("MORE", "not_before: 5 weeks"), more=""))

        assert state_of(story).open["one#1"].not_before == MONDAY + timedelta(weeks=5)


class TestANoticeThatWasToldMeanwhile:
    def test_is_not_owed_again_when_the_move_is_taken_back(self) -> None:
        old, new = there(), there(STEPS.replace("due: 1 week}", "due: 2 weeks}"))
        story = tell(old, {})
        story.do(Migrate(id="there", by=MANAGER, rules=canonical(new)), story_time(2))
        story.advance_to(story_time(16))
        told = [event for event in story.events if event.type == "Told" and event.step == "talk"]
        assert short(told) == ["Told talk#1"]

        story.do(UndoMigration(id="back", by=MANAGER, rules=canonical(old)), story_time(16))
        story.advance_to(story_time(30))

        assert [event for event in story.events if event.type == "Told" and event.step == "talk"] == told


def refused(story: Simulation, new: Any, mapping: Mapping) -> str:
    """Return the code with which a move is refused; the state stays as it was."""
    before: list[Event] = story.events
    with pytest.raises(Refusal) as refusal:
        story.do(Migrate(id="there", by=MANAGER, rules=canonical(new), mapping=mapping), story_time(3))
    assert story.events == before
    return refusal.value.code
