"""People who are already inside: the same rules at past instants, recorded now, started at an equal state."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from domain.calendar import local_day
from domain.events import EventType
from domain.interpreter import due, fold
from domain.operations import OperationDef
from embedded.temporal import Temporal
from records import ledger, log, views
from service.importing.history import Person, Taken, operation_of, read_history, take_over
from service.page import progress
from service.restore import revive
from service.sample import reserved_number
from tests.stage import OPERATION, Stage, stage, worker

STARTS = local_day(datetime.now(UTC)) - timedelta(days=300)
BORN = date(STARTS.year - 45, 4, 4)
STORY = """
history:
  - referral: one
    number: "{number}"
    name: Test Testsson
    unit: forsorjningsstod
    starts: 10
    given: {{assistance: long_term, complex_problems: true, disability: refused}}
    days:
      0: [refer]
      1: [done acknowledge]
      6: [decide eligibility accepted]
      40: [record domain.health, record domain.social_situation]
  - referral: two
    number: "{other}"
    name: Test Andersson
    unit: forsorjningsstod
    starts: 20
    days: {{0: [refer], 1: [done acknowledge], 3: [decide gate go_on]}}
"""


def people(operation: OperationDef) -> list[Person | Taken]:
    """Return two people: one who can be taken over, one whose history the rules refuse."""
    text = STORY.format(number=reserved_number(BORN, 1), other=reserved_number(BORN, 2))
    return read_history(text, operation=operation)


async def taken(on: Stage, *, dry: bool) -> list[Taken]:
    """Take them over."""
    operation = await operation_of(on.office, OPERATION)
    return [one async for one in take_over(on.office, people(operation), operation=operation, dry=dry)]


async def counts(on: Stage) -> list[Any]:
    """Count what could be half-kept."""
    tables = ("participants", "people", "identities", "keys", "pathways", "events", "notices")
    return [await on.pool.fetchval(f"SELECT count(*) FROM {table}") for table in tables]


class TestTakingOver:
    async def test_records_nothing_before_it_is_told_to(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path, starts=STARTS) as on:
            before = await counts(on)

            dry = await taken(on, dry=True)

            assert await counts(on) == before
            assert [one.result for one in dry] == ["would_record", "refused"]
            assert dry[0].cancelled > 3
            assert dry[1].refusal is not None
            assert dry[1].refusal.code == "step_not_open"
            assert "decide gate go_on" in (dry[1].where or "")

    async def test_takes_a_person_whole_once_and_lets_the_pathway_live_on(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path, starts=STARTS) as on, worker(on):
            done = await taken(on, dry=False)
            kept = await counts(on)
            again = await taken(on, dry=False)

            assert [one.result for one in done] == ["recorded", "refused"]
            assert [one.result for one in again] == ["already", "refused"]
            assert await counts(on) == kept
            pathway = done[0].pathway or ""
            events = await log.load(on.pool, pathway, keys=on.keys.ring)
            assert {event.actor.channel for event in events if event.actor.staff != "system"} == {"history"}
            assert max(event.recorded_at.date() - event.occurred_on for event in events).days > 200
            told = [event for event in events if event.type is EventType.TOLD]
            assert told
            assert all(event.coded["before_takeover"] for event in told)
            notices = await ledger.notices(on.pool, pathway=pathway, limit=100)
            assert {(one.state, one.reason) for one in notices} == {("cancelled", "before_takeover")}
            state = fold(pathway, events)
            assert state is not None
            at = due(state)
            assert at is None or at > datetime.now(UTC)
            asked = await progress(on.office, pathway, patience=20)
            assert asked is not None
            assert (asked.recorded, asked.decided) == (events[-1].seq, events[-1].seq)

    async def test_is_found_running_by_revive(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path, starts=STARTS) as on, worker(on):
            await taken(on, dry=False)

            found = [one async for one in revive(on.office)]

            assert [one.result for one in found] == ["running"]
            assert len(await views.open_pathways(on.pool)) == 1


class TestRevive:
    async def test_says_so_where_no_worker_answers(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path, starts=STARTS) as on:
            await taken(on, dry=False)

            found = [one async for one in revive(on.office, mend=True)]

            assert [(one.result, one.why) for one in found] == [("failed", "no_answer")]
