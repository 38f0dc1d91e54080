"""A migrated database with two units, a few staff and an operation."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from records.database import Pool, connect
from records.keys import KeyRing, MasterKey
from records.migrate import migrate
from tests.records.builders import World


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """A pool on an empty, migrated schema."""
    pool = await connect(database_url, max_size=10)
    await migrate(pool)
    yield pool
    await pool.close()


@pytest.fixture
async def keys(pool: Pool) -> KeyRing:
    """Keys under a master key of the test's own."""
    return KeyRing(pool, MasterKey(bytes(range(32))))


@pytest.fixture
async def world(pool: Pool, keys: KeyRing) -> World:
    """A small office: see builders.World."""
    world = World(pool, keys)
    await world.settle()
    return world
