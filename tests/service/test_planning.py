"""A plan's versions, in each of the ways in which the programmes write it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from domain.events import Event
from domain.format.compiling import compile_text
from domain.format.model import ProgrammeDef
from domain.rules import Rules
from domain.script import story
from domain.stories import first_monday, play
from service.planning import Line, opinions, versions
from service.telling_why import plainly
from service.wording import Words

PROGRAMMES = ("bron", "koll", "nordost", "samverkan", "visa")


def source_of(programme: str) -> str:
    return Path(f"programmes/{programme}.yaml").read_text("utf-8")


@cache
def compiled(programme: str) -> tuple[Rules, ProgrammeDef]:
    rules, definition, _ = compile_text(source_of(programme))
    return rules, definition


@cache
def rules_at_work(programme: str) -> frozenset[tuple[str, bool]]:
    """Return the rules that led to an event in any of a programme's examples, and whether it opened a step."""
    return frozenset(
        (event.cause.rule, event.type == "Opened")
        for example in range(len(compiled(programme)[1].examples))
        for event in played(programme, example=example)
    )


def played(programme: str, days: dict[int, list[Any]] | None = None, *, example: int = 0) -> Sequence[Event]:
    """Return the events of a programme's example, or of other days with what that example was given."""
    rules, definition = compiled(programme)
    told = definition.examples[example].model_dump()
    if days is not None:
        told = {**told, "days": days}
    return play(rules, story(told), start=first_monday(definition.effective)).events


UP_TO_THE_PLAN: dict[int, list[Any]] = {0: ["refer"], 1: ["done acknowledge"], 3: ["decide admission accepted"]}
PLAN = {"record": "plan", "competence": "Har drivit kiosk.", "needs": "Vila.", "wishes": "Ute.", "participation": "Ja."}


class TestARecordedPlan:
    def test_has_a_version_for_each_record_with_own_words_first(self) -> None:
        found = versions(played("bron"), Words(source_of("bron"), "sv"), {})

        assert [one.number for one in found] == list(range(len(found), 0, -1))
        assert found[-1].lines[:2] == (
            Line("behov", "Kortare dagar.", own=True), Line("önskemål", "Vill arbeta ute.", own=True),
        )  # fmt: skip
        assert [line.own for line in found[-1].lines] == [True, True, False, False]

    def test_reads_as_corrected_and_says_so(self) -> None:
        changed = {**PLAN, "wishes": "Vill arbeta inne."}
        changed.pop("record")
        days = {**UP_TO_THE_PLAN, 14: [PLAN], 16: [{"correct": "action_plan", **changed}]}

        found = versions(played("bron", days), Words(source_of("bron"), "sv"), {})

        assert [one.corrected for one in found] == [True]
        assert Line("önskemål", "Vill arbeta inne.", own=True) in found[0].lines

    def test_holds_the_view_where_a_field_is_one(self) -> None:
        found = versions(played("nordost"), Words(source_of("nordost"), "sv"), {})

        plans = [one for one in found if one.name == "plan"]
        assert plans
        assert all(one.view in ("yes", "no", "partly", "not_asked") for one in plans)
        assert not any(line.label == "deltagaren håller med" for one in plans for line in one.lines)


class TestAPlanThatIsAStep:
    def test_has_a_version_for_each_time_it_was_done(self) -> None:
        found = versions(played("koll"), Words(source_of("koll"), "sv"), {})

        assert [(one.name, one.number, one.view) for one in found] == [
            ("Planera insatser med deltagaren", 1, "yes")
        ]  # fmt: skip

    def test_leaves_decisions_to_what_was_thought_of_them(self) -> None:
        thought = opinions(played("koll"), Words(source_of("koll"), "sv"))

        assert [(one.what, one.view) for one in thought][-1] == ("Beslut om fortsättning", "yes")


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("programme", PROGRAMMES)
def test_every_rule_that_led_to_something_is_told_in_plain_words(programme: str, language: str) -> None:
    words = Words(source_of(programme), language)

    assert not {rule for rule, opened in rules_at_work(programme) if not any(plainly(rule, words, opened=opened))}
