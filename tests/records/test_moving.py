"""A migration in the read model: rows follow their steps, rebuild finds nothing to put right, and it can be taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.calendar import end_of
from domain.commands import Migrate, UndoMigration
from domain.interpreter import State
from domain.migration.reading import read_mapping
from domain.rules import Rules, canonical
from domain.script import Frame, story
from domain.simulation import Simulation
from domain.stories import play
from records import ledger, log
from records.rebuild import rebuild
from tests.records.builders import World
from tests.unit.migrating import AROUND, MANAGER, OLD, TO_TRAIN, changed, story_time
from tests.unit.small import MONDAY, rules_of

SWAPPED = (
    changed(("    talk: {", "    plan: {"), ("after: talk", "after: plan"), ("    plan: {~, by: owner, due: 10 days}",
             "    talk: {~, by: owner, due: 10 days}"), ("after: plan, due: 3", "after: talk, due: 3"),
            ("after: plan, choose", "after: talk, choose")),
    "steps: {intake.talk: intake.plan, work.plan: work.talk}",
)  # fmt: skip
RENAMED = (changed(("train:", "practice:"), ("after: train", "after: practice")), "steps: {work.train: work.practice}")
LIVED = {**TO_TRAIN, 10: ["open course", "hours train 20", {"record": "level", "hours": 30}], 12: ["done course"]}


async def lived(world: World) -> tuple[Simulation, Rules]:
    """Return a pathway that is recorded up to its thirtieth day."""
    old = rules_of(OLD)
    one = await world.reserve(referred_on=MONDAY)
    frame = Frame(one.pathway, "small", world.operation, "r-0", str(one.participant), one.unit, one.owner)
    told = story({"name": "one", "given": {"far": True}, "days": {0: ["refer"], **LIVED}})
    played = play(old, told, start=MONDAY, frame=frame, until=story_time(30))
    await log.append(world.pool, played.batches, keys=world.keys)
    return played, old


async def record(world: World, played: Simulation, command: Any) -> None:
    played.do(command, story_time(30))
    await log.append(world.pool, played.batches[-1:], keys=world.keys)


async def steps_are(world: World, state: State) -> None:
    rows = await world.pool.fetch("SELECT key, status, due_on, role, kind FROM steps")
    assert {row["key"]: tuple(row)[1:] for row in rows} == {
        one.key: (one.status, one.due_on, one.by, one.kind) for one in (*state.open.values(), *state.past.values())
    }


class TestAMigration:
    @pytest.mark.parametrize(("new", "mapping"), [AROUND, SWAPPED, RENAMED], ids=["around", "swapped", "renamed"])
    async def test_is_read_as_the_state_says_and_can_be_taken_back(
        self, world: World, new: Rules, mapping: str
    ) -> None:
        played, old = await lived(world)
        assert played.state is not None
        before = await world.pool.fetch("SELECT * FROM steps ORDER BY key")
        read = read_mapping(mapping, old, new)

        await record(world, played, Migrate(id="migrate", by=MANAGER, rules=canonical(new), mapping=read))

        await steps_are(world, played.state)
        assert await world.pool.fetchval("SELECT rules FROM pathways") == new.hash
        assert (await rebuild(world.pool)).differences == ()

        await record(world, played, UndoMigration(id="undo", by=MANAGER, rules=canonical(old)))

        await steps_are(world, played.state)
        assert await world.pool.fetchval("SELECT rules FROM pathways") == old.hash
        assert (await rebuild(world.pool)).differences == ()
        assert await world.pool.fetch("SELECT * FROM steps ORDER BY key") == before

    async def test_takes_hours_and_promised_notices_along(self, world: World) -> None:
        played, old = await lived(world)
        late = end_of(date(2025, 6, 12))
        played.advance_to(late)
        await log.append(world.pool, played.batches, keys=world.keys)
        promised = await world.pool.fetchval("SELECT id FROM notices WHERE key = 'work.train#1' ORDER BY id LIMIT 1")
        new, mapping = RENAMED
        read = read_mapping(mapping, old, new)
        await world.pool.execute("UPDATE notices SET state = 'promised' WHERE id = $1", promised)

        played.do(Migrate(id="migrate", by=MANAGER, rules=canonical(new), mapping=read), late)
        await log.append(world.pool, played.batches[-1:], keys=world.keys)

        assert await world.pool.fetchval("SELECT key FROM hours") == "work.practice#1"
        found = await ledger.claim(world.pool, promised, now=late)
        assert found is not None
        assert found.step == "work.practice"
        assert (await rebuild(world.pool)).differences == ()
