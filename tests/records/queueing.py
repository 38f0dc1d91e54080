"""A town where people wait for places: pathways on the pure core, recorded for real, and a dispatcher between them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from domain import commands as c
from domain.errors import Refusal
from domain.events import Batch
from domain.format.compiling import compile_text
from domain.interpreter import State, advance
from domain.people import THE_SYSTEM, Actor
from domain.rules import Rules
from records import log, operations, outbox
from records.operations import Operation
from tests.records.builders import NOW, World

RULES = compile_text(Path("tests/programmes/places.yaml").read_text("utf-8"))[0]
BOSS = Actor("anna", ("manager", "referrer"))
COMMAND: TypeAdapter[c.Command] = TypeAdapter(c.Command)
OPERATION = "cafe-1"
CAFE = "training.cafe"
_SERIAL = count()


@dataclass
class Town:
    """People by pathway, each with the state that its workflow would have; batches wait to be recorded, in order."""

    world: World
    rules: Rules = RULES
    now: datetime = NOW
    states: dict[str, State] = field(default_factory=dict)
    unrecorded: dict[str, list[Batch]] = field(default_factory=lambda: defaultdict(list))
    recording: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def places(self, *pools: dict[str, Any]) -> None:
        """State the places of the operation, or change them."""
        kept = Operation(OPERATION, "places", date(2026, 1, 1), date(2028, 1, 1), {"places": list(pools)})
        await operations.keep(self.world.pool, kept, now=self.now)

    async def refer(self, place: int, **facts: Any) -> str:
        """Refer test person ``place``."""
        made = await self.world.reserve(place, operation=OPERATION, programme="places")
        command = c.Refer(
            id=f"r-{place}", by=BOSS, pathway=made.pathway, programme="places", operation=OPERATION,
            referral=f"r-{place}", person=str(made.participant), unit=made.unit, owner=made.owner, facts=facts,
        )  # fmt: skip
        await self.do(made.pathway, command)
        return made.pathway

    async def wait(self, place: int, **facts: Any) -> str:
        """Refer somebody and let them wait for the café."""
        pathway = await self.refer(place, **facts)
        await self.complete(pathway, "talk")
        return pathway

    def decide(
        self, pathway: str, command: c.Command, now: datetime | None = None, *, rules: Rules | None = None
    ) -> None:
        """Decide as the workflow does, at once; recording waits. Raises Refusal."""
        events, state = advance(
            rules=rules or self.rules, state=self.states.get(pathway), command=command, now=now or self.now
        )
        self.states[pathway] = state
        if events:
            self.unrecorded[pathway].append(Batch(pathway, command.id, tuple(events)))

    async def record(self, pathway: str) -> None:
        """Record what waits, in order."""
        async with self.recording[pathway]:
            while waiting := self.unrecorded[pathway]:
                await log.append(self.world.pool, [waiting[0]], keys=self.world.keys)
                waiting.pop(0)

    async def do(
        self, pathway: str, command: c.Command, now: datetime | None = None, *, rules: Rules | None = None
    ) -> None:
        """Decide and record. Raises Refusal."""
        self.decide(pathway, command, now, rules=rules)
        await self.record(pathway)

    def asked(self, **more: Any) -> dict[str, Any]:
        """Return what every command carries; no two are asked at the same instant."""
        self.later(seconds=1)
        return {"id": f"t-{next(_SERIAL)}", "by": BOSS, **more}

    async def complete(self, pathway: str, step: str) -> None:
        """Say that a task is done."""
        await self.do(pathway, c.Complete(**self.asked(), step=step))

    async def answer(self, pathway: str, outcome: str) -> None:
        """Accept or decline what was offered."""
        await self.do(pathway, self.answering(outcome))

    def answering(self, outcome: str) -> c.Decide:
        """Return the answer to an offer."""
        return c.Decide(**self.asked(), step="cafe_offer", outcome=outcome, reason="ok")

    async def exit(self, pathway: str) -> None:
        """Take somebody out."""
        await self.do(pathway, c.Exit(**self.asked(), exit="left", reason="ok"))

    async def expire(self, pathway: str) -> None:
        """Let an offer's time pass."""
        at = self.opened(pathway, f"{CAFE}_offer")
        assert at is not None
        self.now = max(self.now, at)
        await self.do(pathway, self.ticking(), self.now)

    def ticking(self) -> c.Tick:
        """Return what the clock asks."""
        return c.Tick(id=f"tick/{next(_SERIAL)}", by=THE_SYSTEM)

    def opened(self, pathway: str, path: str) -> datetime | None:
        """Return when an open step falls due; None when it isn't open."""
        return next((one.due for one in self.states[pathway].open.values() if one.path == path), None)

    async def dispatch(self) -> int:
        """Carry what waits in the outbox to its pathways, as the worker does."""
        carried = 0
        while waiting := await outbox.take(self.world.pool, now=self.now, limit=5):
            for one in waiting:
                refusal = None
                if one.command_id not in self.states[one.pathway].commands:  # asked again: what stands is the answer
                    try:
                        self.decide(one.pathway, COMMAND.validate_python(one.command))
                    except Refusal as refused:
                        refusal = refused.code
                await self.record(one.pathway)
                await outbox.done(self.world.pool, one.id, now=self.now, refusal=refusal)
                carried += 1
        return carried

    def state(self, pathway: str) -> str:
        """Return where somebody stands, as the pathway itself knows it."""
        paths = {one.path for one in self.states[pathway].open.values()}
        for path, said in ((CAFE, "held"), (f"{CAFE}_offer", "offered"), (f"{CAFE}_waiting", "waiting")):
            if path in paths:
                return said
        return "out"

    async def claims(self) -> dict[str, str]:
        """Return where everybody stands, as the record says it."""
        rows = await self.world.pool.fetch("SELECT pathway, state FROM claims")
        return {row["pathway"]: row["state"] for row in rows}

    def later(self, **span: int) -> None:
        """Let time pass, for nobody's clock."""
        self.now += timedelta(**span)
