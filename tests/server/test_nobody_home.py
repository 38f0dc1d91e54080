"""P2 without a worker: a caller that gives up is told *not taken*, and nothing runs when a worker comes later."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path

from domain.commands import Complete
from embedded.temporal import Temporal
from records import log
from service.answers import NotTaken, Recorded
from service.office import GIVE_UP_AFTER, Patience
from tests.server.begun import begin
from tests.stage import stage, worker

SHORT = Patience(timedelta(milliseconds=200), timedelta(milliseconds=500), timedelta(milliseconds=900))


class TestNoWorker:
    def test_is_told_within_fifteen_seconds(self) -> None:
        assert timedelta(seconds=15) >= GIVE_UP_AFTER

    async def test_takes_nothing_and_nothing_runs_later(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as on:
            begun = await begin(on, 1, {0: ["refer"]})
            before = await log.load(on.pool, begun.pathway, keys=on.keys.ring)
            on.office.patience = SHORT
            sam = await on.actor("sam.samordnare")
            command = Complete(id=str(uuid.uuid4()), by=sam, step="acknowledge")

            answer = await on.office.send(begun.pathway, command)
            assert isinstance(answer, NotTaken)
            assert answer.refusal.code == "given_up"

            on.office.patience = Patience()
            async with worker(on):
                # A later command is answered in order behind whatever still waited in the workflow's line.
                later = Complete(id=str(uuid.uuid4()), by=sam, step="acknowledge")
                assert isinstance(await on.office.send(begun.pathway, later), Recorded)

            events = await log.load(on.pool, begun.pathway, keys=on.keys.ring)
            fresh = events[len(before) :]
            assert command.id not in {event.command_id for event in fresh}
            assert later.id in {event.command_id for event in fresh}
