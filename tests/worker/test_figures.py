"""Figures: what PostgreSQL and this process know, without any pathway's name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import generate_latest

from records import ledger, log
from tests.activities.promising import promised
from tests.records.builders import World, opened
from worker.figures import read_figures
from worker.telemetry import WAITING_AFTER, Metrics


def shown(metrics: Metrics) -> dict[str, float]:
    lines = generate_latest(metrics.registry).decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


class TestFromPostgreSQL:
    async def test_shows_what_operations_watch(self, world: World) -> None:
        metrics = Metrics()
        story, notice = await promised(world)
        late = await world.pathway(1)
        await late.refer(opened("late#1", due=datetime.now(UTC) - timedelta(days=1)))
        await log.mark_diverged(world.pool, log.RecordDiverged(late.pathway, 1, "gap"))
        await world.pool.execute(
            "INSERT INTO outbox (pathway, command, command_id, created_at, attempts) VALUES ($1, '{}', 'c', $2, 50)",
            story.pathway,
            datetime.now(UTC) - timedelta(hours=1),
        )

        await read_figures(world.pool, metrics)
        before = shown(metrics)
        await ledger.claim(world.pool, notice, now=datetime.now(UTC))
        await read_figures(world.pool, metrics)

        assert before['stegvis_notices{state="promised"}'] == 1
        assert shown(metrics)['stegvis_notices{state="promised"}'] == 0
        assert shown(metrics)['stegvis_notices{state="claimed"}'] == 1
        assert before["stegvis_diverged_pathways"] == 1
        assert before["stegvis_outbox_dead"] == 1
        assert before["stegvis_outbox_oldest_seconds"] == pytest.approx(3600, abs=60)
        assert before["stegvis_overdue_pathways"] >= 1
        assert story.pathway not in generate_latest(metrics.registry).decode()


class TestFromThisProcess:
    def test_counts_batches_and_who_waits(self) -> None:
        metrics = Metrics()

        metrics.recorded("p1", 3)
        metrics.not_recorded("p1")
        metrics.not_recorded("p1")
        metrics.not_recorded("p2")

        assert shown(metrics)["stegvis_recorded_batches_total"] == 3
        assert shown(metrics)["stegvis_accepted_not_recorded"] == 2

    def test_forgets_who_was_recorded_here_or_taken_over_elsewhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        metrics = Metrics()
        now = 1000.0
        monkeypatch.setattr("time.monotonic", lambda: now)
        metrics.not_recorded("here")
        metrics.not_recorded("elsewhere")

        metrics.recorded("here", 1)
        assert metrics.waiting() == 1

        now += WAITING_AFTER + 1
        assert metrics.waiting() == 0
