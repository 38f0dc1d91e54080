"""The worker of the third act, a process of its own: the same workflow and activities on a server that skips time.

It carries no commands between pathways and sweeps nothing, because those loops live by the real clock: the act lets
them have their turn at the right hour of the script.
"""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

from activities.mail import Folder
from activities.notify import Notifier
from activities.record import Recorder
from demo.quiet import leave, quieten
from records.database import connect
from worker.keys import process_keys
from worker.plugin import PathwayPlugin
from worker.settings import Settings

with workflow.unsafe.imports_passed_through():
    from workflows.pathway import ParticipantPathway


async def serve(settings: Settings) -> None:
    """Work until somebody says stop."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with await connect(settings.database_url, schema=settings.database_schema, max_size=16) as pool:
        keys = process_keys(pool, settings.master_key_path)
        client = await Client.connect(settings.temporal_address or "", plugins=[PathwayPlugin(keys)])
        notifier = Notifier(pool, Folder(Path(settings.mail_address), settings.mail_from), settings.language)
        async with Worker(
            client,
            task_queue=settings.task_queue,
            workflows=[ParticipantPathway],
            activities=[Recorder(pool, keys.ring).record, notifier.notify],
        ):
            await stop.wait()


if __name__ == "__main__":
    quieten()
    asyncio.run(serve(Settings()))
    leave(0)
