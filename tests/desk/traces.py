"""What something left behind in the database, however it was written: rows that are new, changed or gone.

The measure is PostgreSQL's own: a row whose transaction the snapshot of the last look couldn't see was written since,
by INSERT or UPDATE alike. Nothing is sampled and no column is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from records.database import Connection, Pool

KEPT_ELSEWHERE = {
    "reads",  # every page notes who has read it
    "sessions",  # every page notes when its reader was last seen
    "tries",  # a wrong password is counted though nothing was taken: that is its purpose
    "targets_counted",  # figures of the board, counted again after it was shown; no record (see records/board.py)
}
"""Tables that a page may write without having taken anything."""
_OF = {"pathways": "id", "events": "pathway"}
"""Tables whose rows belong to a pathway by another column than ``pathway``, and the log itself."""
_ROWS = """
SELECT '{table}' AS name, count(*) AS rows,
    count(*) FILTER (WHERE {fresh}) AS fresh,
    count(*) FILTER (WHERE {fresh} AND {others}) AS others
FROM {table} t
"""
_FRESH = "NOT pg_visible_in_snapshot(t.xmin::text::xid8, $1::text::pg_snapshot)"
# What falls due while we are here the system records by itself: batches of its own on a pathway, and what is read from
# them. A pathway on which a person's batch came too isn't excused.
_BY_ITSELF = f"""
SELECT t.pathway FROM events t WHERE {_FRESH} GROUP BY t.pathway HAVING bool_and(t.actor = 'system')
"""
_BATCHES = f"""
SELECT t.pathway, t.command_id,
    count(e.*) = t.last_seq - t.first_seq + 1 AND min(e.seq) = t.first_seq AND max(e.seq) = t.last_seq
        AND count(DISTINCT e.index) = count(e.*) AND max(e.index) = count(e.*) - 1
        AND bool_and(e.command_id = t.command_id) AND p.last_seq >= t.last_seq AS whole
FROM batches t
JOIN pathways p ON p.id = t.pathway
LEFT JOIN events e ON e.pathway = t.pathway AND e.seq BETWEEN t.first_seq AND t.last_seq
WHERE {_FRESH}
GROUP BY t.pathway, t.command_id, t.first_seq, t.last_seq, p.last_seq
HAVING bool_or(e.actor IS DISTINCT FROM 'system')
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one command led to on one pathway; ``whole`` where each of its events is there and the pathway knows it."""

    pathway: str
    command_id: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Left:
    """What was left behind since the last look: the tables that were written, and what people's commands recorded."""

    tables: tuple[str, ...] = ()
    batches: tuple[Batch, ...] = field(default=())


class Traces:
    """Looks at every table that holds what people did."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self._snapshot = ""
        self._rows: dict[str, int] = {}
        self._asks = ""

    async def forget(self) -> None:
        """Let what was written until now be no trace."""
        await self.look()

    async def look(self) -> Left:
        """Return what was written since the last look; nothing the first time."""
        async with self.pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
            now: str = await connection.fetchval("SELECT pg_current_snapshot()::text")
            if not self._asks:
                self._asks = await self._question(connection)
            first, since = not self._snapshot, self._snapshot or now
            before = self._rows
            found = await connection.fetch(self._asks, since)
            self._snapshot, self._rows = now, {row["name"]: row["rows"] for row in found}
            if first:
                return Left()
            written = [row["name"] for row in found if row["others"] or row["rows"] < before[row["name"]]]
            batches = await connection.fetch(_BATCHES, since) if "batches" in written else []
        return Left(tuple(written), tuple(Batch(**row) for row in batches))

    @staticmethod
    async def _question(connection: Connection) -> str:
        """Return the question how many rows each table has, and how many of them are new; those of persons apart."""
        found = await connection.fetch(
            "SELECT t.tablename, bool_or(c.column_name = 'pathway') AS of_pathway "
            "FROM pg_tables t JOIN information_schema.columns c "
            "ON c.table_schema = t.schemaname AND c.table_name = t.tablename "
            "WHERE t.schemaname = current_schema() GROUP BY t.tablename ORDER BY t.tablename"
        )
        parts = []
        for row in found:
            table, of = row["tablename"], _OF.get(row["tablename"], "pathway" if row["of_pathway"] else "")
            if table not in KEPT_ELSEWHERE:
                others = f"t.{of} NOT IN (SELECT pathway FROM by_itself)" if of else "true"
                parts.append(_ROWS.format(table=table, fresh=_FRESH, others=others))
        return f"WITH by_itself AS MATERIALIZED ({_BY_ITSELF}) {' UNION ALL '.join(parts)}"
