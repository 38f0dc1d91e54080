"""P2 when PostgreSQL is away under load: commands on open pathways are accepted, and recorded afterwards in order."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from embedded.postgres import Postgres
from embedded.temporal import Temporal
from records import keys
from service.answers import Accepted, NotTaken, Recorded
from service.office import Patience
from tests.server.begun import TO_WORK, begin, judged
from tests.server.working import Caller, beginnings, calling, events_of, recorded, unplugged, until, working
from tests.stage import stage

PEOPLE = 20
SENTENCES = ("contact", {"fact": "education", "value": "isced_3_4"}, "hours work_training 4")
SOON = Patience(answer=timedelta(seconds=1))
BRIEF = 0.2  # seconds; a key is asked for again long before PostgreSQL is back, as in an outage of minutes


@pytest.mark.fault
class TestCommandsDuringAnOutage:
    async def test_are_accepted_and_recorded_afterwards_once_and_in_order(
        self, own_postgres: Postgres, temporal_server: Temporal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(keys, "TTL", BRIEF)
        async with stage(own_postgres.url, temporal_server.address, tmp_path) as on, working(on):
            on.office.patience = SOON
            begun = await asyncio.gather(*(begin(on, place, TO_WORK) for place in range(PEOPLE)))
            callers = [Caller(on, one, SENTENCES) for one in begun]
            ham = await on.actor("ham.handlaggare")

            async with calling(callers) as count:
                await until(lambda: count(Recorded) + count(Accepted) >= 2 * PEOPLE)
                async with unplugged(own_postgres):
                    accepted = count(Accepted)
                    await until(lambda: count(Accepted) >= accepted + PEOPLE)
                    referred = await on.refer(PEOPLE, by=ham)
                answered = count(Recorded) + count(Accepted)
                await until(lambda: count(Recorded) + count(Accepted) >= answered + PEOPLE)

            assert isinstance(referred, NotTaken)
            assert referred.refusal.code == "record_away"
            assert count(NotTaken) == count(Exception) == 0
            for caller in callers:
                pathway = caller.begun.pathway
                await recorded(on, pathway, *caller.asked)
                events = await events_of(on, pathway)
                assert [event.seq for event in events] == list(range(1, len(events) + 1))
                assert set((await beginnings(on, pathway)).values()) == {1}
                order = [event.command_id for event in events if event.index == 0 and event.command_id in caller.asked]
                assert order == caller.asked
                assert events == judged(caller.begun, events)
