"""A check that never says no proves nothing: each promise is broken on purpose, and the demonstration must say so."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from demo.plant import PLANTS


def demo(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "demo", "--acts", "3", "--people", "3", *arguments]
    environment = {**os.environ, "STEGVIS_HOME": str(home), "LANG": "C.UTF-8", "LC_ALL": ""}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


class TestTheCheck:
    @pytest.mark.parametrize("promise", PLANTS)
    def test_finds_each_planted_damage(self, tmp_path: Path, promise: str) -> None:
        done = demo(tmp_path, "--plant", promise)

        assert done.returncode == 1, done.stdout + done.stderr
        assert f"{promise} ✗" in done.stdout
        assert "Traceback" not in done.stdout + done.stderr

    def test_finds_nothing_where_nothing_is_broken(self, tmp_path: Path) -> None:
        done = demo(tmp_path, "--language", "sv")

        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stderr == ""
        assert [line[:6] for line in done.stdout.splitlines() if "✓" in line] == [
            "  P1 ✓",
            "  P2 ✓",
            "  P3 ✓",
            "  P4 ✓",
        ]
        assert not (tmp_path / "demo").exists()

    def test_of_the_demonstration_covers_the_four_promises_of_the_engine(self) -> None:
        assert PLANTS == ("P1", "P2", "P3", "P4")
