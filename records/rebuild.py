"""Making the read model again from the log, in a second schema, and saying in which rows the two differ.

The log is the record; a row that says otherwise is wrong, whoever wrote it. Recording goes on while the events are
replayed and waits only while rows are compared. Whether a notice was handed over is no event, so the ledger keeps
that: only what a notice promises is compared.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

import asyncpg

from records import projection
from records.database import Connection, Pool, checked_schema
from records.log import to_event
from records.queries import Queries

CHUNK = 200  # pathways replayed at a time: some ten thousand events in memory
NO_EVENT_SAYS = ("participant", "reserved_at", "diverged_at", "diverged_why")
NOTICES = "notices"
_TYPES = {"pathway": "text", "key": "text", "milestone": "text", "id": "text", "seq": "bigint", "step": "text"}
_SQL = Queries("rebuild")


@dataclass(frozen=True, slots=True)
class Difference:
    """A row in which the read model and the log differ.

    ``missing``: the log says it and it isn't there; ``extra``: it is there and the log doesn't say it; ``tampered``:
    the columns named say something else.
    """

    table: str
    key: tuple[tuple[str, Any], ...]
    kind: Literal["missing", "extra", "tampered"]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild saw and whether it put it right."""

    pathways: int
    events: int
    differences: tuple[Difference, ...]
    repaired: bool


@dataclass(frozen=True, slots=True)
class _Found:
    difference: Difference
    key: dict[str, Any]
    said: dict[str, Any] | None


async def rebuild(pool: Pool, *, repair: bool = False) -> Rebuilt:
    """Replay the log, compare row by row and, when asked, put right what differs, in one transaction.

    Raises asyncpg.LockNotAvailableError where another rebuild runs for too long.
    """
    async with pool.acquire() as connection, _workshop(connection) as schemas:
        await connection.execute(_at("seed", schemas))
        before = await connection.fetchval(_at("horizon", schemas))
        events = await _replay(connection, schemas, await _written(connection, schemas, 0))
        async with connection.transaction():
            # Comparing many rows takes longer than an ordinary statement may.
            await connection.execute("SET LOCAL statement_timeout = 0")
            await connection.execute(_at("hold", schemas))
            await connection.execute(_at("seed", schemas))
            events += await _replay(connection, schemas, await _written(connection, schemas, before))
            found = [
                each for table in (*projection.TABLES, NOTICES) for each in await _compare(connection, schemas, table)
            ]
            if repair:
                await _repair(connection, schemas, found)
        pathways = await connection.fetchval(_at("replayed", schemas))
    return Rebuilt(pathways, events, tuple(each.difference for each in found), repair and bool(found))


@asynccontextmanager
async def _workshop(connection: Connection) -> AsyncIterator[dict[str, str]]:
    """Make the second schema with empty tables of the same shape, and take it away again."""
    main = checked_schema(await connection.fetchval("SHOW search_path"))
    shadow = checked_schema(f"{main}_rebuild")
    await connection.execute(_SQL.one_at_a_time, main)
    try:
        await connection.execute(f"DROP SCHEMA IF EXISTS {shadow} CASCADE; CREATE SCHEMA {shadow}")
        for table in projection.TABLES:
            keys = ", ".join(projection.KEYS[table])
            await connection.execute(
                f"CREATE TABLE {shadow}.{table} (LIKE {main}.{table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS); "
                f"ALTER TABLE {shadow}.{table} ADD PRIMARY KEY ({keys})"
            )
        await connection.execute(f"SET search_path = {shadow}")
        yield {"main": main, "shadow": shadow}
    finally:
        await connection.execute("RESET search_path")
        await connection.execute(f"DROP SCHEMA IF EXISTS {shadow} CASCADE")
        await connection.execute(_SQL.done, main)


def _at(query: str, schemas: dict[str, str], **more: str) -> str:
    text: str = getattr(_SQL, query)
    return text.format(**schemas, **more)


async def _written(connection: Connection, schemas: dict[str, str], position: int) -> list[str]:
    return [row["pathway"] for row in await connection.fetch(_at("written", schemas), position)]


async def _replay(connection: Connection, schemas: dict[str, str], pathways: Sequence[str]) -> int:
    seen = 0
    for start in range(0, len(pathways), CHUNK):
        rows = await connection.fetch(_at("events", schemas), pathways[start : start + CHUNK])
        await projection.apply(connection, [(row["pathway"], to_event(row)) for row in rows])
        seen += len(rows)
    return seen


async def _compare(connection: Connection, schemas: dict[str, str], table: str) -> list[_Found]:
    if table == NOTICES:
        keys: tuple[str, ...] = ("pathway", "seq")
        rows = await connection.fetch(_at("notice_differences", schemas))
    elif table == "pathways":
        keys = projection.KEYS[table]
        rows = await connection.fetch(_at("pathway_differences", schemas), list(NO_EVENT_SAYS))
    else:
        keys = projection.KEYS[table]
        rows = await connection.fetch(_at("differences", schemas, table=table, keys=", ".join(keys)))
    return sorted((_found(table, keys, row) for row in rows), key=lambda each: str(each.difference.key))


def _found(table: str, keys: tuple[str, ...], row: asyncpg.Record) -> _Found:
    stands, said = row["stands"], row["said"]
    key = {name: (said or stands)[name] for name in keys}
    if stands is None or said is None:
        kind: Literal["missing", "extra"] = "missing" if stands is None else "extra"
        return _Found(Difference(table, tuple(key.items()), kind), key, said)
    columns = tuple(name for name in said if name not in NO_EVENT_SAYS and stands[name] != said[name])
    return _Found(Difference(table, tuple(key.items()), "tampered", columns), key, said)


async def _repair(connection: Connection, schemas: dict[str, str], found: Sequence[_Found]) -> None:
    for table in projection.TABLES:
        wrong = [each.key for each in found if each.difference.table == table]
        if not wrong:
            continue
        keys = projection.KEYS[table]
        names = {
            "table": table,
            "keys": ", ".join(keys),
            "typed": ", ".join(f"{name} {_TYPES[name]}" for name in keys),
            "same": " AND ".join(f"m.{name} = d.{name}" for name in keys),
        }
        if table == "pathways":
            await connection.execute(_at("restore_pathways", schemas, **names), wrong)
            continue
        await connection.execute(_at("remove", schemas, **names), wrong)
        await connection.execute(_at("restore", schemas, **names), wrong)
    promises = [each for each in found if each.difference.table == NOTICES]
    await connection.execute(_at("forget_notices", schemas), [each.key for each in promises if each.said is None])
    await connection.execute(_at("restore_notices", schemas), [each.said for each in promises if each.said is not None])
