"""Search before create: who is known already, and what of it the one who asks may see."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from domain.likeness import alike
from domain.policy import Purpose, may
from records import operations, referrals, register, staff
from service.seeing import stands
from service.who import actor

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from domain.identity import Identity
    from domain.people import Channel
    from records.database import Pool
    from records.register import PersonCard
    from records.views import Listed

INSIDE = ("reserved", "open", "paused", "diverged")


@dataclass(frozen=True, slots=True)
class Seen:
    """A pathway that the one who asks may see; ``card`` is None where not who it is about."""

    listed: Listed
    operation: str
    owner: str
    card: PersonCard | None = field(default=None, repr=False)

    @property
    def inside(self) -> bool:
        """Tell whether the person is inside, or about to be."""
        return self.listed.status in INSIDE


@dataclass(frozen=True, slots=True)
class Known:
    """A person who is known: pathways that may be seen, and how many more there are."""

    participant: UUID
    pathways: tuple[Seen, ...] = ()
    hidden: int = 0
    inside: Listed | None = None

    @property
    def card(self) -> PersonCard | None:
        """What is known of the person, where it may be seen."""
        return next((each.card for each in self.pathways if each.card is not None), None)


async def known_as(
    pool: Pool, identity: Identity, *, operation: str, staff_id: str, channel: Channel = "cli"
) -> Known | None:
    """Return whose number this is; ``inside`` names a pathway in the operation that stands in a new one's way."""
    participant = await register.find(pool, identity)
    if participant is None:
        return None
    (found,) = await _known(pool, [participant], staff_id=staff_id, channel=channel)
    every = (await referrals.of_people(pool, [participant])).get(participant, [])
    inside = next((one for one in every if one.operation == operation and one.status in INSIDE), None)
    return replace(found, inside=inside)


async def similar(
    pool: Pool, *, name: str, birth_date: date | None, but: UUID | None, staff_id: str, channel: Channel = "cli"
) -> list[Known]:
    """Return people born that day with a name like this one, as far as the one who asks may see who they are."""
    if birth_date is None:
        return []
    likely = [
        one.participant for one in await referrals.born(pool, birth_date)
        if one.participant != but and alike(one.name, name)
    ]  # fmt: skip
    return [one for one in await _known(pool, likely, staff_id=staff_id, channel=channel) if one.card is not None]


async def _known(pool: Pool, participants: list[UUID], *, staff_id: str, channel: Channel) -> list[Known]:
    if not participants:
        return []
    listed = await referrals.of_people(pool, participants)
    every = [one for pathways in listed.values() for one in pathways]
    readers = {one: await actor(pool, staff_id, operation=one, channel=channel) for one in _operations(every)}
    cards = await register.cards(pool, [one.id for one in every])
    names = {one.id: one.name for one in await staff.everybody(pool)}
    titles = {one.id: str(one.definition.get("name", one.id)) for one in await operations.every(pool)}
    found = []
    for participant in participants:
        seen = []
        for one in listed.get(participant, ()):
            standing = stands(readers[one.operation], one)
            if not may(Purpose.PAGE, standing):
                continue
            card = cards.get(one.id)
            named = card is not None and may(Purpose.NAME, standing, protection=card.protection)
            seen.append(Seen(one, titles.get(one.operation, one.operation), names.get(one.owner, one.owner),
                             card if named else None))  # fmt: skip
        found.append(Known(participant, tuple(seen), len(listed.get(participant, ())) - len(seen)))
    return found


def _operations(listed: Iterable[Listed]) -> list[str]:
    return list(dict.fromkeys(one.operation for one in listed))
