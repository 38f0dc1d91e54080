"""The floor's worker process: as many connections and activities as ours has, and nothing else of ours.

Its activity is not in the workflow's module: asyncpg, imported once more in the workflow sandbox, crashes the process.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal

import asyncpg
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, Worker

from tests.bench.floor import COMMIT, QUEUE, Bare, Floor

POOL, ACTIVITIES = 16, 64  # what worker/process.py gives its own
TABLE = """CREATE TABLE IF NOT EXISTS floor (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, pathway text NOT NULL, command text NOT NULL UNIQUE,
    data jsonb NOT NULL, inserted_at timestamptz NOT NULL DEFAULT clock_timestamp()
)"""
INSERT = "INSERT INTO floor (pathway, command, data) VALUES ($1, $2, $3) RETURNING id"


class Committer:
    """The floor's activity."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record]) -> None:
        self._pool = pool

    @activity.defn(name=COMMIT)
    async def commit_one(self, given: Bare) -> int:
        """Commit one row and return its number."""
        number: int = await self._pool.fetchval(INSERT, given.pathway, given.command, given.data)
        return number


async def _serve() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    pool = await asyncpg.create_pool(os.environ["BENCH_DATABASE_URL"], min_size=1, max_size=POOL)
    client = await Client.connect(os.environ["BENCH_TEMPORAL_ADDRESS"])
    async with Worker(
        client, task_queue=QUEUE, workflows=[Floor], activities=[Committer(pool).commit_one],
        max_concurrent_activities=ACTIVITIES, workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(),
    ):  # fmt: skip
        await stop.wait()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(_serve())
    os._exit(0)  # the SDK's threads may abort the interpreter's own way out
