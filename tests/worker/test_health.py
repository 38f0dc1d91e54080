"""Health: alive while the loop runs, ready only when everything a pathway needs is there."""

from __future__ import annotations

import asyncio
import json
import uuid

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from embedded.temporal import Temporal
from tests.worker.asking import ask
from tests.worker.keys import KeysInMemory
from tests.worker.toy import Toy, echo
from worker.health import Check, health_server, temporal_polls
from worker.plugin import PathwayPlugin


def says(answer: bool) -> Check:
    async def check() -> bool:
        return answer

    return check


async def breaks() -> bool:
    raise OSError


async def hangs() -> bool:
    await asyncio.Event().wait()
    raise AssertionError


class TestEndpoint:
    async def test_is_ready_when_every_check_says_yes(self) -> None:
        async with health_server("127.0.0.1", 0, {"a": says(True), "b": says(True)}) as server:
            answer = await ask(server.port, "/ready")

        assert (answer.status, json.loads(answer.body)) == (200, {"a": True, "b": True})

    async def test_is_alive_and_not_ready_while_something_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("worker.health.CHECK_PATIENCE", 0.05)
        checks = {"yes": says(True), "no": says(False), "breaks": breaks, "hangs": hangs}
        async with health_server("127.0.0.1", 0, checks) as server:
            ready, live = await ask(server.port, "/ready"), await ask(server.port, "/live")

        assert (ready.status, live.status) == (503, 200)
        assert json.loads(ready.body) == {"yes": True, "no": False, "breaks": False, "hangs": False}

    async def test_knows_nothing_else(self) -> None:
        async with health_server("127.0.0.1", 0, {}) as server:
            assert (await ask(server.port, "/")).status == 404


class TestTemporalPolls:
    async def test_is_true_only_while_this_process_polls(self, temporal_server: Temporal) -> None:
        client = await Client.connect(
            temporal_server.address, plugins=[PathwayPlugin(KeysInMemory())], identity=f"health-{uuid.uuid4()}"
        )
        queue = f"health-{uuid.uuid4()}"
        polls = temporal_polls(client, queue)

        assert not await polls()
        async with Worker(client, task_queue=queue, workflows=[Toy], activities=[echo]), asyncio.timeout(10):
            while not await polls():
                pass
