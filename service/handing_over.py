"""Handing somebody's work over, by a command for each pathway and step.

All of it, when a colleague leaves: then the receiver answers for everything at once, as deputy, and takes over the
units. Or what was chosen, while the colleague stays: then nothing else than that changes.
"""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Literal

from domain.calendar import local_day
from domain.commands import Assign, ChangeOwner
from domain.errors import Refusal
from domain.people import Actor
from domain.policy import Asker
from domain.rules import OWNER
from records import finding, handing, staff
from records.handing import Noted
from service import staffing, who
from service.answers import Accepted, NotTaken
from service.ids import new_id

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection
    from datetime import date

    from domain.commands import Command
    from domain.people import Channel
    from records.database import Pool
    from records.handing import AnsweredFor, HandOver
    from records.staff import Responsibilities, Staff
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
    but: Collection[tuple[str, str | None]] = (), chosen: Collection[str] | None = None,
) -> AsyncGenerator[Handed]:  # fmt: skip
    """Yield what becomes of each pathway and step as it changes hands. Asked again, it goes on with what is left.

    What is named in ``but`` (pathway, key) is left out: it was refused before. Of pathways that were ``chosen`` the
    person's part in them is meant, and nothing else. Raises Refusal: staff_unknown, staff_of_others.
    """
    try:
        if chosen is None:
            await staffing.demand_change(
                office.pool, await staff.get(office.pool, by), await staff.get(office.pool, person)
            )
            work = await staff.reassign(office.pool, person, to=to, on=on)
        elif await staff.resolve_owner(office.pool, to, on=on) is None:
            raise staff.StaffUnknown(to)
        else:
            work = await staff.responsibilities(office.pool, person, on=on)
    except staff.StaffUnknown:
        raise Refusal("staff_unknown", staff=person) from None
    for pathway, key in everything(work, chosen):
        if (pathway, key) not in but:
            yield await _hand(office, pathway, key, by=by, to=to, channel=channel)


def everything(work: Responsibilities, chosen: Collection[str] | None = None) -> list[tuple[str, str | None]]:
    """Return what has to change hands by commands: pathways, then steps (pathway, key); all, or of those chosen."""
    every = [*((pathway, None) for pathway in work.pathways), *work.steps]
    return every if chosen is None else [one for one in every if one[0] in frozenset(chosen)]


async def may_give(pool: Pool, by: Staff, pathways: Collection[str], *, on: date) -> frozenset[str]:
    """Return those of some pathways whose owner somebody may change, by the policy that the commands are held to."""
    return frozenset(
        one.id for one in await handing.answered_for(pool, pathways, on=on)
        if Asker(_actor(by, one), one.owner, ()).may("change_owner")
    )  # fmt: skip


def _actor(by: Staff, one: AnsweredFor) -> Actor:
    roles = {each.role for each in by.roles if each.operation in (None, one.operation)}
    return Actor(by.id, tuple(sorted(roles | ({OWNER} if one.answers == by.id else set()))), "desk", by.unit)


async def go_on(office: Office, run: HandOver, *, seconds: float) -> None:
    """Hand over what is left of a hand-over that was begun, for so long, and note what becomes of each.

    Whatever was refused before is left as it is. Raises Refusal: staff_unknown.
    """
    noted = await handing.noted(office.pool, run.id)
    refused = {(one.pathway, one.key) for one in noted if one.result == "refused"}
    until = monotonic() + seconds
    answers = hand_over(office, run.staff, to=run.receiver, by=run.by, on=local_day(office.clock()), channel="desk",
                        but=refused, chosen=run.chosen)  # fmt: skip
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
