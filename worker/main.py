"""The worker's entry point: ``python -m worker.main``."""

from __future__ import annotations

import asyncio
import logging as standard_logging
import os
import signal
import sys

import structlog

from worker import logging
from worker.patience import Stopped
from worker.process import serve
from worker.settings import Settings
from workflows.pathway import ParticipantPathway

_log = structlog.stdlib.get_logger(__name__)


def main() -> None:
    """Serve until a signal comes, and leave with an exit code that a supervisor understands."""
    settings = Settings()
    logging.configure(settings)
    code = 0
    try:
        asyncio.run(_until_signal(settings))
    except Stopped:
        _log.info("stopped before it could start")
    except Exception:  # noqa: BLE001 - the one place where whatever ends the process is told
        _log.critical("the worker ends", exc_info=True)
        code = 1
    leave(code)


def leave(code: int) -> None:
    """End the process at once, with everything written out.

    The SDK's threads may touch the interpreter while it is torn down, which aborts the process with another code.
    """
    standard_logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


async def _until_signal(settings: Settings) -> None:
    stop = asyncio.Event()

    def on_signal(number: signal.Signals) -> None:
        if stop.is_set():
            _log.warning("ended at once", signal=number.name)
            leave(128 + number)
        _log.info("asked to leave", signal=number.name)
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal, number)
    await serve(settings, workflows=[ParticipantPathway], stop=stop)


if __name__ == "__main__":
    main()
