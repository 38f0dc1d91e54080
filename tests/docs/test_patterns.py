"""docs/programme-format.md, Patterns: each does what its sentence says."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from domain.format.compiling import compile_programme
from domain.format.reading import Document
from domain.interpreter import State
from domain.script import story
from domain.simulation import Simulation
from domain.stories import play
from tests.docs.test_programme_format import TEXT, _compile

START = date(2026, 1, 12)
BEGUN: dict[int, list[Any]] = {0: ["refer"], 1: ["done talk"], 2: ["decide gate go_on"]}


def pattern(title: str) -> str:
    """Return the example under a pattern's title."""
    after = TEXT.partition(f"**{title}")[2]
    return after.partition("```yaml\n")[2].partition("```")[0]


def played(title: str, days: dict[int, list[Any]], until: int | None = None) -> Simulation:
    definition = _compile(pattern(title))
    rules = compile_programme(definition, Document({}))
    told = story({"name": "p", "given": {"wants": True}, "days": days})
    end = None if until is None else datetime.combine(START + timedelta(days=until), time(12), UTC)
    return play(rules, told, start=START, until=end)


def opened(simulation: Simulation) -> list[str]:
    state = simulation.state
    assert isinstance(state, State)
    return sorted(one.key for one in state.open.values() if one.kind not in ("stage", "watch"))


class TestPatterns:
    def test_a_loop_swings_between_its_stages(self) -> None:
        title = "A loop between two stages."
        there = {**BEGUN, 3: ["decide swing try"]}
        back = {**there, 4: ["decide turn back"]}

        assert "trying.turn#1" in opened(played(title, there))
        assert "learning.swing#2" in opened(played(title, back))
        assert "trying.turn#2" in opened(played(title, {**back, 5: ["decide swing try"]}))

    def test_a_ladder_is_climbed_both_ways(self) -> None:
        title = "Steps up and down."
        down = {**BEGUN, 3: ["decide begin full"], 9: ["decide full less"]}

        assert "training.half#1" in opened(played(title, down))
        assert "training.full#2" in opened(played(title, {**down, 20: ["decide half more"]}))
        assert not [key for key in opened(played(title, {**down, 20: ["decide half none"]})) if "half" in key]

    def test_an_extension_is_granted_by_the_manager_and_twice_at_most(self) -> None:
        title = "An extension with an approver and a limit."
        twice = {**BEGUN, 9: ["open longer", "decide longer granted"], 20: ["open longer", "decide longer granted"]}
        state = played(title, twice).state
        assert state is not None

        assert state.open["training.work#1"].due_on == date(2027, 1, 14)
        with pytest.raises(Exception, match="menu_used_up"):
            played(title, {**twice, 30: ["open longer"]})
        with pytest.raises(Exception, match="not_your_role"):
            played(title, {**BEGUN, 9: ["open longer", "decide longer granted by owner"]})

    def test_a_matter_that_stalls_goes_back(self) -> None:
        title = "A matter that stalls goes back."
        begun = {0: ["refer"], 1: ["done talk"]}

        assert opened(played(title, begun, until=20)) == ["intake.talk_again#1"]
        again = played(title, {**begun, 20: ["done talk_again"]})
        assert opened(again) == ["intake.gate#2"]

    def test_a_decision_waits_for_anothers_advice(self) -> None:
        title = "Recommendation before decision, by another person."
        begun = {0: ["refer"], 1: ["done talk"]}

        assert opened(played(title, begun)) == ["intake.advice#1"]
        advised = {**begun, 2: ["decide advice go_on by owner"]}
        assert opened(played(title, advised)) == ["intake.gate#1"]

    def test_support_goes_on_until_the_follow_up(self) -> None:
        title = "Support that goes on after the exit"
        left = {**BEGUN, 10: ["done work"], 11: ["decide goodbye to_work"], 40: ["done support"]}

        assert opened(played(title, left)) == ["after_exit.later#1", "after_exit.support#2"]
        closed = played(title, {**left, 200: ["done later"]}).state
        assert closed is not None
        assert closed.closed
