"""What must not matter, over every programme that ships: the order of independent things, saying a thing twice, a pause
that ends at once, and whether a correction comes early or late.

States are compared by what they mean: numbers of events and commands, which only say in which order things came, are
left out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from domain import commands as c
from domain.calendar import add, local_day
from domain.errors import Refusal
from domain.interpreter import State, advance
from domain.interpreter.dues import span
from domain.people import Actor
from domain.possible import Possible, possible
from domain.rules import WATCH, Rules
from domain.simulation import Simulation
from service.publishing import PROGRAMMES, read_programme
from tests.unit.walk import Coverage, Walk

TOUR = "example-small"  # ten lines for the guide: too little happens in them
SHIPPED = sorted(path.stem for path in PROGRAMMES.glob("*.yaml") if path.stem != TOUR)
SEEDS = 25
NUMBERS = {"seq", "opened_seq", "closed_seq", "cause_seq", "extended", "first_seq", "commands", "undo", "n_seq"}


def meaning(state: State) -> Any:
    """Return what a state means: without the numbers of its events and commands; what has come true, as names."""
    plain = asdict(state)
    plain["seen"] = sorted(plain["seen"])
    return _without(plain)


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without(item) for key, item in value.items() if key not in NUMBERS}
    if isinstance(value, list | tuple):
        return [_without(item) for item in value]
    return value


def rules_of(name: str) -> Rules:
    return read_programme(PROGRAMMES / f"{name}.yaml").rules


def somewhere(rules: Rules, seed: int) -> Walk:
    """Return somebody somewhere in a programme."""
    random = Random(seed)
    walk = Walk(rules, random, Coverage())
    walk.run(random.randrange(5, 35))
    walk._let_time_decide()
    return walk


def after(walk: Walk, *commands: c.Command) -> State:
    """Return the state after commands, asked one after another at this instant. Raises Refusal."""
    state = walk.state
    for command in commands:
        state = advance(rules=walk.rules, state=state, command=command, now=walk.now)[1]
    return state


def offers(walk: Walk) -> list[tuple[Actor, Possible]]:
    """Return all that somebody can do now."""
    actors = [walk.cast.actor(staff) for staff in [*walk.cast.roles, walk.state.owner]]
    return [
        (actor, one)
        for actor in actors
        for one in possible(walk.rules, walk.state, actor, walk.now)
        if one.why_not is None
    ]


def about(one: Possible, command: c.Command) -> str:
    """Return what a command is about; commands about different things are independent of each other."""
    match command:
        case c.RecordFact():
            return f"fact {command.fact}"
        case c.Assign():
            return f"assign {one.key}"
        case c.ReportHours():
            return f"hours {one.key}"
        case _:
            return command.kind


INDEPENDENT = ("fact", "assign", "hours", "contact")


@pytest.mark.parametrize("name", SHIPPED)
class TestIndependentThings:
    def test_give_the_same_in_any_order(self, name: str) -> None:
        rules = rules_of(name)
        tried: Counter[str] = Counter()
        for seed in range(SEEDS):
            walk = somewhere(rules, seed)
            found: dict[str, c.Command] = {}
            for actor, one in offers(walk):
                if one.kind in INDEPENDENT and (command := walk._command(one, actor)) is not None:
                    found.setdefault(about(one, command.model_copy(update={"occurred_on": None})), command)
            chosen = list(found.values())
            walk.random.shuffle(chosen)
            chosen = chosen[:4]
            orders = [chosen, chosen[::-1], walk.random.sample(chosen, len(chosen))]
            try:
                first, *others = [meaning(after(walk, *order)) for order in orders]
            except Refusal:
                continue  # a day before the referral, a month outside: refused in any order
            assert all(other == first for other in others), (name, seed, [str(one) for one in chosen])
            tried.update(command.kind for command in chosen)
        assert not [kind for kind in ("fact", "contact", "assign") if not tried[kind]], tried

    def test_parts_of_a_group_complete_it_in_any_order(self, name: str) -> None:
        rules = rules_of(name)
        tried = 0
        for seed in range(SEEDS):
            walk = somewhere(rules, seed)
            parts: dict[str, list[c.Command]] = {}
            for actor, one in offers(walk):
                if one.item and one.kind in ("complete", "record") and one.key:
                    rule = rules.steps[one.step or ""]
                    if rule.enough is None and (command := walk._command(one, actor)) is not None:
                        path = parts.setdefault(one.key.partition("[")[0], [])
                        if all(getattr(other, "item", None) != one.item for other in path):
                            path.append(command.model_copy(update={"occurred_on": None}))
            for commands in parts.values():
                if len(commands) > 1:
                    same = [meaning(after(walk, *order)) for order in (commands, commands[::-1])]
                    assert _sorted(same[0]) == _sorted(same[1]), (name, seed)
                    tried += 1
        grouped = [rule for rule in rules.steps.values() if len(rule.items) > 1 and rule.enough is None]
        assert tried or not grouped


def _sorted(state: Any) -> Any:
    """Leave out in which order records of one name were taken on one day."""
    records = {name: sorted(map(str, entries)) for name, entries in state["records"].items()}
    return {**state, "records": records}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_thing_that_is_said_twice_changes_nothing_more(name: str) -> None:
    rules = rules_of(name)
    outcomes: Counter[str] = Counter()
    for seed in range(SEEDS):
        walk = somewhere(rules, seed)
        for actor, one in offers(walk):
            if one.kind not in ("complete", "decide", "record", "fact", "contact", "pause", "resume", "exit", "happen"):
                continue
            if (one.kind == "record" and one.step is None) or one.kind == "happen":
                continue  # two observations on one day are two; a relapse may come twice
            command = walk._command(one, actor)
            if command is None:
                continue
            try:
                once = after(walk, command)
            except Refusal:
                continue
            again = command.model_copy(update={"id": f"{command.id}-again"})
            try:
                twice = advance(rules=rules, state=once, command=again, now=walk.now)[1]
            except Refusal as refusal:
                outcomes[refusal.code] += 1
                continue
            assert _current(twice) == _current(once), (name, seed, str(command))
            outcomes[f"same {command.kind}"] += 1
    assert outcomes["already_done"], outcomes
    assert outcomes["same contact"], outcomes


def _current(state: State) -> Any:
    """Return what holds now: of facts the latest, of happenings that they took place."""
    plain = meaning(state)
    plain["facts"] = {name: values[-1]["value"] for name, values in plain["facts"].items()}
    return plain


@pytest.mark.parametrize("name", SHIPPED)
def test_a_pause_that_ends_at_once_moves_nothing_but_the_watch(name: str) -> None:
    rules = rules_of(name)
    tried = 0
    for seed in range(SEEDS):
        walk = somewhere(rules, seed)
        state = walk.state
        if state.exit is not None or state.paused is not None:
            continue
        by = walk.cast.actor("manager_one")
        until = local_day(walk.now) + timedelta(days=20)
        pause = c.Pause(id="p", by=by, reason=rules.watch.pause_reasons[0], resume_by=until)
        both = after(walk, pause, c.Resume(id="r", by=by))

        expected, found = meaning(state), meaning(both)
        watch = next(key for key, one in state.open.items() if one.path == WATCH)
        moved = found["open"].pop(watch)
        expected["open"].pop(watch)
        assert found == expected, (name, seed)
        assert moved["due_on"] == add(local_day(walk.now), span(rules.watch.every))
        tried += 1
    assert tried > SEEDS // 5


@pytest.mark.parametrize("name", SHIPPED)
def test_milestones_are_the_same_whether_a_correction_comes_early_or_late(name: str) -> None:
    rules = rules_of(name)
    tried = 0
    for seed in range(SEEDS):
        walk = somewhere(rules, seed)
        if walk.state.exit is not None:
            continue
        for record in rules.records:
            wrong, right = walk._values(record), walk._values(record)
            if not wrong or wrong == right:
                continue
            early, late = (_corrected(walk, record, wrong, right, days=days) for days in (0, 25))
            if early is None or late is None:
                continue
            assert sorted(early.reached) == sorted(late.reached), (name, seed, record)
            assert early.observed(record) == late.observed(record)
            tried += 1
    assert tried > SEEDS // 5


def _corrected(walk: Walk, record: str, wrong: dict[str, Any], right: dict[str, Any], *, days: int) -> State | None:
    """Return the state some time after a record that was wrong and was corrected some days later, or never taken."""
    by = Actor("owner_one", tuple(walk.rules.roles), "demo")
    later = Simulation(walk.rules, walk.pathway, state=walk.state)
    try:
        later.do(c.TakeRecord(id="wrong", by=by, record=record, values=wrong), walk.now)
        assert later.state is not None
        of = later.state.records[record][-1].seq
        at: datetime = walk.now + timedelta(days=days)
        later.do(c.Correct(id="right", by=by, of=of, changes=right, reason="fel"), at)
        later.advance_to(walk.now + timedelta(days=26))
    except Refusal:
        return None
    return later.state
