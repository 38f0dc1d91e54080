"""Playing a definition's own examples, and saying where one ends otherwise than it expects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from domain.checking.coverage import visits
from domain.errors import Refusal
from domain.problems import Wrong
from domain.script import ScriptError, story
from domain.stories import first_monday, play
from domain.traces import trace
from service.asking import refusal_of

if TYPE_CHECKING:
    from domain.format.model import ExampleDef, ProgrammeDef
    from domain.interpreter import State
    from domain.rules import Rules


@dataclass(frozen=True, slots=True)
class Played:
    """How an example ended: ``differs`` holds (what, expected, found); ``refusal`` where it was refused on the way.

    ``visited`` are the steps, outcomes and exits that it shows.
    """

    name: str
    differs: tuple[tuple[str, str, str], ...] = ()
    refusal: Refusal | None = None
    visited: frozenset[str] = frozenset()

    @property
    def well(self) -> bool:
        """Whether it ended as expected."""
        return not self.differs and self.refusal is None


def play_examples(rules: Rules, definition: ProgrammeDef) -> list[Played]:
    """Play every example from the first Monday on which the definition is effective."""
    start = first_monday(definition.effective)
    return [play_example(rules, one, start) for one in definition.examples]


def play_example(rules: Rules, example: ExampleDef, start: date) -> Played:
    """Play one example from a day."""
    try:
        told = story(example.model_dump())
        played = play(rules, told, start=start)
    except Refusal as refusal:
        return Played(example.name, refusal=refusal)
    except ScriptError as error:
        return Played(example.name, refusal=Refusal("entry_invalid", entry=example.name, problem=error))
    except ValidationError as error:
        return Played(example.name, refusal=refusal_of(error))
    if played.state is None:
        return Played(
            example.name, refusal=Refusal("entry_invalid", entry=example.name, problem=Wrong("story_no_referral"))
        )
    stands = trace(played, told.entries, start)
    differs = (*_differences(example.expect, played.state, rules), *_otherwise(example.then, stands))
    return Played(example.name, differs, visited=frozenset(visits(played.events)))


def _otherwise(expected: list[str], found: list[str]) -> list[tuple[str, str, str]]:
    """Return the first line that says something else; the rest follows from it."""
    for number, (wanted, stands) in enumerate(zip_longest(expected, found, fillvalue="-"), start=1):
        if wanted != stands:
            return [(f"then {number}", wanted, stands)]
    return []


def _differences(expected: dict[str, Any], state: State, rules: Rules) -> list[tuple[str, str, str]]:
    open_now = [
        one.path.rsplit(".", 1)[-1] for one in state.open.values() if one.kind not in ("stage", "group", "watch")
    ]
    found: dict[str, Any] = {
        "exit": state.exit.reason if state.exit else None,
        "milestones": sorted(state.reached),
        "open": sorted(open_now),
        "class": rules.exits[state.exit.reason].cls if state.exit else None,
        "sealed": sorted(name for name in state.facts if rules.facts[name].sealed),
        "closed": state.closed,
        "paused": state.paused is not None,
    }
    differs = []
    for what, value in expected.items():
        wanted = sorted(value) if isinstance(value, list) else value
        if what not in found or found[what] != wanted:
            differs.append((what, _text(wanted), _text(found.get(what))))
    return differs


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
