"""Every decision about meaning has a row, every row a case that shows it, and each case stands as it was worked out."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

from domain.errors import Refusal
from domain.format.reading import DefinitionError
from domain.interpreter import fold
from tests.matrix import playing
from tests.matrix.reading import Case, Row, all_rows, rows

ROOT = Path(__file__).parent.parent.parent
CASES = [case for row in all_rows() for case in row.cases]
REFUSED = "refused: "
DECISIONS = 25  # of the design
OPEN_IN_CMMN = 7
PATTERNS = [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 13, 14, 15, 16, 18, 19, 20, 21, 24, 25, 26, 27, 29, 30, 32, 34, 35, 36, 37,
            39, 43]  # fmt: skip
MIGRATIONS = ["renamed", "split", "merged", "new stage around running work", "removed", "repeated", "half satisfied",
              "paused", "already past", "recording under way"]  # fmt: skip


def number(row: Row) -> int:
    found = re.match(r"[A-Z](\d+)", row.name)
    assert found, row.name
    return int(found[1])


class TestACase:
    @pytest.mark.parametrize("case", [case for case in CASES if not case.invalid], ids=str)
    def test_stands_as_it_was_worked_out(self, case: Case) -> None:
        told = playing.play(case)

        assert told.lines == list(case.then)
        assert playing.folded(told) == told.state
        assert playing.comes_in_order(case.log, playing.told_events(told)) is None
        assert {key: _ended(told, key) for key in case.expect} == case.expect
        if case.refused:
            refused = playing.refusal(case, told)
            assert refused is not None, "the last sentence was taken"
            assert refused.code == case.refused
            assert {key: refused.params.get(key) for key in case.because} == case.because
        found = {sentence: playing.tried(case, told, entry) for sentence, entry in playing.tries(case)}
        assert {key: refused.code if refused else playing.TAKEN for key, refused in found.items()} == case.tries

    @pytest.mark.parametrize("case", [case for case in CASES if case.invalid], ids=str)
    def test_is_refused_before_it_is_published(self, case: Case) -> None:
        with pytest.raises(DefinitionError) as raised:
            playing.compiled(case.steps, case.more)

        assert case.invalid in str(raised.value)

    @pytest.mark.parametrize("case", [case for case in CASES if case.back], ids=str)
    def test_of_a_migration_can_be_taken_back_or_says_why_not(self, case: Case) -> None:
        told = playing.play(case)
        if case.back.startswith(REFUSED):
            with pytest.raises(Refusal, match=case.back.removeprefix(REFUSED)):
                playing.taken_back(case, told)
            return

        back = playing.taken_back(case, told)

        assert back.lines[-1] == case.back
        assert playing.folded(back) == back.state
        if not case.back_at_the_end:
            place = next(place for place, batch in enumerate(back.simulation.batches) if "migrate" in batch.command_id)
            before = [event for batch in back.simulation.batches[:place] for event in batch.events]
            stood = fold(back.simulation.pathway, before)
            assert stood is not None
            assert playing.plain(back.state) == playing.plain(stood)


def _ended(told: playing.Told, key: str) -> object:
    state = told.state
    return {
        "exit": state.exit.reason if state.exit else None, "milestones": sorted(state.reached), "closed": state.closed,
        "paused": state.paused is not None, "owner": state.owner,
        "required": sorted(one.path for one in state.open.values() if one.required and one.path != "watch"),
    }[key]  # fmt: skip


class TestTheMatrix:
    def test_has_a_row_for_every_decision_of_the_design(self) -> None:
        there = {number(row) for row in rows("decisions") if row.name[0] == "D"}

        assert there == set(range(1, DECISIONS + 1))

    def test_has_a_row_for_all_that_the_case_standard_leaves_open(self) -> None:
        assert {number(row) for row in rows("decisions") if row.name[0] == "C"} == set(range(1, OPEN_IN_CMMN + 1))

    def test_has_a_row_for_every_control_flow_pattern_that_is_needed(self) -> None:
        assert [number(row) for row in rows("patterns")] == PATTERNS

    def test_has_a_row_for_every_decision_of_a_migration(self) -> None:
        told = " ".join(row.like for row in rows("migrations"))

        assert [name for name in MIGRATIONS if name not in told] == []

    def test_has_no_empty_row(self) -> None:
        assert [row.name for row in all_rows() if not row.cases and not row.shown_by] == []

    def test_has_no_row_twice(self) -> None:
        names = [row.name for row in all_rows()]

        assert sorted(set(names)) == sorted(names)

    def test_has_no_case_without_a_trace(self) -> None:
        assert [str(case) for case in CASES if not case.then and not case.invalid] == []

    def test_has_no_near_copies(self) -> None:
        alike: dict[str, list[str]] = defaultdict(list)
        for case in CASES:
            alike[playing.shape(case)].append(str(case))

        assert [titles for titles in alike.values() if len(titles) > 1] == []

    def test_would_notice_a_near_copy(self) -> None:
        steps = "talk: {~, by: owner, due: 5 days}\n"
        one = Case("X1", "one", steps=steps, days={1: ["done talk"]}, then=("0 refer: talk owner 5",))
        copy = Case("X2", "two", steps=steps.replace("talk", "call").replace("5", "9"), days={2: ["done call"]},
                    then=("0 refer: call owner 9",))  # fmt: skip
        other = Case("X3", "three", steps=steps.replace("days", "weeks"), days={1: ["done talk"]},
                     then=("0 refer: talk owner 35",))  # fmt: skip

        assert playing.shape(one) == playing.shape(copy)
        assert playing.shape(one) != playing.shape(other)

    def test_says_each_thing_once(self) -> None:
        titles = [case.title for case in CASES]

        assert sorted(set(titles)) == sorted(titles)

    @pytest.mark.parametrize("named", sorted({test for row in all_rows() for test in row.shown_by}))
    def test_names_tests_that_exist(self, named: str) -> None:
        file, *path = named.split("::")
        body: list[ast.stmt] = ast.parse((ROOT / file).read_text("utf-8")).body
        for name in path:
            found = [one for one in body if isinstance(one, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
                     and one.name == name]  # fmt: skip
            assert found, f"{named}: no {name}"
            body = found[0].body
