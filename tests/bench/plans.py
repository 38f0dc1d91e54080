"""How PostgreSQL answers the five heaviest questions of the desk: ``docs/desk-queries.md``, written by the bench."""

from __future__ import annotations

import re
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import asyncpg

from domain.figures import Seen
from records import board, listing, staff
from records.database import Connection, Pool
from records.listing import Sorted, Wanted
from records.queries import Queries
from service.listing import reader_of, sorted_by
from tests.bench.crowd import LARGE, Crowd

HEAD = """# How PostgreSQL answers the desk's heaviest questions

Written by `python -m tests.bench desk`, over {people} pathways: the plans of the five questions that took the most time
on that run, each with what it is for. What makes them fast stands in `records/migrations/`: `0015_pre_lists.sql`,
`0018_pre_quiet.sql`.
"""
_MOST = 160  # characters of a line of a plan


@dataclass
class Heard:
    """What was asked of PostgreSQL, caught on its way."""

    queries: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)


class _Listening:
    """A connection or pool that notes what it is asked."""

    def __init__(self, inner: Any, heard: Heard) -> None:
        self._inner, self._heard = inner, heard

    async def fetch(self, query: str, *given: Any) -> list[asyncpg.Record]:
        self._heard.queries.append((query, given))
        found: list[asyncpg.Record] = await self._inner.fetch(query, *given)
        return found

    async def fetchval(self, query: str, *given: Any) -> Any:
        self._heard.queries.append((query, given))
        return await self._inner.fetchval(query, *given)


async def _asked(pool: Pool, crowd: Crowd) -> dict[str, tuple[str, tuple[Any, ...]]]:
    """Return the questions of lists and board by what they are for."""
    now = datetime.now(UTC)
    today = now.date()
    found: dict[str, tuple[str, tuple[Any, ...]]] = {}
    reader = await reader_of(pool, await staff.get(pool, crowd.coordinators[0]), on=today)
    near = await reader_of(pool, await staff.get(pool, crowd.caseworkers[1]), on=today)
    large = Wanted(operation=LARGE)
    async with listing.reading(pool) as record:

        async def listed(name: str, who: listing.Reader, wanted: Wanted, sort: str) -> None:
            heard = Heard()
            order: Sorted = await sorted_by(pool, sort, names={}, stages=["intake", "inventory", "activity"])
            await listing.page(_Listening(record, heard), who, wanted, order, today=today)  # type: ignore[arg-type] # fetches only
            found[name] = heard.queries[0]

        await listed("A list by name", reader, large, "name")
        await listed("A list by owner", reader, Wanted(), "owner")
        await listed(
            "What is late in a stage, by due day", reader, Wanted(operation=LARGE, stage="activity", late=now), "due"
        )
        await listed("Who had no contact in time, by name", reader, Wanted(operation=LARGE, quiet=now), "name")
        await listed("A search for a part of a name", reader, Wanted(words=("prov",)), "name")
        await listed("A caseworker's unit, by name", near, Wanted(), "name")
        heard = Heard()
        await listing.counted(_Listening(record, heard), near, Wanted(), today=today, most=1001)  # type: ignore[arg-type] # as above
        found["A caseworker's list, counted"] = heard.queries[0]
    work = Queries("views").due_of_owner
    found["A day's work"] = work, (now, None, None, crowd.coordinators[0], None, None, None, None, 100, today)
    heard = Heard()
    ear: Any = _Listening(pool, heard)
    await board.standing(ear, LARGE, now=now)
    await board.late(ear, LARGE, now=now)
    await board.longest(ear, LARGE, ["intake", "inventory", "activity"], each=10)
    await board.inflow(ear, LARGE)
    await board.exits(ear, LARGE)
    names = ("The board: who stands where", "The board: what is late", "The board: who has waited the longest",
             "Results: who came", "Results: who left")  # fmt: skip
    found |= dict(zip(names, heard.queries, strict=True))
    heard.queries.clear()
    seen, count = Seen("opened", "activity"), Seen("milestone", "reached_25")
    await board.shares(ear, LARGE, of=seen, count=count, split="gender")
    found["Results: a target, counted behind the page"] = heard.queries[0]
    return found


async def page(pool: Pool, crowd: Crowd, *, most: int = 5) -> str:
    """Return the page: the plans that took the longest, the slowest first."""
    asked = await _asked(pool, crowd)
    plans: list[tuple[float, str, list[str]]] = []
    opened: AbstractAsyncContextManager[Connection] = listing.reading(pool)
    async with opened as record:
        for name, (query, given) in asked.items():
            lines: list[str] = []
            for _ in range(2):  # the second time from memory, as on a server that is in use
                rows = await record.fetch(f"EXPLAIN (ANALYZE, BUFFERS) {query}", *given)
                lines = [row[0] for row in rows]
            took = re.search(r"Execution Time: ([0-9.]+) ms", lines[-1])
            plans.append((float(took[1]) if took else 0.0, name, lines))
    plans.sort(key=lambda one: -one[0])
    parts = [HEAD.format(people=f"{await pool.fetchval('SELECT count(*) FROM pathways'):,}")]
    for took_ms, name, lines in plans[:most]:
        plan = "\n".join(line if len(line) <= _MOST else line[:_MOST] + " …" for line in lines)
        parts.append(f"\n## {name}: {took_ms:.0f} ms\n\n```text\n{plan}\n```\n")
    rest = ", ".join(f"{name.lower()} {took_ms:.0f} ms" for took_ms, name, _ in plans[most:])
    return "".join(parts) + f"\nThe others: {rest}.\n"
