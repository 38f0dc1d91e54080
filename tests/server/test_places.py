"""One place and three people, through the whole stack: update, workflow, record, outbox, and back to a workflow."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from domain.commands import Command, Complete, Decide, Exit
from domain.people import Actor
from embedded.temporal import Temporal
from records import places
from records.rebuild import rebuild
from service.answers import Recorded
from service.ids import new_id
from service.referrals import Referral, refer
from tests.cafe import CAFE, SITE, open_cafe
from tests.server.working import until, working
from tests.stage import Stage, person, stage
from worker.outbox import Dispatcher

REFERRER = Actor("ham.handlaggare", ("referrer",))
OWNER = Actor("sam.samordnare", ("manager",))


async def ask(on: Stage, pathway: str, command: Command) -> None:
    answer = await on.office.send(pathway, command)
    assert isinstance(answer, Recorded), answer


async def wait_in_line(on: Stage, place: int) -> str:
    """Refer somebody who wants to work at the café."""
    asked = Referral(
        id=f"cafe-{place}", operation=CAFE, person=person(place), unit=SITE, on=datetime.now(UTC).date(),
        facts={},
    )  # fmt: skip
    referred = await refer(on.office, asked, by=REFERRER, command_id=new_id())
    assert isinstance(referred, Recorded), referred
    await ask(on, referred.pathway, Complete(id=new_id(), by=OWNER, step="talk"))
    return referred.pathway


async def answer(on: Stage, pathway: str, outcome: str) -> None:
    decide = Decide(id=new_id(), by=OWNER, step="cafe_offer", outcome=outcome, reason="as they wish")
    await ask(on, pathway, decide)


async def states(on: Stage, *pathways: str) -> list[str]:
    """Return where each stands, as the record says it."""
    found = [await places.of(on.pool, pathway) for pathway in pathways]
    return [each[0].state if each else "released" for each in found]


class TestOnePlaceForThree:
    async def test_is_offered_to_the_next_when_it_is_let_go(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as on, working(on):
            await open_cafe(on.pool, starts=on.starts, count=1)
            dispatcher = Dispatcher(on.pool, on.client)
            first, second, third = [await wait_in_line(on, place) for place in (1, 2, 3)]

            async def stand(*expected: str) -> None:
                async def so() -> bool:
                    await dispatcher.dispatch()
                    [cafe] = await places.overview(on.pool, CAFE)
                    assert cafe.taken <= cafe.capacity
                    return await states(on, first, second, third) == list(expected)

                await until(so)

            await stand("offered", "waiting", "waiting")
            await answer(on, first, "declined")
            await stand("waiting", "offered", "waiting")
            await answer(on, second, "accepted")
            await stand("waiting", "held", "waiting")
            line = await places.queue(on.pool, CAFE)
            assert [(one.pathway, one.place, one.length) for one in line] == [(third, 1, 2), (first, 2, 2)]

            await ask(on, second, Exit(id=new_id(), by=OWNER, exit="left", reason="moved away"))
            await stand("waiting", "released", "offered")
            await answer(on, third, "accepted")

            [standing] = await places.of(on.pool, third)
            assert (standing.state, standing.site) == ("held", SITE)
            state, _ = await on.office.state_of(third)
            assert state is not None
            assert "training.cafe#1" in state.open
            assert (await rebuild(on.pool)).differences == ()
