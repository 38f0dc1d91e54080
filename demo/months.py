"""Act three, thirty months on a clock that skips: staff do what the script says, and time does the rest.

The workflow is the same code as everywhere. No rule is shortened: reminders and escalations come when their day comes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.testing import WorkflowEnvironment

from demo.cast import Part, cast_of, schedule
from demo.clock import Skipped, uuid7
from demo.house import House, Premises
from demo.voice import Voice
from domain.calendar import STOCKHOLM
from domain.commands import Refer
from domain.interpreter import fold
from domain.operations import OperationDef
from domain.rules import Rules
from domain.script import FIRST, Cast
from domain.telling import command_of
from embedded import timeskip
from records import log
from service.answers import AnswerGiven, Recorded
from service.office import Office, Patience
from service.publishing import rules_in_force
from service.referrals import refer
from worker.outbox import Dispatcher
from workflows import ports

PATIENCE = Patience(timedelta(seconds=60), timedelta(days=1), timedelta(seconds=120))  # the clock may jump meanwhile
SEARCH_ATTRIBUTES = {
    key.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD for key in (ports.SA_PROGRAMME, ports.SA_STATUS)
}
AT_ONCE = 24  # people at a time: enough for two cores, few enough for the connections


class ScriptRefused(Exception):
    """The engine did not take what the script says: either of the two is wrong."""


@dataclass
class Months:
    """What act three plays on, and how far it has come."""

    premises: Premises
    operation: OperationDef
    environment: WorkflowEnvironment
    clock: Skipped
    office: Office
    pathways: dict[str, str] = field(default_factory=dict)
    commands: int = 0

    @property
    def cast(self) -> Cast:
        """The staff."""
        return cast_of(self.operation)


@asynccontextmanager
async def prepared(house: House, premises: Premises, operation: OperationDef, letters: Path) -> AsyncIterator[Months]:
    """Start the skipping server and a worker process on it; the house ends that process."""
    async with await timeskip.environment(plugins=[premises.plugin]) as environment:
        client = environment.client
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=SEARCH_ATTRIBUTES)
        )
        clock = Skipped(await environment.get_current_time())
        office = premises.office(client, patience=PATIENCE, clock=clock)
        target = client.service_client.config.target_host
        house.start_skipping_worker(premises.url, temporal=target, letters=letters)
        yield Months(premises, operation, environment, clock, office)


async def play(months: Months, parts: Sequence[Part], *, until: date, voice: Voice | None = None) -> None:
    """Play every part, then let the remaining time pass. Raises ScriptRefused."""
    _, rules = await rules_in_force(months.premises.pool, months.operation.programme, parts[0].start)
    days = schedule(parts)
    told = parts[0].start
    gate = asyncio.Semaphore(AT_ONCE)
    for day, of_day in days.items():
        await _skip(months, datetime.combine(day, FIRST, STOCKHOLM))
        async with asyncio.TaskGroup() as group:
            for part, places in of_day:
                group.create_task(_day_of(months, rules, part, places, gate))
        if any(part.again and 0 in places for part, places in of_day):
            await Dispatcher(months.premises.pool, months.office.client).dispatch()
        if voice is not None and (day - told).days >= 180:  # noqa: PLR2004 - half a year
            told = day
            await _tell(months, day, voice)
    await _skip(months, datetime.combine(until, FIRST, STOCKHOLM))
    if voice is not None:
        await _tell(months, until, voice)


async def _skip(months: Months, instant: datetime) -> None:
    left = instant - await months.environment.get_current_time()
    if left > timedelta(0):
        await months.environment.sleep(left)
    months.clock.at = await months.environment.get_current_time()


async def _day_of(months: Months, rules: Rules, part: Part, places: Sequence[int], gate: asyncio.Semaphore) -> None:
    async with gate:
        for place in places:
            answer = await _do(months, rules, part, place)
            if not isinstance(answer, Recorded):
                raise ScriptRefused(f"{part.name}, {part.told.entries[place]}: {answer}")
            months.pathways[part.name] = answer.pathway
            months.commands += 1


async def _do(months: Months, rules: Rules, part: Part, place: int) -> AnswerGiven:
    entry, office = part.told.entries[place], months.office
    pathway = months.pathways.get(part.name)
    state = None if pathway is None else fold(pathway, await log.load(office.pool, pathway, keys=office.keys))
    command = command_of(
        rules=rules, state=state, entry=entry, told=part.told, cast=months.cast, frame=part.frame(months.operation),
        start=part.start, id=uuid7(months.clock()),
    )  # fmt: skip
    if isinstance(command, Refer):
        return await refer(office, part.asked(command), by=command.by, command_id=command.id)
    if pathway is None:
        raise ScriptRefused(f"{part.name}: the first entry has to be a referral")
    return await office.send(pathway, command)


_SUMMARY = """
SELECT count(*) FILTER (WHERE status IN ('open', 'paused')) AS inside,
    count(*) FILTER (WHERE status IN ('exited', 'closed')) AS left,
    (SELECT count(*) FROM notices WHERE kind = 'remind') AS reminders,
    (SELECT count(*) FROM notices WHERE kind = 'escalate') AS escalations
FROM pathways"""


async def _tell(months: Months, day: date, voice: Voice) -> None:
    row = await months.premises.pool.fetchrow(_SUMMARY)
    if row is None:
        return
    voice.line(
        f"{day}  {row['inside']:2} inne, {row['left']:2} avslutade, "
        f"{row['reminders']:3} påminnelser, {row['escalations']:3} eskaleringar",
        f"{day}  {row['inside']:2} inside, {row['left']:2} left, "
        f"{row['reminders']:3} reminders, {row['escalations']:3} escalations",
    )
