"""P2 under load: many callers, one pathway, many continue-as-news; nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path

from temporalio.client import Client

from domain.commands import Contact
from domain.interpreter import fold
from embedded.temporal import Temporal
from records import log
from service.answers import AnswerGiven, Recorded
from tests.server.working import outcome_of, refer_for_good
from tests.stage import stage, worker
from workflows import ports

CALLERS, EACH = 10, 50


async def runs_of(client: Client, pathway: str) -> int:
    """Count the runs of a pathway's workflow by following them back from the first."""
    handle = client.get_workflow_handle(ports.WORKFLOW_ID.format(pathway))
    run, count = (await handle.describe()).raw_description.workflow_execution_info.first_run_id, 0
    while run:
        count += 1
        history = await client.get_workflow_handle(handle.id, run_id=run).fetch_history()
        last = history.events[-1]
        run = last.workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    return count


class TestTenCallers:
    async def test_lose_and_double_nothing_over_many_continue_as_news(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as on, worker(on):
            referred = await refer_for_good(on, 1)
            assert isinstance(referred, Recorded)
            sam = await on.actor("sam.samordnare")

            async def call() -> list[AnswerGiven]:
                answers: list[AnswerGiven] = []
                for _ in range(EACH):
                    command = Contact(id=str(uuid.uuid4()), by=sam)
                    answers.append(await outcome_of(on, referred.pathway, command))
                return answers

            answered = [
                answer for answers in await asyncio.gather(*(call() for _ in range(CALLERS))) for answer in answers
            ]

            events = await log.load(on.pool, referred.pathway, keys=on.keys.ring)
            happened = [event for event in events if event.type == "Happened"]
            assert all(isinstance(answer, Recorded) for answer in answered), answered
            assert len(happened) == CALLERS * EACH
            assert len({event.command_id for event in happened}) == CALLERS * EACH
            assert [event.seq for event in events] == list(range(1, len(events) + 1))
            assert await runs_of(on.client, referred.pathway) > 5
            state = fold(referred.pathway, events)
            assert state is not None
            assert len(state.commands) == CALLERS * EACH + 1


class TestTwoCallersWithOneId:
    async def test_are_one_command_with_one_answer(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as on, worker(on):
            referred = await refer_for_good(on, 1)
            assert isinstance(referred, Recorded)
            sam = await on.actor("sam.samordnare")
            commands = [Contact(id=str(uuid.uuid4()), by=sam) for _ in range(20)]

            answered = [
                await asyncio.gather(*(outcome_of(on, referred.pathway, command) for _ in range(2)))
                for command in commands
            ]

            events = await log.load(on.pool, referred.pathway, keys=on.keys.ring)
            for first, second in answered:
                assert isinstance(first, Recorded)
                assert isinstance(second, Recorded)
                assert (first.first_seq, first.last_seq) == (second.first_seq, second.last_seq)
            happened = [event.command_id for event in events if event.type == "Happened"]
            assert happened == [command.id for command in commands]
