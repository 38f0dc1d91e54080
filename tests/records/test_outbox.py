"""What one pathway asks of another waits until it is answered."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from pydantic import TypeAdapter

from domain.commands import Command, Reenter
from domain.events import EventType
from records import outbox
from tests.records.builders import NOW, Story, World, person

LATER = NOW + timedelta(days=400)


async def came_back(world: World) -> tuple[Story, Story]:
    first = await world.pathway()
    await first.refer((EventType.EXITED, {"reason": "returned", "class": "completed"}))
    second = await world.pathway(person=person(), referral="again")
    await second.refer()
    return first, second


class TestReentry:
    async def test_is_asked_of_the_previous_pathway_once(self, world: World) -> None:
        first, second = await came_back(world)

        found = await asyncio.gather(*(outbox.take(world.pool, now=LATER) for _ in range(5)))

        [one] = [each for taken in found for each in taken]
        command = TypeAdapter[Command](Command).validate_python(one.command)
        assert isinstance(command, Reenter)
        assert one.pathway == first.pathway
        assert command.pathway == second.pathway
        assert one.command_id == command.id == f"reenter/{second.pathway}"

    async def test_waits_until_it_is_answered(self, world: World) -> None:
        await came_back(world)
        [one] = await outbox.take(world.pool, now=LATER)

        await outbox.failed(world.pool, one, "unavailable", now=LATER)

        assert await outbox.take(world.pool, now=LATER) == []
        [again] = await outbox.take(world.pool, now=LATER + outbox.FIRST_PAUSE)
        assert again.attempts == 2
        assert await outbox.done(world.pool, again.id, now=LATER, refusal="not_exited")
        assert not await outbox.done(world.pool, again.id, now=LATER)
        assert (await outbox.figures(world.pool, now=LATER)).waiting == 0

    async def test_is_taken_again_from_a_process_that_died(self, world: World) -> None:
        await came_back(world)
        await outbox.take(world.pool, now=LATER)

        assert len(await outbox.take(world.pool, now=LATER + outbox.LEASE)) == 1

    async def test_is_never_dropped(self, world: World) -> None:
        await came_back(world)
        moment = LATER
        while taken := await outbox.take(world.pool, now=moment):
            await outbox.failed(world.pool, taken[0], "unavailable", now=moment)
            moment += outbox.LONGEST_PAUSE

        figures = await outbox.figures(world.pool, now=moment)
        assert (figures.waiting, figures.dead) == (1, 1)
        assert figures.oldest > 0
        assert len(await outbox.revive(world.pool)) == 1
        assert len(await outbox.take(world.pool, now=moment)) == 1
