"""P2 without a worker: a caller that gives up is told *not taken*, and nothing runs when a worker comes later."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHandle, WorkflowUpdateHandle, WorkflowUpdateRPCTimeoutOrCancelledError

from domain.commands import Complete
from embedded.temporal import Temporal
from records import log
from service.answers import NotTaken, Recorded
from service.ids import new_id
from service.office import A_LAST_LOOK, GIVE_UP_AFTER, Patience
from tests.server.begun import TO_ACCEPTED, TO_PLAN, begin
from tests.server.working import asked_until_answered, beginnings, recorded, working
from tests.stage import stage, worker

SHORT = Patience(timedelta(milliseconds=200), timedelta(milliseconds=500), timedelta(milliseconds=900))


class TestNoWorker:
    def test_is_told_within_fifteen_seconds(self) -> None:
        assert timedelta(seconds=15) >= GIVE_UP_AFTER + timedelta(seconds=A_LAST_LOOK)

    async def test_takes_nothing_and_nothing_runs_later(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as on:
            begun = await begin(on, 1, {0: ["refer"]})
            before = await log.load(on.pool, begun.pathway, keys=on.keys.ring)
            on.office.patience = SHORT
            sam = await on.actor("sam.samordnare")
            command = Complete(id=str(uuid.uuid4()), by=sam, step="acknowledge")

            answer = await asked_until_answered(on, begun.pathway, command)
            assert isinstance(answer, NotTaken)
            assert answer.refusal.code == "given_up"

            on.office.patience = Patience()
            async with worker(on):
                # A later command is answered in order behind whatever still waited in the workflow's line.
                later = Complete(id=str(uuid.uuid4()), by=sam, step="acknowledge")
                await asked_until_answered(on, begun.pathway, later)
                await recorded(on, begun.pathway, later.id)

            events = await log.load(on.pool, begun.pathway, keys=on.keys.ring)
            fresh = events[len(before) :]
            assert command.id not in {event.command_id for event in fresh}
            assert later.id in {event.command_id for event in fresh}


class TestACallerWhoHearsNothing:
    """On a busy machine the answer to a command that was taken may not come through in time."""

    @pytest.mark.parametrize(
        ("days", "sentence"),
        [
            (TO_ACCEPTED, "contact"),
            ({day: doing for day, doing in TO_PLAN.items() if day < 13}, "decide gate go_on"),  # it moves
        ],
        ids=["in_its_run", "in_the_run_before"],
    )
    async def test_is_not_told_that_nothing_will_happen(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
        *, days: dict[int, list[Any]], sentence: str,
    ) -> None:  # fmt: skip
        async with stage(database_url, temporal_server.address, tmp_path) as on, working(on):
            begun = await begin(on, 1, days)
            command = begun.command(sentence, id=new_id())
            plain = WorkflowHandle.start_update

            async def unheard(handle: Any, *given: Any, **named: Any) -> WorkflowUpdateHandle[Any]:
                if not await log.recorded(on.pool, begun.pathway, command.id):
                    await plain(handle, *given, **{**named, "rpc_timeout": None})
                    await recorded(on, begun.pathway, command.id)
                raise WorkflowUpdateRPCTimeoutOrCancelledError

            monkeypatch.setattr(WorkflowHandle, "start_update", unheard)
            on.office.patience = SHORT

            answer = await asked_until_answered(on, begun.pathway, command)

            assert isinstance(answer, Recorded), answer
            assert (await beginnings(on, begun.pathway))[command.id] == 1
