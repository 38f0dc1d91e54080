"""Stop every embedded server of a home and remove its data: `python -m embedded.clean HOME`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from embedded.postgres import Postgres
from embedded.temporal import Temporal
from embedded.timeskip import TimeSkipping


async def clean(home: Path) -> None:
    """Stop the servers that were started in a home and remove what they kept."""
    if not home.is_dir():
        return
    await TimeSkipping(home).kill()
    await Temporal(home).destroy()
    await Postgres(home).destroy()


if __name__ == "__main__":
    asyncio.run(clean(Path(sys.argv[1])))
