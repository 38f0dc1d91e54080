"""What the code of today gives Temporal is what it gave when the latest histories were collected."""

from __future__ import annotations

from pathlib import Path

import pytest

from embedded.temporal import Temporal
from tests.replay.fingerprint import RUNBOOK, fingerprint, steps
from tests.replay.histories import Collection, collections
from tests.replay.playing import SMALL, play
from tests.server.working import working
from tests.stage import stage

COLLECTIONS = collections()


class TestStoredHistories:
    @pytest.mark.parametrize("collection", COLLECTIONS, ids=lambda one: str(one.folder.name))
    def test_are_as_they_were_when_they_were_stored(self, collection: Collection) -> None:
        now = {kept.file: fingerprint(collection.history(kept)) for kept in collection.manifest}

        assert now == collection.fingerprints, "a stored history was edited: take it back from version control"


class TestTheCodeOfToday:
    async def test_gives_the_same_commands_in_the_same_order(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        latest = COLLECTIONS[-1]
        then = [steps(latest.history(kept)) for kept in latest.manifest if kept.scenario == SMALL.name]

        async with stage(database_url, temporal_server.address, tmp_path) as on, working(on):
            now = [steps(run) for run in await (await play(on, 1, SMALL)).runs()]

        assert now == then, RUNBOOK
