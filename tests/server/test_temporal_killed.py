"""P2 when Temporal is killed under load and started again: one of three answers for everything, each recorded once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from embedded.temporal import Temporal
from service.answers import Accepted, AnswerGiven, NotTaken, Recorded
from service.ids import new_id
from service.office import Office, Patience
from tests.server.begun import TO_WORK, begin, judged
from tests.server.working import Caller, beginnings, calling, events_of, recorded, unplugged, until, working
from tests.stage import Stage, stage
from worker.plugin import PathwayPlugin

PEOPLE, HASTY, OUTAGES = 12, 3, 2
SENTENCES = ("contact", {"fact": "education", "value": "isced_3_4"}, "hours work_training 4")
BRIEF = Patience(answer=timedelta(seconds=0.2), taken=timedelta(seconds=0.4), give_up=timedelta(seconds=0.6))


class TestTemporalAway:
    async def test_is_no_answer_rather_than_not_taken_for_what_may_have_been_sent(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as on:
            begun = await begin(on, 1, TO_WORK, start=False)
            async with cut_off(on, temporal_server, BRIEF) as office:
                with pytest.raises(RPCError) as raised:
                    await office.send(begun.pathway, begun.command("contact", id=new_id()))

            assert raised.value.status is RPCStatusCode.UNAVAILABLE

    async def test_lets_a_caller_go_who_leaves(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as on:
            begun = await begin(on, 1, TO_WORK, start=False)
            async with cut_off(on, temporal_server, Patience(give_up=timedelta(days=1))) as office:
                asking = asyncio.create_task(office.send(begun.pathway, begun.command("contact", id=new_id())))
                await asyncio.wait([asking], timeout=0.1)
                asking.cancel()

                with pytest.raises(asyncio.CancelledError):
                    await asking


@asynccontextmanager
async def cut_off(on: Stage, server: Temporal, patience: Patience) -> AsyncIterator[Office]:
    """Give an office whose Temporal was there a moment ago."""
    host, port = server.address.split(":")

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside, outside = await asyncio.open_connection(host, int(port))
        await asyncio.gather(pipe(reader, outside), pipe(inside, writer))

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (data := await reader.read(65536)) and not line.is_set():
            writer.write(data)
        writer.close()

    line = asyncio.Event()
    async with await asyncio.start_server(carry, "127.0.0.1", 0) as door:
        address = "{}:{}".format(*door.sockets[0].getsockname())
        client = await Client.connect(address, plugins=[PathwayPlugin(on.keys)])
        door.close()
        line.set()
        yield Office(pool=on.pool, keys=on.keys.ring, client=client, task_queue="nobody's", patience=patience)


@pytest.mark.fault
class TestCommandsWhenTemporalIsKilled:
    async def test_are_answered_when_they_are_asked_again_and_recorded_once(
        self, database_url: str, own_temporal: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, own_temporal.address, tmp_path) as on, working(on):
            hasty = replace(on, office=Office(
                pool=on.pool, keys=on.keys.ring, client=on.client, task_queue=on.office.task_queue, patience=BRIEF
            ))  # fmt: skip
            begun = await asyncio.gather(*(begin(on, place, TO_WORK) for place in range(PEOPLE)))
            callers = [Caller(on if place >= HASTY else hasty, one, SENTENCES) for place, one in enumerate(begun)]

            async with calling(callers) as count:
                for outage in range(1, OUTAGES + 1):
                    await until(lambda: count(Recorded) >= 2 * PEOPLE * outage)  # noqa: B023 - awaited at once
                    async with unplugged(own_temporal):
                        await until(lambda: count(Exception) >= HASTY * outage)  # noqa: B023
                before = count(Recorded)
                await until(lambda: count(Recorded) >= before + 2 * PEOPLE)

            for caller in callers:
                caller.on = on
            again = await asyncio.gather(*(asked_again(caller) for caller in callers))

            assert count(NotTaken) < count(Recorded)
            for caller, answers in zip(callers, again, strict=True):
                await recorded(on, caller.begun.pathway, *caller.asked)
                times = await beginnings(on, caller.begun.pathway)
                events = await events_of(on, caller.begun.pathway)
                for first, second in zip(caller.answers, answers, strict=True):
                    assert isinstance(second, Recorded | Accepted)
                    if isinstance(first, Recorded) and isinstance(second, Recorded):
                        assert first.last_seq == second.last_seq
                assert set(times.values()) == {1}
                assert [event.seq for event in events] == list(range(1, len(events) + 1))
                assert events == judged(caller.begun, events)


async def asked_again(caller: Caller) -> list[AnswerGiven | Exception]:
    """Ask everything again, with the same ids."""
    return [await caller.ask(each) for each in caller.asked]
