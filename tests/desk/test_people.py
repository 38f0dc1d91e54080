"""The list of people: every order and page whole, cut by the policy, found by whatever somebody knows, taken along safely."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest

from desk.sheets import BOM, line
from records import listing, register, staff
from records.listing import Found, Reader, Sorted, Wanted
from records.staff import Role
from service.listing import reader_of, sorted_by, swedish
from service.sample import OPERATION
from tests.desk.people import newcomer
from tests.deskworld import DeskWorld

LINKS = re.compile(r'href="/people/(p-[0-9a-f]+)"')
NEXT = re.compile(r'rel="next" href="([^"]+)"')
PREVIOUS = re.compile(r'rel="prev" href="([^"]+)"')


async def everybody(world: DeskWorld) -> set[str]:
    return {row["id"] for row in await world.pool.fetch("SELECT id FROM pathways")}


async def read(world: DeskWorld, reader: Reader, wanted: Wanted, order: Sorted, **more: Any) -> list[Found]:
    async with listing.reading(world.pool) as record:
        return await listing.page(record, reader, wanted, order, today=world.office.clock().date(), **more)


@pytest.mark.parametrize("sort", ["name", "-name", "referred", "-referred", "due", "-due", "owner", "-owner", "stage", "-stage"])  # fmt: skip
async def test_pages_in_every_order_hold_everybody_once_there_and_back(world: DeskWorld, sort: str) -> None:
    reader = await reader_of(world.pool, await staff.get(world.pool, "sam.samordnare"), on=world.office.clock().date())
    order = await sorted_by(world.pool, sort, names={"sam.samordnare": "Sam"}, stages=["intake"])
    pages: list[list[str]] = []
    places = []
    after = None
    while found := await read(world, reader, Wanted(), order, after=after, limit=7):
        pages.append([each.listed.id for each in found])
        places.append(found[0].place)
        after = found[-1].place

    whole = [each for page in pages for each in page]
    assert len(whole) == len(set(whole))
    assert set(whole) == await everybody(world)
    for place, page in zip(places[1:], pages[:-1], strict=True):
        back = await read(world, reader, Wanted(), order, before=place, limit=7)
        assert [each.listed.id for each in back] == page


async def test_names_stand_as_swedes_sort_them(world: DeskWorld) -> None:
    names = ["Örjan", "Åke", "ärla", "Zed", "Éva", "Eva", "Ylva", "Ülo", "Östen"]
    kept = [await world.pool.fetchval("SELECT swedish($1)", name) for name in names]

    assert kept == [swedish(name) for name in names]
    assert sorted(names, key=swedish)[-5:] == ["Zed", "Åke", "ärla", "Örjan", "Östen"]


async def test_the_desk_pages_forward_and_back(world: DeskWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.pages.people.PAGE", 10)
    async with world.visitor("sam.samordnare") as visitor:
        first = (await visitor.get("/people?sort=name&status=inside")).text
        there = NEXT.search(first)
        assert there is not None
        assert not PREVIOUS.search(first)
        second = (await visitor.get(there[1].replace("&amp;", "&"))).text
        back = PREVIOUS.search(second)
        assert back is not None
        again = (await visitor.get(back[1].replace("&amp;", "&"))).text

    assert LINKS.findall(again) == LINKS.findall(first)
    assert not set(LINKS.findall(first)) & set(LINKS.findall(second))
    assert "status=inside" in there[1]


async def test_no_name_stands_in_the_address_of_a_page(world: DeskWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.pages.people.PAGE", 3)
    async with world.visitor("sam.samordnare") as visitor:
        there = NEXT.search((await visitor.get("/people?sort=name")).text)

    assert there is not None
    assert re.search(r"after=0~~~p-[0-9a-f]+$", there[1])


@pytest.mark.parametrize("after", ["", "~~~", "0~~2026~p-1", "0~~~p-nobody", "9~~~x", "0~a~b~c~d", "0~~2026-01-01~p-1"])
@pytest.mark.parametrize("sort", ["name", "referred", "owner", "nonsense"])
async def test_an_address_that_was_tampered_with_breaks_nothing(world: DeskWorld, after: str, sort: str) -> None:
    async with world.visitor("sam.samordnare") as visitor:
        answer = await visitor.get(
            "/people", params={"after": after, "sort": sort, "owner": "x y", "person": "1", "q": "%"}
        )
        nul = await visitor.get("/people", params={"after": after, "sort": sort, "q": "\x00"})

    assert (answer.status_code, nul.status_code) == (200, 404)


async def test_filters_cut_the_list_and_a_wrong_day_is_told_at_its_field(world: DeskWorld) -> None:
    async with world.visitor("sam.samordnare") as visitor:
        late = LINKS.findall((await visitor.get("/people?late=any")).text)
        quiet = LINKS.findall((await visitor.get("/people?late=contact")).text)
        left = LINKS.findall((await visitor.get("/people?exit=declined")).text)
        wrong = await visitor.get("/people?since=i+fjol")

    rows = await world.pool.fetch(
        "SELECT id FROM pathways WHERE next_due <= $1 AND status <> 'closed'", world.office.clock()
    )
    assert set(late) == {row["id"] for row in rows}
    assert set(quiet) < set(late)
    assert {await world.pathway(8)} <= set(left)
    assert wrong.status_code == 422
    assert 'href="#f-since"' in wrong.text


async def test_a_person_is_found_by_number_name_referral_and_pathway(world: DeskWorld) -> None:
    pathway = await world.pathway(9)
    card = (await register.cards(world.pool, [pathway]))[pathway]
    assert card.identity is not None
    number = card.identity.value
    async with world.visitor("sam.samordnare") as visitor:
        for typed in (number, f"{number[2:8]}-{number[8:]}", pathway, "ex-09", card.name, card.name.upper()[:-2]):
            answer = await visitor.post("/people/search", data={"q": typed, "status": ""})
            assert answer.status_code == 303
            found = LINKS.findall((await visitor.get(answer.headers["location"])).text)
            assert pathway in found, typed
            assert len(found) < 10
            assert number[-4:] not in answer.headers["location"]
        nobody = await visitor.post("/people/search", data={"q": "19121212-1212"})
        assert "1212" not in nobody.headers["location"]
        assert not LINKS.findall((await visitor.get(nobody.headers["location"])).text)


async def test_a_referrer_sees_the_unit_and_no_more(world: DeskWorld) -> None:
    own = Role("referrer", OPERATION)
    far = await newcomer(world, "far.handlaggare", own, unit="arbetsmarknad")
    near = await newcomer(world, "near.handlaggare", own, unit="forsorjningsstod")
    nobody = await newcomer(world, "nobody.alls")
    async with world.visitor(far) as visitor:
        assert not LINKS.findall((await visitor.get("/people")).text)
        assert (await visitor.get("/people.csv")).status_code == 403
    async with world.visitor(near) as visitor:
        assert len(LINKS.findall((await visitor.get("/people")).text)) > 30
        assert (await visitor.get("/people.csv")).status_code == 403
    async with world.visitor(nobody) as visitor:
        assert not LINKS.findall((await visitor.get("/people")).text)


async def test_a_protected_name_is_neither_shown_nor_found_nor_sorted(world: DeskWorld) -> None:
    pathway = await world.pathway(20)
    card = (await register.cards(world.pool, [pathway]))[pathway]
    first = card.name.split()[0]
    # Other tests refer people today; these were there before.
    day = str(await world.pool.fetchval("SELECT referred_on FROM pathways WHERE id = $1", pathway))
    lately = {"sort": "name", "since": day, "until": str(world.office.clock().date() - timedelta(days=1))}
    await register.protect(world.pool, card.participant, "marked")
    try:
        async with world.visitor("siv.samordnare") as siv, world.visitor("pia.programansvarig") as pia:
            for visitor, sees in ((siv, False), (pia, True)):
                whole = (await visitor.get("/people", params=lately)).text
                assert (card.name in whole) is sees
                assert pathway in whole
                if not sees:
                    assert LINKS.findall(whole)[-1] == pathway
                searched = (await visitor.get("/people", params={"q": first})).text
                assert (pathway in LINKS.findall(searched)) is sees
                file = (await visitor.get("/people.csv")).text
                assert (card.name in file) is sees
    finally:
        await register.protect(world.pool, card.participant, "none")


async def test_a_deputy_sees_what_the_absent_one_sees(world: DeskWorld) -> None:
    deputy = await newcomer(world, "vik.arie")
    today = world.office.clock().date()
    await world.pool.execute(
        "INSERT INTO deputies (staff, deputy, from_on) VALUES ('sam.samordnare', $1, $2)", deputy, today
    )
    try:
        reader = await reader_of(world.pool, await staff.get(world.pool, deputy), on=today)
        found = await read(world, reader, Wanted(), Sorted("referred"))
    finally:
        await world.pool.execute("DELETE FROM deputies WHERE deputy = $1", deputy)

    assert found
    assert {each.listed.owner for each in found} == {"sam.samordnare"}
    assert all(each.name for each in found)


async def test_a_file_holds_the_list_and_says_so_where_reads_are_shown(world: DeskWorld) -> None:
    async with world.visitor("sam.samordnare") as visitor:
        answer = await visitor.get("/people.csv?status=inside&sort=name")
        page = (await visitor.get("/people?status=inside&sort=name")).text

    assert answer.content.startswith(BOM.encode())
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix(BOM)), delimiter=";"))
    taken_along = [row["Process"] for row in rows]
    assert taken_along[:50] == LINKS.findall(page)  # the page ends there, the file doesn't
    assert f"{len(rows)} i listan" in page
    noted = await world.pool.fetch("SELECT pathway FROM reads WHERE what = 'export' AND staff = 'sam.samordnare'")
    assert {row["pathway"] for row in noted} >= set(taken_along)


@pytest.mark.parametrize("text", ["=1+1", "+46", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\uff1d1"])
def test_no_cell_becomes_a_formula(text: str) -> None:
    (cells,) = csv.reader(io.StringIO(line([text, "a;b", 'c"d']), newline=""), delimiter=";")

    assert cells == [f"'{text}", "a;b", 'c"d']


async def test_a_count_stops_where_it_was_asked_to(world: DeskWorld) -> None:
    today = world.office.clock().date()
    reader = await reader_of(world.pool, await staff.get(world.pool, "sam.samordnare"), on=today)

    async with listing.reading(world.pool) as record:
        assert await listing.counted(record, reader, Wanted(), today=today, most=5) == 5
        assert await listing.counted(record, reader, Wanted(ids=()), today=today, most=5) == 0
