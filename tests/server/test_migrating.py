"""P5 through the whole stack: a dry run tells what then happens, a broken-off move goes on, there is a way back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from domain.events import EventType
from domain.format.compiling import compile_text
from domain.interpreter import fold
from domain.people import Actor
from domain.rules import Rules
from embedded.temporal import Temporal
from records.rebuild import rebuild
from service.answers import Accepted, Recorded
from service.ids import new_id
from service.migrating import Moved, Versions, carry_out, dry_run, roll_back, versions
from service.office import Patience
from service.publishing import Programme, programme_file, publish
from tests.server.begun import TO_ACCEPTED, TO_EXIT, TO_PLAN, TO_WORK, Begun, begin, koll
from tests.server.working import events_of, recorded, until, working
from tests.stage import Stage, stage

CHANGES = (
    ("      work_training:\n", "      practice:\n"),
    ("after: [reached_25, work_training, work_training.ended]", "after: [reached_25, practice, practice.ended]"),
    ("        due: 6 weeks\n", "        due: 8 weeks\n"),
    ("      wellness: {label", "      health: {label"),
)
MAPPING = "steps: {activity.work_training: activity.practice, activity.wellness: activity.health}\n"
STORIES: dict[str, dict[int, list[Any]]] = {
    "intake": {0: ["refer"]},
    "inventory": TO_ACCEPTED,
    "planning": TO_PLAN,
    "working": {**TO_WORK, 16: ["open wellness"]},
    "paused": {**TO_WORK, 18: ["pause illness 60"]},
    "left": TO_EXIT,
}


async def published(on: Stage, tmp_path: Path) -> Versions:
    """Publish another version of Koll and return both with their mapping."""
    text = programme_file("koll").read_text("utf-8")
    for old, new in CHANGES:
        assert old in text, old
        text = text.replace(old, new)
    rules, definition, _ = compile_text(text)
    await publish(on.pool, Programme(rules, definition, text), by="test", now=datetime.now(UTC))
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(MAPPING)
    return await versions(on.pool, koll().hash, rules.hash[:8], mapping)


async def manager(_operation: str) -> Actor:
    return Actor("pia.programansvarig", ("manager",), "cli")


async def all_of(results: Any) -> dict[str, Moved]:
    return {one.pathway: one async for one in results}


async def follow(on: Stage, begun: dict[str, Begun], rules: Rules) -> None:
    """Check that record, read model and workflows follow a version and say the same."""
    assert {row["rules"] for row in await on.pool.fetch("SELECT rules FROM pathways")} == {rules.hash}
    assert (await rebuild(on.pool)).differences == ()
    for one in begun.values():
        state = fold(one.pathway, await events_of(on, one.pathway))
        assert state is not None
        rows = await on.pool.fetch("SELECT key, status FROM steps WHERE pathway = $1", one.pathway)
        assert dict(map(tuple, rows)) == {
            each.key: each.status for each in (*state.open.values(), *state.past.values())
        }


class TestMovingEverybody:
    async def test_does_what_the_dry_run_told_and_can_be_taken_back(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as on, working(on):
            begun = {name: await begin(on, place, days) for place, (name, days) in enumerate(STORIES.items())}
            chosen = await published(on, tmp_path)
            dry = await all_of(dry_run(on.office, chosen, by=await manager("")))
            assert {one.result for one in dry.values()} == {"moves"}
            assert set(dry) == {one.pathway for one in begun.values()}
            await follow(on, begun, chosen.old)  # nothing has changed

            moved = await all_of(carry_out(on.office, chosen, by=manager))

            assert {key: (one.stages, one.opens, one.ends, one.dues) for key, one in moved.items()} == {
                key: (one.stages, one.opens, one.ends, one.dues) for key, one in dry.items()
            }
            assert {one.result for one in moved.values()} == {"moved"}
            inside = moved[begun["inventory"].pathway]
            assert len(inside.dues) == 5
            await follow(on, begun, chosen.new)
            again = await all_of(carry_out(on.office, chosen, by=manager))
            assert again == {}

            went_on = begun["working"]
            state = fold(went_on.pathway, await events_of(on, went_on.pathway))
            command = went_on.command("contact", id=new_id(), state=state)
            assert isinstance(await on.office.send(went_on.pathway, command), Recorded)
            back = await all_of(roll_back(on.office, chosen, by=manager))

            refused = back.pop(went_on.pathway)
            assert refused.refusal is not None
            assert refused.refusal.code == "migration_not_undoable"
            assert {one.result for one in back.values()} == {"back"}
            staying = await on.pool.fetch("SELECT id FROM pathways WHERE rules = $1", chosen.new.hash)
            assert [row["id"] for row in staying] == [went_on.pathway]
            assert (await rebuild(on.pool)).differences == ()

    async def test_that_was_broken_off_goes_on_where_it_stopped(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as on, working(on):
            begun = {str(place): await begin(on, place, TO_WORK) for place in range(12)}
            chosen = await published(on, tmp_path)

            async for _ in carry_out(on.office, chosen, by=manager):
                break  # whoever started it is gone; some commands are still on their way
            rest = await all_of(carry_out(on.office, chosen, by=manager))

            assert {one.result for one in rest.values()} <= {"moved", "accepted"}
            await until(lambda: _all_follow(on, chosen.new))
            await follow(on, begun, chosen.new)
            for one in begun.values():
                kinds = [event.type for event in await events_of(on, one.pathway)]
                assert kinds.count(EventType.MIGRATED) == 1

    async def test_while_others_work_loses_nobodys_command(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as on, working(on):
            begun = {str(place): await begin(on, place, TO_WORK) for place in range(6)}
            chosen = await published(on, tmp_path)
            asked = [(one, one.command("contact", id=new_id())) for one in begun.values() for _ in range(5)]

            moving = asyncio.create_task(all_of(carry_out(on.office, chosen, by=manager)))
            answers = await asyncio.gather(*(on.office.send(one.pathway, command) for one, command in asked))

            assert {one.result for one in (await moving).values()} == {"moved"}
            assert all(isinstance(answer, Recorded | Accepted) for answer in answers)
            for one, command in asked:
                await recorded(on, one.pathway, command.id)
            await follow(on, begun, chosen.new)

    async def test_waits_in_line_behind_what_is_being_recorded(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as on, working(on):
            on.office.patience = Patience(answer=timedelta(seconds=1))
            one = await begin(on, 1, TO_WORK)
            chosen = await published(on, tmp_path)
            before, after = one.command("contact", id=new_id()), one.command("contact", id=new_id())

            async with on.pool.acquire() as connection, connection.transaction():
                await connection.execute("LOCK TABLE events IN EXCLUSIVE MODE")  # nothing is recorded, all is read
                answers = [await on.office.send(one.pathway, before)]
                (moved,) = (await all_of(carry_out(on.office, chosen, by=manager))).values()
                answers.append(await on.office.send(one.pathway, after))
            await recorded(on, one.pathway, before.id, after.id)

            assert [type(answer) for answer in answers] == [Accepted, Accepted]
            assert moved.result == "accepted"
            events = await events_of(on, one.pathway)
            (move,) = [event for event in events if event.type == EventType.MIGRATED]
            rules = {event.command_id: event.rules for event in events}
            assert rules[before.id] == chosen.old.hash
            assert rules[move.command_id] == rules[after.id] == chosen.new.hash
            order = list(dict.fromkeys(event.command_id for event in events))
            assert order[-3:] == [before.id, move.command_id, after.id]
            await follow(on, {"one": one}, chosen.new)

    async def test_goes_on_under_the_new_rules_in_the_next_run(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as on, working(on):
            one = await begin(on, 1, TO_WORK)
            chosen = await published(on, tmp_path)
            await all_of(carry_out(on.office, chosen, by=manager))
            one.rules = chosen.new
            for sentence in ("done practice", "decide way_forward preparatory"):
                state = fold(one.pathway, await events_of(on, one.pathway))
                answer = await on.office.send(one.pathway, one.command(sentence, id=new_id(), state=state))
                assert isinstance(answer, Recorded), answer
            await until(lambda: _exited(on, one.pathway))
            state = fold(one.pathway, await events_of(on, one.pathway))
            answer = await on.office.send(one.pathway, one.command("done exit_data", id=new_id(), state=state))

            assert isinstance(answer, Recorded), answer
            assert {event.rules for event in await events_of(on, one.pathway) if event.type == "Exited"} == {
                chosen.new.hash
            }

    async def test_needs_a_manager(self, database_url: str, temporal_server: Temporal, tmp_path: Path) -> None:
        async def somebody(_operation: str) -> Actor:
            return Actor("sam.samordnare", ("team",), "cli")

        async with stage(database_url, temporal_server.address, tmp_path) as on, working(on):
            one = await begin(on, 1, TO_WORK)
            chosen = await published(on, tmp_path)

            (refused,) = (await all_of(carry_out(on.office, chosen, by=somebody))).values()

            assert refused.refusal is not None
            assert refused.refusal.code == "not_your_role"
            assert one.pathway == refused.pathway


async def _all_follow(on: Stage, rules: Rules) -> bool:
    return not await on.pool.fetchval("SELECT count(*) FROM pathways WHERE rules <> $1", rules.hash)


async def _exited(on: Stage, pathway: str) -> bool:
    return bool(await on.pool.fetchval("SELECT status = 'exited' FROM pathways WHERE id = $1", pathway))
