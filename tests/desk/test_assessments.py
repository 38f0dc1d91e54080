"""Assessments: who may see them, raters beside each other, change over time."""

from __future__ import annotations

from datetime import timedelta

from tests.desk.filling import done, fill, referred
from tests.desk.test_every_form import ASSESSOR, OWNER, admitted, at
from tests.deskworld import DeskWorld

LEVEL = {"v__environment": "adapted"}


async def test_two_raters_stand_beside_each_other_and_what_differs_is_told(world: DeskWorld) -> None:
    pathway = await referred(world)
    await admitted(world, pathway)
    again = {"item": "health", "v__findings": "Orkar en halv dag"}
    async with world.visitor("psy.psykolog") as psy:
        address = at(pathway, "record", about="inventory")
        before = (await psy.get(address)).text
        assert "Registrerat tidigare" in before
        assert "Orkar mer nu" in before
        await done(psy, address, v__rating="obstacle", rater="participant", **again)
        await done(psy, address, v__rating="neutral", **again)

        page = (await psy.get(f"/people/{pathway}/assessments/inventory")).text
        listed = (await psy.get(f"/people/{pathway}/assessments")).text

    health = page[page.index("<caption>Hälsa") : page.index("<caption>Social situation")]
    assert [name in health for name in ("Ada Arbetsterapeut", "Deltagaren", "Psy Psykolog")] == [True] * 3
    assert "bedömarna skiljer sig" in health
    assert "bedömarna skiljer sig" not in page[page.index("<caption>Social situation") :]
    assert "bedömarna skiljer sig" in listed


async def test_change_over_time_is_a_picture_with_its_table(world: DeskWorld) -> None:
    pathway = await world.pathway(19)
    today = world.office.clock().date()
    async with world.visitor(OWNER) as sam:
        for ago, hours in ((9, "12"), (3, "20,5")):
            day = (today - timedelta(days=ago)).isoformat()
            address = at(pathway, "record", about="activity_level")
            await done(sam, address, v__hours_per_week=hours, on=day, **LEVEL)
        page = (await sam.get(f"/people/{pathway}/assessments/activity_level")).text

    assert "data:image/svg+xml;base64," in page
    assert "51,25 %" in page
    assert "20,5" in page


async def test_what_is_out_of_the_scale_stands_at_its_field(world: DeskWorld) -> None:
    pathway = await world.pathway(19)
    async with world.visitor(OWNER) as sam:
        answer = await fill(sam, at(pathway, "record", about="activity_level"), v__hours_per_week="41", **LEVEL)

    assert answer.status_code == 422
    assert 'href="#f-v-hours_per_week"' in answer.text
    assert 'value="41"' in answer.text


async def test_of_a_protected_person_only_those_close_see_them(world: DeskWorld) -> None:
    pathway = await referred(world, protection="marked")
    await admitted(world, pathway)
    seen = {}
    for staff in (ASSESSOR, "psy.psykolog", OWNER, "pia.programansvarig", "ham.handlaggare"):
        async with world.visitor(staff) as visitor:
            seen[staff] = (await visitor.get(f"/people/{pathway}/assessments/inventory")).status_code

    assert seen == {
        ASSESSOR: 403, "psy.psykolog": 403, OWNER: 200, "pia.programansvarig": 200, "ham.handlaggare": 403
    }  # fmt: skip


async def test_the_form_shows_nobody_what_they_may_not_see(world: DeskWorld) -> None:
    pathway = await referred(world)
    await admitted(world, pathway)
    async with world.visitor("ham.handlaggare") as ham:
        form = await ham.get(at(pathway, "record", about="inventory"))

        seq = await world.pool.fetchval(
            "SELECT min(seq) FROM events WHERE pathway = $1 AND type = 'RecordTaken'", pathway
        )
        correction = await ham.get(f"/people/{pathway}/correct/{seq}")

    assert correction.status_code == 403
    assert form.status_code == 200
    assert "Orkar mer nu" not in form.text
    assert "Registrerat tidigare" not in form.text


async def test_an_unknown_instrument_is_no_page(world: DeskWorld) -> None:
    async with world.visitor(OWNER) as sam:
        for name in ("nothing", "hours", "%00"):
            answer = await sam.get(f"/people/{await world.pathway(19)}/assessments/{name}")
            assert answer.status_code == 404, name
