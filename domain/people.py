"""Who acts: staff as the rules see them. Names and identity numbers never come here (see records/register)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Channel = Literal["cli", "desk", "import", "events", "history", "system", "demo"]

SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """A staff member (or the system) as carried by a command: id and roles were looked up before it was sent.

    ``roles`` are programme roles ("manager", "assessor"). "owner" stands there only for a deputy of the owner:
    the owner of a pathway is recognised by the id. ``unit`` is the unit the person acts for.
    """

    staff: str
    roles: tuple[str, ...] = ()
    channel: Channel = "cli"
    unit: str | None = None


THE_SYSTEM = Actor(staff=SYSTEM, roles=(SYSTEM,), channel="system")
