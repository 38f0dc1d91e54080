"""What a programme calls its steps: titles for notices, from the definition that was published with the rules."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from domain.format.loading import load_programme
from domain.format.model import Label, ProgrammeDef, StepDef
from domain.format.names import PLACE, around_a_place
from domain.rules import AFTER_EXIT, REVIEW, WATCH
from records import programmes
from records.database import Pool

KEPT = 64  # versions; a deployment has a handful in force, and one is about 20 KB

_BUILT_IN: Mapping[str, Label] = {
    WATCH: Label(sv="Kontakt med deltagaren", en="Contact with the participant"),
    REVIEW: Label(sv="Granskning efter rättelse", en="Review after a correction"),
    "exits": Label(sv="Avslut", en="Exit"),  # which exit it was is nothing for a letter
}


@dataclass(frozen=True, slots=True)
class Titles:
    """The titles of one version."""

    programme: Label
    steps: Mapping[str, Label]

    def of(self, path: str, language: str) -> str:
        """Return the title of a step, or of the nearest step around a rule's path, or the path itself."""
        parts = path.split(".")
        for length in range(len(parts), 0, -1):
            label = self.steps.get(".".join(parts[:length]))
            if label is not None:
                return in_language(label, language)
        return path


class Library:
    """Finds titles by the hash of the rules, and remembers them: a published version never changes."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._kept: dict[str, Titles] = {}

    async def titles(self, rules: str | None, programme: str) -> Titles:
        """Return a version's titles; of rules that nobody published, only the programme's own name.

        Raises:
            OSError, asyncpg.PostgresError: PostgreSQL doesn't answer.
        """
        if rules is None:
            return _nameless(programme)
        if rules not in self._kept:
            try:
                published = await programmes.load(self._pool, rules)
            except programmes.ProgrammeUnknown:
                return _nameless(programme)
            if len(self._kept) >= KEPT:
                self._kept.clear()
            # Reading a definition takes some tenths of a second, during which nobody else should wait.
            self._kept[rules] = await asyncio.to_thread(_read, published.source)
        return self._kept[rules]


def titles_of(definition: ProgrammeDef) -> Titles:
    """Return the titles of a definition's steps by their paths."""
    found = dict(_BUILT_IN)
    _walk(definition.steps, "", found)
    _walk(definition.after_exit, AFTER_EXIT, found)
    return Titles(definition.name, found)


def in_language(label: Label, language: str) -> str:
    """Return a label's words; Swedish where the language isn't English."""
    return label.en if language == "en" else label.sv


def _walk(parts: Mapping[str, StepDef], parent: str, found: dict[str, Label]) -> None:
    for name, part in parts.items():
        path = f"{parent}.{name}" if parent else name
        found[path] = part.label
        if part.waits_for:
            found |= {path + ending: label for ending, label in around_a_place(part.label).items() if ending != PLACE}
        _walk(part.steps or {}, path, found)


def _read(source: str) -> Titles:
    definition, _ = load_programme(source)
    return titles_of(definition)


def _nameless(programme: str) -> Titles:
    return Titles(Label(sv=programme, en=programme), _BUILT_IN)
