"""People that a test makes for itself, so that no other test meets them: participants and colleagues."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

from domain.format.reading import Document
from records import staff
from records.staff import Role, Staff
from service.accounts import set_password
from service.importing.history import operation_of, read_people, take_over
from service.sample import DOMAINS, GIVEN, OPERATION, PASSWORD, reserved_number
from tests.deskworld import DeskWorld

_SERIAL = count(40)
Days = list[tuple[int, Any]]

REFERRED: Days = [(0, "refer"), (1, "done acknowledge"), (6, "decide eligibility accepted")]
INSIDE: Days = [
    *REFERRED, *[(20, f"record domain.{name}") for name in DOMAINS],
    (30, "decide recommendation go_on"),
    (33, {"decide": "gate go_on", "reason": "Har resurser.", "view": "partly", "words": "Jag är osäker."}),
]  # fmt: skip
"""Up to the activity phase, with what the participant thought of it."""


async def taken(world: DeskWorld, ago: int, days: Days, *, given: dict[str, Any] | None = None) -> str:
    """Return the pathway of somebody new whose story begins some days ago."""
    place = next(_SERIAL)
    starts = world.office.clock().date() - timedelta(days=ago)
    dates: dict[str, list[Any]] = {}
    for day, said in days:
        dates.setdefault((starts + timedelta(days=day)).isoformat(), []).append(said)
    entry = {
        "referral": f"own-{place}", "number": reserved_number(date(starts.year - 41, 1 + place % 12, 3), place),
        "name": f"Prov Person{place}", "unit": "forsorjningsstod", "given": {**GIVEN, **(given or {})}, "dates": dates,
    }  # fmt: skip
    operation = await operation_of(world.office, OPERATION)
    people = read_people([entry], Document([entry]), (), operation=operation)
    made = [each async for each in take_over(world.office, people, operation=operation, dry=False)]
    assert made[0].refusal is None, made[0].refusal
    found = await world.pool.fetchval("SELECT id FROM pathways WHERE referral = $1", f"own-{place}")
    return str(found)


async def newcomer(world: DeskWorld, id_: str, *roles: Role, unit: str | None = None) -> str:
    """Add a colleague who can sign in."""
    await staff.add(world.pool, Staff(id_, id_.title(), f"{id_}@example.se", unit=unit, roles=roles))
    await set_password(world.pool, id_, PASSWORD, now=world.office.clock())
    return id_


async def protect(world: DeskWorld, pathway: str) -> None:
    """Say that somebody's personal data are protected."""
    await world.pool.execute(
        "UPDATE people SET protection = 'marked' WHERE participant = (SELECT participant FROM pathways WHERE id = $1)",
        pathway,
    )
