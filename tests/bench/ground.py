"""Where the bench runs: embedded servers in a folder of their own, one worker process for the floor, one for ours."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import asyncpg
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from embedded.postgres import Postgres
from embedded.temporal import Temporal
from service.office import Office, Patience
from service.opening import opened, prepare
from service.publishing import operation_file, start_operation
from tests.bench import floor, floor_worker
from worker.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent.parent
OPERATION = "koll-bench"
QUEUE = "bench-stegvis"
PATIENCE = 60.0  # seconds until a worker polls
# What counts here is recorded, however long it takes; people are told "accepted" after two seconds.
UNTIL_RECORDED = Patience(answer=timedelta(seconds=60), taken=timedelta(seconds=60), give_up=timedelta(seconds=70))
ACTION = re.compile(r"^action(?:_total)?\{.*\} (\d+(?:\.\d+)?)$", re.MULTILINE)


@dataclass(frozen=True)
class Ground:
    """Everything that a measurement needs."""

    office: Office
    bare: Client
    temporal: Temporal
    postgres: Postgres
    workers: dict[str, int]
    starts: date
    settings: Settings

    async def actions(self) -> float:
        """Return how many billable actions the server has counted so far."""
        text = await asyncio.to_thread(self._metrics)
        return sum(float(found) for found in ACTION.findall(text))

    def cpu(self) -> dict[str, float]:
        """Return the processor seconds that each part has used so far: what a command costs on a machine that is full."""
        caller = time.process_time()
        return {
            "worker": sum(_seconds(pid) for pid in self.workers.values()),
            "temporal": _seconds(self.temporal.pid),
            "postgresql": sum(_seconds(pid) for pid in _family(self.postgres.pid)),
            "caller": caller,
        }

    def _metrics(self) -> str:
        with urllib.request.urlopen(self.temporal.metrics_url, timeout=10) as answer:
            return bytes(answer.read()).decode()


@asynccontextmanager
async def ground(home: Path) -> AsyncIterator[Ground]:
    """Start the servers and both workers, and leave nothing behind."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o700, parents=True)
    postgres = Postgres(home, prefer_standard_ports=False)
    temporal = Temporal(home, prefer_standard_ports=False, ui=False)
    workers: list[subprocess.Popen[bytes]] = []
    try:
        await postgres.start()
        await temporal.start()
        floor_url = await postgres.create_database("floor")
        connection = await asyncpg.connect(floor_url)
        await connection.execute(floor_worker.TABLE)
        await connection.close()
        settings = Settings(
            home=home, database_url=postgres.url, temporal_address=temporal.address, temporal_namespace="default",
            task_queue=QUEUE, health_port=0, metrics_port=0, temporal_metrics_port=0,
        )  # fmt: skip
        await prepare(settings)
        bare = await Client.connect(temporal.address)
        workers += _start_workers(home, settings, floor_url, temporal.address)
        for queue in (QUEUE, floor.QUEUE):
            await _polled(bare, queue)
        async with opened(settings, patience=UNTIL_RECORDED) as office:
            starts = datetime.now(UTC).date() - timedelta(days=30)
            template = operation_file("koll-2020")
            await start_operation(
                office.pool, template, now=datetime.now(UTC), by="bench", name=OPERATION, starts=starts
            )
            pids = {name: each.pid for name, each in zip(("floor", "stegvis"), workers, strict=True)}
            yield Ground(office, bare, temporal, postgres, pids, starts, settings)
    finally:
        for each in workers:
            each.terminate()
        for each in workers:
            each.wait(timeout=60)
        await temporal.destroy()
        await postgres.destroy()
        shutil.rmtree(home, ignore_errors=True)


def _start_workers(home: Path, settings: Settings, floor_url: str, address: str) -> list[subprocess.Popen[bytes]]:
    plain = {**os.environ, "PYTHONPATH": str(ROOT), "BENCH_DATABASE_URL": floor_url, "BENCH_TEMPORAL_ADDRESS": address}
    ours = {f"{PREFIX}{name.upper()}": str(value) for name, value in settings.model_dump().items() if value is not None}
    started = []
    for name, module, environment in (
        ("floor", "tests.bench.floor_worker", plain), ("stegvis", "worker.main", {**plain, **ours, f"{PREFIX}HOME": str(home)}),
    ):  # fmt: skip
        log = (home / f"{name}.log").open("wb")
        command = [sys.executable, "-m", module]
        started.append(subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log))
    return started


def _seconds(pid: int) -> float:
    """Return the processor seconds of a process, those of its ended children with them."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(one) for one in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def _family(pid: int) -> list[int]:
    """Return a process and its children (each connection to PostgreSQL has one)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return [pid, *map(int, children)]


async def _polled(client: Client, queue: str) -> None:
    request = DescribeTaskQueueRequest(namespace="default", task_queue=TaskQueue(name=queue))
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while not (await client.workflow_service.describe_task_queue(request)).pollers:
        if asyncio.get_running_loop().time() > deadline:
            raise TimeoutError(queue)
        await asyncio.sleep(0.2)
