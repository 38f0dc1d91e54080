"""What is measured: commands in rounds, single commands, a whole reference pathway, the pure core, the record."""

from __future__ import annotations

import asyncio
import math
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from temporalio.client import WorkflowHandle

from demo import core
from demo.cast import first_monday, read_parts
from domain.commands import Command, Contact, RecordFact
from domain.events import Batch
from domain.operations import load_operation, moved_to
from domain.script import Cast, Frame, story
from domain.simulation import Simulation
from domain.telling import command_of
from records import log, staff
from service.answers import Recorded
from service.ids import new_id
from service.publishing import operation_file, programme_file, read_programme
from service.referrals import Referral, refer
from tests.bench import floor
from tests.bench.ground import OPERATION, Ground
from tests.stage import ELIGIBLE, person
from workflows import ports

AT_ONCE = 20
EACH = 8
UNIT = "forsorjningsstod"
AREAS = ("health", "social_situation", "functional_variation", "work_and_schooling", "labour_market")
# The first eight commands of a pathway: a stage ends among them, and answers go to the referrer.
KOLL = (
    "done acknowledge", {"fact": "education", "value": "isced_3_4"}, "contact", "decide eligibility accepted",
    {"fact": "inventory_offered", "value": True}, *(f"record domain.{area}" for area in AREAS[:3]),
)  # fmt: skip
# Eight that change no stage and re-arm no timer.
PLAIN: tuple[Any, ...] = tuple(
    one for level in ("isced_0", "isced_1_2", "isced_3_4", "isced_5_8")
    for one in ("contact", {"fact": "education", "value": level})
)  # fmt: skip
# A whole pathway, from the referral to the six-month follow-up. Time doesn't pass: see `rings`.
REFERENCE: tuple[Any, ...] = (
    "done acknowledge", "decide eligibility accepted", {"fact": "inventory_offered", "value": True},
    *(f"record domain.{area}" for area in AREAS), "contact", "decide recommendation go_on", "decide gate go_on",
    "done plan", "contact", "open wellness", "open rehabilitation", "hours work_training 24", "contact", "done review",
    "done wellness", "hours work_training 32", "contact", "done rehabilitation", "contact",
    {"record": "activity_level", "hours_per_week": 10, "environment": "adapted"}, "decide way_forward preparatory",
    "done exit_data", "done six_months",
)  # fmt: skip
QUIET = 1.5  # seconds without a command until a pathway has recorded, told and moved to a new run
Send = Callable[[], Awaitable[None]]


@dataclass
class Round:
    """What one kind of command cost in all rounds."""

    commands: int = 0
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    actions: float = 0.0
    events: int = 0
    history: int = 0
    cpu: dict[str, float] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """Return the figures."""
        waits = sorted(self.waits)
        return {
            "commands": self.commands,
            "per_second": round(self.commands / self.seconds, 1),
            **{f"p{share}_ms": round(1000 * percentile(waits, share), 1) for share in (50, 95, 99)},
            "actions_per_command": round(self.actions / self.commands, 2),
            "events_per_command": round(self.events / self.commands, 2),
            "history_bytes_per_command": round(self.history / self.commands),
            "cpu_ms_per_command": {
                name: round(1000 * seconds / self.commands, 1) for name, seconds in self.cpu.items()
            },
        }


def percentile(ordered: Sequence[float], share: int) -> float:
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]


async def in_lanes(on: Ground, lanes: Sequence[Sequence[Send]], into: Round) -> None:
    """Run lanes beside each other, the sends of each one after the other, and add what they cost."""

    async def lane(sends: Sequence[Send]) -> None:
        for send in sends:
            begun = time.perf_counter()
            await send()
            into.waits.append(time.perf_counter() - begun)

    used = on.cpu()
    begun = time.perf_counter()
    await asyncio.gather(*(lane(sends) for sends in lanes))
    into.seconds += time.perf_counter() - begun
    for name, seconds in on.cpu().items():
        into.cpu[name] = into.cpu.get(name, 0.0) + seconds - used[name]
    into.commands += sum(len(sends) for sends in lanes)


async def history_of(handle: WorkflowHandle[Any, Any]) -> tuple[int, int]:
    """Return events and bytes of a workflow's history, all its runs together."""
    client, run = handle._client, (await handle.describe()).raw_description.workflow_execution_info.first_run_id
    events = size = 0
    while run:
        one = client.get_workflow_handle(handle.id, run_id=run)
        info = (await one.describe()).raw_description.workflow_execution_info
        events += info.history_length
        size += info.history_size_bytes
        last = [event async for event in one.fetch_history_events()][-1]
        run = last.workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    return events, size


async def idle_size(handle: WorkflowHandle[Any, Any]) -> int:
    """Return the bytes of the current run's history."""
    size: int = (await handle.describe()).raw_description.workflow_execution_info.history_size_bytes
    return size


# --------------------------------------------------------------------------------------------- the floor


async def floor_round(on: Ground, into: Round, *, recorded: bool) -> None:
    """Let twenty bare workflows take eight commands each."""
    handles = [
        await on.bare.start_workflow(floor.Floor.run, id=f"floor/{uuid.uuid4()}", task_queue=floor.QUEUE)
        for _ in range(AT_ONCE)
    ]
    await asyncio.sleep(QUIET)
    before = await _all_histories(handles)
    counted = await on.actions()
    update = floor.Floor.recorded if recorded else floor.Floor.taken

    def sends(handle: WorkflowHandle[Any, Any]) -> list[Send]:
        async def send() -> None:
            given = floor.Bare(handle.id, new_id(), '{"kind": "contact", "by": "sam.samordnare", "note": null}')
            await handle.execute_update(update, given, id=given.command)

        return [send] * EACH

    await in_lanes(on, [sends(handle) for handle in handles], into)
    await asyncio.sleep(QUIET)
    await _add(on, into, handles, before, counted)
    for handle in handles:
        await handle.signal(floor.Floor.leave)


async def _all_histories(handles: Sequence[WorkflowHandle[Any, Any]]) -> tuple[int, int]:
    found = [await history_of(handle) for handle in handles]
    return sum(events for events, _ in found), sum(size for _, size in found)


async def _add(
    on: Ground, into: Round, handles: Sequence[WorkflowHandle[Any, Any]], before: tuple[int, int], counted: float
) -> None:
    into.actions += await on.actions() - counted
    events, size = await _all_histories(handles)
    into.events += events - before[0]
    into.history += size - before[1]


# --------------------------------------------------------------------------------------------- ours


class Cohort:
    """People who can be referred, one after the other."""

    def __init__(self, on: Ground) -> None:
        self.on = on
        self.referred = 0
        self.cast = Cast({})
        self.rules = read_programme(programme_file("koll")).rules

    async def prepare(self) -> None:
        """Read the staff."""
        pool = self.on.office.pool
        roles = {one.id: await staff.roles_of(pool, one.id, OPERATION) for one in await staff.everybody(pool)}
        self.cast = Cast(roles, "cli")

    async def next(self) -> str:
        """Refer somebody and return the pathway."""
        self.referred += 1
        asked = Referral(
            id=f"b-{self.referred}", operation=OPERATION, person=person(self.referred), unit=UNIT,
            on=datetime.now(UTC).date(), facts=ELIGIBLE,
        )  # fmt: skip
        by = self.cast.actor("ham.handlaggare")
        answer = await refer(self.on.office, asked, by=by, command_id=new_id())
        if not isinstance(answer, Recorded):
            raise TypeError(answer)
        return answer.pathway

    def handle(self, pathway: str) -> WorkflowHandle[Any, Any]:
        """Return the workflow."""
        return self.on.office.client.get_workflow_handle(ports.WORKFLOW_ID.format(pathway))

    async def say(self, pathway: str, sentence: Any) -> None:
        """Send what a sentence means now; the state is read for it, so this is not for timing."""
        await self.send(pathway, await self.meant(pathway, sentence))

    async def meant(self, pathway: str, sentence: Any) -> Command:
        """Return the command that a sentence means now."""
        state, _ = await self.on.office.state_of(pathway)
        told = story({"name": "now", "days": {0: [sentence]}})
        frame = Frame(pathway, "koll", OPERATION, "", "", UNIT, "sam.samordnare")
        return command_of(
            rules=self.rules, state=state, entry=told.entries[0], told=told, cast=self.cast, frame=frame,
            start=datetime.now(UTC).date(), id=new_id(),
        )  # fmt: skip

    async def send(self, pathway: str, command: Command) -> None:
        """Send a command that has to be recorded."""
        answer = await self.on.office.send(pathway, command)
        if not isinstance(answer, Recorded):
            raise TypeError(answer)


async def our_round(cohort: Cohort, into: Round, sentences: Sequence[Any]) -> None:
    """Let twenty pathways take eight commands each."""
    on = cohort.on
    pathways = [await cohort.next() for _ in range(AT_ONCE)]
    await asyncio.sleep(QUIET)
    handles = [cohort.handle(pathway) for pathway in pathways]
    before = await _all_histories(handles)
    counted = await on.actions()
    # What a sentence means depends on roles alone here, so that commands can be made before the clock runs.
    meant = [await cohort.meant(pathways[0], sentence) for sentence in sentences]

    def sends(pathway: str) -> list[Send]:
        async def send(command: Command) -> None:
            await cohort.send(pathway, command.model_copy(update={"id": new_id()}))

        return [lambda command=command: send(command) for command in meant]  # type: ignore[misc]

    await in_lanes(on, [sends(pathway) for pathway in pathways], into)
    await asyncio.sleep(QUIET)
    await _add(on, into, handles, before, counted)


async def single(cohort: Cohort, pathway: str, sentence: Any) -> dict[str, float]:
    """Return what one command alone costs."""
    on, handle = cohort.on, cohort.handle(pathway)
    await asyncio.sleep(QUIET)
    (events, size), counted = await history_of(handle), await on.actions()
    await cohort.say(pathway, sentence)
    await asyncio.sleep(QUIET)
    after, size_after = await history_of(handle)
    return {"actions": await on.actions() - counted, "events": after - events, "history_bytes": size_after - size}


async def plain_single(cohort: Cohort) -> dict[str, float]:
    """Return what a command costs that changes no stage and re-arms no timer."""
    pathway = await cohort.next()
    return await single(cohort, pathway, "contact")


async def stage_changes(cohort: Cohort) -> dict[str, dict[str, float]]:
    """Return what each command costs that ends one stage and begins the next."""
    pathway = await cohort.next()
    found = {}
    for sentence in REFERENCE:
        if sentence in ("decide eligibility accepted", "decide gate go_on", "decide way_forward preparatory"):
            found[str(sentence)] = await single(cohort, pathway, sentence)
        else:
            await cohort.say(pathway, sentence)
        if sentence == "decide way_forward preparatory":
            break
    return found


async def reference(cohort: Cohort) -> dict[str, Any]:
    """Play a whole pathway with real commands, without waiting, and return what it cost and held while idle."""
    on = cohort.on
    counted = await on.actions()
    pathway = await cohort.next()
    handle, idle = cohort.handle(pathway), []
    for sentence in REFERENCE:
        await cohort.say(pathway, sentence)
        await asyncio.sleep(QUIET)
        idle.append(await idle_size(handle))
    events, size = await history_of(handle)
    recorded = await log.batches_of(on.office.pool, pathway)
    return {
        "commands": 1 + len(REFERENCE),
        "actions": await on.actions() - counted,
        "events": events,
        "history_bytes": size,
        "recorded_events": recorded[-1].last_seq,
        "idle_bytes_largest": max(idle[:-1]),  # the last command closes it
        "idle_bytes_typical": sorted(idle[:-1])[len(idle) // 2],
    }


async def idle_largest(cohort: Cohort, commands: int = 60) -> dict[str, int]:
    """Return the largest history that a pathway under many plain commands holds while it is idle."""
    pathway = await cohort.next()
    handle, sizes = cohort.handle(pathway), []
    for _ in range(commands):
        await cohort.say(pathway, "contact")
        await asyncio.sleep(0.3)
        sizes.append(await idle_size(handle))
    return {"largest": max(sizes), "commands": commands}


# --------------------------------------------------------------------------------------------- without Temporal


def pure_core(passes: int = 2) -> dict[str, Any]:
    """Play the demonstration's script on the pure core: everybody over thirty months."""
    rules = read_programme(programme_file("koll")).rules
    starts = date(2027, 1, 25)
    operation = moved_to(load_operation(operation_file("koll-2020").read_text("utf-8")), starts, "koll-bench")
    parts = read_parts(starts)
    until = first_monday(starts) + timedelta(days=910)
    core.play(rules, operation, parts[:5], until=until)  # caches of the calendar are filled
    begun = time.perf_counter()
    played = core.play(rules, operation, parts, until=until)
    for _ in range(passes - 1):
        played = core.play(rules, operation, parts, until=until)
    seconds = time.perf_counter() - begun
    events = sum(len(one.events) for one in played.values())
    ticks = sum(1 for one in played.values() for batch in one.batches if batch.command_id.startswith("tick/"))
    return {
        "participants": passes * len(parts),
        "seconds": round(seconds, 2),
        "per_second": round(passes * len(parts) / seconds, 1),
        "events_each": round(events / len(parts), 1),
        "instants_decided_by_time_each": round(ticks / len(parts), 1),
    }


async def record_append(cohort: Cohort, times: int = 300) -> dict[str, float]:
    """Return how long it takes to record a batch: events, read model, ledger and outbox in one transaction."""
    office, waits = cohort.on.office, []
    pathway = await cohort.next()
    state, _ = await office.state_of(pathway)
    played = Simulation(cohort.rules, pathway, state=state)
    by = cohort.cast.actor("sam.samordnare")
    for number in range(times):
        command: Command = (
            Contact(id=new_id(), by=by)
            if number % 2
            else RecordFact(id=new_id(), by=by, fact="education", value="isced_0")
        )
        events = played.do(command, datetime.now(UTC))
        begun = time.perf_counter()
        await log.append(office.pool, [Batch(pathway, command.id, tuple(events))], keys=office.keys)
        waits.append(time.perf_counter() - begun)
    waits.sort()
    return {f"p{share}_ms": round(1000 * percentile(waits, share), 2) for share in (50, 95)}
