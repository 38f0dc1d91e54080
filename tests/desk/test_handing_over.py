"""Handing over: everything changes hands, each with its result, however often it is asked; and deputies."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from domain.commands import ChangeOwner
from records import handing, staff
from records.staff import Role, Staff
from service import who
from service.answers import Recorded
from service.asking import ask
from service.ids import new_id
from service.sample import OPERATION
from tests.desk.people import newcomer
from tests.deskworld import DeskWorld

MANAGER = "pia.programansvarig"


async def colleague(world: DeskWorld, id_: str) -> str:
    await staff.add(
        world.pool, Staff(id_, id_.replace(".", " ").title(), unit="arbetsmarknad", roles=(Role("team", OPERATION),))
    )
    return id_


async def give(world: DeskWorld, place: int, to: str) -> str:
    """Give somebody a pathway to answer for."""
    pathway = await world.pathway(place)
    by = await who.actor(world.pool, MANAGER, operation=OPERATION, pathway=pathway)
    answer = await ask(world.office, pathway, ChangeOwner(id=new_id(), by=by, owner=to))
    assert isinstance(answer, Recorded)
    return pathway


async def owner(world: DeskWorld, pathway: str) -> str:
    return str(await world.pool.fetchval("SELECT owner FROM pathways WHERE id = $1", pathway))


async def test_everything_changes_hands_and_each_result_is_shown(world: DeskWorld) -> None:
    leaving, staying = await colleague(world, "lea.lamnar"), await colleague(world, "sten.stannar")
    mine = [await give(world, place, leaving) for place in (21, 22)]
    try:
        async with world.visitor(MANAGER) as visitor:
            before = await visitor.get(f"/staff/{leaving}/hand-over")
            assert all(pathway in before.text for pathway in mine)
            given = {"command_id": new_id(), "to": staying, "what": "everything"}
            first = await visitor.post(f"/staff/{leaving}/hand-over", data=given)
            assert first.status_code == 303
            again = await visitor.post(f"/staff/{leaving}/hand-over", data=given)
            assert again.headers["location"] == first.headers["location"]
            page = (await visitor.get(first.headers["location"])).text

        assert {await owner(world, pathway) for pathway in mine} == {staying}
        assert all(pathway in page for pathway in mine)
        assert "2 har bytt ansvarig" in page
        changes = await world.pool.fetchval(
            "SELECT count(*) FROM events WHERE pathway = ANY ($1) AND type = 'OwnerChanged' AND coded ->> 'new' = $2",
            mine, staying,
        )  # fmt: skip
        assert changes == len(mine)
        deputies = [
            each for each in await staff.deputies(world.pool, on=world.office.clock().date()) if each.staff == leaving
        ]
        assert len(deputies) == 1
    finally:
        await world.pool.execute("DELETE FROM deputies WHERE staff = $1", leaving)
        for place in (21, 22):
            await give(world, place, "sam.samordnare")


async def test_a_hand_over_that_stops_half_way_goes_on(world: DeskWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    leaving, staying = await colleague(world, "hal.halvvags"), await colleague(world, "fia.fortsatter")
    mine = [await give(world, place, leaving) for place in (21, 22)]
    monkeypatch.setattr("desk.pages.handing_over.SECONDS", -1.0)
    try:
        async with world.visitor(MANAGER) as visitor:
            answer = await visitor.post(
                f"/staff/{leaving}/hand-over", data={"command_id": new_id(), "to": staying, "what": "everything"}
            )
            half = (await visitor.get(answer.headers["location"])).text
            assert "1 har bytt ansvarig" in half
            assert "1 är kvar" in half
            assert "Fortsätt med resten" in half

            await visitor.post(answer.headers["location"])
            whole = (await visitor.get(answer.headers["location"])).text

        assert "2 har bytt ansvarig" in whole
        assert "Fortsätt med resten" not in whole
        assert {await owner(world, pathway) for pathway in mine} == {staying}
    finally:
        await world.pool.execute("DELETE FROM deputies WHERE staff = $1", leaving)
        for place in (21, 22):
            await give(world, place, "sam.samordnare")


async def test_what_is_refused_is_told_and_not_tried_for_ever(world: DeskWorld) -> None:
    leaving, staying = await colleague(world, "ove.otur"), await colleague(world, "tea.tar")
    pathway = await world.pathway(21)
    key = await world.pool.fetchval(
        "UPDATE steps SET status = 'open', person = $1 WHERE (pathway, key) = (SELECT pathway, key FROM steps "
        "WHERE pathway = $2 AND status = 'done' ORDER BY key LIMIT 1) RETURNING key", leaving, pathway,
    )  # fmt: skip # the record says that it is open, the pathway that it is done
    try:
        async with world.visitor(MANAGER) as visitor:
            answer = await visitor.post(
                f"/staff/{leaving}/hand-over", data={"command_id": new_id(), "to": staying, "what": "everything"}
            )
            page = (await visitor.get(answer.headers["location"])).text
        assert "Inte taget" in page
        assert "Fortsätt med resten" not in page
    finally:
        await world.pool.execute("DELETE FROM deputies WHERE staff = $1", leaving)
        await world.pool.execute(
            "UPDATE steps SET status = 'done', person = NULL WHERE pathway = $1 AND key = $2", pathway, key
        )


async def test_a_manager_elsewhere_takes_nothing_over_and_becomes_nobodys_deputy(world: DeskWorld) -> None:
    leaving = await colleague(world, "lis.lamnar")
    pathway = await give(world, 21, leaving)
    other = await newcomer(world, "max.annan", Role("manager", "annan"))
    there = f"/staff/{leaving}/hand-over"
    try:
        async with world.visitor(other) as visitor:
            page = (await visitor.get(there)).text
            whole = await visitor.post(there, data={"command_id": new_id(), "to": other, "what": "everything"})
            some = await visitor.post(
                there, data={"command_id": new_id(), "to": other, "what": "chosen", "chosen": pathway}
            )
            assert (await visitor.get(f"/people/{pathway}")).status_code == 403
        assert "Namnet visas inte" in page
        assert 'name="what"' not in page
        assert (whole.status_code, some.status_code) == (403, 422)
        assert await owner(world, pathway) == leaving
        assert await staff.resolve_owner(world.pool, leaving, on=world.office.clock().date()) == leaving
        assert not await handing.of(world.pool, leaving)
    finally:
        await give(world, 21, "sam.samordnare")


async def test_nobody_else_hands_over_and_an_unknown_receiver_is_told_at_the_field(world: DeskWorld) -> None:
    async with world.visitor("sam.samordnare") as sam, world.visitor(MANAGER) as pia:
        assert (await sam.get("/staff/siv.samordnare/hand-over")).status_code == 403
        wrong = await pia.post("/staff/siv.samordnare/hand-over", data={"to": "ingen.alls"})
        nobody = await pia.get("/staff/ingen.alls/hand-over")
        unknown = await pia.get("/staff/siv.samordnare/hand-over/nothing")

    assert wrong.status_code == 422
    assert 'href="#f-to"' in wrong.text
    assert (nobody.status_code, unknown.status_code) == (404, 404)


async def test_a_deputy_is_named_seen_and_ended(world: DeskWorld) -> None:
    away, standing_in = await colleague(world, "bo.borta"), await colleague(world, "eva.ersatter")
    today = world.office.clock().date()
    async with world.visitor(MANAGER) as visitor:
        given = {"staff": away, "deputy": standing_in, "from": str(today), "until": str(today + timedelta(days=7))}
        answer = await visitor.post("/staff/deputies", data=given)
        assert (answer.status_code, answer.headers["location"]) == (303, "/staff/deputies")
        assert "Eva Ersatter" in (await visitor.get("/staff/deputies")).text
        assert await staff.resolve_owner(world.pool, away, on=today) == standing_in

        ended = await visitor.post("/staff/deputies/end", data=given)
        assert ended.status_code == 303
        assert await staff.resolve_owner(world.pool, away, on=today) == away


@pytest.mark.parametrize(
    ("given", "at"),
    [
        ({"staff": "ingen.alls"}, "staff"),
        ({"deputy": "ingen.alls"}, "deputy"),
        ({"deputy": "tor.handledare"}, "deputy"),
        ({"until": "2020-01-01"}, "until"),
        ({"from": "i morgon"}, "from"),
    ],
)
async def test_what_is_wrong_with_a_deputy_is_told_at_its_field(
    world: DeskWorld, given: dict[str, str], at: str
) -> None:
    good = {"staff": "tor.handledare", "deputy": "ada.arbetsterapeut", "from": str(world.office.clock().date())}
    async with world.visitor(MANAGER) as visitor:
        answer = await visitor.post("/staff/deputies", data={**good, **given})

    assert answer.status_code == 422
    assert re.findall(r'href="#f-(\w+)"', answer.text) == [at]
    found = await staff.deputies(world.pool, on=world.office.clock().date())
    assert "tor.handledare" not in {each.staff for each in found}


async def test_everybody_names_a_deputy_of_their_own_and_nobody_anothers(world: DeskWorld) -> None:
    today = str(world.office.clock().date())
    async with world.visitor("psy.psykolog") as visitor:
        page = (await visitor.get("/staff/deputies")).text
        assert 'name="staff"' not in page
        await visitor.post("/staff/deputies", data={"deputy": "ada.arbetsterapeut", "from": today})
        try:
            anothers = {"staff": "tor.handledare", "deputy": "ada.arbetsterapeut", "from": today}
            refused = await visitor.post("/staff/deputies", data=anothers)
            found = await staff.deputies(world.pool, on=world.office.clock().date())
            assert [each.staff for each in found if each.deputy == "ada.arbetsterapeut"] == ["psy.psykolog"]
            assert refused.status_code == 422
        finally:
            await visitor.post(
                "/staff/deputies/end", data={"staff": "psy.psykolog", "deputy": "ada.arbetsterapeut", "from": today}
            )
    assert not [
        each
        for each in await staff.deputies(world.pool, on=world.office.clock().date())
        if each.staff == "psy.psykolog"
    ]


@pytest.mark.parametrize(
    "roles",
    [(Role("operations"),), (Role("manager", "elsewhere"),), (Role("manager", "elsewhere"), Role("operations"))],
)
async def test_nobody_makes_themselves_the_deputy_of_whoever_works_where_they_are_no_manager(
    world: DeskWorld, roles: tuple[Role, ...]
) -> None:
    today = world.office.clock().date()
    other = await newcomer(world, f"obehorig.{len(roles)}{roles[0].role}", *roles)
    gone = await newcomer(world, f"utan.roll.{len(roles)}{roles[0].role}")  # who has work left, and no role
    await world.pool.execute("UPDATE steps SET person = $1 WHERE pathway = $2 AND person IS NULL",
                             gone, await world.pathway(10))  # fmt: skip
    await staff.deputise(world.pool, staff.Deputy("siv.samordnare", "ada.arbetsterapeut", today + timedelta(days=900)))
    kept = {"staff": "siv.samordnare", "deputy": "ada.arbetsterapeut", "from": str(today + timedelta(days=900))}
    try:
        async with world.visitor(other) as visitor:
            page = (await visitor.get("/staff/deputies")).text
            for away in ("sam.samordnare", gone):
                given = {"staff": away, "deputy": other, "from": str(today)}
                assert (await visitor.post("/staff/deputies", data=given)).status_code == 422
            assert (await visitor.post("/staff/deputies/end", data=kept)).status_code == 409
            assert (await visitor.get(f"/people/{await world.pathway(10)}")).status_code == 403

        assert 'value="sam.samordnare"' not in page.partition('name="deputy"')[0]
        assert "/staff/deputies/end" not in page
        found = await staff.deputies(world.pool, on=today)
        assert other not in {each.deputy for each in found}
        assert kept["staff"] in {each.staff for each in found}
    finally:
        await world.pool.execute("DELETE FROM deputies WHERE deputy = 'ada.arbetsterapeut'")
        await world.pool.execute("UPDATE steps SET person = NULL WHERE person = $1", gone)


async def test_a_deputy_of_whoever_left_with_work_stays(world: DeskWorld) -> None:
    gone, standing_in = await colleague(world, "gun.gick"), await colleague(world, "kim.kvar")
    await give(world, 21, gone)
    today = world.office.clock().date()
    await staff.deputise(world.pool, staff.Deputy(gone, standing_in, today))
    await world.pool.execute("UPDATE staff SET active = false, left_at = now() WHERE id = $1", gone)
    try:
        async with world.visitor(MANAGER) as visitor:
            answer = await visitor.post(
                "/staff/deputies/end", data={"staff": gone, "deputy": standing_in, "from": str(today)}
            )
        assert answer.status_code == 409
        assert re.search("öppna processer", answer.text)
        assert await staff.resolve_owner(world.pool, gone, on=today) == standing_in
    finally:
        await world.pool.execute("UPDATE staff SET active = true, left_at = NULL WHERE id = $1", gone)
        await world.pool.execute("DELETE FROM deputies WHERE staff = $1", gone)
        await give(world, 21, "sam.samordnare")
