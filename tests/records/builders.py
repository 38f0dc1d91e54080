"""Builders: a small office, people with reserved test numbers, and events as the interpreter would make them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from domain.events import Batch, Cause, Event, EventType
from domain.identity import Identity, parse
from domain.people import Actor
from records import log, operations, register, staff
from records.database import Pool
from records.keys import KeyRing
from records.operations import Operation
from records.register import NewPerson, Reservation
from records.staff import Role, Staff, Unit

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANNA = Actor("anna", ("team",), "desk", "north")
RULES = "0" * 64
_SERIAL = count()


def number(place: int = 0) -> Identity:
    """Return a test number that nobody has: individual numbers 980-999 are kept for tests."""
    day = date(1980, 1, 1) + timedelta(days=place)
    digits = f"{day:%y%m%d}{980 + place % 20}"
    total = sum(sum(divmod(int(digit) * (2 - index % 2), 10)) for index, digit in enumerate(digits))
    return parse(f"{day:%Y}{digits[2:]}{-total % 10}", on=DAY)


def person(place: int = 0, **more: Any) -> NewPerson:
    """Return somebody who can be referred."""
    return replace(NewPerson(number(place), f"Test {place}", date(1980, 1, 1)), **more)


@dataclass
class World:
    """Units north (anna's, with bo and cia) and south; operation koll-1; dag is a manager everywhere."""

    pool: Pool
    keys: KeyRing
    operation: str = "koll-1"
    people: dict[str, Reservation] = field(default_factory=dict)

    async def settle(self) -> None:
        """Fill the registers."""
        for unit in ("north", "south"):
            await staff.add_unit(self.pool, Unit(unit, unit.title()))
        team = (Role("team"),)
        for each in (
            Staff("anna", "Anna A", "anna@example.se", unit="north", roles=team),
            Staff("bo", "Bo B", "bo@example.se", unit="north", roles=(*team, Role("manager", "koll-1"))),
            Staff("cia", "Cia C", "cia@example.se", "en", unit="south", roles=(Role("assessor", "koll-1"),)),
            Staff("dag", "Dag D", "dag@example.se", unit="south", roles=(Role("manager"),)),
        ):
            await staff.add(self.pool, each)
        await staff.add_unit(self.pool, Unit("north", "North", "anna"))
        await staff.add_unit(self.pool, Unit("south", "South", "cia"))
        for name in ("koll-1", "koll-2"):
            await operations.keep(self.pool, Operation(name, "koll", date(2026, 1, 1), date(2028, 1, 1)), now=NOW)

    async def reserve(self, place: int = 0, **more: Any) -> Reservation:
        """Reserve a pathway for test person ``place``."""
        asked: dict[str, Any] = {
            "referral": f"r-{place}", "operation": self.operation, "programme": "koll", "person": person(place),
            "unit": "north", "referrer": "bo", "referred_on": DAY, "now": NOW,
        }  # fmt: skip
        return await register.reserve(self.pool, keys=self.keys, **{**asked, **more})

    async def pathway(self, place: int = 0, **more: Any) -> Story:
        """Reserve a pathway and begin its story."""
        return Story(self, await self.reserve(place, **more), more.get("referral", f"r-{place}"))


class Story:
    """Makes batches of one pathway, numbered as they should be."""

    def __init__(self, world: World, reservation: Reservation, referral: str) -> None:
        self.world = world
        self.reservation = reservation
        self.pathway = reservation.pathway
        self.seq = 0
        self.referral = referral

    def batch(self, *parts: tuple[EventType, dict[str, Any]], command: str | None = None) -> Batch:
        """Return the next batch; a part is a type with coded values and, under names of Event, the rest."""
        command = command or f"c-{next(_SERIAL)}"
        events = tuple(self._event(command, index, *part) for index, part in enumerate(parts))
        return Batch(self.pathway, command, events)

    def _event(self, command: str, index: int, type_: EventType, coded: dict[str, Any]) -> Event:
        self.seq += 1
        given: dict[str, Any] = {
            name: coded.pop(name)
            for name in ("sealed", "occurred_on", "recorded_at", "actor", "cause")
            if name in coded
        }
        key = coded.get("key")
        path, _, n = key.partition("#") if key and "#" in key else (None, "", "")
        base: dict[str, Any] = {"occurred_on": DAY, "recorded_at": NOW, "actor": ANNA, "cause": Cause(0, "command")}
        return Event(
            seq=self.seq, type=type_, command_id=command, index=index, rules=RULES, interpreter=1,
            step=path, n=int(n) if n else None, coded=coded, **{**base, **given},
        )  # fmt: skip

    async def record(self, *parts: tuple[EventType, dict[str, Any]], command: str | None = None) -> log.Receipt:
        """Record the next batch."""
        receipts = await log.append(self.world.pool, [self.batch(*parts, command=command)], keys=self.world.keys)
        return receipts[0]

    async def refer(self, *parts: tuple[EventType, dict[str, Any]], **more: Any) -> log.Receipt:
        """Record the referral, with the watch that every pathway has."""
        return await self.record(
            self.referred(**more), opened("watch#1", due=NOW + timedelta(days=28), never_paused=True), *parts
        )

    def referred(self, **more: Any) -> tuple[EventType, dict[str, Any]]:
        """Return the beginning."""
        one = self.reservation
        coded = {
            "programme": "koll", "operation": self.world.operation, "referral": self.referral, "referrer": "bo",
            "unit": one.unit, "owner": one.owner, "person": str(one.participant), "ordinal": one.ordinal,
            "previous": one.previous, "version": RULES,
        }  # fmt: skip
        return EventType.REFERRED, {**coded, **more}


def opened(key: str, *, due: datetime | None = None, **more: Any) -> tuple[EventType, dict[str, Any]]:
    """Return the opening of a step."""
    coded: dict[str, Any] = {"key": key, "item": None, "kind": "task", "by": "owner", "person": None, "required": True}
    if due is not None:
        coded |= {"due": due.isoformat(), "due_on": due.date().isoformat()}
    return EventType.OPENED, {**coded, **more}


def done(key: str, **more: Any) -> tuple[EventType, dict[str, Any]]:
    """Return the completion of a step."""
    return EventType.DONE, {"key": key, "outcome": None, **more}


def told(key: str, *, to: str = "owner", kind: str = "remind", **more: Any) -> tuple[EventType, dict[str, Any]]:
    """Return a notice that became due."""
    return EventType.TOLD, {"key": key, "kind": kind, "to": to, "about": key.partition("#")[0], **more}
