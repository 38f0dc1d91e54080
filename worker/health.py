"""Two questions of the process: is it alive, and is it ready to serve pathways?"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from worker.http import HttpServer, Request, Response

CHECK_PATIENCE = 2.0  # seconds per check; orchestrators give a probe a few
POLL_AGE = timedelta(seconds=90)  # a long poll lasts 60 s, so a living poller was seen more recently than this

Check = Callable[[], Awaitable[bool]]


def health_server(host: str, port: int, checks: Mapping[str, Check]) -> HttpServer:
    """Return the endpoint: /live answers while the event loop runs, /ready when every check says yes."""

    async def answer(request: Request) -> Response:
        if request.path == "/live":
            return Response(body=b"alive\n")
        if request.path != "/ready":
            return Response(HTTPStatus.NOT_FOUND)
        results = dict(zip(checks, await asyncio.gather(*(_passes(check) for check in checks.values())), strict=True))
        status = HTTPStatus.OK if all(results.values()) else HTTPStatus.SERVICE_UNAVAILABLE
        return Response(status, json.dumps(results).encode() + b"\n", "application/json")

    return HttpServer(host, port, answer)


def temporal_polls(client: Client, task_queue: str) -> Check:
    """Return the check that the server has lately seen this very process poll for workflow tasks."""

    async def check() -> bool:
        described = await client.workflow_service.describe_task_queue(
            DescribeTaskQueueRequest(
                namespace=client.namespace,
                task_queue=TaskQueue(name=task_queue),
                task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
            )
        )
        seen_after = datetime.now(UTC) - POLL_AGE
        return any(
            poller.identity == client.identity and poller.last_access_time.ToDatetime(UTC) > seen_after
            for poller in described.pollers
        )

    return check


async def _passes(check: Check) -> bool:
    try:
        async with asyncio.timeout(CHECK_PATIENCE):
            return await check()
    except Exception:  # noqa: BLE001 - whatever keeps a check from passing is the answer: not ready
        return False
