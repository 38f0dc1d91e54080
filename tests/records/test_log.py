"""The record: once, in order, whole, and never changed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest
from cryptography.exceptions import InvalidTag

from domain.events import Batch, EventType
from records import log, staff, views
from records.keys import KeyDestroyed, KeyRing
from records.log import PathwayUnknown, RecordDiverged
from tests.records.builders import DAY, NOW, World, done, opened, told


class TestAppend:
    async def test_records_events_that_load_as_they_were(self, world: World) -> None:
        story = await world.pathway()
        batch = story.batch(
            story.referred(),
            opened("a#1", due=NOW + timedelta(days=3)),
            (EventType.HAPPENED, {"happening": "contact", "sealed": {"note": "å-ö \n 1.5", "n": 1.5}}),
        )

        [receipt] = await log.append(world.pool, [batch], keys=world.keys)
        loaded = await log.load(world.pool, story.pathway, keys=world.keys)

        assert tuple(loaded) == batch.events
        assert (receipt.first_seq, receipt.last_seq) == (1, 3)
        assert await log.recorded(world.pool, story.pathway, batch.command_id) == (1, 3)

    async def test_gives_the_first_receipt_for_the_same_batch(self, world: World) -> None:
        story = await world.pathway()
        batch = story.batch(story.referred(), opened("a#1"), told("a#1"))

        first = await log.append(world.pool, [batch], keys=world.keys)
        again = await asyncio.gather(*(log.append(world.pool, [batch], keys=world.keys) for _ in range(10)))

        assert all(receipts == first for receipts in again)
        assert await world.pool.fetchval("SELECT count(*) FROM events") == 3
        assert await world.pool.fetchval("SELECT count(*) FROM notices") == 1

    async def test_takes_many_batches_at_once(self, world: World) -> None:
        first, second = await world.pathway(1), await world.pathway(2)
        batches = [first.batch(first.referred()), second.batch(second.referred()), first.batch(opened("a#1"))]

        receipts = await log.append(world.pool, batches, keys=world.keys)

        assert [(each.pathway, each.last_seq) for each in receipts] == [
            (first.pathway, 1),
            (second.pathway, 1),
            (first.pathway, 2),
        ]

    async def test_refuses_a_pathway_that_nobody_reserved(self, world: World) -> None:
        story = await world.pathway()
        batch = replace(story.batch(story.referred()), pathway="p-unknown")

        with pytest.raises(PathwayUnknown):
            await log.append(world.pool, [batch], keys=world.keys)

    async def test_leaves_nothing_behind_when_one_batch_does_not_fit(self, world: World) -> None:
        first, second = await world.pathway(1), await world.pathway(2)
        second.seq = 7

        with pytest.raises(RecordDiverged):
            await log.append(world.pool, [first.batch(first.referred()), second.batch(opened("a#1"))], keys=world.keys)

        assert await world.pool.fetchval("SELECT count(*) FROM events") == 0


class TestDivergence:
    async def _diverges(self, world: World, why: str, batch: Batch) -> None:
        with pytest.raises(RecordDiverged) as caught:
            await log.append(world.pool, [batch], keys=world.keys)
        assert caught.value.why == why

    async def test_another_batch_with_a_recorded_number_stops_the_pathway_until_it_is_mended(
        self, world: World
    ) -> None:
        story = await world.pathway()
        await story.refer()
        story.seq = 0
        await self._diverges(world, "other_batch", story.batch(story.referred()))
        story.seq = 2
        await self._diverges(world, "diverged_before", story.batch(opened("a#1")))

        assert await log.mend(world.pool, story.pathway) == 2

        story.seq = 2
        assert (await story.record(opened("a#1"))).last_seq == 3

    async def test_a_number_in_the_middle_of_a_batch_is_another_batch(self, world: World) -> None:
        story = await world.pathway()
        await story.refer()
        story.seq = 1

        await self._diverges(world, "other_batch", story.batch(opened("a#1")))

    async def test_a_gap_is_refused(self, world: World) -> None:
        story = await world.pathway()
        await story.refer()
        story.seq = 5

        await self._diverges(world, "gap", story.batch(opened("a#1")))

    async def test_one_command_is_recorded_once(self, world: World) -> None:
        story = await world.pathway()
        await story.refer()
        await story.record(opened("a#1"), command="c")

        await self._diverges(world, "command_twice", story.batch(done("a#1"), command="c"))

    async def test_a_pathway_begins_with_a_referral(self, world: World) -> None:
        story = await world.pathway()

        await self._diverges(world, "not_a_beginning", story.batch(opened("a#1")))

    async def test_an_event_that_the_read_model_cannot_follow_is_not_tried_for_ever(self, world: World) -> None:
        story = await world.pathway()
        await story.refer()

        await self._diverges(world, "unfit", story.batch(done("never_opened#1")))

    async def test_two_pathways_of_a_person_are_never_inside_at_once(self, world: World) -> None:
        first = await world.pathway()
        await first.refer((EventType.EXITED, {"reason": "returned", "class": "completed"}))
        await world.reserve(referral="again")

        batch = first.batch((EventType.REOPENED, {"exit": "returned", "restored": [], "again": None}))

        await self._diverges(world, "another_inside", batch)


class TestOwners:
    async def test_who_left_meanwhile_are_answered_for_by_the_unit(self, world: World) -> None:
        story = await world.pathway()
        await story.refer()
        await staff.leave(world.pool, "dag", now=NOW, on=DAY)

        await story.record((EventType.OWNER_CHANGED, {"key": None, "old": "anna", "new": "dag"}))

        assert await staff.resolve_owner(world.pool, "dag", on=DAY) == "anna"
        assert await views.adrift(world.pool, on=DAY) == []

    async def test_of_a_closed_pathway_that_opens_again_are_answered_for_by_the_unit(self, world: World) -> None:
        story = await world.pathway(owner="dag")
        await story.refer((EventType.EXITED, {"reason": "error", "class": "void"}), (EventType.CLOSED, {}))
        await staff.leave(world.pool, "dag", now=NOW, on=DAY)

        await story.record((EventType.REOPENED, {"exit": "error", "restored": ["watch#1"], "again": None}))

        assert await staff.resolve_owner(world.pool, "dag", on=DAY) == "anna"
        assert await views.adrift(world.pool, on=DAY) == []

    async def test_of_a_closed_pathway_whose_correction_opens_a_review_are_answered_for_too(self, world: World) -> None:
        story = await world.pathway(owner="dag")
        fact = (EventType.FACT_RECORDED, {"fact": "gender", "refused": False, "value": "man"})
        await story.refer(fact, (EventType.EXITED, {"reason": "error", "class": "void"}), (EventType.CLOSED, {}))
        await staff.leave(world.pool, "dag", now=NOW, on=DAY)
        corrected = {"of": 3, "what": "fact", "name": "gender", "changes": {"value": "woman"}}

        await story.record((EventType.CORRECTED, dict(corrected)))
        assert await staff.resolve_owner(world.pool, "dag", on=DAY) is None, "closed: nobody has to answer"
        await story.record((EventType.CORRECTED, dict(corrected)), opened("review_correction#1", due=NOW))

        assert await staff.resolve_owner(world.pool, "dag", on=DAY) == "anna"

    async def test_never_leave_while_they_take_over(self, world: World) -> None:
        stories = [await world.pathway(place) for place in range(5)]
        for story in stories:
            await story.refer()

        change = {"key": None, "old": "anna", "new": "dag"}
        await asyncio.gather(
            *(story.record((EventType.OWNER_CHANGED, dict(change))) for story in stories),
            staff.leave(world.pool, "dag", now=NOW, on=DAY),
            return_exceptions=True,
        )

        assert await views.adrift(world.pool, on=DAY) == []


class TestWhatIsRecorded:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE events SET coded = '{}'", "DELETE FROM events", "TRUNCATE events",
            "UPDATE batches SET hash = ''", "DELETE FROM batches", "TRUNCATE batches",
        ],
    )  # fmt: skip
    async def test_is_never_changed(self, world: World, statement: str) -> None:
        await (await world.pathway()).refer()

        with pytest.raises(asyncpg.RestrictViolationError):
            await world.pool.execute(statement)

    async def test_is_unreadable_once_the_key_is_destroyed(self, world: World) -> None:
        story = await world.pathway()
        await story.refer((EventType.HAPPENED, {"happening": "contact", "sealed": {"note": "hemligt"}}))
        stored = await world.pool.fetchval("SELECT sealed FROM events WHERE sealed IS NOT NULL")

        assert await world.keys.destroy(story.reservation.participant)

        assert b"hemligt" not in stored
        with pytest.raises(KeyDestroyed):
            await log.load(world.pool, story.pathway, keys=world.keys)
        with pytest.raises(KeyDestroyed):
            await log.load(world.pool, story.pathway, keys=KeyRing(world.pool, world.keys._master))

    async def test_opens_only_at_its_own_place(self, world: World) -> None:
        story = await world.pathway()
        await story.refer((EventType.HAPPENED, {"happening": "contact", "sealed": {"note": "x"}}))
        row = await world.pool.fetchrow("SELECT sealed, key_id FROM events WHERE sealed IS NOT NULL")
        assert row is not None
        key = await world.keys.by_id(row["key_id"])

        with pytest.raises(InvalidTag):
            key.open(row["sealed"], bound_to=b"p-other:3")


class TestPositions:
    async def test_follow_the_order_of_commits(self, world: World) -> None:
        stories = [await world.pathway(place) for place in range(20)]
        seen: list[int] = []

        async def write(index: int) -> None:
            receipt = await stories[index].refer()
            seen.append(receipt.position)

        async def read() -> list[list[int]]:
            snapshots = []
            while len(seen) < len(stories):
                snapshots.append(await positions(world))
            return snapshots

        reading = asyncio.create_task(read())
        await asyncio.gather(*(write(index) for index in range(20)))
        last = await positions(world)

        assert len(last) == 40
        assert all(last[: len(snapshot)] == snapshot for snapshot in await reading)


async def positions(world: World) -> list[int]:
    return [row["position"] for row in await world.pool.fetch("SELECT position FROM events ORDER BY position")]
