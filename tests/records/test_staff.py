"""Staff: roles, deputies, and nobody leaves before the work is handed over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.events import EventType
from records import staff
from records.staff import Deputy, Role, Staff, StaffUnknown, StillResponsible, Unit, UnitUnknown
from tests.records.builders import DAY, NOW, World, opened


class TestLeaving:
    async def test_is_refused_with_the_work_that_must_be_handed_over(self, world: World) -> None:
        story = await world.pathway()
        await story.refer(opened("plan#1", person="bo"))

        with pytest.raises(StillResponsible) as owner:
            await staff.leave(world.pool, "anna", now=NOW, on=DAY)
        with pytest.raises(StillResponsible) as carrier:
            await staff.leave(world.pool, "bo", now=NOW, on=DAY)

        assert owner.value.work.pathways == (story.pathway,)
        assert owner.value.work.units == ("north",)
        assert carrier.value.work.steps == ((story.pathway, "plan#1"),)

    async def test_is_refused_to_whoever_answers_for_an_owner_who_left(self, world: World) -> None:
        story = await world.pathway()
        await story.refer()
        await staff.leave(world.pool, "dag", now=NOW, on=DAY)
        await story.record((EventType.OWNER_CHANGED, {"key": None, "old": "anna", "new": "dag"}))
        work = await staff.reassign(world.pool, "anna", to="bo", on=DAY)

        with pytest.raises(StillResponsible) as stands_in:
            await staff.leave(world.pool, "anna", now=NOW, on=DAY)

        assert work.pathways == stands_in.value.work.pathways == (story.pathway,)
        await story.record((EventType.OWNER_CHANGED, {"key": None, "old": "dag", "new": "bo"}))
        await staff.leave(world.pool, "anna", now=NOW, on=DAY)

    async def test_works_once_everything_is_handed_over(self, world: World) -> None:
        story = await world.pathway()
        await story.refer(opened("plan#1", person="anna"))

        work = await staff.reassign(world.pool, "anna", to="bo", on=DAY)
        meanwhile = await staff.resolve_owner(world.pool, "anna", on=DAY)
        for pathway in work.pathways:
            assert pathway == story.pathway
            await story.record((EventType.OWNER_CHANGED, {"key": None, "old": "anna", "new": "bo"}))
        for _, key in work.steps:
            await story.record((EventType.OWNER_CHANGED, {"key": key, "old": "anna", "new": "bo"}))
        await staff.leave(world.pool, "anna", now=NOW, on=DAY)

        assert meanwhile == "bo"
        assert not (await staff.get(world.pool, "anna")).active
        assert await staff.roles_of(world.pool, "anna", "koll-1") == ()
        assert (await staff.unit_of(world.pool, "north")).standing_owner == "bo"

    async def test_ends_standing_in_for_others(self, world: World) -> None:
        await staff.deputise(world.pool, Deputy("anna", "dag", DAY - timedelta(days=3)))
        await staff.deputise(world.pool, Deputy("bo", "dag", DAY + timedelta(days=3)))

        await staff.leave(world.pool, "dag", now=NOW, on=DAY)

        [left] = await staff.deputies(world.pool, on=DAY - timedelta(days=1))
        assert left == Deputy("anna", "dag", DAY - timedelta(days=3), DAY)

    async def test_knows_only_staff(self, world: World) -> None:
        with pytest.raises(StaffUnknown):
            await staff.leave(world.pool, "nobody", now=NOW, on=DAY)
        with pytest.raises(StaffUnknown):
            await staff.reassign(world.pool, "anna", to="nobody", on=DAY)


class TestDeputies:
    async def test_answer_while_somebody_is_away(self, world: World) -> None:
        back = DAY + timedelta(days=7)
        await staff.deputise(world.pool, Deputy("anna", "bo", DAY, back))

        assert await staff.resolve_owner(world.pool, "anna", on=DAY) == "bo"
        assert await staff.resolve_owner(world.pool, "anna", on=back) == "anna"

    async def test_follow_each_other_and_never_in_circles(self, world: World) -> None:
        for away, deputy in (("anna", "bo"), ("bo", "cia")):
            await staff.deputise(world.pool, Deputy(away, deputy, DAY))
        assert await staff.resolve_owner(world.pool, "anna", on=DAY) == "cia"

        await staff.deputise(world.pool, Deputy("cia", "anna", DAY))

        assert await staff.resolve_owner(world.pool, "anna", on=DAY) == "anna"

    async def test_answer_for_someone_who_left(self, world: World) -> None:
        await staff.leave(world.pool, "dag", now=NOW, on=DAY)
        assert await staff.resolve_owner(world.pool, "dag", on=DAY) is None

        await staff.deputise(world.pool, Deputy("dag", "bo", DAY))

        assert await staff.resolve_owner(world.pool, "dag", on=DAY) == "bo"

    async def test_of_the_owner_act_as_owner_on_that_pathway_only(self, world: World) -> None:
        mine, other = await world.pathway(1), await world.pathway(2, unit="south")
        await staff.deputise(world.pool, Deputy("anna", "bo", DAY))

        async def roles(pathway: str) -> tuple[str, ...]:
            return await staff.roles_of(world.pool, "bo", "koll-1", pathway=pathway, on=DAY)

        assert await roles(mine.pathway) == ("manager", "team", "owner")
        assert await roles(other.pathway) == ("manager", "team")


class TestRegister:
    async def test_keeps_roles_by_operation(self, world: World) -> None:
        assert await staff.roles_of(world.pool, "bo", "koll-1") == ("manager", "team")
        assert await staff.roles_of(world.pool, "bo", "koll-2") == ("team",)
        assert await staff.take_role(world.pool, "bo", Role("manager", "koll-1"))
        assert not await staff.take_role(world.pool, "bo", Role("manager", "koll-1"))
        assert await staff.roles_of(world.pool, "bo", "koll-1") == ("team",)

    async def test_changes_people_who_are_known(self, world: World) -> None:
        await staff.add(world.pool, Staff("bo", "Bo Berg", None, "en", "south"))

        changed = await staff.get(world.pool, "bo")

        assert (changed.name, changed.unit) == ("Bo Berg", "south")
        assert Role("team") in changed.roles

    async def test_follows_units_that_merged(self, world: World) -> None:
        await staff.merge_unit(world.pool, unit="south", into="north")

        assert (await staff.unit_of(world.pool, "south")).id == "north"
        assert (await world.reserve(unit="south")).owner == "anna"
        with pytest.raises(UnitUnknown):
            await staff.merge_unit(world.pool, unit="north", into="south")
        assert [each.id for each in await staff.units(world.pool)] == ["north", "south"]

    async def test_refuses_what_it_does_not_know(self, world: World) -> None:
        with pytest.raises(StaffUnknown):
            await staff.add_unit(world.pool, Unit("east", "East", "nobody"))
        with pytest.raises(UnitUnknown):
            await staff.add(world.pool, Staff("eva", "Eva", unit="east"))
        with pytest.raises(StaffUnknown):
            await staff.get(world.pool, "eva")
        with pytest.raises(StaffUnknown):
            await staff.deputise(world.pool, Deputy("anna", "nobody", DAY))
