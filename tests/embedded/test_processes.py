from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from embedded import processes
from embedded.timeskip import TimeSkipping

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-u",
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf'); time.sleep(600)",
]
SPAWN = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print("child", child.pid)
time.sleep(600)
"""
PARENT = [sys.executable, "-u", "-c", SPAWN]


def launch(home: Path, command: list[str]) -> processes.Record:
    return processes.launch(name="thing", command=command, home=home, ports={"tcp": 1234})


async def until_said(record: processes.Record, word: str) -> str:
    async def said() -> bool:
        return word in processes.log_tail(Path(record.log))

    assert await processes.until(said, patience_s=20)
    return processes.log_tail(Path(record.log))


@contextlib.contextmanager
def a_stranger() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(SLEEPER) as process:
        yield process
        process.kill()


class TestLaunching:
    async def test_is_found_again_by_its_record(self, tmp_path: Path) -> None:
        record = launch(tmp_path, SLEEPER)

        assert processes.read(tmp_path, "thing") == record
        assert processes.is_alive(record)
        assert processes.last_ports(tmp_path, "thing") == {"tcp": 1234}
        await processes.kill(record)

    async def test_has_a_session_of_its_own(self, tmp_path: Path) -> None:
        record = launch(tmp_path, SLEEPER)

        assert os.getsid(record.pid) == record.pid
        await processes.kill(record)

    async def test_keeps_records_and_logs_from_others(self, tmp_path: Path) -> None:
        record = launch(tmp_path, SLEEPER)

        for private in (Path(record.log).parent, processes.record_file(tmp_path, "thing").parent):
            assert stat.S_IMODE(private.stat().st_mode) == 0o700
        await processes.kill(record)

    def test_names_a_program_that_is_missing(self, tmp_path: Path) -> None:
        with pytest.raises(processes.ServerDidNotStart, match="cannot be run"):
            launch(tmp_path, ["/no/such/program"])

    async def test_shows_the_log_of_a_process_that_ends_while_starting(self, tmp_path: Path) -> None:
        record = launch(tmp_path, [sys.executable, "-c", "print('no such option'); raise SystemExit(3)"])

        async def never() -> bool:
            return False

        with pytest.raises(processes.ServerDidNotStart, match="no such option"):
            await processes.until_ready(record, never, patience_s=20)


class TestEnding:
    async def test_asks_first(self, tmp_path: Path) -> None:
        record = launch(tmp_path, SLEEPER)

        await processes.end(record, first=signal.SIGTERM, patience_s=20)

        assert not processes.is_alive(record)

    async def test_kills_what_does_not_listen(self, tmp_path: Path) -> None:
        record = launch(tmp_path, STUBBORN)
        await until_said(record, "deaf")

        await processes.end(record, first=signal.SIGTERM, patience_s=0.2)

        assert not processes.is_alive(record)

    async def test_kills_children_in_sessions_of_their_own(self, tmp_path: Path) -> None:
        record = launch(tmp_path, PARENT)
        child = int((await until_said(record, "child")).split()[1])

        await processes.kill(record)

        state = processes._state(child)
        assert state is None or state.ended

    async def test_leaves_a_recycled_pid_alone(self, tmp_path: Path) -> None:
        record = launch(tmp_path, SLEEPER)
        await processes.kill(record)

        with a_stranger() as stranger:
            recycled = replace(record, pid=stranger.pid)
            await processes.end(recycled, first=signal.SIGTERM, patience_s=1)
            await processes.kill(recycled)

            assert not processes.is_alive(recycled)
            assert stranger.poll() is None

    async def test_stop_leaves_a_recycled_pid_alone(self, tmp_path: Path) -> None:
        server = TimeSkipping(tmp_path)
        record = launch(tmp_path, SLEEPER)
        await processes.kill(record)

        with a_stranger() as stranger:
            recycled = replace(record, name=server.name, pid=stranger.pid)
            processes.record_file(tmp_path, server.name).write_text(json.dumps(asdict(recycled)), encoding="utf-8")
            await server.stop()

            assert stranger.poll() is None

    def test_does_not_take_a_broken_record_for_a_process(self, tmp_path: Path) -> None:
        file = processes.record_file(tmp_path, "thing")
        processes.own_folder(file.parent)
        file.write_text('{"pid": 1', encoding="utf-8")

        assert processes.read(tmp_path, "thing") is None


class TestExclusion:
    async def test_lets_one_at_a_time_in(self, tmp_path: Path) -> None:
        async with processes.exclusively(tmp_path, "thing", patience_s=5):
            with pytest.raises(processes.ServerError, match="another process"):
                async with processes.exclusively(tmp_path, "thing", patience_s=0.1):
                    pass

        async with asyncio.timeout(5), processes.exclusively(tmp_path, "thing", patience_s=5):
            pass


@pytest.mark.skipif(not Path("/bin/ps").exists(), reason="this machine has no ps")
class TestWithoutProc:
    async def test_reads_the_same_from_ps(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(processes, "HAS_PROC", False)
        record = launch(tmp_path, PARENT)
        child = int((await until_said(record, "child")).split()[1])

        assert processes.is_alive(record)
        assert child in [member.pid for member in processes._descendants(record)]
        await processes.kill(record)
        assert not processes.is_alive(record)
