"""Time decides first: what fell due is told, whoever comes in the same moment."""

from __future__ import annotations

from pathlib import Path

from domain.events import EventType
from embedded.temporal import Temporal
from service.ids import new_id
from tests.server.begun import begin, judged
from tests.server.working import asked_until_answered, events_of, recorded, working
from tests.stage import stage


class TestACommandThatComesWithWhatWasDue:
    async def test_finds_it_told(self, database_url: str, temporal_server: Temporal, tmp_path: Path) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as on, working(on):
            begun = await begin(on, 1, {0: ["refer"]}, start=False)
            done = begun.command("done acknowledge", id=new_id())

            # It starts the workflow, in whose first task both are decided.
            await asked_until_answered(on, begun.pathway, done)
            await recorded(on, begun.pathway, done.id)

            fresh = [event for event in await events_of(on, begun.pathway) if event.seq > begun.state.seq]
            told = [event.coded["kind"] for event in fresh if event.command_id == f"tick/{begun.state.seq}"]
            assert told == ["announce", "overdue", "escalate"]
            assert [event.type for event in fresh[3:4]] == [EventType.DONE]
            assert await events_of(on, begun.pathway) == judged(begun, await events_of(on, begun.pathway))
