"""Each role's day on the real stack, in Swedish: from a referral to the follow-up six months after the exit."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.browser.days import Walk
from tests.deskworld import DeskWorld

HAM, SAM, PIA = "ham.handlaggare", "sam.samordnare", "pia.programansvarig"
ADA, PSY, ALI = "ada.arbetsterapeut", "psy.psykolog", "ali.arbetskonsulent"
AREAS = {
    "health": ADA, "functional_variation": ADA, "social_situation": PSY, "work_and_schooling": ALI, "labour_market": ALI,
}  # fmt: skip
AGO = 310  # days since the referral, so that the follow-up after six months has its day


async def accepted(walk: Walk, name: str, serial: int) -> None:
    await walk.refer(HAM, name, serial)
    await walk.do(SAM, "complete", "intake.acknowledge", 1)
    await walk.do(PIA, "decide", "intake.eligibility", 5, outcome="accepted", reason="Uppfyller villkoren.")


@pytest.mark.slow
async def test_a_whole_path(visit: Any, world: DeskWorld) -> None:
    walk = Walk(visit, world.office.clock().date() - timedelta(days=AGO))
    await accepted(walk, "Vera Vandring", 6)
    for area, staff in AREAS.items():
        await walk.do(staff, "record", f"domain%5B{area}", 12, v_rating="resource")
    await walk.do(ADA, "decide", "recommendation", 20, outcome="go_on", reason="Vill och kan.")
    await walk.do(PIA, "decide", "gate", 24, outcome="go_on", reason="Enligt teamet.", view="yes")
    await walk.do(SAM, "complete", "activity.plan", 30, view="yes", words="Jag vill börja i lugn takt.")
    month = (walk.begins + timedelta(days=60)).strftime("%Y-%m")
    await walk.do(ALI, "hours", "work_training", month=month, hours="24,5")
    await walk.do(SAM, "record", "about=activity_level", 95, v_hours_per_week="10", v_environment="adapted")
    await correct(walk)
    await walk.do(SAM, "pause", "", 100, coded_reason="illness", until=walk.day(112), note="Vila.")
    await walk.do(SAM, "resume", "", 108)
    await walk.do(SAM, "decide", "way_forward", 115, outcome="return", reason="Behöver vård först.", view="partly")
    await walk.do(HAM, "complete", "received", 118)
    await walk.do(SAM, "complete", "exit_data", 125)
    await walk.do(SAM, "complete", "six_months", 300)

    async with visit(SAM) as sam:
        await sam.go(f"/people/{walk.pathway}")
        await sam.page.get_by_text("återgår till socialtjänsten").first.wait_for()
        await sam.look("participant-closed")
    status = await world.pool.fetchval("SELECT status FROM pathways WHERE id = $1", walk.pathway)
    taken = await world.pool.fetch("SELECT command_id FROM batches WHERE pathway = $1", walk.pathway)
    assert status == "closed"
    assert len(taken) == len({row["command_id"] for row in taken})


async def correct(walk: Walk) -> None:
    """Correct the hours a week, from the history."""
    async with walk.visit(SAM) as sam:
        await sam.go(f"/people/{walk.pathway}/history")
        entry = sam.page.locator("li", has_text="10").filter(has=sam.page.locator('a[href*="/correct/"]'))
        await entry.filter(has_text="timmar").first.locator('a[href*="/correct/"]').click()
        await walk.fill(sam.page, {"v_hours_per_week": "12", "reason": "Läste fel på lappen."})
        await sam.page.locator("main form button.main").click()
        await sam.page.get_by_role("heading", name="Registrerat").wait_for()


async def test_the_core_path_without_scripts(visit: Any, world: DeskWorld) -> None:
    walk = Walk(visit, world.office.clock().date() - timedelta(days=40), scripts=False)
    await accepted(walk, "Nils Utanskript", 7)
    await walk.do(ADA, "record", "domain%5Bhealth", 10, v_rating="resource")


async def test_two_browsers_and_one_participant(visit: Any, world: DeskWorld) -> None:
    pathway = await world.pathway(27)
    async with visit(SAM) as sam, visit("siv.samordnare") as siv:
        for visitor, note in ((sam, "Sams samtal"), (siv, "Sivs samtal")):
            await visitor.go(f"/people/{pathway}/do/contact")
            await visitor.page.locator("#f-note").fill(note)
        await sam.page.locator("main form button.main").click()
        await sam.page.get_by_role("heading", name="Registrerat").wait_for()
        await siv.page.locator("main form button.main").click()
        await siv.page.get_by_text("Någon annan arbetade här medan du skrev").wait_for()
        await siv.look("command-meanwhile")
        assert await siv.page.locator("#f-note").input_value() == "Sivs samtal"
        await siv.page.locator("main form button.main").click()
        await siv.page.get_by_role("heading", name="Registrerat").wait_for()


async def test_the_worker_stops_and_starts_again(visit: Any, world: DeskWorld) -> None:
    pathway = await world.pathway(28)
    async with visit(SAM) as sam:
        await sam.go(f"/people/{pathway}/do/contact")
        await sam.page.locator("#f-note").fill("Medan arbetaren var borta")
        async with world.without_worker():
            await sam.page.locator("main form button.main").click()
            await sam.page.get_by_role("alert").wait_for()
            await sam.page.get_by_text(re.compile(r"för sent \(kl\. \d\d\.\d\d\)")).first.wait_for()
            await sam.look("command-no-worker")
            assert await sam.page.locator("#f-note").input_value() == "Medan arbetaren var borta"
        await sam.page.locator("main form button.main").click()
        await sam.page.get_by_role("heading", name="Registrerat").wait_for()
    said = await world.pool.fetchval(
        "SELECT count(*) FROM events WHERE pathway = $1 AND type = 'Happened' AND occurred_on = current_date", pathway
    )
    assert said == 1
