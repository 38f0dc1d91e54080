"""Embedded servers with a worker, in the background: what ``ops up`` starts, finds again and stops.

For trying, teaching and testing. Everything listens on loopback and lives under one home.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from embedded import ports, processes
from embedded.postgres import Postgres
from embedded.temporal import Temporal
from worker.settings import PREFIX, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

WORKER, CODEC, DESK = "worker", "codec", "desk"
OURS = {DESK: "desk.main", WORKER: "worker.main", CODEC: "worker.codec_server"}
PURPOSES = {DESK: ("desk",), WORKER: ("health", "metrics", "temporal_metrics"), CODEC: ("codec",)}
"""The ports of each of our own processes."""
READY = 60.0  # seconds until a worker polls on a slow, busy machine
LEAVE = 40.0  # seconds: the worker gives its activities 30
STANDARD = {"health": 8087, "metrics": 9464, "temporal_metrics": 9465, "codec": 8089, "desk": 8088}


@dataclass(frozen=True, slots=True)
class Part:
    """One process of the stack, as ``status`` tells it."""

    name: str
    running: bool
    well: bool
    address: str
    log: str


class Stack:
    """The processes of one home."""

    def __init__(self, home: Path, environment: Mapping[str, str]) -> None:
        self.home = home.absolute()
        self.environment = dict(environment)
        self.postgres = Postgres(self.home)
        self.chosen = self._ports()
        self.temporal = Temporal(self.home, codec_endpoint=f"http://127.0.0.1:{self.chosen['codec']}")

    @property
    def env_file(self) -> Path:
        """Where later commands read the servers' addresses."""
        return self.home / "env"

    def _ports(self) -> dict[str, int]:
        """Choose ports of our own processes: those they have, else the standard ones, else free ones."""
        chosen: dict[str, int] = {}
        running = {name: self._record(name) for name in OURS}
        for purpose, standard in STANDARD.items():
            name = next(each for each, purposes in PURPOSES.items() if purpose in purposes)
            found = running[name]
            kept = found.ports.get(purpose) if found is not None else None
            last = processes.last_ports(self.home, name).get(purpose)
            chosen[purpose] = kept or ports.choose(last, standard, taken=set(chosen.values()))
        return chosen

    @property
    def desk_address(self) -> str:
        """Where the desk is opened."""
        return f"http://127.0.0.1:{self.chosen['desk']}/"

    def _record(self, name: str) -> processes.Record | None:
        found = processes.read(self.home, name)
        return found if found is not None and processes.is_alive(found) else None

    async def start_servers(self) -> Settings:
        """Start or find PostgreSQL and Temporal, and write where they are. Raises ServerError."""
        processes.own_folder(self.home)
        await self.postgres.start()
        await self.temporal.start()
        values = self.values()
        draft = self.env_file.with_name("env.new")
        draft.touch(mode=0o600)
        draft.write_text("".join(f"{name}={value}\n" for name, value in values.items()), "utf-8")
        draft.replace(self.env_file)
        return self.settings()

    def values(self) -> dict[str, str]:
        """Return the settings that lead to these servers."""
        return {
            f"{PREFIX}DATABASE_URL": self.postgres.url,
            f"{PREFIX}TEMPORAL_ADDRESS": self.temporal.address,
            f"{PREFIX}TEMPORAL_NAMESPACE": "default",
            f"{PREFIX}CODEC_ORIGIN": self.temporal.ui_url or "",
            **{f"{PREFIX}{name.upper()}_PORT": str(port) for name, port in self.chosen.items()},
        }

    def settings(self) -> Settings:
        """Return the settings of a process on these servers."""
        values = {name.removeprefix(PREFIX).lower(): value for name, value in self.values().items()}
        return Settings(**{**values, "home": self.home})  # type: ignore[arg-type] # pydantic reads the text

    async def start_own(self, name: str) -> None:
        """Start one of our own processes, unless it runs. Raises ServerDidNotStart."""
        if self._record(name) is not None:
            return
        values = {**self.environment, **self.values(), f"{PREFIX}HOME": str(self.home)}
        values["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent.parent), values.get("PYTHONPATH", "")])
        record = processes.launch(
            name=name, command=[sys.executable, "-m", OURS[name]], home=self.home,
            ports={one: self.chosen[one] for one in PURPOSES[name]}, environment=values,
        )  # fmt: skip
        await processes.until_ready(record, lambda: self._answers(name), patience_s=READY)

    async def _answers(self, name: str) -> bool:
        if name != WORKER:
            return ports.is_answered(self.chosen[name])
        return await asyncio.to_thread(self._ready)

    def _ready(self) -> bool:
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{self.chosen['health']}/ready", timeout=3) as answer,
        ):
            return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's OK
        return False

    async def stop(self) -> list[str]:
        """Stop everything gently, our own processes first; the data stay. Returns what ran. Raises ServerError."""
        stopped = []
        for name in OURS:
            record = self._record(name)
            if record is not None:
                stopped.append(name)
                await processes.end(record, first=signal.SIGTERM, patience_s=LEAVE)
            processes.forget(self.home, name)
        for server in (self.temporal, self.postgres):
            if server.is_running:
                stopped.append(server.name)
                await server.stop()
        return stopped

    async def parts(self) -> list[Part]:
        """Return how every process is."""
        found = []
        for server, address in ((self.postgres, "sql"), (self.temporal, "grpc")):
            running = server.is_running
            where = f"127.0.0.1:{server.port(address)}" if running else ""
            log = str(self.home / "log" / f"{server.name}.log")
            found.append(Part(server.name, running, running and ports.is_answered(server.port(address)), where, log))
        for name in OURS:
            record = self._record(name)
            port = record.ports.get(PURPOSES[name][0], 0) if record else 0
            well = record is not None and await self._answers(name)
            log = str(self.home / "log" / f"{name}.log")
            found.append(Part(name, record is not None, well, f"127.0.0.1:{port}" if record else "", log))
        return found
