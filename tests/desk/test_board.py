"""The board: what it says is what the record says, and who may not look is told."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx2
import pytest

from desk.pages import picture
from domain.counting import Counted, Kind
from domain.rules import Rules
from records import counted, programmes
from service.picture.boxes import Foot
from service.picture.drawing import Standing, laid_out
from service.picture.layout import Layout
from service.sample import OPERATION
from service.wording import Words, version_of
from tests.desk.people import taken
from tests.deskworld import DeskWorld


def sums(page: str) -> list[int]:
    return [int(text) for text in re.findall(r"<strong>(\d+)</strong>", page)]


async def test_its_numbers_are_those_of_the_record(world: DeskWorld) -> None:
    async with world.visitor("sam.samordnare") as visitor:
        page = (await visitor.get("/board")).text
    now = world.office.clock()
    one = await world.pool.fetchrow(
        "SELECT count(*) FILTER (WHERE status IN ('open', 'paused')) AS inside, "
        "count(*) FILTER (WHERE status = 'paused') AS paused, "
        "count(*) FILTER (WHERE next_due <= $2 AND status <> 'closed') AS late FROM pathways WHERE operation = $1",
        OPERATION, now,
    )  # fmt: skip
    assert one is not None
    quiet = await world.pool.fetchval(
        "SELECT count(*) FROM steps s JOIN pathways p ON p.id = s.pathway WHERE p.operation = $1 AND s.path = 'watch' "
        "AND s.status = 'open' AND s.due <= $2", OPERATION, now,
    )  # fmt: skip

    assert sums(page)[:4] == [one["inside"], one["paused"], one["late"], quiet]
    assert quiet > 0


async def test_each_number_leads_to_as_many_people(world: DeskWorld) -> None:
    async with world.visitor("sam.samordnare") as visitor:
        await _check_numbers(visitor)


async def test_who_is_held_is_counted_and_listed_where_the_events_say(world: DeskWorld) -> None:
    held = await taken(world, 77, [(0, "refer")])
    day = (world.office.clock() - timedelta(days=77)).date()
    listed = {"operation": OPERATION, "since": str(day), "until": str(day)}
    await world.pool.execute("UPDATE pathways SET diverged_at = now(), diverged_why = 'gap at 3' WHERE id = $1", held)
    async with world.visitor("sam.samordnare") as visitor:
        await _check_numbers(visitor)
        for status in ("inside", "open", "diverged"):
            assert f"/people/{held}" in (await visitor.get("/people", params={**listed, "status": status})).text


async def _check_numbers(visitor: httpx2.AsyncClient) -> None:
    page = (await visitor.get("/board")).text
    numbers = re.findall(r'<strong>(\d+)</strong> <a href="(/people[^"]+)"', page)
    assert numbers
    for count, query in numbers:
        listed = (await visitor.get(query.replace("&amp;", "&"))).text
        assert len(re.findall(r'href="/people/p-', listed)) == min(int(count), 50), query


async def test_results_tell_both_readings_of_a_target(world: DeskWorld) -> None:
    async with world.visitor("pia.programansvarig") as visitor:
        # Another test may have looked before somebody was moved: what was counted is kept for a while.
        counted = await visitor.post("/board/results", data={"operation": OPERATION})
        assert counted.status_code == 303
        page = (await visitor.get("/board/results")).text
    rows = await world.pool.fetch(  # by person: another test may refer somebody again
        "SELECT bool_or(p.status IN ('open', 'paused')) AS inside, bool_or(EXISTS (SELECT FROM milestones m "
        "WHERE m.pathway = p.id AND m.milestone = 'reached_25' AND m.withdrawn_on IS NULL)) AS reached FROM pathways p "
        "WHERE operation = $1 AND p.exit_class IS DISTINCT FROM 'void' "
        "AND EXISTS (SELECT FROM steps s WHERE s.pathway = p.id AND s.path = 'activity') GROUP BY participant",
        OPERATION,
    )
    left = [row for row in rows if not row["inside"]]
    reached, gone = sum(row["reached"] for row in rows), sum(row["reached"] for row in left)

    assert f"{reached} av {len(rows)} = " in page
    assert f"{gone} av {len(left)} = " in page
    assert "Målet: minst 30 %" in page
    assert "94 deltagare" in page


@pytest.mark.parametrize("name", ["stages", "inflow", "exits"])
async def test_pictures_come_apart_from_the_page(world: DeskWorld, name: str) -> None:
    async with world.visitor("siv.samordnare") as visitor:
        answer = await visitor.get(f"/board/figure/{name}.svg", params={"operation": OPERATION})
        nothing = await visitor.get("/board/figure/other.svg")

    assert answer.headers["content-type"] == "image/svg+xml"
    assert b"<svg" in answer.content
    assert nothing.status_code == 404


async def test_who_only_refers_sees_no_board(world: DeskWorld) -> None:
    async with world.visitor("ham.handlaggare") as visitor:
        assert (await visitor.get("/board")).status_code == 403
        assert (await visitor.get("/board/results", params={"operation": OPERATION})).status_code == 403
    async with world.visitor("sam.samordnare") as visitor:
        assert (await visitor.get("/board?operation=other")).status_code in {403, 404}


def inflow_table(page: str) -> list[dict[str, str]]:
    """Return the rows of the table beside the plot of referrals against the plan."""
    part = page[page.index('<section aria-labelledby="inflow">') :]
    part = part[part.index("<thead>") : part.index("</table>")]
    heads = re.findall(r"<th scope=\"col\"[^>]*>([^<]*)<", part)
    rows = re.findall(r"<tr><th scope=\"row\">([^<]*)</th>(.*?)</tr>", part)
    return [dict(zip(heads, [month, *re.findall(r">([^<]*)</td>", cells)], strict=True)) for month, cells in rows]


async def test_who_declined_to_be_identified_has_come_too(world: DeskWorld) -> None:
    today = world.office.clock().date()
    first = today.replace(day=1)
    earlier = (first - timedelta(days=40)).replace(day=1)
    async with world.visitor("sam.samordnare") as visitor:
        before = inflow_table((await visitor.get("/board/results")).text)
        assert "Utan identitet i månaden" not in before[-1]
        drawn = (await visitor.get("/board/figure/inflow.svg")).text
        kept = []
        for day, kind, number in (
            (earlier, Kind.DECLINED, 2), (first, Kind.DECLINED, 3), (first, Kind.DECLINED, 50),
            (first, Kind.SHORT_CONTACT, 70),
        ):  # fmt: skip
            one = Counted(OPERATION, "forsorjningsstod", day, kind, number)
            kept.append(await counted.add(world.pool, one, by="sam.samordnare", now=world.office.clock()))
        try:
            assert await counted.withdraw(world.pool, OPERATION, kept[2], by="sam.samordnare", now=world.office.clock())
            page = (await visitor.get("/board/results")).text
            after = {row["Månad"]: row for row in inflow_table(page)}
            with_them = (await visitor.get("/board/figure/inflow.svg")).text
        finally:
            for row in kept:
                await counted.withdraw(world.pool, OPERATION, row, by="sam.samordnare", now=world.office.clock())

    assert after[f"{earlier:%Y-%m}"]["Utan identitet i månaden"] == "2"
    last = after[f"{today:%Y-%m}"]
    assert last["Utan identitet i månaden"] == "3"
    assert int(last["Har kommit hittills"]) == int(before[-1]["Remitterade hittills"]) + 5
    assert last["Remitterade i månaden"] == before[-1]["Remitterade i månaden"]
    assert last["Planerat hittills"] == before[-1]["Planerat hittills"]
    assert "5 utan identitet" in page
    assert "Korta kontakter är inte med" in page
    assert "Utan identitet i månaden" not in drawn
    assert "Utan identitet i månaden" in with_them


async def test_an_operation_with_nobody_but_counted_people_has_an_inflow(world: DeskWorld) -> None:
    """Who is counted in a month when nobody was referred has a row of its own."""
    month = (
        await world.pool.fetchval("SELECT min(referred_on) FROM pathways WHERE operation = $1", OPERATION)
    ).replace(day=1) - timedelta(days=1)
    one = Counted(OPERATION, "forsorjningsstod", month, Kind.DECLINED, 4)
    row = await counted.add(world.pool, one, by="sam.samordnare", now=world.office.clock())
    try:
        async with world.visitor("sam.samordnare") as visitor:
            found = {one["Månad"]: one for one in inflow_table((await visitor.get("/board/results")).text)}
    finally:
        await counted.withdraw(world.pool, OPERATION, row, by="sam.samordnare", now=world.office.clock())

    assert found[f"{month:%Y-%m}"]["Har kommit hittills"] == "4"


async def test_the_programme_is_drawn_with_how_many_are_in_each_stage(world: DeskWorld) -> None:
    async with world.visitor("sam.samordnare") as visitor:
        page = (await visitor.get("/board")).text
        answer = await visitor.get("/board/picture.svg", params={"operation": OPERATION})
    rows = await world.pool.fetch(
        "SELECT stage, count(*) AS here FROM pathways WHERE operation = $1 AND status IN ('open', 'paused') "
        "AND stage IS NOT NULL GROUP BY 1", OPERATION,
    )  # fmt: skip

    assert answer.headers["content-type"] == "image/svg+xml"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert len(rows) > 1
    for row in rows:
        assert f"● {row['here']} här nu" in answer.text
    assert answer.text.count("● ") == len(rows)
    alt = re.search(r'<img src="/board/picture.svg[^"]*" alt="([^"]*)"', page)
    assert alt is not None
    assert all(str(row["here"]) in alt.group(1) for row in rows)


async def test_the_picture_is_laid_out_once(world: DeskWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    [version] = await programmes.versions(world.pool, "koll")
    of = {language: await version_of(world.pool, version.hash, language) for language in ("sv", "en")}
    made: list[str] = []

    def counting(rules: Rules, words: Words, *, foot: Foot) -> Layout:
        made.append(words.language)
        return laid_out(rules, words, foot=foot)

    monkeypatch.setattr(picture, "laid_out", counting)
    picture.forget()
    pictures = {picture.drawn(of[language], [("intake", here, 0)]) for here in (1, 2, 1, 2) for language in of}

    assert len(pictures) == 4
    assert sorted(made) == ["en", "sv"]


def test_who_is_in_a_stage_inside_another_is_in_both() -> None:
    people = picture.counted_in([("way", 1, 0), ("way.learning", 2, 1), ("way.learning.deep", 4, 2), ("ways", 8, 0)])

    assert people == {"way": Standing(7, 3), "way.learning": Standing(6, 3), "way.learning.deep": Standing(4, 2),
                      "ways": Standing(8, 0)}  # fmt: skip
