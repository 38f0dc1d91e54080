"""A hundred thousand pathways: some hundred are played on the pure core and recorded, then copied under other people.

What is sealed is sealed anew for each, so that every page can be opened. Notices are cancelled: nobody is to be told.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from domain.calendar import add_months
from domain.identity import parse
from domain.rules import Rules
from domain.script import Cast, Frame, story
from domain.simulation import Simulation
from domain.telling import command_of
from records import log, register, staff
from records.database import Connection, encode
from records.keys import DataKey, MasterKey
from records.register import NewPerson
from records.staff import Role, Staff
from service.accounts import set_password
from service.office import Office
from service.publishing import operation_file, programme_file, read_programme, start_operation
from service.sample import GIVEN, PASSWORD, STORIES, reserved_number

PEOPLE = 100_000
MONTHS = 14
LARGE, SMALL = "desk-large", "desk-small"  # four in five are in the large one
COORDINATORS, CASEWORKERS = 60, 40
STORIES_TOLD = {
    "referred": (4, 1, 12), "acknowledged": (6, 3, 24), "declined": (20, 9, 418), "inventory": (14, 20, 62),
    "returned": (30, 60, 418), "activity": (60, 70, 400), "menu": (50, 80, 400), "paused": (14, 140, 400),
    "forgotten": (6, 110, 240), "reached": (40, 190, 400), "work": (30, 325, 418), "studies": (30, 325, 418),
    "dropped": (20, 130, 418),
}  # fmt: skip
"""How often each story of the sample is told, from which age to which, in days: most people inside are in the activity
phase, some are late, and nobody waits for an answer to a referral for a year."""
UNITS = ("forsorjningsstod", "arbetsmarknad")
FIRST_NAMES = (
    "Alva", "Bo", "Cilla", "Dag", "Ebba", "Finn", "Gun", "Hans", "Ines", "Jon", "Kajsa", "Leif", "Maj", "Nils", "Olga",
    "Per", "Rut", "Sten", "Tove", "Ulla", "Vera", "Ylva", "Åke", "Ärla", "Örjan",
)  # fmt: skip
BEFORE = ("Prov", "Test", "Exempel", "Övnings", "Påhitts", "Låtsas", "Skolboks", "Modell", "Skiss", "Utkasts")
AFTER = ("man", "gren", "berg", "ström", "kvist", "dal", "lund", "sten", "mark", "blad", "hav", "fors", "backe", "näs")


@dataclass(frozen=True, slots=True)
class Template:
    """A pathway that was played, and what of it is sealed."""

    pathway: str
    sealed: tuple[tuple[int, dict[str, Any]], ...]


@dataclass(frozen=True, slots=True)
class Crowd:
    """What stands ready to be looked at."""

    coordinators: tuple[str, ...]
    caseworkers: tuple[str, ...]
    manager: str
    people: int


async def gather(office: Office, master: MasterKey, *, people: int = PEOPLE) -> Crowd:
    """Fill a database with people at every stage of fourteen months. Returns whom to sign in as."""
    today = datetime.now(UTC).date()
    starts = add_months(today.replace(day=1), -MONTHS)
    for name in (LARGE, SMALL):
        await start_operation(
            office.pool, operation_file("koll-2020"), now=office.clock(), by="bench", name=name, starts=starts
        )
    crowd = await _staff(office)
    rules = read_programme(programme_file("koll")).rules
    templates = [one async for one in _templates(office, rules, today)]
    async with office.pool.acquire() as connection:
        # Copies refer to what is there; looking each up again would take longer than all the rest.
        await connection.execute("SET statement_timeout = 0; SET session_replication_role = replica")
        await _copy(connection, master, templates, crowd, people)
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("RESET statement_timeout; RESET session_replication_role")
    return Crowd(crowd.coordinators, crowd.caseworkers, crowd.manager, people)


async def _staff(office: Office) -> Crowd:
    coordinators = tuple(f"samordnare-{place:02d}" for place in range(COORDINATORS))
    caseworkers = tuple(f"handlaggare-{place:02d}" for place in range(CASEWORKERS))
    for ids, role, unit in ((coordinators, "team", UNITS[1]), (caseworkers, "referrer", UNITS[0])):
        for place, one in enumerate(ids):
            # Half of the caseworkers are of a unit of their own: they see what they referred themselves.
            of = unit if role == "team" or place % 2 else None
            roles = (Role(role, LARGE), Role(role, SMALL)) if role == "team" else (Role(role, LARGE),)
            await staff.add(office.pool, Staff(one, f"{FIRST_NAMES[place % 25]} {role} {place}", unit=of, roles=roles))
    manager = "pia.programansvarig"
    for one in (coordinators[0], caseworkers[0], caseworkers[1], manager):
        await set_password(office.pool, one, PASSWORD, now=office.clock())
    return Crowd(coordinators, caseworkers, manager, 0)


async def _templates(office: Office, rules: Rules, today: date) -> AsyncIterator[Template]:
    roles = {one.id: await staff.roles_of(office.pool, one.id, LARGE) for one in await staff.everybody(office.pool)}
    cast = Cast(roles, "cli")
    told = [
        (kind, youngest + number * (oldest - youngest) // times)
        for kind, (times, youngest, oldest) in STORIES_TOLD.items() for number in range(times)
    ]  # fmt: skip
    for place, (kind, ago) in enumerate(told):
        played = await _play(office, rules, cast, (kind, ago, place), today)
        await log.append(office.pool, played.batches, keys=office.keys)
        sealed = tuple((one.seq, one.sealed) for one in played.events if one.sealed)
        yield Template(played.pathway, sealed)


async def _play(office: Office, rules: Rules, cast: Cast, which: tuple[str, int, int], today: date) -> Simulation:
    kind, ago, place = which
    now = office.clock()
    start = today - timedelta(days=ago)
    born = date(start.year - 37 - place % 17, 1 + place % 12, 1 + place % 28)
    number = parse(reserved_number(born, place), on=today)
    reserved = await register.reserve(
        office.pool, keys=office.keys, referral=f"t-{place}", operation=LARGE, programme="koll",
        person=NewPerson(number, f"Mall {place}", born), unit=UNITS[0], referrer="ham.handlaggare", referred_on=start,
        now=now,
    )  # fmt: skip
    frame = Frame(
        reserved.pathway, "koll", LARGE, f"t-{place}", str(reserved.participant), reserved.unit, reserved.owner
    )
    days: dict[int, list[Any]] = {}
    for day, said in STORIES[kind](ago):
        if day < ago or day == 0:
            days.setdefault(day, []).append(said)
    given = {**GIVEN, "birth_date": born.isoformat(), "gender": "woman" if place % 2 else "man"}
    told = story({"name": kind, "given": given, "days": days})
    played = Simulation(rules, reserved.pathway)
    for index, entry in enumerate(told.entries):
        instant = entry.instant(start)
        played.advance_to(instant)
        played.do(
            command_of(rules=rules, state=played.state, entry=entry, told=told, cast=cast, frame=frame, start=start,
                       id=f"t/{place}/{index}"),
            instant,
        )  # fmt: skip
    played.advance_to(now)
    return played


CLONES = """CREATE TEMPORARY TABLE clones (template text, pathway text, participant uuid, referral text, operation text,
    unit text, referrer text, owner text, coded text)"""
SEALS = "CREATE TEMPORARY TABLE seals (pathway text, seq bigint, sealed bytea, key_id text)"
INSTEAD: dict[str, dict[str, str]] = {
    "pathways": {
        "id": "c.pathway", "participant": "c.participant", "referral": "c.referral", "operation": "c.operation",
        "unit": "c.unit", "referrer": "c.referrer", "owner": "c.owner",
    },
    "events": {
        "position": "nextval('positions')", "sealed": "s.sealed", "key_id": "s.key_id",
        "coded": "CASE t.type WHEN 'Referred' THEN t.coded || c.coded::jsonb ELSE t.coded END",
    },
    "notices": {
        "message_id": "gen_random_uuid()", "state": "'cancelled'", "reason": "'bench'", "settled_at": "t.promised_at",
        "recipient": "c.owner",
    },
}  # fmt: skip
"""Columns that are another's in a copy."""
TABLES = ("pathways", "batches", "events", "steps", "milestones", "facts", "records_taken", "hours", "notices")


FED_BARE = ("batches", "events", "steps")
"""The largest tables: an index over all of a table is made faster than it grows row by row."""


async def _without_keys(connection: Connection, table: str) -> tuple[str, str]:
    """Return what takes the keys and indexes of a table away, and what makes them again."""
    keys = await connection.fetch(
        "SELECT conname AS name, pg_get_constraintdef(oid) AS made FROM pg_constraint "
        "WHERE conrelid = $1::regclass AND contype IN ('p', 'u')", table,
    )  # fmt: skip
    indexes = await connection.fetch(
        "SELECT c.relname AS name, pg_get_indexdef(c.oid) AS made FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE i.indrelid = $1::regclass AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid)", table,
    )  # fmt: skip
    bare = [f"ALTER TABLE {table} DROP CONSTRAINT {one['name']}" for one in keys]
    bare += [f"DROP INDEX {one['name']}" for one in indexes]
    whole = [f"ALTER TABLE {table} ADD CONSTRAINT {one['name']} {one['made']}" for one in keys]
    return "; ".join(bare), "; ".join([*whole, *(one["made"] for one in indexes)])


async def _copy(
    connection: Connection, master: MasterKey, templates: list[Template], crowd: Crowd, people: int
) -> None:
    await connection.execute(f"{CLONES}; {SEALS}")
    for first in range(0, people, 10_000):
        rows = list(_people(master, templates, crowd, range(first, min(first + 10_000, people))))
        for table, columns in _COPIED.items():
            records = [each for row in rows for each in row[table]]
            await connection.copy_records_to_table(table, records=records, columns=columns)
    await connection.execute("ANALYZE clones; CREATE INDEX ON seals (pathway, seq); ANALYZE seals")
    for table in TABLES:
        insert = await _insert(connection, table)
        if table not in FED_BARE:
            await connection.execute(insert)
            continue
        bare, whole = await _without_keys(connection, table)
        await connection.execute(f"{bare}; {insert}; {whole}")


_COPIED: dict[str, list[str]] = {
    "participants": ["id"],
    "people": ["participant", "name", "birth_date", "protection"],
    "identities": ["participant", "kind", "value", "valid_from"],
    "keys": ["key_id", "participant", "wrapped"],
    "clones": ["template", "pathway", "participant", "referral", "operation", "unit", "referrer", "owner", "coded"],
    "seals": ["pathway", "seq", "sealed", "key_id"],
}


def _people(
    master: MasterKey, templates: list[Template], crowd: Crowd, places: range
) -> Iterator[dict[str, list[tuple[Any, ...]]]]:
    for place in places:
        participant, pathway, template = uuid4(), f"p-{secrets.token_hex(10)}", templates[place % len(templates)]
        born = date(1940, 1, 1) + timedelta(days=place // 20)
        drawn = Random(place)  # names go with nothing else, as in life
        name = f"{drawn.choice(FIRST_NAMES)} {drawn.choice(BEFORE)}{drawn.choice(AFTER)}"
        key = DataKey(f"k-{secrets.token_hex(12)}", secrets.token_bytes(32))
        operation = SMALL if place % 5 == 0 else LARGE
        unit, owner = UNITS[place % 3 == 0], crowd.coordinators[place * 7 % COORDINATORS]
        referrer = crowd.caseworkers[place * 11 % CASEWORKERS]
        coded = {"operation": operation, "referral": f"d-{place}", "unit": unit, "referrer": referrer, "owner": owner,
                 "person": str(participant)}  # fmt: skip
        yield {
            "participants": [(participant,)],
            "people": [(participant, name, born, "marked" if place % 100 == 0 else "none")],
            "identities": [(participant, "personnummer", _number(born, place), born)],
            "keys": [(key.key_id, participant, master.wrap(key, participant))],
            "clones": [
                (template.pathway, pathway, participant, f"d-{place}", operation, unit, referrer, owner, encode(coded))
            ],
            "seals": list(_seals(pathway, key, template)),
        }


def _number(born: date, place: int) -> str:
    return reserved_number(born, place).replace("-", "")


def _seals(pathway: str, key: DataKey, template: Template) -> Iterator[tuple[Any, ...]]:
    for seq, sealed in template.sealed:
        yield pathway, seq, key.seal(encode(sealed).encode(), bound_to=f"{pathway}:{seq}".encode()), key.key_id


async def _insert(connection: Connection, table: str) -> str:
    columns = [
        row["attname"]
        for row in await connection.fetch(
            "SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped "
            "AND attidentity = '' ORDER BY attnum",
            table,
        )
    ]
    instead = {"pathway": "c.pathway", **INSTEAD.get(table, {})}
    said = ", ".join(instead.get(column, f't."{column}"') for column in columns)
    named = ", ".join(f'"{column}"' for column in columns)
    on = "t.id = c.template" if table == "pathways" else "t.pathway = c.template"
    seals = "LEFT JOIN seals s ON s.pathway = c.pathway AND s.seq = t.seq" if table == "events" else ""
    return f"INSERT INTO {table} ({named}) SELECT {said} FROM clones c JOIN {table} t ON {on} {seals}"
