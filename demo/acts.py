"""The order of the evening: which servers for which act, then the check of all of them, then the page."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from demo import check, months, morning, page, plug
from demo.cast import first_monday, read_parts
from demo.clock import real
from demo.ending import tell_outcomes, tell_promises
from demo.house import House, Premises, opened, premises
from demo.outcomes import outcomes
from demo.plant import plant
from domain.calendar import add_months, local_day
from domain.operations import OperationDef, from_data
from records import operations, programmes

if TYPE_CHECKING:
    from demo.options import Options
    from demo.voice import Voice

AGO = 14  # months since the operation of the first two acts started
LENGTH = timedelta(days=910)  # of the script: thirty months, in whole weeks
MORNING, MONTHS = "koll-morgon", "koll-trettio"


@dataclass
class Evening:
    """What has been played so far."""

    options: Options
    voice: Voice
    house: House
    places: list[check.Place] = field(default_factory=list)
    counted: bool = True


async def play(options: Options, voice: Voice) -> int:
    """Play the acts, check the promises, write the page; returns the exit status."""
    today = local_day(real())
    early = {1, 2} & set(options.acts)
    voice.line("Startar egna servrar på den här datorn …", "Starting servers of our own on this machine …")
    async with opened(options.house, temporal=bool(early)) as house, AsyncExitStack() as stack:
        evening = Evening(options, voice, house)
        if early:
            await _early(evening, stack, add_months(today, -AGO))
        played = await _late(evening, stack, today) if 3 in options.acts else None  # noqa: PLR2004 - the third act
        return await _end(evening, played)


async def _early(evening: Evening, stack: AsyncExitStack, starts: date) -> None:
    house, voice, options = evening.house, evening.voice, evening.options
    on = await stack.enter_async_context(premises(house, "morning", MORNING, starts))
    operation = await _operation(on)
    house.start_worker(on.url)
    await house.worker_ready()
    asked: list[tuple[str, str]] = []
    if 1 in options.acts:
        voice.title(
            "Akt 1: En morgon", "Act 1: A morning",
            "Stegvis tar över en insats som började för fjorton månader sedan, och dagen börjar.",
            "Stegvis takes over an operation that started fourteen months ago, and the day begins.",
        )  # fmt: skip
        await morning.play(house, on, voice)
        voice.took()
    if 2 in options.acts:  # noqa: PLR2004 - the second act
        voice.title(
            "Akt 2: Sladden", "Act 2: The plug",
            "Mitt i arbetet dödas arbetaren, sedan PostgreSQL, sedan Temporal: inget får förloras eller dubblas.",
            "While commands run the worker, then PostgreSQL, then Temporal is killed: nothing may be lost or doubled.",
        )  # fmt: skip
        counted, asked = await plug.play(house, on, operation, voice, people=options.people or plug.PEOPLE)
        evening.counted = counted.kept
        voice.took()
    evening.places.append(check.Place("morning", on.url, house.temporal.address, house.outbox, real(), tuple(asked)))


async def _late(evening: Evening, stack: AsyncExitStack, starts: date) -> tuple[Premises, months.Months]:
    house, voice, options = evening.house, evening.voice, evening.options
    voice.title(
        "Akt 3: Trettio månader", "Act 3: Thirty months",
        "En insats som börjar i dag spelas till sitt slut på en klocka som hoppar; ingen regel är förkortad.",
        "An operation that starts today is played to its end on a clock that skips; no rule is shortened.",
    )  # fmt: skip
    on = await stack.enter_async_context(premises(house, "months", MONTHS, starts))
    operation = await _operation(on)
    letters = house.home / "outbox-months"
    played = await stack.enter_async_context(months.prepared(house, on, operation, letters))
    parts = read_parts(starts, only=options.people)
    await months.play(played, parts, until=first_monday(starts) + LENGTH, voice=voice)
    target = played.environment.client.service_client.config.target_host
    evening.places.append(check.Place("months", on.url, target, letters, played.clock()))
    voice.line(
        f"{len(parts)} remisser, {played.commands} kommandon av personal.",
        f"{len(parts)} referrals, {played.commands} commands by staff.",
    )
    voice.took()
    return on, played


async def _end(evening: Evening, played: tuple[Premises, months.Months] | None) -> int:
    voice, options = evening.voice, evening.options
    voice.title(
        "Löftena", "The promises",
        "Ett eget program, som inte delar någon kod med motorn, frågar PostgreSQL och Temporal.",
        "A program of its own, which shares no code with the engine, asks PostgreSQL and Temporal.",
    )  # fmt: skip
    await check.settled(evening.places, asyncio.sleep)
    if options.plant:
        await plant(options.plant, evening.places[-1].database_url)
        voice.line(f"(Skada planterad: {options.plant})", f"(Damage planted: {options.plant})")
    findings = await check.check(evening.places)
    kept = tell_promises(findings, voice) and evening.counted
    if played is not None:
        on, lived = played
        found = await outcomes(on.pool, on.operation)
        voice.plain()
        tell_outcomes(found, voice)
        await page.write(options.page, await _source(on, lived), findings, found)
        voice.line(f"Sidan: {options.page}", f"The page: {options.page}")
    voice.plain()
    if kept:
        voice.line("Alla löften hölls.", "Every promise was kept.")
    else:
        voice.line("ETT LÖFTE ÄR BRUTET.", "A PROMISE IS BROKEN.")
    return 0 if kept else 1


async def _source(on: Premises, lived: months.Months) -> page.Source:
    person = page.PERSON if page.PERSON in lived.pathways else next(iter(lived.pathways))
    pathway = lived.pathways[person]
    version = (await programmes.in_force(on.pool, lived.operation.programme, on.starts)).hash
    return page.Source(on.pool, on.ring, on.operation, version, on.starts, local_day(lived.clock()), pathway, person)


async def _operation(on: Premises) -> OperationDef:
    return from_data(dict((await operations.load(on.pool, on.operation)).definition))
