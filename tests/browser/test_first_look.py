"""The way in, and one command, with and without scripts."""

from __future__ import annotations

from typing import Any

import pytest

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
