"""Waiting for what must be there, and doing again and again what must go on; each try and failure is logged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import structlog

FIRST_WAIT = 0.5  # seconds; a server that is just starting is there in a second or two
LONGEST_WAIT = 10.0  # seconds; an operator who mended something doesn't wait longer than this

Answer = TypeVar("Answer")
_log = structlog.stdlib.get_logger(__name__)


class Stopped(Exception):
    """The process was told to stop while it waited."""


async def patiently(
    what: str,
    attempt: Callable[[], Awaitable[Answer]],
    *,
    trouble: tuple[type[Exception], ...],
    stop: asyncio.Event,
) -> Answer:
    """Try until it succeeds, with growing pauses.

    Raises:
        Stopped: The process was told to stop meanwhile.
    """
    pause = FIRST_WAIT
    number = 1
    while not stop.is_set():
        try:
            answer = await attempt()
        except trouble as error:
            _log.warning("waiting", step=what, attempt=number, wait=pause, error=type(error).__name__)
            await sleep_unless(stop, pause)
            pause = min(pause * 2, LONGEST_WAIT)
            number += 1
        else:
            _log.info("reached", step=what, attempt=number)
            return answer
    raise Stopped(what)


async def repeatedly(what: str, once: Callable[[], Awaitable[object]], *, every: float, stop: asyncio.Event) -> None:
    """Do something now and then until the process stops; a failure is logged and the next turn comes all the same."""
    while not stop.is_set():
        try:
            await once()
        except Exception:  # noqa: BLE001 - one bad turn must not end the loop, and the log tells of it
            _log.exception("a background task failed and is tried again", step=what, wait=every)
        await sleep_unless(stop, every)


async def sleep_unless(stop: asyncio.Event, seconds: float) -> None:
    """Wait for some seconds, or until the process is told to stop."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
