"""A fixed sample of the mutations of a definition: the share that is noticed, and each miss explained.

``stegvis programme check NAME --mutate`` does them all; docs/checking.md tells the result.
"""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from domain.format.reading import read
from tests.checking.mutations import GONE, MISSED, Mutation, Spoiling, explanations, mutations, spoil, told

TOLD = ("bron", "koll", "nordost", "samverkan", "visa", "visa_linkoping", "visa_motala")
SAMPLE = 24  # of six hundred
STATES = 10
LEAST = 80  # per cent: of all mutations more than ninety are noticed, a sample may be less lucky


def sample(made: list[Mutation]) -> list[Mutation]:
    """Return the same few mutations every time."""
    return Random(2026).sample(made, SAMPLE)


@pytest.mark.parametrize("name", TOLD)
def test_most_are_noticed_and_each_miss_is_explained(name: str) -> None:
    found = told(name, sample, states=STATES)

    assert [one["mutation"] for one in found["missed"] if one["why"] is None] == []
    assert found["share"] >= LEAST
    assert found["form"] + found["static"] + found["examples"] + found["search"] == found["caught"]


@pytest.mark.parametrize(
    ("place", "what", "layer"),
    [
        (("steps", "inventory", "steps", "gate", "due"), "gone", "form"),
        (("exits", "returned", "hand_over"), "gone", "static"),
        (("steps", "intake", "steps", "eligibility", "after"), "gone", "examples"),
        (("steps", "intake", "steps", "eligibility", "decide", "accepted", "needs"), "gone", "examples"),
        (("steps", "inventory", "steps", "gate", "by"), "becomes provider", "examples"),
    ],
)
def test_each_layer_notices_its_own(place: tuple[str, ...], what: str, layer: str) -> None:
    spoiling = Spoiling("koll")
    (mutation,) = [one for one in mutations(spoiling.data) if (one.place, one.what) == (place, what)]

    assert spoiling.caught(mutation) == layer


def test_the_search_notices_where_no_example_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    spoiling = Spoiling("koll", states=400)
    spoiling.played = []
    wanted = ("steps", "inventory", "steps", "gate", "decide", "go_on")
    odd = Mutation(
        (*wanted, "needs"),
        "becomes impossible",
        lambda _old: {"all": [{"ref": "recommendation.go_on"}, {"ref": "recommendation.return"}]},
    )
    spoiling.data["steps"]["inventory"]["steps"]["gate"]["decide"]["go_on"]["needs"] = None

    assert spoiling.caught(odd) == "search"


def test_a_miss_that_nothing_explains_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.checking.mutations.explanations", list)

    def longer(made: list[Mutation]) -> list[Mutation]:
        return [one for one in made if (one.place, one.what) == (("resend", 0), "gone")]

    found: dict[str, Any] = told("koll", longer)

    assert found["unexplained"] == len(found["missed"]) == found["made"] - found["caught"] == 1


def test_spoiling_leaves_the_definition_alone() -> None:
    data = {"a": {"b": [1, 2]}}

    gone = spoil(data, Mutation(("a", "b", 0), "gone", lambda _old: GONE))

    assert (gone, data) == ({"a": {"b": [2]}}, {"a": {"b": [1, 2]}})


def test_explanations_are_in_both_languages() -> None:
    for one in read(MISSED.read_text("utf-8")).data["missed"]:
        assert set(one["why"]) == {"sv", "en"}
    assert len(explanations()) > 5
