"""The figures that README and docs/budgets.md quote are those of docs/bench.json, and the bench's script can be played."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.bench.__main__ import told
from tests.bench.budgets import BUDGETS, DESK_BUDGETS, desk, processor_time
from tests.bench.measuring import KOLL, PLAIN, REFERENCE
from tests.rows.test_koll import SHIPPED

ROOT = Path(__file__).parent.parent.parent
FIGURES: dict[str, Any] = json.loads((ROOT / "docs/bench.json").read_text("utf-8"))


def _quoted(page: str, mark: str) -> str:
    found = re.search(rf"<!-- {mark} -->\n(.*?)<!-- /{mark} -->", (ROOT / page).read_text("utf-8"), re.DOTALL)
    assert found is not None, f"{page} has no place for {mark}"
    return found[1].strip()


@pytest.mark.parametrize("page", ["README.md", "docs/budgets.md"])
def test_a_page_quotes_the_run_that_is_kept(page: str) -> None:
    assert _quoted(page, "bench") == told(FIGURES).strip(), "run: python -m tests.bench --tell docs/bench.json"


def test_the_processor_time_is_that_of_the_run() -> None:
    assert _quoted("docs/budgets.md", "cpu") == processor_time(FIGURES).strip()


def test_the_desks_pages_are_those_of_the_run() -> None:
    assert _quoted("docs/budgets.md", "desk") == desk(FIGURES).strip()
    assert FIGURES["desk"]["budgets"] == {one.name: one.met(FIGURES) for one in DESK_BUDGETS}


def test_verdicts_are_those_of_the_figures() -> None:
    assert FIGURES["budgets"] == {one.name: one.met(FIGURES) for one in BUDGETS}


@pytest.mark.parametrize("sentences", [KOLL, PLAIN, REFERENCE], ids=["koll", "plain", "reference"])
def test_what_the_bench_sends_is_taken_by_the_rules(sentences: tuple[Any, ...]) -> None:
    assert SHIPPED.refused({0: ["refer", *sentences]}) is None
