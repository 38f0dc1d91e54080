"""A small stage for tests on real servers: a database with Koll published, a worker in this process, an office."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

from activities.record import Recorder
from domain.identity import parse
from domain.people import Actor
from records import staff
from records.database import Pool, connect
from records.keys import KeyRing, MasterKey
from records.migrate import migrate
from records.register import NewPerson
from service.answers import AnswerGiven
from service.office import Office
from service.publishing import operation_file, start_operation
from service.referrals import Referral, refer
from worker.keys import ProcessKeys, system_key
from worker.plugin import PathwayPlugin

with workflow.unsafe.imports_passed_through():
    from workflows.pathway import ParticipantPathway

MASTER = bytes(range(32))
OPERATION = "koll-test"
_SERIAL = count()
ELIGIBLE: dict[str, Any] = {
    "birth_date": "1980-05-05",
    "assistance": "long_term",
    "complex_problems": True,
    "gender": "woman",
}


def number(place: int) -> str:
    """Return a reserved test number (individual numbers 980-999) that belongs to nobody."""
    day = date(1975, 1, 1) + timedelta(days=place // 20)
    digits = f"{day:%y%m%d}{980 + place % 20}"
    total = sum(sum(divmod(int(digit) * (2 - index % 2), 10)) for index, digit in enumerate(digits))
    return f"{day:%Y}{digits[2:]}{-total % 10}"


def person(place: int) -> NewPerson:
    """Return somebody who can be referred."""
    day = datetime.now(UTC).date()
    return NewPerson(parse(number(place), on=day), f"Testperson {place}", date(1980, 5, 5))


@dataclass
class Stage:
    """What a test plays on."""

    pool: Pool
    keys: ProcessKeys
    client: Client
    office: Office
    starts: date

    async def actor(self, staff_id: str) -> Actor:
        """Return a member of the operation's staff as an actor."""
        return Actor(staff_id, await staff.roles_of(self.pool, staff_id, OPERATION))

    async def refer(
        self, place: int, *, on: date | None = None, by: Actor | None = None, command_id: str = "", **facts: Any
    ) -> AnswerGiven:
        """Refer test person ``place``."""
        asked = Referral(
            id=f"r-{place}", operation=OPERATION, person=person(place), unit="forsorjningsstod",
            on=on or datetime.now(UTC).date(), facts={**ELIGIBLE, **facts},
        )  # fmt: skip
        by = by or await self.actor("ham.handlaggare")
        return await refer(self.office, asked, by=by, command_id=command_id or f"refer/{place}/{next(_SERIAL)}")


@asynccontextmanager
async def stage(
    database_url: str, temporal_address: str, home: Path, *, starts: date | None = None
) -> AsyncIterator[Stage]:
    """Prepare a database and an office; no worker runs yet."""
    pool = await connect(database_url, max_size=10)
    await migrate(pool)
    keys = ProcessKeys(KeyRing(pool, MasterKey(MASTER)), system_key(MASTER))
    client = await Client.connect(temporal_address, plugins=[PathwayPlugin(keys)])
    starts = starts or datetime.now(UTC).date() - timedelta(days=30)
    await start_operation(
        pool, operation_file("koll-2020"), now=datetime.now(UTC), by="test", name=OPERATION, starts=starts
    )
    office = Office(pool=pool, keys=keys.ring, client=client, task_queue=f"test-{next(_SERIAL)}-{home.name}")
    try:
        yield Stage(pool, keys, client, office, starts)
    finally:
        await pool.close()


@asynccontextmanager
async def worker(on: Stage) -> AsyncIterator[Worker]:
    """Run a worker in this process."""
    async with Worker(
        on.client,
        task_queue=on.office.task_queue,
        workflows=[ParticipantPathway],
        activities=[Recorder(on.pool, on.keys.ring).record],
    ) as running:
        yield running
