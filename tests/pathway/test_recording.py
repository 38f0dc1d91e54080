"""P2 in the workflow: recorded, accepted or not taken, whatever befalls the record."""

from __future__ import annotations

import pytest

from domain.errors import Refusal
from tests.pathway.playing import Played
from tests.server.working import until
from workflows.pathway import MOST_BATCHES


class TestACommand:
    async def test_is_answered_when_it_is_recorded(self, played: Played) -> None:
        await played.refer()

        answer = await played.ask("contact")

        last = played.world.events[-1]
        assert (answer.status, answer.last_seq, answer.again) == ("recorded", last.seq, False)
        assert answer.position == 1000 + len(played.world.batches)
        played.judge()

    async def test_asked_again_is_answered_with_what_is_recorded(self, played: Played) -> None:
        await played.refer()
        command = await played.command("contact")
        first = await played.ask(command)

        again = await played.ask_anew(command)

        assert again.again
        assert (again.first_seq, again.last_seq, again.position) == (first.first_seq, first.last_seq, first.position)

    async def test_that_is_refused_leaves_nothing(self, played: Played) -> None:
        await played.refer()
        before = played.world.events

        with pytest.raises(Refusal, match="step_not_open"):
            await played.ask("done two")

        assert played.world.events == before

    async def test_of_nobody_ends_with_the_refusal(self, played: Played) -> None:
        with pytest.raises(Refusal, match="pathway_unknown"):
            await played.ask("contact", wakes=True)

        await played.handle.result()
        assert played.world.batches == []


class TestARecordThatIsAway:
    async def test_makes_callers_hear_accepted_and_records_when_it_is_back(self, played: Played) -> None:
        await played.refer()
        played.world.away = True
        first = await played.ask_while_time_passes("contact", seconds=15)
        second = await played.ask("owner owner_two")
        standing = await played.standing()

        played.world.away = False
        await played.pass_time(seconds=10)

        assert (first.status, second.status) == ("accepted", "accepted")
        assert (standing.recorded, standing.decided, standing.diverged) == (first.first_seq - 1, second.last_seq, False)
        assert played.world.events[-1].seq == second.last_seq
        assert (await played.ask("contact")).status == "recorded"
        played.judge()

    async def test_lets_what_queued_be_recorded_in_portions(self, played: Played) -> None:
        await played.refer()
        played.world.away = True
        await played.ask_while_time_passes("contact", seconds=15)
        for _ in range(MOST_BATCHES + 2):
            assert (await played.ask("contact")).status == "accepted"

        played.world.sizes.clear()
        played.world.away = False
        await played.pass_time(seconds=10)

        assert played.world.sizes == [1, MOST_BATCHES, 2]
        played.judge()


class TestARecordThatSaysSomethingElse:
    async def test_stops_the_pathway_and_whoever_waits_is_told(self, played: Played) -> None:
        await played.refer()
        before = played.world.events
        played.world.diverged = True

        with pytest.raises(Refusal, match="diverged"):
            await played.ask("contact")

        with pytest.raises(Refusal, match="diverged"):
            await played.ask("done one")
        await played.pass_time(weeks=5)  # nothing is told either
        assert played.world.events == before
        assert (await played.standing()).diverged

    async def test_after_it_was_away_stops_the_pathway(self, played: Played) -> None:
        await played.refer()
        played.world.away = True
        accepted = await played.ask_while_time_passes("contact", seconds=15)
        played.world.diverged = True
        await played.environment.sleep(10)

        await until(played.is_diverged)

        assert accepted.status == "accepted"
        assert (await played.standing()).recorded == accepted.first_seq - 1


class TestAPostOfficeThatFailsForGood:
    async def test_leaves_the_notices_to_the_sweeper_and_the_pathway_goes_on(self, played: Played) -> None:
        await played.refer()
        played.world.no_post = True

        await played.pass_time(days=13)  # the reminder falls due
        await played.pass_time(minutes=5)

        assert played.world.tries_to_notify == 5
        assert played.world.handed_over == []
        assert (await played.ask("done one")).status == "recorded"
        played.judge()
