"""Units that become others on a day: nobody who is inside is lost, and new referrals go to whoever stands for them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from domain.errors import Refusal
from domain.events import EventType
from domain.operations import OperationDef, load_operation, moved_to
from records import log, operations, staff, views
from records.operations import Operation
from records.staff import Role, Staff, Unit
from service.publishing import operation_file
from service.reorganising import NewUnit, Reorganised, reorganise
from tests.records.builders import DAY, NOW, World, opened, told

BEFORE, LATER = DAY - timedelta(days=1), DAY + timedelta(days=30)


@pytest.fixture
async def office(world: World) -> World:
    """The small office, whose operation names its units and staff."""
    plan = moved_to(load_operation(operation_file("koll-2020").read_text("utf-8")), date(2026, 1, 1), "koll-1")
    people = [
        {"id": one, "name": one, "email": f"{one}@example.se", "unit": unit, "roles": ["team"]}
        for one, unit in (("anna", "north"), ("bo", "north"), ("cia", "south"), ("dag", "south"))
    ]
    units = [{"id": "north", "name": "North", "owner": "anna"}, {"id": "south", "name": "South", "owner": "cia"}]
    data = {**plan.model_dump(mode="json"), "units": units, "staff": people}
    kept = OperationDef.model_validate(data)
    await operations.keep(
        world.pool,
        Operation("koll-1", "koll", kept.starts, kept.ends, json.loads(kept.model_dump_json())),
    )
    return world


async def kept(world: World) -> OperationDef:
    return OperationDef.model_validate(dict((await operations.load(world.pool, "koll-1")).definition))


async def merged(world: World, on: date = DAY) -> Reorganised:
    return await reorganise(world.pool, "koll-1", unit="south", into="north", on=on)


class TestReferrals:
    async def test_go_to_the_new_unit_from_its_day_on_and_not_before(self, office: World) -> None:
        await merged(office)

        before = await office.reserve(1, unit="south", referred_on=BEFORE)
        after = await office.reserve(2, unit="south", referred_on=DAY)

        assert (before.unit, before.owner) == ("south", "cia")
        assert (after.unit, after.owner) == ("north", "anna")

    async def test_follow_several_reorganisations_each_from_its_day(self, office: World) -> None:
        east = NewUnit("East", "dag")
        await merged(office)
        await reorganise(office.pool, "koll-1", unit="north", into="east", on=LATER, new=east)

        units = [(await staff.unit_of(office.pool, "south", on=day)).id for day in (BEFORE, DAY, LATER)]

        assert units == ["south", "north", "east"]
        assert (await staff.unit_of(office.pool, "south")).id == "east"
        assert (await kept(office)).unit_on("south", LATER).id == "east"


class TestWhoIsInside:
    async def test_keeps_the_unit_the_owner_and_the_due_day(self, office: World) -> None:
        story = await office.pathway(unit="south")
        await story.refer()
        before = await views.pathway(office.pool, story.pathway)

        result = await merged(office)

        assert before is not None
        assert await views.pathway(office.pool, story.pathway) == before
        assert (before.unit, before.owner) == ("south", "cia")
        assert (result.owners, result.unanswered) == ((("cia", 1),), ())
        assert await views.adrift(office.pool, on=DAY) == []

    async def test_stands_in_the_list_of_either_unit(self, office: World) -> None:
        old, new = await office.pathway(1, unit="south"), await office.pathway(2, unit="north")
        for one in (old, new):
            await one.refer(opened("plan#1", due=NOW + timedelta(days=3)))
        await merged(office)

        async def listed(unit: str, on: date) -> set[str]:
            return {one.id for one in await views.pathways(office.pool, unit=unit, on=on)}

        async def due(unit: str, owner: str | None = None) -> set[str]:
            rows = await views.due(office.pool, now=NOW, unit=unit, owner=owner)
            return {one.pathway for one in rows if one.key == "plan#1"}

        assert await listed("north", BEFORE) == {new.pathway}
        assert await listed("south", BEFORE) == {old.pathway}
        assert await listed("north", DAY) == await listed("south", DAY) == {old.pathway, new.pathway}
        assert await due("north") == await due("south") == {old.pathway, new.pathway}
        assert await due("north", "cia") == {old.pathway}

    async def test_falls_to_the_new_units_standing_owner_when_the_owner_had_left(self, office: World) -> None:
        story = await office.pathway(unit="south", owner="dag")
        await merged(office)
        await office.pool.execute("UPDATE staff SET active = false, left_at = now() WHERE id = 'dag'")

        await story.refer()

        assert await staff.resolve_owner(office.pool, "dag", on=DAY) == "anna"

    async def test_without_an_owner_in_service_is_told_before_anything_changes(self, office: World) -> None:
        story = await office.pathway(unit="south", owner="dag")
        await story.refer()
        await office.pool.execute("UPDATE staff SET active = false, left_at = now() WHERE id = 'dag'")

        asked = await reorganise(office.pool, "koll-1", unit="south", into="north", on=DAY, dry=True)

        assert (asked.unanswered, asked.open) == ((story.pathway,), 1)

    async def test_is_announced_to_a_colleague_of_the_new_unit_first(self, office: World) -> None:
        for one, unit in (("aja", "south"), ("zoe", "north")):
            await staff.add(office.pool, Staff(one, one, f"{one}@example.se", unit=unit, roles=(Role("provider"),)))
        await staff.add_unit(office.pool, Unit("west", "West", "dag"))
        story = await office.pathway(unit="west")
        await story.refer(told("x#1", to="provider", kind="announce"))
        await staff.merge_unit(office.pool, unit="west", into="north")
        await story.record(told("y#1", to="provider", kind="announce"))

        rows = await office.pool.fetch("SELECT about, recipient FROM notices ORDER BY id")

        assert [(row["about"], row["recipient"]) for row in rows] == [("x", "aja"), ("y", "zoe")]


class TestTheReorganisation:
    async def test_is_kept_in_the_operation_and_in_the_register(self, office: World) -> None:
        await merged(office)

        became = {one.id: one.became for one in (await kept(office)).units}
        register = {one.id: (one.merged_into, one.merged_on) for one in await staff.units(office.pool)}

        assert became["south"] is not None
        assert (became["south"].unit, became["south"].on, became["north"]) == ("north", DAY, None)
        assert register == {"north": (None, None), "south": ("north", DAY)}

    async def test_changes_nothing_when_it_is_only_asked(self, office: World) -> None:
        new = NewUnit("East", "dag")

        await reorganise(office.pool, "koll-1", unit="south", into="east", on=DAY, new=new, dry=True)

        assert [one.id for one in await staff.units(office.pool)] == ["north", "south"]
        assert all(one.became is None for one in (await kept(office)).units)

    async def test_can_be_said_again_and_moved_to_another_day(self, office: World) -> None:
        await merged(office)
        await merged(office, LATER)

        assert (await staff.unit_of(office.pool, "south", on=DAY)).id == "south"
        assert (await staff.unit_of(office.pool, "south", on=LATER)).id == "north"

    async def test_keeps_the_old_units_owner_until_its_day(self, office: World) -> None:
        await merged(office, LATER)

        assert (await staff.responsibilities(office.pool, "cia", on=DAY)).units == ("south",)
        assert (await staff.responsibilities(office.pool, "cia", on=LATER)).units == ()

    @pytest.mark.parametrize(
        ("asked", "code"),
        [
            ({"operation": "nowhere"}, "operation_unknown"),
            ({"unit": "west"}, "unit_unknown"),
            ({"into": "west"}, "unit_unknown"),
            ({"into": "south"}, "unit_leads_back"),
            ({"new": NewUnit("North", "anna")}, "unit_exists"),
            ({"into": "west", "new": NewUnit("West", "nobody")}, "staff_unknown"),
        ],
    )
    async def test_is_refused(self, office: World, asked: dict[str, Any], code: str) -> None:
        given: dict[str, Any] = {"operation": "koll-1", "unit": "south", "into": "north", "on": DAY, **asked}

        with pytest.raises(Refusal) as refused:
            await reorganise(office.pool, given.pop("operation"), **given)

        assert refused.value.code == code
        assert [one.merged_into for one in await staff.units(office.pool)] == [None, None]

    async def test_is_refused_where_it_leads_back(self, office: World) -> None:
        await merged(office, LATER)

        with pytest.raises(Refusal) as in_the_operation:
            await reorganise(office.pool, "koll-1", unit="north", into="south", on=DAY)
        await staff.add_unit(office.pool, Unit("east", "East", "dag"))
        await staff.merge_unit(office.pool, unit="north", into="east", on=LATER)
        with pytest.raises(staff.UnitUnknown):
            await staff.merge_unit(office.pool, unit="east", into="south", on=DAY)

        assert in_the_operation.value.code == "unit_leads_back"

    async def test_is_refused_once_the_unit_became_another(self, office: World) -> None:
        await merged(office)

        with pytest.raises(Refusal) as refused:
            await reorganise(office.pool, "koll-1", unit="south", into="east", on=DAY, new=NewUnit("East", "dag"))

        assert refused.value.params == {"unit": "south", "into": "north", "day": str(DAY)}

    async def test_is_refused_where_nobody_would_answer(self, office: World) -> None:
        await office.pool.execute("UPDATE units SET standing_owner = NULL WHERE id = 'north'")

        with pytest.raises(Refusal) as refused:
            await merged(office)

        assert refused.value.code == "unit_without_owner"


async def test_an_owner_change_on_the_way_stays_with_the_pathway(office: World) -> None:
    story = await office.pathway(unit="south")
    await story.refer()
    await story.record((EventType.OWNER_CHANGED, {"key": None, "old": "cia", "new": "dag"}))

    result = await merged(office)

    assert result.owners == (("dag", 1),)
    assert await log.batches_of(office.pool, story.pathway)
