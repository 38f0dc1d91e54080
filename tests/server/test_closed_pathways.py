"""Closed pathways, and ids that pathways have forgotten: asked again, at once or long after, they are never held."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowExecutionStatus

from domain.commands import Command, Contact, Reopen
from domain.interpreter import State
from embedded.temporal import Temporal
from records import log, views
from records.database import Pool
from service.answers import Accepted, NotTaken, Recorded
from service.asking import ask
from service.ids import new_id
from service.office import Office
from service.restore import revive
from tests.server.begun import TO_ACCEPTED, begin
from tests.server.working import NO_ANSWER, all_at_rest, outcome_of, refer_for_good, until, working
from tests.stage import Stage, stage
from workflows import ports

CLOSED = {**TO_ACCEPTED, 20: ["exit registered_in_error"]}
CALLERS = 6


async def is_held(on: Stage) -> bool:
    """Tell whether any pathway has diverged."""
    return bool(await views.diverged(on.pool))


async def is_over(on: Stage, pathway: str) -> bool:
    """Tell whether a pathway's workflow has ended."""
    described = await on.client.get_workflow_handle(ports.WORKFLOW_ID.format(pathway)).describe()
    return described.status is not WorkflowExecutionStatus.RUNNING


class TestClosedPathways:
    async def test_take_corrections_of_several_offices_at_once(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as on, working(on):
            begun = await begin(on, 1, CLOSED, start=False)
            offices = [
                Office(pool=on.pool, keys=on.keys.ring, client=on.client, task_queue=on.office.task_queue)
                for _ in range(CALLERS)
            ]
            values = ["man" if place % 2 == 0 else "woman" for place in range(CALLERS)]
            commands = [begun.command({"correct": "gender", "value": value}, id=new_id()) for value in values]

            answers = await asyncio.gather(
                *(office.send(begun.pathway, command) for office, command in zip(offices, commands, strict=True))
            )

            refused = [answer for answer in answers if isinstance(answer, NotTaken)]
            assert {answer.refusal.code for answer in refused} <= {"nothing_to_correct"}
            assert not await is_held(on)

    async def test_are_woken_by_one_office_at_a_time(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as on, working(on):
            begun = await begin(on, 1, CLOSED, start=False)
            slow = Office(pool=on.pool, keys=on.keys.ring, client=on.client, task_queue=on.office.task_queue)
            has_read, other_waits, may_start = asyncio.Event(), asyncio.Event(), asyncio.Event()
            plain_state, plain_waking = slow.state_of, log.waking

            async def state_of(pathway: str) -> tuple[State | None, str]:
                found = await plain_state(pathway)
                has_read.set()
                await may_start.wait()
                return found

            @asynccontextmanager
            async def waking(pool: Pool, pathway: str) -> AsyncIterator[bool]:
                async with plain_waking(pool, pathway) as alone:
                    if not alone:
                        other_waits.set()
                    yield alone

            monkeypatch.setattr(slow, "state_of", state_of)
            monkeypatch.setattr(log, "waking", waking)
            first = begun.command({"correct": "gender", "value": "man"}, id=new_id())
            second = begun.command({"correct": "assistance", "value": "recurrent"}, id=new_id())

            asking = [asyncio.create_task(slow.send(begun.pathway, first))]
            await has_read.wait()
            asking.append(asyncio.create_task(on.office.send(begun.pathway, second)))
            await asyncio.wait(
                [asking[1], waiting := asyncio.create_task(other_waits.wait())], return_when=asyncio.FIRST_COMPLETED
            )
            if asking[1].done():
                await until(lambda: is_over(on, begun.pathway))
            may_start.set()
            await asyncio.gather(*asking)
            waiting.cancel()

            for command in (first, second):
                assert isinstance(await outcome_of(on, begun.pathway, command), Recorded)
            assert not await is_held(on)

    async def test_are_not_reopened_once_the_person_is_back(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as on, working(on):
            begun = await begin(on, 1, CLOSED, start=False)
            back = await refer_for_good(on, 1)
            assert isinstance(back, Recorded)
            assert back.pathway != begun.pathway
            manager = await on.actor("pia.programansvarig")

            answer = await ask(on.office, begun.pathway, Reopen(id=new_id(), by=manager, reason="skäl"))

            assert isinstance(answer, NotTaken)
            assert (answer.refusal.code, answer.refusal.params["pathway"]) == ("reentered", back.pathway)
            assert not await is_held(on)

    async def test_that_are_held_are_mended_too(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as on, working(on):
            begun = await begin(on, 1, CLOSED, start=False)
            old, rules = await on.office.state_of(begun.pathway)
            first = begun.command({"correct": "gender", "value": "man"}, id=new_id())
            second = begun.command({"correct": "assistance", "value": "recurrent"}, id=new_id())
            assert isinstance(await outcome_of(on, begun.pathway, first), Recorded)
            await until(lambda: is_over(on, begun.pathway))
            given = ports.PathwayInput(begun.pathway, rules, old)  # as a backup of Temporal would hold it
            assert isinstance(await on.office.send_with_start(begun.pathway, second, given), NotTaken)
            assert await is_held(on)

            assert [(one.result, one.why) async for one in revive(on.office, mend=True)] == [("mended", "diverged")]

            assert not await is_held(on)
            assert isinstance(await outcome_of(on, begun.pathway, second.model_copy(update={"id": new_id()})), Recorded)


class TestWhatAMendedPathwayHadTaken:
    async def test_is_named_so_that_somebody_asks_again(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as on, working(on):
            begun = await begin(on, 1, TO_ACCEPTED)
            old, rules = await on.office.state_of(begun.pathway)
            first, lost = (begun.command("contact", id=new_id()) for _ in range(2))
            assert isinstance(await outcome_of(on, begun.pathway, first), Recorded)
            await until(lambda: all_at_rest(on, [begun.pathway]))
            await on.client.get_workflow_handle(ports.WORKFLOW_ID.format(begun.pathway)).terminate()
            back, plain = asyncio.Event(), log.append

            async def append(*given: Any, **named: Any) -> list[log.Receipt]:
                if not back.is_set():
                    raise OSError("PostgreSQL is away")
                return await plain(*given, **named)

            monkeypatch.setattr(log, "append", append)
            given = ports.PathwayInput(begun.pathway, rules, old)  # as a backup of Temporal would hold it
            await until(lambda: is_accepted(on, lost, given))
            back.set()
            await until(lambda: is_held(on))

            (mended,) = [one async for one in revive(on.office, mend=True)]

            assert (mended.result, mended.why) == ("mended", "diverged")
            assert [(one.command, one.kind, one.by) for one in mended.dropped] == [(lost.id, "contact", lost.by.staff)]
            assert isinstance(await outcome_of(on, begun.pathway, lost), Recorded)


async def is_accepted(on: Stage, command: Command, given: ports.PathwayInput) -> bool:
    """Ask a run that begins in an old state, and tell whether it took the command."""
    with suppress(*NO_ANSWER):
        return isinstance(await on.office.send_with_start(given.pathway, command, given), Accepted)
    return False


class TestIdsWithoutTime:
    async def test_that_the_pathway_has_forgotten_are_answered_from_the_record(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        days = {**TO_ACCEPTED, 4: ["contact"], 24: ["contact"]}
        async with stage(database_url, temporal_server.address, tmp_path) as on, working(on):
            begun = await begin(on, 1, days)
            assert "prelude/1/3" not in begun.state.commands
            sam = await on.actor("sam.samordnare")

            answer = await ask(on.office, begun.pathway, Contact(id="prelude/1/3", by=sam))

            assert isinstance(answer, Recorded)
            assert answer.again
            assert not await is_held(on)
