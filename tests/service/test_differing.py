"""What differs between two definitions: found in the definitions, told in words, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.main import run
from domain.format.compiling import compile_text
from domain.format.differences import Difference, differences, paths
from service.publishing import PROGRAMMES, programme_file
from service.telling.differing import told_differences
from service.wording import Words

KOLL = programme_file("koll").read_text("utf-8")


def changed(*pairs: tuple[str, str]) -> str:
    """Return Koll with things changed, each once."""
    text = KOLL
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def found(text: str) -> list[Difference]:
    return differences(compile_text(KOLL)[1], compile_text(text)[1])


def told(text: str, language: str = "en") -> list[tuple[str, str]]:
    return [(one.who, one.text) for one in told_differences(Words(KOLL, language), Words(text, language))]


RENAMED = changed(
    ("      recommendation:\n", "      advice:\n"), ("after: recommendation\n", "after: advice\n"),
    ("not_by: recommendation\n", "not_by: advice\n"), ("decide recommendation", "decide advice"),
)  # fmt: skip
MOVED = changed(("  activity:\n    label", "  acting:\n    label"), ("of: activity.opened", "of: acting.opened"))
WELLNESS = next(line for line in KOLL.splitlines() if line.startswith("      wellness: "))
REMOVED = changed((f"{WELLNESS}\n", ""))


class TestStructure:
    def test_nothing_differs_from_itself(self) -> None:
        assert found(KOLL) == []
        assert told(KOLL) == []

    def test_a_step_with_the_same_label_is_renamed_and_what_names_it_reads_the_same(self) -> None:
        assert Difference("renamed", "steps", "inventory.advice", "inventory.recommendation") in found(RENAMED)
        new_code = 'The step "The team\'s recommendation" has a new code: recommendation has become advice.'
        assert ("wording", new_code) in told(RENAMED)
        assert [text for who, text in told(RENAMED) if who != "wording"] == []

    def test_what_is_inside_a_renamed_stage_has_not_moved(self) -> None:
        kinds = {(one.kind, one.name) for one in found(MOVED) if one.part == "steps" and one.kind != "changed"}

        assert kinds == {("renamed", "acting")}
        assert paths(compile_text(KOLL)[1], compile_text(MOVED)[1])["activity.plan"] == "acting.plan"

    def test_steps_come_and_go_and_move(self) -> None:
        assert [one for one in found(REMOVED) if one.kind == "removed"] == [
            Difference("removed", "steps", was="activity.wellness")
        ]
        assert told(REMOVED)[0] == ("inside", 'The step "Wellness" is gone.')
        back = differences(compile_text(REMOVED)[1], compile_text(KOLL)[1])
        assert Difference("added", "steps", "activity.wellness") in back
        away = changed((f"{WELLNESS}\n", ""), (
            "  inventory:\n    label: {sv: Resursinventering, en: Resource inventory}\n    source: K12\n    after: eligibility.accepted\n    steps:\n",
            "  inventory:\n    label: {sv: Resursinventering, en: Resource inventory}\n    source: K12\n    after: eligibility.accepted\n    steps:\n"
            + WELLNESS.replace("after: plan, ", "") + "\n",
        ))  # fmt: skip
        assert ("inside", 'The step "Wellness" moved from "Activity phase" to "Resource inventory".') in told(away)

    def test_another_order_is_a_difference(self) -> None:
        text = changed((f"{WELLNESS}\n", ""), ("      review: {label", f"{WELLNESS}\n      review: {{label"))

        assert found(text) == [Difference("order", "steps", "activity")]
        assert told(text) == [("leading", 'The steps in "Activity phase" are looked at in another order.')]


class TestInWords:
    @pytest.mark.parametrize(
        ("old", "new", "who", "text"),
        [
            ("due: 6 weeks", "due: 7 weeks", "inside",
             '"Assess one area": To be done within 7 weeks*. Before: To be done within 6 weeks*.'),
            ("        by: assessor", "        by: team", "inside",
             '"Assess one area": Recorded by team member. Before: Recorded by assessor.'),
            ("        overdue: [{after: 2 working days", "        overdue: [{after: 4 working days", "leading",
             '"Acknowledge the referral": When it is late these are told: programme manager after 4 working days*. Before: When it is late these are told: programme manager after 2 working days*.'),
            ("          return: {exit: returned, label", "          return: {exit: dropped_out, label", "inside",
             '"Decide whether to go on": → returns to the social services: leads to the exit "dropped out". Before: → returns to the social services: leads to the exit "returned to the social services".'),
            ("        view: true\n        due: 5", "        due: 5", "inside",
             '"Decide whether to go on": no longer: The participant\'s own view is noted.'),
            ("        by: team\n", "        by: team\n        view: true\n", "inside",
             '"The team\'s recommendation": new: The participant\'s own view is noted.'),
            ("age: {from: 35", "age: {from: 30", "inside",
             'For whom: "age in full years: 30 to 55 on the day of the referral [K9]". Before: "age in full years: 35 to 55 on the day of the referral [K9]"'),
            ("at_least: 30 %", "at_least: 40 %", "leading", None),
            ("every: 4 weeks", "every: 5 weeks", "inside", None),
            ("percent: {from: 25}", "percent: {from: 20}", "leading", None),
            ("effective: 2020-01-02", "effective: 2021-01-02", "leading",
             "Effective from 2021-01-02. Before: from 2020-01-02."),
            ("en: Assess one area", "en: Assess an area", "wording",
             'The step "Assess one area" is now called "Assess an area".'),
            ("en: illness", "en: sickness", "wording", "Words for codes: changed."),
            ("  provider: {sv: utförare, en: provider}\n", "  provider: {sv: utförare, en: provider}\n  guest: {sv: gäst, en: guest}\n",
             "leading", 'Roles: new: "guest"'),
            ("moved_or_died: {class: interrupted", "moved_or_died: {class: void", "inside",
             'Exits: "moved or died: not counted at all". Before: "moved or died: counted as interrupted"'),
        ],
    )  # fmt: skip
    def test_says_what_holds_now_and_what_held(self, old: str, new: str, who: str, text: str | None) -> None:
        english = told(changed((old, new)))

        assert english[0][0] == who
        if text is not None:
            assert (who, text) in english
        assert told(changed((old, new)), "sv") or who == "wording"

    def test_a_variant_says_in_what_it_differs(self, capfd: pytest.CaptureFixture[str]) -> None:
        assert run(["programme", "show", "visa_motala"], {"LANG": "sv_SE.UTF-8"}) == 0

        shown = capfd.readouterr().out
        head, _, _ = shown.partition("Programmets egna regler")
        assert "En variant. Den skiljer sig från VISA i detta:" in head
        assert 'Nytt steg: "Börja i en grupp"' in head


class TestTheCommand:
    def test_compares_what_ships(self, capfd: pytest.CaptureFixture[str]) -> None:
        assert run(["programme", "diff", "visa", "visa_linkoping"], {"LANG": "en_GB"}) == 0

        shown = capfd.readouterr().out
        assert shown.startswith("From version ")
        assert "Noticed by those inside" in shown
        assert "pedagogical supervisor" in shown

    def test_says_that_no_rule_differs(self, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        other = tmp_path / "other.yaml"
        other.write_text(changed(("en: Assess one area", "en: Assess an area")), "utf-8")

        assert run(["programme", "diff", str(PROGRAMMES / "koll.yaml"), str(other)], {"LANG": "en_GB"}) == 0
        shown = capfd.readouterr().out
        assert shown.startswith("No rule differs: the same version, ")
        assert "Noticed by" not in shown
        assert "is now called" in shown

    def test_asks_who_wants_a_published_version(self, capfd: pytest.CaptureFixture[str]) -> None:
        assert run(["programme", "diff", "koll", "0123abcd"], {"LANG": "en_GB"}) == 2
        assert "--as" in capfd.readouterr().err
