"""The accessibility statement and reports of faults: open to everybody, kept once, limited, looked at by a few."""

from __future__ import annotations

import pytest

from records import faults
from service import reporting_faults
from service.ids import new_id
from tests.deskworld import DeskWorld


def given(**more: str) -> dict[str, str]:
    return {
        "report": new_id(),
        "about": "accessibility",
        "words": "Texten är för ljus.",
        "page": "/",
        "contact": "",
        **more,
    }


@pytest.mark.parametrize("who", [None, "ham.handlaggare"])
async def test_the_statement_says_what_the_law_asks(world: DeskWorld, who: str | None) -> None:
    async with world.visitor(who) as visitor:
        page = (await visitor.get("/accessibility")).text

    for told in ("2018:1937", "WCAG 2.2", "inte är uppfyllt", 'href="/fault"', "digg.se/tdosanmalan"):
        assert told in page


@pytest.mark.parametrize("who", [None, "ham.handlaggare"])
async def test_anybody_reports_and_a_double_click_is_one(world: DeskWorld, who: str | None) -> None:
    sent = given(words=f"Knappen syns inte ({who}).")

    async with world.visitor(who) as visitor:
        for _ in range(2):
            answer = await visitor.post("/fault", data=sent)
            assert (answer.status_code, answer.headers["location"]) == (303, "/fault?done=yes")
    async with world.visitor("dag.drift") as visitor:
        page = (await visitor.get("/faults")).text

    assert page.count(sent["words"]) == 1
    [kept] = [each for each in await faults.listed(world.pool, settled=False) if each.words == sent["words"]]
    assert kept.staff == who


@pytest.mark.parametrize(
    ("wrong", "at"),
    [({"words": ""}, "words"), ({"about": "x"}, "about"), ({"about": ""}, "about"), ({"words": "å" * 4001}, "words"),
     ({"page": "å" * 301}, "page"), ({"words": "a\x00b"}, "words")],
)  # fmt: skip
async def test_what_is_wrong_is_told_at_its_field(world: DeskWorld, wrong: dict[str, str], at: str) -> None:
    async with world.visitor() as visitor:
        answer = await visitor.post("/fault", data=given(**wrong))

    assert answer.status_code == 422
    assert f'href="#f-{at}"' in answer.text


async def test_what_was_typed_is_escaped(world: DeskWorld) -> None:
    async with world.visitor() as visitor:
        await visitor.post("/fault", data=given(words="<script>alert(1)</script>"))
    async with world.visitor("pia.programansvarig") as visitor:
        page = (await visitor.get("/faults")).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


async def test_somebody_looks_and_answers(world: DeskWorld) -> None:
    sent = given(words="Fel vecka visas.")
    async with world.visitor("ada.arbetsterapeut") as visitor:
        await visitor.post("/fault", data=sent)
        assert (await visitor.get("/faults")).status_code == 403
    [kept] = [each for each in await faults.listed(world.pool, settled=False) if each.words == sent["words"]]

    async with world.visitor("pia.programansvarig") as visitor:
        await visitor.post(f"/faults/{kept.id}", data={"answer": "Rättat."})
        assert sent["words"] not in (await visitor.get("/faults")).text
        assert "Rättat." in (await visitor.get("/faults?settled=yes")).text


async def test_too_many_from_one_place_wait(world: DeskWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting_faults, "FROM_ONE", 0)

    async with world.visitor() as visitor:
        answer = await visitor.post("/fault", data=given(words="En till."))

    assert answer.status_code == 429
    assert "En till." in answer.text
