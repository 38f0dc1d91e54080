"""What is open on a pathway: which step, who answers for it, by when; what is late comes first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.rules import OWNER, WATCH

if TYPE_CHECKING:
    from datetime import date

    from service.page import Page

_AROUND = ("stage", "group")


@dataclass(frozen=True, slots=True)
class Coming:
    """One open step; ``who`` is a person, or a role with the owner behind it."""

    key: str
    path: str
    what: str
    who: str
    due_on: date | None
    overdue: bool


def coming(page: Page) -> list[Coming]:
    """Return the open steps, the next due first; none where the programme can't be read."""
    words = page.words
    if words is None:
        return []
    steps = [step for step in page.shown.steps if step["status"] == "open" and step["kind"] not in _AROUND]
    steps.sort(key=lambda step: (step["due"] is None, step["due"], step["opened_seq"]))
    return [
        Coming(step["key"], step["path"], words.step(step["path"], step["item"]), responsible(page, step),
               step["due_on"], bool(step["overdue"]))
        for step in steps
    ]  # fmt: skip


def responsible(page: Page, step: dict[str, Any]) -> str:
    """Return who answers for a step: a person, or a role and the owner behind it."""
    person, role = step["person"], step["role"]
    if person:
        return page.names.get(person, str(person))
    owner = page.names.get(page.shown.pathway.owner, page.shown.pathway.owner)
    if role in (None, OWNER) or step["path"] == WATCH or page.words is None:
        return owner
    return f"{page.words.role(role)} ({owner})"
