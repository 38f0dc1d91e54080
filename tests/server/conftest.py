"""Servers of a test's own: for tests that kill them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from embedded.postgres import Postgres
from embedded.temporal import Temporal


@pytest.fixture
async def own_postgres(tmp_path: Path) -> AsyncIterator[Postgres]:
    """A PostgreSQL that only this test uses."""
    server = Postgres(tmp_path / "own", prefer_standard_ports=False)
    try:
        yield await server.start()
    finally:
        await server.destroy()


@pytest.fixture
async def own_temporal(tmp_path: Path) -> AsyncIterator[Temporal]:
    """A Temporal that only this test uses."""
    server = Temporal(tmp_path / "own", prefer_standard_ports=False, ui=False)
    try:
        yield await server.start()
    finally:
        await server.destroy()
