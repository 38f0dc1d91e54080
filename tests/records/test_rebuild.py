"""The read model is what the log says; whatever says otherwise is found, named and put right."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain.events import EventType
from records import ledger
from records.rebuild import Difference, rebuild
from tests.records.builders import DAY, NOW, Story, World, done, opened, person, told

TABLES = ("pathways", "steps", "milestones", "facts", "records_taken", "hours", "notices")

EXTRA_STEP = """
INSERT INTO steps (pathway, key, path, n, kind, never_paused, status, opened_on, opened_at, opened_seq)
SELECT pathway, 'x#1', 'x', 1, 'task', false, 'open', now(), now(), 1 FROM steps WHERE key = 'plan#1'
"""
EXTRA_NOTICE = """
INSERT INTO notices (pathway, seq, kind, recipient_role, state, promised_at)
SELECT id, 99, 'remind', 'owner', 'promised', now() FROM pathways
"""


async def lived(world: World, place: int = 0) -> Story:
    """Return a story in which every kind of row was written, corrected and taken back."""
    story = await world.pathway(place)
    await story.refer(opened("intake#1", kind="stage"), opened("plan#1", due=NOW), told("plan#1", kind="announce"))
    await story.record(
        (EventType.FACT_RECORDED, {"fact": "assistance", "value": ["a", 1, None, 2.5]}),
        (EventType.FACT_RECORDED, {"fact": "other", "value": None, "refused": True}),
        (EventType.RECORD_TAKEN, {"record": "level", "key": None, "values": {"hours": 10, "percent": 25.0}}),
        (EventType.RECORD_TAKEN, {"record": "hours", "key": "plan#1", "values": {"month": "2026-02", "hours": 1.5}}),
        (EventType.REACHED, {"milestone": "half"}),
        done("plan#1", outcome="go_on"),
        (EventType.CORRECTED, {"of": 11, "what": "done", "name": "plan", "changes": {},
                               "occurred_on": DAY - timedelta(days=1)}),
        (EventType.CORRECTED, {"of": 8, "what": "record", "name": "level", "changes": {"hours": 8}}),
    )  # fmt: skip
    await story.record(
        (EventType.ENDED, {"key": "intake#1", "reason": "exit"}),
        (EventType.EXITED, {"reason": "work", "class": "completed"}),
        (EventType.CLOSED, {}),
    )
    await story.record((EventType.REOPENED, {"exit": "work", "restored": ["intake#1"], "again": None}))
    await story.record(
        (EventType.PAUSED, {"reason": "ill", "resume_by": "2026-09-01"}),
        (EventType.OWNER_CHANGED, {"key": None, "old": "anna", "new": "bo"}),
    )
    return story


async def content(world: World) -> dict[str, Any]:
    return {
        table: await world.pool.fetchval(f"SELECT jsonb_agg(to_jsonb(t) ORDER BY to_jsonb(t)) FROM {table} t")
        for table in TABLES
    }


class TestRebuild:
    async def test_finds_nothing_where_nothing_was_touched(self, world: World) -> None:
        for place in range(3):
            await lived(world, place)
        await world.reserve(7)
        first = await world.pathway(8)
        await first.refer((EventType.EXITED, {"reason": "returned", "class": "completed"}), (EventType.CLOSED, {}))
        await (await world.pathway(8, referral="again", person=person(8))).refer()
        before = await content(world)

        found = await rebuild(world.pool, repair=True)

        assert found.differences == ()
        assert (found.pathways, found.repaired) == (5, False)
        assert found.events == await world.pool.fetchval("SELECT count(*) FROM events")
        assert await content(world) == before
        assert await world.pool.fetchval("SELECT to_regnamespace('stegvis_rebuild')") is None

    @pytest.mark.parametrize(
        ("harm", "table", "kind", "columns"),
        [
            ("UPDATE steps SET status = 'open', outcome = NULL WHERE key = 'plan#1'", "steps", "tampered",
             ("status", "outcome")),
            ("UPDATE pathways SET owner = 'dag', next_due = NULL", "pathways", "tampered", ("owner", "next_due")),
            ("UPDATE facts SET value = '\"none\"' WHERE fact = 'assistance'", "facts", "tampered", ("value",)),
            ("UPDATE records_taken SET \"values\" = '{}'", "records_taken", "tampered", ("values",)),
            ("UPDATE hours SET hours = 100", "hours", "tampered", ("hours",)),
            ("UPDATE milestones SET reached_on = NULL", "milestones", "tampered", ("reached_on",)),
            ("UPDATE notices SET due_on = '2030-01-01', kind = 'remind'", "notices", "tampered", ("kind", "due_on")),
            ("DELETE FROM steps WHERE key = 'watch#1'", "steps", "missing", ()),
            ("DELETE FROM facts WHERE fact = 'other'", "facts", "missing", ()),
            ("DELETE FROM notices", "notices", "missing", ()),
            (EXTRA_STEP, "steps", "extra", ()),
            ("INSERT INTO milestones SELECT pathway, 'x', now(), NULL, 1 FROM milestones", "milestones", "extra", ()),
            (EXTRA_NOTICE, "notices", "extra", ()),
        ],
    )  # fmt: skip
    async def test_names_what_was_touched_and_puts_it_right(
        self, world: World, harm: str, table: str, kind: str, columns: tuple[str, ...]
    ) -> None:
        await lived(world)
        before = await content(world)
        await world.pool.execute(harm)

        seen = await rebuild(world.pool)
        untouched = await rebuild(world.pool, repair=True)
        after = await rebuild(world.pool)

        [difference] = seen.differences
        assert (difference.table, difference.kind) == (table, kind)
        assert set(difference.columns) == set(columns)
        assert not seen.repaired
        assert untouched.differences == seen.differences
        assert untouched.repaired
        assert after.differences == ()
        if table != "notices":
            assert await content(world) == before

    async def test_keeps_what_became_of_notices(self, world: World) -> None:
        story = await lived(world)
        [notice] = await ledger.notices(world.pool, pathway=story.pathway)
        await world.pool.execute("UPDATE notices SET state = 'handed_over', recipient = 'dag', about = 'x'")

        await rebuild(world.pool, repair=True)

        [kept] = await ledger.notices(world.pool, pathway=story.pathway)
        assert (kept.state, kept.recipient, kept.about) == ("handed_over", "dag", notice.about)

    async def test_leaves_a_lost_notice_to_a_person(self, world: World) -> None:
        await lived(world)
        await world.pool.execute("DELETE FROM notices")

        await rebuild(world.pool, repair=True)

        [back] = await ledger.notices(world.pool)
        assert (back.state, back.reason) == ("uncertain", "rebuilt")

    async def test_names_the_row(self, world: World) -> None:
        story = await lived(world)
        await world.pool.execute("UPDATE steps SET person = 'dag' WHERE key = 'plan#1'")

        found = await rebuild(world.pool)

        assert found.differences == (
            Difference("steps", (("pathway", story.pathway), ("key", "plan#1")), "tampered", ("person",)),
        )

    async def test_lets_recording_go_on(self, world: World) -> None:
        stories = [await lived(world, place) for place in range(5)]

        async def work(story: Story) -> None:
            for turn in range(20):
                await story.record(opened(f"more#{turn}", due=NOW), told(f"more#{turn}"))

        working = asyncio.gather(*(work(story) for story in stories))
        found = await rebuild(world.pool)
        await working

        assert found.differences == ()
        assert (await rebuild(world.pool)).differences == ()

    async def test_runs_once_at_a_time(self, world: World) -> None:
        await lived(world)

        both = await asyncio.gather(rebuild(world.pool), rebuild(world.pool, repair=True))

        assert [each.differences for each in both] == [(), ()]
