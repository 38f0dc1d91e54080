"""Handing somebody's work over: the deputy answers at once, then every pathway and step changes hands by a command."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Literal

from domain.calendar import local_day
from domain.commands import Assign, ChangeOwner
from domain.errors import Refusal
from records import finding, handing, staff
from records.handing import Noted
from service import who
from service.answers import Accepted, NotTaken
from service.ids import new_id

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection
    from datetime import date

    from domain.commands import Command
    from domain.people import Channel
    from records.handing import HandOver
    from records.staff import Responsibilities
    from service.office import Office


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of one pathway, or of one step of it (``key``)."""

    pathway: str
    key: str | None
    result: Literal["recorded", "accepted", "refused"]
    refusal: Refusal | None = None


async def hand_over(
    office: Office, person: str, *, to: str, by: str, on: date, channel: Channel = "cli",
    but: Collection[tuple[str, str | None]] = (),
) -> AsyncGenerator[Handed]:  # fmt: skip
    """Yield what becomes of each pathway and step as it changes hands. Asked again, it goes on with what is left.

    What is named in ``but`` (pathway, key) is left out: it was refused before. Raises Refusal: staff_unknown.
    """
    try:
        work = await staff.reassign(office.pool, person, to=to, on=on)
    except staff.StaffUnknown:
        raise Refusal("staff_unknown", staff=person) from None
    for pathway, key in everything(work):
        if (pathway, key) not in but:
            yield await _hand(office, pathway, key, by=by, to=to, channel=channel)


def everything(work: Responsibilities) -> list[tuple[str, str | None]]:
    """Return what has to change hands by commands: pathways, then steps (pathway, key)."""
    return [*((pathway, None) for pathway in work.pathways), *work.steps]


async def go_on(office: Office, run: HandOver, *, seconds: float) -> None:
    """Hand over what is left of a hand-over that was begun, for so long, and note what becomes of each.

    Whatever was refused before is left as it is. Raises Refusal: staff_unknown.
    """
    noted = await handing.noted(office.pool, run.id)
    refused = {(one.pathway, one.key) for one in noted if one.result == "refused"}
    until = monotonic() + seconds
    answers = hand_over(office, run.staff, to=run.receiver, by=run.by, on=local_day(office.clock()), channel="desk",
                        but=refused)  # fmt: skip
    async with aclosing(answers):
        async for one in answers:
            refusal = {"code": one.refusal.code, "params": one.refusal.params} if one.refusal else None
            await handing.note(
                office.pool, run.id, Noted(one.pathway, one.key, one.result, refusal), now=office.clock()
            )
            if monotonic() > until:
                return


async def _hand(office: Office, pathway: str, key: str | None, *, by: str, to: str, channel: Channel) -> Handed:
    found = await finding.matching(office.pool, pathway)
    actor = await who.actor(office.pool, by, operation=found[0].operation, pathway=pathway, channel=channel)
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
