"""The house of the demonstration: servers of its own in a folder of its own, and a worker that can be killed.

Everything listens on loopback and is gone at the end, whatever happened.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
from temporalio.client import Client

from demo.clock import real
from embedded import ports, processes
from embedded.clean import clean
from embedded.postgres import Postgres
from embedded.temporal import Temporal
from records.database import Pool, connect
from records.keys import KeyRing, MasterKey
from records.migrate import migrate
from service.office import Office
from service.publishing import operation_file, start_operation
from worker.keys import ProcessKeys, process_keys
from worker.plugin import PathwayPlugin

WORKER, SKIPPING_WORKER = "worker", "skipping-worker"
TASK_QUEUE = "stegvis"
READY_WITHIN = 60.0  # seconds; a cold start of Python on a busy machine


class House:
    """PostgreSQL, Temporal and a worker process, each of which may be killed and started again."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.postgres = Postgres(home, prefer_standard_ports=False)
        self.temporal = Temporal(home, prefer_standard_ports=False, ui=False)
        self._worker: processes.Record | None = None
        self._health = 0

    @property
    def outbox(self) -> Path:
        """The folder that stands for the post office in the first two acts."""
        return self.home / "outbox"

    @property
    def master_key(self) -> Path:
        """The file with the master key."""
        return self.home / "master.key"

    async def open(self, *, temporal: bool) -> None:
        """Begin with empty servers; what a former run left is removed first."""
        await self.close()
        processes.own_folder(self.home)
        MasterKey.create(self.master_key)
        starting = [self.postgres.start(), self.temporal.start()] if temporal else [self.postgres.start()]
        await asyncio.gather(*starting)

    async def close(self) -> None:
        """Stop everything and remove every file."""
        if not self.home.exists():
            return
        for name in (WORKER, SKIPPING_WORKER):
            await self._kill(name)
        await clean(self.home)
        shutil.rmtree(self.home, ignore_errors=True)

    # ----------------------------------------------------------------------------------------------- the workers

    def environment(self, database_url: str) -> dict[str, str]:
        """Return what a process of ours is told: everything it needs, and nothing of the user's own settings."""
        self._health = self._health or ports.choose()
        return {
            "PATH": os.defpath, "LANG": "C.UTF-8", "HOME": str(self.home), "PYTHONDONTWRITEBYTECODE": "1",
            "STEGVIS_HOME": str(self.home), "STEGVIS_DATABASE_URL": database_url,
            "STEGVIS_MASTER_KEY_FILE": str(self.master_key), "STEGVIS_TASK_QUEUE": TASK_QUEUE,
            "STEGVIS_MAIL": str(self.outbox), "STEGVIS_LOG_FORMAT": "json",
            "STEGVIS_HEALTH_PORT": str(self._health), "STEGVIS_METRICS_PORT": "0",
            "STEGVIS_TEMPORAL_METRICS_PORT": "0", "STEGVIS_CODEC_PORT": "0",
        }  # fmt: skip

    def start_worker(self, database_url: str) -> None:
        """Start the worker as a process of its own: ``python -m worker.main``."""
        environment = self.environment(database_url) | {"STEGVIS_TEMPORAL_ADDRESS": self.temporal.address}
        self._worker = self._launch(WORKER, "worker.main", environment)

    def start_skipping_worker(self, database_url: str, *, temporal: str, letters: Path) -> None:
        """Start the third act's worker, on the server that skips time."""
        told = {"STEGVIS_TEMPORAL_ADDRESS": temporal, "STEGVIS_MAIL": str(letters)}
        self._launch(SKIPPING_WORKER, "demo.skipping", self.environment(database_url) | told)

    def _launch(self, name: str, module: str, environment: Mapping[str, str]) -> processes.Record:
        return processes.launch(
            name=name, command=[sys.executable, "-m", module], home=self.home, ports={}, environment=environment
        )

    async def worker_ready(self) -> None:
        """Wait until the worker answers on its health port; raises ServerDidNotStart."""
        if self._worker is not None:
            await processes.until_ready(self._worker, self._live, patience_s=READY_WITHIN)

    async def _live(self) -> bool:
        return await asyncio.to_thread(ports.is_answered, self._health)

    async def kill_worker(self) -> None:
        """Kill the worker as a power cut would."""
        await self._kill(WORKER)
        self._worker = None

    async def _kill(self, name: str) -> None:
        left = processes.read(self.home, name)
        if left is not None:
            await processes.kill(left)
            processes.forget(self.home, name)


@asynccontextmanager
async def opened(home: Path, *, temporal: bool) -> AsyncIterator[House]:
    """Open a house, and leave nothing of it."""
    house = House(home)
    try:
        await house.open(temporal=temporal)
        yield house
    finally:
        await asyncio.shield(house.close())


class Premises:
    """One database with Koll published and an operation in it: what staff work with."""

    def __init__(self, pool: Pool, keys: ProcessKeys, url: str, operation: str, starts: date) -> None:
        self.pool = pool
        self.keys = keys
        self.url = url
        self.operation = operation
        self.starts = starts

    def office(self, client: Client, **options: Any) -> Office:
        """Return an office that sends commands through a client."""
        return Office(pool=self.pool, keys=self.keys.ring, client=client, **{"task_queue": TASK_QUEUE, **options})

    @property
    def ring(self) -> KeyRing:
        """The participants' keys."""
        return self.keys.ring

    @property
    def plugin(self) -> PathwayPlugin:
        """What every client of Temporal needs."""
        return PathwayPlugin(self.keys)


@asynccontextmanager
async def premises(house: House, database: str, operation: str, starts: date) -> AsyncIterator[Premises]:
    """Make a database and an operation of Koll that starts on a day."""
    url = await house.postgres.create_database(database)
    pool = await connect(url, max_size=16)
    try:
        await migrate(pool)
        keys = process_keys(pool, house.master_key)
        template = operation_file("koll-2020")
        await start_operation(pool, template, now=real(), by="demo", name=operation, starts=starts)
        yield Premises(pool, keys, url, operation, starts)
    finally:
        try:
            await asyncio.wait_for(pool.close(), 5)
        except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            pool.terminate()
