"""Notices: promised to somebody, looked at again when claimed, and always answered for."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain.events import EventType
from records import ledger, staff
from records.ledger import Claimed
from records.staff import Deputy, Role, Staff
from tests.records.builders import DAY, NOW, Story, World, done, opened, told

DUE = NOW + timedelta(days=3)


async def promised(world: World, **more: Any) -> tuple[Story, int]:
    """Return a story with an open step and one notice about it."""
    story = await world.pathway()
    receipt = await story.refer(opened("plan#1", due=DUE), told("plan#1", **{"due_on": DUE.date().isoformat(), **more}))
    return story, receipt.notices[0]


async def row(world: World, notice: int) -> ledger.Notice:
    return next(each for each in await ledger.notices(world.pool) if each.id == notice)


async def claimed(world: World, notice: int) -> Claimed:
    found = await ledger.claim(world.pool, notice, now=NOW)
    assert found is not None
    return found


class TestRecipient:
    @pytest.mark.parametrize(
        ("told_to", "expected"),
        [
            ({"to": "owner"}, "anna"),
            ({"to": "cia"}, "cia"),
            ({"to": "team"}, "anna"),  # two have the role in this unit
            ({"to": "manager"}, "bo"),  # bo for this operation and of the unit, dag everywhere
            ({"to": "assessor"}, "cia"),
            ({"to": "nobody_has_this"}, "anna"),  # work that nobody has is the owner's
            ({"to": "nobody_has_this", "kind": "answer"}, None),
            ({"to": "referrer", "kind": "answer"}, "bo"),  # who referred, not who comes first of those with the role
            ({"to": "owner", "kind": "escalate", "late": "nobody_has_this"}, "bo"),
            ({"to": "manager", "kind": "escalate", "late": "anna"}, "bo"),
            ({"to": "manager", "kind": "escalate", "late": "bo"}, "dag"),
            ({"to": "owner", "kind": "escalate", "late": "owner"}, "bo"),
            ({"to": "manager", "kind": "escalate", "late": "manager"}, "dag"),
            ({"to": "assessor", "kind": "escalate", "late": "cia"}, "bo"),
            ({"to": "nobody_has_this", "kind": "escalate", "late": "anna"}, "bo"),
        ],
    )
    async def test_is_whom_the_rules_mean(self, world: World, told_to: dict[str, Any], expected: str | None) -> None:
        _, notice = await promised(world, **told_to)

        found = await row(world, notice)

        assert found.recipient == expected
        assert (found.state, found.reason) == (("promised", None) if expected else ("failed", "no_recipient"))

    async def test_of_a_persons_work_is_the_owner_once_that_person_has_left(self, world: World) -> None:
        _, notice = await promised(world, to="cia")
        await staff.reassign(world.pool, "cia", to="bo", on=DAY)
        await staff.leave(world.pool, "cia", now=NOW, on=DAY)
        await world.pool.execute("DELETE FROM deputies")

        assert (await claimed(world, notice)).recipient == "anna"

    async def test_is_the_deputy_of_whoever_is_away(self, world: World) -> None:
        await staff.deputise(world.pool, Deputy("anna", "dag", DAY, DAY + timedelta(days=1)))

        _, notice = await promised(world)

        assert (await row(world, notice)).recipient == "dag"

    async def test_is_somebody_present_where_several_have_the_role(self, world: World) -> None:
        await staff.deputise(world.pool, Deputy("anna", "dag", DAY))

        _, notice = await promised(world, to="team")

        assert (await row(world, notice)).recipient == "bo"

    async def test_of_another_operation_is_passed_over(self, world: World) -> None:
        await staff.add(world.pool, Staff("abe", "Abe", unit="north", roles=(Role("assessor", "koll-2"),)))

        _, notice = await promised(world, to="assessor")

        assert (await row(world, notice)).recipient == "cia"

    async def test_before_takeover_gets_nothing(self, world: World) -> None:
        _, notice = await promised(world, before_takeover=True)

        assert ((await row(world, notice)).state, (await row(world, notice)).reason) == ("cancelled", "before_takeover")
        assert await ledger.claim(world.pool, notice, now=NOW) is None


class TestClaim:
    async def test_gives_what_a_letter_needs(self, world: World) -> None:
        story, notice = await promised(world)

        found = await claimed(world, notice)

        assert (found.pathway, found.step, found.recipient, found.email) == (
            story.pathway, "plan", "anna", "anna@example.se",
        )  # fmt: skip
        assert (found.attempt, found.due_on, found.language) == (1, DUE.date(), "sv")
        assert (await row(world, notice)).state == "claimed"

    async def test_is_won_by_one_of_many(self, world: World) -> None:
        _, notice = await promised(world)

        found = await asyncio.gather(*(ledger.claim(world.pool, notice, now=NOW) for _ in range(20)))

        assert sum(each is not None for each in found) == 1

    @pytest.mark.parametrize(
        ("event", "reason"),
        [
            (done("plan#1"), "step_done"),
            ((EventType.ENDED, {"key": "plan#1", "reason": "exit"}), "step_ended"),
            (
                (EventType.DUE_MOVED, {"key": "plan#1", "due": (DUE + timedelta(days=9)).isoformat(),
                                       "due_on": (DUE + timedelta(days=9)).date().isoformat()}),
                "due_moved",
            ),
        ],
    )  # fmt: skip
    async def test_cancels_what_has_lost_its_cause(self, world: World, event: Any, reason: str) -> None:
        story, notice = await promised(world)
        await story.record((event[0], dict(event[1])))

        assert await ledger.claim(world.pool, notice, now=NOW) is None

        found = await row(world, notice)
        assert (found.state, found.reason) == ("cancelled", reason)

    async def test_still_announces_what_is_due_later_now(self, world: World) -> None:
        story, notice = await promised(world, kind="announce")
        later = DUE + timedelta(days=9)
        await story.record(
            (EventType.DUE_MOVED, {"key": "plan#1", "due": later.isoformat(), "due_on": later.date().isoformat()})
        )

        assert await ledger.claim(world.pool, notice, now=NOW) is not None

    async def test_still_answers_for_a_closed_pathway(self, world: World) -> None:
        story = await world.pathway()
        answer = (EventType.TOLD, {"key": None, "kind": "answer", "to": "bo", "about": "exit"})
        late = (EventType.TOLD, {"key": None, "kind": "remind", "to": "bo", "about": "exit"})
        receipt = await story.refer(answer, late, done("watch#1"), (EventType.CLOSED, {}))

        answered, reminded = [await ledger.claim(world.pool, each, now=NOW) for each in receipt.notices]

        assert answered is not None
        assert reminded is None
        assert (await row(world, receipt.notices[1])).reason == "pathway_closed"

    async def test_goes_to_the_owner_of_today(self, world: World) -> None:
        story, notice = await promised(world)
        await story.record((EventType.OWNER_CHANGED, {"key": None, "old": "anna", "new": "cia"}))

        assert (await claimed(world, notice)).recipient == "cia"
        assert (await row(world, notice)).recipient == "cia"

    async def test_finds_the_recipient_who_was_missing(self, world: World) -> None:
        _, notice = await promised(world, to="provider", kind="answer")
        assert await ledger.claim(world.pool, notice, now=NOW) is None
        assert (await row(world, notice)).reason == "no_recipient"

        await staff.add(world.pool, Staff("eva", "Eva", roles=(Role("provider"),)))

        found = await claimed(world, notice)
        assert (found.recipient, found.email) == ("eva", None)


class TestAPause:
    """It may begin between a promise and its hand-over: while the mail server is away, or registered late."""

    @pytest.mark.parametrize(
        ("kind", "never_paused", "reason"),
        [("remind", False, "paused"), ("overdue", False, "paused"), ("escalate", False, "paused"),
         ("announce", False, None), ("answer", False, None), ("escalate", True, None)],
    )  # fmt: skip
    async def test_takes_the_cause_of_what_was_promised_about_time(
        self, world: World, *, kind: str, never_paused: bool, reason: str | None
    ) -> None:
        story = await world.pathway()
        one = opened("plan#1", due=DUE, never_paused=never_paused)
        receipt = await story.refer(one, told("plan#1", kind=kind, due_on=DUE.date().isoformat()))
        await story.record((EventType.PAUSED, {"reason": "illness", "resume_by": DAY.isoformat()}))

        found = await ledger.claim(world.pool, receipt.notices[0], now=NOW)

        assert (found is None) == (reason is not None)
        assert (await row(world, receipt.notices[0])).reason == reason


class TestSettle:
    async def test_ends_a_notice(self, world: World) -> None:
        _, notice = await promised(world)
        found = await claimed(world, notice)

        assert await ledger.settle(world.pool, notice, "handed_over", now=NOW, attempt=found.attempt)

        assert (await row(world, notice)).state == "handed_over"
        assert await ledger.claim(world.pool, notice, now=NOW, again=True) is None
        assert not await ledger.settle(world.pool, notice, "failed", now=NOW)

    async def test_lets_a_failed_one_be_tried_again_only_where_that_helps(self, world: World) -> None:
        _, notice = await promised(world)
        first = await claimed(world, notice)
        await ledger.settle(world.pool, notice, "failed", "smtp_451", now=NOW, later=True)

        assert await ledger.waiting(world.pool, NOW + timedelta(minutes=1), now=NOW) == [notice]
        second = await claimed(world, notice)
        await ledger.settle(world.pool, notice, "failed", "smtp_550", now=NOW)

        assert second.message_id == first.message_id
        assert second.attempt == 2
        assert await ledger.claim(world.pool, notice, now=NOW) is None
        assert await ledger.waiting(world.pool, NOW + timedelta(minutes=1), now=NOW) == []
        assert ((await row(world, notice)).state, (await row(world, notice)).reason) == ("failed", "smtp_550")

    async def test_of_a_dead_process_is_uncertain_until_somebody_knows(self, world: World) -> None:
        _, notice = await promised(world)
        first = await claimed(world, notice)

        assert await ledger.stale(world.pool, NOW, now=NOW) == []
        assert await ledger.stale(world.pool, NOW + timedelta(minutes=5), now=NOW) == [notice]

        assert (await row(world, notice)).reason == "process_died"
        assert await ledger.claim(world.pool, notice, now=NOW) is None
        again = await ledger.claim(world.pool, notice, now=NOW, again=True)
        assert again is not None
        assert again.message_id == first.message_id
        assert not await ledger.settle(world.pool, notice, "handed_over", now=NOW, attempt=first.attempt)
        assert await ledger.settle(world.pool, notice, "handed_over", now=NOW, attempt=again.attempt)

    async def test_is_counted_and_listed(self, world: World) -> None:
        story, notice = await promised(world)
        await story.record(told("plan#1"), told("plan#1", before_takeover=True))

        assert await ledger.counts(world.pool) == {"promised": 2, "cancelled": 1}
        assert len(await ledger.notices(world.pool, states=["promised"])) == 2
        assert len(await ledger.notices(world.pool, pathway="p-other")) == 0
        assert [each.id for each in await ledger.notices(world.pool, limit=1)] != [notice]
        assert await ledger.waiting(world.pool, NOW, now=NOW) == []
        assert len(await ledger.waiting(world.pool, NOW + timedelta(seconds=1), now=NOW)) == 2
