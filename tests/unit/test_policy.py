"""A test for each cell of the policy: every purpose and relation, every command and sender."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

from domain import commands as c
from domain.errors import Refusal
from domain.format.compiling import compile_text
from domain.interpreter import State
from domain.people import SYSTEM, THE_SYSTEM, Actor
from domain.policy import CLOSE, COMMANDS, MANAGER, MAY, PROTECTED, Purpose, Relation, Sender, may, relations
from domain.possible import possible
from domain.rules import OWNER, Rules, canonical
from domain.script import story
from domain.simulation import Simulation
from domain.stories import play

MONDAY = date(2025, 3, 3)
KOLL = Path("programmes/koll.yaml").read_text("utf-8")
GIVEN = {"assistance": "long_term", "complex_problems": True, "birth_date": "1980-05-05"}
DOMAINS = ("health", "social_situation", "functional_variation", "work_and_schooling", "labour_market")
Days = dict[int, list[Any]]
ENTERED: Days = {1: ["done acknowledge"], 3: ["decide eligibility accepted"]}
ASSESSED: Days = {**ENTERED, 9: [f"record domain.{name}" for name in DOMAINS]}
PLANNED: Days = {**ASSESSED, 12: ["decide recommendation go_on"], 13: ["decide gate go_on"], 20: ["done plan"]}
RETURNED: Days = {**ASSESSED, 12: ["decide recommendation return"], 13: ["decide gate return"]}
PAUSED: Days = {**PLANNED, 22: ["pause illness 20"]}
LEFT: Days = {**PLANNED, 22: [{"exit": "dropped_out", "reason": "skäl"}]}
NAMED = "somebody.named"


@cache
def koll(changed: bool = False) -> Rules:
    text = KOLL.replace("due: 12 months", "due: 11 months") if changed else KOLL
    return compile_text(text)[0]


@dataclass(frozen=True)
class Case:
    """A command that everything but its sender speaks for: after which days, on which step, and how it is asked."""

    days: Days
    ask: Callable[[dict[str, Any]], Any]
    step: str | None = None
    item: str | None = None
    by: str | None = None
    named: tuple[str, ...] = ()
    offered: str | None = None


def _self(asked: dict[str, Any]) -> c.Command:
    return c.Assign(**asked, step="work_training", person=asked["by"].staff)


TRAINING: dict[str, Any] = {"step": "work_training", "by": "provider"}
CASES: dict[str, Case] = {
    "complete": Case(PLANNED, lambda asked: c.Complete(**asked, step="work_training"), **TRAINING),
    "record": Case(
        ENTERED,
        lambda asked: c.TakeRecord(
            **asked, record="inventory", step="domain", item="health", values={"rating": "resource"}
        ),
        "domain", "health", "assessor",
    ),
    "end": Case(PLANNED, lambda asked: c.EndStep(**asked, step="work_training", coded_reason="own_wish"), **TRAINING),
    "hours": Case(
        PLANNED, lambda asked: c.ReportHours(**asked, step="work_training", month="2025-03", hours=8), **TRAINING
    ),
    "claim": Case(PLANNED, _self, **TRAINING, offered="assign"),
    "confirm": Case(
        RETURNED, lambda asked: c.Complete(**asked, step="received"), "received", by="referrer", offered="complete"
    ),
    "decide": Case(
        ASSESSED, lambda asked: c.Decide(**asked, step="recommendation", outcome="go_on", reason="skäl"),
        "recommendation", by="team",
    ),
    "open": Case(PLANNED, lambda asked: c.OpenStep(**asked, step="wellness"), by="provider"),
    "assign": Case(PLANNED, lambda asked: c.Assign(**asked, step="work_training", person="another"), **TRAINING),
    "observe": Case(
        PLANNED,
        lambda asked: c.TakeRecord(
            **asked, record="activity_level", values={"hours_per_week": 4, "environment": "adapted"}
        ),
        offered="record",
    ),
    "fact": Case(PLANNED, lambda asked: c.RecordFact(**asked, fact="gender", value="man")),
    "contact": Case(PLANNED, lambda asked: c.Contact(**asked)),
    "correct": Case(
        PLANNED, lambda asked: c.Correct(**asked, of=1, day=MONDAY - timedelta(days=1), reason="skäl")
    ),
    "happen": Case(PLANNED, lambda asked: c.Happen(**asked, happening="withdrawn"), named=("referrer",)),
    "change_owner": Case(PLANNED, lambda asked: c.ChangeOwner(**asked, owner="another")),
    "pause": Case(PLANNED, lambda asked: c.Pause(**asked, reason="illness", resume_by=MONDAY + timedelta(days=50))),
    "resume": Case(PAUSED, lambda asked: c.Resume(**asked)),
    "exit": Case(PLANNED, lambda asked: c.Exit(**asked, exit="work", reason="skäl")),
    "reopen": Case(LEFT, lambda asked: c.Reopen(**asked, reason="skäl")),
    "migrate": Case(PLANNED, lambda asked: c.Migrate(**asked, rules=canonical(koll(changed=True)))),
    "undo_migration": Case(PLANNED, lambda asked: c.UndoMigration(**asked, rules=canonical(koll()))),
    "reenter": Case(LEFT, lambda asked: c.Reenter(**asked, pathway="later")),
    "take_over": Case(PLANNED, lambda asked: c.TakeOver(**asked)),
    "tick": Case(PLANNED, lambda asked: c.Tick(**asked)),
}  # fmt: skip
SENDERS: dict[str, Actor] = {
    "owner": Actor("owner_one"),
    "deputy of the owner": Actor("stands.in", (OWNER,)),
    **{role: Actor(f"some.{role}", (role,)) for role in koll().roles if role != OWNER},
    "named": Actor(NAMED),
    "system": THE_SYSTEM,
    "nobody": Actor("nobody"),
}
NOON = datetime.combine(MONDAY + timedelta(days=24), time(12), UTC)


def prepared(command: str) -> Simulation:
    """Return a pathway at which a command can be sent, the step given to somebody by name."""
    case = CASES[command]
    told = story({"name": "one", "given": GIVEN, "days": {0: ["refer"], **case.days}})
    simulation = play(koll(), told, start=MONDAY)
    simulation.advance_to(NOON)
    owner = Actor("owner_one")
    if Sender.NAMED in COMMANDS[command]:
        at: dict[str, Any] = {"step": case.step, "item": case.item}
        simulation.do(c.Assign(id="given", by=owner, person=NAMED, **at), NOON)
    if command == "undo_migration":
        manager = Actor("some.manager", (MANAGER,))
        simulation.do(c.Migrate(id="moved", by=manager, rules=canonical(koll(changed=True))), NOON)
    return simulation


def allowed(command: str, sender: str) -> bool:
    """Return what the table says of a sender: it is told here once more, in the plainest way."""
    enough, case = COMMANDS[command], CASES[command]
    if sender == "named":
        return Sender.NAMED in enough
    if sender in ("system", "nobody"):
        return sender == SYSTEM and Sender.SYSTEM in enough
    role = OWNER if sender == "deputy of the owner" else sender
    return (
        Sender.PROGRAMME in enough
        or (Sender.STEP in enough and role == case.by)
        or (Sender.HAPPENING in enough and role in case.named)
        or (role in (OWNER, MANAGER) and Sender(role) in enough)
    )


@pytest.fixture(scope="module")
def pathways() -> dict[str, Simulation]:
    return {command: prepared(command) for command in CASES}


class TestCommands:
    def test_are_all_in_the_table_and_all_tried(self) -> None:
        kinds = {get_args(each.model_fields["kind"].annotation)[0] for each in get_args(get_args(c.Command)[0])}

        assert kinds - {"refer"} == set(COMMANDS) - {"claim", "confirm", "observe"}
        assert set(CASES) == set(COMMANDS)

    @pytest.mark.parametrize("sender", SENDERS)
    @pytest.mark.parametrize("command", COMMANDS)
    def test_are_taken_from_those_whom_the_table_names(
        self, command: str, sender: str, pathways: dict[str, Simulation]
    ) -> None:
        before = pathways[command]
        simulation = replace(before, batches=list(before.batches))
        asked = CASES[command].ask({"id": "asked", "by": SENDERS[sender]})

        if allowed(command, sender):
            simulation.do(asked, NOON)
        else:
            with pytest.raises(Refusal) as refused:
                simulation.do(asked, NOON)
            assert refused.value.code == "not_your_role"

    @pytest.mark.parametrize("sender", SENDERS)
    @pytest.mark.parametrize("command", [name for name, case in CASES.items() if Sender.SYSTEM not in COMMANDS[name]])
    def test_are_offered_to_the_same(self, command: str, sender: str, pathways: dict[str, Simulation]) -> None:
        if command in ("migrate", "undo_migration"):
            return  # never of one pathway's page
        case, simulation = CASES[command], pathways[command]
        state: State | None = simulation.state
        assert state is not None
        if command == "claim":  # what is given to somebody is not there to be claimed
            state = replace(state, open={key: replace(one, person=None) for key, one in state.open.items()})
        kind = case.offered or command
        offers = [
            one
            for one in possible(simulation.rules, state, SENDERS[sender], NOON)
            if one.kind == kind
            and (case.step is None or (one.step or "").endswith(case.step))
            and (kind != "record" or (one.step is None) is (command == "observe"))
            and (case.item in (None, one.item))
            and (kind != "assign" or bool(one.choices) is (command == "claim"))
        ]

        # Whoever may give the work to anybody is offered that; a claim is for those who may not. A decision is claimed
        # by nobody else than its role, which is another step.
        expected = sender == case.by if command == "claim" else allowed(command, sender)
        assert bool(offers) is expected


class TestPurposes:
    @pytest.mark.parametrize("protection", ["none", "marked"])
    @pytest.mark.parametrize("relation", Relation)
    @pytest.mark.parametrize("purpose", Purpose)
    def test_are_for_those_whom_the_table_names(self, purpose: Purpose, relation: Relation, protection: str) -> None:
        hidden = protection != "none" and purpose in PROTECTED

        verdict = may(purpose, frozenset({relation}), protection=protection)

        assert bool(verdict) is (relation in (CLOSE if hidden else MAY[purpose]))
        assert bool(verdict.why) is not bool(verdict)

    def test_are_for_nobody_without_a_relation(self) -> None:
        assert not any(may(purpose, frozenset()) for purpose in Purpose)

    def test_say_that_it_is_another_units_person(self) -> None:
        assert may(Purpose.PAGE, frozenset({Relation.OTHER_UNIT})).why == "another_unit"
        assert may(Purpose.WORDS, frozenset({Relation.OTHER_UNIT})).why == "not_for_you"


class TestRelations:
    @pytest.mark.parametrize(
        ("roles", "how", "expected"),
        [
            ({OWNER}, {}, {Relation.OWNER}),
            (set(), {"owner": True}, {Relation.OWNER}),
            ({MANAGER}, {}, {Relation.MANAGER}),
            (set(), {"responsible": True}, {Relation.RESPONSIBLE}),
            ({"referrer"}, {}, {Relation.OTHER_UNIT}),
            ({"referrer"}, {"same_unit": True}, {Relation.REFERRER}),
            (set(), {"referrer": True}, {Relation.REFERRER}),
            (set(), {"same_unit": True}, set()),
            ({"assessor"}, {}, {Relation.TEAM}),
            ({"operations"}, {}, {Relation.OPERATIONS}),
            ({"assessor", "referrer", MANAGER}, {}, {Relation.TEAM, Relation.OTHER_UNIT, Relation.MANAGER}),
            (set(), {}, set()),
        ],
    )
    def test_follow_from_roles_and_from_who_it_is(
        self, roles: set[str], how: dict[str, bool], expected: set[Relation]
    ) -> None:
        assert relations(frozenset(roles), **how) == expected
