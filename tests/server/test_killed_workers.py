"""P2 when workers are killed: for every kind of command, before its commit, after it, and after the answer."""

from __future__ import annotations

import asyncio
import os
import signal
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.interpreter import due, fold
from embedded.temporal import Temporal
from records import log
from service.answers import Accepted, NotTaken, Recorded
from service.page import progress
from tests.server.begun import KINDS, Begun, begin, judged
from tests.server.dying import armed_name
from tests.server.mortal import WORKERS, dying_workers
from tests.stage import Stage, stage

PATIENCE = 200  # seconds; a killed recording is tried again after its five, several times over on a busy machine


async def recorded(on: Stage, begun: Begun, command_id: str) -> None:
    """Wait until a command is in the record."""
    async with asyncio.timeout(PATIENCE):
        while not await on.pool.fetchval(
            "SELECT true FROM batches WHERE pathway = $1 AND command_id = $2", begun.pathway, command_id
        ):
            await asyncio.sleep(0.1)


async def quiet(on: Stage, begun: Begun) -> None:
    """Wait until all that a pathway has decided is recorded; while every worker is dying, nobody can say so."""
    async with asyncio.timeout(PATIENCE):
        while (known := await progress(on.office, begun.pathway)) is None or known.recorded != known.decided:
            await asyncio.sleep(0.1)


async def ask_until_answered(on: Stage, begun: Begun, sentence: object, command_id: str) -> Recorded:
    """Ask as a patient caller does: again with the same id, until the command is recorded."""
    command = begun.command(sentence, id=command_id)
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await on.office.send(begun.pathway, command)
            match answer:
                case Recorded():
                    return answer
                case Accepted():
                    await recorded(on, begun, command_id)
                case NotTaken(refusal=refusal):
                    assert refusal.code == "given_up", refusal.code


class TestEveryKindOfCommand:
    @pytest.mark.parametrize("point", ["before", "after", "answered"])
    async def test_is_recorded_once_when_its_worker_is_killed(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path, point: str
    ) -> None:
        async with (
            stage(database_url, temporal_server.address, tmp_path) as on,
            dying_workers(on, database_url, temporal_server.address, tmp_path) as armed,
        ):
            begun = {
                kind: await begin(on, place, days, start=False) for place, (kind, (days, _)) in enumerate(KINDS.items())
            }
            ids = {kind: str(uuid.uuid4()) for kind in KINDS}
            ticking = [one for one in begun.values() if (at := due(one.state)) and at <= datetime.now(UTC)]
            if point != "answered":
                for kind in KINDS:
                    (armed / armed_name(ids[kind], begun[kind].pathway)).write_text(point)
                for one in ticking:
                    (armed / armed_name("tick/", one.pathway)).write_text(point)

            answers = await asyncio.gather(
                *(ask_until_answered(on, one, KINDS[kind][1], ids[kind]) for kind, one in begun.items())
            )
            if point == "answered":
                for pid in on.pids[-WORKERS:]:  # type: ignore[attr-defined]
                    os.kill(pid, signal.SIGKILL)
                again = [await on.office.send(one.pathway, one.commands[ids[kind]]) for kind, one in begun.items()]
                assert [answer.last_seq for answer in again] == [answer.last_seq for answer in answers]  # type: ignore[union-attr]

            assert ticking
            for one in begun.values():
                await quiet(on, one)
            left = [file.name for file in armed.iterdir()]
            assert not set(left) & set(ids.values()), "a command did not meet its death"
            # Whoever left or paused at once had nothing to be told any more; the others' first notices killed.
            assert len(left) < len(ticking)
            for kind, one in begun.items():
                events = await log.load(on.pool, one.pathway, keys=on.keys.ring)
                assert sum(event.command_id == ids[kind] and event.index == 0 for event in events) == 1, kind
                assert [event.seq for event in events] == list(range(1, len(events) + 1)), kind
                assert events == judged(one, events), kind
                assert fold(one.pathway, events) is not None
