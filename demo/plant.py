"""Damage the stores on purpose, behind the engine's back: a check that never says no proves nothing."""

from __future__ import annotations

from pathlib import Path

import asyncpg

_FILE = Path(__file__).with_name("plant.sql").read_text("utf-8")
_SQL = {name: text for name, _, text in (part.partition("\n") for part in _FILE.split("-- name: ")[1:])}

PLANTS = tuple(_SQL)


async def plant(promise: str, database_url: str, *, schema: str = "stegvis") -> None:
    """Break one promise in a database; raises KeyError for one that has no damage."""
    connection = await asyncpg.connect(database_url, server_settings={"search_path": schema})
    try:
        await connection.execute(_SQL[promise])
    finally:
        await connection.close()
