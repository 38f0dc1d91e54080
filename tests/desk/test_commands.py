"""Commands from the desk: once each, honest about the answer, and nothing that was typed is lost."""

from __future__ import annotations

import re

from service.ids import new_id
from tests.deskworld import DeskWorld

OWNER = "sam.samordnare"


def hidden(page: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found.group(1)


async def events(world: DeskWorld, pathway: str) -> int:
    return int(await world.pool.fetchval("SELECT count(*) FROM events WHERE pathway = $1", pathway))


async def test_a_command_is_made_and_its_result_shown(world: DeskWorld) -> None:
    pathway = await world.pathway(10)
    async with world.visitor(OWNER) as visitor:
        form = (await visitor.get(f"/people/{pathway}/do/contact")).text
        given = {"command_id": hidden(form, "command_id"), "seen": hidden(form, "seen"), "note": "Ringde <b>hem</b>"}
        answer = await visitor.post(f"/people/{pathway}/do/contact", data=given)
        assert answer.status_code == 303
        page = (await visitor.get(answer.headers["location"])).text

    assert "Registrerat" in page
    assert "Ringde &lt;b&gt;hem&lt;/b&gt;" in page


async def test_a_double_click_is_one_command(world: DeskWorld) -> None:
    pathway = await world.pathway(16)
    given = {"command_id": new_id(), "note": "En gång"}
    async with world.visitor(OWNER) as visitor:
        before = await events(world, pathway)
        first = await visitor.post(f"/people/{pathway}/do/contact", data=given)
        once = await events(world, pathway)
        second = await visitor.post(f"/people/{pathway}/do/contact", data=given)

    assert first.headers["location"] == second.headers["location"]
    assert before < once == await events(world, pathway)


async def test_two_who_edit_are_told_and_both_keep_their_words(world: DeskWorld) -> None:
    pathway = await world.pathway(24)
    async with world.visitor(OWNER) as sam, world.visitor("siv.samordnare") as siv:
        form = (await siv.get(f"/people/{pathway}/do/contact")).text
        await sam.post(f"/people/{pathway}/do/contact", data={"command_id": new_id(), "note": "Sams samtal"})

        given = {"command_id": hidden(form, "command_id"), "seen": hidden(form, "seen"), "note": "Sivs samtal"}
        told = await siv.post(f"/people/{pathway}/do/contact", data=given)
        assert told.status_code == 409
        assert "Någon annan arbetade här" in told.text
        assert "Sivs samtal" in told.text

        again = {**given, "seen": hidden(told.text, "seen")}
        assert (await siv.post(f"/people/{pathway}/do/contact", data=again)).status_code == 303


async def test_what_is_wrong_stands_at_its_field_and_the_rest_is_kept(world: DeskWorld) -> None:
    pathway = await world.pathway(25)
    async with world.visitor(OWNER) as visitor:
        before = await events(world, pathway)
        given = {"command_id": new_id(), "until": "imorgon", "coded_reason": "illness", "note": "Ska vila"}
        answer = await visitor.post(f"/people/{pathway}/do/pause", data=given)

    assert answer.status_code == 422
    assert 'href="#f-until"' in answer.text
    assert "Ska vila" in answer.text
    assert before == await events(world, pathway)


async def test_what_can_no_longer_be_done_says_so_and_shows_what_was_typed(world: DeskWorld) -> None:
    pathway = await world.pathway(26)
    async with world.visitor(OWNER) as visitor:
        answer = await visitor.post(f"/people/{pathway}/do/resume", data={"command_id": new_id(), "note": "Frisk nu"})

    assert answer.status_code == 409
    assert "Frisk nu" in answer.text
