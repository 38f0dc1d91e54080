"""Refusals: every anticipated "no", with a code and a text in Swedish and English (see domain/refusals.py)."""

from __future__ import annotations

from typing import Any

from domain.refusals import say


class Refusal(Exception):
    """A command or an input that is not taken; ``code`` is documented, ``params`` fill its texts.

    ``params`` hold codes, days and counts only, never free text or a name: refusals are shown, counted and logged.
    """

    def __init__(self, code: str, /, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def text(self, language: str = "sv") -> str:
        """Return what the person reads: what is wrong, where, and what to do."""
        return say(self.code, self.params, language)
