"""The worker as operations run it: a process of its own, started before anything is ready, ended by a signal."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from embedded.temporal import Temporal
from records.database import connect
from records.keys import MasterKey
from tests.worker.asking import Answer, ask
from worker import migrate, probe
from worker.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
WITHIN = 60  # seconds; a cold start takes two or three, a busy machine several times that


class Process:
    """A worker process and what it logged."""

    def __init__(self, process: asyncio.subprocess.Process, settings: dict[str, str]) -> None:
        self._process = process
        self.settings = settings
        self.logged: list[dict[str, Any]] = []

    async def says(self, event: str, **fields: object) -> dict[str, Any]:
        """Read the log until a line says so."""
        assert self._process.stderr is not None
        async with asyncio.timeout(WITHIN):
            while line := await self._process.stderr.readline():
                said = json.loads(line)
                self.logged.append(said)
                if said["event"] == event and fields.items() <= said.items():
                    return dict(said)
        raise AssertionError(f"the worker ended without saying {event}: {self.logged}")

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    async def ended(self) -> int:
        assert self._process.stderr is not None
        async with asyncio.timeout(WITHIN):
            self.logged.extend(json.loads(line) for line in (await self._process.stderr.read()).splitlines())
            return await self._process.wait()

    async def asked(self, port: str, path: str) -> Answer:
        return await ask(int(self.settings[f"STEGVIS_{port}_PORT"]), path)


def free_ports(count: int) -> list[str]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [str(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports


@pytest.fixture
def settings(database_url: str, temporal_server: Temporal, tmp_path: Path) -> dict[str, str]:
    MasterKey.create(tmp_path / "master.key")
    health, own, temporal = free_ports(3)
    return {
        "STEGVIS_HOME": str(tmp_path),
        "STEGVIS_DATABASE_URL": database_url,
        "STEGVIS_TEMPORAL_ADDRESS": temporal_server.address,
        "STEGVIS_TASK_QUEUE": f"process-{uuid.uuid4()}",
        "STEGVIS_LOG_FORMAT": "json",
        "STEGVIS_HEALTH_PORT": health,
        "STEGVIS_METRICS_PORT": own,
        "STEGVIS_TEMPORAL_METRICS_PORT": temporal,
    }


@asynccontextmanager
async def worker(settings: dict[str, str]) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "worker.main",
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **settings},
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Process(process, settings)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def migrated(settings: dict[str, str]) -> None:
    await migrate.run(Settings(database_url=settings["STEGVIS_DATABASE_URL"]), "all")


async def becomes_ready(process: Process) -> None:
    async with asyncio.timeout(WITHIN):
        while (await process.asked("HEALTH", "/ready")).status != 200:
            pass


async def figures(process: Process) -> str:
    """Our own figures, once PostgreSQL was asked for them."""
    async with asyncio.timeout(WITHIN):
        while True:
            text = (await process.asked("METRICS", "/")).body.decode()
            if 'stegvis_notices{state="uncertain"} 0.0' in text:
                return text


class TestLife:
    async def test_waits_for_the_schema_serves_and_leaves_in_peace(self, settings: dict[str, str]) -> None:
        async with worker(settings) as process:
            await process.says("waiting", step="schema", error="SchemaBehind", attempt=2)
            waiting, live = await process.asked("HEALTH", "/ready"), await process.asked("HEALTH", "/live")
            await migrated(settings)
            await process.says("the worker polls")
            await becomes_ready(process)
            own = await figures(process)
            temporal = await process.asked("TEMPORAL_METRICS", "/metrics")
            process.signal(signal.SIGTERM)
            await process.says("the worker left")

            assert await process.ended() == 0
        assert (waiting.status, live.status) == (503, 200)
        for name in ("recorded_batches_total", "accepted_not_recorded", "diverged_pathways", "outbox_oldest_seconds"):
            assert f"stegvis_{name} 0.0" in own
        assert b"temporal_num_pollers" in temporal.body

    async def test_is_ready_no_more_when_the_schema_is_behind(self, settings: dict[str, str]) -> None:
        await migrated(settings)
        async with worker(settings) as process:
            await process.says("the worker polls")
            await becomes_ready(process)
            async with await connect(settings["STEGVIS_DATABASE_URL"]) as pool:
                await pool.execute("DELETE FROM migrations")

            answer = await process.asked("HEALTH", "/ready")

        assert answer.status == 503
        assert json.loads(answer.body) == {"postgresql": True, "schema": False, "temporal": True}

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    async def test_leaves_while_it_still_waits(self, settings: dict[str, str], number: signal.Signals) -> None:
        async with worker(settings) as process:
            await process.says("waiting", step="schema")
            process.signal(number)

            assert await process.ended() == 0

    async def test_says_what_is_wrong_with_the_key(self, settings: dict[str, str]) -> None:
        (Path(settings["STEGVIS_HOME"]) / "master.key").unlink()
        await migrated(settings)
        async with worker(settings) as process:
            said = await process.says("the worker ends")

            assert await process.ended() == 1
        assert said["exception"].startswith("FileNotFoundError at ")


class TestProbe:
    @pytest.mark.parametrize("port", ["1", "0"])
    def test_fails_where_nobody_answers(self, monkeypatch: pytest.MonkeyPatch, port: str) -> None:
        monkeypatch.setenv("STEGVIS_HEALTH_PORT", port)

        assert probe.main() == 1
