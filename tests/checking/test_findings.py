"""Every finding: a definition that has it, with its line and the story that leads there; without it nothing is said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.checking.coverage import coverage
from domain.checking.finding import Finding
from domain.checking.promises import broken
from domain.checking.search import Search
from domain.checking.static import static
from domain.checking.texts import HINTS, TEXTS
from domain.checking.versions import Known, overlapping
from domain.commands import Command, Decide
from domain.interpreter import advance
from service.proving import prove
from service.publishing import PROGRAMMES, read_programme
from tests.checking.spoiling import GOOD, line_of, search, smaller, spoiled, subject_of, subject_of_programme

LABEL = "label: {sv: Steg, en: Step}"


@dataclass(frozen=True)
class Case:
    """One way of spoiling the good definition: what is said, on the line that has ``at``."""

    code: str
    old: str
    new: str
    at: str
    story: str | None = None

    def __str__(self) -> str:
        return f"{self.code}: {self.new}"[:70]


TALK = "      talk: {"
AFTER = "after_exit:\n"
CASES = [
    Case("derived_unknown_field", "derived: hours / base", "derived: hours / bas", "hours / bas}"),
    Case("derived_unknown_field", "derived: hours / base", "derived: remark / base", "remark / base"),
    Case("limits_reversed", "size: {type: integer, from: 1, to: 12}", "size: {type: integer, from: 12, to: 1}", "to: 1}"),
    Case("limits_reversed", "hours: {from: 0, to: 40", "hours: {from: 40, to: 0", "from: 40"),
    Case("default_impossible", "default: 40", "default: 80", "default: 80"),
    Case("enough_without_items", "for_each: rating.for, enough: 1, record", "enough: 1, record", "enough: 1"),
    Case("enough_too_many", "enough: 1", "enough: 3", "enough: 3"),
    Case("items_missing", "    for: [body, mind]\n", "", "for_each: rating.for"),
    Case("only_after_exit", TALK, TALK + "only: [work], ", "only: [work]"),
    Case("only_after_exit", TALK, TALK + "unless: [work], ", "unless: [work]"),
    Case("only_after_exit", TALK, TALK + "confirms: true, ", "talk: {confirms"),
    Case("reasons_on_decision", "        after: talk\n", "        after: talk\n        reasons: [illness]\n", "        reasons:"),
    Case("record_beside_decide", "        after: talk\n", "        after: talk\n        record: share\n", "        record:"),
    Case("stage_empty", "  training:\n", f"  rest: {{{LABEL}, steps: {{}}}}\n  training:\n", "rest:"),
    Case("name_taken_twice", "  trained: {all", "  work: {ref: talk}\n  trained: {all", "  work: {ref: talk}"),
    Case("name_reserved", TALK, f"      after_exit: {{{LABEL}, by: owner, due: 1 day}}\n{TALK}", "      after_exit: {"),
    Case("name_reserved", TALK, f"      review_correction: {{{LABEL}, by: owner, due: 1 day}}\n{TALK}", "review_correction"),
    Case("condition_unknown_key", "where: {percent: {from: 25}, hours", "wher: {percent: {from: 25}, hours", "wher:"),
    Case("condition_unknown_key", "percent: {from: 25}", "percent: {form: 25}", "form: 25"),
    Case("condition_unknown_key", "age: {from: 18, to: 64}", "age: {from: 18, too: 64}", "too: 64"),
    Case("condition_unknown_key", "{fact: wants, is: true}", "{fact: wants, is: true, form: 2}", "form: 2"),
    Case("condition_unknown_key", "if: {not: {fact: town, is: north}}", "if: {not: {fact: town, is: north}, fact: town}", "fact: town}"),
    Case("code_unknown", "{fact: town, is: north}", "{fact: town, is: west}", "west"),
    Case("code_unknown", "in: [north, south]", "in: [north, west]", "west"),
    Case("code_unknown", "{fact: skills, known: true}}\n", "{fact: skills, is: [juggling]}}\n", "juggling"),
    Case("value_outside_scale", "score: {from: 4}", "score: {from: 6}", "score: {from: 6}"),
    Case("value_outside_scale", "{fact: size, from: 3, to: 9}", "{fact: size, from: 3, to: 19}", "to: 19"),
    Case("value_outside_scale", "{fact: size, from: 3, to: 9}", "{fact: size, is: 0}", "is: 0"),
    Case("value_of_another_type", "{fact: wants, is: true}", "{fact: wants, is: 'yes'}", "'yes'"),
    Case("value_of_another_type", '{fact: since, from: "2020-01-01"}', "{fact: since, is: soon}", "is: soon"),
    Case("value_of_another_type", "{fact: size, from: 3, to: 9}", "{fact: size, from: low}", "from: low"),
    Case("value_of_another_type", "{fact: skills, known: true}}\n", "{fact: skills, is: driving}}\n", "is: driving"),
    Case("value_of_another_type", "field: score", "field: seen", "field: seen"),
    Case("value_of_another_type", "score: {from: 4}", "seen: 4", "seen: 4"),
    Case("age_day_unknown", "age: {from: 18, to: 64}", "age: {from: 18, to: 64, at: inspection}", "inspection"),
    Case("never_holds", "age: {from: 18, to: 64}", "age: {from: 64, to: 18}", "from: 64"),
    Case("never_holds", "{fact: size, from: 3, to: 9}", "{fact: size, from: 9, to: 3}", "from: 9"),
    Case("never_holds", "  - {fact: wants, is: true}", "  - {all: [{fact: wants, is: true}, {fact: wants, is: false}]}", "is: false"),
    Case("never_holds", "{fact: wants, is: true}", "{age: {from: 70}}", "eligible:"),
    Case("never_holds", "{count: work.opened, from: 1}", "{count: work.opened, from: 2}", "from: 2}"),
    Case("never_holds", "score, from: 1}", "score, from: 5}", "from: 5}"),
    Case("always_holds", "age: {from: 18, to: 64}", "age: {from: 0}", "from: 0}}"),
    Case("always_holds", "{fact: size, from: 3, to: 9}", "{any: [{fact: size, to: 4}, {fact: size, from: 5}]}", "to: 4"),
    Case("always_holds", "{fact: size, from: 3, to: 9}", "{fact: size, from: 1}", "size, from: 1}"),
    Case("due_missing", "due: 1 month, choose: 3", "choose: 3", "walk:"),
    Case("person_comes_later", "        not_by: gate\n", "        not_by: gate.opened\n", "not_by: gate.opened"),
    Case("receiver_missing", "hand_over: referrer", "hand_over: team", "hand_over: team"),
    Case("nobody_hands_over", "hand_over: referrer, ", "", "received:"),
    Case("nobody_hands_over", "only: [returned]", "only: [returned, work]", "received:"),
    Case("target_always_met", "count: trained", "count: gate.go_on", "count: gate.go_on"),
    Case("nobody_may", "        not_by: gate\n", "        not_by: gate\n        same_as: gate\n", "not_by: gate"),
    Case("anchor_comes_later", "due: 5 working days}", "due: 5 days after gate}", "after gate}"),
    Case("anchor_comes_later", "due: 5 working days}", "due: 5 days, not_before: 1 day after training}", "not_before"),
    Case("anchor_comes_later", "due: 5 working days}", "due: 5 days after exit}", "5 days after exit"),
    Case("step_unreachable", "        after: talk\n", "        after: training\n", "after: training"),
    Case("stage_never_done", "  training:\n", f"  odd:\n    {LABEL}\n    steps:\n      one: {{{LABEL}, by: owner, due: 1 day, after: odd}}\n  training:\n", "  odd:"),
    Case("milestone_unreachable", "{ref: training.work}, {reached: able}", "{ref: training.work}, {ref: lost}", "trained: {all"),
    Case("happening_unreachable", "if: {not: {fact: town, is: north}}", "if: {ref: lost}", "ref: lost"),
    Case("target_base_unreachable", "of: training.opened", "of: lost", "of: lost"),
    Case("target_count_unreachable", "count: trained", "count: lost", "count: lost"),
    Case("target_is_its_base", "of: training.opened", "of: trained", "of: trained"),
    Case(
        "endless_loop", "  training:\n",
        f"  ping:\n    {LABEL}\n    after: [talk, pong]\n    times: 9\n    steps:\n      a: {{{LABEL}, by: owner, due: 1 day, required: false, if: {{fact: wants, is: true}}}}\n"
        f"  pong:\n    {LABEL}\n    after: ping\n    times: 9\n    steps:\n      b: {{{LABEL}, by: owner, due: 1 day, required: false, if: {{fact: wants, is: true}}}}\n  training:\n",
        "    times: 9", "refer; done intake.talk",
    ),
    Case(
        "endless_loop", "  training:\n",
        f"  ping:\n    {LABEL}\n    after: [talk, pong]\n    times: 900\n    steps:\n      a: {{{LABEL}, by: owner, due: 1 day, required: false, if: {{fact: wants, is: true}}}}\n"
        f"  pong:\n    {LABEL}\n    after: ping\n    times: 900\n    steps:\n      b: {{{LABEL}, by: owner, due: 1 day, required: false, if: {{fact: wants, is: true}}}}\n  training:\n",
        "      talk: {", "refer; done intake.talk",
    ),
    Case(
        "nobody_watches", AFTER,
        f"{AFTER}  support:\n    {LABEL}\n    unless: [left]\n    steps:\n      one: {{{LABEL}, by: owner, due: 1 month}}\n      two: {{{LABEL}, by: owner, due: 1 month, after: one.ended}}\n",
        "class: completed, label: {sv: arbete", "refer; done intake.talk; exit work; done after_exit.support.one; done after_exit.later",
    ),
    Case("hand_over_unconfirmed", "confirms: true,", "confirms: true, if: {fact: wants, is: true},", "  returned:", "refer; exit returned; done after_exit.later"),
    Case(
        "stuck", "          stop: {exit: left", "          wait: {label: {sv: vänta, en: wait}}\n          stop: {exit: left", "      gate:",
        "refer; done intake.talk; decide intake.gate wait",
    ),
    Case(
        "step_never_opens", "  training:\n",
        f"  both: {{{LABEL}, by: owner, due: 1 day, after: {{all: [gate.go_on, gate.stop]}}, decide: {{out: {{exit: left, {LABEL}}}}}}}\n  training:\n", "  both:",
    ),
    Case(
        "outcome_never_possible", "          back: {exit",
        f"          odd: {{needs: {{all: [{{ref: gate.go_on}}, {{ref: gate.stop}}]}}, exit: left, {LABEL}}}\n          back: {{exit", "          odd:",
    ),
]  # fmt: skip
LOST = {"milestone_unreachable", "happening_unreachable", "target_base_unreachable", "target_count_unreachable"}
ELSEWHERE = {
    "engine_stops",
    "exit_not_clean",
    "version_overlaps",
    "not_in_examples",
}  # they have tests of their own below


def _text(case: Case) -> str:
    text = spoiled(case.old, case.new)
    if case.code in SEARCHED:
        text = smaller(text)
    if case.code in LOST:  # a step that opens after what never comes
        text = text.replace(
            "  training:\n", f"  lost: {{{LABEL}, by: owner, due: 1 day, after: lost}}\n  training:\n", 1
        )
    return text


SEARCHED = {"endless_loop", "nobody_watches", "hand_over_unconfirmed", "stuck", "step_never_opens",
            "outcome_never_possible"}  # fmt: skip


def _findings(case: Case, text: str) -> list[Finding]:
    subject = subject_of(text)
    return search(subject, ENOUGH.get(case.code, 400)).findings if case.code in SEARCHED else static(subject)


ENOUGH = {"step_never_opens": 3000, "outcome_never_possible": 3000}  # said only where every path was looked at


class TestTheGoodDefinition:
    def test_has_nothing_that_keeps_it_from_being_published_and_is_searched_whole(self) -> None:
        searched = search(subject_of(smaller(GOOD)))

        assert [one for one in static(subject_of(GOOD)) if not one.hint] == []
        assert search(subject_of(GOOD), 300).findings == []
        assert (searched.findings, searched.exhaustive) == ([], True)


class TestEveryFinding:
    @pytest.mark.parametrize("case", CASES, ids=str)
    def test_is_found_on_its_line(self, case: Case) -> None:
        text = _text(case)

        found = [one for one in _findings(case, text) if one.code == case.code]

        lines = [number for number, line in enumerate(text.splitlines(), 1) if case.at in line]
        document = subject_of(text).document
        assert set(lines) & {one.line(document) for one in found}
        assert case.story is None or case.story in ["; ".join(one.story) for one in found]
        for one in found:
            assert one.text("sv") != one.text("en")

    @pytest.mark.parametrize("code", sorted(TEXTS.keys() - HINTS - ELSEWHERE))
    def test_has_a_case(self, code: str) -> None:
        assert code in {case.code for case in CASES}


class TestHints:
    def test_say_which_exits_only_a_hand_can_reach(self) -> None:
        text = spoiled("back: {exit: returned, ", "back: {exit: left, ")

        (found,) = [one for one in static(subject_of(text)) if one.code == "exit_by_hand_only"]

        assert found.hint
        assert found.words == {"name": "returned"}

    def test_say_that_one_person_needs_two_roles(self) -> None:
        team = spoiled("by: manager\n        after: talk", "by: referrer\n        after: talk")
        text = team.replace("        not_by: gate\n", "        same_as: gate\n")

        assert [one.code for one in static(subject_of(text)) if one.hint] == ["needs_two_roles"]

    def test_say_that_people_outside_the_base_can_be_counted(self) -> None:
        text = spoiled("count: trained", "count: able")

        assert [one.code for one in static(subject_of(text)) if one.hint] == ["target_count_outside_base"]


class TestPromises:
    def test_an_exit_that_leaves_work_open_is_found(self) -> None:
        subject = subject_of(GOOD)
        looking = Search(subject, go_on=lambda _share: len(looking.nodes) < 50)
        looking.run()
        left = next(one.state for one in looking.nodes.values() if one.state.exit is not None and one.state.open)
        inside = next(one.state for one in looking.nodes.values() if one.state.exit is None)
        left.open |= {key: one for key, one in inside.open.items() if one.path == "intake.talk"}

        found = list(broken(subject, left, ("refer",)))

        assert [(one.code, one.story) for one in found] == [("exit_not_clean", ("refer",))]

    def test_a_pathway_without_a_watch_is_found(self) -> None:
        subject = subject_of(GOOD)
        looking = Search(subject, go_on=lambda _share: False)
        looking.run()
        state = next(iter(looking.nodes.values())).state
        state.open = {key: one for key, one in state.open.items() if one.path != "watch"}

        assert [one.code for one in broken(subject, state, ())] == ["nobody_watches"]

    def test_a_watch_that_is_too_far_away_is_found(self) -> None:
        subject = subject_of(GOOD)
        looking = Search(subject, go_on=lambda _share: False)
        looking.run()
        state = next(iter(looking.nodes.values())).state
        state.open["watch#1"] = replace(state.open["watch#1"], due_on=date(2030, 1, 1))

        assert [one.code for one in broken(subject, state, ())] == ["nobody_watches"]

    def test_what_would_stop_a_pathway_is_told_with_the_way_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fragile(*, command: Command, **more: Any) -> Any:
            return (
                dict[str, int]()["nothing there"] if isinstance(command, Decide) else advance(command=command, **more)
            )

        monkeypatch.setattr("domain.checking.search.advance", fragile)

        found = [one for one in search(subject_of(GOOD), 50).findings if one.code == "engine_stops"]

        assert found[0].story == ("refer", "done intake.talk", "decide intake.gate go_on")
        assert found[0].words == {"problem": "KeyError: 'nothing there'"}


class TestVersions:
    def test_of_one_programme_from_the_same_day_overlap(self) -> None:
        subject = subject_of(GOOD)
        same = Known("other.yaml", "good", date(2026, 1, 1))
        others = [same, replace(same, programme="small"), replace(same, effective=date(2026, 2, 1))]

        (found,) = overlapping(subject.definition, others)

        assert (found.code, found.line(subject.document)) == ("version_overlaps", line_of(GOOD, "effective: "))
        assert found.words["other"] == "other.yaml"

    def test_are_judged_by_the_day_that_is_given_when_publishing(self) -> None:
        subject = subject_of(GOOD)
        others = [Known("other.yaml", "good", date(2026, 2, 1))]

        assert list(overlapping(subject.definition, others)) == []
        assert len(list(overlapping(subject.definition, others, effective=date(2026, 2, 1)))) == 1


class TestCoverage:
    def test_names_what_no_example_shows(self) -> None:
        rules = subject_of(GOOD).rules
        all_of_it = coverage(rules, ()).missing()

        shown = coverage(rules, [one for one in all_of_it if one != "intake.gate.stop"])

        assert [one.words for one in shown.findings()] == [{"what": "intake.gate.stop"}]
        assert shown.counts()["outcomes"] == "3/4"
        assert list(coverage(rules, all_of_it).findings()) == []


class TestSampling:
    def test_says_so_and_finds_the_same_with_the_same_seed(self) -> None:
        subject = subject_of(GOOD)

        first, again = (search(subject, 40, walks=20, seed=7) for _ in range(2))

        assert (first.exhaustive, first.walks, first.seed) == (False, 20, 7)
        assert (first.states, first.walked, first.moves) == (again.states, again.walked, again.moves)
        assert first.walked > 0

    def test_finds_what_lies_deeper_than_the_budget(self) -> None:
        text = smaller(spoiled("confirms: true,", "confirms: true, if: {fact: wants, is: true},"))

        assert search(subject_of(text), 3).findings == []
        assert {one.code for one in search(subject_of(text), 3, walks=200).findings} == {"hand_over_unconfirmed"}


class TestWhatShips:
    @pytest.mark.parametrize(
        "path",
        [*sorted(PROGRAMMES.glob("*.yaml")), Path("tests/programmes/everything.yaml")],
        ids=lambda path: path.stem,
    )
    def test_has_nothing_that_keeps_it_from_being_published(self, path: Path) -> None:
        programme = read_programme(path)
        subject = subject_of_programme(programme)

        found = [*static(subject), *search(subject, 300, walks=20).findings]

        assert [(one.code, one.place, one.story) for one in found if not one.hint] == []

    def test_koll_is_proved_whole_menu_and_all(self) -> None:
        proof = prove(read_programme(PROGRAMMES / "koll.yaml"), seconds=60)

        assert proof.searched is not None
        assert proof.searched.exhaustive
        assert proof.searched.states > 100
        assert proof.good
