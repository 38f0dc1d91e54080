"""What became of referrals, who may be the same person, what was said of consent, what waits for a role."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import asyncpg
import pytest

from domain.events import Cause, EventType
from records import referrals, views
from tests.records.builders import DAY, NOW, World, done, opened, person

WEEK = timedelta(days=7)


class TestSent:
    async def test_says_what_was_done_last_and_what_is_next(self, world: World) -> None:
        story = await world.pathway()
        await story.refer(opened("intake#1", kind="stage"), opened("intake.plan#1", due=NOW + WEEK))
        await story.record(done("intake.plan#1", outcome="go_on"), opened("intake.talk#1", due=NOW + 5 * WEEK))

        (found,) = await referrals.sent(world.pool, referrer="bo")

        assert found.done is not None
        assert (found.done.path, found.done.outcome, found.done.person) == ("intake.plan", "go_on", "anna")
        assert found.next is not None
        assert (found.next.path, found.next.day) == ("intake.talk", (NOW + 5 * WEEK).date())  # not the nearer watch

    async def test_says_why_and_by_whom_somebody_was_declined(self, world: World) -> None:
        story = await world.pathway()
        await story.refer(opened("intake.gate#1", kind="decision", due=NOW + WEEK))
        decided = done("intake.gate#1", outcome="no", coded_reason="no_places")
        left = {
            "reason": "declined",
            "class": "not_started",
            "decided_by": "dag",
            "cause": Cause(story.seq + 1, "exit"),
        }
        await story.record(decided, (EventType.EXITED, left))

        (found,) = await referrals.sent(world.pool, referrer="bo")

        assert (found.exit_why, found.exit_by, found.listed.exit_reason) == ("no_places", "dag", "declined")

    async def test_knows_a_referral_that_is_not_recorded_yet(self, world: World) -> None:
        await world.reserve()

        (found,) = await referrals.sent(world.pool, referrer="bo")

        assert (found.listed.status, found.done, found.next) == ("reserved", None, None)

    async def test_goes_on_where_the_page_ended(self, world: World) -> None:
        for place in range(5):
            await world.reserve(place, referred_on=DAY - timedelta(days=place // 2), referrer="bo" if place else "cia")
        pages: list[str] = []
        after = None
        while found := await referrals.sent(world.pool, referrer="bo", unit="north", after=after, limit=2):
            pages.extend(one.listed.referral for one in found)
            after = (found[-1].listed.referred_on or DAY, found[-1].listed.id)

        assert sorted(pages) == ["r-0", "r-1", "r-2", "r-3", "r-4"]
        assert [each in ("r-0", "r-1") for each in pages] == [True, True, False, False, False]
        assert len(await referrals.sent(world.pool, referrer="bo")) == 4
        assert not await referrals.sent(world.pool, referrer="bo", statuses=("open",))


class TestPeople:
    async def test_born_on_a_day_are_found_and_their_pathways(self, world: World) -> None:
        one = await world.reserve(0)
        await world.reserve(1, person=person(1, birth_date=date(1981, 1, 1)))

        (found,) = await referrals.born(world.pool, date(1980, 1, 1))
        listed = await referrals.of_people(world.pool, [found.participant])

        assert found.name == "Test 0"
        assert [each.id for each in listed[one.participant]] == [one.pathway]


class TestConsent:
    async def test_is_kept_with_the_referral_it_was_said_at(self, world: World) -> None:
        agreed = await world.reserve(0, person=replace(person(0), consent="oral"))
        unasked = await world.reserve(1)

        found = await referrals.consent(world.pool, agreed.pathway)

        assert found is not None
        assert (found.answer, found.given_on, found.noted_by) == ("oral", DAY, "bo")
        assert await referrals.consent(world.pool, unasked.pathway) is None

    async def test_is_never_changed(self, world: World) -> None:
        await world.reserve(0, person=replace(person(0), consent="no"))

        with pytest.raises(asyncpg.RestrictViolationError):
            await world.pool.execute("UPDATE consents SET answer = 'written'")


class TestWaitingForARole:
    async def test_is_what_nobody_has_by_name(self, world: World) -> None:
        story = await world.pathway()
        await story.refer(
            opened("a.one#1", due=NOW + WEEK, by="assessor"),
            opened("a.two#1", due=NOW + WEEK, by="assessor", person="cia"),
            opened("a.three#1", due=NOW - WEEK, by="team"),
        )

        async def waits(*roles: tuple[str, str | None]) -> list[str]:
            due = await views.due_of_roles(world.pool, roles, now=NOW, staff="cia", unit="south")
            return [one.key for one in due]

        assert await waits(("assessor", "koll-1")) == ["a.one#1"]
        assert await waits(("assessor", "koll-2")) == []
        assert await waits(("assessor", None), ("assessor", "koll-1"), ("team", None)) == ["a.three#1", "a.one#1"]
        assert await waits() == []

    async def test_of_a_referrer_is_that_of_the_own_and_the_units(self, world: World) -> None:
        story = await world.pathway()
        await story.refer(opened("received#1", due=NOW + WEEK, by="referrer"))
        role = [("referrer", None)]

        async def waits(staff: str, unit: str | None) -> int:
            return len(await views.due_of_roles(world.pool, role, now=NOW, staff=staff, unit=unit))

        assert (await waits("bo", None), await waits("anna", "north"), await waits("cia", "south")) == (1, 1, 0)
