"""``stegvis programme trace --mutate``: the command says which rows' tests don't notice a line that is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.nouns import mutating
from cli.session import Terminal
from cli.texts import Say
from domain.errors import Refusal
from tests.rows.harness import Checks, Mutation

TERMINAL = Terminal(Say("en"))


def test_a_check_that_looks_elsewhere_stays_green() -> None:
    koll = Checks("koll")
    owner = next(row for row in koll.rows if row.id == "K2")

    assert koll.stays_green(Mutation(owner, "programme", "targets.activity_25", change=False))
    assert not koll.stays_green(Mutation(owner, "operation", "owner", change=False))


def test_it_counts_what_it_removed_and_changed(capfd: pytest.CaptureFixture[str]) -> None:
    every = list(Checks("koll").mutations())
    changed = sum(one.change for one in every)

    assert mutating.mutated(TERMINAL, ["koll"])
    assert f"{len(every) - changed} places were removed and {changed} changed; 0 rows" in capfd.readouterr().out


def test_it_needs_a_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(mutating, "PROGRAMMES", tmp_path / "programmes")

    with pytest.raises(Refusal) as refused:
        mutating.mutated(TERMINAL, ["koll"])
    assert refused.value.code == "tests_not_installed"
