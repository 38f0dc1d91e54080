"""``stegvis programme trace --mutate``: the command says which rows' tests don't notice a line that is gone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.nouns import mutating
from cli.session import Terminal
from cli.texts import Say
from domain.errors import Refusal
from service.tracing import rows_of, trace, traced
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


@pytest.mark.parametrize(("language", "name"), [("sv", "alla program"), ("en", "all programmes")])
def test_trace_of_all_counts_proofs_and_statuses_of_the_same_rows_apart(language: str, name: str) -> None:
    every = [row for programme in traced() for row in rows_of(programme)]

    *_, last = trace(traced(), language)

    counts = [int(number) for number in re.findall(r"\d+", last)]
    assert last.startswith(name)
    assert counts[0] == sum(counts[1:4]) == sum(counts[4:7]) == len(every)
    assert counts[6] == sum(row.rule.status == "open" for row in every)


def test_trace_of_a_programme_without_rows_says_which_have_some() -> None:
    with pytest.raises(Refusal, match="programme_untraced"):
        list(trace(["visa_motala"], "en"))
