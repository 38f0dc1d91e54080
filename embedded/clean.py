"""Stop every embedded server of a home and remove its data: `python -m embedded.clean HOME`."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from embedded import processes
from embedded.postgres import Postgres
from embedded.temporal import Temporal
from embedded.timeskip import TimeSkipping

PATIENCE_S = 40  # a worker gives what it has begun half a minute


async def clean(home: Path) -> None:
    """Stop what was started in a home and remove what the servers kept."""
    if not home.is_dir():
        return
    for name in processes.recorded(home):
        found = processes.read(home, name)
        if found is not None and name not in (Postgres.name, Temporal.name, TimeSkipping.name):
            await processes.end(found, first=signal.SIGTERM, patience_s=PATIENCE_S)
            processes.forget(home, name)
    await TimeSkipping(home).kill()
    await Temporal(home).destroy()
    await Postgres(home).destroy()


if __name__ == "__main__":
    asyncio.run(clean(Path(sys.argv[1])))
