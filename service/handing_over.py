"""Handing somebody's work over: the deputy answers at once, then every pathway and step changes hands by a command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from domain.commands import Assign, ChangeOwner
from domain.errors import Refusal
from records import finding, staff
from service import who
from service.answers import Accepted, NotTaken
from service.ids import new_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import date

    from domain.commands import Command
    from service.office import Office


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of one pathway, or of one step of it (``key``)."""

    pathway: str
    key: str | None
    result: Literal["recorded", "accepted", "refused"]
    refusal: Refusal | None = None


async def hand_over(office: Office, person: str, *, to: str, by: str, on: date) -> AsyncIterator[Handed]:
    """Yield what becomes of each pathway and step as it changes hands. Asked again, it goes on with what is left.

    Raises Refusal: staff_unknown.
    """
    try:
        work = await staff.reassign(office.pool, person, to=to, on=on)
    except staff.StaffUnknown:
        raise Refusal("staff_unknown", staff=person) from None
    for pathway in work.pathways:
        yield await _hand(office, pathway, None, by=by, to=to)
    for pathway, key in work.steps:
        yield await _hand(office, pathway, key, by=by, to=to)


async def _hand(office: Office, pathway: str, key: str | None, *, by: str, to: str) -> Handed:
    found = await finding.matching(office.pool, pathway)
    actor = await who.actor(office.pool, by, operation=found[0].operation, pathway=pathway)
    command: Command = ChangeOwner(id=new_id(), by=actor, owner=to)
    if key is not None:
        path, _, number = key.partition("#")
        path, _, item = path.partition("[")
        n = int(number) if number else None
        command = Assign(id=new_id(), by=actor, step=path, item=item.rstrip("]") or None, n=n, person=to)
    answer = await office.send(pathway, command)
    if isinstance(answer, NotTaken):
        if answer.refusal.code == "owner_already":
            return Handed(pathway, key, "recorded")
        return Handed(pathway, key, "refused", answer.refusal)
    return Handed(pathway, key, "accepted" if isinstance(answer, Accepted) else "recorded")
