"""Pathways through Koll that are played today with real commands, one after another, in Temporal.

A pathway is let come to rest before the next command, so that the same sentences always give the same commands of the
workflow; only where sentences stand in a list of their own are they sent at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from temporalio.api.enums.v1 import WorkflowExecutionStatus
from temporalio.client import WorkflowHistory

from domain.commands import Command, Migrate, Reenter, UndoMigration
from domain.format.compiling import compile_text
from domain.people import THE_SYSTEM
from domain.rules import canonical, parse
from domain.script import Frame, story
from domain.telling import command_of
from records.keys import DataKey
from service.answers import Recorded
from service.publishing import Programme, programme_file, publish
from tests.server.begun import CAST, INVENTORY, begin, koll
from tests.server.working import until
from tests.stage import Stage
from workflows import ports

ACCEPTED = ["done acknowledge", "decide eligibility accepted"]
GATE = [*ACCEPTED, *INVENTORY, "decide recommendation go_on"]
WORKING = [*GATE, "decide gate go_on", "done plan"]
FOLLOWED = ["done exit_data", "done six_months"]
REENTER, MIGRATE, UNDO = "reenter", "migrate", "undo"  # commands that no sentence stands for
JUST_STARTED = 3  # events until the first task is done; Temporal lets a new run wait when its predecessor was short
NO_FRAME = Frame("", "", "", "", "", "", "")  # only a referral needs one


@dataclass(frozen=True)
class Scenario:
    """One pathway: what is asked of it after its referral, which is today or, for ``late``, 25 days ago."""

    name: str
    sentences: Sequence[Any]
    late: bool = False


SMALL = Scenario(
    "small",
    [*ACCEPTED, "contact", "pause illness 30", "resume", "owner siv.samordnare", "exit registered_in_error"],
)
"""Played again by a test, to compare what the code of today does; at least one of each command to Temporal."""

SCENARIOS = (
    SMALL,
    Scenario(
        "work",
        [
            *WORKING, "assign work_training ali.arbetskonsulent", "hours work_training 12.5",
            "end work_training illness", "decide way_forward work", *FOLLOWED,
        ],
    ),
    Scenario("studies", [*WORKING, "open wellness", "done work_training", "decide way_forward studies", *FOLLOWED]),
    Scenario(
        "preparatory_measures",
        [
            *WORKING, {"record": "activity_level", "hours_per_week": 10, "environment": "adapted"},
            "decide way_forward preparatory", *FOLLOWED,
        ],
    ),
    Scenario(
        "returned",
        [*GATE, "decide gate return", "reopen", "decide gate return", "done received", REENTER],
    ),
    Scenario("declined", ["done acknowledge", {"decide": "eligibility declined", "coded_reason": "no_places"}]),
    Scenario("withdrawn", ["happen withdrawn"]),
    Scenario("dropped_out", [*WORKING, "pause illness 30", "resume", "exit dropped_out", "reopen", "exit dropped_out"]),
    Scenario("moved_or_died", [*ACCEPTED, "contact", "exit moved_or_died", "end exit_data died", "end six_months died"]),
    Scenario("registered_in_error", [*WORKING, "exit registered_in_error"]),
    Scenario(
        "corrected",
        [
            *ACCEPTED, {"fact": "education", "value": "isced_3_4"}, {"correct": "education", "value": "isced_5_8"},
            {"correct": "complex_problems", "value": False}, "exit withdrawn",
        ],
    ),
    Scenario("woken", ["happen withdrawn", "reopen", *WORKING, "exit dropped_out"]),
    Scenario("late", [*WORKING, "owner siv.samordnare", "exit dropped_out", *FOLLOWED], late=True),
    Scenario(
        "moved",
        [*WORKING, MIGRATE, UNDO, MIGRATE, "contact", "done work_training", "decide way_forward studies", *FOLLOWED],
    ),
    Scenario("crowded", [*WORKING, *([["contact"] * 9] * 6), "exit dropped_out", *FOLLOWED]),
)  # fmt: skip
LONG = frozenset(one.name for one in SCENARIOS) - {"small", "declined", "withdrawn"}
"""Those that go beyond intake, and not only because of it."""


@dataclass
class Played:
    """One pathway, with the first runs of its chains (a closed pathway that is woken begins another)."""

    on: Stage
    pathway: str
    firsts: list[str] = field(default_factory=list)
    asked: int = 0

    @property
    def workflow_id(self) -> str:
        """The workflow's id."""
        return ports.WORKFLOW_ID.format(self.pathway)

    async def ask(self, sentences: Sequence[Any]) -> None:
        """Ask at once what sentences mean today, and let the pathway come to rest."""
        commands = [await self._command(each) for each in sentences]
        answers = await asyncio.gather(*(self.on.office.send(self.pathway, each) for each in commands))
        for sentence, answer in zip(sentences, answers, strict=True):
            if not isinstance(answer, Recorded):
                raise RuntimeError(f"{sentence}: {answer}")  # noqa: TRY004 - no wrong type, but a wrong answer
        await self.rest()

    async def rest(self) -> None:
        """Wait until nothing is under way."""
        await until(self._rests)

    async def runs(self) -> list[WorkflowHistory]:
        """Return the histories of all runs, the first first."""
        found: list[WorkflowHistory] = []
        for first in self.firsts:
            run = first
            while run:
                found.append(await self.on.client.get_workflow_handle(self.workflow_id, run_id=run).fetch_history())
                run = found[-1].events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id
        return found

    async def key(self) -> DataKey:
        """Return the key that its payloads are written with."""
        return await self.on.keys.for_pathway(self.pathway)

    async def _rests(self) -> bool:
        raw = (await self.on.client.get_workflow_handle(self.workflow_id).describe()).raw_description
        info = raw.workflow_execution_info
        if info.first_run_id not in self.firsts:
            self.firsts.append(info.first_run_id)
        if info.status != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING:
            return True
        begun = info.history_length > JUST_STARTED
        return begun and not raw.pending_activities and not raw.HasField("pending_workflow_task")

    async def _command(self, sentence: Any) -> Command:
        self.asked += 1
        command_id = f"{self.pathway}/{self.asked}"
        if sentence == REENTER:
            return Reenter(id=command_id, by=THE_SYSTEM, pathway="later")
        if sentence == MIGRATE:
            return Migrate(id=command_id, by=CAST.actor("pia.programansvarig"), rules=canonical(next_version().rules))
        if sentence == UNDO:
            return UndoMigration(id=command_id, by=CAST.actor("pia.programansvarig"), rules=canonical(koll()))
        state, rules = await self.on.office.state_of(self.pathway)
        told = story({"name": "today", "days": {0: [sentence]}})
        return command_of(
            rules=parse(rules), state=state, entry=told.entries[0], told=told, cast=CAST, frame=NO_FRAME,
            start=datetime.now(UTC).date(), id=command_id,
        )  # fmt: skip


@cache
def next_version() -> Programme:
    """Return a version of Koll in which work training may take longer."""
    text = programme_file("koll").read_text("utf-8").replace("due: 12 months", "due: 14 months")
    rules, definition, _ = compile_text(text)
    return Programme(rules, definition, text)


async def play(on: Stage, place: int, scenario: Scenario) -> Played:
    """Play a scenario with test person ``place``, from the referral to its end."""
    if scenario.late:
        played = Played(on, (await begin(on, place, {0: ["refer"]})).pathway)
    else:
        answer = await on.refer(place)
        if not isinstance(answer, Recorded):
            raise RuntimeError(f"refer: {answer}")
        played = Played(on, answer.pathway)
    await played.rest()
    if MIGRATE in scenario.sentences:
        far = on.starts + timedelta(days=3650)  # nobody else is referred into it
        await publish(on.pool, next_version(), by="test", now=datetime.now(UTC), effective=far)
    for sentence in scenario.sentences:
        await played.ask(sentence if isinstance(sentence, list) else [sentence])
    return played
