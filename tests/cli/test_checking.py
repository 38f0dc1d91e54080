"""`stegvis programme check`: what is proved, what is sampled, and findings with their line and the way there."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cli.nouns import checking
from cli.session import Terminal
from cli.texts import Say
from tests.checking.spoiling import GOOD, line_of, smaller, spoiled
from tests.cli.conftest import Stegvis


class TestCheck:
    def test_says_what_is_proved_whole_and_what_examples_show(self, stegvis: Stegvis) -> None:
        done = stegvis("programme", "check", "koll", "--seconds", "60", by=None)

        assert done.code == 0
        assert "Proved exhaustively: 108 states" in done.out
        assert "The examples show 19/19 steps, 10/10 outcomes and 9/9 exits." in done.out

    def test_says_what_is_only_sampled(self, stegvis: Stegvis) -> None:
        done = stegvis("programme", "check", "bron", "--seconds", "0.3", "--seed", "5", by=None)

        assert "Sampled, not proved: " in done.out
        assert "(seed 5)" in done.out

    def test_names_the_line_and_what_leads_there(self, stegvis: Stegvis, tmp_path: Path) -> None:
        file = tmp_path / "good.yaml"
        wait = "          wait: {label: {sv: vänta, en: wait}}\n          stop: {exit: left"
        text = smaller(spoiled("          stop: {exit: left", wait))
        file.write_text(text, "utf-8")

        done = stegvis("programme", "check", str(file), "--seconds", "60", by=None)

        assert done.code == 1
        assert f"line {line_of(text, '      gate:')}: from here no decision leads on, only an exit by hand" in done.out
        assert "like this: refer; done intake.talk; decide intake.gate wait" in done.out

    def test_does_not_search_what_is_wrongly_written(self, stegvis: Stegvis, tmp_path: Path) -> None:
        file = tmp_path / "good.yaml"
        file.write_text(spoiled("where: {percent: {from: 25}, hours", "wher: {percent: {from: 25}, hours"), "utf-8")

        done = stegvis("programme", "check", str(file), by=None)

        assert done.code == 1
        assert "the condition doesn't understand wher" in done.out
        assert "Not searched" in done.out

    def test_finds_another_file_that_is_effective_from_the_same_day(self, stegvis: Stegvis, tmp_path: Path) -> None:
        (tmp_path / "other.yaml").write_text(GOOD.replace("due: 6 months", "due: 7 months", 1), "utf-8")
        (tmp_path / "broken.yaml").write_text("programme: [", "utf-8")
        file = tmp_path / "good.yaml"
        file.write_text(GOOD, "utf-8")

        done = stegvis("programme", "check", str(file), "--seconds", "0.1", by=None)

        assert "other.yaml is also effective for good from 2026-01-01" in done.out

    def test_names_the_base_s_file_where_a_variant_inherits_what_is_wrong(
        self, stegvis: Stegvis, tmp_path: Path
    ) -> None:
        (tmp_path / "good.yaml").write_text(spoiled("from: 0, to: 40", "from: 40, to: 0"), "utf-8")
        file = tmp_path / "north.yaml"
        file.write_text(
            "programme: north\nextends: good\neffective: 2026-03-01\nname: {sv: Norr, en: North}\n"
            "about: {sv: Norr., en: North.}\nchange: {reopen_within: 60 days}\n", "utf-8",
        )  # fmt: skip

        done = stegvis("programme", "check", str(file), by=None)

        assert f"good.yaml, line {line_of(GOOD, 'hours: {from: 0, to: 40')}: the limits of hours" in done.out


TOLD: dict[str, Any] = {
    "made": 3, "caught": 1, "share": 33, "form": 1, "static": 0, "search": 0, "examples": 0, "unexplained": 1,
    "missed": [{"mutation": "a: gone", "why": {"sv": "därför", "en": "because"}}, {"mutation": "b: gone", "why": None}],
}  # fmt: skip


class TestMutate:
    def test_tells_the_share_and_each_miss(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        asked: list[Any] = []

        def run(command: list[str], **_more: Any) -> subprocess.CompletedProcess[str]:
            asked.extend(command[1:])
            return subprocess.CompletedProcess(command, 0, json.dumps(TOLD))

        monkeypatch.setattr(subprocess, "run", run)

        assert not checking.mutated(Terminal(Say("en")), "koll")
        assert asked == ["-m", "tests.checking", "koll"]
        assert capsys.readouterr().out.splitlines() == [
            "  missed: a: gone: because",
            "  missed: b: gone: no explanation",
            (
                "3 mutations, 1 caught (33 %): 1 by the form, 0 by the structure, 0 by the search, 0 by the examples. "
                "Missed without an explanation: 1 (goal: 0)."
            ),
        ]
