"""Pathways that are somewhere in the middle: played on the pure core, recorded, and then started in Temporal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from domain.commands import Command, Tick
from domain.events import Event
from domain.interpreter import State, advance
from domain.people import THE_SYSTEM
from domain.rules import Rules, canonical
from domain.script import Cast, Frame, story
from domain.simulation import Simulation
from domain.telling import command_of
from records import log, register
from service.publishing import programme_file, read_programme
from tests.stage import ELIGIBLE, OPERATION, Stage, person
from workflows import ports

CAST = Cast(
    {
        "sam.samordnare": ("team",),
        "siv.samordnare": ("team",),
        "pia.programansvarig": ("manager",),
        "ulf.utvecklingschef": ("manager",),
        "ham.handlaggare": ("referrer",),
        "ada.arbetsterapeut": ("assessor", "team"),
        "ali.arbetskonsulent": ("assessor", "provider"),
    }
)
INVENTORY = [
    f"record domain.{area}"
    for area in ("health", "social_situation", "functional_variation", "work_and_schooling", "labour_market")
]
TO_ACCEPTED = {0: ["refer"], 1: ["done acknowledge"], 3: ["decide eligibility accepted"]}
TO_PLAN = {**TO_ACCEPTED, 9: INVENTORY, 12: ["decide recommendation go_on"], 13: ["decide gate go_on"]}
TO_WORK = {**TO_PLAN, 15: ["done plan"]}
TO_EXIT = {**TO_WORK, 20: ["exit dropped_out"]}

# For every kind of command: what comes before, and the sentence that asks for it.
KINDS: dict[str, tuple[dict[int, list[Any]], Any]] = {
    "complete": ({0: ["refer"]}, "done acknowledge"),
    "decide": ({0: ["refer"], 1: ["done acknowledge"]}, "decide eligibility accepted"),
    "record": (TO_ACCEPTED, "record domain.health"),
    "fact": (TO_ACCEPTED, {"fact": "education", "value": "isced_3_4"}),
    "open": (TO_WORK, "open wellness"),
    "end": (TO_WORK, "end work_training illness"),
    "assign": (TO_WORK, "assign work_training ali.arbetskonsulent"),
    "change_owner": (TO_ACCEPTED, "owner siv.samordnare"),
    "contact": (TO_ACCEPTED, "contact"),
    "hours": (TO_WORK, "hours work_training 12.5"),
    "happen": ({0: ["refer"]}, "happen withdrawn"),
    "pause": (TO_WORK, "pause illness 30"),
    "resume": ({**TO_WORK, 18: ["pause illness 60"]}, "resume"),
    "correct": (TO_WORK, {"correct": "complex_problems", "value": False}),
    "exit": (TO_WORK, "exit work"),
    "reopen": (TO_EXIT, "reopen"),
}
DAYS_AGO = 25


@dataclass
class Begun:
    """One pathway in the middle, with all commands that were ever asked of it."""

    pathway: str
    rules: Rules
    simulation: Simulation
    frame: Frame
    start: date
    commands: dict[str, Command] = field(default_factory=dict)

    @property
    def state(self) -> State:
        """The state when it was begun."""
        assert self.simulation.state is not None
        return self.simulation.state

    def command(
        self,
        sentence: Any,
        *,
        id: str,  # noqa: A002 - the word everywhere else
        on: date | None = None,
        state: State | None = None,
    ) -> Command:
        """Return the command that a sentence means today or on another day, in the state of the beginning or later."""
        today = ((on or datetime.now(UTC).date()) - self.start).days
        told = story({"name": "now", "days": {today: [sentence]}})
        made = command_of(
            rules=self.rules, state=state or self.state, entry=told.entries[0], told=told, cast=CAST, frame=self.frame,
            start=self.start, id=id,
        )  # fmt: skip
        self.commands[id] = made
        return made


@cache
def koll() -> Rules:
    """The rules that begun pathways follow; reading the definition takes longer than playing a story."""
    return read_programme(programme_file("koll")).rules


async def begin(on: Stage, place: int, days: dict[int, list[Any]], *, start: bool = True) -> Begun:
    """Play a story up to yesterday, record it as it happened then, and start the workflow from the log."""
    rules = koll()
    first = datetime.now(UTC).date() - timedelta(days=DAYS_AGO)
    reserved = await register.reserve(
        on.pool, keys=on.keys.ring, referral=f"b-{place}", operation=OPERATION, programme="koll", person=person(place),
        unit="forsorjningsstod", referrer="ham.handlaggare", referred_on=first, now=datetime.now(UTC),
    )  # fmt: skip
    frame = Frame(
        reserved.pathway, "koll", OPERATION, f"b-{place}", str(reserved.participant), "forsorjningsstod", reserved.owner
    )
    begun = Begun(reserved.pathway, rules, Simulation(rules, reserved.pathway), frame, first)
    told = story({"name": str(place), "given": ELIGIBLE, "days": days})
    for index, entry in enumerate(told.entries):
        now = entry.instant(first)
        begun.simulation.advance_to(now)
        asked = command_of(
            rules=rules, state=begun.simulation.state, entry=entry, told=told, cast=CAST, frame=frame, start=first,
            id=f"prelude/{place}/{index}",
        )  # fmt: skip
        begun.simulation.do(asked, now)
        begun.commands[asked.id] = asked
    await log.append(on.pool, begun.simulation.batches, keys=on.keys.ring)
    if start:
        await on.office.start(begun.pathway, ports.PathwayInput(begun.pathway, canonical(rules), begun.state))
    return begun


def judged(begun: Begun, events: list[Event]) -> list[Event]:
    """Decide every recorded batch again on the pure core, at its own instant, and return what should be there."""
    state: State | None = None
    again: list[Event] = []
    place = 0
    while place < len(events):
        first = events[place]
        known = begun.commands.get(first.command_id)
        command = known or Tick(id=first.command_id, by=THE_SYSTEM)
        if known is not None and first.seq > begun.state.seq:
            command = known.model_copy(update={"not_after": None})
        made, state = advance(rules=begun.rules, state=state, command=command, now=first.recorded_at)
        again.extend(made)
        place += len(made)
    return again
