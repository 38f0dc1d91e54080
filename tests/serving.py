"""The desk's pages, really served in this process, as ``desk.main`` serves them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from desk.app import application
from service.office import Office
from worker.settings import Settings

STARTED_WITHIN = 20.0  # seconds


@asynccontextmanager
async def served(settings: Settings, office: Office) -> AsyncIterator[str]:
    """Serve the desk on a free port; yields its address.

    The server binds by itself: on a socket of ours it would leave small packets waiting for 40 ms for each other.
    """
    config = uvicorn.Config(application(settings, office), host="127.0.0.1", port=0, log_config=None, lifespan="on")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(STARTED_WITHIN):
            while not server.started:
                await asyncio.sleep(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
