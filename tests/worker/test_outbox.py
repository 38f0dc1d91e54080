"""The outbox: what one pathway asks of another is asked until somebody answers, and carried out once."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from domain.commands import Reenter
from domain.events import EventType
from domain.people import THE_SYSTEM
from embedded.temporal import Temporal
from records import outbox
from tests.records.builders import World
from tests.worker.answering import Answering
from tests.worker.keys import KeysInMemory
from worker.outbox import Dispatcher
from worker.plugin import PathwayPlugin

Handle = WorkflowHandle[Answering, list[str]]


@pytest.fixture
async def client(temporal_server: Temporal) -> Client:
    return await Client.connect(temporal_server.address, plugins=[PathwayPlugin(KeysInMemory())])


@asynccontextmanager
async def answering(client: Client, pathway: str, refusal: str | None = None) -> AsyncIterator[Handle]:
    queue = f"outbox-{uuid.uuid4()}"
    async with Worker(client, task_queue=queue, workflows=[Answering]):
        yield await client.start_workflow(Answering.run, refusal, id=f"pathway/{pathway}", task_queue=queue)


async def ask(world: World, pathway: str, command: dict[str, Any] | None = None) -> str:
    reenter = Reenter(id=f"reenter/{uuid.uuid4()}", by=THE_SYSTEM, pathway="other")
    await world.pool.execute(
        "INSERT INTO outbox (pathway, command, command_id) VALUES ($1, $2, $3)",
        pathway,
        command or reenter.model_dump(mode="json"),
        reenter.id,
    )
    return reenter.id


async def last(world: World) -> tuple[bool, str | None]:
    found = await world.pool.fetchrow("SELECT done_at IS NOT NULL AS done, last_error FROM outbox ORDER BY id DESC")
    assert found is not None
    return found["done"], found["last_error"]


class TestAnswered:
    async def test_is_carried_out_once_though_several_processes_ask(self, world: World, client: Client) -> None:
        pathway = (await world.pathway()).pathway
        asked = [await ask(world, pathway) for _ in range(8)]

        async with answering(client, pathway) as handle:
            dispatchers = [Dispatcher(world.pool, client) for _ in range(4)]
            answered = await asyncio.gather(*(each.dispatch() for each in dispatchers))
            await handle.signal(Answering.close)

            assert sorted(await handle.result()) == sorted(asked)
        assert sum(answered) == 8
        assert (await outbox.figures(world.pool, now=datetime.now(UTC))).waiting == 0

    async def test_by_a_refusal_is_answered_too(self, world: World, client: Client) -> None:
        pathway = (await world.pathway()).pathway
        await ask(world, pathway)

        async with answering(client, pathway, refusal="already_closed"):
            assert await Dispatcher(world.pool, client).dispatch() == 1

        assert await last(world) == (True, "already_closed")

    async def test_by_the_record_where_the_pathway_is_closed(self, world: World, client: Client) -> None:
        story = await world.pathway()
        await story.refer((EventType.CLOSED, {}))
        await ask(world, story.pathway)

        assert await Dispatcher(world.pool, client).dispatch() == 1
        assert await last(world) == (True, "closed")


class TestNotAnswered:
    async def test_waits_where_the_workflow_is_not_there(self, world: World, client: Client) -> None:
        story = await world.pathway()
        await story.refer()
        await ask(world, story.pathway)
        dispatcher = Dispatcher(world.pool, client)

        assert await dispatcher.dispatch() == 0
        assert await last(world) == (False, "not_found")
        # Not at once, so that an outage isn't answered by a storm; and never forgotten.
        assert await outbox.take(world.pool, now=datetime.now(UTC)) == []
        assert len(await outbox.take(world.pool, now=datetime.now(UTC) + timedelta(minutes=1))) == 1

    async def test_waits_where_no_worker_is_there(
        self, world: World, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("worker.outbox.ANSWER_WITHIN", timedelta(seconds=1))
        pathway = (await world.pathway()).pathway
        await ask(world, pathway)
        await client.start_workflow(Answering.run, None, id=f"pathway/{pathway}", task_queue=f"no-{uuid.uuid4()}")

        assert await Dispatcher(world.pool, client).dispatch() == 0
        assert await last(world) == (False, "no_answer")

    async def test_waits_while_the_pathway_has_diverged(self, world: World, client: Client) -> None:
        pathway = (await world.pathway()).pathway
        await ask(world, pathway)

        async with answering(client, pathway, refusal="diverged"):
            assert await Dispatcher(world.pool, client).dispatch() == 0

        assert await last(world) == (False, "diverged")

    async def test_waits_while_the_pathway_moves_to_a_new_run(self, world: World, client: Client) -> None:
        pathway = (await world.pathway()).pathway
        await ask(world, pathway)

        async with answering(client, pathway, refusal="moving"):
            assert await Dispatcher(world.pool, client).dispatch() == 0

        assert await last(world) == (False, "moving")

    async def test_waits_for_a_person_where_it_is_no_command(self, world: World, client: Client) -> None:
        pathway = (await world.pathway()).pathway
        await ask(world, pathway, {"kind": "nonsense"})

        assert await Dispatcher(world.pool, client).dispatch() == 0
        assert await last(world) == (False, "not_a_command")
