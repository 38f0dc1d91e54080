"""Random walks that are moved to another version half-way: promises hold, the log folds, and it can be taken back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

from domain.commands import Migrate, UndoMigration
from domain.events import EventType
from domain.format.compiling import compile_text
from domain.interpreter import State, fold
from domain.migration.reading import read_mapping
from domain.people import Actor
from domain.rules import Rules, canonical
from tests.unit.walk import Coverage, Walk, clean_exit, nobody_falls_between

MANAGER = Actor("manager_one", ("manager",), "demo")
TEXT = (Path(__file__).parent.parent / "programmes/everything.yaml").read_text("utf-8")
CHANGES = (
    ("every: 3 weeks, pause", "every: 2 weeks, pause"),  # the watch itself
    ("      talk: {", "      first_talk: {"),
    ("moved_by: [talk]", "moved_by: [first_talk]"),
    ("after: talk\n", "after: first_talk\n"),
    ("        in: {needs", "        accepted: {needs"),
    ("after: gate.in\n", "after: gate.accepted\n"),
    ("by: assessor, due: 1 month, overdue", "by: provider, due: 2 weeks, overdue"),
    ("  learn:\n", "  study:\n"),
    ("after: learn\n", "after: study\n"),
    ("count: learn.course.opened", "count: study.course.opened"),
    ("{ref: learn}, {count: learn.course,", "{ref: study}, {count: study.course,"),
    ("counts: [{ref: learn.course}", "counts: [{ref: study.course}"),
    ("of: learn.opened", "of: study.opened"),
    (
        "      extra: {label: {sv: Extra, en: Extra}, by: provider, choose: 3, after: course.opened, due: 1 month}\n",
        ("      more:\n        label: {sv: Mer, en: More}\n        required: false\n        after: relapse\n        steps:\n"
        "          check_up: {label: {sv: Avstämning, en: Check-up}, by: owner, due: 2 weeks}\n"),
    ),
    ("      check_up: {label: {sv: Avstämning, en: Check-up}, by: owner, every: 2 weeks,",
     "      talk_on: {label: {sv: Samtal, en: Talk}, by: owner, every: 3 weeks,"),
    ("  expelled: {class", "  sent_away: {class"),
    ("percent: {from: 50}", "percent: {from: 60}"),
    ("  later: {label: {sv: Senare, en: Later}, by: owner, due: 6 months", "  later: {label: {sv: Senare, en: Later}, by: owner, due: 7 months"),
)  # fmt: skip
MAPPING = """
steps:
  start.talk: start.first_talk
  learn: study
  learn.extra: remove
  learn.check_up: study.talk_on
outcomes: {start.gate: {in: accepted}}
exits: {expelled: sent_away}
"""


def versions() -> tuple[Rules, Rules]:
    text = TEXT
    for old, new in CHANGES:
        assert old in text, old
        text = text.replace(old, new)
    return compile_text(TEXT)[0], compile_text(text)[0]


def plain(state: State) -> State:
    return replace(state, seq=0, commands={}, undo=None)


def test_people_who_are_moved_half_way_keep_every_promise() -> None:
    old, new = versions()
    mapping = read_mapping(MAPPING, old, new)
    seen: Counter[str] = Counter()
    for seed in range(200):
        random = Random(seed)
        walk = Walk(old, random, Coverage())
        walk.run(random.randrange(40))
        if walk.state.closed:
            continue
        walk._let_time_decide()
        before = walk.state
        asked = Migrate(id=f"migrate/{seed}", by=MANAGER, rules=canonical(new), mapping=mapping)
        events = walk.simulation.do(asked, walk.now)
        walk.rules = new
        (migrated,) = [event for event in events if event.type is EventType.MIGRATED]
        walk.told |= {migrated.coded["keys"].get(key, key) for key in walk.told}
        seen.update(event.type for event in events)
        seen.update("paused" for _ in range(bool(walk.state.paused)))
        seen.update("exited" for _ in range(bool(walk.state.exit)))
        nobody_falls_between(new, walk.state, walk.now, walk.told)
        clean_exit(walk.state)
        assert fold(walk.pathway, walk.simulation.events) == walk.state, seed

        back = Walk(new, random, Coverage())
        back.simulation.state, back.simulation.batches = walk.state, list(walk.simulation.batches)
        back.simulation.do(UndoMigration(id="undo", by=MANAGER, rules=canonical(old)), walk.now)
        assert plain(back.state) == plain(before), seed
        assert fold(back.pathway, back.simulation.events) == back.state, seed

        for _ in range(15):
            walk._pass_time()
            walk._act()
        walk._finish()

    reached = {"Migrated", "DueMoved", "Opened", "Ended", "paused", "exited"}
    assert {name for name in reached if not seen[name]} == set()
    assert seen[EventType.MIGRATED] > 60
