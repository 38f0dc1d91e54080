"""One thing that is wrong with a definition, or that its author should know: where, in words, and how to get there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.checking.texts import HINTS, TEXTS

if TYPE_CHECKING:
    from domain.format.model import ProgrammeDef
    from domain.format.reading import Document, Place
    from domain.rules import Rules


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked: a definition as written, and compiled."""

    rules: Rules
    definition: ProgrammeDef
    document: Document


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding's code, its place in the definition, the words of its text, and a story that leads to it."""

    code: str
    place: Place
    words: dict[str, str] = field(default_factory=dict)
    story: tuple[str, ...] = ()

    @property
    def hint(self) -> bool:
        """Whether it is only worth knowing: it doesn't keep a definition from being published."""
        return self.code in HINTS

    def text(self, language: str = "sv") -> str:
        """Return what the author reads."""
        return TEXTS[self.code][0 if language == "sv" else 1].format(**self.words)

    def line(self, document: Document) -> int:
        """Return the line on which it stands."""
        return document.line(self.place)

    def file(self, document: Document) -> str:
        """Return the file in which it stands, or nothing where that is the checked file itself."""
        return document.file(self.place)
