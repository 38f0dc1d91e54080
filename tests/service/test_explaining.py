"""What a rule looked at when it decided, as ``why`` tells it."""

from __future__ import annotations

from domain.interpreter import fold
from domain.rules import Rules
from service.explaining import facts_behind
from tests.unit.small import rules_of, tell

TASK = "~, by: owner, due: 5 working days"
MEASURE = {"record": "measure", "hours": 20}


def opened(rules: Rules, days: dict[int, list[object]], key: str) -> list[dict[str, object]]:
    """Return the conditions that ``why`` names for the opening of a step."""
    events = tell(rules, days).events
    event = next(one for one in events if one.type == "Opened" and one.coded["key"] == key)
    before = fold("p", events[: event.seq - 1])
    return [found.condition for found in facts_behind(event, rules, before)]


class TestTwoAlternatives:
    RULES = rules_of(
        f"measure: {{{TASK}, record: level}}\nrest: {{{TASK}}}\nthree: {{{TASK}, after: [measure, half, rest]}}"
    )

    def test_that_had_both_come_true_are_both_named(self) -> None:
        assert opened(self.RULES, {1: [MEASURE]}, "three#1") == [{"ref": "measure"}, {"reached": "half"}]

    def test_of_which_one_had_come_true_are_not(self) -> None:
        assert opened(self.RULES, {1: ["done rest"]}, "three#1") == [{"ref": "rest"}]

    def test_that_had_come_true_before_the_last_round_are_not(self) -> None:
        rules = rules_of(f"one: {{{TASK}}}\ntwo: {{{TASK}}}\nthree: {{{TASK}, after: [one, two], times: 2}}")

        assert opened(rules, {1: ["done one"], 2: ["done three"], 3: ["done two"]}, "three#2") == [{"ref": "two"}]

    def test_of_a_stage_that_opened_later_count_from_its_opening(self) -> None:
        rules = rules_of(
            f"one: {{{TASK}}}\nstage: {{~, after: one, steps: {{two: {{{TASK}}}, three: {{{TASK}, after: [one, two]}}}}}}"
        )

        assert opened(rules, {1: ["done one"], 2: ["done two"]}, "stage.three#1") == [{"ref": "stage.two"}]
