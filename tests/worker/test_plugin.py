"""The plugin on a real server: one history, written and read by client, worker and replayer alike."""

from __future__ import annotations

import io
import json
import logging
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import TypeAdapter
from temporalio import activity, workflow
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.converter import SerializationContext, WorkflowSerializationContext
from temporalio.worker import Replayer, Worker, WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker._command_aware_visitor import CommandInfo

from domain.events import Event
from embedded.temporal import Temporal
from tests.worker.keys import KeysInMemory
from tests.worker.toy import Toy, Words, echo
from worker import plugin
from worker.codec import pathway_of
from worker.logging import formatter
from worker.plugin import JsonConverter, PathwayPlugin, PathwayRunner, data_converter, refusal_in

SECRET = "Astrid Lindqvist 19800101-1234"
Handle = WorkflowHandle[Toy, Words]


@pytest.fixture
def keys() -> KeysInMemory:
    return KeysInMemory()


@pytest.fixture
async def client(temporal_server: Temporal, keys: KeysInMemory) -> Client:
    return await Client.connect(temporal_server.address, plugins=[PathwayPlugin(keys)])


@asynccontextmanager
async def toy_worker(client: Client, **options: Any) -> AsyncIterator[str]:
    queue = f"toy-{uuid.uuid4()}"
    async with Worker(client, task_queue=queue, workflows=[Toy], activities=[echo], **options):
        yield queue


async def start(client: Client, queue: str, text: str = SECRET) -> Handle:
    return await client.start_workflow(
        Toy.run,
        Words(text),
        id=f"pathway/{uuid.uuid4()}",
        task_queue=queue,
        memo={"memo": text},
        static_summary=text,
        static_details=text,
    )


async def arrival_of(handle: Handle, kind: EventType.ValueType) -> None:
    async for event in handle.fetch_history_events(wait_new_event=True):
        if event.event_type == kind:
            return


class TestHistory:
    async def test_holds_nothing_that_was_said(self, client: Client) -> None:
        async with toy_worker(client) as queue:
            handle = await start(client, queue)
            said = await handle.execute_update(Toy.say, Words(SECRET))
            with pytest.raises(WorkflowUpdateFailedError):
                await handle.execute_update(Toy.say, Words(f"no {SECRET}"))
            await handle.execute_update(Toy.close)
            heard = await handle.result()

        history = b"".join([event.SerializeToString() async for event in handle.fetch_history_events()])
        described = await handle.describe()
        assert (said, heard) == (Words(SECRET), Words(SECRET))
        assert b"Astrid" not in history
        assert b"toy_refuses" not in history
        assert b"Astrid" not in described.raw_description.SerializeToString()
        assert await described.static_summary() == SECRET
        assert await described.memo() == {"memo": SECRET}

    async def test_is_replayed_with_the_same_plugin(self, client: Client, keys: KeysInMemory) -> None:
        async with toy_worker(client) as queue:
            handle = await start(client, queue)
            await handle.execute_update(Toy.close)
            await handle.result()
        history = await handle.fetch_history()

        await Replayer(workflows=[Toy], plugins=[PathwayPlugin(keys)]).replay_workflow(history)


class TestRefusal:
    async def test_reaches_the_caller_with_code_and_parameters(self, client: Client) -> None:
        async with toy_worker(client) as queue:
            handle = await start(client, queue)
            with pytest.raises(WorkflowUpdateFailedError) as caught:
                await handle.execute_update(Toy.say, Words("no"))
            await handle.execute_update(Toy.close)
            await handle.result()

        refusal = refusal_in(caught.value)
        assert refusal is not None
        assert (refusal.code, refusal.params) == ("toy_refuses", {"step": "say", "count": 2})

    def test_is_not_found_in_other_errors(self) -> None:
        assert refusal_in(ValueError("no")) is None


class TestSandbox:
    async def test_shares_the_domain_with_the_process(self, client: Client) -> None:
        async with toy_worker(client) as queue:
            handle = await start(client, queue)

            assert await handle.query(Toy.same_domain, id(Event))

            await handle.execute_update(Toy.close)
            await handle.result()

    async def test_knows_the_pathway_that_the_workflow_would_tell(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        contexts: list[tuple[CommandInfo | None, SerializationContext | None, SerializationContext | None]] = []

        class Comparing(PathwayRunner):
            def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
                instance = super().create_instance(det)
                known = instance.get_serialization_context

                def compared(command: CommandInfo | None) -> SerializationContext | None:
                    told = type(instance).get_serialization_context(instance, command)
                    contexts.append((command, told, known(command)))
                    return told

                instance.get_serialization_context = compared  # type: ignore[method-assign, assignment]
                return instance

        monkeypatch.setattr(plugin, "PathwayRunner", Comparing)
        async with toy_worker(client) as queue:
            handle = await start(client, queue)
            await handle.execute_update(Toy.say, Words(SECRET))
            await handle.execute_update(Toy.close)
            await handle.result()

        assert any(command is not None for command, _, _ in contexts)
        for _, told, known in contexts:
            assert told is not None
            assert known is not None
            assert pathway_of(told) == pathway_of(known) == handle.id.removeprefix("pathway/")


class TestConverter:
    def test_takes_the_pathways_codec_and_shares_the_rest(self, keys: KeysInMemory) -> None:
        plain = data_converter(keys)

        here = plain.with_context(WorkflowSerializationContext(namespace="n", workflow_id="pathway/p-1"))
        outside = plain.with_context(WorkflowSerializationContext(namespace="n", workflow_id="something-else"))

        assert here.payload_codec is not plain.payload_codec
        assert here.payload_converter is plain.payload_converter
        assert here.failure_converter is plain.failure_converter
        assert outside is plain
        assert plain.with_context(WorkflowSerializationContext(namespace="n", workflow_id="pathway/p-1")) is not here

    def test_learns_a_type_once_for_all_runs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        @dataclass
        class Unheard:
            text: str

        JsonConverter().from_payloads(JsonConverter().to_payloads([Unheard("a")]), [Unheard])
        monkeypatch.setattr(TypeAdapter, "__init__", None)

        assert JsonConverter().from_payloads(JsonConverter().to_payloads([Unheard("b")]), [Unheard]) == [Unheard("b")]


class TestMissingKey:
    async def test_delays_the_pathway_and_never_fails_it(self, client: Client, keys: KeysInMemory) -> None:
        queue = f"toy-{uuid.uuid4()}"
        handle = await start(client, queue)
        keys.away = OSError("PostgreSQL is away")

        async with Worker(client, task_queue=queue, workflows=[Toy], activities=[echo]):
            await arrival_of(handle, EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED)
            keys.away = None
            await handle.execute_update(Toy.close)

            assert await handle.result() == Words(SECRET)


class TestLogging:
    @pytest.fixture
    def lines(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
        monkeypatch.setattr(workflow.logger, "workflow_info_on_message", False)
        monkeypatch.setattr(activity.logger, "activity_info_on_message", False)
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.setFormatter(formatter(json=True))
        loggers = [logging.getLogger(name) for name in ("temporalio.workflow", "temporalio.activity")]
        for logger in loggers:
            logger.addHandler(handler)
            logger.setLevel("INFO")
        yield stream
        for logger in loggers:
            logger.removeHandler(handler)
            logger.setLevel("NOTSET")

    async def test_says_each_line_once_whatever_is_replayed(
        self, client: Client, keys: KeysInMemory, lines: io.StringIO
    ) -> None:
        async with toy_worker(client, max_cached_workflows=0) as queue:
            handle = await start(client, queue)
            await handle.execute_update(Toy.say, Words("first"))
            await handle.execute_update(Toy.say, Words("second"))
            await handle.execute_update(Toy.close)
            await handle.result()
        await Replayer(workflows=[Toy], plugins=[PathwayPlugin(keys)]).replay_workflow(await handle.fetch_history())

        said = [json.loads(line) for line in lines.getvalue().splitlines()]
        assert sorted(line["event"] for line in said) == ["echoed", "ended", "started"]
        assert {line["pathway"] for line in said} == {handle.id.removeprefix("pathway/")}
        assert "Astrid" not in lines.getvalue()
