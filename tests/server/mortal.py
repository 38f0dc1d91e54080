"""Workers that die where a test tells them to: starts ``dying.py`` and hears which processes it begins."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.server.working import ROOT
from tests.stage import MASTER, Stage

WORKERS = 4


@asynccontextmanager
async def dying_workers(on: Stage, database_url: str, address: str, home: Path, **settings: str) -> AsyncIterator[Path]:
    """Run workers that die where they are told to; yields the folder that arms them."""
    armed = home / "armed"
    armed.mkdir()
    (home / "master.key").write_text(MASTER.hex())
    (home / "master.key").chmod(0o600)
    environment = {
        **os.environ, "STEGVIS_HOME": str(home), "STEGVIS_DATABASE_URL": database_url, "STEGVIS_LOG_LEVEL": "ERROR",
        "STEGVIS_TEMPORAL_ADDRESS": address, "STEGVIS_TASK_QUEUE": on.office.task_queue, "STEGVIS_HEALTH_PORT": "0",
        "STEGVIS_METRICS_PORT": "0", "STEGVIS_TEMPORAL_METRICS_PORT": "0", "STEGVIS_CODEC_PORT": "0",
        **{f"STEGVIS_{name.upper()}": value for name, value in settings.items()},
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.server.dying", str(WORKERS), str(armed),
        env=environment, stdout=asyncio.subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    on.pids = []  # type: ignore[attr-defined]

    async def listen() -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            on.pids.append(int(line))  # type: ignore[attr-defined]

    listening = asyncio.create_task(listen())
    try:
        yield armed
    finally:
        process.terminate()
        await process.wait()
        listening.cancel()
