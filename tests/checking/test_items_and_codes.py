"""What the proof makes of conditions on one code of several and on one item of an inventory."""

from __future__ import annotations

from domain.checking.static import static
from tests.checking.spoiling import search, smaller, spoiled, subject_of

LOOK = "      look: {"
INNER = "{label: {sv: Mer, en: More}, by: team, due: 1 week, required: false, if: "
ITEM = f"      for_body: {INNER}{{record: rating, item: body, where: {{score: {{from: 4}}}}}}}}\n"
CODE = f"      for_driver: {INNER}{{fact: skills, has: driving}}}}\n"


def test_of_an_item_nothing_is_said_and_the_search_opens_what_waits_for_it() -> None:
    text = smaller(spoiled(LOOK, ITEM + LOOK))

    searched = search(subject_of(text))

    assert [one for one in static(subject_of(text)) if not one.hint] == []
    assert searched.findings == []


def test_of_an_item_a_value_outside_the_scale_is_found() -> None:
    found = static(subject_of(spoiled(LOOK, ITEM.replace("from: 4", "from: 6") + LOOK)))

    assert "value_outside_scale" in {one.code for one in found}


def test_of_a_code_nothing_is_said_and_the_search_opens_what_waits_for_it() -> None:
    text = smaller(spoiled(LOOK, CODE + LOOK))

    assert [one for one in static(subject_of(text)) if not one.hint] == []
    assert search(subject_of(text)).findings == []


def test_that_can_never_be_together_are_found() -> None:
    both = CODE.replace(
        "{fact: skills, has: driving}", "{all: [{fact: skills, has: driving}, {not: {fact: skills, has: driving}}]}"
    )

    assert "never_holds" in {one.code for one in static(subject_of(spoiled(LOOK, both + LOOK)))}


def test_that_name_the_last_of_many_codes_can_hold() -> None:
    many = ", ".join(f"skill_{letter}" for letter in "abcdefghij")
    last = "{all: [{fact: skills, has: skill_j}, {not: {fact: skills, has: driving}}]}"
    text = spoiled(LOOK, CODE.replace("{fact: skills, has: driving}", last) + LOOK)

    found = static(subject_of(text.replace("one_of: [driving, ", f"one_of: [driving, {many}, ")))

    assert [one for one in found if not one.hint] == []
