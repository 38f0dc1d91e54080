"""Conditions on one code of several and on one item of an inventory, as they come from the log."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.events import EventType
from domain.format.reading import DefinitionError
from domain.interpreter import State, fold
from domain.rules import Rules
from domain.simulation import Simulation
from tests.unit.migrating import moved
from tests.unit.small import BASE, rules_of, tell

NEED = "  need:\n    for: [health, housing]\n    fields: {rating: {one_of: [resource, obstacle], required: true}}\neligible"
WITH = BASE.replace("eligible", NEED, 1).replace(
    "  far:", "  barriers: {type: codes, one_of: [health, language]}\n  far:"
)
STEPS = """
map: {~, for_each: need.for, record: need, by: team, due: 3 weeks}
care: {~, by: team, after: map, if: {record: need, item: health, where: {rating: obstacle}}, due: 1 week}
tutor: {~, by: team, if: {fact: barriers, has: language}, due: 1 week}
"""


def played(health: str, housing: str, **given: Any) -> Simulation:
    return tell(_rules(), {1: [{"record": "map.health", "rating": health}, {"record": "map.housing", "rating": housing}]},
                given=given)  # fmt: skip


def _rules(text: str = STEPS) -> Rules:
    return rules_of(text, base=WITH)


def _open(state: State | None) -> set[str]:
    assert state is not None
    return {one.path for one in state.open.values()}


class TestAnItem:
    def test_decides_by_its_own_records(self) -> None:
        assert "care" in _open(played("obstacle", "resource").state)
        assert "care" not in _open(played("resource", "obstacle").state)

    def test_is_kept_with_a_record_that_no_step_asked_for(self) -> None:
        story = tell(_rules(), {1: [{"record": "need.health", "rating": "obstacle"}]})

        assert story.state is not None
        assert story.state.observed("need", "health") == [{"rating": "obstacle"}]
        assert story.state.observed("need", "housing") == []

    def test_of_an_old_log_that_knew_none_folds_as_nobody_s(self) -> None:
        story = played("obstacle", "resource")
        old = [
            replace(one, coded={key: value for key, value in one.coded.items() if key != "item"})
            if one.type is EventType.RECORD_TAKEN else one
            for one in story.events
        ]  # fmt: skip

        state = fold(story.pathway, old)

        assert state is not None
        assert state.observed("need", "health") == []
        assert len(state.observed("need")) == 2

    def test_that_is_renamed_takes_its_records_along(self) -> None:
        story = played("obstacle", "resource")
        new = rules_of(STEPS.replace("item: health", "item: body"), base=WITH.replace("for: [health", "for: [body"))

        moved(story, new, "items: {map: {health: body}}")

        assert story.state is not None
        assert story.state.observed("need", "body") == [{"rating": "obstacle"}]
        assert story.state.observed("need", "health") == []


class TestACode:
    @pytest.mark.parametrize(("barriers", "opens"), [(["language"], True), (["health"], False), (None, False)])
    def test_among_several_decides(self, barriers: list[str] | None, opens: bool) -> None:
        given = {} if barriers is None else {"barriers": barriers}

        assert ("tutor" in _open(tell(_rules(), {}, given=given).state)) is opens

    def test_has_to_be_one_of_the_fact_s(self) -> None:
        with pytest.raises(DefinitionError, match="unknown code of 'barriers' 'age'; known are health, language"):
            _rules(STEPS.replace("has: language", "has: age"))
