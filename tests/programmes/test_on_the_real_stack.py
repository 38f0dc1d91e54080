"""Every programme that ships runs as it is written: its examples on the real workflow, PostgreSQL and a skipping clock.

What is recorded is what the pure core decides for the same story, notices and all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.testing import WorkflowEnvironment

from demo.cast import cast_of, first_monday, shown
from demo.clock import Skipped
from demo.months import PATIENCE, SEARCH_ATTRIBUTES
from domain.commands import Refer
from domain.interpreter import fold
from domain.operations import OperationDef
from domain.rules import Rules
from domain.script import Entry, Frame, Story, story
from domain.simulation import Simulation
from domain.stories import play
from domain.telling import command_of
from embedded import timeskip
from records import log, register
from records.database import Pool, connect
from records.keys import KeyRing, MasterKey
from records.migrate import migrate
from service.answers import Recorded
from service.office import Office
from service.publishing import operation_file, programme_file, read_programme, rules_in_force, start_operation
from tests.server.working import Letters, working
from tests.stage import MASTER, Stage, person
from worker.keys import ProcessKeys, system_key
from worker.plugin import PathwayPlugin
from workflows import ports

OPERATIONS = ("bron-2018", "koll-2020", "nordost-2021", "samverkan-2012", "visa-2017")
EACH = 2  # examples of each programme; `check` and tests/rows play them all on the core


@dataclass
class Person:
    """Somebody whose story is an example."""

    told: Story
    rules: Rules
    text: str
    operation: OperationDef
    frame: Frame

    async def does(self, on: Stage, entry: Entry, index: int, start: date) -> None:
        """Do one thing through the office; it has to be recorded."""
        state = fold(self.frame.pathway, await log.load(on.pool, self.frame.pathway, keys=on.keys.ring))
        command = command_of(
            rules=self.rules, state=state, entry=entry, told=self.told, cast=cast_of(self.operation), frame=self.frame,
            start=start, id=f"{self.frame.pathway}/{index}",
        )  # fmt: skip
        if isinstance(command, Refer):
            given = ports.PathwayInput(self.frame.pathway, self.text)
            answer = await on.office.send_with_start(self.frame.pathway, command, given)
        else:
            answer = await on.office.send(self.frame.pathway, command)
        assert isinstance(answer, Recorded), (self.told.name, str(entry), answer)

    def on_the_core(self, start: date) -> Simulation:
        """Play the same story on the core."""
        return play(self.rules, self.told, start=start, cast=cast_of(self.operation), frame=self.frame)


async def people(on: Stage, start: date) -> list[Person]:
    """Start every operation on a day and refer somebody for each example, from each unit that follows a programme."""
    found: list[Person] = []
    for name in OPERATIONS:
        operation = await start_operation(
            on.pool, operation_file(name), now=on.office.clock(), by="test", name=f"{name}-t", starts=start
        )
        for followed in operation.programmes:
            if followed == operation.programme and any(unit.programme for unit in operation.units):
                continue  # everybody follows a variant
            unit = next(
                unit for unit in operation.units if operation.programme_of(unit.id, start) == followed and unit.refers
            )
            text, rules = await rules_in_force(on.pool, followed, start)
            definition = read_programme(programme_file(followed)).definition
            chosen = [one for one in definition.examples if not _waits(one.days)][:EACH]
            for example in chosen:
                one = await _person(
                    on, story(example.model_dump()), rules=rules, text=text, operation=operation, unit=unit.id,
                    start=start, place=len(found),
                )  # fmt: skip
                found.append(one)
    return found


def _waits(days: dict[int, list[object]]) -> bool:
    """Tell whether a story has the system give a place, or expects a refusal: there the real one has its own say."""
    return any(
        ("happen" in str(entry) and "place" in str(entry)) or "refused" in str(entry)
        for of_day in days.values()
        for entry in of_day
    )


async def _person(
    on: Stage, told: Story, *, rules: Rules, text: str, operation: OperationDef, unit: str, start: date, place: int
) -> Person:
    referral = f"{operation.operation}/{place}"
    reserved = await register.reserve(
        on.pool, keys=on.keys.ring, referral=referral, operation=operation.operation, programme=rules.programme,
        person=person(place), unit=unit, referrer=cast_of(operation).playing("referrer"), referred_on=start,
        now=on.office.clock(),
    )  # fmt: skip
    frame = Frame(
        reserved.pathway, rules.programme, operation.operation, referral, str(reserved.participant), reserved.unit,
        reserved.owner,
    )  # fmt: skip
    return Person(told, rules, text, operation, frame)


async def _skip(environment: WorkflowEnvironment, clock: Skipped, instant: datetime) -> None:
    left = instant - await environment.get_current_time()
    if left > timedelta(0):
        await environment.sleep(left)
    clock.at = await environment.get_current_time()


async def _on(pool: Pool, environment: WorkflowEnvironment, clock: Skipped, keys: ProcessKeys) -> Stage:
    client = environment.client
    office = Office(
        pool=pool, keys=keys.ring, client=client, task_queue="programmes", patience=PATIENCE, clock=clock
    )  # fmt: skip
    return Stage(pool, keys, client, office, clock.at.date())


class TestEveryProgramme:
    async def test_runs_on_the_workflow_as_on_the_core(self, database_url: str, tmp_path: Path) -> None:
        async with await connect(database_url, max_size=10) as pool:
            await migrate(pool)
            keys = ProcessKeys(KeyRing(pool, MasterKey(MASTER)), system_key(MASTER))
            async with await timeskip.environment(plugins=[PathwayPlugin(keys)]) as environment:
                await environment.client.operator_service.add_search_attributes(
                    AddSearchAttributesRequest(
                        namespace=environment.client.namespace, search_attributes=SEARCH_ATTRIBUTES
                    )
                )
                clock = Skipped(await environment.get_current_time())
                on = await _on(pool, environment, clock, keys)
                start = first_monday(clock.at.date())
                letters = Letters()
                async with working(on, letters):
                    everybody = await people(on, start)
                    todo = _in_order(everybody, start)
                    for instant, one, index, entry in todo:
                        await _skip(environment, clock, instant)
                        await one.does(on, entry, index, start)
                    for one in everybody:
                        recorded = await log.load(pool, one.frame.pathway, keys=keys.ring)
                        expected = one.on_the_core(start).events
                        same = [shown(event) for event in recorded][: len(expected)]
                        assert same == [shown(event) for event in expected], (one.rules.programme, one.told.name)

        assert {one.rules.programme for one in everybody} == {
            "bron", "koll", "nordost", "samverkan", "visa_linkoping", "visa_motala"
        }  # fmt: skip
        assert len(everybody) == 6 * EACH
        assert letters.handed_over
        assert set(letters.times.values()) == {1}


def _in_order(everybody: list[Person], start: date) -> list[tuple[datetime, Person, int, Entry]]:
    todo = [
        (entry.instant(start), one, index, entry) for one in everybody for index, entry in enumerate(one.told.entries)
    ]
    return sorted(todo, key=lambda each: each[0])
