"""One place and three people, through the whole stack: update, workflow, record, outbox, and back to a workflow."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from domain.commands import Command, Complete, Decide, Exit
from domain.format.compiling import compile_text
from domain.people import Actor
from embedded.temporal import Temporal
from records import places
from records.rebuild import rebuild
from service.answers import Recorded
from service.ids import new_id
from service.migrating import carry_out, versions
from service.publishing import Programme, publish, read_programme
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


PLAIN = "        waits_for: {pool: cafe, waiting_due: 4 weeks, offer_due: 5 working days, priority: "
MAPPING = "steps: {training.cafe: training.cafe_waiting}\n"


async def without_places(on: Stage) -> Programme:
    """Publish a version of the café's programme in which nobody needs a place."""
    text = Path("tests/programmes/places.yaml").read_text("utf-8")
    text = "".join(line for line in text.splitlines(keepends=True) if not line.startswith(PLAIN))
    rules, definition, _ = compile_text(text)
    plain = Programme(rules, definition, text)
    await publish(on.pool, plain, by="test", now=datetime.now(UTC))
    return plain


async def manager(_operation: str) -> Actor:
    return OWNER


class TestAnotherVersion:
    async def test_puts_who_works_there_already_in_line_and_offers_the_place(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as on, working(on):
            await open_cafe(on.pool, starts=on.starts, count=1)
            places_needed = read_programme(Path("tests/programmes/places.yaml")).rules
            plain = await without_places(on)
            pathways = [await wait_in_line(on, place) for place in (1, 2)]
            assert [await places.of(on.pool, pathway) for pathway in pathways] == [[], []]
            (tmp_path / "mapping.yaml").write_text(MAPPING)
            chosen = await versions(on.pool, plain.rules.hash, places_needed.hash, tmp_path / "mapping.yaml")

            moved = [one.result async for one in carry_out(on.office, chosen, by=manager)]

            assert moved == ["moved", "moved"]
            dispatcher = Dispatcher(on.pool, on.client)

            async def offered() -> bool:
                await dispatcher.dispatch()
                return sorted(await states(on, *pathways)) == ["offered", "waiting"]

            await until(offered)
            assert (await rebuild(on.pool)).differences == ()
