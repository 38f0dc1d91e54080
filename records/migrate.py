"""Migrations: numbered SQL files, applied once each, in order, by one process at a time.

``pre`` files only add and run before a roll-out, ``post`` files take away and run after it. An applied file never
changes: its checksum is compared each time.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from records.database import Connection, Pool, checked_schema

Phase = Literal["pre", "post"]
_FILE = re.compile(r"^(\d{4})_(pre|post)_[a-z0-9_]+\.sql$")
_LOCK = "SELECT pg_advisory_lock(hashtext('stegvis.migrate'), hashtext($1))"
_UNLOCK = "SELECT pg_advisory_unlock(hashtext('stegvis.migrate'), hashtext($1))"
_LEDGER = """
CREATE TABLE IF NOT EXISTS migrations (
    name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
)"""


class MigrationChanged(Exception):
    """A migration that was applied has another text now; write a new one instead."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its name says order and phase."""

    name: str
    phase: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def known() -> list[Migration]:
    """Return every migration that ships, in order; raises ValueError for a file whose name says no order or phase."""
    found = []
    for file in (files("records") / "migrations").iterdir():
        if not file.name.endswith(".sql"):
            continue
        match = _FILE.match(file.name)
        if match is None:
            raise ValueError(f"{file.name} is not named NNNN_pre_name.sql or NNNN_post_name.sql")
        found.append(Migration(file.name, match.group(2), file.read_text(encoding="utf-8")))
    return sorted(found, key=lambda each: each.name)


async def pending(pool: Pool) -> list[str]:
    """Return the names of the migrations that were not applied; raises MigrationChanged."""
    async with pool.acquire() as connection:
        if await connection.fetchval("SELECT to_regclass('migrations')") is None:
            return [each.name for each in known()]
        return [each.name for each in await _missing(connection)]


async def migrate(pool: Pool, *, phase: Phase | Literal["all"] = "all") -> list[str]:
    """Apply what is pending in one phase or both, each in its own transaction, and return the names.

    Raises MigrationChanged, and asyncpg.LockNotAvailableError when another process migrates for too long.
    """
    async with pool.acquire() as connection:
        schema = checked_schema(await connection.fetchval("SHOW search_path"))
        await connection.execute(_LOCK, schema)
        try:
            await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            await connection.execute(_LEDGER)
            applied = []
            for each in await _missing(connection):
                if phase in (each.phase, "all"):
                    await _apply(connection, each)
                    applied.append(each.name)
            return applied
        finally:
            await connection.execute(_UNLOCK, schema)


async def _missing(connection: Connection) -> list[Migration]:
    rows = await connection.fetch("SELECT name, checksum FROM migrations")
    applied: dict[str, str] = {row["name"]: row["checksum"] for row in rows}
    for each in known():
        if applied.get(each.name, each.checksum) != each.checksum:
            raise MigrationChanged(each.name)
    return [each for each in known() if each.name not in applied]


async def _apply(connection: Connection, migration: Migration) -> None:
    async with connection.transaction():
        # Better to fail and be started again than to queue every reader behind a table that can't be locked.
        await connection.execute("SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '10min'")
        await connection.execute(migration.sql)
        await connection.execute(
            "INSERT INTO migrations (name, checksum) VALUES ($1, $2)", migration.name, migration.checksum
        )
