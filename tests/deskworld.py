"""The desk on real servers: the sample programme, a worker in this process, and pages that are really served."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx2
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

from activities.record import Recorder
from embedded.postgres import Postgres
from embedded.temporal import Temporal
from records import register
from records.database import Pool, connect
from records.keys import KeyRing, MasterKey
from records.migrate import migrate
from service.office import Office
from service.sample import OPERATION, PASSWORD, make_sample
from tests.serving import served
from worker.keys import ProcessKeys, system_key
from worker.plugin import PathwayPlugin
from worker.settings import Settings

with workflow.unsafe.imports_passed_through():
    from workflows.pathway import ParticipantPathway

MASTER = bytes(range(32))
_SERIAL = count()
SAME_SITE = {"sec-fetch-site": "same-origin"}


@dataclass
class DeskWorld:
    """A desk that is open, and what stands behind it."""

    address: str
    office: Office
    pool: Pool
    keys: ProcessKeys
    client: Client
    _working: Worker | None = field(default=None, repr=False)
    _running: asyncio.Task[None] | None = field(default=None, repr=False)

    async def pathway(self, place: int) -> str:
        """Return the pathway of a person of the sample (1-34; see service/sample.py)."""
        found = await register.by_referral(self.pool, operation=OPERATION, referral=f"ex-{place:02d}")
        assert found is not None
        return found

    @asynccontextmanager
    async def visitor(self, staff: str | None = None) -> AsyncIterator[httpx2.AsyncClient]:
        """Open the desk without a browser, signed in as somebody."""
        async with httpx2.AsyncClient(base_url=self.address, headers=SAME_SITE, timeout=30) as visitor:
            if staff is not None:
                answer = await visitor.post("/sign-in", data={"staff": staff, "password": PASSWORD})
                assert answer.status_code == 303, answer.text
            yield visitor

    @asynccontextmanager
    async def without_worker(self) -> AsyncIterator[None]:
        """Stop the worker for the length of a block, and start another one."""
        await self._stop()
        yield
        self._start()

    def _start(self) -> None:
        self._working = self.worker()
        self._running = asyncio.create_task(self._working.run())

    async def _stop(self) -> None:
        assert self._working is not None
        assert self._running is not None
        await self._working.shutdown()
        await self._running

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Keep a worker for the length of a block."""
        self._start()
        try:
            yield
        finally:
            await self._stop()

    def worker(self) -> Worker:
        """Return a worker for this desk's pathways; one that was stopped can't run again, a new one can."""
        return Worker(
            self.client,
            task_queue=self.office.task_queue,
            workflows=[ParticipantPathway],
            activities=[Recorder(self.pool, self.keys.ring).record],
        )


@asynccontextmanager
async def open_desk(database_url: str, temporal_address: str, home: Path) -> AsyncIterator[DeskWorld]:
    """Open a desk over the sample programme."""
    pool = await connect(database_url, max_size=16)
    try:
        await migrate(pool)
        keys = ProcessKeys(KeyRing(pool, MasterKey(MASTER)), system_key(MASTER))
        client = await Client.connect(temporal_address, plugins=[PathwayPlugin(keys)])
        office = Office(pool=pool, keys=keys.ring, client=client, task_queue=f"desk-{next(_SERIAL)}-{home.name}")
        async with served(Settings(home=home, desk_port=0), office) as address:
            world = DeskWorld(address, office, pool, keys, client)
            async with world.working():
                await make_sample(office)
                yield world
    finally:
        await pool.close()


@asynccontextmanager
async def desk_of_its_own(postgres: Postgres, temporal: Temporal, home: Path) -> AsyncIterator[DeskWorld]:
    """Open a desk over a database that goes away with it."""
    name = f"desk_{uuid.uuid4().hex}"
    url = await postgres.create_database(name)
    async with open_desk(url, temporal.address, home) as opened:
        yield opened
    await postgres.drop_database(name)
