"""Referrals become pathways once, people are found again, and numbers may change."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from domain.events import EventType
from domain.identity import IdentityKind, parse
from records import register
from records.register import AlreadyInside, IdentityTaken, OperationUnknown, ReferralTaken
from records.staff import UnitUnknown
from tests.records.builders import DAY, NOW, World, number, person

RESERVE = parse("991234567A", on=DAY, kind=IdentityKind.RESERVE)
LEAVING = (EventType.EXITED, {"reason": "work", "class": "completed"})


async def counts(world: World) -> tuple[int, ...]:
    tables = ("participants", "people", "identities", "keys", "pathways")
    return tuple([await world.pool.fetchval(f"SELECT count(*) FROM {table}") for table in tables])


class TestReserve:
    async def test_names_the_standing_owner_and_an_opaque_pathway(self, world: World) -> None:
        found = await world.reserve()

        assert found.owner == "anna"
        assert not found.already
        assert found.pathway.startswith("p-")
        assert number().value not in found.pathway

    @pytest.mark.parametrize("same_number", [True, False], ids=["number", "reserve_number"])
    async def test_gives_one_pathway_to_a_hundred_who_ask_at_once(self, world: World, same_number: bool) -> None:
        one = person() if same_number else replace(person(), identity=RESERVE)

        found = await asyncio.gather(*(world.reserve(person=one) for _ in range(100)))

        assert len({each.pathway for each in found}) == 1
        assert sum(not each.already for each in found) == 1
        assert await counts(world) == (1, 1, 1, 1, 1)

    async def test_lets_one_of_many_referrals_of_a_person_in(self, world: World) -> None:
        found = await asyncio.gather(
            *(world.reserve(person=person(), referral=f"other-{place}") for place in range(30)), return_exceptions=True
        )

        taken = [each for each in found if not isinstance(each, BaseException)]
        refused = [each for each in found if isinstance(each, AlreadyInside)]
        assert len(taken) == 1
        assert {each.pathway for each in refused} == {taken[0].pathway}
        assert len(refused) == 29
        assert await counts(world) == (1, 1, 1, 1, 1)

    async def test_gives_one_participant_to_a_person_referred_to_two_operations_at_once(self, world: World) -> None:
        first, second = await asyncio.gather(
            world.reserve(person=person()), world.reserve(person=person(), operation="koll-2")
        )

        assert first.participant == second.participant
        assert (first.ordinal, second.ordinal) == (1, 1)

    async def test_links_a_person_who_comes_back(self, world: World) -> None:
        story = await world.pathway()
        await story.refer(LEAVING)

        again = await world.reserve(person=person(), referral="again")

        assert again.participant == story.reservation.participant
        assert (again.ordinal, again.previous) == (2, story.pathway)

    async def test_refuses_a_referral_id_that_stands_for_somebody_else(self, world: World) -> None:
        first = await world.reserve(1)

        with pytest.raises(ReferralTaken) as caught:
            await world.reserve(2, referral="r-1")

        assert caught.value.pathway == first.pathway

    async def test_refuses_what_the_registers_do_not_know(self, world: World) -> None:
        with pytest.raises(OperationUnknown):
            await world.reserve(operation="nowhere")
        with pytest.raises(UnitUnknown):
            await world.reserve(unit="nowhere")
        with pytest.raises(ValueError, match="no such participant"):
            await world.reserve(person=person(participant=uuid4()))
        assert await counts(world) == (0, 0, 0, 0, 0)

    async def test_can_be_taken_back_until_something_was_recorded(self, world: World) -> None:
        idle = await world.reserve(1)
        story = await world.pathway(2)
        await story.refer()

        old = await register.reserved_before(world.pool, NOW + timedelta(seconds=1))

        assert [each["id"] for each in old] == [idle.pathway]
        assert await register.release(world.pool, idle.pathway)
        assert not await register.release(world.pool, story.pathway)
        assert (await world.reserve(1)).ordinal == 1


class TestNumbers:
    async def test_change_and_still_find_the_person(self, world: World) -> None:
        found = await world.reserve(1)

        await register.change_identity(world.pool, found.participant, number(9), on=DAY + timedelta(days=5))

        assert await register.find(world.pool, number(1)) == found.participant
        assert await register.find(world.pool, number(9)) == found.participant
        assert [days[1:] for days in await register.identities(world.pool, found.participant)] == [
            (DAY, DAY + timedelta(days=5)),
            (DAY + timedelta(days=5), None),
        ]
        assert (await world.reserve(9, referral="r-1")).already
        assert (await world.reserve(1)).already

    async def test_belong_to_one_participant(self, world: World) -> None:
        first, second = await world.reserve(1), await world.reserve(2)

        with pytest.raises(IdentityTaken) as caught:
            await register.change_identity(world.pool, second.participant, number(1), on=DAY)

        assert caught.value.participant == first.participant
        assert await register.find(world.pool, number(2)) == second.participant

    async def test_of_other_kinds_find_nobody(self, world: World) -> None:
        one = await world.reserve(1, person=replace(person(1), identity=RESERVE))
        two = await world.reserve(2, person=replace(person(2), identity=RESERVE))

        assert one.participant != two.participant
        assert await register.find(world.pool, RESERVE) is None


class TestCards:
    async def test_show_the_person_behind_a_pathway(self, world: World) -> None:
        found = await world.reserve(3, person=person(3, protection="marked", contact={"phone": "1"}))
        await register.protect(world.pool, found.participant, "registered_elsewhere")

        card = (await register.cards(world.pool, [found.pathway, "p-unknown"]))[found.pathway]

        assert (card.name, card.birth_date, card.protection) == ("Test 3", date(1980, 1, 1), "registered_elsewhere")
        assert card.identity == number(3)
        assert "Test 3" not in repr(card)
