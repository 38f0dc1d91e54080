"""One worker process, put together: what it waits for, what it serves, and how it leaves.

``worker.main`` names the workflows; everything else is chosen by settings, so that a test can run the same process
with a workflow of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta

import asyncpg
import structlog
from temporalio.client import Client
from temporalio.runtime import Runtime
from temporalio.service import RPCError
from temporalio.worker import PollerBehaviorAutoscaling, Worker

from activities.mail import carrier_for
from activities.notify import Notifier
from activities.record import Recorder
from records import migrate
from records.database import Pool
from records.database import connect as connect_database
from worker import client as temporal
from worker.figures import read_figures
from worker.health import Check, health_server, temporal_polls
from worker.keys import ProcessKeys, process_keys
from worker.outbox import Dispatcher
from worker.patience import patiently, repeatedly
from worker.settings import Settings
from worker.sweep import Sweeper
from worker.telemetry import Metrics, metrics_server, temporal_runtime

GRACE = timedelta(seconds=30)  # an SMTP conversation has ended or timed out by then
POOL = 16  # connections: recording takes one for some milliseconds; PostgreSQL's default limit is 100
ACTIVITIES = 64  # at a time: four for each connection keeps all of them busy without a long queue
DISPATCH_EVERY = 2.0  # seconds; a command between pathways is seldom and not urgent
SWEEP_EVERY = 15.0  # seconds; promised notices become the sweeper's after a minute
FIGURES_EVERY = 15.0  # seconds; Prometheus commonly asks every 15 to 60
CLOSING = 5.0  # seconds for connections to come back before they are cut

DATABASE_TROUBLE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
TEMPORAL_TROUBLE = (RuntimeError, RPCError)

_log = structlog.stdlib.get_logger(__name__)


class SchemaBehind(Exception):
    """Migrations that this code needs were not applied."""


class WorkerEnded(Exception):
    """The worker stopped polling without being told to."""


async def serve(settings: Settings, *, workflows: Sequence[type], stop: asyncio.Event) -> None:
    """Run a worker until it is told to stop.

    Raises:
        Stopped: It was told to stop before everything it needs was there.
        WorkerEnded: It can't go on polling.
        OSError: The master key can't be read, or a port is taken.
        ValueError: The master key's file holds something else.
    """
    checks: dict[str, Check] = {"started": _not_yet}
    metrics = Metrics()
    async with AsyncExitStack() as stack:
        if settings.health_port:
            await stack.enter_async_context(health_server(settings.listen, settings.health_port, checks))
        if settings.metrics_port:
            await stack.enter_async_context(metrics_server(settings.listen, settings.metrics_port, metrics))
        pool = await _database(settings, stop)
        stack.push_async_callback(_close, pool)
        await patiently("schema", _current_or_raise(pool), trouble=(SchemaBehind, *DATABASE_TROUBLE), stop=stop)
        keys = process_keys(pool, settings.master_key_path)
        client = await _temporal(settings, keys, temporal_runtime(settings), stop)
        notifier = Notifier(
            pool, carrier_for(settings.mail_address, settings.mail_from), settings.language, desk=settings.desk_address
        )
        worker = Worker(
            client,
            task_queue=settings.task_queue,
            workflows=workflows,
            activities=[Recorder(pool, keys.ring, metrics).record, notifier.notify],
            max_concurrent_activities=ACTIVITIES,
            workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
            activity_task_poller_behavior=PollerBehaviorAutoscaling(),
            graceful_shutdown_timeout=GRACE,
        )
        checks.clear()
        checks.update(
            postgresql=_answers(pool), schema=_current(pool), temporal=temporal_polls(client, settings.task_queue)
        )
        dispatcher, sweeper = Dispatcher(pool, client), Sweeper(pool, notifier)
        loops = (
            repeatedly("outbox", dispatcher.dispatch, every=DISPATCH_EVERY, stop=stop),
            repeatedly("sweep", sweeper.sweep, every=SWEEP_EVERY, stop=stop),
            repeatedly("figures", lambda: read_figures(pool, metrics), every=FIGURES_EVERY, stop=stop),
        )
        await _run(worker, loops, stop)


async def _run(worker: Worker, loops: Sequence[Coroutine[None, None, None]], stop: asyncio.Event) -> None:
    """Poll and loop until told to stop; then give activities and the loops' turns their grace."""
    polling = asyncio.create_task(worker.run())
    looping = [asyncio.create_task(loop) for loop in loops]
    stopping = asyncio.create_task(stop.wait())
    _log.info("the worker polls", queue=worker.task_queue)
    try:
        await asyncio.wait({polling, stopping}, return_when=asyncio.FIRST_COMPLETED)
        ended_by_itself = polling.done()
    finally:
        stop.set()
        stopping.cancel()
    _log.info("the worker leaves", wait=GRACE.total_seconds())
    if not ended_by_itself:
        await worker.shutdown()
    _, late = await asyncio.wait(looping, timeout=CLOSING)
    for task in late:
        task.cancel()  # a notice in its hands stays claimed, and another process calls it uncertain
    await asyncio.gather(polling, *looping, return_exceptions=True)
    if ended_by_itself:
        raise WorkerEnded from polling.exception()
    _log.info("the worker left")


async def _database(settings: Settings, stop: asyncio.Event) -> Pool:
    async def attempt() -> Pool:
        return await connect_database(settings.database_url, schema=settings.database_schema, max_size=POOL)

    return await patiently("postgresql", attempt, trouble=DATABASE_TROUBLE, stop=stop)


def _current_or_raise(pool: Pool) -> Callable[[], Awaitable[None]]:
    async def attempt() -> None:
        if not await _current(pool)():
            raise SchemaBehind

    return attempt


async def _temporal(settings: Settings, keys: ProcessKeys, runtime: Runtime, stop: asyncio.Event) -> Client:
    async def attempt() -> Client:
        client = await temporal.connect(settings, keys, runtime)
        await temporal.ensure_search_attributes(client)
        return client

    return await patiently("temporal", attempt, trouble=TEMPORAL_TROUBLE, stop=stop)


async def _close(pool: Pool) -> None:
    try:
        async with asyncio.timeout(CLOSING):
            await pool.close()
    except TimeoutError:
        pool.terminate()


async def _not_yet() -> bool:
    return False


def _answers(pool: Pool) -> Check:
    async def check() -> bool:
        return bool(await pool.fetchval("SELECT true"))

    return check


def _current(pool: Pool) -> Check:
    async def check() -> bool:
        # What a roll-out takes away afterwards may still be there.
        return not [name for name in await migrate.pending(pool) if "_pre_" in name]

    return check
