from __future__ import annotations

import asyncio
import socket
import urllib.request
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.testing import WorkflowEnvironment

from embedded import ports
from embedded.temporal import Temporal
from embedded.timeskip import TimeSkipping


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Temporal]:
    own = Temporal(tmp_path, prefer_standard_ports=False)
    yield own
    await own.destroy()


async def start_waiting_workflow(client: Client) -> str:
    """Start a workflow that no worker serves, so it stays open."""
    workflow_id = f"waits-{uuid.uuid4()}"
    await client.start_workflow("Waits", id=workflow_id, task_queue=workflow_id)
    return workflow_id


async def status_of(client: Client, workflow_id: str) -> WorkflowExecutionStatus | None:
    return (await client.get_workflow_handle(workflow_id).describe()).status


class TestServing:
    async def test_knows_our_search_attributes_at_once(self, temporal_client: Client) -> None:
        pair = SearchAttributePair(SearchAttributeKey.for_keyword("StegvisProgramme"), "koll")
        workflow_id = f"listed-{uuid.uuid4()}"

        await temporal_client.start_workflow(
            "Waits", id=workflow_id, task_queue=workflow_id, search_attributes=TypedSearchAttributes([pair])
        )

        assert await status_of(temporal_client, workflow_id) is WorkflowExecutionStatus.RUNNING

    async def test_keeps_its_journal_in_write_ahead_mode(self, temporal_server: Temporal) -> None:
        assert temporal_server.database.with_name("temporal.sqlite-wal").exists()

    async def test_publishes_its_figures(self, temporal_server: Temporal, temporal_client: Client) -> None:
        await start_waiting_workflow(temporal_client)

        def fetch() -> str:
            with urllib.request.urlopen(temporal_server.metrics_url, timeout=5) as answer:
                return str(answer.read(), "utf-8")

        assert "\naction{" in await asyncio.to_thread(fetch)

    async def test_serves_its_pages_on_loopback(self, server: Temporal) -> None:
        await server.start()

        def fetch() -> int:
            assert server.ui_url is not None
            with urllib.request.urlopen(server.ui_url, timeout=5) as answer:
                return int(answer.status)

        assert await asyncio.to_thread(fetch) == 200


@pytest.mark.fault
class TestFaults:
    async def test_keeps_workflows_and_address_through_kill(self, server: Temporal) -> None:
        await server.start()
        address = server.address
        workflow_id = await start_waiting_workflow(await Client.connect(address))

        await server.kill()
        assert not server.is_running
        await server.start()

        assert server.address == address
        client = await Client.connect(address)
        assert await status_of(client, workflow_id) is WorkflowExecutionStatus.RUNNING

    async def test_keeps_workflows_through_stop(self, server: Temporal) -> None:
        await server.start()
        workflow_id = await start_waiting_workflow(await Client.connect(server.address))

        await server.stop()
        await server.start()

        client = await Client.connect(server.address)
        assert await status_of(client, workflow_id) is WorkflowExecutionStatus.RUNNING

    async def test_takes_another_port_when_its_own_is_in_use(self, server: Temporal) -> None:
        await server.start()
        port = server.port("grpc")
        await server.stop()

        with socket.create_server((ports.LOOPBACK, port)):
            await server.start()

        assert server.port("grpc") != port


class TestTimeSkipping:
    async def test_answers_and_starts_again_after_kill(self, tmp_path: Path) -> None:
        async with TimeSkipping(tmp_path) as server:
            await server.kill()
            await server.start()

            client = await Client.connect(server.address)
            assert await client.service_client.check_health()

        assert not server.is_running

    async def test_the_shared_server_answers(self, timeskip_server: TimeSkipping) -> None:
        client = await Client.connect(timeskip_server.address)

        assert await client.service_client.check_health()

    async def test_years_pass_in_the_environment(self, timeskip_environment: WorkflowEnvironment) -> None:
        before = await timeskip_environment.get_current_time()

        await timeskip_environment.sleep(timedelta(days=3 * 365))

        assert await timeskip_environment.get_current_time() - before >= timedelta(days=3 * 365)
