"""What tests of migrations share: a small programme, its changes, and a move that is checked and taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from domain.commands import Command, Complete, Decide, Migrate, Resume, UndoMigration
from domain.events import Event, EventType
from domain.interpreter import State, fold
from domain.migration.reading import read_mapping
from domain.people import Actor
from domain.rules import Rules, canonical
from domain.simulation import Simulation
from tests.unit.small import MONDAY, rules_of

MANAGER = Actor("manager_one", ("manager",), "demo")

OLD = """
intake:
  ~
  steps:
    talk: {~, by: owner, due: 1 week}
    gate: {~, by: manager, after: talk, due: 2 weeks, decide: {go: {~}, stop: {exit: returned, ~}}}
work:
  ~
  after: gate.go
  steps:
    plan: {~, by: owner, due: 10 days}
    train: {~, by: team, after: plan, due: 3 months, hours: true}
    course: {~, by: team, after: plan, choose: 3, due: 1 month}
    end: {~, by: owner, after: train, due: 1 week, decide: {job: {exit: work, ~}}}
"""
TO_WORK: dict[int, list[Any]] = {1: ["done talk"], 2: ["decide gate go"]}
TO_TRAIN = {**TO_WORK, 5: ["done plan"]}


def changed(*pairs: tuple[str, str]) -> Rules:
    text = OLD
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return rules_of(text)


def moved(story: Simulation, new: Rules, mapping: str = "", *, on: int = 30) -> list[Event]:
    """Migrate a story's pathway on a day, and check that the whole log still folds to its state."""
    read = read_mapping(mapping, story.rules, new)
    now = story_time(on)
    story.advance_to(now)
    before = state_of(story)
    old = story.rules
    command = Migrate(id=f"migrate/{new.hash}", by=MANAGER, rules=canonical(new), mapping=read)
    events = story.do(command, now)
    assert [event.type for event in events].count(EventType.MIGRATED) == 1
    assert fold(story.pathway, story.events) == story.state
    assert story.rules.hash == new.hash
    assert {event.rules for event in events} == {new.hash}
    taken_back(story, before, old, now)
    return events


def taken_back(story: Simulation, before: State, old: Rules, now: datetime) -> None:
    """Check on a copy that the migration can be taken back at once, to an equal state."""
    again = Simulation(story.rules, story.pathway, state=story.state, batches=list(story.batches))
    again.do(UndoMigration(id="undo", by=MANAGER, rules=canonical(old)), now)
    assert plain(again.state) == plain(before)
    assert fold(again.pathway, again.events) == again.state


def plain(state: State | None) -> State:
    """Return what a state means: without its numbers of commands and events."""
    assert state is not None
    return replace(state, seq=0, commands={}, undo=None)


def story_time(day: int) -> datetime:
    return datetime.combine(MONDAY + timedelta(days=day), time(12), UTC)


def state_of(story: Simulation) -> State:
    assert story.state is not None
    return story.state


def open_steps(story: Simulation) -> dict[str, date | None]:
    return {key: one.due_on for key, one in state_of(story).open.items() if key != "watch#1"}


def done(story: Simulation, step: str, outcome: str | None = None) -> Command:
    state = state_of(story)
    one = next(each for each in state.open.values() if each.path.rsplit(".", 1)[-1] == step)
    by = Actor(state.owner, ("manager", "team"), "demo")
    if outcome:
        return Decide(id=f"d/{state.seq}", by=by, step=one.path, outcome=outcome, reason="so")
    return Complete(id=f"c/{state.seq}", by=by, step=one.path)


def resume() -> Command:
    return Resume(id="resume", by=MANAGER)


AROUND = (
    rules_of("""
intake:
  ~
  steps:
    talk: {~, by: owner, due: 1 week}
    gate: {~, by: manager, after: talk, due: 2 weeks, decide: {go: {~}, stop: {exit: returned, ~}}}
work:
  ~
  after: gate.go
  steps:
    plan: {~, by: owner, due: 10 days}
    inner:
      ~
      after: plan
      steps:
        train: {~, by: team, due: 3 months, hours: true}
        report: {~, by: team, after: train, due: 2 weeks}
        course: {~, by: team, choose: 3, due: 1 month}
    end: {~, by: owner, after: inner, due: 1 week, decide: {job: {exit: work, ~}}}
"""),
    "steps: {work.train: work.inner.train, work.course: work.inner.course}",
)
"""A version with a new stage around work training, and its mapping."""
