"""Each line that ``programme trace`` names is removed and changed in turn; no row's check may stay green.

A removal may also be refused when the definition is compiled. So that a check, and not the compiler alone, guards each
line, one of its mutations has to give a definition that compiles.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from service.tracing import Row, page, traced
from tests.rows.harness import Checks, Mutation

ROOT = Path(__file__).parent.parent.parent
COUNTS = {"bron": ("B", 19), "koll": ("K", 24), "nordost": ("N", 26), "samverkan": ("S", 24), "visa": ("V", 25)}
QUALITY = {"K15", "K16", "B9", "B14", "N17", "N18", "N25", "S15", "S16", "V24"}
ALL = {name: Checks(name) for name in traced()}
MUTATIONS = [pytest.param(name, one, id=str(one)) for name, checks in ALL.items() for one in checks.mutations()]
ROWS = [pytest.param(name, row, id=row.id) for name, checks in ALL.items() for row in checks.rows]


@pytest.mark.parametrize(("name", "mutation"), MUTATIONS)
def test_no_check_stays_green(name: str, mutation: Mutation) -> None:
    assert not ALL[name].stays_green(mutation)


@pytest.mark.parametrize("name", ALL)
def test_a_check_and_not_the_compiler_alone_guards_each_line(name: str) -> None:
    checks = ALL[name]
    every = list(checks.mutations())

    guarded = {(each.row.id, each.place) for each in every if checks.compiles(each)}

    assert sorted({(each.row.id, each.place) for each in every} - guarded) == []


@pytest.mark.parametrize("name", ALL)
def test_every_change_is_made_somewhere(name: str) -> None:
    made = {each.place for each in ALL[name].mutations() if each.change}

    assert sorted(set(ALL[name].changes) - made) == []


@pytest.mark.parametrize("name", ALL)
def test_every_row_is_told(name: str) -> None:
    letter, count = COUNTS[name]

    assert Counter(row.id for row in ALL[name].rows) == Counter(f"{letter}{number}" for number in range(1, count + 1))


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_a_row_that_is_held_has_a_line_and_a_test_and_others_are_answered(name: str, row: Row) -> None:
    if row.rule.status == "held":
        assert row.rule.programme or row.rule.operation
        assert callable(ALL[name].check(row))
    else:
        assert row.rule.test is None
    assert row.rule.status != "text" or (row.rule.answer is not None and row.rule.proof == "text")


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_a_row_that_needs_behaviour_has_it(name: str, row: Row) -> None:
    needs = row.id in QUALITY or any(kind in "NDSRPIG" for kind in row.rule.kind.split(", "))

    assert not needs or row.rule.status == "open" or row.rule.proof == "behaviour"


def test_the_page_is_current() -> None:
    written = (ROOT / "docs/traceability.md").read_text("utf-8")

    assert written == page(), "run: python -m service.tracing > docs/traceability.md"
