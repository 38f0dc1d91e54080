"""How long a task takes somebody who knows what to say, by the keystroke-level model.

Card, Moran and Newell, "The Keystroke-Level Model for User Performance Time" (Communications of the ACM 23(7), 1980):
a task is keys, pointings, moves of the hand between keyboard and mouse, and a moment of thought before each of its
parts. The times are theirs, the key's that of somebody who types slowly (0.5 s; their average typist needs 0.2 s).
"""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Locator, Page

KEY, POINT, PRESS, HOME, THINK = 0.5, 1.1, 0.2, 0.4, 1.35  # seconds


@dataclass
class Hands:
    """Somebody at keyboard and mouse; counts what it does."""

    page: Page
    keys: int = 0
    clicks: int = 0
    homings: int = 0
    thoughts: int = 0
    at_mouse: bool = False

    @property
    def seconds(self) -> float:
        """How long it took, waiting for the desk left out."""
        return self.keys * KEY + self.clicks * (POINT + PRESS) + self.homings * HOME + self.thoughts * THINK

    async def click(self, there: Locator) -> None:
        """Think, point and press."""
        self._turn(mouse=True)
        self.clicks += 1
        await there.click()

    async def type(self, there: Locator, text: str) -> None:
        """Think, press into a field, and type."""
        await self.click(there)
        self._turn(mouse=False, thinks=False)
        self.keys += len(text)
        await there.press_sequentially(text)

    async def press(self, key: str) -> None:
        """Press one key."""
        self._turn(mouse=False, thinks=False)
        self.keys += 1
        await self.page.keyboard.press(key)

    def read(self, things: int) -> None:
        """Think once for each thing that is to be read."""
        self.thoughts += things

    def _turn(self, *, mouse: bool, thinks: bool = True) -> None:
        self.homings += self.at_mouse is not mouse
        self.at_mouse = mouse
        self.thoughts += thinks
