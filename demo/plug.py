"""Act two, the plug: commands run while the worker, PostgreSQL and Temporal are killed one after the other.

Callers do what a desk would do: whoever got no answer asks again with the same command id. What was recorded is counted
in PostgreSQL, by a question that knows nothing of the answers.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
from temporalio.client import Client
from temporalio.service import RPCError

from activities.mail import Folder
from activities.notify import STALE, Notifier
from demo.cast import UNIT, cast_of, number
from demo.clock import real, uuid7
from demo.house import House, Premises
from demo.voice import Voice
from domain.calendar import local_day
from domain.commands import Command, Complete, Contact, Decide, RecordFact, TakeRecord, View
from domain.identity import parse
from domain.operations import OperationDef
from domain.script import Cast
from records import ledger
from records.register import NewPerson
from service.answers import NotTaken, Recorded
from service.office import Office
from service.referrals import Referral, refer
from worker.sweep import PROMISED_FOR, Sweeper

PEOPLE = 16
AGAIN_AFTER = 0.25  # seconds until a caller asks again
GIVE_UP = 60.0  # seconds without an answer, after which the act says so instead of waiting for ever
DARK_FOR = 1.0  # seconds between the plug and the next start
TROUBLE = (OSError, TimeoutError, RuntimeError, RPCError, asyncpg.PostgresError, asyncpg.InterfaceError)
AREAS = ("health", "social_situation", "functional_variation", "work_and_schooling", "labour_market")
_SQL = Path(__file__).with_name("plug.sql").read_text("utf-8")


@dataclass
class Counted:
    """What was sent, and what PostgreSQL says of it."""

    sent: int
    recorded: int
    doubled: int
    lost: int

    @property
    def kept(self) -> bool:
        """Whether each command is in the record once."""
        return (self.recorded, self.doubled, self.lost) == (self.sent, 0, 0)


@dataclass
class Callers:
    """People at their desks: each pathway's commands in order, many pathways at once."""

    office: Office
    cast: Cast
    operation: str
    answered: list[tuple[str, str]] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    asked: int = 0
    silent: list[str] = field(default_factory=list)

    async def person(self, place: int, today: date) -> None:
        """Refer somebody, then do twenty things one after the other."""
        born = date(today.year - 45, 1, 1) + timedelta(days=place)
        written = number(born, woman=bool(place % 2), serial=place)
        someone = NewPerson(parse(written, on=today), f"Provperson {place + 1}", born)
        facts = {"birth_date": str(born), "assistance": "long_term", "complex_problems": True}
        asked = Referral(f"P-{place + 1:03d}", self.operation, someone, UNIT, today, facts)
        by, command_id = self.cast.actor("ham.handlaggare"), uuid7(real())
        self.sent.append(command_id)
        pathway = await self._until(lambda: refer(self.office, asked, by=by, command_id=command_id), command_id)
        for command in self._commands() if pathway else ():
            self.sent.append(command.id)
            await self._until(lambda command=command: self.office.send(pathway, command), command.id)  # type: ignore[misc]

    def _commands(self) -> Sequence[Command]:
        def of(staff: str) -> dict[str, Any]:
            return {"id": uuid7(real()), "by": self.cast.actor(staff)}

        owner, manager, team, assessor = "sam.samordnare", "pia.programansvarig", "siv.samordnare", "ada.arbetsterapeut"
        fine = View(agrees="yes")
        commands: list[Command] = [
            Complete(**of(owner), step="acknowledge"),
            Decide(**of(manager), step="eligibility", outcome="accepted", reason="Uppfyller villkoren."),
            RecordFact(**of(owner), fact="inventory_offered", value=True),
        ]
        for area in AREAS:
            values = {"rating": "resource"}
            commands.append(TakeRecord(**of(assessor), record="inventory", step="domain", item=area, values=values))
            commands.append(Contact(**of(owner)))
        return [
            *commands,
            Decide(**of(team), step="recommendation", outcome="go_on", reason="Resurser finns."),
            Decide(**of(manager), step="gate", outcome="go_on", reason="Som teamet.", view=fine),
            RecordFact(**of(owner), fact="education", value="isced_3_4"),
            Complete(**of(owner), step="plan", view=fine),
            *(Contact(**of(owner)) for _ in range(3)),
        ]

    async def _until(self, ask: Callable[[], Awaitable[object]], command_id: str) -> str:
        """Ask until the command is recorded; returns the pathway."""
        deadline = time.monotonic() + GIVE_UP
        while time.monotonic() < deadline:
            self.asked += 1
            try:
                answer = await ask()
            except TROUBLE:
                answer = None  # no answer at all: the same question again
            if isinstance(answer, Recorded):
                self.answered.append((answer.pathway, command_id))
                return answer.pathway
            if isinstance(answer, NotTaken) and answer.refusal.code not in _ASK_AGAIN:
                self.silent.append(f"{command_id}: {answer.refusal.code}")
                return ""
            await asyncio.sleep(AGAIN_AFTER)
        self.silent.append(command_id)
        return ""


_ASK_AGAIN = ("given_up", "moving")


async def play(
    house: House, premises: Premises, operation: OperationDef, voice: Voice, *, people: int = PEOPLE
) -> tuple[Counted, list[tuple[str, str]]]:
    """Play the act and return the count, and every command that somebody was told is recorded."""
    client = await Client.connect(house.temporal.address, plugins=[premises.plugin])
    callers = Callers(premises.office(client), cast_of(operation), premises.operation)
    today = local_day(real())
    running = asyncio.gather(*(callers.person(place, today) for place in range(people)))
    total = people * (1 + len(callers._commands()))  # noqa: SLF001 - our own helper
    voice.line(
        f"{people} personer, {total} kommandon, {people} i taget.",
        f"{people} people, {total} commands, {people} at a time.",
    )
    plugs: Sequence[tuple[str, Callable[[], Awaitable[object]], Callable[[], Awaitable[object]]]] = (
        (voice.of("arbetaren", "the worker"), house.kill_worker, lambda: _start_worker(house, premises)),
        ("PostgreSQL", house.postgres.kill, house.postgres.start),
        ("Temporal", house.temporal.kill, house.temporal.start),
    )
    try:
        for place, (name, kill, start) in enumerate(plugs, 1):
            await _reaches(callers, total * place // (len(plugs) + 1), running)
            await kill()
            began, before = time.monotonic(), len(callers.answered)
            await asyncio.sleep(DARK_FOR)
            await start()
            seconds = time.monotonic() - began
            voice.line(
                f"✂ {name} dödas vid {before} besvarade, startas igen efter {seconds:.1f} s",
                f"✂ {name} is killed at {before} answered, started again after {seconds:.1f} s",
            )
        await running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    counted, again = await _count(premises.url, callers.sent), callers.asked - len(callers.sent)
    voice.line(
        f"{callers.asked} frågor ställdes; {again} av dem var samma fråga en gång till.",
        f"{callers.asked} questions were asked; {again} of them were the same one again.",
    )
    await _sweep(house, premises, voice)
    for one in callers.silent[:3]:
        voice.line(f"Inget svar: {one}", f"No answer: {one}")
    voice.line(
        f"skickade {counted.sent}, registrerade {counted.recorded}, dubbla {counted.doubled}, förlorade {counted.lost}",
        f"sent {counted.sent}, recorded {counted.recorded}, doubled {counted.doubled}, lost {counted.lost}",
    )
    return counted, callers.answered


async def _sweep(house: House, premises: Premises, voice: Voice) -> None:
    """Let the sweeper's turn come at once: it waits minutes before it takes up what a dead process left behind."""
    for _ in range(30):
        under_way = await ledger.counts(premises.pool)
        if not under_way.get("promised") and not under_way.get("claimed"):
            break
        await asyncio.sleep(0.1)
    else:
        notifier = Notifier(premises.pool, Folder(house.outbox, "stegvis@localhost"), voice.language)
        await Sweeper(premises.pool, notifier).sweep(real() + STALE + PROMISED_FOR)
    uncertain = (await ledger.counts(premises.pool)).get("uncertain", 0)
    if uncertain:
        voice.line(
            f"{uncertain} besked var på väg ut när sladden drogs: de visas som osäkra, för ingen kan veta.",
            f"{uncertain} notices were on their way when the plug was pulled: shown as uncertain, nobody can know.",
        )


async def _start_worker(house: House, premises: Premises) -> None:
    house.start_worker(premises.url)
    await house.worker_ready()


async def _reaches(callers: Callers, count: int, running: asyncio.Future[list[None]]) -> None:
    while len(callers.answered) < count and not running.done():  # noqa: ASYNC110 - a glance now and then is enough
        await asyncio.sleep(0.02)


async def _count(database_url: str, sent: Sequence[str]) -> Counted:
    """Ask PostgreSQL itself, on a line of our own."""
    connection = await asyncpg.connect(database_url, server_settings={"search_path": "stegvis"})
    try:
        rows = await connection.fetch(_SQL, list(sent))
    finally:
        await connection.close()
    times = Counter({row["command_id"]: max(row["batches"], row["beginnings"]) for row in rows})
    doubled = sum(count - 1 for count in times.values())
    return Counted(len(sent), len(times), doubled, len(set(sent)) - len(times))
