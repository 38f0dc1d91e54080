"""What lists and pages read: each event's mark on the read model, paging, and who could fall between."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from domain.events import EventType
from records import log, staff, views
from records.views import Shown
from tests.records.builders import DAY, NOW, Story, World, done, opened

WEEK = timedelta(days=7)


def moved(key: str, days: int) -> tuple[EventType, dict[str, Any]]:
    due = NOW + timedelta(days=days)
    return EventType.DUE_MOVED, {"key": key, "due": due.isoformat(), "due_on": due.date().isoformat()}


def corrected(of: int, what: str, name: str = "", **more: Any) -> tuple[EventType, dict[str, Any]]:
    return EventType.CORRECTED, {"of": of, "what": what, "name": name, "changes": {}, **more}


async def shown(story: Story) -> Shown:
    found = await views.show(story.world.pool, story.pathway, now=NOW)
    assert found is not None
    return found


class TestShow:
    async def test_knows_no_stranger(self, world: World) -> None:
        assert await views.show(world.pool, "p-unknown", now=NOW) is None
        assert await views.pathway(world.pool, "p-unknown") is None

    async def test_follows_steps_through_their_lives(self, world: World) -> None:
        story = await world.pathway()
        await story.refer(opened("intake#1", kind="stage"), opened("intake.plan#1", due=NOW + WEEK))
        await story.record(
            done("intake.plan#1", outcome="go_on"),
            done("intake#1"),
            opened("activity#1", kind="stage"),
            opened("activity.training#1", due=NOW - WEEK, person="bo", provider="acme"),
            (EventType.ENDED, {"key": "watch#1", "reason": "not_needed"}),
            (EventType.OWNER_CHANGED, {"key": "activity.training#1", "old": "bo", "new": "cia"}),
            (EventType.OWNER_CHANGED, {"key": None, "old": "anna", "new": "dag"}),
        )

        found = await shown(story)
        steps = {step["key"]: step for step in found.steps}

        assert found.pathway.stage == "activity"
        assert found.pathway.owner == "dag"
        assert found.pathway.next_due == NOW - WEEK
        assert (steps["intake.plan#1"]["status"], steps["intake.plan#1"]["outcome"]) == ("done", "go_on")
        assert (steps["intake.plan#1"]["done_by"], steps["intake.plan#1"]["done_on"]) == ("anna", DAY)
        assert (steps["watch#1"]["status"], steps["watch#1"]["ended_reason"]) == ("ended", "not_needed")
        assert (steps["activity.training#1"]["person"], steps["activity.training#1"]["overdue"]) == ("cia", True)
        assert steps["activity.training#1"]["path"] == "activity.training"

    async def test_moves_dues_and_stops_them_in_a_pause(self, world: World) -> None:
        story = await world.pathway()
        await story.record(
            story.referred(),
            opened("watch#1", due=NOW + 4 * WEEK, never_paused=True),
            opened("plan#1", due=NOW + WEEK),
        )
        await story.record(moved("plan#1", 3), (EventType.PAUSED, {"reason": "ill", "resume_by": "2026-09-01"}))

        paused = await shown(story)
        due_in_pause = await views.due(world.pool, now=NOW)
        await story.record((EventType.RESUMED, {"days": 3}))
        resumed = await shown(story)

        assert (paused.pathway.status, str(paused.pathway.resume_by)) == ("paused", "2026-09-01")
        assert paused.pathway.next_due == NOW + 4 * WEEK
        assert [each.key for each in due_in_pause] == ["watch#1"]
        assert (resumed.pathway.status, resumed.pathway.resume_by) == ("open", None)
        assert resumed.pathway.next_due == NOW + timedelta(days=3)

    async def test_takes_exits_back(self, world: World) -> None:
        story = await world.pathway()
        await story.refer(opened("plan#1"))
        await story.record(
            (EventType.ENDED, {"key": "plan#1", "reason": "exit"}),
            (EventType.EXITED, {"reason": "work", "class": "completed"}),
            (EventType.CLOSED, {}),
        )
        closed = await shown(story)
        await story.record((EventType.REOPENED, {"exit": "work", "restored": ["plan#1"], "again": None}))
        reopened = await shown(story)

        assert (closed.pathway.status, closed.pathway.exit_reason, closed.pathway.exited_on) == ("closed", "work", DAY)
        assert (reopened.pathway.status, reopened.pathway.exit_reason) == ("open", None)
        plan = next(step for step in reopened.steps if step["key"] == "plan#1")
        assert (plan["status"], plan["ended_reason"], plan["ended_on"], plan["closed_seq"]) == (
            "open",
            None,
            None,
            None,
        )

    async def test_wakes_a_closed_pathway_when_a_review_opens(self, world: World) -> None:
        story = await world.pathway()
        await story.refer((EventType.EXITED, {"reason": "work", "class": "completed"}), (EventType.CLOSED, {}))

        await story.record(opened("review#1", due=NOW + WEEK))

        assert (await shown(story)).pathway.status == "exited"

    async def test_keeps_what_was_observed_and_its_corrections(self, world: World) -> None:
        story = await world.pathway()
        await story.refer()
        await story.record(
            (EventType.FACT_RECORDED, {"fact": "assistance", "value": "none"}),
            (EventType.FACT_RECORDED, {"fact": "secret", "sealed": {"value": "x"}}),
            (EventType.FACT_RECORDED, {"fact": "assistance", "value": "long_term"}),
            (EventType.RECORD_TAKEN, {"record": "level", "key": None, "values": {"hours": 10, "percent": 25.0}}),
            (EventType.RECORD_TAKEN, {"record": "hours", "key": "t#1", "values": {"month": "2026-02", "hours": 12.5}}),
            (EventType.REACHED, {"milestone": "half"}),
            done("watch#1"),
        )
        earlier = DAY - timedelta(days=1)
        await story.record(
            corrected(5, "fact", "assistance", changes={"value": "recurrent"}, occurred_on=earlier),
            corrected(6, "record", "level", changes={"hours": 8}),
            corrected(7, "record", "hours", changes={"hours": 11.25}),
            corrected(9, "done", "watch", occurred_on=earlier),
            corrected(1, "referral", "referral", occurred_on=earlier),
            corrected(3, "happened"),
            (EventType.WITHDRAWN, {"milestone": "half"}),
        )

        found = await shown(story)

        facts = {each["fact"]: each for each in found.facts}
        assert (facts["assistance"]["value"], facts["assistance"]["occurred_on"]) == ("recurrent", earlier)
        assert facts["secret"]["value"] is None
        assert found.records[0]["values"] == {"hours": 8, "percent": 25.0}
        assert [(each["month"], each["hours"]) for each in found.hours] == [("2026-02", 11.25)]
        assert found.steps[0]["done_on"] == earlier
        assert found.pathway.referred_on == earlier
        assert (found.milestones[0]["reached_on"], found.milestones[0]["withdrawn_on"]) == (DAY, DAY)

    async def test_corrects_the_day_of_an_exit(self, world: World) -> None:
        story = await world.pathway()
        receipt = await story.refer((EventType.EXITED, {"reason": "work", "class": "completed"}))

        await story.record(corrected(receipt.last_seq, "exit", occurred_on=DAY - WEEK))

        assert (await shown(story)).pathway.exited_on == DAY - WEEK


class TestLists:
    async def test_page_through_all_pathways_once(self, world: World) -> None:
        made = [await world.pathway(place, now=NOW + timedelta(minutes=place // 3)) for place in range(8)]
        for story in made:
            await story.refer()

        found: list[str] = []
        after = None
        while page := await views.pathways(world.pool, after=after, limit=3):
            found += [each.id for each in page]
            after = page[-1].cursor

        assert sorted(found) == sorted(story.pathway for story in made)
        assert found[:2] != sorted(found)[:2] or len(found) == 8

    async def test_filter_pathways(self, world: World) -> None:
        north, south = await world.pathway(1), await world.pathway(2, unit="south")
        await north.refer()

        assert [each.id for each in await views.pathways(world.pool, owner="cia")] == [south.pathway]
        assert [each.id for each in await views.pathways(world.pool, statuses=("open",))] == [north.pathway]
        assert [each.id for each in await views.pathways(world.pool, unit="south")] == [south.pathway]
        assert await views.pathways(world.pool, operation="koll-2") == []

    async def test_page_through_what_is_due_once(self, world: World) -> None:
        for place in range(5):
            story = await world.pathway(place)
            await story.refer(opened("a#1", due=NOW - WEEK), opened("b#1", due=NOW + WEEK, person="cia"))

        found: list[str] = []
        after = None
        while page := await views.due(world.pool, now=NOW, after=after, limit=4):
            found += [f"{each.pathway}/{each.key}" for each in page]
            after = page[-1].cursor
        overdue = await views.due(world.pool, now=NOW, until=NOW)

        assert len(found) == len(set(found)) == 15
        assert all(one.split("/")[1] == "a#1" for one in found[:5])
        assert [(each.key, each.overdue, each.answers) for each in overdue] == [("a#1", True, "anna")] * 5
        assert len(await views.due(world.pool, now=NOW, owner="cia")) == 5
        assert len(await views.due(world.pool, now=NOW, owner="anna")) == 15
        assert len(await views.due(world.pool, now=NOW, owner="anna", until=NOW, operation="koll-1")) == 5
        assert await views.due(world.pool, now=NOW, unit="south") == []

    async def test_page_through_what_is_due_for_one_person(self, world: World) -> None:
        """Only the first pathways are opened for a page: what is left out must not have come before."""
        for place in range(6):
            story = await world.pathway(place)
            days = [timedelta(days=(place * 5 + step * 7) % 13 - 4) for step in range(4)]
            await story.refer(
                *(opened(f"{step}#1", due=NOW + day, person="cia" if (place + step) % 5 == 0 else None)
                  for step, day in enumerate(days))
            )  # fmt: skip
        everything = await views.due(world.pool, now=NOW, limit=100)

        for owner in ("anna", "cia"):
            for limit in (1, 3, 7):
                found: list[views.Due] = []
                after = None
                while page := await views.due(world.pool, now=NOW, owner=owner, after=after, limit=limit):
                    found += page
                    after = page[-1].cursor
                assert found == [each for each in everything if owner in (each.owner, each.person)]

    async def test_find_whoever_could_fall_between(self, world: World) -> None:
        lost, idle = await world.pathway(1), await world.pathway(2)
        await lost.refer()
        await idle.refer(done("watch#1"))
        assert await views.adrift(world.pool, on=DAY) == [(idle.pathway, "no_next_date")]

        await lost.record((EventType.OWNER_CHANGED, {"key": None, "old": "anna", "new": "nobody"}))

        assert (lost.pathway, "owner_unresolved") in await views.adrift(world.pool, on=DAY)
        assert [each for each, _ in await views.open_pathways(world.pool)] == sorted([lost.pathway, idle.pathway])

    async def test_show_what_diverged(self, world: World) -> None:
        story = await world.pathway()
        await story.refer()
        await log.mark_diverged(world.pool, log.RecordDiverged(story.pathway, 3, "gap"))

        assert await views.diverged(world.pool) == [(story.pathway, "gap at 3")]
        assert [each.status for each in await views.pathways(world.pool, statuses=("open",))] == ["diverged"]

    async def test_tell_why(self, world: World) -> None:
        story = await world.pathway()
        await story.refer()

        [event] = await views.why(world.pool, story.pathway, 2)

        assert (event["seq"], event["cause_rule"], event["actor"]) == (2, "command", "anna")
        assert await views.horizon(world.pool) == 2


async def test_a_colleague_on_leave_with_a_deputy_leaves_nobody_adrift(world: World) -> None:
    story = await world.pathway()
    await story.refer()
    await staff.reassign(world.pool, "anna", to="dag", on=DAY)

    assert await views.adrift(world.pool, on=DAY) == []
