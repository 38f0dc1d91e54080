"""Worker processes that die by SIGKILL at a chosen point, and are started again at once.

Run as a program: ``dying.py CHILDREN ARMED``. ARMED is a folder; a file in it named like a command id holds the point
at which whoever records that command dies: ``before`` or ``after`` its commit. One named for a pathway's notices holds
``unclaimed``, ``claimed`` or ``handed_over``. The file goes first, so each kills once. The parent imports everything
and forks, so that a new worker takes a fraction of a second.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from records import ledger, log
from worker import logging
from worker.process import serve
from worker.settings import Settings
from workflows import ports
from workflows.pathway import ParticipantPathway

NOTICED_AFTER = timedelta(seconds=3)  # instead of a minute


def armed_name(command_id: str, pathway: str) -> str:
    """Return the file that arms a command, or a pathway's next tick (its number isn't known before)."""
    return f"tick_{pathway}" if command_id.startswith("tick/") else command_id.replace("/", "_")


def arm(folder: Path) -> None:
    """Make recording die where a file says so."""
    plain = log.append

    async def append(target: Any, batches: Sequence[Any], **more: Any) -> Any:
        points = {}
        for batch in batches:
            file = folder / armed_name(batch.command_id, batch.pathway)
            try:
                point = file.read_text()
                file.unlink()
            except FileNotFoundError:
                continue
            points[point] = file.name
        if "before" in points:
            os.kill(os.getpid(), signal.SIGKILL)
        receipts = await plain(target, batches, **more)
        if "after" in points:
            os.kill(os.getpid(), signal.SIGKILL)
        return receipts

    log.append = append


def armed_notices(pathway: str) -> str:
    """Return the file that arms a pathway's next notice."""
    return f"notice_{pathway}"


def arm_notices(folder: Path) -> None:
    """Make handing over die where a file says so, and let Temporal notice it soon."""
    plain_claim, plain_settle = ledger.claim, ledger.settle_all

    async def die_if(point: str, pool: Any, notice: int) -> None:
        pathway = await pool.fetchval("SELECT pathway FROM notices WHERE id = $1", notice)
        file = folder / armed_notices(pathway)
        if file.exists() and file.read_text() == point:
            file.unlink()
            os.kill(os.getpid(), signal.SIGKILL)

    async def claim(pool: Any, notice: int, **more: Any) -> Any:
        await die_if("unclaimed", pool, notice)
        claimed = await plain_claim(pool, notice, **more)
        if claimed is not None:
            await die_if("claimed", pool, notice)
        return claimed

    async def settle(pool: Any, claimed: Any, result: Any, *given: Any, **more: Any) -> Any:
        for notice in claimed:
            await die_if(result, pool, notice)
        return await plain_settle(pool, claimed, result, *given, **more)

    ledger.claim, ledger.settle_all = claim, settle
    ports.NOTIFY_ATTEMPT = NOTICED_AFTER


def child(armed: Path) -> None:
    """Be one worker until killed."""
    arm(armed)
    arm_notices(armed)
    settings = Settings()
    logging.configure(settings)
    asyncio.run(serve(settings, workflows=[ParticipantPathway], stop=asyncio.Event()))


def parent(children: int, armed: Path) -> None:
    """Keep so many workers running; print one line for each that began."""
    running: set[int] = set()

    def leave(*_: object) -> None:
        for pid in running:
            os.kill(pid, signal.SIGKILL)
        os._exit(0)

    signal.signal(signal.SIGTERM, leave)
    while True:
        while len(running) < children:
            pid = os.fork()
            if pid == 0:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                child(armed)
                os._exit(1)
            running.add(pid)
            print(pid, flush=True)
        ended, _ = os.wait()
        running.discard(ended)


if __name__ == "__main__":
    parent(int(sys.argv[1]), Path(sys.argv[2]))
