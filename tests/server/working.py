"""What tests on real servers share: workers with a mail box that counts, and waiting for conditions."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from temporalio import workflow
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError
from temporalio.worker import Worker

from activities.mail import Letter
from activities.notify import Notifier
from activities.record import Recorder
from domain.commands import Command
from domain.events import Event
from embedded import processes
from embedded.server import Server
from records import log
from service.answers import Accepted, AnswerGiven, NotTaken, Recorded
from service.ids import new_id
from service.office import RECORD_AWAY
from tests.server.begun import Begun
from tests.stage import MASTER, Stage
from workflows import ports
from workflows.ports import WORKFLOW_ID

with workflow.unsafe.imports_passed_through():
    from workflows.pathway import ParticipantPathway

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # seconds; far more than anything here takes, so that only what hangs ends a test
A_PAUSE = 0.02  # seconds between two looks
NO_ANSWER = (RPCError, *RECORD_AWAY)  # nothing is known, and whoever asks again with the same id will know


@dataclass
class Letters:
    """A carrier that keeps every letter: what is handed over twice is here twice."""

    handed_over: list[Letter] = field(default_factory=list)
    held: asyncio.Event | None = None

    async def hand_over(self, letter: Letter) -> None:
        """Take a letter, when it isn't told to wait."""
        if self.held is not None:
            await self.held.wait()
        self.handed_over.append(letter)

    @property
    def times(self) -> Counter[str]:
        """How often each letter was handed over, by its Message-ID."""
        return Counter(letter.message_id for letter in self.handed_over)


@asynccontextmanager
async def working(
    on: Stage,
    letters: Letters | None = None,
    *,
    client: Client | None = None,
    workflows: Sequence[type] = (ParticipantPathway,),
) -> AsyncIterator[Letters]:
    """Run a worker in this process that records and hands notices over; yields what was handed over."""
    letters = letters or Letters()
    async with Worker(
        client or on.client,
        task_queue=on.office.task_queue,
        workflows=workflows,
        activities=[Recorder(on.pool, on.keys.ring).record, Notifier(on.pool, letters, "sv").notify],
    ):
        yield letters


async def until(condition: Callable[[], bool] | Callable[[], Awaitable[object]], *, within: float = PATIENCE) -> None:
    """Look again and again until a condition is true."""
    async with asyncio.timeout(within):
        while True:
            found = condition()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(A_PAUSE)


async def asked_until_answered(on: Stage, pathway: str, command: Command) -> AnswerGiven:
    """Ask as whoever got no answer does: again, with the same id."""
    async with asyncio.timeout(PATIENCE):
        while True:
            with suppress(*NO_ANSWER):
                return await on.office.send(pathway, command)


async def outcome_of(on: Stage, pathway: str, command: Command) -> Recorded | NotTaken:
    """Ask until a command is recorded, or refused; whom a busy machine makes wait asks again, with the same id."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await asked_until_answered(on, pathway, command)
            if isinstance(answer, Accepted):
                await recorded(on, pathway, command.id)
            elif isinstance(answer, Recorded) or answer.refusal.code != "given_up":
                return answer


async def _begun(on: Stage, pathway: str) -> bool:
    return bool(await events_of(on, pathway))


async def refer_for_good(on: Stage, place: int) -> Recorded | NotTaken:
    """Refer test person ``place`` as often as it takes until the referral is recorded, or refused."""
    command_id = new_id()
    async with asyncio.timeout(PATIENCE):
        while True:
            with suppress(*NO_ANSWER):
                answer = await on.refer(place, command_id=command_id)
                if isinstance(answer, Accepted):  # perhaps with somebody else's command, who asked at once
                    await until(partial(_begun, on, answer.pathway))
                elif isinstance(answer, Recorded) or answer.refusal.code != "given_up":
                    return answer


@dataclass
class Caller:
    """Somebody who asks one thing after another of one pathway, whatever happens."""

    on: Stage
    begun: Begun
    sentences: Sequence[Any]
    asked: list[str] = field(default_factory=list)
    answers: list[AnswerGiven | Exception] = field(default_factory=list)

    async def ask(self, command_id: str) -> AnswerGiven | Exception:
        """Ask once and return the answer, or why there was none."""
        try:
            return await self.on.office.send(self.begun.pathway, self.begun.commands[command_id])
        except NO_ANSWER as error:
            return error

    async def call(self, stop: asyncio.Event) -> None:
        """Ask until told to stop."""
        while not stop.is_set():
            command = self.begun.command(self.sentences[len(self.asked) % len(self.sentences)], id=new_id())
            self.asked.append(command.id)
            self.answers.append(await self.ask(command.id))

    def told(self, kind: type) -> list[str]:
        """Return the commands that were answered so."""
        return [each for each, answer in zip(self.asked, self.answers, strict=False) if isinstance(answer, kind)]


@asynccontextmanager
async def calling(callers: Sequence[Caller]) -> AsyncIterator[Callable[[type], int]]:
    """Let all callers call until the end of the block; yields a count of answers by kind."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for caller in callers:
            group.create_task(caller.call(stop))
        yield lambda kind: sum(len(caller.told(kind)) for caller in callers)
        stop.set()


@asynccontextmanager
async def unplugged(server: Server) -> AsyncIterator[None]:
    """Kill a server; it comes back at the end of the block, whatever happens in it."""
    await server.kill()
    try:
        yield
    finally:
        await server.start()


async def events_of(on: Stage, pathway: str) -> list[Event]:
    """Return what is recorded of a pathway."""
    return await log.load(on.pool, pathway, keys=on.keys.ring)


async def beginnings(on: Stage, pathway: str) -> Counter[str]:
    """Count how often each command was recorded."""
    return Counter(event.command_id for event in await events_of(on, pathway) if event.index == 0)


async def recorded(on: Stage, pathway: str, *commands: str) -> None:
    """Wait until commands are in the record."""

    async def all_there() -> bool:
        return all([await log.recorded(on.pool, pathway, each) for each in commands])

    await until(all_there)


async def all_at_rest(on: Stage, pathways: Sequence[str]) -> bool:
    """Tell whether nothing is under way in Temporal: each run has ended, or waits for time or people."""
    return all([await _at_rest(on, pathway) for pathway in pathways])


async def _at_rest(on: Stage, pathway: str) -> bool:
    handle = on.client.get_workflow_handle(WORKFLOW_ID.format(pathway))
    described = await handle.describe()
    if described.status is not WorkflowExecutionStatus.RUNNING:
        return True
    raw = described.raw_description
    if raw.HasField("pending_workflow_task") or raw.pending_activities:
        return False
    standing: ports.Standing = await handle.query(ports.RECORDED, result_type=ports.Standing)
    return standing.recorded == standing.decided == (await events_of(on, pathway))[-1].seq


async def runs(on: Stage, pathway: str) -> list[Any]:
    """Return the histories of a pathway's workflow, the first run first."""
    handle = on.client.get_workflow_handle(WORKFLOW_ID.format(pathway))
    run: str = (await handle.describe()).raw_description.workflow_execution_info.first_run_id
    found = []
    while run:
        found.append(await on.client.get_workflow_handle(handle.id, run_id=run).fetch_history())
        run = found[-1].events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    return found


class Process:
    """A worker in a process of its own."""

    def __init__(self, home: Path, environment: dict[str, str], command: Sequence[str]) -> None:
        self._home = home
        self._environment = environment
        self._command = command
        self._record: processes.Record | None = None

    async def start(self) -> None:
        """Start it and wait until it polls."""
        self._record = processes.launch(
            name="worker", command=[sys.executable, *self._command], home=self._home, ports={},
            environment=self._environment,
        )  # fmt: skip
        said = self.log.stat().st_size

        async def polls() -> bool:
            return b"the worker polls" in self.log.read_bytes()[said:]

        await processes.until_ready(self._record, polls, patience_s=PATIENCE)

    @property
    def log(self) -> Path:
        """What it has said."""
        return self._home / "log" / "worker.log"

    async def ended(self) -> None:
        """Wait until it has died."""

        async def gone() -> bool:
            return self._record is None or not processes.is_alive(self._record)

        await until(gone)

    async def kill(self) -> None:
        """Kill it as a power cut would."""
        if self._record is not None:
            await processes.kill(self._record)


@asynccontextmanager
async def process(
    on: Stage, home: Path, *, database_url: str, address: str, command: Sequence[str] = ("-m", "worker.main"),
    **settings: str,
) -> AsyncIterator[Process]:  # fmt: skip
    """Make a worker process that serves the stage's queue; it is started by the test and killed at the end."""
    key = home / "master.key"
    key.write_text(MASTER.hex())
    key.chmod(0o600)
    told = {
        "home": str(home), "database_url": database_url, "temporal_address": address,
        "task_queue": on.office.task_queue, "health_port": "0", "metrics_port": "0", "temporal_metrics_port": "0",
        "codec_port": "0", **settings,
    }  # fmt: skip
    environment = {
        "PATH": os.defpath, "LANG": "C.UTF-8", "HOME": str(home), "PYTHONPATH": str(ROOT),
        **{f"STEGVIS_{name.upper()}": value for name, value in told.items()},
    }  # fmt: skip
    made = Process(home, environment, command)
    try:
        yield made
    finally:
        await made.kill()
