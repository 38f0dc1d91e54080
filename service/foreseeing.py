"""What a command would lead to: decided on a copy, sent to nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.events import Event, EventType
from domain.interpreter import decide
from service.asking import command_from

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from service.page import Page

_NEEDLESS = ("stopped", "not_needed")  # why a step ends that somebody may have counted on


@dataclass(frozen=True, slots=True)
class Ahead:
    """What follows from a command, beside what it records itself."""

    exit: str | None = None
    opened: tuple[tuple[str, str | None], ...] = ()
    ended: tuple[tuple[str, str | None], ...] = ()
    told: tuple[str, ...] = ()
    reached: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything follows."""
        return bool(self.exit or self.opened or self.ended or self.told or self.reached or self.withdrawn)


def foresee(page: Page, fields: dict[str, Any], *, now: datetime) -> list[Event]:
    """Return the events that a command would make now. Raises Refusal: what would be refused, and wrong fields."""
    if page.rules is None or page.state is None:
        return []
    command = command_from({**fields, "id": "foreseen", "by": page.reader})
    return decide(rules=page.rules, state=page.state, command=command, now=now)


def ahead(events: Iterable[Event]) -> Ahead:
    """Return what follows, from the events that a command would make."""
    exit_: str | None = None
    steps: dict[EventType, list[tuple[str, str | None]]] = {EventType.OPENED: [], EventType.ENDED: []}
    names: dict[EventType, list[str]] = {EventType.TOLD: [], EventType.REACHED: [], EventType.WITHDRAWN: []}
    for event in events:
        if event.type is EventType.EXITED:
            exit_ = event.coded["reason"]
        elif event.type in steps and event.step is not None and _counts(event):
            steps[event.type].append((event.step, event.coded.get("item")))
        elif event.type in names:
            names[event.type].append(event.coded["to" if event.type is EventType.TOLD else "milestone"])
    once = {kind: tuple(dict.fromkeys(found)) for kind, found in names.items()}
    return Ahead(
        exit_, tuple(steps[EventType.OPENED]), tuple(steps[EventType.ENDED]), once[EventType.TOLD],
        once[EventType.REACHED], once[EventType.WITHDRAWN],
    )  # fmt: skip


def _counts(event: Event) -> bool:
    if event.type is EventType.OPENED:
        return event.coded["kind"] not in ("stage", "group")
    return event.coded["reason"] in _NEEDLESS
