"""Real servers for every test that asks for one, started once per session.

Belongs here: what several rooms of tests share. A test that needs no server pays for
none. Under xdist each worker has servers of its own, so they cannot meet.
"""

from __future__ import annotations

import ipaddress
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from embedded import timeskip
from embedded.postgres import Postgres
from embedded.temporal import Temporal
from embedded.timeskip import TimeSkipping


def pytest_configure(config: pytest.Config) -> None:
    """Keep every test away from the network beyond this machine."""
    sys.addaudithook(_refuse_the_outside)


def _refuse_the_outside(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect" or not isinstance(arguments[1], tuple):
        return
    host = str(arguments[1][0]).partition("%")[0]
    try:
        near = ipaddress.ip_address(host).is_loopback
    except ValueError:
        near = host in {"localhost", ""}
    if not near:
        raise RuntimeError(f"a test tried to reach {host}; tests stay on this machine")


@pytest.fixture(scope="session")
def servers_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the session's servers."""
    return tmp_path_factory.mktemp("stegvis-home")


@pytest.fixture(scope="session")
async def postgres(servers_home: Path) -> AsyncIterator[Postgres]:
    """PostgreSQL, shared by the session."""
    server = Postgres(servers_home, prefer_standard_ports=False)
    try:
        yield await server.start()
    finally:
        await server.destroy()


@pytest.fixture
async def database_url(postgres: Postgres) -> AsyncIterator[str]:
    """The address of an empty database that only this test uses."""
    name = f"test_{uuid.uuid4().hex}"
    yield await postgres.create_database(name)
    await postgres.drop_database(name)


@pytest.fixture(scope="session")
async def temporal_server(servers_home: Path) -> AsyncIterator[Temporal]:
    """Temporal's development server, shared by the session; use a task queue of your own."""
    server = Temporal(servers_home, prefer_standard_ports=False, ui=False)
    try:
        yield await server.start()
    finally:
        await server.destroy()


@pytest.fixture(scope="session")
async def temporal_client(temporal_server: Temporal) -> Client:
    """A plain client of the development server, without our converter and codec."""
    return await Client.connect(temporal_server.address)


@pytest.fixture(scope="session")
async def timeskip_server(servers_home: Path) -> AsyncIterator[TimeSkipping]:
    """The time-skipping server, for its address; for a clock that skips use timeskip_environment."""
    server = TimeSkipping(servers_home)
    try:
        yield await server.start()
    finally:
        await server.kill()


@pytest.fixture(scope="session")
async def timeskip_environment() -> AsyncIterator[WorkflowEnvironment]:
    """The SDK's time-skipping environment, shared by the session; use a task queue of your own."""
    async with await timeskip.environment() as environment:
        yield environment
