"""Moving those who are inside, from the desk: tried, carried out in batches, gone on with, taken back."""

from __future__ import annotations

import asyncio
import html
import re
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desk.pages import plans as pages
from embedded.postgres import Postgres
from embedded.temporal import Temporal
from records import plans, programmes, views
from service.ids import new_id
from service.publishing import draft, publish
from tests.deskworld import DeskWorld, desk_of_its_own

PIA = "pia.programansvarig"
MAPPING = "steps: {activity.work_training: activity.practice}\n"


@pytest.fixture(scope="module")
async def apart(
    postgres: Postgres, temporal_server: Temporal, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[DeskWorld]:
    """A desk of its own: everybody of the sample is moved."""
    async with desk_of_its_own(postgres, temporal_server, tmp_path_factory.mktemp("plans")) as opened:
        yield opened


@pytest.fixture(scope="module")
async def versions(apart: DeskWorld) -> tuple[str, str]:
    """The version that the sample follows, and one in which work training has another name."""
    text = Path("programmes/koll.yaml").read_text("utf-8")
    text = text.replace("      work_training:\n", "      practice:\n")
    text = text.replace("[reached_25, work_training, work_training.ended]", "[reached_25, practice, practice.ended]")
    text = text.replace("        due: 12 months\n", "        due: 13 months\n")
    text = re.sub(r"^effective: .*$", "effective: 2059-01-01", text, flags=re.MULTILINE)
    programme = await draft(apart.pool, text[: text.index("\nexamples:")] + "\n")
    await publish(apart.pool, programme, by=PIA, now=apart.office.clock())
    old = max((await views.followers(apart.pool)).items(), key=lambda pair: pair[1])[0]
    return old, programme.rules.hash


async def following(world: DeskWorld, version: str) -> int:
    return (await views.followers(world.pool)).get(version, 0)


async def test_a_move_is_tried_done_in_batches_and_taken_back(
    apart: DeskWorld, versions: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = versions
    monkeypatch.setattr(pages, "AT_A_TIME", 10)
    everybody = await following(apart, old)
    sent = {"new": new, "mapping": MAPPING, "request": new_id()}

    async with apart.visitor(PIA) as pia:
        made = [await pia.post(f"/programmes/{old}/move", data=sent) for _ in range(2)]
        assert {each.status_code for each in made} == {303}
        [address] = {each.headers["location"] for each in made}  # a double click is one plan
        tried = html.unescape((await pia.get(address)).text)
        assert f"{everybody} skulle flyttas." in tried
        assert "ny dag för Arbetsträning" in tried
        assert await following(apart, new) == 0

        plan = address.partition("?")[0]
        assert "Flytta de första 10" in (await pia.get(plan)).text
        assert (await pia.post(plan, data={"way": "forward"})).headers["location"] == plan
        assert await following(apart, new) == 10
        page = (await pia.get(plan)).text
        assert "10 processer har bytt version" in page
        assert f"{everybody - 10} är kvar" in page

        await asyncio.gather(*(pia.post(plan, data={"way": "forward"}) for _ in range(2)))  # a double click
        assert await following(apart, new) == 20
        while await following(apart, old):
            assert (await pia.post(plan, data={"way": "forward"})).status_code == 303
        assert await following(apart, new) == everybody

        while await following(apart, new):
            assert (await pia.post(plan, data={"way": "back"})).status_code == 303
        assert await following(apart, old) == everybody
        assert "Tillbaka" in (await pia.get(plan)).text or "Tas tillbaka" in (await pia.get(plan)).text
        assert plan in (await pia.get("/programmes/plans")).text


async def test_the_list_says_of_which_programme_from_which_day_and_how_many(
    apart: DeskWorld, versions: tuple[str, str]
) -> None:
    old, new = versions
    made = await plans.add(apart.pool, uuid.uuid4(), old=old, new=new, mapping="", by=PIA, now=apart.office.clock())
    kept = await plans.get(apart.pool, made)
    assert kept is not None
    await plans.advance(apart.pool, kept, after="p-x", moved=3, refused=(), done_at=apart.office.clock())
    async with apart.visitor(PIA) as pia:
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
    apart: DeskWorld, versions: tuple[str, str], mapping: str, told: str
) -> None:
    old, new = versions
    before = len(await plans.every(apart.pool))
    async with apart.visitor(PIA) as visitor:
        answer = await visitor.post(f"/programmes/{old}/move", data={"new": new, "mapping": mapping})

    assert answer.status_code == 422
    assert told in html.unescape(answer.text)
    assert 'href="#f-mapping"' in answer.text
    assert len(await plans.every(apart.pool)) == before


@pytest.mark.parametrize("who", ["sam.samordnare", "dag.drift", "ham.handlaggare"])
async def test_only_a_manager_moves_anybody(apart: DeskWorld, versions: tuple[str, str], who: str) -> None:
    old, new = versions
    plan = await plans.add(
        apart.pool, uuid.uuid4(), old=old, new=new, mapping=MAPPING, by=PIA, now=apart.office.clock()
    )
    async with apart.visitor(who) as visitor:
        for path in (f"/programmes/{old}/move", "/programmes/plans", f"/programmes/plans/{plan}"):
            assert (await visitor.get(path)).status_code == 403
        assert (await visitor.post(f"/programmes/plans/{plan}", data={"way": "forward"})).status_code == 403

    kept = await plans.get(apart.pool, plan)
    assert kept is not None
    assert not kept.begun


async def test_who_is_refused_is_named_with_the_reason(apart: DeskWorld, versions: tuple[str, str]) -> None:
    old, new = versions
    everybody = await following(apart, old)
    async with apart.visitor(PIA) as pia:
        made = await pia.post(f"/programmes/{old}/move", data={"new": new, "mapping": ""})
        plan = made.headers["location"].partition("?")[0]
        tried = html.unescape((await pia.get(made.headers["location"])).text)
        await pia.post(plan, data={"way": "forward"})
        page = html.unescape((await pia.get(plan)).text)
        moved = await following(apart, new)
        await pia.post(plan, data={"way": "back"})

    assert "flyttas inte" in tried
    assert "De som inte flyttades" in page
    assert 0 <= moved < everybody
    assert await programmes.versions(apart.pool, "koll")


@pytest.mark.parametrize("number", ["0", "x", "9" * 30, "-1", "%00"])
async def test_a_plan_that_is_not_there_is_not_found(apart: DeskWorld, number: str) -> None:
    async with apart.visitor(PIA) as visitor:
        assert (await visitor.get(f"/programmes/plans/{number}")).status_code == 404
        assert (await visitor.post(f"/programmes/plans/{number}", data={"way": "forward"})).status_code == 404
