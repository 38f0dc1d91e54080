"""Bring the schema up to date before workers start: ``python -m worker.migrate [pre|post|all]``.

A roll-out with several workers runs ``pre`` before the first new worker and ``post`` after the last old one.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from typing import Literal

import structlog

from records import migrate
from records.database import connect
from worker import logging
from worker.settings import Settings

_log = structlog.stdlib.get_logger(__name__)


async def run(settings: Settings, phase: Literal["pre", "post", "all"]) -> None:
    """Apply what is pending; raises what PostgreSQL raises, so that the caller's exit code tells."""
    async with await connect(settings.database_url, schema=settings.database_schema, max_size=1) as pool:
        for name in await migrate.migrate(pool, phase=phase):
            _log.info("migrated", step=name)
    _log.info("the schema is up to date", schema=settings.database_schema)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and migrate."""
    parser = argparse.ArgumentParser(prog="python -m worker.migrate", description=__doc__)
    parser.add_argument("phase", nargs="?", choices=("pre", "post", "all"), default="all")
    settings = Settings()
    logging.configure(settings)
    asyncio.run(run(settings, parser.parse_args(arguments).phase))


if __name__ == "__main__":
    main(sys.argv[1:])
