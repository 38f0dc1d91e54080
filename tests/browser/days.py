"""How a walk through the desk finds its way: by a participant's page and what can be done there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from service.sample import reserved_number


class Walk:
    """One participant's pathway, walked by several people in Swedish; days count from the referral."""

    def __init__(self, visit: Any, begins: date, *, scripts: bool = True) -> None:
        self.visit = visit
        self.begins = begins
        self.scripts = scripts
        self.pathway = ""

    def day(self, after: int) -> str:
        """Return a day as it is typed."""
        return (self.begins + timedelta(days=after)).isoformat()

    async def refer(self, staff: str, name: str, serial: int) -> None:
        """Refer somebody who is eligible."""
        async with self.visit(staff, scripts=self.scripts) as visitor:
            page = visitor.page
            await page.get_by_role("link", name="Remittera", exact=True).click()
            await page.get_by_label("Identitetsnummer").fill(reserved_number(date(1982, 6, 7), serial))
            await page.keyboard.press("Enter")
            await page.get_by_label("Namn").fill(name)
            await page.locator("#f-on").fill(self.day(0))
            await page.get_by_label("långvarigt").check()
            await page.get_by_role("group", name="sammansatt problematik").get_by_label("ja").check()
            await page.get_by_role("button", name="Granska").click()
            await page.get_by_role("button", name="Skicka remissen").click()
            await page.get_by_role("heading", name="Registrerat").wait_for()
            self.pathway = page.url.partition("/people/")[2].partition("?")[0]

    async def do(self, staff: str, kind: str, about: str, after: int | None = None, **typed: str) -> None:
        """Do one thing that the participant's page offers; a value that is a choice is checked, others are typed."""
        async with self.visit(staff, scripts=self.scripts) as visitor:
            page = visitor.page
            await visitor.go(f"/people/{self.pathway}")
            await self.open(page, kind, about)
            if after is not None:
                typed = {**typed, "on": self.day(after)}
            await self.fill(page, typed)
            await page.locator("main form button.main").click()
            await page.get_by_role("heading", name="Registrerat").wait_for()

    async def open(self, page: Any, kind: str, about: str) -> None:
        """Open a form from the page's own links, unfolding what is folded."""
        for _ in range(await page.locator("main details:not([open]) > summary").count()):
            await page.locator("main details:not([open]) > summary").first.click()
        which = f'[href*="{about}"]' if about else ""
        await page.locator(f'main a[href*="/do/{kind}"]{which}').first.click()

    async def fill(self, page: Any, typed: dict[str, str]) -> None:
        """Fill a form in."""
        for name, value in typed.items():
            field = name.replace("v_", "v-", 1) if name.startswith("v_") else name
            choice = page.locator(f'main input[name="{field}"][value="{value}"]')
            if await choice.count():
                await choice.check()
            elif await page.locator(f'main select[name="{field}"]').count():
                await page.locator(f'main select[name="{field}"]').select_option(value)
            else:
                await page.locator(f'main [name="{field}"]').first.fill(value)
