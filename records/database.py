"""The way to PostgreSQL: one pool per process, its schema first on the search path, JSON as Python values."""

from __future__ import annotations

import json
import re
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import asyncpg

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Pool = asyncpg.Pool[asyncpg.Record]
    Connection = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Executor = Pool | Connection
else:  # asyncpg's classes take no parameters while running
    Pool = asyncpg.Pool
    Connection = asyncpg.Connection
    Executor = asyncpg.Pool | asyncpg.Connection


class _Kept(asyncpg.Connection):
    """A connection that isn't reset when it goes back: we set nothing for a session, and a reset is a round trip."""

    def get_reset_query(self) -> str:
        return ""


AWAY = (
    OSError, TimeoutError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError, asyncpg.ReadOnlySQLTransactionError, asyncpg.TransactionRollbackError,
    asyncpg.InterfaceError,
)  # fmt: skip
"""What the driver raises while PostgreSQL is away, ends, begins, is too busy or changes places. A statement that is
wrong is none of these: it would be wrong again."""

SCHEMA = "stegvis"
_IDENTIFIER = re.compile(r"^[a-z_][a-z0-9_]{0,62}$")
_SETTINGS = {
    "application_name": "stegvis",
    "timezone": "UTC",
    "jit": "off",  # our statements are short; compiling them costs more than running them
    "lock_timeout": "10s",  # a waiter says so instead of piling up behind a forgotten transaction
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",  # a process that died half-way gives its locks back
}


def encode(value: Any) -> str:
    """Return a value as JSON text; days and instants become ISO 8601."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> str:
    try:
        return str(value.isoformat())
    except AttributeError:
        raise TypeError(f"{type(value).__name__} has no JSON form") from None


async def prepare(connection: Connection) -> None:
    """Make a connection of our own speak JSON as Python values, as those of the pool do."""
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, encoder=encode, decoder=json.loads, schema="pg_catalog")


def one_connection(target: Executor) -> AbstractAsyncContextManager[Connection]:
    """Return a connection of the pool for the length of a block, or the given one."""
    return target.acquire() if isinstance(target, asyncpg.Pool) else nullcontext(target)


def checked_schema(schema: str) -> str:
    """Return a schema's name; raises ValueError for one that would need quoting."""
    if not _IDENTIFIER.match(schema):
        raise ValueError("a schema is named with lower-case letters, digits and underscores")
    return schema


async def connect(url: str, *, schema: str = SCHEMA, min_size: int = 1, max_size: int = 8) -> Pool:
    """Open a pool whose connections read and write one schema.

    Raises ValueError for a schema name that would need quoting, OSError or asyncpg.PostgresError when the server
    can't be reached.
    """
    settings = {**_SETTINGS, "search_path": checked_schema(schema)}
    return await asyncpg.create_pool(
        url, min_size=min_size, max_size=max_size, connection_class=_Kept, init=prepare, server_settings=settings
    )
