"""Places on real servers: who waits, since when, and what a person's page says of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from domain.calendar import local_day
from embedded.postgres import Postgres
from records.database import connect
from service.sample import OPERATION
from tests.cafe import CAFE, open_cafe
from tests.cli.conftest import Stegvis, number
from tests.server.working import until

SWEDISH = "sv_SE.UTF-8"
TODAY = local_day(datetime.now(UTC))
ROLES = (
    "INSERT INTO staff_roles SELECT staff, $1, role FROM staff_roles WHERE operation = $2 "
    "ON CONFLICT DO NOTHING RETURNING 1"
)


def state(stegvis: Stegvis, count: int | None, **more: object) -> None:
    """State so many places, with more of what a pool can say."""

    async def now() -> None:
        pool = await connect(Postgres(stegvis.home).url)
        try:
            await open_cafe(pool, starts=TODAY - timedelta(days=30), count=count, **more)
        finally:
            await pool.close()

    asyncio.run(now())


@pytest.fixture(scope="module")
def cafe(stegvis: Stegvis) -> Iterator[Stegvis]:
    """A home in which there is a café."""
    state(stegvis, 1)
    stegvis.sql(ROLES, CAFE, OPERATION)
    yield stegvis
    state(stegvis, 1)


def wait(stegvis: Stegvis) -> str:
    """Refer somebody who wants to work at the café."""
    done = stegvis.must("refer", "-o", CAFE, "--unit", "arbetsmarknad", "--number", number(), "--name", "Test Testsson",
                        by="ham.handlaggare")  # fmt: skip
    stegvis.must("do", done.pathway, "complete", "talk")
    return done.pathway


def stands(stegvis: Stegvis, pathway: str, expected: str) -> None:
    """Wait until the record says where somebody stands."""

    async def so() -> bool:
        found = await asyncio.to_thread(stegvis.sql, "SELECT state FROM claims WHERE pathway = $1", pathway)
        return bool(found == expected)

    asyncio.run(until(so))


class TestPlaces:
    def test_are_told_with_their_queue_and_on_the_page_of_who_waits(self, cafe: Stegvis) -> None:
        state(cafe, 1)
        first, second, third = wait(cafe), wait(cafe), wait(cafe)
        stands(cafe, first, "offered")

        told = cafe.must("operation", "places", CAFE, by="pia.programansvarig")
        swedish = cafe.must("operation", "places", by="pia.programansvarig", lang=SWEDISH)
        assert "Waiting for cafe (cafe-test): 2" in told.out
        assert told.out.index(second) < told.out.index(third)
        assert first not in told.out
        assert f"since {TODAY} (0 d)" in told.out
        assert "Väntar på cafe (cafe-test): 2" in swedish.out
        assert "Testsson" not in told.out
        assert "The café: number 2 of 2 in line for cafe" in cafe.must("show", third).out
        assert "Kaféet: erbjuden en plats, cafe (arbetsmarknad)" in cafe.must("show", first, lang=SWEDISH).out

        cafe.must("do", first, "decide", "cafe_offer", "accepted", "--reason", "ok")
        assert "The café: has a place, cafe (arbetsmarknad)" in cafe.must("show", first).out
        cafe.must("do", first, "exit", "left", "--reason", "ok")
        stands(cafe, second, "offered")
        cafe.must("do", second, "decide", "cafe_offer", "accepted", "--reason", "ok")
        cafe.must("do", first, "reopen", "--reason", "a mistake", by="pia.programansvarig")
        assert "1 more than there are places" in cafe.must("operation", "places", CAFE).out
        assert "cafe (cafe-test): 2/1" in cafe("ops", "doctor").out
        for pathway in (first, second, third):
            cafe.must("do", pathway, "exit", "left", "--reason", "ok")

    def test_say_when_a_group_can_start(self, cafe: Stegvis) -> None:
        day = TODAY + timedelta(days=20)
        state(cafe, 5, group={"at_least": 4, "starts": [day.isoformat()]})

        told = cafe.must("operation", "places", CAFE)

        assert f"{day}, at least 4" in told.out
        state(cafe, 5, group={"at_least": 4, "starts": [(TODAY - timedelta(days=1)).isoformat()]})
        assert "no day left (at least 4)" in cafe.must("operation", "places", CAFE).out

    def test_that_nobody_states_are_named(self, cafe: Stegvis) -> None:
        state(cafe, None)
        only = wait(cafe)

        told = cafe.must("operation", "places", CAFE)
        doctor = cafe("ops", "doctor")

        assert "cafe (cafe-test) has no stated places" in told.out
        assert "has no stated places" in cafe.must("operation", "show", CAFE).out
        assert "nobody is offered a place in: cafe (cafe-test)" in doctor.out
        assert doctor.code == 1
        cafe.must("do", only, "exit", "left", "--reason", "ok")

    def test_of_an_unknown_operation_are_refused(self, cafe: Stegvis) -> None:
        assert cafe("operation", "places", "nowhere").code == 1
