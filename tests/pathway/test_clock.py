"""Time decides: a pathway's one timer rings, whatever became due is told, and nothing is told that isn't due."""

from __future__ import annotations

from datetime import timedelta

from domain.commands import Tick
from domain.events import EventType
from domain.people import THE_SYSTEM
from domain.script import story
from domain.stories import frame_of, play
from tests.pathway.playing import RULES, Played
from tests.server.working import until

TOLD_OF_ONE = ["remind one", "overdue one", "escalate one"]


class TestTheTimer:
    async def test_rings_for_every_due_instant_in_its_turn(self, played: Played) -> None:
        await played.refer()

        await played.pass_time(weeks=5)

        assert [told for told in played.told() if told.endswith("one")] == TOLD_OF_ONE
        played.judge()

    async def test_lets_every_promised_notice_be_handed_over(self, played: Played) -> None:
        await played.refer()

        await played.pass_time(weeks=5)
        await until(lambda: len(played.world.handed_over) == played.world.promised)

        assert played.world.promised == len(played.told()) > len(TOLD_OF_ONE)
        assert sorted(played.world.handed_over) == list(range(played.world.promised))

    async def test_is_replaced_by_an_earlier_one(self, played: Played) -> None:
        await played.refer()
        await played.ask("pause illness 3")

        await played.pass_time(days=7)

        assert played.told() == ["overdue watch"]
        assert [event.recorded_at for event in played.world.events][-1] < played.referred_at + timedelta(days=6)
        played.judge()

    async def test_that_rings_too_early_finds_nothing_due(self, played: Played) -> None:
        await played.refer()
        await played.ask("done one")
        await played.pass_time(weeks=3)
        await played.ask("contact")
        told = played.told()

        await played.pass_time(weeks=3)

        assert played.told() == told
        await played.pass_time(weeks=2)
        assert played.told() == [*told, "overdue watch"]
        played.judge()


class TestATickFromOutside:
    async def test_at_which_nothing_is_due_is_answered_with_what_stands(self, played: Played) -> None:
        await played.refer()
        stands = played.world.events[-1].seq

        answer = await played.ask(Tick(id="looked", by=THE_SYSTEM))

        assert (answer.status, answer.first_seq, answer.last_seq) == ("recorded", stands, stands)
        assert played.world.events[-1].seq == stands


class TestACommandThatWakesAPathwayLate:
    async def test_finds_told_what_was_due(self, played: Played) -> None:
        before = played.start - timedelta(days=25)
        slept = play(
            RULES, story({"name": "slept", "days": {0: ["refer"]}}), start=before, frame=frame_of(RULES, played.name)
        )
        played.world.batches += slept.batches
        referred = slept.events[-1].seq

        await played.ask("contact", wakes=True)

        fresh = played.world.events[referred:]
        told = [event.coded["kind"] for event in fresh if event.command_id == f"tick/{referred}"]
        assert told == ["remind", "overdue", "escalate"]
        assert [event.type for event in fresh[len(told) :]] == [EventType.HAPPENED, EventType.DUE_MOVED]
