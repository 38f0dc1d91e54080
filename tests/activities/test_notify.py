"""Notices leave at most once, and whatever happens the ledger says what is known."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from activities import notify
from activities.mail import Letter, carrier_for
from activities.notify import MESSAGE_DOMAIN, Notifier
from records import ledger, staff
from records.staff import Staff
from tests.activities.promising import promised, row
from tests.activities.smtp import SmtpServer, smtp_server_that
from tests.records.builders import World, done
from workflows.ports import NotifyInput

SENDER = "stegvis@example.se"
BRIEF = 0.3  # seconds to wait for a silent server


def notifier(world: World, server: SmtpServer, timeout: float = 5.0) -> Notifier:
    return Notifier(world.pool, carrier_for(server.address(timeout), SENDER), "sv")


class Waiting:
    """A carrier that hands nothing over before it is told to."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.go_on = asyncio.Event()
        self.letters: list[Letter] = []

    async def hand_over(self, letter: Letter) -> None:
        self.reached.set()
        await self.go_on.wait()
        self.letters.append(letter)


class TestHandedOver:
    async def test_once_with_the_rows_message_id_and_no_personal_data(self, world: World, tmp_path: Path) -> None:
        story, notice = await promised(world)
        message_id = await world.pool.fetchval("SELECT message_id FROM notices WHERE id = $1", notice)

        with smtp_server_that("accept", tmp_path) as server:
            assert await notifier(world, server).deliver(notice) == "handed_over"

            [letter] = server.arrived
        assert (await row(world, notice)).state == "handed_over"
        assert letter["Message-ID"] == f"<{message_id}@{MESSAGE_DOMAIN}>"
        assert letter["To"] == "anna@example.se"
        assert story.pathway in letter.get_content()
        for personal in ("Test 0", "Anna", "1980"):
            assert personal not in letter.get_content()
            assert personal not in letter["Subject"]

    async def test_once_however_many_try(self, world: World, tmp_path: Path) -> None:
        _, notice = await promised(world)

        with smtp_server_that("accept", tmp_path) as server:
            one = notifier(world, server)
            outcomes = await asyncio.gather(*(one.deliver(notice) for _ in range(10)))

            assert len(server.arrived) == 1
        assert sorted(outcomes) == ["handed_over", *["left"] * 9]

    async def test_not_again_by_a_second_attempt_of_the_activity(self, world: World, tmp_path: Path) -> None:
        notices = [(await promised(world, place))[1] for place in range(3)]

        with smtp_server_that("accept", tmp_path) as server:
            one = notifier(world, server)
            first = await ActivityEnvironment().run(one.notify, NotifyInput(tuple(notices)))
            second = await ActivityEnvironment().run(one.notify, NotifyInput(tuple(notices)))

            assert len(server.arrived) == 3
        assert first.settled == tuple((notice, "handed_over") for notice in notices)
        assert second.settled == tuple((notice, "left") for notice in notices)

    async def test_in_the_recipients_language(self, world: World, tmp_path: Path) -> None:
        _, notice = await promised(world, to="cia")

        with smtp_server_that("accept", tmp_path) as server:
            await notifier(world, server).deliver(notice)

            [letter] = server.arrived
        assert letter["Subject"].startswith("Reminder")


class TestNothingToHandOver:
    async def test_when_the_cause_is_gone(self, world: World, tmp_path: Path) -> None:
        story, notice = await promised(world)
        await story.record(done("plan#1"))

        with smtp_server_that("accept", tmp_path) as server:
            assert await notifier(world, server).deliver(notice) == "left"

            assert server.arrived == []
        assert (await row(world, notice)).state == "cancelled"

    async def test_when_nobody_knows_an_address_until_somebody_does(self, world: World, tmp_path: Path) -> None:
        await staff.add(world.pool, Staff("anna", "Anna A", None, unit="north"))
        _, notice = await promised(world)

        with smtp_server_that("accept", tmp_path) as server:
            assert await notifier(world, server).deliver(notice) == "failed"
            assert (await row(world, notice)).reason == "no_address"

            await staff.add(world.pool, Staff("anna", "Anna A", "anna@example.se", unit="north"))
            assert await notifier(world, server).deliver(notice) == "handed_over"


class TestTrouble:
    @pytest.mark.parametrize(
        ("mode", "told", "arrived"),
        [
            ("defer", ("failed", "smtp-451"), 0),
            ("refuse", ("failed", "smtp-550"), 0),
            ("drop_after_text", ("uncertain", "smtp-broken-after-data"), 1),
            ("hang_after_text", ("uncertain", "smtp-silent-after-data"), 1),
            ("hang_at_connect", ("failed", "smtp-unreachable"), 0),
        ],
    )
    async def test_is_told_as_it_is(
        self, world: World, tmp_path: Path, mode: str, told: tuple[str, str], arrived: int
    ) -> None:
        _, notice = await promised(world)

        with smtp_server_that(mode, tmp_path) as server:
            assert await notifier(world, server, BRIEF).deliver(notice) == told[0]
            # The second try finds nothing that it may take, or finds the same trouble.
            await notifier(world, server, BRIEF).deliver(notice)

            assert len(server.arrived) == arrived
        found = await row(world, notice)
        assert (found.state, found.reason) == told

    async def test_a_carrier_that_never_comes_back_is_uncertain(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(notify, "HAND_OVER", 0.05)
        _, notice = await promised(world)

        assert await Notifier(world.pool, Waiting(), "sv").deliver(notice) == "uncertain"
        assert (await row(world, notice)).reason == "too_slow"

    async def test_a_letter_that_cannot_be_written_has_certainly_not_left(self, world: World) -> None:
        _, notice = await promised(world, kind="shout")
        carrier = Waiting()
        carrier.go_on.set()

        assert await Notifier(world.pool, carrier, "sv").deliver(notice) == "failed"
        assert (await row(world, notice)).reason == "not_written"
        assert carrier.letters == []

    async def test_a_receipt_is_insisted_on(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(notify, "SETTLE_PAUSE", 0.001)
        _, notice = await promised(world)
        carrier = Waiting()
        carrier.go_on.set()
        _fails_first(monkeypatch, ledger.settle_all, times=3)

        assert await Notifier(world.pool, carrier, "sv").deliver(notice) == "handed_over"
        assert (await row(world, notice)).state == "handed_over"
        assert len(carrier.letters) == 1

    async def test_without_a_receipt_nothing_is_sent_again(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(notify, "SETTLE_FOR", 0.0)
        monkeypatch.setattr(notify, "SETTLE_PAUSE", 0.001)
        _, notice = await promised(world)
        carrier = Waiting()
        carrier.go_on.set()
        one = Notifier(world.pool, carrier, "sv")
        with monkeypatch.context() as broken:
            _fails_first(broken, ledger.settle_all, times=100)
            with pytest.raises(OSError, match="away"):
                await one.deliver(notice)

        assert await one.deliver(notice) == "left"
        assert (await row(world, notice)).state == "claimed"
        assert len(carrier.letters) == 1


class TestSlots:
    async def test_leave_a_notice_promised_when_all_are_taken(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(notify, "SLOTS", 1)
        monkeypatch.setattr(notify, "SLOT_PATIENCE", 0.05)
        (_, first), (_, second) = await promised(world, 0), await promised(world, 1)
        carrier = Waiting()
        one = Notifier(world.pool, carrier, "sv")

        under_way = asyncio.create_task(one.deliver(first))
        await carrier.reached.wait()
        outcome = await one.deliver(second)
        carrier.go_on.set()

        assert (await under_way, outcome) == ("handed_over", "left")
        assert (await row(world, second)).state == "promised"


def _fails_first(
    monkeypatch: pytest.MonkeyPatch, settle: Callable[..., Coroutine[Any, Any, list[int]]], *, times: int
) -> None:
    remaining = times

    async def failing(*arguments: Any, **named: Any) -> list[int]:
        nonlocal remaining
        remaining -= 1
        if remaining >= 0:
            raise OSError("PostgreSQL is away")
        return await settle(*arguments, **named)

    monkeypatch.setattr(ledger, "settle_all", failing)
