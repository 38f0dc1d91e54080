"""Moving those who are inside, from the desk: tried, carried out in batches, gone on with, taken back."""

from __future__ import annotations

import asyncio
import html
import re
import uuid
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from desk.pages import plans as pages
from records import plans, programmes, views
from service.ids import new_id
from service.publishing import draft, publish
from tests.deskworld import DeskWorld

PIA = "pia.programansvarig"
MAPPING = "steps: {activity.work_training: activity.practice}\n"


@pytest.fixture(scope="module")
async def versions(world: DeskWorld) -> tuple[str, str]:
    """The version that the sample follows, and one in which work training has another name."""
    text = Path("programmes/koll.yaml").read_text("utf-8")
    text = text.replace("      work_training:\n", "      practice:\n")
    text = text.replace("[reached_25, work_training, work_training.ended]", "[reached_25, practice, practice.ended]")
    text = text.replace("        due: 12 months\n", "        due: 13 months\n")
    text = re.sub(r"^effective: .*$", "effective: 2059-01-01", text, flags=re.MULTILINE)
    programme = await draft(world.pool, text[: text.index("\nexamples:")] + "\n")
    await publish(world.pool, programme, by=PIA, now=world.office.clock())
    old = max((await views.followers(world.pool)).items(), key=lambda pair: pair[1])[0]
    return old, programme.rules.hash


async def turned(pia: httpx2.AsyncClient, plan: str, way: str) -> httpx2.Response:
    """Send the form of a plan's page as it stands now."""
    found = re.search(r'name="turn" value="(\d+)"', (await pia.get(plan)).text)
    return await pia.post(plan, data={"way": way, "turn": found[1] if found else ""})


async def following(world: DeskWorld, version: str) -> int:
    return (await views.followers(world.pool)).get(version, 0)


async def test_a_move_is_tried_done_in_batches_and_taken_back(
    world: DeskWorld, versions: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = versions
    monkeypatch.setattr(pages, "AT_A_TIME", 10)
    everybody = await following(world, old)
    sent = {"new": new, "mapping": MAPPING, "request": new_id()}

    async with world.visitor(PIA) as pia:
        made = [await pia.post(f"/programmes/{old}/move", data=sent) for _ in range(2)]
        assert {each.status_code for each in made} == {303}
        [address] = {each.headers["location"] for each in made}  # a double click is one plan
        tried = html.unescape((await pia.get(address)).text)
        assert f"{everybody} skulle flyttas." in tried
        assert "ny dag för Arbetsträning" in tried
        assert await following(world, new) == 0

        plan = address.partition("?")[0]
        assert "Flytta de första 10" in (await pia.get(plan)).text
        assert (await turned(pia, plan, "forward")).headers["location"] == plan
        assert await following(world, new) == 10
        page = (await pia.get(plan)).text
        assert "10 processer har bytt version" in page
        assert f"{everybody - 10} är kvar" in page

        turn = re.search(r'name="turn" value="(\d+)"', page)
        assert turn is not None
        sent = {"way": "forward", "turn": turn[1]}
        clicked = await asyncio.gather(*(pia.post(plan, data=sent) for _ in range(3)))  # a double click, and once more
        assert {each.headers["location"] for each in clicked} == {plan}
        assert await following(world, new) == 20
        await pia.post(plan, data=sent)  # from a page that was shown before
        assert await following(world, new) == 20
        assert "20 processer har bytt version" in (await pia.get(plan)).text
        while await following(world, old):
            assert (await turned(pia, plan, "forward")).status_code == 303
        assert await following(world, new) == everybody

        while await following(world, new):
            assert (await turned(pia, plan, "back")).status_code == 303
        assert await following(world, old) == everybody
        assert "Tillbaka" in (await pia.get(plan)).text or "Tas tillbaka" in (await pia.get(plan)).text
        assert plan in (await pia.get("/programmes/plans")).text


async def test_the_list_says_of_which_programme_from_which_day_and_how_many(
    world: DeskWorld, versions: tuple[str, str]
) -> None:
    old, new = versions
    made = await plans.add(world.pool, uuid.uuid4(), old=old, new=new, mapping="", by=PIA, now=world.office.clock())
    kept = await plans.get(world.pool, made)
    assert kept is not None
    await plans.advance(world.pool, kept, after="p-x", moved=3, refused=(), done_at=world.office.clock())
    async with world.visitor(PIA) as pia:
        page = html.unescape((await pia.get("/programmes/plans")).text)
        shown = html.unescape((await pia.get(f"/programmes/plans/{made}")).text)
        told = html.unescape((await pia.get(f"/programmes/differences?old={old}&new={new}")).text)

    row = page[page.index(f"/programmes/plans/{made}") :].split("</tr>")[0]
    assert "Koll" in row
    assert "2059-01-01" in row
    assert "klar" in row
    assert "3 processer har bytt version" in row
    assert "Från och med" not in page + shown + told


@pytest.mark.parametrize(
    ("mapping", "told"),
    [("steps: {activity.nowhere: activity.practice}", "rad 1"), ("steps: [", "rad 1"), ("x" * 20_001, "20000")],
)
async def test_a_mapping_that_does_not_fit_is_told_with_its_line(
    world: DeskWorld, versions: tuple[str, str], mapping: str, told: str
) -> None:
    old, new = versions
    before = len(await plans.every(world.pool))
    async with world.visitor(PIA) as visitor:
        answer = await visitor.post(f"/programmes/{old}/move", data={"new": new, "mapping": mapping})

    assert answer.status_code == 422
    assert told in html.unescape(answer.text)
    assert 'href="#f-mapping"' in answer.text
    assert len(await plans.every(world.pool)) == before


@pytest.mark.parametrize("who", ["sam.samordnare", "dag.drift", "ham.handlaggare"])
async def test_only_a_manager_moves_anybody(world: DeskWorld, versions: tuple[str, str], who: str) -> None:
    old, new = versions
    plan = await plans.add(
        world.pool, uuid.uuid4(), old=old, new=new, mapping=MAPPING, by=PIA, now=world.office.clock()
    )
    async with world.visitor(who) as visitor:
        for path in (f"/programmes/{old}/move", "/programmes/plans", f"/programmes/plans/{plan}"):
            assert (await visitor.get(path)).status_code == 403
        assert (await visitor.post(f"/programmes/plans/{plan}", data={"way": "forward"})).status_code == 403

    kept = await plans.get(world.pool, plan)
    assert kept is not None
    assert not kept.begun


async def test_who_is_refused_is_named_with_the_reason(world: DeskWorld, versions: tuple[str, str]) -> None:
    old, new = versions
    everybody, before = await following(world, old), await following(world, new)
    async with world.visitor(PIA) as pia:
        made = await pia.post(f"/programmes/{old}/move", data={"new": new, "mapping": ""})
        plan = made.headers["location"].partition("?")[0]
        tried = html.unescape((await pia.get(made.headers["location"])).text)
        await turned(pia, plan, "forward")
        page = html.unescape((await pia.get(plan)).text)
        moved = await following(world, new) - before
        await turned(pia, plan, "back")

    assert "flyttas inte" in tried
    assert "De som inte flyttades" in page
    assert 0 <= moved < everybody
    assert await programmes.versions(world.pool, "koll")


async def test_nobody_begins_a_batch_while_one_is_under_way(world: DeskWorld, versions: tuple[str, str]) -> None:
    old, new = versions
    now = world.office.clock()
    number = await plans.add(world.pool, uuid.uuid4(), old=old, new=new, mapping=MAPPING, by=PIA, now=now)
    plan, address = await plans.get(world.pool, number), f"/programmes/plans/{number}"
    assert plan is not None
    begun = await plans.begin(world.pool, plan, "forward", now=now)
    assert begun is not None
    before = await following(world, new)

    async with world.visitor(PIA) as pia:
        page = html.unescape((await pia.get(address)).text)
        assert "En omgång pågår sedan" in page
        assert 'name="way"' not in page
        await pia.post(address, data={"way": "forward", "turn": str(begun.turn)})
        await pia.post(address, data={"way": "back", "turn": str(begun.turn)})
        assert await following(world, new) == before

        later = now + plans.LEASE + timedelta(seconds=1)  # whoever began it is gone
        assert not begun.is_busy(later)
        assert await plans.begin(world.pool, begun, "forward", now=later) is not None


@pytest.mark.parametrize("number", ["0", "x", "9" * 30, "-1", "%00"])
async def test_a_plan_that_is_not_there_is_not_found(world: DeskWorld, number: str) -> None:
    async with world.visitor(PIA) as visitor:
        assert (await visitor.get(f"/programmes/plans/{number}")).status_code == 404
        assert (await visitor.post(f"/programmes/plans/{number}", data={"way": "forward"})).status_code == 404
