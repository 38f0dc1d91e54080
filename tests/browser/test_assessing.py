"""A team member's day: an assessment, two raters, a look ahead, a correction, in a browser."""

from __future__ import annotations

from typing import Any

from tests.deskworld import DeskWorld


async def test_an_activity_level_is_recorded_looked_at_and_corrected(visit: Any, world: DeskWorld) -> None:
    pathway = await world.pathway(17)
    async with visit("ada.arbetsterapeut") as ada:
        await ada.go(f"/people/{pathway}/do/record?about=activity_level")
        await ada.page.get_by_label("Timmar i veckan").or_(ada.page.get_by_label("timmar i veckan")).fill("16")
        await ada.page.get_by_label("anpassad").check()
        await ada.look("record")
        await ada.page.get_by_role("button", name="Se vad det leder till").click()
        await ada.page.get_by_role("heading", name="Det här skulle det leda till").wait_for()
        await ada.look("record-ahead")
        await ada.page.get_by_role("button", name="Registrera", exact=True).click()
        await ada.page.get_by_role("heading", name="Registrerat").wait_for()

        await ada.go(f"/people/{pathway}/assessments")
        await ada.look("assessments")
        await ada.page.get_by_role("link", name="Aktivitetsnivå", exact=True).click()
        await ada.page.get_by_role("img").first.wait_for()
        await ada.look("assessment")
        await ada.page.get_by_role("link", name="Rätta").last.click()
        await ada.look("correct")
        await ada.page.get_by_label("Varför det rättas").fill("Läste fel")
        await ada.page.get_by_label("timmar i veckan").fill("17")
        await ada.page.get_by_role("button", name="Rätta").click()
        await ada.page.get_by_role("heading", name="Registrerat").wait_for()


async def test_raters_beside_each_other(visit: Any, world: DeskWorld) -> None:
    pathway = await world.pathway(4)
    async with visit("psy.psykolog", scripts=False) as psy:
        await psy.go(f"/people/{pathway}/do/record?about=inventory")
        await psy.page.get_by_label("hälsa").check()
        await psy.page.get_by_label("hinder").check()
        await psy.page.get_by_label("Vem som bedömde").select_option("participant")
        await psy.page.get_by_role("button", name="Registrera", exact=True).click()
        await psy.page.get_by_role("heading", name="Registrerat").wait_for()
    async with visit("psy.psykolog") as psy:
        await psy.go(f"/people/{pathway}/assessments/inventory")
        await psy.page.get_by_text("bedömarna skiljer sig").first.wait_for()
        await psy.look("assessment-raters")


async def test_what_a_decision_and_an_exit_lead_to(visit: Any, world: DeskWorld) -> None:
    pathway = await world.pathway(19)
    async with visit("sam.samordnare") as sam:
        await sam.go(f"/people/{pathway}/do/decide?step=activity.way_forward")
        await sam.look("decide")
        await sam.go(f"/people/{pathway}/do/exit")
        await sam.page.get_by_role("button", name="Avsluta").click()
        await sam.page.get_by_role("heading", name="Något behöver rättas").wait_for()
        await sam.look("exit-errors")
        await sam.go(f"/people/{pathway}/do/hours?step=activity.work_training")
        await sam.look("hours")
        await sam.go(f"/people/{pathway}/do/change_owner")
        await sam.look("change-owner")
