"""What every embedded server has in common.

Belongs here: the life of a server (start or find, stop, kill, start again) over the
record of its process. What a server is made of stands in its own module.
"""

from __future__ import annotations

import signal
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from embedded import ports, processes

ATTEMPTS = 3  # a free port may be taken before the server binds it; three times in a row means another fault


class Server(ABC):
    """A server on the loopback address whose process outlives the object.

    Start finds a server that a former process started in the same home. Leaving an
    `async with` block stops the server unless it ran before.
    """

    name: ClassVar[str]
    standard_ports: ClassVar[Mapping[str, int]]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    start_patience_s: ClassVar[float] = 60  # a cold disk on a busy machine
    stop_patience_s: ClassVar[float] = 20  # a last checkpoint

    def __init__(self, home: Path, *, prefer_standard_ports: bool = True) -> None:
        self.home = home.absolute()
        self._prefer_standard_ports = prefer_standard_ports
        self._record: processes.Record | None = None
        self._started_here = False

    @property
    def record(self) -> processes.Record:
        """The record of the process.

        Raises:
            ServerError: the server was never started in this home.
        """
        found = processes.read(self.home, self.name) or self._record
        if found is None:
            raise processes.ServerError(f"{self.name} has not been started in {self.home}")
        return found

    @property
    def pid(self) -> int:
        """The process id."""
        return self.record.pid

    @property
    def log(self) -> Path:
        """The file with what the server says."""
        return Path(self.record.log)

    @property
    def is_running(self) -> bool:
        """Whether the process that was started runs."""
        found = processes.read(self.home, self.name)
        return found is not None and processes.is_alive(found)

    def port(self, purpose: str) -> int:
        """Return one of the server's ports."""
        return self.record.ports[purpose]

    async def start(self) -> Self:
        """Start the server, or find the one that runs in this home, and wait until it is ready.

        Raises:
            ServerDidNotStart: it ended or is not ready in time; the message holds the log's end.
        """
        async with processes.exclusively(self.home, self.name, patience_s=self.start_patience_s):
            if await self._find():
                return self
            await self._prepare()
            avoid: set[int] = set()
            for attempt in range(1, ATTEMPTS + 1):
                chosen = self._choose_ports(avoid)
                try:
                    await self._start_once(chosen)
                except processes.ServerDidNotStart:
                    await self._end(kill=True)
                    if attempt == ATTEMPTS:
                        raise
                    avoid |= {port for port in chosen.values() if not ports.is_free(port)}
                    continue
                break
            self._started_here = True
            await self._finish()
        return self

    async def stop(self) -> None:
        """Stop the server gently; the data stay."""
        async with processes.exclusively(self.home, self.name, patience_s=self.start_patience_s):
            await self._end(kill=False)

    async def kill(self) -> None:
        """Kill the server and its children as a power cut would; the data stay."""
        async with processes.exclusively(self.home, self.name, patience_s=self.start_patience_s):
            await self._end(kill=True)

    async def __aenter__(self) -> Self:
        """Start the server."""
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server if it was started here."""
        if self._started_here:
            await self.stop()

    async def _find(self) -> bool:
        """Take over a server that runs already; one that was killed a moment ago does not count."""
        running = processes.read(self.home, self.name)
        if running is None or not processes.is_alive(running):
            return False
        self._record = running
        try:
            await processes.until_ready(running, self._ready, patience_s=self.start_patience_s)
        except processes.ServerDidNotStart:
            if processes.is_alive(running):
                raise
            return False
        return True

    def _choose_ports(self, avoid: set[int]) -> dict[str, int]:
        last = processes.last_ports(self.home, self.name)
        chosen: dict[str, int] = {}
        for purpose, standard in self.standard_ports.items():
            preferred = (last.get(purpose), standard if self._prefer_standard_ports else None)
            chosen[purpose] = ports.choose(*preferred, taken=avoid | set(chosen.values()))
        return chosen

    async def _start_once(self, chosen: Mapping[str, int]) -> None:
        self._record = processes.launch(
            name=self.name,
            command=self._command(chosen),
            home=self.home,
            ports=chosen,
            identity=self._identity(),
            environment=self._environment(),
        )
        await processes.until_ready(self._record, self._ready, patience_s=self.start_patience_s)

    async def _end(self, *, kill: bool) -> None:
        found = processes.read(self.home, self.name)
        if found is not None:
            if kill:
                await processes.kill(found)
            else:
                await processes.end(found, first=self.stop_signal, patience_s=self.stop_patience_s)
            processes.forget(self.home, self.name)
        self._started_here = False

    def _identity(self) -> processes.Identity | None:
        return None

    def _environment(self) -> dict[str, str]:
        """Give the child nothing of ours but what programs commonly need."""
        return {
            "PATH": "/usr/bin:/bin",
            "LC_ALL": "C",
            "TZ": "UTC",
            "HOME": "/",
            "USER": "stegvis",  # asked of the system otherwise, where a container's user may have no name
            "TMPDIR": tempfile.gettempdir(),
        }

    async def _finish(self) -> None:  # noqa: B027 - most servers need nothing more
        """Make what must exist before the server is used."""

    @abstractmethod
    async def _prepare(self) -> None:
        """Make what must exist before the process starts."""

    @abstractmethod
    def _command(self, chosen: Mapping[str, int]) -> list[str]:
        """Return the command that starts the server on these ports."""

    @abstractmethod
    async def _ready(self) -> bool:
        """Tell whether the server answers."""
