"""What seldom is asked of a definition, an operation or a story: each rule with the one case that breaks it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.commands import Correct, Tick
from domain.errors import Refusal
from domain.format.compiling import compile_text
from domain.format.model import Label
from domain.format.names import OFFER, WAITING, around_a_place
from domain.format.reading import DefinitionError
from domain.interpreter.dues import alarms, due_on
from domain.interpreter.work import Work
from domain.operations import from_data, load_operation, moved_to
from domain.people import THE_SYSTEM, Actor
from domain.possible import possible
from domain.rules import canonical, rules_hash, text_of
from domain.script import ScriptError, story
from domain.stories import cast_of, frame_of, play
from domain.telling import command_of
from tests.unit.small import BASE, LABEL, MONDAY, rules_of, tell
from tests.unit.test_units import DAY, operation, unit

ONE = "one: {~, by: owner, due: 5 days}"


class TestAnOperation:
    def test_names_the_programme_of_each_unit_on_a_day(self) -> None:
        one = operation(unit("east", "north"), unit("north", programme="p_north"))

        asked = [("east", None), ("east", DAY - timedelta(days=1)), ("east", DAY), ("north", None), ("nowhere", None)]
        assert [one.programme_of(*each) for each in asked] == ["p", "p", "p_north", "p_north", "p"]
        assert one.programmes == ("p", "p_north")

    def test_covers_its_last_day_and_no_other_time(self) -> None:
        one = operation(unit("east"))

        one.covers(one.starts)
        one.covers(one.ends)
        for day, code in ((one.starts - timedelta(days=1), "day_before"), (one.ends + timedelta(days=1), "day_after")):
            with pytest.raises(Refusal, match=f"{code}_the_operation"):
                one.covers(day)

    def test_is_the_same_after_it_was_kept(self) -> None:
        one = operation(unit("east"))

        assert from_data(one.model_dump(mode="json")) == one

    def test_that_is_wrong_says_on_which_line(self) -> None:
        with pytest.raises(DefinitionError, match=r"line 2: starts: "):
            load_operation("operation: o\nstarts: soon\n")

    def test_under_another_name_on_its_own_days_keeps_its_numbers(self) -> None:
        one = operation(unit("east"))

        again = moved_to(one, one.starts, "o-again")

        assert (again.operation, again.name, again.budget) == ("o-again", one.name, one.budget)


class TestADefinition:
    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("  owner: {sv: ansvarig, en: owner}\n", "", "the role 'owner' is needed"),
            (
                "{record: level, where: {percent: {from: 50}}}",
                "{progress: {record: stair, field: hours, from: 1}}",
                "stair",
            ),
            ("due: 10 working days, overdue: []", "due: never, overdue: []", "never"),
        ],
    )
    def test_says_what_is_missing(self, old: str, new: str, says: str) -> None:
        assert old in BASE
        with pytest.raises(DefinitionError, match=says):
            rules_of(ONE, base=BASE.replace(old, new))

    def test_has_no_step_called_stage_where_a_due_day_counts_from_the_stage(self) -> None:
        steps = "stage: {~, steps: {one: {~, by: owner, due: 5 days after stage}}}"
        with pytest.raises(DefinitionError, match="'stage' means the stage around the step"):
            rules_of(steps)

    def test_may_refer_to_an_exit_by_its_reason(self) -> None:
        rules = rules_of(f"{ONE}\ntwo: {{~, by: owner, due: 5 days, if: {{not: {{ref: exit.work}}}}}}")

        assert rules.steps["two"].condition == {"not": {"ref": "exit.work"}}

    def test_calls_the_steps_before_a_place_by_its_name(self) -> None:
        labels = around_a_place(Label(sv="Verkstad", en="Workshop"))

        assert labels[WAITING].en == "waiting for a place: Workshop"
        assert labels[OFFER].sv == "erbjudande om plats: Verkstad"

    def test_kept_as_data_is_the_same_text(self) -> None:
        import json

        rules = rules_of(ONE)

        assert text_of(json.loads(canonical(rules))) == canonical(rules)
        assert rules_hash(rules) == rules.hash


class TestAVariant:
    @pytest.mark.parametrize(
        ("base", "variant", "says"),
        [
            ("extends: other\n", "", "'base' is a variant itself; extend 'other'"),
            ("", "", "a variant has its own"),
            ("", "change: {programme.name.deeper: 1}\n", "no such place"),
            ("", "change: {reasons.7.more: 1}\n", "no such place"),
        ],
    )
    def test_is_refused_for_what_it_cannot_be(self, base: str, variant: str, says: str) -> None:
        text = f"{BASE}\nsteps:\n  {ONE.replace('~', LABEL)}\n{base}"
        with pytest.raises(DefinitionError, match=says):
            compile_text(f"programme: smaller\nformat: 1\nextends: base\n{variant}", {"base": text}.get)


class TestAStage:
    def test_has_no_due_day_and_no_notices_of_its_own(self) -> None:
        played = tell(rules_of(f"s: {{~, steps: {{{ONE}}}}}"), {})
        now = datetime(2025, 3, 3, 12, tzinfo=UTC)
        assert played.state is not None
        work = Work(played.rules, played.state, Tick(id="tick/1", by=THE_SYSTEM), now, now, MONDAY)

        assert due_on(work, "s", MONDAY) == (None, "opening")
        assert alarms(work, "s", None, now, announce=False) == []


class TestACorrection:
    def test_of_an_exit_that_was_taken_back_is_refused(self) -> None:
        played = tell(rules_of(ONE), {1: ["exit work"], 2: ["reopen"]})
        (exited,) = [event for event in played.events if event.type == "Exited"]
        actor, now = cast_of(played.rules).actor("manager_one"), played.events[-1].recorded_at

        with pytest.raises(Refusal, match="not_correctable"):
            played.do(Correct(id="c", by=actor, of=exited.seq, reason="skäl", day=MONDAY), now)


class TestALateRecord:
    def test_of_a_step_that_was_ended_for_one_person_is_refused(self) -> None:
        rules = rules_of("look: {~, by: team, due: 9 days, record: level, reasons: [illness]}\n" + ONE)
        with pytest.raises(Refusal, match="already_ended"):
            tell(rules, {1: ["end look illness"], 2: ["record look"]})


class TestWhatCanBeDone:
    def test_by_somebody_from_elsewhere_is_nothing(self) -> None:
        played = tell(rules_of(ONE), {})
        assert played.state is not None

        assert (
            possible(played.rules, played.state, Actor("else", (), "desk"), datetime(2025, 3, 4, 12, tzinfo=UTC)) == []
        )


class TestAStory:
    def test_in_which_another_refusal_comes_than_the_one_expected_says_which(self) -> None:
        told = story({"name": "one", "days": {0: ["refer"], 1: [{"done": "two", "refused": "too_early"}]}})
        with pytest.raises(Refusal, match="step_unknown"):
            play(rules_of(ONE), told, start=MONDAY)

    def test_that_corrects_before_anything_is_recorded_cannot_be_told(self) -> None:
        rules = rules_of(ONE)
        told = story({"name": "one", "days": {0: [{"correct": "far", "value": True}]}})
        with pytest.raises(ScriptError, match="nothing recorded"):
            command_of(
                rules=rules,
                state=None,
                entry=told.entries[0],
                told=told,
                cast=cast_of(rules),
                frame=frame_of(rules, "one"),
                start=MONDAY,
                id="c",
            )

    def test_in_which_an_unknown_step_is_decided_leaves_the_refusal_to_the_rules(self) -> None:
        with pytest.raises(Refusal, match="step_unknown"):
            tell(rules_of(ONE), {1: ["decide nothing in"]})

    def test_in_which_each_profession_records_its_own(self) -> None:
        rules = rules_of("look: {~, by: item, due: 9 days, for_each: [team, referrer], record: level}")

        played = tell(rules, {1: ["record look.team", "record look.referrer"]})

        assert [event.actor.staff for event in played.events if event.type == "RecordTaken"] == [
            "team_one",
            "referrer_one",
        ]
