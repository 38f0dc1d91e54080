"""P2 and P3 at a continue-as-new: nothing under way is lost, neither notices nor what comes in the closing task."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload, WorkflowExecution
from temporalio.api.update.v1 import UpdateRef
from temporalio.api.workflowservice.v1 import PollWorkflowExecutionUpdateRequest
from temporalio.client import Client
from temporalio.service import RPCError

from activities.notify import MESSAGE_DOMAIN
from embedded.temporal import Temporal
from records import ledger
from service.answers import Recorded
from service.ids import new_id
from tests.server.begun import TO_ACCEPTED, TO_PLAN, Begun, begin, judged
from tests.server.working import (
    Letters,
    asked_until_answered,
    beginnings,
    events_of,
    outcome_of,
    recorded,
    runs,
    until,
    working,
)  # fmt: skip
from tests.stage import Stage, stage
from worker.codec import PathwayCodec
from workflows.ports import WORKFLOW_ID

INVENTORY_BUT_THE_GATE = {day: sentences for day, sentences in TO_PLAN.items() if day < 13}
ENDINGS = ((INVENTORY_BUT_THE_GATE, "decide gate go_on"), (TO_ACCEPTED, "exit dropped_out"))
LATECOMERS = 5


class TestNotifyingAtAStagesEnd:
    async def test_is_waited_for_while_commands_are_taken(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        letters = Letters(held=asyncio.Event())
        async with stage(database_url, temporal_server.address, tmp_path) as on, working(on, letters):
            begun = await begin(on, 1, {0: ["refer"], 1: ["done acknowledge"]})
            asked = [begun.command(sentence, id=new_id()) for sentence in ("decide eligibility accepted", "contact")]
            for command in asked:
                await asked_until_answered(on, begun.pathway, command)
                await recorded(on, begun.pathway, command.id)
            await until(lambda: being_handed_over(on, begun))
            under_way = await runs(on, begun.pathway)
            assert letters.held is not None
            letters.held.set()
            await until(lambda: has_moved(on.client, begun.pathway))
            settled_when_it_moved = await settled(on, begun)
            after = begun.command("contact", id=new_id())
            await outcome_of(on, begun.pathway, after)

            events = await events_of(on, begun.pathway)
            rows = await on.pool.fetch("SELECT message_id, state FROM notices WHERE seq > $1", begun.state.seq)
            handed_over = {f"<{row['message_id']}@{MESSAGE_DOMAIN}>" for row in rows if row["state"] == "handed_over"}
            assert len(under_way) == 1
            assert settled_when_it_moved
            assert set((await beginnings(on, begun.pathway)).values()) == {1}
            assert events == judged(begun, events)
            assert handed_over
            assert letters.times == dict.fromkeys(handed_over, 1)
            assert {row["state"] for row in rows} <= {"handed_over", "cancelled"}


class ClosingTask:
    """Holds a workflow task that continues as new, before its completion is sent."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()
        plain = PathwayCodec.encode

        async def encode(codec: PathwayCodec, payloads: Sequence[Payload]) -> list[Payload]:
            if any(b'"rules":' in payload.data and b'"state":{' in payload.data for payload in payloads):
                self.reached.set()
                await self.go_on.wait()
            return await plain(codec, payloads)

        monkeypatch.setattr(PathwayCodec, "encode", encode)


class TestACommandInTheClosingTask:
    @pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: ending[1])
    async def test_is_taken_by_the_next_run(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
        *, ending: tuple[dict[int, list[Any]], str],
    ) -> None:  # fmt: skip
        days, sentence = ending
        async with stage(database_url, temporal_server.address, tmp_path) as on, working(on) as letters:
            begun = await begin(on, 1, days)
            closing = ClosingTask(monkeypatch)
            last = begun.command(sentence, id=new_id())
            late = [begun.command("contact", id=new_id()) for _ in range(LATECOMERS)]

            first = asyncio.create_task(outcome_of(on, begun.pathway, last))
            await closing.reached.wait()
            asking = [asyncio.create_task(outcome_of(on, begun.pathway, command)) for command in late]
            for command in late:
                await until(lambda: arrived(on.client, begun.pathway, command.id))  # noqa: B023 - awaited at once
            closing.go_on.set()
            answers = await asyncio.gather(first, *asking)

            events = await events_of(on, begun.pathway)
            assert all(isinstance(answer, Recorded) for answer in answers), answers
            assert len(await runs(on, begun.pathway)) == 2
            assert [event.seq for event in events] == list(range(1, len(events) + 1))
            assert set((await beginnings(on, begun.pathway)).values()) == {1}
            assert {command.id for command in late} <= {event.command_id for event in events}
            assert events == judged(begun, events)
            assert set(letters.times.values()) <= {1}


async def being_handed_over(on: Stage, begun: Begun) -> bool:
    """Tell whether the answer to the referrer is on its way."""
    found = await ledger.notices(on.pool, pathway=begun.pathway, states=("claimed",))
    return any(notice.seq > begun.state.seq for notice in found)


async def settled(on: Stage, begun: Begun) -> bool:
    """Tell whether every notice of this workflow has its answer; those from before it are the sweeper's."""
    found = await ledger.notices(on.pool, pathway=begun.pathway, states=("promised", "claimed"))
    return not any(notice.seq > begun.state.seq for notice in found)


async def has_moved(client: Client, pathway: str) -> bool:
    """Tell whether a pathway has moved to a new run."""
    info = (
        await client.get_workflow_handle(WORKFLOW_ID.format(pathway)).describe()
    ).raw_description.workflow_execution_info
    return bool(info.first_run_id != info.execution.run_id)


async def arrived(client: Client, pathway: str, command_id: str) -> bool:
    """Tell whether a command has reached Temporal, whatever became of it there."""
    update = UpdateRef(
        workflow_execution=WorkflowExecution(workflow_id=WORKFLOW_ID.format(pathway)), update_id=command_id
    )
    request = PollWorkflowExecutionUpdateRequest(namespace=client.namespace, update_ref=update)
    try:
        await client.workflow_service.poll_workflow_execution_update(request)
    except RPCError:
        return False
    return True
