"""A coordinator's day: the list, the board, and a colleague who leaves; with and without scripts."""

from __future__ import annotations

from typing import Any

import pytest

from domain.calendar import add_months
from domain.counting import Counted, Kind
from records import counted, staff
from records.staff import Role, Staff
from service.sample import OPERATION
from tests.desk.test_handing_over import give, owner
from tests.deskworld import DeskWorld


async def test_the_list_searches_while_one_types(visit: Any) -> None:
    async with visit("sam.samordnare") as sam:
        await sam.go("/people")
        await sam.look("people")
        await sam.page.get_by_label("Sök").press_sequentially("prov", delay=20)
        await sam.page.wait_for_url("**/people?q=prov")
        await sam.page.get_by_role("link", name="Provman").first.wait_for()
        await sam.page.get_by_text("Testgren").first.wait_for(state="detached")
        assert await sam.page.get_by_label("Sök").evaluate("box => box === document.activeElement")

        await sam.go("/people?late=any&sort=due")
        await sam.look("people-late")
        await sam.go("/people?since=i+fjol")
        await sam.look("people-wrong")
        await sam.go("/people?exit=nothing")
        await sam.look("people-nobody")


@pytest.mark.parametrize("scripts", [True, False])
async def test_filters_narrow_the_list(visit: Any, scripts: bool) -> None:
    async with visit("sam.samordnare", scripts=scripts) as sam:
        await sam.go("/people")
        await sam.page.get_by_text("Urval").click()
        await sam.page.get_by_label("Status", exact=True).select_option("paused")
        if not scripts:
            await sam.page.get_by_role("button", name="Visa", exact=True).click()
        await sam.page.wait_for_url("**/people?status=paused")
        await sam.page.get_by_role("cell", name="pausad", exact=True).first.wait_for()
        assert await sam.page.get_by_role("cell", name="öppen", exact=True).count() == 0


async def test_the_board(visit: Any, world: DeskWorld) -> None:
    today = world.office.clock().date()
    kept = [
        await counted.add(
            world.pool, Counted(OPERATION, "forsorjningsstod", add_months(today, -back), Kind.DECLINED, number),
            by="sam.samordnare", now=world.office.clock(),
        )
        for back, number in ((0, 1), (3, 2), (7, 4))
    ]  # fmt: skip
    async with visit("sam.samordnare") as sam:
        await sam.go("/board")
        await sam.page.get_by_role("img", name="Så många är i varje skede").first.wait_for()
        drawn = sam.page.get_by_role("img", name="Programmet som bild")
        await drawn.scroll_into_view_if_needed()
        await drawn.evaluate("image => image.decode()")
        await sam.look("board")
        await sam.page.get_by_role("link", name="Resultat").click()
        await sam.page.get_by_role("heading", name="Mål", exact=True).wait_for()
        await sam.look("board-results")
    for row in kept:
        await counted.withdraw(world.pool, OPERATION, row, by="sam.samordnare", now=world.office.clock())


async def test_a_colleague_leaves(visit: Any, world: DeskWorld) -> None:
    for one in ("lisa.lamnar", "stina.stannar"):
        name = one.replace(".", " ").title()
        await staff.add(world.pool, Staff(one, name, unit="arbetsmarknad", roles=(Role("team", OPERATION),)))
    async with visit("pia.programansvarig") as pia:
        for place in (21, 22, 23):
            await pia.go(f"/people/{await world.pathway(place)}/do/change_owner")
            await pia.page.get_by_label("Ny ansvarig").select_option("lisa.lamnar")
            await pia.page.locator("main button.main").click()
        await pia.go("/staff/lisa.lamnar/hand-over")
        await pia.look("hand-over")
        # Some of them, chosen by keyboard.
        await pia.page.get_by_role("link", name="Kryssa inga").click()
        boxes = pia.page.get_by_role("group", name="Deltagare att lämna över").get_by_role("checkbox")
        assert [await boxes.nth(at).is_checked() for at in range(await boxes.count())] == [False] * 3
        await pia.page.get_by_label("Den som tar över").select_option("siv.samordnare")
        await pia.page.get_by_role("button", name="Lämna över de valda").click()
        await pia.page.get_by_role("link", name="Kryssa minst en deltagare").click()
        assert await pia.page.evaluate("document.activeElement.id") == "f-chosen"
        await pia.look("hand-over-none-chosen")
        for _ in range(12):
            await pia.page.keyboard.press("Tab")
            if await pia.page.evaluate("document.activeElement.type") == "checkbox":
                break
        await pia.page.keyboard.press("Space")
        await pia.page.keyboard.press("Tab")
        await pia.page.keyboard.press("Tab")
        await pia.page.keyboard.press("Space")
        assert [await boxes.nth(at).is_checked() for at in range(3)] == [True, True, False]
        await pia.page.get_by_role("button", name="Lämna över de valda").click()
        await pia.page.get_by_text("2 har bytt ansvarig").wait_for()
        await pia.look("handed-over-some")
        await pia.page.get_by_role("link", name="Lämna över fler").click()
        assert await boxes.count() == 1
        await pia.page.get_by_label("Den som tar över").select_option("stina.stannar")
        await pia.page.get_by_role("button", name="Lämna över allt").click()
        await pia.page.get_by_text("1 har bytt ansvarig").wait_for()
        await pia.look("handed-over")
        await pia.go("/staff/deputies")
        await pia.look("deputies")
        await pia.page.get_by_role("button", name="Avsluta: Stina Stannar för Lisa Lamnar").click()
        await pia.page.get_by_text("Ingen ersätter någon").wait_for()
        await pia.go("/staff/stina.stannar/hand-over")
        await pia.page.get_by_label("Den som tar över").select_option("sam.samordnare")
        await pia.page.get_by_role("button", name="Lämna över allt").click()
        await pia.page.get_by_text("1 har bytt ansvarig").wait_for()
    await world.pool.execute("DELETE FROM deputies WHERE staff = 'stina.stannar'")
    for place in (21, 22, 23):
        if await owner(world, await world.pathway(place)) != "sam.samordnare":
            await give(world, place, "sam.samordnare")
