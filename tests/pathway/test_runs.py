"""A pathway is open for years: it moves to new runs, sleeps when it is closed, and is woken; nothing is lost on the way."""

from __future__ import annotations

import pytest

from domain.commands import Migrate, UndoMigration
from domain.errors import Refusal
from domain.people import Actor
from domain.rules import canonical
from tests.pathway.playing import LATER_RULES, RULES, Played
from tests.server.working import until
from workflows import pathway, ports

MANAGER = Actor("manager_one", ("manager",), "demo")


class TestTheEndOfAStage:
    async def test_begins_a_new_run_that_goes_on_where_the_old_one_stood(self, played: Played) -> None:
        await played.refer()
        first = await played.run_id()

        await played.ask("done one")
        await until(played.moved_from(first))

        await played.pass_time(weeks=10)
        assert "overdue two" in played.told()
        assert "overdue one" not in played.told()
        played.judge()

    async def test_waits_for_notices_that_are_on_their_way(self, played: Played) -> None:
        await played.refer()
        first = await played.run_id()
        await played.pass_time_until_a_notice_hangs(days=13)

        await played.ask("done one")
        assert await played.run_id() == first
        played.world.post_opens.set()
        await until(played.moved_from(first))

        assert played.world.handed_over == list(range(played.world.promised))
        played.judge()


class TestACrowdedRun:
    async def test_takes_no_commands_until_it_has_moved(self, played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
        await played.refer()
        played.world.away = True
        await played.ask_while_time_passes("contact", seconds=15)
        before = await played.standing()
        with monkeypatch.context() as limits:
            limits.setattr(pathway, "CROWDED", -1)

            with pytest.raises(Refusal, match=ports.MOVING):
                await played.ask("contact")

        assert await played.standing() == before
        played.world.away = False
        await played.pass_time(seconds=10)
        assert (await played.ask("contact")).status == "recorded"
        played.judge()


class TestAPathwayThatIsClosed:
    async def test_has_ended_after_its_last_follow_up(self, played: Played) -> None:
        await played.refer()
        await played.ask("exit work")
        await played.pass_time(weeks=30)

        await played.ask("done later")

        await played.handle.result()
        assert played.world.events[-1].type == "Closed"
        assert "overdue after_exit.later" in played.told()
        played.judge()

    async def test_ends_only_when_its_notices_are_handed_over(self, played: Played) -> None:
        await played.refer()
        await played.ask("exit work")
        await played.pass_time_until_a_notice_hangs(weeks=30)
        await played.ask("done later")
        assert await played.is_running()

        played.world.post_opens.set()
        await played.handle.result()

        assert played.world.handed_over == list(range(played.world.promised))

    async def test_is_woken_by_a_correction_and_sleeps_again(self, played: Played) -> None:
        await played.refer()
        await played.ask({"fact": "far", "value": True})
        await played.ask("exit error")
        await played.handle.result()

        await played.ask({"correct": "far", "value": False}, wakes=True)

        await played.handle.result()
        played.judge()

    async def test_is_opened_again_and_time_goes_on(self, played: Played) -> None:
        await played.refer()
        await played.ask("exit error")
        await played.handle.result()

        await played.ask("reopen", wakes=True)
        await played.pass_time(weeks=5)

        assert "overdue one" in played.told()
        played.judge()


class TestAMigration:
    async def test_lets_the_next_run_follow_the_other_rules(self, played: Played) -> None:
        await played.refer()

        await played.ask(Migrate(id="there", by=MANAGER, rules=canonical(LATER_RULES)))
        await played.ask("done one")
        await played.pass_time(weeks=2)

        assert "overdue three" in played.told()
        assert {event.rules for event in played.world.events} == {RULES.hash, LATER_RULES.hash}
        played.judge()

    async def test_that_is_taken_back_leaves_the_rules_of_before(self, played: Played) -> None:
        await played.refer()
        await played.ask(Migrate(id="there", by=MANAGER, rules=canonical(LATER_RULES)))

        await played.ask(UndoMigration(id="back", by=MANAGER, rules=canonical(RULES)))
        await played.ask("done one")
        await played.pass_time(weeks=2)

        assert played.world.events[-1].rules == RULES.hash
        assert "overdue three" not in played.told()
        played.judge()
