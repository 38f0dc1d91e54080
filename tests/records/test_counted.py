"""Counted rows in PostgreSQL: kept, summed by their period, withdrawn, and never among those who have a name."""

from __future__ import annotations

from datetime import date

import asyncpg
import pytest

from domain.counting import TAKES_PART, Counted, Kind
from records import counted
from tests.records.builders import NOW, World

MARCH, APRIL = date(2026, 3, 2), date(2026, 4, 1)


def people(world: World, number: int, on: date = MARCH, kind: Kind = Kind.DECLINED) -> Counted:
    return Counted(world.operation, "unit-1", on, kind, number)


async def numbers(world: World, first: date | None = None, last: date | None = None) -> list[int]:
    return [row.counted.number for row in await counted.rows(world.pool, world.operation, first=first, last=last)]


class TestCounted:
    async def test_rows_stand_by_their_day(self, world: World) -> None:
        await world.reserve(1)
        for one in (people(world, 3, APRIL, Kind.SHORT_CONTACT), people(world, 2)):
            await counted.add(world.pool, one, by="anna", now=NOW)

        found = await counted.rows(world.pool, world.operation)

        assert [row.counted for row in found] == [people(world, 2), people(world, 3, APRIL, Kind.SHORT_CONTACT)]
        assert {row.by for row in found} == {"anna"}
        assert await numbers(world, last=MARCH) == [2]
        assert await numbers(world, first=APRIL, last=APRIL) == [3]

    async def test_rows_that_were_wrong_count_no_longer_and_stay(self, world: World) -> None:
        await world.reserve(1)
        wrong, right = [await counted.add(world.pool, people(world, each), by="anna", now=NOW) for each in (20, 2)]

        assert await counted.withdraw(world.pool, world.operation, wrong, by="bo", now=NOW)

        assert [row.id for row in await counted.rows(world.pool, world.operation)] == [right]
        assert not await counted.withdraw(world.pool, world.operation, wrong, by="bo", now=NOW)
        assert not await counted.withdraw(world.pool, "another", right, by="bo", now=NOW)
        assert await world.pool.fetchval("SELECT withdrawn_by FROM counted WHERE id = $1", wrong) == "bo"
        with pytest.raises(asyncpg.RestrictViolationError):
            await world.pool.execute("DELETE FROM counted")

    async def test_rows_of_some_kinds_are_summed_by_month(self, world: World) -> None:
        await world.reserve(1)
        wrong = await counted.add(world.pool, people(world, 9), by="anna", now=NOW)
        await counted.withdraw(world.pool, world.operation, wrong, by="bo", now=NOW)
        for one in (
            people(world, 2), people(world, 3, MARCH.replace(day=30)), people(world, 4, APRIL),
            people(world, 7, APRIL, Kind.SHORT_CONTACT),
        ):  # fmt: skip
            await counted.add(world.pool, one, by="anna", now=NOW)

        found = await counted.came(world.pool, world.operation, TAKES_PART)

        assert found == {MARCH.replace(day=1): 5, APRIL: 4}
        assert await counted.came(world.pool, "another", TAKES_PART) == {}

    async def test_rows_are_nobody_with_a_name(self, world: World) -> None:
        first, again = await world.reserve(1), await world.reserve(2)
        assert await counted.named(world.pool, world.operation) == 0  # a place is kept for them, nothing more
        await counted.add(world.pool, people(world, 5), by="anna", now=NOW)
        status = "UPDATE pathways SET status = 'closed', exit_class = $2 WHERE id = $1"

        await world.pool.execute(status, first.pathway, "completed")
        await world.pool.execute(status, again.pathway, "void")

        assert await counted.named(world.pool, world.operation) == 1
