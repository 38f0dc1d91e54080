"""Looking at definitions: what can be reached, how examples end, where a rule stands, how it is read aloud."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from activities.titles import titles_of
from cli.nouns.telling_programme import tell
from cli.texts import Say
from domain.format.compiling import compile_text
from service.examples import play_examples
from service.expected import written
from service.explaining import place_of, rule_at
from service.publishing import programme_file, read_programme
from service.reading import condition_text, ref_text, trigger_text
from service.wording import Words

KOLL = programme_file("koll").read_text("utf-8")
PROGRAMME = read_programme(programme_file("koll"))
EVERYTHING = Path("tests/programmes/everything.yaml")


def changed(old: str, new: str) -> str:
    """Return Koll with one thing changed."""
    assert old in KOLL
    return KOLL.replace(old, new)


class TestExamples:
    def test_end_as_expected(self) -> None:
        assert all(one.well for one in play_examples(PROGRAMME.rules, PROGRAMME.definition))

    def test_say_what_differs(self) -> None:
        rules, definition, _ = compile_text(
            changed("milestones: [accepted, inventory_done,", "milestones: [inventory_done,")
        )

        played, *_ = play_examples(rules, definition)

        assert played.differs[0][0] == "milestones"

    def test_say_the_first_line_after_which_something_else_stands(self) -> None:
        rules, definition, _ = compile_text(
            changed("due: 10 working days\n        remind: 3", "due: 9 working days\n        remind: 3")
        )

        played, *_ = play_examples(rules, definition)

        ((what, expected, found),) = played.differs
        assert what == "then 3"
        assert "eligibility manager 15" in expected
        assert "eligibility manager 14" in found

    def test_are_written_into_the_file_where_they_stand(self) -> None:
        stripped = re.sub(r"(?m)^      - \"\d+ .*\n|^    then:\n", "", KOLL)
        rules, definition, document = compile_text(stripped)

        assert stripped != KOLL
        assert written(stripped, rules, definition, document) == KOLL
        assert written(KOLL, *compile_text(KOLL)) == KOLL

    def test_say_where_they_are_refused(self) -> None:
        rules, definition, _ = compile_text(changed("13: [decide gate go_on]", "13: [decide gate sideways]"))

        played, *_ = play_examples(rules, definition)

        assert played.refusal is not None
        assert played.refusal.code == "outcome_unknown"

    def test_say_what_has_to_be_refused(self) -> None:
        asked = "3: [{decide: eligibility accepted, refused: needs_not_met}, "
        taken = changed(asked, "3: [decide eligibility accepted, ").replace(
            "birth_date: 1964-01-01", "birth_date: 1984-01-01"
        )
        by_another_rule = changed(asked, "3: [{decide: eligibility accepted, by: owner, refused: needs_not_met}, ")
        not_refused = KOLL.replace("birth_date: 1964-01-01", "birth_date: 1984-01-01")

        assert not any(one.refusal for one in play_examples(*compile_text(KOLL)[:2]))
        assert [one.refusal.code for one in play_examples(*compile_text(taken)[:2]) if one.refusal] == ["already_done"]
        (refusal,) = [one.refusal for one in play_examples(*compile_text(by_another_rule)[:2]) if one.refusal]
        assert refusal.code == "not_your_role"
        (refusal,) = [one.refusal for one in play_examples(*compile_text(not_refused)[:2]) if one.refusal]
        assert str(refusal.params["problem"]) == "day 3: 'decide eligibility accepted' is not refused (needs_not_met)"


class TestWords:
    def test_are_there_for_every_code_in_both_languages(self) -> None:
        for language in ("sv", "en"):
            words = Words(KOLL, language)
            for path, rule in PROGRAMME.rules.steps.items():
                assert words.step(path) != path.rsplit(".", 1)[-1]
                for outcome in rule.outcomes:
                    assert words.outcome(path, outcome)
            for name in PROGRAMME.rules.exits:
                assert words.exit(name)

    def test_say_values_as_people_write_them(self) -> None:
        assert Words(KOLL, "sv").value(7.5) == "7,5"
        assert Words(KOLL, "en").value(7.0) == "7"
        assert Words(KOLL, "sv").value(value=True) == "ja"
        assert Words(KOLL, "sv").key("inventory.domain[health]#2") == "Bedömning av ett område (hälsa) 2"
        assert Words(KOLL, "en").value(["a_b", "c"]) == "a b, c"


class TestWaitingForAPlace:
    SOURCE = EVERYTHING.read_text("utf-8")

    @pytest.mark.parametrize(
        ("language", "texts"),
        [
            ("sv", ["väntar på plats: Plats", "erbjudande om plats: Plats", "plats finns: Plats", "väntar på plats: Plats 2",
                    "tackar ja", "tackar nej", "inget svar i tid", '"väntar på plats: Plats" är klart']),
            ("en", ["waiting for a place: Place", "offer of a place: Place", "place available: Place",
                    "waiting for a place: Place 2", "accepted", "declined", "expired", '"waiting for a place: Place" is done']),
        ],
    )  # fmt: skip
    def test_has_words_although_nobody_wrote_them(self, language: Literal["sv", "en"], texts: list[str]) -> None:
        words = Words(self.SOURCE, language)
        outcomes = [words.outcome("try.place_offer", one) for one in ("accepted", "declined", "expired")]

        assert texts == [
            words.step("try.place_waiting"), words.step("try.place_offer"), words.happening("try.place_place"),
            words.key("try.place_waiting#2"), *outcomes, ref_text("try.place_waiting", words),
        ]  # fmt: skip

    def test_keeps_the_titles_of_notices(self) -> None:
        titles = titles_of(Words(self.SOURCE, "sv").definition)

        assert titles.of("try.place_offer.expired", "sv") == "erbjudande om plats: Plats"
        assert titles.of("try.place_waiting", "en") == "waiting for a place: Place"

    def test_leaves_written_names_that_look_alike(self) -> None:
        words = Words(self.SOURCE.replace("      verdict:", "      verdict_offer:", 1), "en")

        assert words.made_of("try.verdict_offer") is None
        assert words.made_of("try.place_offer") == "try.place"
        assert words.step("try.verdict_offer") == "Verdict"

    def test_stands_where_the_step_says_that_it_waits(self) -> None:
        found = rule_at("try.place_offer.after", Words(self.SOURCE, "en"))

        assert found.text[0].startswith("place: {")


class TestReadingAloud:
    @pytest.mark.parametrize("language", ["sv", "en"])
    def test_says_every_condition_and_trigger(self, language: str) -> None:
        words = Words(KOLL, language)
        for condition in (*PROGRAMME.rules.eligible, *PROGRAMME.rules.milestones.values()):
            assert "{" not in condition_text(condition, words)
        for rule in PROGRAMME.rules.steps.values():
            assert "{" not in trigger_text(rule.after, words)

    def test_says_the_rarer_ones(self) -> None:
        words = Words(KOLL, "en")

        assert condition_text({"not": {"fact": "gender", "known": True}}, words) == "it isn't so that gender is known"
        assert condition_text({"fact": "gender", "known": False}, words) == "gender is unknown"
        assert condition_text({"fact": "gender", "in": ["woman", "man"]}, words) == "gender: woman or man"
        assert condition_text({"any": [{"reached": "accepted"}, {"fact": "gender", "to": 3}]}, words) == (
            'the milestone "accepted" is reached; or gender: at most 3'
        )
        assert condition_text({"count": "activity.review", "from": 2}, words).endswith("is done: at least 2")
        assert condition_text({"record": "inventory"}, words) == "there is a record of resource inventory"
        assert ref_text("exit.work", words) == 'the exit was "work"'
        assert ref_text("withdrawn", words) == 'it has happened: "the referral is withdrawn"'
        assert trigger_text({"all": [{"ref": "exit"}, {"reached": "accepted"}]}, words) == (
            'the participant has left and the milestone "accepted" is reached'
        )
        either = {"any": [{"ref": "activity.work_training"}, {"ref": "activity.work_training.ended"}, {"ref": "exit"}]}
        assert trigger_text(either, words) == (
            '"Work training" is done or was interrupted; or the participant has left'
        )
        nested = {"any": [either, {"all": [{"ref": "referral"}, either]}]}
        assert trigger_text(nested, words).count("(") == 3
        on = {"age": {"from": 18, "at": "activity.plan"}}
        assert condition_text(on, words).endswith(
            'on the day on which "Plan the interventions with the participant" is done'
        )
        assert condition_text({"fact": "gender", "has": "woman"}, words) == "gender contains woman"
        item = {"record": "inventory", "item": "health"}
        assert condition_text(item, words) == "there is a record of resource inventory (health)"
        assert condition_text({"progress": {**item, "field": "rating", "from": 1}}, words).startswith(
            f"{words.field('inventory', 'rating')} (resource inventory (health)) is up by at least 1"
        )


class TestPlaces:
    @pytest.mark.parametrize(
        ("rule", "text"),
        [
            ("inventory.gate.after", "after: recommendation"),
            ("inventory.gate.go_on.tell", "go_on:"),
            ("inventory.domain.for_each", "for_each:"),
            ("inventory.domain.escalate", "overdue:"),
            ("inventory.domain.remind", "remind:"),
            ("watch.every", "every: 4 weeks"),
            ("milestones.reached_25", "reached_25:"),
            ("exits.returned.tell", "returned:"),
            ("facts.gender", "gender:"),
            ("after_exit.six_months.after", "six_months:"),
            ("happenings.withdrawn.exit", "withdrawn:"),
        ],
    )
    def test_of_rules_are_found_in_the_text(self, rule: str, text: str) -> None:
        found = rule_at(rule, Words(KOLL, "en"))

        assert found.line is not None
        assert found.text[0].startswith(text)

    def test_of_built_in_rules_are_nowhere(self) -> None:
        words = Words(KOLL, "en")

        assert rule_at("referral", words) == replace(rule_at("referral", words), line=None, text=(), house=False)
        assert place_of("closed", words) == ("closed",)


class TestShow:
    @pytest.mark.parametrize(
        ("language", "texts"),
        [
            ("sv", ["Varar högst 3 månader", "Varar minst 3 dagar", "den som har respektive roll", "Ett för var och en av: sjuksköterska",
                    'räknas: att "Kurs" är klart eller milstolpen "half" är nådd', "hours (share) har ökat med minst 2"]),
            ("en", ["Lasts at most 3 months", "Lasts at least 3 days", "whoever has the role", "One for each of: nurse",
                    'counts: that "Course" is done or the milestone "half" is reached', "hours (share) is up by at least 2"]),
        ],
    )  # fmt: skip
    def test_tells_lengths_teams_progress_and_goals(
        self, language: Literal["sv", "en"], texts: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        tell(read_programme(EVERYTHING), Say(language))

        shown = " ".join(capsys.readouterr().out.split())
        assert [text for text in texts if text not in shown] == []

    def test_tells_progress_where_less_is_better(self) -> None:
        words = Words(EVERYTHING.read_text("utf-8"), "en")

        text = condition_text({"progress": {"record": "share", "field": "hours", "to": -2}}, words)
        assert text == "hours (share) is down by at least 2 since the first time"
