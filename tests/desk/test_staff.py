"""Colleagues as a manager keeps them: adding, roles, first passwords, leaving, and who may change whom."""

from __future__ import annotations

import re

import pytest

from records import accounts, staff
from records.staff import Role
from service.sample import OPERATION
from tests.desk.people import newcomer
from tests.deskworld import DeskWorld

PIA = "pia.programansvarig"


def details(id_: str, **more: object) -> dict[str, object]:
    return {"id": id_, "name": "Nils Ny", "email": "nils@example.se", "unit": "", "language": "sv", **more}


@pytest.mark.parametrize(("who", "status"), [(PIA, 200), ("sam.samordnare", 403), ("ham.handlaggare", 403),
                                             ("dag.drift", 403)])  # fmt: skip
async def test_managers_alone_see_it(world: DeskWorld, who: str, status: int) -> None:
    async with world.visitor(who) as visitor:
        for page in ("/staff", "/staff/new", "/staff/ada.arbetsterapeut"):
            assert (await visitor.get(page)).status_code == status


async def test_one_is_added_and_signs_in_with_a_password_that_is_shown_once(world: DeskWorld) -> None:
    async with world.visitor(PIA) as pia:
        answer = await pia.post("/staff/new", data=details("nils.ny", role=[f"team@{OPERATION}"]))
        assert (answer.status_code, answer.headers["location"]) == (303, "/staff/nils.ny?done=added")
        shown = await pia.post("/staff/nils.ny/password")
        found = re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", shown.text)
        assert found is not None
        assert shown.headers["cache-control"] == "no-store"
        assert found[0] not in (await pia.get("/staff/nils.ny")).text

    async with world.visitor() as nils:
        await nils.post("/sign-in", data={"staff": "nils.ny", "password": found[0]})
        first = await nils.get("/people")
        assert (first.status_code, first.headers["location"]) == (303, "/me?first=yes")
        assert "Välj ett eget" in (await nils.get("/me?first=yes")).text

        own = "fyra egna ord räcker"
        await nils.post("/me/password", data={"old": found[0], "new": own, "again": own})
        assert (await nils.get("/people")).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ({"id": "Å!"}, "id"),
        ({"id": "owner"}, "id"),
        ({"id": "ada.arbetsterapeut"}, "id"),
        ({"name": " "}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"email": "ingen adress"}, "email"),
        ({"unit": "nowhere"}, "unit"),
        ({"language": "klingon"}, "language"),
        ({"role": ["emperor@koll-exempel"]}, "role"),
        ({"role": ["manager@*"]}, "role"),
        ({"role": ["team@elsewhere"]}, "role"),
    ],
)
async def test_what_is_wrong_is_told_at_its_field(world: DeskWorld, wrong: dict[str, object], at: str) -> None:
    async with world.visitor(PIA) as visitor:
        answer = await visitor.post("/staff/new", data=details("fel.person") | wrong)

    assert answer.status_code == 422
    assert f'href="#f-{at}"' in answer.text
    assert "nils@example.se" in answer.text or "email" in wrong


async def test_nobody_half_added_is_left_where_a_role_is_wrong(world: DeskWorld) -> None:
    async with world.visitor(PIA) as visitor:
        await visitor.post("/staff/new", data=details("halv.person", role=[f"emperor@{OPERATION}"]))

    assert not await staff.everybody(world.pool, ["halv.person"])


async def test_roles_are_given_and_taken(world: DeskWorld) -> None:
    who = await newcomer(world, "rolf.roll")
    async with world.visitor(PIA) as visitor:
        await visitor.post(f"/staff/{who}/roles", data={"give": f"assessor@{OPERATION}"})
        assert "bedömare" in (await visitor.get(f"/staff/{who}")).text
        await visitor.post(f"/staff/{who}/roles", data={"give": "operations@*"})
        await visitor.post(f"/staff/{who}/roles", data={"take": f"assessor@{OPERATION}"})

    assert (await staff.get(world.pool, who)).roles == (Role("operations"),)


async def test_the_last_manager_can_not_be_locked_out(world: DeskWorld) -> None:
    managers = [each.id for each in await staff.everybody(world.pool)
                if each.active and any(role.role == "manager" for role in each.roles)]  # fmt: skip
    async with world.visitor(PIA) as pia:
        for other in managers:
            if other != PIA:
                await pia.post(f"/staff/{other}/roles", data={"take": f"manager@{OPERATION}"})
        own = await pia.post(f"/staff/{PIA}/roles", data={"take": f"manager@{OPERATION}"})
        gone = await pia.post(f"/staff/{PIA}/leave")
        for other in managers:
            if other != PIA:
                await pia.post(f"/staff/{other}/roles", data={"give": f"manager@{OPERATION}"})

    assert (own.status_code, gone.status_code) == (422, 422)
    assert "sista programansvariga" in own.text
    assert (await staff.get(world.pool, PIA)).active
    assert Role("manager", OPERATION) in (await staff.get(world.pool, PIA)).roles


async def test_what_somebody_answers_for_stops_leaving(world: DeskWorld) -> None:
    async with world.visitor(PIA) as visitor:
        answer = await visitor.post("/staff/sam.samordnare/leave")

    assert answer.status_code == 409
    assert 'href="/staff/sam.samordnare/hand-over"' in answer.text
    assert (await staff.get(world.pool, "sam.samordnare")).active


async def test_who_leaves_is_signed_out_and_may_come_back(world: DeskWorld) -> None:
    who = await newcomer(world, "lars.lamnar", Role("team", OPERATION))
    async with world.visitor(who) as lars, world.visitor(PIA) as pia:
        assert (await lars.get("/people")).status_code == 200
        assert (await pia.post(f"/staff/{who}/leave")).headers["location"] == "/staff?done=left"
        assert (await lars.get("/people")).status_code == 303
        assert who not in (await pia.get("/staff")).text
        assert who in (await pia.get("/staff?left=yes")).text

        await pia.post(f"/staff/{who}", data=details(who))
        back = await staff.get(world.pool, who)

    assert (back.active, back.roles, back.name) == (True, (), "Nils Ny")


async def test_two_who_change_the_same_person_are_told(world: DeskWorld) -> None:
    who = await newcomer(world, "tva.andrar")
    async with world.visitor(PIA) as visitor:
        seen = re.search(r'name="seen" value="([^"]*)"', (await visitor.get(f"/staff/{who}")).text)
        assert seen is not None
        await visitor.post(f"/staff/{who}", data=details(who, name="Först", seen=seen[1]))
        second = await visitor.post(f"/staff/{who}", data=details(who, name="Sedan", seen=seen[1]))

    assert second.status_code == 409
    assert 'value="Sedan"' in second.text
    assert (await staff.get(world.pool, who)).name == "Först"


async def test_a_manager_elsewhere_gets_nobodys_password(world: DeskWorld) -> None:
    other = await newcomer(world, "ester.annanstans", Role("manager", "elsewhere"))
    before = await accounts.password(world.pool, "sam.samordnare")

    async with world.visitor(other) as visitor:
        assert (await visitor.post("/staff/sam.samordnare/password")).status_code == 403
        assert (await visitor.post("/staff/sam.samordnare/leave")).status_code == 422
        await visitor.post("/staff/sam.samordnare/roles", data={"give": f"manager@{OPERATION}"})

    assert await accounts.password(world.pool, "sam.samordnare") == before
    assert Role("manager", OPERATION) not in (await staff.get(world.pool, "sam.samordnare")).roles
