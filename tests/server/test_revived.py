"""Temporal's file lost half-way: what is revived from the log goes on as if nothing had happened, timers included."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.testing import WorkflowEnvironment

from activities.notify import MESSAGE_DOMAIN, Notifier
from domain.calendar import STOCKHOLM, local_day
from domain.events import Event, EventType
from domain.interpreter import due, fold
from domain.script import FIRST
from domain.simulation import Simulation
from embedded import timeskip
from embedded.temporal import Temporal
from records import ledger
from service.answers import Accepted, Recorded
from service.office import Office, Patience
from service.restore import revive
from service.who import today
from tests.server.begun import DAYS_AGO, TO_ACCEPTED, TO_EXIT, TO_PLAN, TO_WORK, Begun, begin, judged
from tests.server.working import Letters, asked_until_answered, events_of, recorded, until, working
from tests.stage import Stage, stage, worker
from worker.plugin import PathwayPlugin
from worker.sweep import PROMISED_FOR, Sweeper
from workflows import ports

STORIES = ({0: ["refer"]}, TO_ACCEPTED, TO_PLAN, TO_WORK, {**TO_WORK, 18: ["pause illness 60"]}, TO_EXIT)
HALVES: Sequence[tuple[Sequence[Any], Sequence[Any]]] = (
    (["done acknowledge"], ["decide eligibility accepted"]),
    (["record domain.health", "contact"], ["record domain.labour_market"]),
    (["done plan"], ["hours work_training 4", "exit work"]),
    (["contact", "open wellness"], ["end wellness illness", "hours work_training 4"]),
    (["resume"], ["contact"]),
    (["reopen"], ["contact", "exit studies"]),
)
GONE = {"step_done", "step_ended", "due_moved", "paused", "pathway_closed"}
A_TASK = timedelta(seconds=30)  # a timer is counted from the end of the task that set it


async def lose(server: Temporal) -> None:
    """Kill Temporal, delete everything that it kept, and start it again."""
    await server.kill()
    for file in server.database.parent.iterdir():
        file.unlink()
    await server.start()


async def do(on: Stage, begun: Begun, sentences: Sequence[Any]) -> None:
    """Ask one thing after another; each has to be taken."""
    for sentence in sentences:
        state = fold(begun.pathway, await events_of(on, begun.pathway))
        command = begun.command(sentence, id=str(uuid.uuid4()), on=local_day(on.office.clock()), state=state)
        assert isinstance(await asked_until_answered(on, begun.pathway, command), Recorded | Accepted)
        await recorded(on, begun.pathway, command.id)


def uninterrupted(begun: Begun, events: Sequence[Event], now: datetime) -> Simulation:
    """Play the same commands at the same instants on the pure core, where every notice comes at its own time."""
    played = Simulation(begun.rules, begun.pathway)
    for event in events:
        if event.index == 0 and (command := begun.commands.get(event.command_id)) is not None:
            played.do(command.model_copy(update={"not_after": None}), event.recorded_at)
    played.advance_to(now)
    return played


def what(events: Sequence[Event], *, told_from: date) -> list[tuple[Any, ...]]:
    """Return what happened, without the instants; what fell due while nobody was there is told afterwards."""
    return [
        (one.seq, one.type, one.step, one.n, one.coded, one.sealed, one.cause,
         max(one.occurred_on, told_from) if one.type is EventType.TOLD else one.occurred_on)
        for one in events
    ]  # fmt: skip


class TestTemporalsFileDeleted:
    async def test_leaves_the_same_events_and_the_same_ledger(
        self, database_url: str, own_temporal: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, own_temporal.address, tmp_path) as on:
            begun = [await begin(on, place, days) for place, days in enumerate(STORIES)]
            async with worker(on):  # it hands no notice over: those wait in Temporal when its file is deleted
                await asyncio.gather(*(do(on, one, first) for one, (first, _) in zip(begun, HALVES, strict=True)))
            # Nobody has told yet what fell due in these before the file was deleted.
            asleep = [await begin(on, len(STORIES) + place, days) for place, days in enumerate(STORIES)]

            await lose(own_temporal)
            revived = [one async for one in revive(on.office)]
            async with working(on) as letters:
                await asyncio.gather(*(do(on, one, second) for one, (_, second) in zip(begun, HALVES, strict=True)))
                await until(lambda: all_told(on, asleep))
                sweeper = Sweeper(on.pool, Notifier(on.pool, letters, "sv"))
                await until(lambda: all_settled(on, sweeper))
                again = [one async for one in revive(on.office)]

            assert {one.result for one in again} == {"running"}
            assert {one.pathway: one.result for one in revived} == {one.pathway: "revived" for one in begun + asleep}
            for one in begun + asleep:
                events = await events_of(on, one.pathway)
                assert events == judged(one, events)
                expected = uninterrupted(one, events, datetime.now(UTC)).events
                assert what(events, told_from=today()) == what(expected, told_from=today())
                assert await promised(on, one.pathway) == owed(expected)
                state = fold(one.pathway, events)
                next_due = due(state) if state else None
                assert next_due is not None
                assert await rings_at(on, one.pathway) <= next_due + A_TASK
            await assert_answered_for(on, letters)


async def rings_at(on: Stage, pathway: str) -> datetime:
    """Return when the timer of a pathway's workflow will fire."""
    handle = on.client.get_workflow_handle(ports.WORKFLOW_ID.format(pathway))
    started: dict[int, datetime] = {}
    for event in (await handle.fetch_history()).events:
        span = event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
        if span:
            started[event.event_id] = event.event_time.ToDatetime(UTC) + span
        started.pop(event.timer_canceled_event_attributes.started_event_id, None)
        started.pop(event.timer_fired_event_attributes.started_event_id, None)
    return min(started.values())


async def promised(on: Stage, pathway: str) -> Counter[tuple[int, str, str | None]]:
    """Return the ledger's rows of a pathway."""
    return Counter((row.seq, row.kind, row.key) for row in await ledger.notices(on.pool, pathway=pathway, limit=500))


def owed(events: Sequence[Event]) -> Counter[tuple[int, str, str | None]]:
    """Return the rows that the ledger should have."""
    return Counter(
        (event.seq, event.coded["kind"], event.coded["key"]) for event in events if event.type is EventType.TOLD
    )


async def assert_answered_for(on: Stage, letters: Letters) -> None:
    """Check the ledger against the mail box: what it says was handed over came once, and nothing else came."""
    rows = await on.pool.fetch("SELECT message_id, state, reason FROM notices")
    handed_over = [f"<{row['message_id']}@{MESSAGE_DOMAIN}>" for row in rows if row["state"] == "handed_over"]
    assert letters.times == Counter(handed_over)
    assert handed_over
    assert {row["state"] for row in rows} <= {"handed_over", "cancelled"}
    assert {row["reason"] for row in rows if row["state"] == "cancelled"} <= GONE


async def all_told(on: Stage, pathways: Sequence[Begun]) -> bool:
    """Tell whether everything that was due is in the record."""
    for one in pathways:
        events = await events_of(on, one.pathway)
        expected = uninterrupted(one, events, datetime.now(UTC)).events
        if what(events, told_from=today()) != what(expected, told_from=today()):
            return False
    return True


async def all_settled(on: Stage, sweeper: Sweeper) -> bool:
    """Let the sweeper's turn come, and tell whether every notice has its answer."""
    await sweeper.sweep(datetime.now(UTC) + PROMISED_FOR)
    counts = await ledger.counts(on.pool)
    return not counts.get("promised") and not counts.get("claimed")


# From the 26th day on, with the clock of the time-skipping server; every day is counted from the referral.
LIVES: Sequence[tuple[dict[int, list[Any]], dict[int, list[Any]]]] = (
    ({0: ["refer"]}, {}),  # nobody does anything: reminders, escalations, and the watch
    (TO_WORK, {30: ["contact", "pause illness 90"], 100: ["resume"], 140: ["open wellness"], 180: ["exit work"]}),
    (TO_WORK, {40: ["exit dropped_out"], 70: ["reopen"], 130: ["contact"], 200: ["exit returned"],
               230: ["done received"]}),
    (TO_ACCEPTED, {90: [f"record domain.{area}" for area in ("health", "social_situation", "functional_variation")],
                   150: ["record domain.work_and_schooling", "record domain.labour_market"],
                   160: ["decide recommendation return"], 161: ["decide gate return"]}),
    (TO_EXIT, {110: ["done exit_data"], 250: [{"correct": "complex_problems", "value": False}]}),
)  # fmt: skip
HALF, END = 120, 300  # days from the referral
WIDE = Patience(timedelta(seconds=30), timedelta(days=1), timedelta(seconds=60))  # the clock may jump meanwhile


@asynccontextmanager
async def skipping(on: Stage) -> AsyncIterator[tuple[Stage, WorkflowEnvironment]]:
    """Give the stage a Temporal that knows nothing, with a clock that skips and stands at the real time."""
    async with await timeskip.environment(plugins=[PathwayPlugin(on.keys)]) as environment:
        keyword = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
        attributes = {key.name: keyword for key in (ports.SA_PROGRAMME, ports.SA_STATUS)}
        await environment.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=environment.client.namespace, search_attributes=attributes)
        )
        office = Office(
            pool=on.pool, keys=on.keys.ring, client=environment.client, task_queue="skipping", patience=WIDE
        )
        yield replace(on, client=environment.client, office=office), environment


async def skip_to(on: Stage, environment: WorkflowEnvironment, instant: datetime) -> None:
    """Let time pass until an instant."""
    now = await environment.get_current_time()
    if instant > now:
        await environment.sleep(instant - now)
        now = await environment.get_current_time()
    on.office.clock = lambda: now


class TestTemporalsMemoryLost:
    async def test_changes_nothing_of_what_time_and_staff_decide_over_months(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as home:
            begun = [await begin(home, place, days, start=False) for place, (days, _) in enumerate(LIVES)]
            letters = Letters()
            began = begun[0].start + timedelta(days=DAYS_AGO)
            for begins, ends in ((DAYS_AGO, HALF), (HALF, END)):
                async with skipping(home) as (on, environment), working(on, letters):
                    await skip_to(on, environment, at(begun[0], begins))
                    assert {one.result async for one in revive(on.office)} == {"revived"}
                    for day in range(begins, ends):
                        doing = [(one, days[day]) for one, (_, days) in zip(begun, LIVES, strict=True) if day in days]
                        if doing:
                            await skip_to(on, environment, at(begun[0], day))
                            await asyncio.gather(*(do(on, one, sentences) for one, sentences in doing))
                    await skip_to(on, environment, at(begun[0], ends))
                    sweeper = Sweeper(on.pool, Notifier(on.pool, letters, "sv"))
                    await until(partial(all_settled, on, sweeper))  # what was promised before it began, too

            for one in begun:
                events = await events_of(home, one.pathway)
                expected = uninterrupted(one, events, at(one, END)).events
                assert what(events, told_from=began) == what(expected, told_from=began)
                assert await promised(home, one.pathway) == owed(expected)
            await assert_answered_for(home, letters)


def at(begun: Begun, day: int) -> datetime:
    """Return the instant at which a day's work begins."""
    return datetime.combine(begun.start + timedelta(days=day), FIRST, STOCKHOLM)
