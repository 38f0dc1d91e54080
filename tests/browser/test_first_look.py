"""The way in, and one command, with and without scripts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import Visitor
from tests.deskworld import DeskWorld


async def test_sign_in_and_my_work(visit: Any) -> None:
    async with visit() as somebody:
        await somebody.go("/")
        await somebody.look("sign-in")
        await somebody.sign_in("sam.samordnare")
        await somebody.page.get_by_role("heading", name="Mitt arbete").wait_for()
        await somebody.look("work-owner")


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_contact_is_noted(visit: Any, world: DeskWorld, scripts: bool) -> None:
    pathway = await world.pathway(10)
    async with visit("sam.samordnare", scripts=scripts) as sam:
        await sam.go(f"/people/{pathway}")
        await sam.page.get_by_role("link", name="Anteckna kontakt").click()
        await sam.page.get_by_label("Anteckning").fill("Ringde.")
        await sam.page.get_by_role("button", name="Anteckna kontakt").click()
        await sam.page.get_by_role("heading", name="Registrerat").wait_for()


async def test_settings_and_what_can_not_be_shown(visit: Any, world: DeskWorld) -> None:
    async with visit("siv.samordnare") as siv:
        await siv.go("/me")
        await siv.page.get_by_role("heading", name="Mina inställningar").wait_for()
        await siv.look("settings")
        await siv.go("/nothing/here")
        await siv.page.get_by_text("Sidan finns inte.").wait_for()
        await siv.look("no-such-page")
        await siv.go(f"/people/{await world.pathway(29)}/do/resume")
        await siv.page.get_by_role("heading", name="Inte nu").wait_for()
        await siv.look("command-not-now")
        await siv.page.get_by_role("button", name="In English").click()
        await (
            siv.page.get_by_role("link", name="Sign out")
            .or_(siv.page.get_by_role("button", name="Sign out"))
            .wait_for()
        )
        await siv.look("in-english")


async def test_by_keyboard_alone(visit: Any, world: DeskWorld) -> None:
    """From the first Tab on: past the menu, into a form, back with the result."""
    pathway = await world.pathway(12)
    async with visit("sam.samordnare") as sam:
        page = sam.page
        await sam.go(f"/people/{pathway}/do/contact")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.textContent") == "Till innehållet"
        await page.keyboard.press("Enter")
        for _ in range(12):
            await page.keyboard.press("Tab")
            if await page.evaluate("document.activeElement.id") == "f-note":
                break
        await page.keyboard.type("Skrivet utan mus.")
        for _ in range(4):
            await page.keyboard.press("Tab")
            if await page.evaluate("document.activeElement.matches('button.main')"):
                break
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="Registrerat").wait_for()
        await page.get_by_text("Skrivet utan mus.").first.wait_for()


async def test_nobody_is_signed_out_unwarned_and_nothing_typed_is_lost(visit: Any, world: DeskWorld) -> None:
    async def left_alone(hours: float) -> None:
        """Let the session be as old as if the page had been left alone, and the page's clock with it."""
        await world.pool.execute(
            "UPDATE sessions SET seen_at = now() - $1 * interval '1 hour' WHERE staff = 'siv.samordnare'", hours
        )
        await siv.page.clock.fast_forward(int(hours * 3_600_000))

    async with visit("siv.samordnare") as siv:
        page = siv.page
        await page.clock.install()
        await siv.go("/fault")
        await page.get_by_label("Vad").first.wait_for()
        words = page.locator("textarea").first
        await words.fill("Halvfärdigt.")

        await left_alone(1.9)
        stay = page.get_by_role("button", name="Fortsätt vara inloggad")
        await stay.wait_for()
        await siv.look("signed-out-soon")
        await stay.click()
        await stay.wait_for(state="hidden")

        await left_alone(2.1)
        await page.get_by_role("link", name="Logga in i en ny flik").wait_for()
        await siv.look("signed-out")
        await page.get_by_role("button", name="Stäng").click()
        assert await words.input_value() == "Halvfärdigt."

        other = Visitor(await page.context.new_page(), world.address)
        await other.sign_in("siv.samordnare")
        async with page.expect_response("**/me/left"):
            await page.clock.fast_forward(61_000)
        await page.evaluate("fetch('/me/left').then((answer) => answer.text())")  # the page's own is handled by then
        await left_alone(1.9)
        await stay.wait_for()
