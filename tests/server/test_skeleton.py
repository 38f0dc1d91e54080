from __future__ import annotations

import uuid
from pathlib import Path

from domain.commands import Complete, Decide
from embedded.temporal import Temporal
from records import log
from service.answers import NotTaken, Recorded
from tests.server.working import outcome_of, refer_for_good
from tests.stage import OPERATION, stage, worker


class TestOnePathway:
    async def test_is_referred_recorded_and_decided(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as on, worker(on):
            referred = await refer_for_good(on, 1)
            assert isinstance(referred, Recorded), referred

            sam = await on.actor("sam.samordnare")
            done = await outcome_of(on, referred.pathway, Complete(id=str(uuid.uuid4()), by=sam, step="acknowledge"))
            pia = await on.actor("pia.programansvarig")
            decide = Decide(id=str(uuid.uuid4()), by=pia, step="eligibility", outcome="accepted", reason="ok")
            decided = await outcome_of(on, referred.pathway, decide)
            again = await outcome_of(on, referred.pathway, decide)
            refused = await outcome_of(on, referred.pathway, Complete(id=str(uuid.uuid4()), by=sam, step="acknowledge"))

            assert isinstance(done, Recorded)
            assert isinstance(decided, Recorded)
            assert again == decided or (isinstance(again, Recorded) and again.last_seq == decided.last_seq)
            assert isinstance(refused, NotTaken)
            assert refused.refusal.code == "already_done"
            events = await log.load(on.pool, referred.pathway, keys=on.keys.ring)
            assert [event.seq for event in events] == list(range(1, decided.last_seq + 1))
            assert events[0].coded["operation"] == OPERATION
