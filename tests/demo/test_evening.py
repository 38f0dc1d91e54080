"""The demonstration as a newcomer runs it: as a process, from the first server to the last line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest


def started(home: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "STEGVIS_HOME": str(home), "LANG": "sv_SE.UTF-8", "LC_ALL": ""}
    command = [sys.executable, "-m", "demo", *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def family(pid: int) -> set[int]:
    """Return the processes that a process started, and those that they started."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
            except OSError:
                continue
            if stat[0] not in "ZX":
                parents[int(entry.name)] = int(stat[1])
    found, fresh = set[int](), {pid}
    while fresh:
        fresh = {child for child, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found


def alive(pids: set[int]) -> set[int]:
    found = set()
    for pid in pids:
        try:
            if Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0] not in "ZX":
                found.add(pid)
        except OSError:
            continue
    return found


@pytest.mark.slow
@pytest.mark.fault
class TestAMorningAndThePlug:
    def test_record_everything_once_and_leave_nothing_running(self, tmp_path: Path) -> None:
        running = started(tmp_path, "--acts", "12", "--people", "6")
        seen: set[int] = set()
        while running.poll() is None:
            seen |= family(running.pid)
            time.sleep(0.2)
        output, errors = running.communicate()

        assert running.returncode == 0, output + errors
        assert errors == ""
        assert "skickade 126, registrerade 126, dubbla 0, förlorade 0" in output
        assert output.count("✂") == 3
        assert "r-2005           INTE TAGEN" in output
        assert "Lena Testgren" in output
        assert "Alla löften hölls." in output
        assert alive(seen) == set()
        assert sorted(file.name for file in tmp_path.iterdir()) == []


class TestAnInterruption:
    def test_stops_every_server(self, tmp_path: Path) -> None:
        running = started(tmp_path, "--acts", "3")
        assert running.stdout is not None
        for line in running.stdout:
            if "inne" in line:
                break
        servers = family(running.pid)

        running.send_signal(signal.SIGTERM)
        output, errors = running.communicate(timeout=60)

        assert len(servers) >= 2
        assert running.returncode == 130, output + errors
        assert "Traceback" not in output + errors
        assert alive(servers) == set()
        assert not (tmp_path / "demo").exists()


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.languages: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        for name, value in attrs:
            if name in ("href", "src", "action"):
                self.addresses.append(value or "")
            if name == "id":
                self.ids.append(value or "")
            if name == "lang":
                self.languages.append(value or "")


class TestThePage:
    def test_needs_no_network_and_no_script_and_says_its_language(self, tmp_path: Path) -> None:
        running = started(tmp_path, "--acts", "3", "--people", "8", "--html", str(tmp_path / "page.html"))
        output, errors = running.communicate(timeout=120)
        text = (tmp_path / "page.html").read_text("utf-8")
        page = Page()
        page.feed(text)

        assert running.returncode == 0, output + errors
        assert page.tags["script"] == page.tags["link"] == page.tags["img"] == 0
        assert all(address.startswith("#") for address in page.addresses)
        assert "url(http" not in text
        assert "@import" not in text
        assert page.languages[0] == "sv"
        assert page.tags["table"] == page.tags["caption"]
        assert page.tags["svg"] == 4
        assert [each for each, count in Counter(page.ids).items() if count > 1] == []
        assert {address[1:] for address in page.addresses} <= set(page.ids)
