"""What can be reached at all."""

from __future__ import annotations

import pytest

from domain.checking.finding import Subject
from domain.checking.fixpoint import reachable, unreachable
from domain.format.compiling import compile_text
from service.publishing import programme_file

KOLL = programme_file("koll").read_text("utf-8")


def found(old: str, new: str) -> set[tuple[str, str]]:
    """Return the codes and steps that are found in Koll with one thing changed."""
    assert old in KOLL
    return {
        (one.code, one.words.get("step", "")) for one in unreachable(Subject(*compile_text(KOLL.replace(old, new))))
    }


class TestReachable:
    def test_koll_has_nothing_that_can_never_happen(self) -> None:
        subject = Subject(*compile_text(KOLL))

        assert list(unreachable(subject)) == []
        assert "activity.way_forward.work" in reachable(subject.rules)

    @pytest.mark.parametrize(
        ("old", "new", "step"),
        [
            ("after: eligibility.accepted", "after: way_forward", "inventory"),
            ("after: recommendation\n", "after: work_training\n", "inventory.gate"),
        ],
    )
    def test_finds_what_never_opens(self, old: str, new: str, step: str) -> None:
        assert ("step_unreachable", step) in found(old, new)

    def test_what_only_an_exit_opens_is_reachable_by_the_exit_itself(self) -> None:
        after = "after: [reached_25, work_training, work_training.ended]"

        assert found(after, "after: six_months") == set()

    def test_a_menu_entry_waits_for_what_it_comes_after(self) -> None:
        after = "label: {sv: Friskvård, en: Wellness}, source: K18, by: provider, after: plan"

        assert ("step_unreachable", "activity.wellness") in found(after, after.replace("plan", "wellness"))

    def test_finds_a_stage_that_is_never_done(self) -> None:
        assert ("stage_never_done", "inventory") in found("after: recommendation\n", "after: work_training\n")

    def test_leaves_out_what_rests_on_something_that_never_comes(self) -> None:
        rules = Subject(*compile_text(KOLL)).rules

        seen = reachable(rules, without="inventory.gate.go_on")

        assert "activity.opened" not in seen
        assert "inventory.gate.return" in seen
