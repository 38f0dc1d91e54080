"""Handing over some of somebody's work: what was chosen changes hands, the rest stays, and nothing happens unseen."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest

from domain.commands import Assign
from records import staff
from records.staff import Role, Staff, Unit
from service import who
from service.answers import Recorded
from service.asking import ask
from service.ids import new_id
from service.sample import OPERATION
from tests.desk.test_handing_over import MANAGER, colleague, give, owner
from tests.deskworld import DeskWorld

PLACES = (21, 22, 23)


@asynccontextmanager
async def leaving_with(world: DeskWorld, id_: str) -> AsyncIterator[tuple[str, list[str]]]:
    """Let a colleague answer for some pathways, which go back when it is over."""
    await colleague(world, id_)
    try:
        yield id_, [await give(world, place, id_) for place in PLACES]
    finally:
        await world.pool.execute("DELETE FROM deputies WHERE staff = $1", id_)
        for place in PLACES:
            if await owner(world, await world.pathway(place)) != "sam.samordnare":
                await give(world, place, "sam.samordnare")


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found.group(1)


def ticked(page: str) -> set[str]:
    return set(re.findall(r'name="chosen" value="([^"]+)" checked', page))


def there(page: str) -> set[str]:
    return set(re.findall(r'name="chosen" value="([^"]+)"', page))


async def shown(visitor: httpx2.AsyncClient, person: str, query: str = "") -> dict[str, Any]:
    """Open the page and return what its form would send, without a receiver."""
    page = (await visitor.get(f"/staff/{person}/hand-over{query}")).text
    return {"command_id": hidden(page, "command_id"), "shown": hidden(page, "shown"),
            "in_all": hidden(page, "in_all"), "chosen": sorted(ticked(page)),
            "what": "chosen"}  # fmt: skip


async def test_only_what_was_chosen_changes_hands_and_the_rest_can_go_to_another(world: DeskWorld) -> None:
    async with leaving_with(world, "kaj.kvarstar") as (leaving, mine), world.visitor(MANAGER) as visitor:
        first, second = await colleague(world, "eva.ettan"), await colleague(world, "tim.tvaan")
        form = await shown(visitor, leaving)
        assert form["chosen"] == sorted(mine)

        answer = await visitor.post(f"/staff/{leaving}/hand-over", data={**form, "to": first, "chosen": mine[:1]})
        assert answer.status_code == 303
        page = (await visitor.get(answer.headers["location"])).text
        assert "1 har bytt ansvarig" in page
        assert "Inget är kvar att försöka med" in page
        assert "2 stannar hos Kaj Kvarstar" in page
        assert [await owner(world, one) for one in mine] == [first, leaving, leaving]

        rest = await shown(visitor, leaving)
        assert rest["chosen"] == sorted(mine[1:])
        answer = await visitor.post(f"/staff/{leaving}/hand-over", data={**rest, "to": second})
        assert "stannar hos" not in (await visitor.get(answer.headers["location"])).text

        assert [await owner(world, one) for one in mine] == [first, second, second]


async def test_who_gives_some_away_is_not_away(world: DeskWorld) -> None:
    async with leaving_with(world, "dan.delar") as (leaving, mine), world.visitor(MANAGER) as visitor:
        receiver = await colleague(world, "mia.mottar")
        await staff.add_unit(world.pool, Unit("delad", "Delad enhet", leaving))
        try:
            form = await shown(visitor, leaving)
            await visitor.post(f"/staff/{leaving}/hand-over", data={**form, "to": receiver, "chosen": mine[:2]})

            today = world.office.clock().date()
            assert await staff.resolve_owner(world.pool, leaving, on=today) == leaving
            assert (await staff.responsibilities(world.pool, leaving, on=today)).units == ("delad",)
        finally:
            await world.pool.execute("DELETE FROM units WHERE id = 'delad'")


async def test_a_half_done_choice_goes_on_with_what_was_chosen(
    world: DeskWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.pages.handing_over.SECONDS", -1.0)
    async with leaving_with(world, "hjalmar.halv") as (leaving, mine), world.visitor(MANAGER) as visitor:
        receiver = await colleague(world, "fred.fortsatt")
        form = await shown(visitor, leaving)
        answer = await visitor.post(f"/staff/{leaving}/hand-over", data={**form, "to": receiver, "chosen": mine[:2]})
        half = (await visitor.get(answer.headers["location"])).text
        assert "1 är kvar" in half

        again = await visitor.post(answer.headers["location"])
        whole = (await visitor.get(again.headers["location"])).text

        assert "2 har bytt ansvarig" in whole
        assert "Fortsätt med resten" not in whole
        assert [await owner(world, one) for one in mine] == [receiver, receiver, leaving]


async def test_nothing_chosen_is_told_at_the_table(world: DeskWorld) -> None:
    async with leaving_with(world, "nils.ingen") as (leaving, mine), world.visitor(MANAGER) as visitor:
        receiver = await colleague(world, "nina.nasta")
        form = await shown(visitor, leaving)
        answer = await visitor.post(f"/staff/{leaving}/hand-over", data={**form, "to": receiver, "chosen": []})

        assert answer.status_code == 422
        assert 'href="#f-chosen"' in answer.text
        assert 'id="f-chosen"' in answer.text
        assert f'value="{receiver}" selected' in answer.text
        assert ticked(answer.text) == set()
        # A form without the button's value is no wish to give everything away.
        nothing = await visitor.post(
            f"/staff/{leaving}/hand-over", data={"command_id": new_id(), "shown": form["shown"], "to": receiver}
        )
        assert nothing.status_code == 422
        assert {await owner(world, one) for one in mine} == {leaving}


async def test_what_is_not_the_colleagues_is_refused_whole(world: DeskWorld) -> None:
    async with leaving_with(world, "olle.andras") as (leaving, mine), world.visitor(MANAGER) as visitor:
        receiver = await colleague(world, "rut.ratt")
        another = await world.pathway(24)
        was = await owner(world, another)
        form = await shown(visitor, leaving)
        for strange in (another, "p-finns-inte", "<script>"):
            answer = await visitor.post(
                f"/staff/{leaving}/hand-over", data={**form, "to": receiver, "chosen": [*mine[:2], strange]}
            )
            assert answer.status_code == 422
            assert "1 av de valda är inte" in html.unescape(answer.text)
            assert 'href="#f-chosen"' in answer.text
            assert ticked(answer.text) == set(mine[:2])
            assert "<script>" not in answer.text

        assert {await owner(world, one) for one in mine} == {leaving}
        assert await owner(world, another) == was


async def test_what_is_in_another_operation_is_not_the_askers_to_give(world: DeskWorld) -> None:
    async with leaving_with(world, "ann.annorstades") as (leaving, mine):
        receiver = await colleague(world, "bea.bort")
        await staff.add(world.pool, Staff("mats.annan", "Mats Annan", roles=(Role("manager", "annan"),)))
        await world.pool.execute(
            "INSERT INTO accounts SELECT 'mats.annan', password, set_at FROM accounts WHERE staff = 'sam.samordnare' "
            "ON CONFLICT DO NOTHING"
        )
        async with world.visitor("mats.annan") as visitor:
            page = (await visitor.get(f"/staff/{leaving}/hand-over")).text
            assert there(page) == set()
            assert "annan verksamhet" in page
            answer = await visitor.post(
                f"/staff/{leaving}/hand-over",
                data={
                    "command_id": new_id(),
                    "shown": " ".join(mine),
                    "to": receiver,
                    "chosen": mine,
                    "what": "chosen",
                },
            )

        assert answer.status_code == 422
        assert "3 av de valda hör till en verksamhet" in html.unescape(answer.text)
        assert {await owner(world, one) for one in mine} == {leaving}


async def test_what_went_meanwhile_is_told_before_anything_happens(world: DeskWorld) -> None:
    async with leaving_with(world, "mona.mister") as (leaving, mine), world.visitor(MANAGER) as visitor:
        receiver = await colleague(world, "leo.lugn")
        form = await shown(visitor, leaving)
        await give(world, PLACES[0], "siv.samordnare")
        answer = await visitor.post(f"/staff/{leaving}/hand-over", data={**form, "to": receiver, "chosen": mine[:2]})

        text = html.unescape(answer.text)
        assert answer.status_code == 409
        assert "1 av de valda är inte längre" in text
        assert "Siv Samordnare" in text
        assert ticked(answer.text) == {mine[1]}
        assert there(answer.text) == set(mine[1:])
        assert f'value="{receiver}" selected' in answer.text
        assert await owner(world, mine[1]) == leaving

        again = {**form, "to": receiver, "chosen": [mine[1]], "shown": hidden(answer.text, "shown"),
                 "command_id": hidden(answer.text, "command_id")}  # fmt: skip
        done = await visitor.post(f"/staff/{leaving}/hand-over", data=again)
        assert done.status_code == 303
        assert [await owner(world, one) for one in mine] == ["siv.samordnare", receiver, leaving]


async def test_what_came_meanwhile_stays_and_is_told(world: DeskWorld) -> None:
    async with leaving_with(world, "gott.om") as (leaving, mine), world.visitor(MANAGER) as visitor:
        receiver = await colleague(world, "tove.tva")
        await give(world, PLACES[2], "sam.samordnare")
        form = await shown(visitor, leaving)
        assert form["chosen"] == sorted(mine[:2])
        await give(world, PLACES[2], leaving)

        answer = await visitor.post(f"/staff/{leaving}/hand-over", data={**form, "to": receiver})
        page = html.unescape((await visitor.get(answer.headers["location"])).text)

        assert "1 kom till efter att sidan visades" in page
        assert "1 stannar hos Gott Om" in page
        assert [await owner(world, one) for one in mine] == [receiver, receiver, leaving]


async def test_a_second_click_is_the_same_and_another_choice_is_not_swallowed(world: DeskWorld) -> None:
    async with leaving_with(world, "dora.dubbel") as (leaving, mine), world.visitor(MANAGER) as visitor:
        receiver, other = await colleague(world, "ida.forst"), await colleague(world, "ina.sedan")
        form = await shown(visitor, leaving)
        given = {**form, "to": receiver, "chosen": mine[:1]}
        answers = [await visitor.post(f"/staff/{leaving}/hand-over", data=given) for _ in range(2)]
        assert {one.status_code for one in answers} == {303}
        assert len({one.headers["location"] for one in answers}) == 1

        # Somebody went back in the browser, and chose anew on the page that was sent already.
        back = await visitor.post(f"/staff/{leaving}/hand-over", data={**form, "to": other, "chosen": mine[1:2]})
        assert back.status_code == 409
        assert "redan skickad" in html.unescape(back.text)
        assert ticked(back.text) == {mine[1]}
        assert hidden(back.text, "command_id") != form["command_id"]
        assert [await owner(world, one) for one in mine] == [receiver, leaving, leaving]


async def test_many_are_shown_a_page_at_a_time_and_everything_is_still_everything(
    world: DeskWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.pages.handing_over.SHOWN", 2)
    async with leaving_with(world, "max.manga") as (leaving, mine), world.visitor(MANAGER) as visitor:
        receiver = await colleague(world, "alva.allt")
        pages = [
            (await visitor.get(f"/staff/{leaving}/hand-over{query}")).text for query in ("", "?page=2", "?page=99")
        ]
        assert [len(there(page)) for page in pages] == [2, 1, 1]
        assert there(pages[0]) | there(pages[1]) == set(mine)
        assert "1–2 av 3" in pages[0]
        assert "de andra stannar" in pages[0]

        form = await shown(visitor, leaving, "?page=2")
        await visitor.post(f"/staff/{leaving}/hand-over?page=2", data={**form, "to": receiver})
        assert sum([await owner(world, one) == receiver for one in mine]) == 1

        everything = await shown(visitor, leaving)
        await visitor.post(
            f"/staff/{leaving}/hand-over", data={**everything, "to": receiver, "chosen": [], "what": "everything"}
        )
        assert {await owner(world, one) for one in mine} == {receiver}


async def test_all_can_be_unticked_without_scripts(world: DeskWorld) -> None:
    async with leaving_with(world, "una.utan") as (leaving, mine), world.visitor(MANAGER) as visitor:
        page = (await visitor.get(f"/staff/{leaving}/hand-over")).text
        assert 'href="?ticked=none#f-chosen"' in page
        none = (await visitor.get(f"/staff/{leaving}/hand-over?ticked=none")).text

    assert (ticked(page), ticked(none)) == (set(mine), set())
    assert there(none) == set(mine)


async def test_a_step_by_name_goes_with_its_participant(world: DeskWorld) -> None:
    """Whoever answers for a step of somebody else's participant has that participant in the table too."""
    carrier, receiver = await colleague(world, "bo.barare"), await colleague(world, "rita.redo")
    pathway = await world.pathway(21)
    step = await world.pool.fetchrow(
        "SELECT path, key, n, item FROM steps WHERE pathway = $1 AND status = 'open' AND path <> 'watch' "
        "AND kind NOT IN ('stage', 'group') ORDER BY key LIMIT 1", pathway,
    )  # fmt: skip
    assert step is not None
    by = await who.actor(world.pool, MANAGER, operation=OPERATION, pathway=pathway)
    command = Assign(id=new_id(), by=by, step=step["path"], item=step["item"], n=step["n"], person=carrier)
    assert isinstance(await ask(world.office, pathway, command), Recorded)
    async with world.visitor(MANAGER) as visitor:
        form = await shown(visitor, carrier)
        assert form["chosen"] == [pathway]
        answer = await visitor.post(f"/staff/{carrier}/hand-over", data={**form, "to": receiver})
        page = (await visitor.get(answer.headers["location"])).text

    assert "Inte taget" not in page
    assert "1 har bytt ansvarig" in page
    assert await owner(world, pathway) == "sam.samordnare"
    now = await world.pool.fetchval("SELECT person FROM steps WHERE pathway = $1 AND key = $2", pathway, step["key"])
    assert now == receiver
