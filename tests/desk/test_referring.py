"""Referring from the desk: search first, conditions at once, one referral however often it is sent."""

from __future__ import annotations

import asyncio
import re
from datetime import date, timedelta
from itertools import count
from typing import Any

import httpx2

from records import referrals, register
from service.sample import OPERATION, reserved_number
from service.who import today
from tests.deskworld import DeskWorld

HAM, EVA = "ham.handlaggare", "eva.handlaggare"
_SERIAL = count()


def somebody() -> str:
    """Return the number of somebody who isn't known, and who is of the right age."""
    serial = next(_SERIAL)
    return reserved_number(date(1984, 3, 1) + timedelta(days=serial // 20), serial)


def answers(number: str, **more: str | list[str]) -> dict[str, Any]:
    """Return what a caseworker fills in for somebody who meets every condition."""
    return {
        "number": number, "name": "Asta Prövling", "birth_date": f"{number[:4]}-{number[4:6]}-{number[6:8]}",
        "unit": "forsorjningsstod", "on": today().isoformat(), "language": "sv", "protection": "none",
        "v-assistance": "long_term", "v-complex_problems": "yes", "v-gender": "woman", **more,
    }  # fmt: skip


def hidden(page: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    assert found is not None, page
    return found.group(1)


def pathway_of(answer: httpx2.Response) -> str:
    """Return the pathway that an answer leads to."""
    return answer.headers["location"].split("?")[0].rsplit("/", 1)[-1]


def truths(page: str) -> list[str]:
    return re.findall(r'<li class="(met|unmet|unknown)">', page)


async def refer(visitor: httpx2.AsyncClient, given: dict[str, Any]) -> httpx2.Response:
    """Go through the three pages."""
    asked = await visitor.post("/refer/who", data={"number": given["number"]})
    assert asked.status_code == 200, asked.text
    checked = await visitor.post("/refer/check", data={**given, "command_id": hidden(asked.text, "command_id")})
    assert checked.status_code == 200, checked.text
    return await visitor.post("/refer", data={**given, "command_id": hidden(checked.text, "command_id")})


async def pathways(world: DeskWorld) -> int:
    return int(await world.pool.fetchval("SELECT count(*) FROM pathways"))


class TestTheWayThrough:
    async def test_three_pages_make_a_referral_and_show_it(self, world: DeskWorld) -> None:
        given = answers(somebody(), reason="Vill ha <b>stöd</b>", consent="written")
        async with world.visitor(HAM) as ham:
            answer = await refer(ham, given)
            assert answer.status_code == 303
            page = (await ham.get(answer.headers["location"])).text

        pathway = pathway_of(answer)
        assert "Asta Prövling" in page
        assert "Registrerat" in page
        assert "<dt>Samtycke</dt><dd>Ja, skriftligt" in page
        agreed = await referrals.consent(world.pool, pathway)
        assert agreed is not None
        assert (agreed.answer, agreed.noted_by) == ("written", HAM)

    async def test_the_number_fills_in_what_it_says(self, world: DeskWorld) -> None:
        number = somebody()
        async with world.visitor(HAM) as ham:
            page = (await ham.post("/refer/who", data={"number": number})).text

        assert f'value="{number[:4]}-{number[4:6]}-{number[6:8]}"' in page
        assert re.search(r'value="(woman|man)" checked', page)
        assert '<option value="forsorjningsstod" selected>' in page

    async def test_a_double_click_is_one_referral(self, world: DeskWorld) -> None:
        given = answers(somebody())
        async with world.visitor(HAM) as ham:
            asked = await ham.post("/refer/who", data={"number": given["number"]})
            given["command_id"] = hidden(asked.text, "command_id")
            before = await pathways(world)
            first, second = await asyncio.gather(ham.post("/refer", data=given), ham.post("/refer", data=given))

        assert (first.status_code, second.status_code) == (303, 303)
        assert first.headers["location"] == second.headers["location"]
        assert await pathways(world) == before + 1

    async def test_the_address_of_a_later_page_begins_from_the_start(self, world: DeskWorld) -> None:
        async with world.visitor(HAM) as ham:
            assert (await ham.get("/refer/check")).headers["location"] == "/refer"


class TestConditions:
    async def test_stand_one_by_one_before_anything_is_sent(self, world: DeskWorld) -> None:
        given = answers(somebody(), **{"v-assistance": "recurrent", "v-complex_problems": ""})
        before = await pathways(world)
        async with world.visitor(HAM) as ham:
            page = (await ham.post("/refer/check", data=given)).text

        assert truths(page) == ["met", "unmet", "unknown"]
        assert "Remissen kan skickas ändå" in page
        assert await pathways(world) == before

    async def test_a_doubtful_referral_is_taken_and_a_person_decides(self, world: DeskWorld) -> None:
        async with world.visitor(HAM) as ham:
            answer = await refer(ham, answers(somebody(), **{"v-assistance": "none"}))

        assert answer.status_code == 303

    async def test_follow_what_is_typed_however_little_it_is(self, world: DeskWorld) -> None:
        number = somebody()
        async with world.visitor(HAM) as ham:
            empty = (await ham.post("/refer/eligible", data={"number": number})).text
            given = {"number": number, "birth_date": "1950-01-01", "on": "trettonde", "v-complex_problems": "no"}
            some = (await ham.post("/refer/eligible", data=given)).text

        assert truths(empty) == ["met", "unknown", "unknown"]
        assert truths(some) == ["unmet", "unknown", "unmet"]


class TestSearchBeforeCreate:
    async def test_somebody_inside_stops_with_the_way_there(self, world: DeskWorld) -> None:
        pathway = await world.pathway(28)
        number = (await register.cards(world.pool, [pathway]))[pathway].identity
        assert number is not None
        async with world.visitor(HAM) as ham:
            answer = await ham.post("/refer/who", data={"number": number.value})

        assert answer.status_code == 409
        assert f'href="/people/{pathway}"' in answer.text
        assert "Sam Samordnare" in answer.text
        read = await world.pool.fetchval(
            "SELECT count(*) FROM reads WHERE pathway = $1 AND staff = $2 AND what = 'refer'", pathway, HAM
        )
        assert read == 1

    async def test_somebody_who_left_is_known_and_filled_in(self, world: DeskWorld) -> None:
        given = answers(somebody())
        async with world.visitor(HAM) as ham:
            pathway = pathway_of(await refer(ham, given))
            left = await ham.post(f"/people/{pathway}/do/happen?about=withdrawn", data={"note": "Vill inte"})
            assert left.status_code == 303
            answer = await ham.post("/refer/who", data={"number": given["number"]})
            again = await refer(ham, given)

        assert answer.status_code == 200
        assert 'value="Asta Prövling"' in answer.text
        assert again.status_code == 303
        assert f'href="/people/{pathway}"' in answer.text

    async def test_another_unit_learns_whom_to_ask_and_no_name(self, world: DeskWorld) -> None:
        pathway = await world.pathway(29)
        card = (await register.cards(world.pool, [pathway]))[pathway]
        assert card.identity is not None
        await world.pool.execute("UPDATE staff SET unit = 'arbetsmarknad' WHERE id = $1", EVA)
        try:
            async with world.visitor(EVA) as eva:
                answer = await eva.post("/refer/who", data={"number": card.identity.value})
        finally:
            await world.pool.execute("UPDATE staff SET unit = 'forsorjningsstod' WHERE id = $1", EVA)

        assert answer.status_code == 409
        assert "Sam Samordnare" in answer.text
        assert card.name not in answer.text
        assert pathway not in answer.text

    async def test_people_who_may_be_the_same_are_shown_before_sending(self, world: DeskWorld) -> None:
        pathway = await world.pathway(27)
        card = (await register.cards(world.pool, [pathway]))[pathway]
        first, last = card.name.split()
        given = answers("FREMLING27", kind="reserve", name=f"{first.upper()} Nytt-{last}")
        async with world.visitor(HAM) as ham:
            same_day = await ham.post("/refer/check", data={**given, "birth_date": str(card.birth_date)})
            other_day = await ham.post("/refer/check", data={**given, "birth_date": "1979-02-03"})

        assert f'href="/people/{pathway}"' in same_day.text
        assert "Kan vara samma person" in same_day.text
        assert "Kan vara samma person" not in other_day.text


class TestWhatIsWrong:
    async def test_stands_at_its_field_and_the_rest_is_kept(self, world: DeskWorld) -> None:
        given = answers(somebody(), name="", on="i går", reason="Lång berättelse")
        async with world.visitor(HAM) as ham:
            nameless = await ham.post("/refer/check", data=given)
            dayless = await ham.post("/refer/check", data={**given, "name": "Asta"})

        assert (nameless.status_code, dayless.status_code) == (422, 422)
        assert 'href="#f-name"' in nameless.text
        assert 'href="#f-on"' in dayless.text
        assert "Lång berättelse" in dayless.text

    async def test_a_number_that_cannot_be_read_asks_for_its_kind(self, world: DeskWorld) -> None:
        async with world.visitor(HAM) as ham:
            answer = await ham.post("/refer/who", data={"number": "LMA-12345"})
            named = await ham.post("/refer/who", data={"number": "LMA-12345", "kind": "reserve"})

        assert answer.status_code == 422
        assert 'name="kind"' in answer.text
        assert "LMA-12345" in answer.text
        assert named.status_code == 200

    async def test_a_declined_answer_is_recorded_as_declined(self, world: DeskWorld) -> None:
        async with world.visitor(HAM) as ham:
            answer = await refer(ham, answers(somebody(), **{"v-disability": "refused"}))

        pathway = pathway_of(answer)
        fact = await world.pool.fetchrow(
            "SELECT refused, value FROM current_facts WHERE pathway = $1 AND fact = 'disability'", pathway
        )
        assert fact is not None
        assert (fact["refused"], fact["value"]) == (True, None)

    async def test_nothing_for_whoever_only_runs_the_machines(self, world: DeskWorld) -> None:
        async with world.visitor("dag.drift") as dag:
            assert (await dag.get("/refer")).status_code == 403
            assert (await dag.get("/referrals")).status_code == 403

    async def test_the_operation_that_is_over_is_not_offered(self, world: DeskWorld) -> None:
        async with world.visitor(HAM) as ham:
            page = (await ham.get("/refer")).text
        title = await world.pool.fetchval("SELECT definition ->> 'name' FROM operations WHERE id = $1", OPERATION)

        assert title in page
        assert 'name="operation"' not in page
