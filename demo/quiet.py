"""What every process of the demonstration does about logs and about leaving."""

from __future__ import annotations

import logging
import os
import sys
from typing import NoReturn

import structlog
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter


def quieten() -> None:
    """Keep libraries' logs out of the demonstration: what matters is counted and said."""
    logging.disable(logging.CRITICAL)
    structlog.configure(logger_factory=structlog.stdlib.LoggerFactory())
    silent = LoggingConfig(filter=TelemetryFilter(core_level="OFF", other_level="OFF"))
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=silent)), error_if_already_set=False)


def leave(code: int) -> NoReturn:
    """End the process at once: the SDK's threads may abort the interpreter's own way out."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)
