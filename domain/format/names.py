"""What a name in a definition refers to: the nearest step outwards, then a milestone, a happening, an exit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from domain.format.model import Label
from domain.problems import Wrong
from domain.rules import AFTER_EXIT, ROOT

if TYPE_CHECKING:
    from domain.format.model import ProgrammeDef, StepDef

SUFFIXES = ("opened", "ended", "all")

WAITING, OFFER, PLACE = "_waiting", "_offer", "_place"
"""What ``waits_for`` adds to a step's path: the waiting, the offer, and the happening that a place was found."""


def around_a_place(label: Label) -> dict[str, Label]:
    """Return what stands before a step that needs a place: its names, by what is added to the step's path."""
    return {
        WAITING: Label(sv=f"väntar på plats: {label.sv}", en=f"waiting for a place: {label.en}"),
        OFFER: Label(sv=f"erbjudande om plats: {label.sv}", en=f"offer of a place: {label.en}"),
        PLACE: Label(sv=f"plats finns: {label.sv}", en=f"place available: {label.en}"),
    }


ANSWERS: Mapping[str, Label] = {
    "accepted": Label(sv="tackar ja", en="accepted"),
    "declined": Label(sv="tackar nej", en="declined"),
    "expired": Label(sv="inget svar i tid", en="expired"),
}
"""What the outcomes of an offer are called."""


class Names:
    """Every path of a definition, and the endings that a reference to it may have."""

    def __init__(self, definition: ProgrammeDef) -> None:
        self.endings: dict[str, frozenset[str]] = {}
        self.written: set[str] = set()
        self.milestones = frozenset(definition.milestones)
        self.happenings = frozenset(definition.happenings)
        self.exits = frozenset(definition.exits)
        self._items = {name: record.items for name, record in definition.records.items()}
        self._walk(definition.steps, ROOT)
        self._walk(definition.after_exit, AFTER_EXIT)

    def _walk(self, parts: dict[str, StepDef], parent: str) -> None:
        for name, part in parts.items():
            path = f"{parent}.{name}" if parent else name
            endings = {*SUFFIXES, *(part.decide or {})}
            if isinstance(part.for_each, list):
                endings.update(one if isinstance(one, str) else one.item for one in part.for_each)
            elif part.for_each:
                endings.update(self._items.get(part.for_each.partition(".")[0], ()))
            self.endings[path] = frozenset(endings)
            self.written.add(path)
            if part.waits_for:
                self.endings[path + WAITING] = frozenset(SUFFIXES)
                self.endings[path + OFFER] = frozenset({*SUFFIXES, "accepted", "declined", "expired"})
            self._walk(part.steps or {}, path)

    def resolve(self, text: str, parent: str) -> str:
        """Return the full form of a reference, seen from a parent. Raises Wrong with the remedy."""
        if text in self.milestones or text in self.happenings or text in ("exit", "referral"):
            return text
        if text.startswith("exit.") and text[5:] in self.exits:
            return text
        parts = text.split(".")
        for length in (len(parts), len(parts) - 1):
            head, rest = ".".join(parts[:length]), parts[length:]
            path = self._path(head, parent) if head else None
            if path is None:
                continue
            if not rest:
                return path
            if rest[0] in self.endings[path]:
                return path if rest[0] == "all" else f"{path}.{rest[0]}"
            known = ", ".join(sorted(self.endings[path]))
            raise Wrong("ref_without_ending", ref=text, path=path, ending=rest[0], known=known)
        raise Wrong("ref_unknown", ref=text)

    def _path(self, head: str, parent: str) -> str | None:
        scope = parent
        while True:
            candidate = f"{scope}.{head}" if scope else head
            if candidate in self.endings:
                return candidate
            if not scope:
                break
            scope = scope.rpartition(".")[0]
        found = [path for path in self.endings if path.endswith(f".{head}")]
        if len(found) > 1:
            raise Wrong("ref_ambiguous", ref=head, paths=", ".join(found))
        return found[0] if found else None
