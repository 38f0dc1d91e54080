"""Read from PostgreSQL what operations watch, and show it in the metrics."""

from __future__ import annotations

from datetime import UTC, datetime

from records import ledger, outbox, views
from records.database import Pool
from worker.telemetry import Metrics

COUNTED = 1000  # overdue steps; beyond that the figure only says "very many", and the list is asked instead


async def read_figures(pool: Pool, metrics: Metrics) -> None:
    """Read the figures and show them.

    Raises:
        OSError, asyncpg.PostgresError: PostgreSQL doesn't answer; the last figures stay.
    """
    now = datetime.now(UTC)
    waiting = await outbox.figures(pool, now=now)
    overdue = await views.due(pool, now=now, until=now, limit=COUNTED)
    metrics.show(
        notices=await ledger.unsettled(pool),
        diverged=len(await views.diverged(pool)),
        outbox_oldest=waiting.oldest,
        outbox_dead=waiting.dead,
        overdue=len({each.pathway for each in overdue}),
    )
