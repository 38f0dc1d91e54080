"""Putting an office together and making ready what it needs on a fresh machine."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import asyncpg
from temporalio.client import Client

from records.database import connect as connect_database
from records.keys import MasterKey
from records.migrate import migrate
from service.office import Office, Patience
from worker.client import connection
from worker.keys import ProcessKeys, process_keys
from worker.plugin import PathwayPlugin

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from records.database import Pool
    from worker.settings import Settings

POOL = 4  # a person's command uses one connection; importing a few

AWAY = (OSError, TimeoutError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError, asyncpg.InterfaceError)
"""What PostgreSQL's driver raises when there is no server to talk to."""


class ServerAway(Exception):
    """A server doesn't answer; ``where`` is its address without credentials, ``why`` a class name or code."""

    def __init__(self, server: Literal["postgresql", "temporal"], where: str, why: str) -> None:
        super().__init__(f"{server} at {where}: {why}")
        self.server = server
        self.where = where
        self.why = why


class AccessDenied(Exception):
    """PostgreSQL answers and doesn't let us in; ``why`` is its error code's name."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")
        self.where = where
        self.why = why


class MasterKeyUnusable(Exception):
    """The master key's file is missing, unreadable or holds something else."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


def place_of(database_url: str) -> str:
    """Return where a database is, without user and password."""
    parts = urlsplit(database_url)
    return f"{parts.hostname or 'localhost'}:{parts.port or 5432}{parts.path}"


@asynccontextmanager
async def database(settings: Settings, *, connections: int = POOL) -> AsyncIterator[Pool]:
    """Open a pool. Raises ServerAway, AccessDenied."""
    where = place_of(settings.database_url)
    try:
        pool = await connect_database(settings.database_url, schema=settings.database_schema, max_size=connections)
    except AWAY as error:
        raise ServerAway("postgresql", where, type(error).__name__) from error
    except asyncpg.PostgresError as error:
        raise AccessDenied(where, type(error).__name__) from error
    try:
        yield pool
    finally:
        pool.terminate()  # whoever is short-lived has nothing left to say to a connection


def keys_of(settings: Settings, pool: Pool) -> ProcessKeys:
    """Return this process's keys. Raises MasterKeyUnusable."""
    path = settings.master_key_path
    try:
        return process_keys(pool, path)
    except (OSError, ValueError) as error:
        raise MasterKeyUnusable(str(path), type(error).__name__) from error


@asynccontextmanager
async def opened(
    settings: Settings, *, patience: Patience | None = None, connections: int = POOL
) -> AsyncIterator[Office]:
    """Open an office on the servers that the settings name.

    Temporal is called when it is first needed, so that what only reads works without it.
    Raises ServerAway, AccessDenied, MasterKeyUnusable.
    """
    async with database(settings, connections=connections) as pool:
        keys = keys_of(settings, pool)
        client = await Client.connect(**connection(settings), plugins=[PathwayPlugin(keys)], lazy=True)
        yield Office(pool=pool, keys=keys.ring, client=client, task_queue=settings.task_queue, patience=patience)


def make_master_key(settings: Settings) -> bool:
    """Make the master key where there is none; tells whether it was made. For embedded servers only."""
    path = settings.master_key_path
    if path.exists():
        return False
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        MasterKey.create(path)
    except FileExistsError:
        return False
    return True


async def prepare(settings: Settings) -> list[str]:
    """Make ready what an embedded installation needs: the master key and the schema; returns applied migrations.

    Raises ServerAway, AccessDenied, MigrationChanged.
    """
    make_master_key(settings)
    async with database(settings) as pool:
        return await migrate(pool)
