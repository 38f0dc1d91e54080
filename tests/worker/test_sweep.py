"""The sweeper: no promised notice is forgotten, and none is sent twice unasked."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from activities.mail import carrier_for
from activities.notify import STALE, Notifier
from records import ledger
from tests.activities.promising import promised, row
from tests.activities.smtp import SmtpServer, smtp_server_that
from tests.records.builders import World
from tests.worker import deliver_one
from worker.sweep import FIRST_PAUSE, LONGEST_PAUSE, PROMISED_FOR, Sweeper, due_again

ROOT = Path(__file__).resolve().parents[2]
MOMENT = timedelta(seconds=1)
BRIEF = 0.3  # seconds to wait for a silent server


def sweeper(world: World, server: SmtpServer) -> Sweeper:
    return Sweeper(world.pool, Notifier(world.pool, carrier_for(server.address(BRIEF), "stegvis@example.se"), "sv"))


def in_(span: timedelta) -> datetime:
    return datetime.now(UTC) + span


class TestLostActivity:
    async def test_is_made_good_after_a_minute(self, world: World, tmp_path: Path) -> None:
        _, notice = await promised(world)

        with smtp_server_that("accept", tmp_path) as server:
            assert await sweeper(world, server).sweep() == {notice: "handed_over"}
            assert await sweeper(world, server).sweep(in_(LONGEST_PAUSE)) == {}

            assert len(server.arrived) == 1

    async def test_is_not_overtaken_before(self, world: World, tmp_path: Path) -> None:
        _, notice = await promised(world)
        promised_at = (await row(world, notice)).promised_at

        with smtp_server_that("accept", tmp_path) as server:
            assert await sweeper(world, server).sweep(promised_at + PROMISED_FOR - MOMENT) == {}


class TestDeadProcess:
    @pytest.mark.fault
    async def test_killed_between_hand_over_and_receipt_leaves_an_uncertain_notice(
        self, world: World, database_url: str, tmp_path: Path
    ) -> None:
        _, notice = await promised(world)
        with smtp_server_that("hang_after_text", tmp_path) as server:
            address = f"smtp://127.0.0.1:{server.port}?timeout=60"
            process = await asyncio.create_subprocess_exec(
                sys.executable, deliver_one.__file__, database_url, address, str(notice),
                cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
            )  # fmt: skip
            await server.arrival()
            process.kill()
            await process.wait()
            one = sweeper(world, server)

            assert (await row(world, notice)).state == "claimed"
            await one.sweep(in_(STALE - timedelta(minutes=1)))
            assert (await row(world, notice)).state == "claimed"
            await one.sweep(in_(STALE + MOMENT))
            await one.sweep(in_(STALE + LONGEST_PAUSE))

            assert len(server.arrived) == 1
        found = await row(world, notice)
        assert (found.state, found.reason) == ("uncertain", "process_died")


class TestPassingTrouble:
    async def test_is_tried_again_later_and_later(self, world: World, tmp_path: Path) -> None:
        _, notice = await promised(world)
        with smtp_server_that("defer", tmp_path) as server:
            one = sweeper(world, server)
            assert await one.sweep() == {notice: "failed"}
            assert await one.sweep(in_(FIRST_PAUSE - timedelta(seconds=10))) == {}
            assert await one.sweep(in_(FIRST_PAUSE + MOMENT)) == {notice: "failed"}
            assert await one.sweep(in_(FIRST_PAUSE + MOMENT)) == {}
            found = await row(world, notice)

        assert (found.state, found.reason, found.attempts) == ("failed", "smtp-451", 2)
        with smtp_server_that("accept", tmp_path) as server:
            assert await sweeper(world, server).sweep(in_(LONGEST_PAUSE)) == {notice: "handed_over"}

    async def test_is_given_up_and_stays_visible(self, world: World, tmp_path: Path) -> None:
        _, notice = await promised(world)
        with smtp_server_that("defer", tmp_path) as server:
            one = sweeper(world, server)
            for turn in range(ledger.MOST_ATTEMPTS):
                assert await one.sweep(in_(LONGEST_PAUSE * (turn + 1))) == {notice: "failed"}

            assert await one.sweep(in_(LONGEST_PAUSE * 100)) == {}
        assert (await row(world, notice)).state == "failed"

    async def test_a_refusal_is_final(self, world: World, tmp_path: Path) -> None:
        _, notice = await promised(world)
        with smtp_server_that("refuse", tmp_path) as server:
            assert await sweeper(world, server).sweep() == {notice: "failed"}
            assert await sweeper(world, server).sweep(in_(LONGEST_PAUSE * 2)) == {}

    def test_pauses_double_up_to_an_hour(self) -> None:
        settled = datetime(2026, 3, 2, tzinfo=UTC)

        def waits(attempts: int) -> timedelta:
            each = notice(attempts, settled)
            return next(
                span
                for span in (timedelta(minutes=minutes) for minutes in range(200))
                if due_again([1], {1: each}, settled + span)
            )

        assert [waits(attempts) for attempts in (1, 2, 3, 7, 20)] == [
            timedelta(minutes=minutes) for minutes in (1, 2, 4, 60, 60)
        ]


class TestUncertain:
    async def test_waits_for_a_person(self, world: World, tmp_path: Path) -> None:
        _, notice = await promised(world)
        with smtp_server_that("drop_after_text", tmp_path) as server:
            assert await sweeper(world, server).sweep() == {notice: "uncertain"}
            assert await sweeper(world, server).sweep(in_(LONGEST_PAUSE)) == {}

            assert len(server.arrived) == 1

    async def test_is_sent_again_with_the_same_id_where_missing_is_worse(self, world: World, tmp_path: Path) -> None:
        _, notice = await promised(world, resend=True)
        with smtp_server_that("drop_after_text", tmp_path / "first") as server:
            assert await sweeper(world, server).sweep() == {notice: "uncertain"}
            [first] = server.arrived

        with smtp_server_that("accept", tmp_path / "second") as server:
            again = sweeper(world, server)
            assert await again.sweep() == {}
            assert await again.sweep(in_(FIRST_PAUSE + MOMENT)) == {notice: "handed_over"}
            [second] = server.arrived

        assert first["Message-ID"] == second["Message-ID"]

    async def test_is_not_sent_again_for_ever(self, world: World, tmp_path: Path) -> None:
        _, notice = await promised(world, resend=True)
        with smtp_server_that("drop_after_text", tmp_path) as server:
            one = sweeper(world, server)
            for turn in range(6):
                await one.sweep(in_(LONGEST_PAUSE * (turn + 1)))

            assert len(server.arrived) == 3
        assert (await row(world, notice)).state == "uncertain"


def notice(attempts: int, settled: datetime) -> ledger.Notice:
    return ledger.Notice(
        id=1,
        pathway="p",
        seq=1,
        key=None,
        kind="remind",
        about=None,
        recipient_role="owner",
        recipient=None,
        due_on=None,
        state="failed",
        reason="smtp-451",
        attempts=attempts,
        promised_at=settled,
        claimed_at=settled,
        settled_at=settled,
        resend=False,
    )
