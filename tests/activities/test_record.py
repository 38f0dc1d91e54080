"""Recording: receipts in order, divergence told for good, every other trouble tried again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.record import Recorder
from domain.events import Batch
from records import log
from tests.records.builders import Story, World, done, opened
from workflows.ports import DIVERGED, RecordInput, RecordOutput


class Watching:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int]] = []

    def recorded(self, pathway: str, batches: int) -> None:
        self.told.append((pathway, batches))

    def not_recorded(self, pathway: str) -> None:
        self.told.append((pathway, 0))


@pytest.fixture
def watching() -> Watching:
    return Watching()


async def record(world: World, batches: Sequence[Batch], watching: Watching | None = None) -> RecordOutput:
    recorder = Recorder(world.pool, world.keys, watching)
    return await ActivityEnvironment().run(recorder.record, RecordInput(tuple(batches)))


async def three_batches(world: World) -> tuple[Story, list[Batch]]:
    story = await world.pathway()
    return story, [story.batch(story.referred()), story.batch(opened("plan#1")), story.batch(done("plan#1"))]


class TestRecord:
    async def test_returns_a_receipt_for_each_batch(self, world: World, watching: Watching) -> None:
        story, batches = await three_batches(world)

        output = await record(world, batches, watching)

        assert [(each.command_id, each.first_seq, each.last_seq) for each in output.receipts] == [
            (batch.command_id, batch.first_seq, batch.last_seq) for batch in batches
        ]
        assert len(await log.load(world.pool, story.pathway, keys=world.keys)) == 3
        assert watching.told == [(story.pathway, 3)]

    async def test_repeated_gives_the_same_receipts(self, world: World) -> None:
        _, batches = await three_batches(world)

        assert await record(world, batches) == await record(world, batches)

    async def test_of_nothing_gives_nothing(self, world: World, watching: Watching) -> None:
        assert await record(world, [], watching) == RecordOutput(())
        assert watching.told == []


class TestDivergence:
    async def test_is_never_tried_again_and_says_why(self, world: World, watching: Watching) -> None:
        story, batches = await three_batches(world)
        await record(world, batches[:1])
        other = Batch(story.pathway, "another", batches[0].events)

        with pytest.raises(ApplicationError) as caught:
            await record(world, [other], watching)

        assert caught.value.type == DIVERGED
        assert caught.value.non_retryable
        assert caught.value.details == ("other_batch",)
        assert watching.told == []

    async def test_records_none_of_its_batches(self, world: World) -> None:
        story, batches = await three_batches(world)

        with pytest.raises(ApplicationError):
            await record(world, [batches[0], batches[2]])

        assert await log.load(world.pool, story.pathway, keys=world.keys) == []


class TestTrouble:
    async def test_is_raised_as_it_is_so_that_temporal_tries_again(self, world: World, watching: Watching) -> None:
        story, batches = await three_batches(world)
        await world.pool.execute("ALTER TABLE batches RENAME TO elsewhere")

        with pytest.raises(Exception, match="batches") as caught:
            await record(world, batches, watching)

        assert not isinstance(caught.value, ApplicationError)
        assert watching.told == [(story.pathway, 0)]
