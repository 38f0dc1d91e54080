"""How the demonstration speaks: Swedish or English, short lines, nothing that a screen reader stumbles over."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Language = Literal["sv", "en"]
WIDTH = 100  # columns; a narrow window wraps by itself


def language_of(environment: Mapping[str, str] = os.environ) -> Language:
    """Return Swedish where the locale asks for it, else English."""
    named = next((environment[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(key)), "")
    return "sv" if named.lower().startswith("sv") else "en"


def _print(text: str) -> None:
    print(text, flush=True)


@dataclass
class Voice:
    """Says each thing in one of two languages."""

    language: Language
    out: Callable[[str], None] = _print
    began: float = field(default_factory=time.monotonic)

    def of(self, sv: str, en: str) -> str:
        """Return the text in the language that is spoken."""
        return sv if self.language == "sv" else en

    def line(self, sv: str, en: str) -> None:
        """Say one line."""
        self.out(f"  {self.of(sv, en)}")

    def plain(self, text: str = "") -> None:
        """Say what is the same in both languages."""
        self.out(f"  {text}".rstrip())

    def title(self, sv: str, en: str, about_sv: str, about_en: str) -> None:
        """Open an act with one sentence of what is being shown."""
        self.began = time.monotonic()
        name = self.of(sv, en)
        self.out("")
        self.out(name)
        self.out("─" * len(name))
        self.out(self.of(about_sv, about_en))
        self.out("")

    def took(self) -> None:
        """Say how long the act took."""
        seconds = time.monotonic() - self.began
        self.out("")
        self.line(f"({seconds:.0f} sekunder)", f"({seconds:.0f} seconds)")
