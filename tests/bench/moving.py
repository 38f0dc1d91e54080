"""What a dry run over many open pathways takes: read from the log, folded, moved on the pure core, told."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.format.compiling import compile_text
from domain.migration.mapping import Mapping
from domain.people import Actor
from domain.rules import canonical
from domain.script import Frame, story
from domain.simulation import Simulation
from domain.telling import command_of
from records import log, register
from service.migrating import Versions, dry_run
from service.publishing import programme_file
from tests.bench.ground import OPERATION
from tests.bench.measuring import AREAS, UNIT, Cohort
from tests.stage import ELIGIBLE, person

PEOPLE = 10_000
FIRST = 100_000  # of the test people; the rounds use the numbers before
AT_ONCE = 40
MONTHS = timedelta(days=240)
ACCEPTED: dict[int, list[Any]] = {0: ["refer"], 1: ["done acknowledge"], 3: ["decide eligibility accepted"]}
INVENTORIED = {**ACCEPTED, 9: [f"record domain.{area}" for area in AREAS], 12: ["decide recommendation go_on"]}
PLANNED = {**INVENTORIED, 13: ["decide gate go_on"], 20: ["done plan"]}
WORKING = {**PLANNED, 25: ["open wellness", "contact"], 50: ["contact", "hours work_training 20"], 76: ["done review"]}
STORIES = (
    ACCEPTED, INVENTORIED, PLANNED, WORKING,
    {**WORKING, 80: ["pause illness 60"]},
    {**WORKING, 100: [{"record": "activity_level", "hours_per_week": 10, "environment": "adapted"}]},
    {**WORKING, 110: ["decide way_forward studies"]} | {105: ["done work_training"]},
)  # fmt: skip
CHANGES = (("      work_training:\n", "      practice:\n"),
           ("[reached_25, work_training, work_training.ended]", "[reached_25, practice, practice.ended]"),
           ("        due: 12 months\n", "        due: 14 months\n"), ("        due: 6 weeks\n", "        due: 8 weeks\n"))  # fmt: skip
MAPPING: dict[str, tuple[str, ...]] = {"activity.work_training": ("activity.practice",)}


async def fill(cohort: Cohort, people: int = PEOPLE) -> None:
    """Record so many people somewhere inside, eight months of them; no workflow runs for them."""
    first = datetime.now(UTC).date() - MONTHS
    for start in range(0, people, AT_ONCE):
        played = await asyncio.gather(*(_play(cohort, FIRST + place, first) for place in range(start, start + AT_ONCE)))
        await log.append(cohort.on.office.pool, [batch for one in played for batch in one.batches],
                         keys=cohort.on.office.keys)  # fmt: skip


async def _play(cohort: Cohort, place: int, first: date) -> Simulation:
    office = cohort.on.office
    reserved = await register.reserve(
        office.pool, keys=office.keys, referral=f"m-{place}", operation=OPERATION, programme="koll", person=person(place),
        unit=UNIT, referrer="ham.handlaggare", referred_on=first, now=office.clock(),
    )  # fmt: skip
    frame = Frame(reserved.pathway, "koll", OPERATION, f"m-{place}", str(reserved.participant), UNIT, reserved.owner)
    played = Simulation(cohort.rules, reserved.pathway)
    told = story({"name": "m", "given": ELIGIBLE, "days": STORIES[place % len(STORIES)]})
    for index, entry in enumerate(told.entries):
        now = entry.instant(first)
        played.advance_to(now)
        command = command_of(
            rules=cohort.rules, state=played.state, entry=entry, told=told, cast=cohort.cast, frame=frame, start=first,
            id=f"m/{place}/{index}",
        )  # fmt: skip
        played.do(command, now)
    return played


async def dry(cohort: Cohort) -> dict[str, Any]:
    """Return how long a dry run over everybody takes, and what it told."""
    text = programme_file("koll").read_text("utf-8")
    for old, new in CHANGES:
        text = text.replace(old, new)
    after = compile_text(text)[0]
    chosen = Versions(cohort.rules, after, Mapping(MAPPING), canonical(cohort.rules), canonical(after), text)
    results: Counter[str] = Counter()
    dues = 0
    begun = time.perf_counter()
    async for one in dry_run(cohort.on.office, chosen, by=Actor("bench", ("manager",), "cli")):
        results[one.result] += 1
        dues += len(one.dues)
    seconds = time.perf_counter() - begun
    return {"people": sum(results.values()), "seconds": round(seconds, 1), "due_days_that_change": dues, **results}
