"""Notices that failed or are uncertain: who sees them, why they are so, and mending them."""

from __future__ import annotations

import pytest

from records import ledger
from records.staff import Role
from tests.desk.people import newcomer
from tests.desk.test_inbox import notice
from tests.deskworld import DeskWorld


async def broken(world: DeskWorld, state: str, reason: str) -> int:
    made = await notice(world, "siv.samordnare", person=21, state=state)
    await world.pool.execute("UPDATE notices SET reason = $2, attempts = 1, retry = false WHERE id = $1", made, reason)
    return made


async def one(world: DeskWorld, made: int) -> ledger.Notice:
    return next(each for each in await ledger.notices(world.pool, before=made + 1, limit=1))


@pytest.mark.parametrize(("who", "status"), [("pia.programansvarig", 200), ("dag.drift", 200), ("sam.samordnare", 403),
                                             ("ham.handlaggare", 403)])  # fmt: skip
async def test_managers_and_operations_see_them(world: DeskWorld, who: str, status: int) -> None:
    async with world.visitor(who) as visitor:
        assert (await visitor.get("/notices")).status_code == status
        assert ('href="/notices"' in (await visitor.get("/me")).text) == (status == 200)


@pytest.mark.parametrize(
    ("state", "reason", "told"),
    [
        ("failed", "smtp-550", "postservern vägrade (550)"),
        ("failed", "smtp-451", "postservern tog inte emot nu (451)"),
        ("failed", "no_address", "Skriv in mottagarens e-postadress"),
        ("uncertain", "process_died", "Fråga mottagaren om brevet kom"),
        ("uncertain", "smtp-silent-after-data", "förbindelsen bröts"),
    ],
)
async def test_say_why_and_what_to_do(world: DeskWorld, state: str, reason: str, told: str) -> None:
    await broken(world, state, reason)

    async with world.visitor("pia.programansvarig") as visitor:
        assert told in (await visitor.get("/notices")).text


async def test_one_is_sent_again(world: DeskWorld) -> None:
    made = await broken(world, "uncertain", "too_slow")

    async with world.visitor("pia.programansvarig") as visitor:
        answer = await visitor.post(f"/notices/{made}", data={"how": "again"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/notices?done=again")
        again = await visitor.post(f"/notices/{made}", data={"how": "again"})

    found = await one(world, made)
    assert (found.state, found.reason) == ("promised", None)
    assert made in await ledger.waiting(world.pool, world.office.clock(), now=world.office.clock(), limit=10_000)
    assert "Ladda om sidan" in again.text
    assert again.status_code == 403


@pytest.mark.parametrize(
    ("state", "how", "becomes"),
    [
        ("uncertain", "arrived", ("handed_over", "arrived")),
        ("uncertain", "told", ("cancelled", "told_otherwise")),
        ("failed", "told", ("cancelled", "told_otherwise")),
        ("failed", "arrived", ("failed", "smtp-550")),
        ("handed_over", "again", ("handed_over", "smtp-550")),
        ("failed", "nonsense", ("failed", "smtp-550")),
    ],
)
async def test_what_a_person_knows_is_kept(world: DeskWorld, state: str, how: str, becomes: tuple[str, str]) -> None:
    made = await broken(world, state, "smtp-550")

    async with world.visitor("dag.drift") as visitor:
        await visitor.post(f"/notices/{made}", data={"how": how})

    found = await one(world, made)
    assert (found.state, found.reason) == becomes


async def test_a_manager_of_another_operation_neither_sees_nor_mends_them(world: DeskWorld) -> None:
    made = await broken(world, "failed", "smtp-550")
    other = await newcomer(world, "max.annan", Role("manager", "elsewhere"))

    async with world.visitor(other) as visitor:
        page = (await visitor.get("/notices")).text
        assert "Ingenting här" in page
        assert "misslyckad (0)" in page
        await visitor.post(f"/notices/{made}", data={"how": "told"})

    assert (await one(world, made)).state == "failed"
