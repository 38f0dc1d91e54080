"""What isn't there, or isn't for this reader, is told in the reader's language, with a way on."""

from __future__ import annotations

import html

from domain.errors import Refusal
from tests.deskworld import DeskWorld


async def test_a_page_that_is_not_there(world: DeskWorld) -> None:
    async with world.visitor("siv.samordnare") as visitor:
        answer = await visitor.get("/nothing/here")

    assert answer.status_code == 404
    assert "Sidan finns inte." in answer.text
    assert "Siv Samordnare" in answer.text


async def test_a_person_who_is_not_there(world: DeskWorld) -> None:
    async with world.visitor("siv.samordnare") as visitor:
        answer = await visitor.get("/people/p-0000")

    assert answer.status_code == 404
    assert "[pathway_unknown]" in answer.text


async def test_refusals_are_in_the_language_that_was_chosen(world: DeskWorld) -> None:
    async with world.visitor("siv.samordnare") as visitor:
        await visitor.post("/language", data={"language": "en", "next": "/"})
        answer = await visitor.get("/people/p-0000")

    assert '<html lang="en">' in answer.text
    assert Refusal("pathway_unknown").text("en") in html.unescape(answer.text)


async def test_operations_sees_nobody(world: DeskWorld) -> None:
    pathway = await world.pathway(10)
    async with world.visitor("dag.drift") as visitor:
        answer = await visitor.get(f"/people/{pathway}")

    assert answer.status_code == 403
    assert "[not_for_you]" in answer.text
