"""The proof of one definition: what is written, what can be reached, what a search finds, what examples show."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.checking.coverage import Coverage, coverage
from domain.checking.finding import Finding, Subject
from domain.checking.search import Search, Searched
from domain.checking.static import form_of, static
from domain.checking.versions import Known, overlapping
from domain.format.loading import load_programme
from domain.format.reading import DefinitionError
from domain.origins import OriginOf, unexplained
from service.examples import Played, play_examples

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from pathlib import Path

    from service.publishing import Programme

SECONDS = 8.0  # of searching: Koll and VISA are proved whole within two
SEED = 1


@dataclass(frozen=True, slots=True)
class Proof:
    """What was looked at, and what was found."""

    static: tuple[Finding, ...]
    searched: Searched | None
    played: tuple[Played, ...]
    shown: Coverage
    silent: tuple[OriginOf, ...]
    seconds: float

    @property
    def findings(self) -> list[Finding]:
        """Everything that was found, hints too."""
        searched = self.searched.findings if self.searched else []
        return [*self.static, *searched, *self.shown.findings()]

    @property
    def good(self) -> bool:
        """Whether the definition may be published."""
        hard = [one for one in self.findings if not one.hint]
        return not hard and not self.silent and all(one.well for one in self.played)


def prove(
    programme: Programme, *, others: Iterable[Known] = (), effective: date | None = None, seconds: float = SECONDS,
    seed: int = SEED,
) -> Proof:  # fmt: skip
    """Look at a definition in all four layers; the search stops after some seconds and says how far it came.

    What is wrongly written isn't searched: it would be played otherwise than its author meant it.
    """
    subject = Subject(programme.rules, programme.definition, programme.document)
    found = [*static(subject), *overlapping(programme.definition, others, effective=effective)]
    began = time.monotonic()
    searched = None
    if not form_of(subject):
        searched = Search(subject, go_on=lambda share: time.monotonic() - began < seconds * share, seed=seed).run()
    spent = time.monotonic() - began
    played = play_examples(programme.rules, programme.definition)
    shown = coverage(programme.rules, (one for example in played for one in example.visited))
    return Proof(tuple(found), searched, tuple(played), shown, tuple(unexplained(programme.definition)), spent)


def beside(path: Path) -> Iterator[Known]:
    """Yield the other definitions in a file's folder; one that can't be read is no version of anything."""
    for other in sorted(path.parent.glob("*.yaml")):
        if other.resolve() == path.resolve():
            continue

        def base(name: str, folder: Path = other.parent) -> str | None:
            file = folder / f"{name}.yaml"
            return file.read_text("utf-8") if file.exists() else None

        try:
            definition, _ = load_programme(other.read_text("utf-8"), base)
        except (DefinitionError, UnicodeDecodeError):
            continue
        yield Known(other.name, definition.programme, definition.effective)
