"""What became of each name of a version in the next one. What keeps its name isn't mentioned."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from domain.rules import REVIEW, WATCH

BUILT_IN = (WATCH, REVIEW)


@dataclass(frozen=True)
class Mapping:
    """A checked mapping: which paths a path became (none: removed), and the new names of everything else."""

    steps: dict[str, tuple[str, ...]] = field(default_factory=dict)
    items: dict[str, dict[str, str]] = field(default_factory=dict)
    outcomes: dict[str, dict[str, str]] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    records: dict[str, str] = field(default_factory=dict)
    milestones: dict[str, str] = field(default_factory=dict)
    exits: dict[str, str] = field(default_factory=dict)
    happenings: dict[str, str] = field(default_factory=dict)

    def paths(self, path: str) -> tuple[str, ...]:
        """Return what a path became: by its own line, by that of a step around it, or itself."""
        if not self.steps:
            return (path,)
        if path in self.steps:
            return self.steps[path]
        parent, _, name = path.rpartition(".")
        if not parent:
            return (path,)
        return tuple(f"{one}.{name}" for one in self.paths(parent)[:1])

    def ref(self, ref: str, steps: dict[str, Any]) -> tuple[str, ...]:
        """Return what a reference became; ``steps`` are the paths of the version that it belongs to."""
        path = ref
        while path and path not in steps:
            path = path.rpartition(".")[0]
        if not path:
            for names in (self.milestones, self.happenings):
                if ref in names:
                    return (names[ref],)
            head, _, tail = ref.partition(".")
            return (f"exit.{self.exits.get(tail, tail)}",) if head == "exit" and tail else (ref,)
        rest = ref[len(path) + 1 :]
        rest = self.outcomes.get(path, {}).get(rest, self.items.get(path, {}).get(rest, rest))
        return tuple(f"{one}.{rest}" if rest else one for one in self.paths(path))
