"""The policy's table of commands, tried on every programme: whatever an example does is asked by everybody once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from domain import commands as c
from domain.errors import Refusal
from domain.interpreter.state import Instance
from domain.people import Actor
from domain.policy import COMMANDS, MANAGER, Sender
from domain.rules import OWNER, Rules
from domain.script import story
from domain.simulation import Simulation
from domain.stories import cast_of, first_monday, frame_of
from domain.telling import command_of
from service.publishing import PROGRAMMES, read_programme

FILES = sorted(PROGRAMMES.glob("*.yaml"))
NAMED = "somebody.named"
Cell = tuple[str, str | None, str]


def instance_of(simulation: Simulation, command: c.Command) -> Instance | None:
    """Return the open step that a command is about."""
    state, step = simulation.state, getattr(command, "step", None)
    if state is None or step is None:
        return None
    paths = {step, *simulation.rules.by_name.get(step, ())}
    item, n = getattr(command, "item", None), getattr(command, "n", None)
    found = [
        one for one in state.open.values() if one.path in paths and item in (None, one.item) and n in (None, one.n)
    ]
    return found[0] if len(found) == 1 else None


def row_of(rules: Rules, command: c.Command, one: Instance | None) -> str:
    """Return the row of the table that a command stands in."""
    rule = rules.steps.get(one.path) if one is not None else None
    if isinstance(command, c.TakeRecord) and command.step is None:
        return "observe"
    if (
        isinstance(command, c.Complete | c.TakeRecord | c.EndStep | c.ReportHours)
        and rule is not None
        and rule.confirms
    ):
        return "confirm"
    return str(command.kind)


def senders(rules: Rules, simulation: Simulation) -> dict[str, Actor]:
    """Return one of each who may ask: by relation, by role, by nothing."""
    assert simulation.state is not None
    return {
        "owner": Actor(simulation.state.owner),
        "deputy": Actor("stands.in", (OWNER,)),
        **{role: Actor(f"some.{role}", (role,)) for role in {*rules.roles, MANAGER} - {OWNER}},
        "named": Actor(NAMED),
        "nobody": Actor("nobody"),
    }


def allowed(row: str, sender: str, *, by: str | None, happening: tuple[str, ...], rules: Rules) -> bool:
    """Return what the table says of a sender, told in the plainest way."""
    enough = COMMANDS[row]
    if sender == "named":
        return Sender.NAMED in enough
    role = OWNER if sender == "deputy" else sender
    return (
        (Sender.PROGRAMME in enough and role in rules.roles)
        or (Sender.STEP in enough and role == (by or OWNER))
        or (Sender.HAPPENING in enough and role in happening)
        or (role in (OWNER, MANAGER) and Sender(role) in enough)
    )


def asked_by_all(simulation: Simulation, command: c.Command, now: datetime, tried: set[Cell]) -> list[str]:
    """Let everybody ask for a command, each on a pathway of their own, and return what differs from the table."""
    rules, one = simulation.rules, instance_of(simulation, command)
    row = row_of(rules, command, one)
    if row == "refer" or Sender.SYSTEM in COMMANDS[row]:
        return []
    step = getattr(command, "step", None)
    menu = rules.steps[rules.by_name.get(command.step, (command.step,))[0]] if isinstance(command, c.OpenStep) else None
    by = menu.by if menu is not None else one.by if one is not None else None
    happening = rules.happenings[command.happening].by if isinstance(command, c.Happen) else ()
    about = step or getattr(command, "happening", None)
    wrong = []
    for sender, actor in senders(rules, simulation).items():
        own = replace(simulation, batches=list(simulation.batches))
        if (row, about, sender) in tried or (row == "assign" and actor.staff == getattr(command, "person", None)):
            continue
        if sender == "named" and Sender.NAMED in COMMANDS[row]:
            if one is None or one.person is not None:
                continue
            own.do(c.Assign(id="given", by=senders(rules, simulation)["owner"], step=one.path, item=one.item, n=one.n,
                            person=NAMED), now)  # fmt: skip
        tried.add((row, about, sender))
        try:
            own.do(command.model_copy(update={"id": "asked", "by": actor}), now)
            taken = True
        except Refusal as refusal:
            taken = refusal.code != "not_your_role"
        if taken is not allowed(row, sender, by=by, happening=happening, rules=rules):
            wrong.append(f"{row} {about} by {sender}: {'taken' if taken else 'refused'}")
    return wrong


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_is_kept_by_every_command_of_every_example(file: Path) -> None:
    programme = read_programme(file)
    rules, start = programme.rules, first_monday(programme.definition.effective)
    tried: set[Cell] = set()
    wrong: list[str] = []
    for example in programme.definition.examples:
        told, simulation = story(example.model_dump()), Simulation(rules, f"p-{example.name}")
        frame = frame_of(rules, "example")
        for place, entry in enumerate(told.entries):
            now = entry.instant(start)
            simulation.advance_to(now)
            command = command_of(
                rules=rules, state=simulation.state, entry=entry.plain, told=told, cast=cast_of(rules), frame=frame,
                start=start, id=f"{example.name}/{place}",
            )  # fmt: skip
            if entry.refused is None:
                wrong += asked_by_all(simulation, command, now, tried)
                simulation.do(command, now)

    assert wrong == []
    assert len(tried) > 10
