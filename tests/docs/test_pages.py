"""Pages that tell what the code does are compared with it."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from random import Random

import pytest

from domain.commands import UndoMigration
from domain.events import Event, EventType
from domain.format.compiling import compile_text
from domain.rules import canonical
from tests.docs.pages import PAGES
from tests.rows.test_koll import PLANNED, SHIPPED
from tests.unit import migrating as migration
from tests.unit.small import tell
from tests.unit.walk import Coverage, Walk

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
WALKS = 40

Fields = dict[str, set[str]]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_written_from_the_code_is_current(name: str) -> None:
    written = (DOCS / f"{name}.md").read_text("utf-8")

    assert written == PAGES[name](), f"run: python -m tests.docs.pages {name} > docs/{name}.md"


def _told_of_events() -> Fields:
    """Return the fields that docs/events.md tells for each type; sealed ones with a mark."""
    found: Fields = {}
    types: list[str] = []
    for line in (DOCS / "events.md").read_text("utf-8").splitlines():
        if line.startswith("### "):
            types = line.removeprefix("### ").split(", ")
            found.update({name: set() for name in types})
        elif types and line.startswith("| `"):
            cell = line.split("|")[1]
            mark = "sealed " if "(sealed)" in cell else ""
            for name in types:
                found[name].update(mark + field for field in re.findall(r"`(\w+)`", cell))
    return found


def _seen_events() -> list[Event]:
    events: list[Event] = []
    for path in ("programmes/koll.yaml", "tests/programmes/everything.yaml"):
        rules, _, _ = compile_text((ROOT / path).read_text("utf-8"))
        for seed in range(WALKS):
            walk = Walk(rules, Random(seed), Coverage())
            walk.run(60)
            events += walk.simulation.events
    ten = {"record": "activity_level", "hours_per_week": 10, "environment": "adapted"}
    withdrawn = SHIPPED.play({**PLANNED, 30: [ten], 40: [{"correct": "activity_level", "hours_per_week": 5}]})
    place = "{pool: shop, waiting_due: 4 weeks, offer_due: 5 days}"
    queued = migration.changed(("hours: true", f"hours: true, waits_for: {place}"))
    for new, mapping in (migration.AROUND, (queued, "steps: {work.train: work.train_waiting}")):
        story = tell(migration.changed(), migration.TO_TRAIN)
        left = story.rules
        migration.moved(story, new, mapping)
        story.do(UndoMigration(id="undo", by=migration.MANAGER, rules=canonical(left)), migration.story_time(30))
        events += story.events
    return [*events, *withdrawn.events]


class TestEvents:
    def test_are_told_with_all_their_fields_and_no_others(self) -> None:
        told = _told_of_events()
        seen: Fields = defaultdict(set)
        for event in _seen_events():
            seen[event.type.value].update(event.coded)
            seen[event.type.value].update(f"sealed {name}" for name in event.sealed)

        assert set(told) == {kind.value for kind in EventType}
        for kind, fields in seen.items():
            assert sorted(fields - told[kind]) == [], kind
        rare = {kind: sorted(fields - seen[kind] - OF_WORDS[kind]) for kind, fields in told.items()}
        assert {kind: fields for kind, fields in rare.items() if fields} == {"Told": ["before_takeover"]}


# What an edit holds is told in the event's own row.
EDITS = {"put", "gone", "old", "seen", "counts", "reached", "happened", "facts", "records", "exit", "edit", "keys"}
# What only somebody's words bring; walks say little.
OF_WORDS: Fields = defaultdict(set) | {
    "Referred": {"sealed reason"},
    "Opened": {"sealed note"},
    "Migrated": EDITS,
    "MigrationUndone": EDITS,
    "Done": {"sealed note"},
    "Ended": {"sealed note"},
    "OwnerChanged": {"sealed note"},
    "Paused": {"sealed note"},
    "Resumed": {"sealed note"},
    "Happened": {"view", "sealed note", "sealed reason", "sealed words"},
}
