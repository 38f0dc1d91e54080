"""What a definition's examples visit, and what no example shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.checking.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domain.events import Event
    from domain.rules import Rules


@dataclass(frozen=True, slots=True)
class Coverage:
    """The steps, outcomes and exits that there are, and those that examples visit."""

    steps: tuple[str, ...]
    outcomes: tuple[str, ...]
    exits: tuple[str, ...]
    visited: frozenset[str]

    def missing(self) -> list[str]:
        """Return what no example shows, steps first."""
        return [one for one in (*self.steps, *self.outcomes, *self.exits) if one not in self.visited]

    def counts(self) -> dict[str, str]:
        """Return how many of how many are visited."""
        kinds = {"steps": self.steps, "outcomes": self.outcomes, "exits": self.exits}
        return {kind: f"{len(self.visited & set(all_))}/{len(all_)}" for kind, all_ in kinds.items()}

    def findings(self) -> Iterator[Finding]:
        """Yield one finding that names all that is missing."""
        missing = self.missing()
        if missing:
            yield Finding("not_in_examples", ("examples",), {"what": ", ".join(missing)})


def coverage(rules: Rules, visited: Iterable[str]) -> Coverage:
    """Return what there is to visit and what was."""
    outcomes = tuple(f"{path}.{name}" for path, rule in rules.steps.items() for name in rule.outcomes)
    exits = tuple(f"exit.{name}" for name in rules.exits)
    return Coverage(tuple(rules.steps), outcomes, exits, frozenset(visited))


def visits(events: Iterable[Event]) -> Iterator[str]:
    """Yield the steps that were done or ended (stages: opened), the outcomes and the exits among events."""
    for event in events:
        if event.type == "Opened" and event.step is not None and event.coded.get("kind") == "stage":
            yield event.step
        elif event.type in ("Done", "Ended") and event.step is not None and event.coded.get("reason") != "exit":
            yield event.step
            if event.coded.get("outcome"):
                yield f"{event.step}.{event.coded['outcome']}"
        elif event.type == "Exited":
            yield f"exit.{event.coded['reason']}"
