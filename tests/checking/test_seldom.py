"""What few definitions have: gates that ask for records, for progress, for what was asked before them."""

from __future__ import annotations

from typing import Any

import pytest

from domain.checking.finding import Subject
from domain.checking.fixpoint import reachable
from domain.checking.inputs import Known
from domain.checking.static import static
from domain.checking.truth import most_rounds
from domain.conditions import evaluate
from tests.checking.spoiling import search, subject_of
from tests.unit.small import BASE, LABEL

OUT = "out: {~, by: manager, due: 9 weeks, decide: {out: {exit: work, ~}, back: {exit: returned, ~}}}"


def small(steps: str, *, base: str = BASE, more: str = "") -> Subject:
    """Return a small definition."""
    lines = "\n".join(f"  {line}" for line in f"{steps.strip()}\n{OUT}".splitlines())
    return subject_of(f"{base}\nsteps:\n{lines}\n{more}".replace("~", LABEL))


def gate(condition: str) -> str:
    """Return steps with a decision that a condition guards."""
    return f"""
first: {{~, by: owner, due: 5 days}}
gate: {{~, by: manager, due: 9 days, after: first, decide: {{on: {{needs: {condition}, ~}}, off: {{~}}}}}}
"""


def codes(subject: Subject, states: int = 60) -> set[str]:
    """Return what a search finds."""
    return {one.code for one in search(subject, states).findings}


class TestAGate:
    @pytest.mark.parametrize(
        "condition",
        [
            "{record: level, where: {hours: {from: 20}}, at_least: 2}",
            "{progress: {record: level, field: hours, from: 1}}",
            "{any: [{record: level, where: {hours: {from: 20}}}, {record: level, where: {base: {from: 20}}}]}",
            "{reached: half}",
            "{all: [{fact: far, is: true}, {not: {reached: half}}]}",
            "{age: {from: 18, at: first}}",
        ],
    )
    def test_that_can_be_met_is_found_open(self, condition: str) -> None:
        assert codes(small(gate(condition))) == set()

    def test_that_asks_for_an_age_on_the_day_of_a_step_can_be_met(self) -> None:
        steps = gate("{age: {from: 18, at: first}}").replace("off: {~}", "off: {exit: work, ~}")

        assert "outcome_never_possible" not in codes(small(steps))

    @pytest.mark.parametrize(
        ("condition", "code"),
        [
            ("{record: level, where: {hours: {from: 41}}}", "value_outside_scale"),
            ("{record: level, where: {hours: {from: 20, to: 10}}}", "never_holds"),
            ("{all: [{fact: far, is: true}, {fact: far, is: false}]}", "never_holds"),
        ],
    )
    def test_that_can_never_be_met_is_told(self, condition: str, code: str) -> None:
        assert code in {one.code for one in static(small(gate(condition)))}

    def test_of_a_choice_and_of_a_happening_is_opened_by_what_becomes_known(self) -> None:
        steps = """
s:
  ~
  steps:
    first: {~, by: owner, due: 5 days}
    extra: {~, by: owner, due: 5 days, choose: 1, if: {record: level, where: {hours: {from: 20}}}}
"""
        more = "happenings:\n  visit: {by: [team], if: {fact: far, is: true}, label: {sv: besök, en: visit}}"

        found = search(small(steps, more=more), 80)

        assert found.findings == []


class TestWhatIsKnownAtFirst:
    def test_is_that_nothing_has_come_true(self) -> None:
        known = Known({"far": True})

        conditions: list[dict[str, Any]] = [{"reached": "half"}, {"ref": "one"}, {"count": "one", "from": 1}]
        assert [evaluate(one, known) for one in conditions] == [False, False, False]


class TestReaching:
    def test_a_stage_that_something_stops_can_end(self) -> None:
        steps = """
one: {~, by: owner, due: 5 days}
s: {~, stops: [one], steps: {two: {~, by: owner, due: 5 days}}}
three: {~, by: owner, due: 5 days, after: s.ended}
"""
        assert {"s.ended", "three"} <= reachable(small(steps).rules)

    def test_a_decision_of_which_no_outcome_is_possible_is_never_made(self) -> None:
        steps = """
one: {~, by: manager, due: 5 days, decide: {in: {needs: {ref: three}, ~}}}
three: {~, by: owner, due: 5 days, after: one}
"""
        assert not {"one", "three"} & reachable(small(steps).rules)


class TestAFinding:
    def test_says_in_which_file_it_stands(self) -> None:
        subject = small(gate("{fact: far, is: 'yes'}"))
        found = [one for one in static(subject) if one.code == "value_of_another_type"]

        assert [one.file(subject.document) for one in found] == [""]


class TestRounds:
    def test_of_a_step_that_the_definition_lacks_are_many(self) -> None:
        rules = small(gate("{reached: half}")).rules

        assert most_rounds(rules, "elsewhere") > most_rounds(rules, "first") == 1


class TestRepetition:
    def test_that_was_stopped_is_another_state(self) -> None:
        steps = """
one: {~, by: owner, due: 9 weeks}
again: {~, by: owner, every: 4 weeks, stops: [stop]}
stop: {~, by: owner, due: 5 days}
look: {~, by: team, due: 9 weeks, for_each: [a, b], record: level}
end: {~, by: owner, due: 5 days, after: look.a}
"""
        assert codes(small(steps), 100) == set()
