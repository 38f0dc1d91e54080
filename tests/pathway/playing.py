"""Play a small programme in Temporal on a clock that skips, and play it again on the pure core to compare."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowUpdateFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from domain.calendar import local_day
from domain.commands import Command
from domain.events import Event
from domain.interpreter import State, fold
from domain.rules import Rules, canonical
from domain.script import story
from domain.simulation import Simulation
from domain.stories import cast_of, frame_of
from domain.telling import command_of
from tests.pathway.world import World
from tests.server.working import until
from tests.unit.small import rules_of
from tests.worker.keys import KeysInMemory
from worker.plugin import PathwayPlugin, refusal_in
from workflows import ports
from workflows.pathway import ParticipantPathway

RULES = rules_of(
    """
    one: {~, by: owner, due: 2 weeks, remind: 3 working days before, overdue: [{after: 5 working days, tell: manager}]}
    two: {~, by: team, after: one, due: 9 weeks}
    """
)
LATER_RULES = rules_of(
    """
    one: {~, by: owner, due: 2 weeks}
    two: {~, by: team, after: one, due: 9 weeks}
    three: {~, by: team, after: one, due: 1 week}
    """
)
A_MOMENT = timedelta(minutes=1)  # how late a timer may ring: the server's clock goes on while the worker works
PATIENCE = 30  # seconds; what takes longer will never come
NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_SERIAL = count()


@dataclass
class Played:
    """One pathway on the skipping clock."""

    environment: WorkflowEnvironment
    client: Client
    world: World
    start: date
    name: str = field(default_factory=lambda: f"{next(_SERIAL)}")
    rules: Rules = RULES
    commands: dict[str, Command] = field(default_factory=dict)

    @property
    def pathway(self) -> str:
        """The pathway's id."""
        return frame_of(self.rules, self.name).pathway

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        """The workflow, whichever run it has reached."""
        return self.client.get_workflow_handle(ports.WORKFLOW_ID.format(self.pathway))

    @property
    def queue(self) -> str:
        """A task queue that nobody else uses."""
        return f"skipping-{self.name}"

    @property
    def state(self) -> State | None:
        """The state of what is recorded."""
        return fold(self.pathway, self.world.events)

    async def command(self, sentence: Any) -> Command:
        """Return the command that a sentence means now."""
        day = (local_day(await self.environment.get_current_time()) - self.start).days
        told = story({"name": self.name, "days": {day: [sentence]}})
        made = command_of(
            rules=self.rules, state=self.state, entry=told.entries[0], told=told, cast=cast_of(self.rules),
            frame=frame_of(self.rules, self.name), start=self.start, id=f"{self.name}/{len(self.commands)}",
        )  # fmt: skip
        self.commands[made.id] = made
        return made

    async def ask(self, asked: Any, *, wakes: bool = False) -> ports.Answer:
        """Ask what a sentence or a command says, of a sleeping pathway too. Raises Refusal."""
        command = asked if not isinstance(asked, str | dict) else await self.command(asked)
        self.commands[command.id] = command
        asking = ports.Asking(command=command)
        try:
            async with asyncio.timeout(PATIENCE):
                if not wakes:
                    return await self._asked(asking, id=command.id)
                answer: ports.Answer = await self.client.execute_update_with_start_workflow(
                    ports.COMMAND, asking, id=command.id, result_type=ports.Answer,
                    start_workflow_operation=self._start(),
                )  # fmt: skip
                return answer
        except WorkflowUpdateFailedError as error:
            raise refusal_in(error) or error from error

    async def _asked(self, asking: ports.Asking, *, id: str | None = None) -> ports.Answer:  # noqa: A002 - Temporal's
        answer: ports.Answer = await self.handle.execute_update(ports.COMMAND, asking, id=id, result_type=ports.Answer)
        return answer

    def _start(self) -> WithStartWorkflowOperation[Any, Any]:
        return WithStartWorkflowOperation(
            ports.PATHWAY, ports.PathwayInput(self.pathway, canonical(self.rules), self.state), id=self.handle.id,
            task_queue=self.queue, id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )  # fmt: skip

    async def ask_while_time_passes(self, asked: Any, **span: float) -> ports.Answer:
        """Ask, and let time pass as soon as the world was asked to record what came of it."""
        tries = self.world.tries_to_record
        asking = asyncio.create_task(self.ask(asked))
        await until(lambda: self.world.tries_to_record > tries or asking.done())
        await self.environment.sleep(timedelta(**span))
        return await asking

    async def refer(self) -> None:
        """Refer the person: the pathway begins."""
        await self.ask("refer", wakes=True)

    @property
    def referred_at(self) -> datetime:
        """When the pathway began."""
        return self.world.events[0].recorded_at

    async def ask_anew(self, command: Command) -> ports.Answer:
        """Ask the same once more, as a request that the server can't know from the first."""
        return await self._asked(ports.Asking(command=command))

    async def run_id(self) -> str:
        """Return the id of the run of now."""
        return str((await self.handle.describe()).run_id)

    def moved_from(self, run_id: str) -> Callable[[], Awaitable[bool]]:
        """Return what tells whether another run has begun."""

        async def moved() -> bool:
            return await self.run_id() != run_id

        return moved

    async def is_running(self) -> bool:
        """Tell whether the workflow has not ended."""
        return (await self.handle.describe()).status is WorkflowExecutionStatus.RUNNING

    async def is_diverged(self) -> bool:
        """Tell whether the pathway is held."""
        return (await self.standing()).diverged

    async def standing(self) -> ports.Standing:
        """Ask the workflow where it stands."""
        standing: ports.Standing = await self.handle.query(ports.RECORDED, result_type=ports.Standing)
        return standing

    async def pass_time(self, **span: float) -> None:
        """Let time pass, and everything that it decides be recorded."""
        async with asyncio.timeout(PATIENCE):
            await self.environment.sleep(timedelta(**span))
        await until(self._at_rest, within=PATIENCE)

    async def pass_time_until_a_notice_hangs(self, **span: float) -> None:
        """Let time pass, at most so much, until the post office has been asked and does not answer."""
        self.world.post_opens.clear()
        passing = asyncio.create_task(self.environment.sleep(timedelta(**span)))
        await until(lambda: self.world.tries_to_notify > 0, within=PATIENCE)
        passing.cancel()  # the clock stands still for as long as the activity runs
        await until(self._at_rest, within=PATIENCE)

    async def _at_rest(self) -> bool:
        standing = await self.standing()
        return standing.diverged or standing.recorded == standing.decided

    def judge(self) -> None:
        """Check that the record is what the pure core makes of the same commands at the same instants."""
        recorded = self.world.events
        simulation = Simulation(RULES, self.pathway)
        for batch in self.world.batches:
            if batch.command_id in self.commands:
                simulation.do(self.commands[batch.command_id], batch.events[0].recorded_at)
        simulation.advance_to(recorded[-1].recorded_at)
        assert timeless(recorded) == timeless(simulation.events)
        late = [is_.recorded_at - due.recorded_at for is_, due in zip(recorded, simulation.events, strict=True)]
        assert all(timedelta(0) <= each < A_MOMENT for each in late)

    def told(self) -> list[str]:
        """Return what was told so far: kind and step."""
        return [f"{event.coded['kind']} {event.step}" for event in self.world.events if event.type == "Told"]


def timeless(events: Sequence[Event]) -> list[Event]:
    """Return events without their instants: a timer rings a moment after the due instant."""
    return [replace(event, recorded_at=NO_TIME) for event in events]


@asynccontextmanager
async def playing(environment: WorkflowEnvironment) -> AsyncIterator[Played]:
    """Run a worker for one pathway.

    It runs without the sandbox, which the tests on the real server keep: here a test may set the workflow's limits.
    """
    plain = environment.client
    client = Client(plain.service_client, namespace=plain.namespace, plugins=[PathwayPlugin(KeysInMemory())])
    world = World()
    played = Played(environment, client, world, local_day(await environment.get_current_time()))
    async with Worker(
        client, task_queue=played.queue, workflows=[ParticipantPathway], activities=[world.record, world.notify],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):  # fmt: skip
        try:
            yield played
        finally:
            with suppress(RPCError):  # it has ended
                await played.handle.terminate()  # nobody would serve its timer, and the clock would wait for that
