"""A participant's pages as people meet them: without barriers, at both widths, and on paper."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest

from tests.desk.people import INSIDE, protect, taken
from tests.deskworld import DeskWorld

PAGES = {
    "participant": "", "participant-history": "/history", "participant-notices": "/history?show=notices",
    "participant-plan": "/plan", "participant-interventions": "/interventions",
    "participant-why": "/why/" + quote("activity.work_training#1", safe=""), "participant-own": "/own",
    "participant-meeting": "/meeting", "participant-reads": "/reads",
}  # fmt: skip
STORY = [
    *INSIDE, (40, {"done": "plan", "view": "yes", "words": "Jag vill bli bagare, och börja med halva dagar."}),
    (45, "open wellness"), (60, "hours work_training 24"), (61, "hours wellness 8"), (90, "hours work_training 31.5"),
    (100, "end wellness illness"), (105, "open labour_market_knowledge"), (109, "contact"),
]  # fmt: skip


async def test_every_page_of_somebody_inside(visit: Any, world: DeskWorld) -> None:
    pathway = await taken(world, 120, STORY)
    async with visit("sam.samordnare") as sam:
        for name, page in PAGES.items():
            await sam.go(f"/people/{pathway}{page}")
            await sam.look(name)


async def test_what_a_referrer_sees(visit: Any, world: DeskWorld) -> None:
    pathway = await taken(world, 120, STORY)
    async with visit("ham.handlaggare") as ham:
        for name in ("participant", "participant-history", "participant-interventions"):
            await ham.go(f"/people/{pathway}{PAGES[name]}")
            await ham.look(f"{name}-referrer")


async def test_states_that_are_not_whole(visit: Any, world: DeskWorld) -> None:
    held = await taken(world, 20, [(0, "refer")])
    await world.pool.execute("UPDATE pathways SET diverged_at = now(), diverged_why = 'gap' WHERE id = $1", held)
    lost = await taken(world, 120, [*STORY, (112, {"exit": "registered_in_error", "reason": "Fel person."})])
    participant = await world.pool.fetchval("SELECT participant FROM pathways WHERE id = $1", lost)
    await world.keys.ring.destroy(participant)
    hidden = await taken(world, 120, STORY)
    await protect(world, hidden)
    async with visit("sam.samordnare") as sam:
        await sam.go(f"/people/{held}")
        await sam.look("participant-held")
        await sam.go(f"/people/{lost}/history")
        await sam.look("participant-key-destroyed")
        await sam.go(f"/people/{hidden}")
        await sam.look("participant-protected")
    async with visit("ada.arbetsterapeut") as ada:
        await ada.go(f"/people/{hidden}/plan")
        await ada.look("participant-refused")


@pytest.mark.parametrize("place", [13, 14])
async def test_the_page_for_the_meeting_is_one_sheet(visit: Any, world: DeskWorld, place: int) -> None:
    async with visit("sam.samordnare") as sam:
        await sam.go(f"/people/{await world.pathway(place)}/meeting")
        sheet = await sam.page.pdf(format="A4", prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1


async def test_the_printed_page_has_nothing_of_the_desk(visit: Any, world: DeskWorld) -> None:
    async with visit("sam.samordnare") as sam:
        await sam.go(f"/people/{await world.pathway(13)}/own")
        await sam.page.emulate_media(media="print")

        assert not await sam.page.get_by_role("navigation").first.is_visible()
        assert not await sam.page.get_by_role("button", name="Skriv ut").is_visible()
        assert await sam.page.get_by_role("heading", name="Om något är fel").is_visible()


@pytest.mark.parametrize("scripts", [True, False])
async def test_the_owner_goes_from_the_next_thing_to_why(visit: Any, world: DeskWorld, scripts: bool) -> None:
    pathway = await taken(world, 20, [(0, "refer")])
    async with visit("sam.samordnare", scripts=scripts) as sam:
        await sam.go(f"/people/{pathway}")
        await sam.page.get_by_role("link", name="Klart: Bekräfta remissen").first.click()
        await sam.page.get_by_role("button", name="Klart").click()
        await sam.page.get_by_role("heading", name="Registrerat").wait_for()
        await sam.page.get_by_role("link", name="Historik").click()
        await sam.page.get_by_role("link", name="Varför? Klart: Bekräfta remissen").click()
        await sam.page.get_by_role("heading", name="Varför?").wait_for()
