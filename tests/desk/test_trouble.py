"""What isn't there, or isn't for this reader, is told in the reader's language, with a way on."""

from __future__ import annotations

import html

import asyncpg
import pytest

from desk.pages import people
from desk.security import HEADERS
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


async def test_a_record_that_is_away_is_told_with_a_way_to_try_again(
    world: DeskWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise asyncpg.CannotConnectNowError("the database system is starting up")

    async with world.visitor("siv.samordnare") as visitor:
        monkeypatch.setattr(people, "reader_of", away)
        answer = await visitor.get("/people?status=open")

    assert answer.status_code == 503
    assert "[record_away]" in answer.text
    assert 'href="/people?status=open"' in answer.text
    assert int(answer.headers["retry-after"]) > 0


async def test_a_fault_of_ours_is_told_as_one_and_not_with_its_words(
    world: DeskWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wrong(*_: object, **__: object) -> None:
        raise asyncpg.UndefinedColumnError('column "Anna Andersson" does not exist')

    async with world.visitor("siv.samordnare") as visitor:
        monkeypatch.setattr(people, "reader_of", wrong)
        answer = await visitor.get("/people")

    assert answer.status_code == 500
    assert "Något gick fel hos oss." in answer.text
    assert "Anna" not in answer.text
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
