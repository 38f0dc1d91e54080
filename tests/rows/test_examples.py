"""The examples inside the definitions: each ends as it expects, and together they go everywhere."""

from __future__ import annotations

import pytest

from service.examples import play_examples
from service.publishing import PROGRAMMES, read_programme
from tests.rows.harness import not_visited

PROGRAMME = {file.stem: read_programme(file) for file in sorted(PROGRAMMES.glob("*.yaml"))}
COMPARED = [name for name, one in PROGRAMME.items() if any(example.then for example in one.definition.examples)]


@pytest.mark.parametrize("name", COMPARED)
def test_each_ends_as_it_expects(name: str) -> None:
    one = PROGRAMME[name]

    assert [played for played in play_examples(one.rules, one.definition) if not played.well] == []


@pytest.mark.parametrize("name", PROGRAMME)
def test_together_they_visit_every_step_outcome_and_exit(name: str) -> None:
    assert not_visited(PROGRAMME[name]) == set()


def test_most_say_what_stands_after_every_event() -> None:
    assert set(COMPARED) >= {"bron", "koll", "nordost", "samverkan", "visa", "visa_linkoping", "visa_motala"}
