"""One desk for the room: tests take people of their own of the sample, or refer new ones."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from embedded.postgres import Postgres
from embedded.temporal import Temporal
from tests.deskworld import DeskWorld, open_desk


@pytest.fixture(scope="session")
async def world(
    postgres: Postgres, temporal_server: Temporal, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[DeskWorld]:
    name = f"desk_{uuid.uuid4().hex}"
    url = await postgres.create_database(name)
    home: Path = tmp_path_factory.mktemp("desk")
    async with open_desk(url, temporal_server.address, home) as opened:
        yield opened
    await postgres.drop_database(name)
