"""One pathway as a page needs it: the record, what follows from it now, and who may see the names."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from temporalio.service import RPCError

from domain.conditions import Finding, explain
from domain.errors import Refusal
from domain.interpreter import fold
from domain.policy import Purpose, Relation, may
from records import log, places, register, staff, views
from records.keys import KeyDestroyed
from service.seeing import demand, stands
from service.veiling import veiled_event, veiled_findings, veiled_shown
from service.who import actor, today
from service.wording import version_of
from workflows import ports

if TYPE_CHECKING:
    from datetime import datetime

    from domain.events import Event
    from domain.interpreter import State
    from domain.people import Actor, Channel
    from domain.rules import Rules
    from records.places import Standing
    from records.register import PersonCard
    from records.views import Shown
    from service.office import Office
    from service.wording import Words

PATIENCE = 1.0  # seconds: a page that waits longer for a detail is worse than one without it


@dataclass(frozen=True, slots=True)
class Page:
    """Everything of one pathway that the reader may see; ``card`` is None where that isn't who it is about.

    ``names`` are those of staff by id, ``units`` those of units. ``allowed`` is what the policy lets the reader see and
    do; what it doesn't is neither in the events nor in what is shown. ``unreadable``: the key is destroyed, so that
    there are events without what was sealed, and no state.

    ``waiting`` counts events that are accepted and not yet recorded; None where the pathway couldn't be asked.
    """

    shown: Shown
    state: State | None
    rules: Rules | None
    events: tuple[Event, ...]
    inserted: dict[int, datetime]
    words: Words | None
    reader: Actor
    names: dict[str, str]
    units: dict[str, str]
    answers: str | None
    eligible: tuple[Finding, ...] = ()
    places: tuple[Standing, ...] = ()
    card: PersonCard | None = field(default=None, repr=False)
    waiting: int | None = None
    standing: frozenset[Relation] = frozenset()
    allowed: frozenset[Purpose] = frozenset()
    unreadable: bool = False
    protection: str = "none"

    def demand(self, purpose: Purpose) -> None:
        """Refuse a reader who may not. Raises Refusal: not_for_you, another_unit, protected_data."""
        demand(purpose, self.standing, protection=self.protection)


async def page(
    office: Office, pathway: str, *, staff_id: str, now: datetime, language: str, channel: Channel = "cli"
) -> Page:
    """Return a page. Raises Refusal: pathway_unknown, staff_unknown, not_for_you, another_unit."""
    pool = office.pool
    shown = await views.show(pool, pathway, now=now)
    if shown is None:
        raise Refusal("pathway_unknown")
    listed = shown.pathway
    reader = await actor(pool, staff_id, operation=listed.operation, pathway=pathway, channel=channel)
    responsible = {step["person"] for step in shown.steps if step["status"] == "open" and step["person"]}
    standing = stands(reader, listed, responsible)
    demand(Purpose.PAGE, standing)
    events, unreadable = await readable(office, pathway)
    state = None if unreadable else fold(pathway, events)
    rules, words = await _rules(office, shown.rules, language)
    cards = await register.cards(pool, [pathway])
    card = cards.get(pathway)
    protection = card.protection if card is not None else "none"
    allowed = frozenset(purpose for purpose in Purpose if may(purpose, standing, protection=protection))
    eligible = [explain(rule, state) for rule in rules.eligible] if rules is not None and state is not None else []
    inserted = {batch.first_seq: batch.inserted_at for batch in await log.batches_of(pool, pathway)}
    return Page(
        shown=veiled_shown(shown, allowed), state=state, rules=rules, inserted=inserted, words=words, reader=reader,
        events=tuple(veiled_event(event, allowed) for event in events), protection=protection,
        names=await names_of(office), units={one.id: one.name for one in await staff.units(pool)},
        answers=await staff.resolve_owner(pool, listed.owner, on=today()),
        eligible=veiled_findings(eligible, allowed, words), places=tuple(await places.of(pool, pathway)),
        card=card if Purpose.NAME in allowed else None, standing=standing, allowed=allowed,
        waiting=await waiting(office, pathway, listed.last_seq),
        unreadable=unreadable,
    )  # fmt: skip


async def readable(office: Office, pathway: str) -> tuple[list[Event], bool]:
    """Return a pathway's events, and whether what was sealed in them is lost with its key."""
    try:
        return await log.load(office.pool, pathway, keys=office.keys), False
    except KeyDestroyed:
        return await log.load_coded(office.pool, pathway), True


async def _rules(office: Office, version: str | None, language: str) -> tuple[Rules | None, Words | None]:
    if version is None:
        return None, None
    known = await version_of(office.pool, version, language)
    return known.rules, known.words


async def names_of(office: Office) -> dict[str, str]:
    """Return the names of staff by id."""
    return {one.id: one.name for one in await staff.everybody(office.pool)}


async def progress(office: Office, pathway: str, *, patience: float = PATIENCE) -> ports.Standing | None:
    """Ask a pathway's workflow how far it is; None when it doesn't run or nobody answers in time."""
    handle = office.client.get_workflow_handle(ports.WORKFLOW_ID.format(pathway))
    try:
        async with asyncio.timeout(patience):
            found: ports.Standing = await handle.query(ports.RECORDED, result_type=ports.Standing)
            return found
    except (RPCError, TimeoutError, RuntimeError):
        return None


async def waiting(office: Office, pathway: str, recorded: int) -> int | None:
    """Return how many events are accepted and not in the record yet; None when it can't be asked."""
    asked = await progress(office, pathway)
    return None if asked is None else max(0, asked.decided - recorded)
