"""What is refused at the edges: values, menus, hours, views, corrections, and definitions without a beginning."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest

from domain.commands import Contact, Correct, Reenter
from domain.errors import Refusal
from domain.events import Batch, EventType, batch_hash
from domain.format.reading import DefinitionError, read
from domain.interpreter import decide, evolve, fold
from domain.interpreter.settle import EndlessLoopError
from domain.people import THE_SYSTEM
from domain.script import ScriptError, stories, story
from domain.stories import cast_of
from tests.unit.small import BASE, MONDAY, rules_of, tell

VALUES = """
facts:
  yes_no: {type: boolean}
  when: {type: date}
  kind: {one_of: [a, b]}
  kinds: {type: codes, one_of: [a, b]}
  whole: {type: integer, from: 0, to: 9}
  prose: {type: text}
  maybe: {type: boolean, refusable: true}
"""


def with_facts(steps: str) -> Any:
    """Compile with facts of every type."""
    from domain.format.compiling import compile_text
    from tests.unit.small import LABEL

    base = BASE.replace("facts:\n  far: {type: boolean}\n", VALUES + "  far: {type: boolean}\n")
    return compile_text(f"{base}\nsteps:\n  {steps}".replace("~", LABEL))[0]


class TestValues:
    @pytest.mark.parametrize(
        ("fact", "value", "code"),
        [
            ("yes_no", "perhaps", "value_not_boolean"),
            ("when", "the ides", "value_not_a_date"),
            ("when", 7, "value_not_a_date"),
            ("kind", "c", "value_not_a_code"),
            ("kinds", ["a", "c"], "value_not_a_code"),
            ("kinds", [], "value_not_a_code"),
            ("whole", 1.5, "value_not_a_number"),
            ("whole", True, "value_not_a_number"),
            ("whole", float("nan"), "value_not_a_number"),
            ("whole", 10, "value_out_of_range"),
            ("prose", 4, "value_not_text"),
            ("prose", "x" * 4001, "text_too_long"),
            ("prose", "a\x00b", "text_control_characters"),
        ],
    )
    def test_of_the_wrong_kind_are_refused_and_not_recorded(self, fact: str, value: Any, code: str) -> None:
        with pytest.raises(Refusal) as refused:
            tell(with_facts("one: {~, by: owner, due: 5 days}"), {1: [{"fact": fact, "value": value}]})
        assert refused.value.code == code

    def test_of_the_right_kind_are_kept_plain_and_refusals_remembered(self) -> None:
        given = {"yes_no": True, "when": MONDAY, "kinds": ["b", "b"], "prose": "rad\nrad", "maybe": "refused"}

        state = tell(with_facts("one: {~, by: owner, due: 5 days}"), {}, given=given).state

        assert state is not None
        assert [state.fact(name) for name in given] == [True, "2025-03-03", ["b"], "rad\nrad", None]
        assert state.facts["maybe"][-1].refused

    def test_in_steps_are_kept_to_them(self) -> None:
        rules = rules_of("one: {~, by: owner, due: 5 days}")
        rules.records["level"]["hours"].__dict__["step"] = 0.5
        with pytest.raises(Refusal, match="value_not_a_step"):
            tell(rules, {1: [{"record": "level", "hours": 1.3}]})


class TestMenus:
    STEPS = """
    one: {~, by: owner, due: 5 days}
    stage:
      ~
      after: one
      steps:
        two: {~, by: owner, due: 5 days}
        three: {~, by: owner, due: 5 days}
        later: {~, by: owner, due: 5 days, choose: 1, after: two}
        some: {~, by: owner, due: 5 days, choose: 1, if: {fact: far, is: true}}
        once: {~, by: owner, due: 5 days, choose: 1, reasons: [illness], hours: true}
    """

    @pytest.mark.parametrize(
        ("days", "code"),
        [
            ({1: ["open once"]}, "stage_not_open"),
            ({1: ["done one"], 2: ["open later"]}, "menu_not_yet"),
            ({1: ["done one"], 2: ["open some"]}, "menu_not_for_this_person"),
            ({1: ["done one"], 2: ["open once", "open once"]}, "menu_used_up"),
            ({1: ["done one"], 2: ["open once", "end once boredom"]}, "coded_reason_unknown"),
            ({1: ["done one"], 2: ["open once", "hours once 4.1"]}, "hours_out_of_range"),
            ({1: ["done one"], 2: ["open once", "hours once 745"]}, "hours_out_of_range"),
            ({1: ["done one"], 2: ["open once", {"hours": "once 4", "month": "2025-02"}]}, "month_out_of_range"),
            ({1: ["done one"], 2: ["open once", {"hours": "once 4", "month": "2025-04"}]}, "month_out_of_range"),
        ],
    )
    def test_say_why_not(self, days: dict[int, list[Any]], code: str) -> None:
        with pytest.raises(Refusal) as refused:
            tell(rules_of(self.STEPS), days)
        assert refused.value.code == code

    def test_open_a_later_choice_when_its_time_has_come(self) -> None:
        state = tell(rules_of(self.STEPS), {1: ["done one"], 2: ["done two", "open later"]}).state

        assert state is not None
        assert "stage.later#1" in state.open


class TestHours:
    STEPS = "one: {~, by: owner, due: 9 weeks, hours: true}"

    def test_are_corrected_within_the_same_limits(self) -> None:
        reported = {5: ["hours one 12.5"]}

        good = tell(rules_of(self.STEPS), {**reported, 6: [{"correct": "hours", "hours": 10}]})
        assert good.state is not None
        assert good.state.records["hours"][-1].values == {"month": "2025-03", "hours": 10}
        for changes, code in (
            ({"hours": -1}, "hours_out_of_range"),
            ({"hours": "many"}, "hours_out_of_range"),
            ({"month": "2025-13"}, "month_out_of_range"),
            ({"month": "2024-12"}, "month_out_of_range"),
            ({"weeks": 2}, "field_unknown"),
        ):
            with pytest.raises(Refusal) as refused:
                tell(rules_of(self.STEPS), {**reported, 6: [{"correct": "hours", **changes}]})
            assert refused.value.code == code


class TestDecisions:
    STEPS = """
    gate: {~, by: manager, due: 9 days, present: [participant], decide: {in: {~}, out: {reasons: [full], ~}}}
    plan: {~, by: owner, due: 9 days, view: true}
    look: {~, by: team, due: 9 days, record: level}
    """

    @pytest.mark.parametrize(
        ("entry", "code"),
        [
            ("decide gate in", "participants_missing"),
            ("done look", "step_needs_a_record"),
        ],
    )
    def test_and_others_say_what_is_missing(self, entry: str, code: str) -> None:
        with pytest.raises(Refusal) as refused:
            tell(rules_of(self.STEPS), {1: [entry]})
        assert refused.value.code == code

    def test_need_a_reason_a_code_and_a_view(self) -> None:
        from domain.commands import Complete, Decide

        rules = rules_of(self.STEPS)
        simulation = tell(rules, {})
        cast, now = cast_of(rules), simulation.events[-1].recorded_at
        ask: dict[str, Any] = {"by": cast.actor("manager_one"), "step": "gate", "present": ("participant",)}
        for command, code in (
            (Decide(id="a", **ask, outcome="in", reason="  "), "reason_missing"),
            (Decide(id="b", **ask, outcome="out", reason="fullt"), "coded_reason_unknown"),
            (Complete(id="c", by=cast.actor("owner_one"), step="plan"), "view_missing"),
        ):
            with pytest.raises(Refusal) as refused:
                decide(rules=rules, state=simulation.state, command=command, now=now)
            assert refused.value.code == code

    def test_take_only_their_own_record(self) -> None:
        rules = rules_of(self.STEPS)
        rules.records["other"] = rules.records["level"]
        from domain.commands import TakeRecord

        simulation = tell(rules, {})
        command = TakeRecord(
            id="a", by=cast_of(rules).actor("team_one"), record="other", step="look", values={"hours": 1}
        )
        with pytest.raises(Refusal, match="step_takes_another_record"):
            decide(rules=rules, state=simulation.state, command=command, now=simulation.events[-1].recorded_at)

    def test_an_exit_needs_a_reason(self) -> None:
        with pytest.raises(Refusal, match="reason_missing"):
            tell(rules_of(self.STEPS), {1: [{"exit": "work", "reason": " "}]})


class TestCorrections:
    def test_say_what_can_be_corrected(self) -> None:
        rules = rules_of("one: {~, by: owner, due: 5 days}\ntwo: {~, by: owner, due: 5 days, after: one}")
        for entry, code in (
            ({"correct": "far", "values": 1}, "field_unknown"),
            ({"correct": "one", "value": 1}, "only_the_day_can_be_corrected"),
            ({"correct": "one", "day": 50}, "day_in_the_future"),
            ({"correct": "one", "day": -1}, "day_before_the_referral"),
            ({"correct": "far", "value": False, "reason": " "}, "reason_missing"),
        ):
            with pytest.raises(Refusal) as refused:
                tell(rules, {1: ["done one"], 2: [entry]}, given={"far": True})
            assert refused.value.code == code

    def test_of_one_value_leave_the_words_that_were_said(self) -> None:
        said_in = "notes: {type: text, sealed: true, required: true}, base:"
        rules = rules_of("one: {~, by: owner, due: 60 days}", base=BASE.replace("base:", said_in, 1))
        said = {1: [{"record": "level", "hours": 20, "notes": "Trött i dag."}]}
        played = tell(rules, {**said, 2: [{"correct": "level", "hours": 10}]})
        corrected = next(one for one in played.events if one.type is EventType.CORRECTED)

        assert corrected.coded["changes"]["hours"] == 10
        assert not corrected.sealed.get("changes")
        with pytest.raises(Refusal, match="field_missing"):
            tell(rules, {**said, 2: [{"correct": "level", "notes": None}]})

    def test_of_the_exit_move_the_follow_ups(self) -> None:
        rules = rules_of("one: {~, by: owner, due: 5 days}")
        state = tell(rules, {10: ["exit work"], 12: [{"correct": "exit", "day": 3}]}).state

        assert state is not None
        assert state.exit is not None
        assert state.exit.on == MONDAY + timedelta(days=3)
        assert str(state.open["after_exit.later#1"].due_on) == "2025-09-08"

    def test_of_a_happening_and_of_the_referral_move_days(self) -> None:
        rules = rules_of("one: {~, by: owner, due: 10 working days after referral}")
        played = tell(
            rules, {5: ["contact"], 6: [{"correct": "contact", "day": 4}, {"correct": "referral", "day": -7}]}
        )

        assert played.state is not None
        assert played.state.happened["contact"].on == MONDAY + timedelta(days=4)
        assert str(played.state.open["one#1"].due_on) == "2025-03-10"


class TestComingBack:
    def test_is_not_reopened_and_says_where_the_person_is(self) -> None:
        rules = rules_of("one: {~, by: owner, due: 5 days}")
        simulation = tell(rules, {1: ["exit work"]})
        now = simulation.events[-1].recorded_at
        simulation.do(Reenter(id="r", by=THE_SYSTEM, pathway="p-later"), now)

        assert simulation.state is not None
        assert simulation.state.closed
        with pytest.raises(Refusal, match="reentered"):
            tell_again(rules, simulation, now)

    def test_needs_an_exit(self) -> None:
        simulation = tell(rules_of("one: {~, by: owner, due: 5 days}"), {})
        with pytest.raises(Refusal, match="not_exited"):
            simulation.do(Reenter(id="r", by=THE_SYSTEM, pathway="p"), simulation.events[-1].recorded_at)

    def test_a_day_before_the_exit_is_refused(self) -> None:
        with pytest.raises(Refusal, match="before_the_exit"):
            tell(rules_of("one: {~, by: owner, due: 5 days}"), {5: ["exit work"], 6: [{"reopen": "", "on": 2}]})


def tell_again(rules: Any, simulation: Any, now: Any) -> None:
    from domain.commands import Reopen

    simulation.do(Reopen(id="x", by=cast_of(rules).actor("manager_one"), reason="skäl"), now)


class TestTriggers:
    def test_all_waits_for_the_last(self) -> None:
        rules = rules_of(
            "one: {~, by: owner, due: 5 days}\ntwo: {~, by: owner, due: 5 days}\nthree: {~, by: owner, due: 5 days, after: {all: [one, two]}}"
        )
        first = tell(rules, {1: ["done one"]}).state
        both = tell(rules, {1: ["done one"], 2: ["done two"]}).state

        assert first is not None
        assert both is not None
        assert "three#1" not in first.open
        assert "three#1" in both.open

    def test_a_stop_ends_what_is_inside(self) -> None:
        rules = rules_of(
            "one: {~, by: owner, due: 5 days}\n"
            "stage: {~, stops: [one], steps: {inner: {~, by: owner, due: 9 days}}}\n"
            "look: {~, by: team, due: 9 days, for_each: [a, b], record: level, stops: [one]}"
        )
        played = tell(rules, {1: ["done one"]})

        assert sorted(event.coded["key"] for event in played.events if event.type == "Ended") == [
            "look#1", "look[a]#1", "look[b]#1", "stage#1", "stage.inner#1",
        ]  # fmt: skip

    def test_a_due_day_may_hang_on_a_milestone(self) -> None:
        rules = rules_of("one: {~, by: owner, due: 5 days}\nlook: {~, by: owner, after: half, due: 2 weeks after half}")
        state = tell(rules, {4: [{"record": "level", "hours": 20, "on": 2}]}).state

        assert state is not None
        assert str(state.open["look#1"].due_on) == "2025-03-19"

    def test_a_circle_is_stopped_with_the_programmes_name(self) -> None:
        rules = rules_of("one: {~, by: owner, due: 5 days}")
        rules.milestones["up"] = {"not": {"reached": "up"}}
        with pytest.raises(EndlessLoopError, match="small"):
            tell(rules, {})


class TestLogs:
    def test_without_a_beginning_or_with_a_gap_are_no_pathway(self) -> None:
        events = tell(rules_of("one: {~, by: owner, due: 5 days}"), {}).events

        with pytest.raises(ValueError, match="begins with Referred"):
            fold("p", events[1:])
        state = evolve(None, events[0], pathway="p")
        with pytest.raises(ValueError, match="does not follow"):
            evolve(state, events[2])
        assert fold("p", []) is None

    def test_a_batch_has_one_hash_and_another_command_another(self) -> None:
        simulation = tell(rules_of("one: {~, by: owner, due: 5 days}"), {})
        batch = simulation.batches[0]
        other = Batch(batch.pathway, "another", batch.events)

        assert batch_hash(batch) == batch_hash(Batch(batch.pathway, batch.command_id, batch.events))
        assert batch_hash(batch) != batch_hash(other)
        assert (batch.first_seq, batch.last_seq) == (1, len(batch.events))

    def test_a_hash_is_of_everything_in_the_batch_as_plain_json(self) -> None:
        simulation = tell(rules_of("one: {~, by: owner, due: 5 days}"), {2: ["done one"], 3: ["exit work"]})

        for (
            batch
        ) in simulation.batches:  # the record compares hashes for years: another way to write it is another hash
            text = json.dumps(
                asdict(batch), sort_keys=True, separators=(",", ":"), ensure_ascii=False,
                default=lambda value: value.isoformat(),
            )  # fmt: skip
            assert batch_hash(batch) == hashlib.sha256(text.encode()).hexdigest()

    def test_nothing_can_be_asked_of_nobody(self) -> None:
        rules = rules_of("one: {~, by: owner, due: 5 days}")
        now = tell(rules, {}).events[-1].recorded_at
        contact = Contact(id="c", by=THE_SYSTEM)

        with pytest.raises(Refusal, match="pathway_unknown"):
            decide(rules=rules, state=None, command=contact, now=now)
        late = contact.model_copy(update={"not_after": now - timedelta(seconds=1)})
        with pytest.raises(Refusal, match="given_up"):
            decide(rules=rules, state=None, command=late, now=now)
        state = tell(rules, {}).state
        ask: dict[str, Any] = {"id": "d", "by": cast_of(rules).actor("owner_one"), "reason": "skäl"}
        with pytest.raises(Refusal, match="not_correctable"):
            decide(rules=rules, state=state, command=Correct(**ask, of=2), now=now)


class TestStories:
    @pytest.mark.parametrize(
        "days",
        [
            {1: ["dance"]}, {1: ["decide gate"]}, {1: [{"correct": "nothing"}]}, {1: ["happen"]}, {1: [{"view": 1}]},
        ],
    )  # fmt: skip
    def test_that_cannot_be_understood_say_which_sentence(self, days: dict[int, list[Any]]) -> None:
        with pytest.raises(ScriptError, match="day 1"):
            tell(rules_of("gate: {~, by: manager, due: 9 days, decide: {in: {~}}}"), days)

    def test_without_a_player_for_a_role_say_so(self) -> None:
        with pytest.raises(ScriptError, match="nobody in the cast"):
            cast_of(rules_of("one: {~, by: owner, due: 5 days}")).playing("pilot")

    @pytest.mark.parametrize("sentence", ["record gate", "record levels"])
    def test_that_name_no_record_are_refused(self, sentence: str) -> None:
        with pytest.raises(Refusal, match="record_unknown"):
            tell(rules_of("gate: {~, by: manager, due: 9 days, decide: {in: {~}}}"), {1: [sentence]})

    def test_say_who_was_present(self) -> None:
        rules = rules_of("""
            meet: {~, by: owner, due: 9 days, present: [participant]}
            gate: {~, by: manager, due: 9 days, present: [participant], decide: {in: {~}}}
        """)
        for sentence in ("done meet", "decide gate in"):
            verb, rest = sentence.split(" ", 1)
            tell(rules, {1: [{verb: rest, "present": ["participant"]}]})
            with pytest.raises(Refusal, match="participants_missing"):
                tell(rules, {1: [sentence]})

    def test_give_an_item_to_the_role_of_its_name(self) -> None:
        rules = rules_of("view: {~, for_each: [team, manager], by: item, due: 9 days, reasons: [ill]}")

        state = tell(rules, {1: ["done view team"], 2: [{"end": "view ill", "item": "manager"}]}).state
        assert state is not None
        assert [one.actor for one in state.past.values() if one.item] == ["team_one", "manager_one"]

    def test_take_a_record_with_plain_values_for_what_is_required(self) -> None:
        base = BASE.replace("hours: {from: 0", "sure: {type: boolean, required: true}, hours: {from: 0")

        state = tell(
            rules_of("rate: {~, by: owner, due: 9 days, record: level}", base=base), {1: ["record rate"]}
        ).state
        assert state is not None
        assert state.records["level"][0].values == {"sure": False, "hours": 0, "base": 40, "percent": 0}

    def test_let_the_system_give_a_place(self) -> None:
        places = "waits_for: {pool: shop, waiting_due: 1 month, offer_due: 5 days}"

        state = tell(rules_of(f"work: {{~, by: team, due: 9 days, {places}}}"), {1: ["happen work_place"]}).state
        assert state is not None
        assert "work_offer" in {one.path for one in state.open.values()}

    def test_are_read_from_a_list_or_under_their_key(self) -> None:
        text = "stories:\n  - {name: one, days: {0: [refer]}}\n"
        assert [each.name for each in stories(text)] == ["one"]
        assert [each.name for each in stories("- {name: one, days: {0: [refer]}}")] == ["one"]
        assert str(story({"name": "one", "days": {0: ["done plan"]}}).entries[0]) == "done plan"


class TestDefinitions:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("a: 1\na: 2\n", "line 2: found duplicate key"),
            ("a: [1\nb: 2", "not YAML"),
            ("x" * 1_000_001, "more than 1000000 bytes"),
        ],
    )
    def test_that_are_not_readable_name_the_line(self, text: str, message: str) -> None:
        with pytest.raises(DefinitionError, match=message):
            read(text)

    @pytest.mark.parametrize(
        ("steps", "message"),
        [
            ("watch: {~, by: owner, due: 5 days}", "standing step's name"),
            ("one: {~, by: owner, due: 5 days, after: half}", "no step opens at the referral"),
            ("one: {~, by: pilot, due: 5 days}", "unknown role 'pilot'"),
            ("one: {~, by: owner, due: 5 days, after: two}", "no step, milestone, happening or exit"),
        ],
    )
    def test_with_loose_ends_name_them(self, steps: str, message: str) -> None:
        with pytest.raises(DefinitionError, match=message):
            rules_of(steps)
