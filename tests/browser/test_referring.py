"""A caseworker's day: work, a referral by keyboard alone and without scripts, what became of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from records import register
from service.sample import reserved_number
from tests.browser.hands import Hands
from tests.deskworld import DeskWorld

HAM = "ham.handlaggare"


async def test_work_and_referrals(visit: Any) -> None:
    async with visit(HAM) as ham:
        await ham.look("work-caseworker")
        await ham.go("/referrals?whose=unit")
        await ham.page.get_by_role("heading", name="Mina remisser").wait_for()
        await ham.look("referrals")
    async with visit("ada.arbetsterapeut") as ada:
        await ada.page.get_by_role("heading", name="Teamets arbete").wait_for()
        await ada.look("work-team")


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_person_is_referred(visit: Any, scripts: bool) -> None:
    number = reserved_number(date(1985, 2, 3), 3 if scripts else 4)
    async with visit(HAM, scripts=scripts) as ham:
        page = ham.page
        await page.get_by_role("link", name="Remittera", exact=True).click()
        if scripts:
            await ham.look("refer")
        await page.get_by_label("Identitetsnummer").fill(number)
        await page.keyboard.press("Enter")
        await page.get_by_label("Namn").fill("Berit Blickdotter")
        await page.get_by_label("långvarigt").check()
        if scripts:
            met = page.locator("#eligible .met")
            await page.locator("#eligible .unknown").filter(has_text="sammansatt").wait_for()
            await met.filter(has_text="långvarigt").wait_for()  # the conditions follow what is typed
            await ham.look("refer-form")
        await page.get_by_role("group", name="sammansatt problematik").get_by_label("ja").check()
        await page.get_by_role("button", name="Granska").click()
        await page.get_by_role("heading", name="Granska och skicka").wait_for()
        if scripts:
            await ham.look("refer-check")
        await page.get_by_role("button", name="Ändra något").click()
        await page.get_by_label("Varför personen remitteras").fill("Vill pröva arbete.")
        await page.get_by_role("button", name="Granska").click()
        await page.get_by_role("button", name="Skicka remissen").click()
        await page.get_by_role("heading", name="Registrerat").wait_for()


async def test_what_is_wrong_and_who_is_inside(visit: Any, world: DeskWorld) -> None:
    pathway = await world.pathway(31)
    card = (await register.cards(world.pool, [pathway]))[pathway]
    assert card.identity is not None
    async with visit(HAM) as ham:
        page = ham.page
        await ham.go("/refer")
        await page.get_by_label("Identitetsnummer").fill("LMA 77")
        await page.keyboard.press("Enter")
        await page.get_by_label("Sorts nummer").wait_for()
        await ham.look("refer-wrong")
        await page.get_by_label("Identitetsnummer").fill(card.identity.value)
        await page.get_by_role("button", name="Gå vidare").click()
        await page.get_by_role("heading", name="Personen är redan inne").wait_for()
        await ham.look("refer-inside")
        await ham.go("/refer")
        await page.get_by_label("Identitetsnummer").fill(reserved_number(date(1985, 2, 4), 5))
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Granska").click()
        await page.get_by_role("alert").wait_for()
        await ham.look("refer-form-wrong")


async def test_a_referral_needs_less_than_two_minutes_of_hands(visit: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """The desk's own time is the bench's to measure; this counts what the caseworker has to do and read."""
    async with visit(HAM) as ham:
        page = ham.page
        hands = Hands(page)
        await hands.click(page.get_by_role("link", name="Remittera", exact=True))
        await hands.type(page.get_by_label("Identitetsnummer"), reserved_number(date(1986, 2, 3), 6))
        await hands.press("Enter")
        await hands.type(page.get_by_label("Namn"), "Tova Tidtagardotter")
        await hands.click(page.get_by_label("långvarigt"))
        await hands.click(page.get_by_role("group", name="sammansatt problematik").get_by_label("ja"))
        hands.read(await page.locator("#eligible li").count())
        await hands.type(
            page.get_by_label("Varför personen remitteras"), "Vill pröva arbete, har svårt att komma i gång."
        )
        await hands.click(page.get_by_label("skriftligt"))
        await hands.click(page.get_by_role("button", name="Granska"))
        await page.get_by_role("heading", name="Granska och skicka").wait_for()
        hands.read(await page.locator("main dt, main li").count())
        await hands.click(page.get_by_role("button", name="Skicka remissen"))
        await page.get_by_role("heading", name="Registrerat").wait_for()

    with capsys.disabled():
        print(
            f"\na referral: {hands.keys} keys, {hands.clicks} clicks, {hands.thoughts} things to think of or read: "
            f"{hands.seconds:.0f} s by the keystroke-level model"
        )
    assert hands.seconds < 120
