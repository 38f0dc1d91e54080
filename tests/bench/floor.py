"""The floor: the least that records a command durably. One update, one ordinary activity, one row; nothing of ours.

The same workflow without the activity is the upper line: nothing is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow

QUEUE = "bench-floor"
COMMIT = "commit_one"
ATTEMPT = timedelta(seconds=5)


@dataclass(frozen=True)
class Bare:
    """A command with nothing of ours in it, as long as a short one of ours."""

    pathway: str
    command: str
    data: str


@workflow.defn(name="Floor")
class Floor:
    """A workflow that takes commands and does nothing else."""

    def __init__(self) -> None:
        self._left = False

    @workflow.update
    async def recorded(self, given: Bare) -> int:
        """Take a command and record it."""
        number: int = await workflow.execute_activity(COMMIT, given, result_type=int, start_to_close_timeout=ATTEMPT)
        return number

    @workflow.update
    async def taken(self, given: Bare) -> int:
        """Take a command and record nothing."""
        return len(given.data)

    @workflow.signal
    def leave(self) -> None:
        """End."""
        self._left = True

    @workflow.run
    async def run(self) -> None:
        """Wait."""
        await workflow.wait_condition(lambda: self._left)
