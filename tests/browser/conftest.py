"""Debian's Chromium over one desk, and a look for barriers with axe-core on every page that a test shows."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from embedded.postgres import Postgres
from embedded.temporal import Temporal
from service.sample import PASSWORD
from tests.browser.zooming import DESKTOP, LARGER, LOST, PHONE
from tests.deskworld import DeskWorld, desk_of_its_own

PICTURES = Path("docs/desk")
AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
SERIOUS = ("serious", "critical")


def chromium() -> str | None:
    """Return where Chromium is."""
    return os.environ.get("STEGVIS_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def keep(picture: bytes, name: str) -> None:
    """Keep a picture for the documentation, in so few colours that it stays small."""
    PICTURES.mkdir(exist_ok=True)
    image = Image.open(BytesIO(picture)).convert("RGB")
    few = image.quantize(
        128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
    )  # with fewer a small red is lost
    few.save(PICTURES / f"{name}.png", optimize=True)


@dataclass
class Looked:
    """What axe-core has seen in this run."""

    pages: set[str] = field(default_factory=set)
    checks: int = 0
    found: list[str] = field(default_factory=list)


LOOKED = Looked()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the process that began this one what was seen here."""
    if (output := getattr(session.config, "workeroutput", None)) is not None:
        output["looked"] = {"pages": sorted(LOOKED.pages), "checks": LOOKED.checks, "found": LOOKED.found}


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add up what the processes of a divided run have seen."""
    looked = getattr(node, "workeroutput", {}).get("looked")
    if looked is not None:
        LOOKED.pages.update(looked["pages"])
        LOOKED.checks += looked["checks"]
        LOOKED.found.extend(looked["found"])


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many pages were looked at."""
    terminalreporter.write_line(
        f"axe-core: {LOOKED.checks} looks at {len(LOOKED.pages)} pages and states; serious or worse: {len(LOOKED.found)}"
    )


@pytest.fixture(scope="session")
async def world(
    postgres: Postgres, temporal_server: Temporal, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[DeskWorld]:
    async with desk_of_its_own(postgres, temporal_server, tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a window."""
    where = chromium()
    if where is None:
        pytest.fail("no Chromium here: apt-get install chromium, or set STEGVIS_CHROMIUM")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=where, args=["--no-sandbox"])
        yield started
        await started.close()


class Visitor:
    """Somebody at a browser of their own."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address

    async def go(self, path: str) -> None:
        """Open a page of the desk."""
        await self.page.goto(self.address + path)

    async def sign_in(self, staff: str) -> None:
        """Sign in as somebody of the sample."""
        await self.go("/sign-in")
        await self.page.get_by_label("Användarnamn").fill(staff)
        await self.page.get_by_label("Lösenord").fill(PASSWORD)
        await self.page.get_by_role("button", name="Logga in").click()

    async def look(self, name: str) -> None:
        """Find no barrier on this page, at desktop and phone width; with STEGVIS_PICTURES keep ``docs/desk/NAME.png``.

        Nothing is lost either when everything is twice as large, or the text alone.
        """
        for width, size in (("", DESKTOP), ("-phone", PHONE)):
            await self.page.set_viewport_size(size)  # type: ignore[arg-type] # a plain dictionary will do
            await self._axe(name + width)
            wide = await self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide <= 0, f"{name}{width} scrolls sideways by {wide} px"
            if os.environ.get("STEGVIS_PICTURES") and not width:
                keep(await self.page.screenshot(full_page=True), name)
        await self.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
        await self._zoom(name)

    async def _zoom(self, name: str) -> None:
        """Let everything be twice as large, as a browser's own zoom does it; then the text alone."""
        session = await self.page.context.new_cdp_session(self.page)
        root = "document.documentElement.style"
        for size, scale, font in LARGER:
            await session.send(
                "Emulation.setDeviceMetricsOverride", {**size, "deviceScaleFactor": scale, "mobile": False}
            )
            await self.page.evaluate(f"{root}.fontSize = '{font}'")
            assert await self.page.evaluate("[innerWidth, devicePixelRatio]") == [size["width"], scale]
            lost = await self.page.evaluate(LOST)
            assert not lost, f"{name} at {scale}00 %{', text 200 %' if font else ''}:\n" + "\n".join(lost)
        await self.page.evaluate(f"{root}.removeProperty('font-size')")
        await session.detach()
        await self.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]

    async def _axe(self, name: str) -> None:
        await self.page.evaluate(AXE)
        result = json.loads(await self.page.evaluate("axe.run().then(JSON.stringify)"))
        LOOKED.pages.add(name)
        LOOKED.checks += 1
        bad = [
            f"{name}: {each['id']}: {each['help']}: {each['nodes'][0]['html'][:200]}"
            for each in result["violations"]
            if each["impact"] in SERIOUS
        ]
        LOOKED.found.extend(bad)
        assert not bad, "\n".join(bad)


@pytest.fixture
async def visit(world: DeskWorld, browser: Browser) -> Callable[..., Any]:
    """Return how to open a browser as somebody: ``async with visit("sam.samordnare") as sam``."""

    @asynccontextmanager
    async def opened(staff: str | None = None, *, scripts: bool = True) -> AsyncIterator[Visitor]:
        context = await browser.new_context(
            java_script_enabled=scripts, viewport=DESKTOP, locale="sv-SE",  # type: ignore[arg-type]
            timezone_id="Europe/Stockholm",
        )  # fmt: skip
        page = await context.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        visitor = Visitor(page, world.address)
        if staff is not None:
            await visitor.sign_in(staff)
        yield visitor
        await context.close()
        assert not problems, problems

    return opened
