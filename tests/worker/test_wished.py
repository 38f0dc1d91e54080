"""Quiet hours and digests on the way out: nothing comes when it shouldn't, nothing is lost, nothing comes twice."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from activities.mail import Letter, MaybeHandedOver, NotHandedOver
from activities.notify import STALE, Notifier
from domain.calendar import STOCKHOLM
from domain.quiet import Wishes
from records import ledger, staff, wishes
from records.staff import Deputy
from tests.activities.promising import promised, row
from tests.activities.smtp import smtp_server_that
from tests.records.builders import DAY, NOW, World
from tests.worker import deliver_one
from worker.sweep import LONGEST_PAUSE, Sweeper

ROOT = Path(__file__).resolve().parents[2]
EVENING = datetime(2026, 3, 2, 18, 30, tzinfo=STOCKHOLM)  # the notices of the builders are promised at 10 that day
MORNING = datetime(2026, 3, 3, 7, 0, tzinfo=STOCKHOLM)
NIGHT = Wishes(quiet_from=18, quiet_until=7)
DAILY = Wishes(digest_at=16)
AT_16 = datetime(2026, 3, 2, 16, 0, tzinfo=STOCKHOLM)
MINUTE = timedelta(minutes=1)


class Post:
    """Keeps letters, or has the trouble that a test gives it."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.trouble: Exception | None = None

    async def hand_over(self, letter: Letter) -> None:
        if isinstance(self.trouble, NotHandedOver):
            raise self.trouble
        self.letters.append(letter)
        if self.trouble is not None:
            raise self.trouble


class House:
    """A sweeper whose clock a test sets."""

    def __init__(self, world: World) -> None:
        self.post = Post()
        self.now = NOW
        self.notifier = Notifier(world.pool, self.post, "sv", clock=lambda: self.now)
        self._sweeper = Sweeper(world.pool, self.notifier)

    async def sweep(self, now: datetime) -> dict[int, str]:
        self.now = now
        return await self._sweeper.sweep(now)


@pytest.fixture
def house(world: World) -> House:
    return House(world)


class TestQuietHours:
    async def test_a_notice_stays_promised_until_they_end(self, world: World, house: House) -> None:
        await wishes.keep(world.pool, "anna", NIGHT)
        _, notice = await promised(world)

        assert await house.sweep(EVENING) == {notice: "left"}
        assert (await row(world, notice)).held_until == MORNING
        assert await house.sweep(MORNING - MINUTE) == {}
        assert (await row(world, notice)).state == "promised"

        assert await house.sweep(MORNING) == {notice: "handed_over"}
        assert len(house.post.letters) == 1

    async def test_what_is_held_stands_in_nobodys_way(self, world: World, house: House) -> None:
        await wishes.keep(world.pool, "anna", NIGHT)
        _, notice = await promised(world)
        await house.sweep(EVENING)

        assert await ledger.waiting(world.pool, EVENING, now=EVENING) == []
        assert await ledger.waiting(world.pool, MORNING, now=MORNING) == [notice]

    async def test_other_wishes_hold_at_once_for_what_waits(self, world: World, house: House) -> None:
        await wishes.keep(world.pool, "anna", NIGHT)
        _, notice = await promised(world)
        await house.sweep(EVENING)

        await wishes.keep(world.pool, "anna", Wishes())

        assert await house.sweep(EVENING + MINUTE) == {notice: "handed_over"}

    async def test_an_escalation_waits_no_longer_than_the_house_value(self, world: World, house: House) -> None:
        await wishes.keep(world.pool, "bo", Wishes(quiet_from=9, quiet_until=20))
        _, notice = await promised(world, to="manager", kind="escalate", late="owner")

        assert await house.sweep(NOW + 4 * timedelta(hours=1) - MINUTE) == {notice: "left"}
        assert await house.sweep(NOW + 4 * timedelta(hours=1)) == {notice: "handed_over"}

    async def test_the_pathways_own_activity_holds_too(self, world: World, house: House) -> None:
        await wishes.keep(world.pool, "anna", NIGHT)
        _, notice = await promised(world)
        house.now = EVENING

        assert await house.notifier.deliver(notice) == "left"
        assert house.post.letters == []


class TestDeputy:
    async def test_receives_during_absence_by_the_deputys_own_wishes(self, world: World, house: House) -> None:
        await wishes.keep(world.pool, "anna", NIGHT)
        await staff.deputise(world.pool, Deputy("anna", "cia", DAY, DAY + timedelta(days=7)))
        _, notice = await promised(world)

        assert await house.sweep(EVENING) == {notice: "handed_over"}
        assert [letter.recipient for letter in house.post.letters] == ["cia@example.se"]

    async def test_receives_what_was_held_for_whoever_is_away_now(self, world: World, house: House) -> None:
        await wishes.keep(world.pool, "anna", NIGHT)
        _, notice = await promised(world)
        await house.sweep(EVENING)
        await staff.deputise(world.pool, Deputy("anna", "cia", MORNING.date()))

        assert await house.sweep(MORNING) == {notice: "handed_over"}
        assert [letter.recipient for letter in house.post.letters] == ["cia@example.se"]


class TestDigest:
    async def _three(self, world: World, **more: object) -> list[int]:
        await wishes.keep(world.pool, "anna", DAILY)
        return [(await promised(world, place, **more))[1] for place in range(3)]

    async def test_is_one_letter_a_day_with_all_of_it(self, world: World, house: House) -> None:
        notices = await self._three(world)
        await house.sweep(NOW + MINUTE * 2)
        assert house.post.letters == []

        assert await house.sweep(AT_16) == dict.fromkeys(notices, "handed_over")
        assert await house.sweep(AT_16 + LONGEST_PAUSE) == {}

        [letter] = house.post.letters
        assert "3 aviseringar" in letter.subject
        assert letter.text.count("Öppna:") == 3

    async def test_leaves_others_letters_alone(self, world: World, house: House) -> None:
        await self._three(world)
        _, other = await promised(world, 3, to="cia")
        await house.sweep(NOW + MINUTE * 2)

        await house.sweep(AT_16)

        assert sorted(letter.recipient for letter in house.post.letters) == ["anna@example.se", "cia@example.se"]
        assert (await row(world, other)).letter is None

    async def test_leaves_out_what_was_done_meanwhile(self, world: World, house: House) -> None:
        notices = await self._three(world)
        await house.sweep(NOW + MINUTE * 2)
        await world.pool.execute("UPDATE steps SET status = 'done' WHERE pathway = (SELECT pathway FROM notices "
                                 "WHERE id = $1)", notices[1])  # fmt: skip

        await house.sweep(AT_16)

        assert (await row(world, notices[1])).state == "cancelled"
        assert "2 aviseringar" in house.post.letters[0].subject

    async def test_that_certainly_did_not_leave_is_tried_again_whole(self, world: World, house: House) -> None:
        notices = await self._three(world)
        await house.sweep(NOW + MINUTE * 2)
        house.post.trouble = NotHandedOver("smtp-451", later=True)
        assert await house.sweep(AT_16) == dict.fromkeys(notices, "failed")

        house.post.trouble = None
        assert await house.sweep(AT_16 + MINUTE * 2) == dict.fromkeys(notices, "handed_over")
        assert len(house.post.letters) == 1

    async def test_that_may_have_left_is_sent_again_whole_with_its_id(self, world: World, house: House) -> None:
        notices = await self._three(world, resend=True)
        await house.sweep(NOW + MINUTE * 2)
        house.post.trouble = MaybeHandedOver("smtp-silent-after-data")
        assert await house.sweep(AT_16) == dict.fromkeys(notices, "uncertain")

        house.post.trouble = None
        assert await house.sweep(AT_16 + MINUTE * 2) == dict.fromkeys(notices, "handed_over")

        first, second = house.post.letters
        assert (first.message_id, first.text) == (second.message_id, second.text)

    @pytest.mark.fault
    async def test_killed_between_hand_over_and_receipt_is_uncertain_and_not_sent_twice(
        self, world: World, house: House, database_url: str, tmp_path: Path
    ) -> None:
        notices = await self._three(world)
        with smtp_server_that("hang_after_text", tmp_path) as server:
            process = await asyncio.create_subprocess_exec(
                sys.executable, deliver_one.__file__, database_url, f"smtp://127.0.0.1:{server.port}?timeout=60",
                ",".join(str(each) for each in notices), cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
            )  # fmt: skip
            await server.arrival()
            process.kill()
            await process.wait()
            assert {(await row(world, each)).state for each in notices} == {"claimed"}

            claimed = (await row(world, notices[0])).claimed_at
            assert claimed is not None
            await house.sweep(claimed + STALE + MINUTE)
            await house.sweep(claimed + STALE + LONGEST_PAUSE * 2)

            assert len(server.arrived) == 1
        assert house.post.letters == []
        assert {(await row(world, each)).state for each in notices} == {"uncertain"}

    async def test_nobody_else_sends_what_is_on_its_way(self, world: World, house: House) -> None:
        notices = await self._three(world)
        await house.sweep(NOW + MINUTE * 2)
        house.now = AT_16

        outcomes = await asyncio.gather(*(house.notifier.deliver_together(notices) for _ in range(5)))

        told = [text for letter in house.post.letters for text in letter.text.splitlines() if text.startswith("Öppna")]
        assert len(told) == len(set(told)) == 3
        assert sum(outcome == "handed_over" for each in outcomes for outcome in each.values()) == 3
