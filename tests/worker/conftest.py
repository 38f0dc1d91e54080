"""A migrated database with a small office."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from records.database import connect
from records.keys import KeyRing, MasterKey
from records.migrate import migrate
from tests.records.builders import World


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """A small office: see tests.records.builders."""
    async with await connect(database_url) as pool:
        await migrate(pool)
        world = World(pool, KeyRing(pool, MasterKey(bytes(range(32)))))
        await world.settle()
        yield world
