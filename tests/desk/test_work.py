"""My work and my referrals: what is late, today, this week; what waits for a role; who is to be received."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest

from desk.pages import work
from domain.identity import parse
from records.register import NewPerson
from service.answers import Recorded
from service.asking import ask, command_from
from service.ids import new_id
from service.referrals import Referral, refer
from service.sample import OPERATION, reserved_number
from service.who import actor, today
from tests.deskworld import DeskWorld

HAM, EVA, SAM, PIA, ADA = (
    "ham.handlaggare", "eva.handlaggare", "sam.samordnare", "pia.programansvarig", "ada.arbetsterapeut",
)  # fmt: skip
DOMAINS = ("health", "social_situation", "functional_variation", "work_and_schooling", "labour_market")
_SERIAL = count()


@pytest.fixture(autouse=True)
def _long_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a page hold everybody: other tests' people are due as well."""
    monkeypatch.setattr(work, "MOST", 10_000)
    monkeypatch.setattr(work, "MOST_OF_TEAM", 10_000)


async def referred(world: DeskWorld, name: str, *, by: str = HAM, protection: Any = "none") -> str:
    """Refer somebody who meets every condition and return the pathway."""
    serial = next(_SERIAL)
    born = date(1983, 3, 1) + timedelta(days=serial // 20)
    person = NewPerson(parse(reserved_number(born, serial), on=today()), name, born, protection)
    facts = {"birth_date": born.isoformat(), "assistance": "long_term", "complex_problems": True}
    id_ = new_id()
    asked = Referral(id_, OPERATION, person, "forsorjningsstod", today(), facts)
    answer = await refer(world.office, asked, by=await actor(world.pool, by, operation=OPERATION), command_id=id_)
    assert isinstance(answer, Recorded)
    return answer.pathway


async def do(world: DeskWorld, pathway: str, staff: str, kind: str, **fields: Any) -> None:
    by = await actor(world.pool, staff, operation=OPERATION, pathway=pathway)
    command = command_from({"kind": kind, "id": new_id(), "by": by, **fields})
    answer = await ask(world.office, pathway, command)
    assert isinstance(answer, Recorded), answer


async def returned(world: DeskWorld, name: str) -> str:
    """Return a pathway whose participant goes back to the social services."""
    pathway = await referred(world, name)
    await do(world, pathway, SAM, "complete", step="acknowledge")
    await do(world, pathway, PIA, "decide", step="eligibility", outcome="accepted", reason="Hör hemma här")
    for item in DOMAINS:
        await do(world, pathway, ADA, "record", record="inventory", step="domain", item=item,
                 values={"rating": "obstacle"})  # fmt: skip
    await do(world, pathway, ADA, "decide", step="recommendation", outcome="return", reason="Behöver vård")
    await do(world, pathway, PIA, "decide", step="gate", outcome="return", reason="Vård först",
             view={"agrees": "yes"})  # fmt: skip
    return pathway


def row_of(page: str, name: str) -> str:
    """Return the row, or the point of a list, that names somebody."""
    found = [row for row in re.findall(r"<tr>.*?</tr>|<li>.*?</li>", page, re.DOTALL) if name in row]
    assert found, f"{name} is not there"
    return str(found[0])


class TestWork:
    async def test_is_told_by_when_it_is_due_with_late_first(self, world: DeskWorld) -> None:
        async with world.visitor(SAM) as sam:
            page = (await sam.get("/")).text

        heads = re.findall(r'<h2 id="part\d">(\w[\w ]*\w)', page)
        assert heads[0] == "Försenat"
        assert heads == [one for one in ("Försenat", "I dag", "Den här veckan", "Senare") if one in heads]

    async def test_a_row_leads_straight_to_the_form_of_the_step(self, world: DeskWorld) -> None:
        await referred(world, "Rakt Påsson")
        async with world.visitor(SAM) as sam:
            row = row_of((await sam.get("/")).text, "Rakt Påsson")
            link = re.search(r'href="(/people/[^"]*/next[^"]*)"', row)
            assert link is not None
            answer = await sam.get(link.group(1).replace("&amp;", "&"))
            form = await sam.get(answer.headers["location"])

        assert "/do/complete?step=intake.acknowledge" in answer.headers["location"]
        assert form.status_code == 200

    async def test_what_is_not_the_readers_to_do_leads_to_the_participant(self, world: DeskWorld) -> None:
        pathway = await referred(world, "Inte Minsson")
        await do(world, pathway, SAM, "complete", step="acknowledge")
        async with world.visitor(SAM) as sam:
            row = row_of((await sam.get("/")).text, "Inte Minsson")
            answer = await sam.get(f"/people/{pathway}/next?step=intake.eligibility&key=intake.eligibility%231")

        assert "programansvarig" in row
        assert answer.headers["location"] == f"/people/{pathway}"

    async def test_what_waits_for_a_role_can_be_taken(self, world: DeskWorld) -> None:
        pathway = await referred(world, "Roll Väntarsson")
        await do(world, pathway, SAM, "complete", step="acknowledge")
        await do(world, pathway, PIA, "decide", step="eligibility", outcome="accepted", reason="Hör hemma här")
        async with world.visitor(ADA) as ada, world.visitor("tor.handledare") as tor:
            page = (await ada.get("/")).text
            assert "Roll Väntarsson" not in (await tor.get("/")).text
            team = page[page.index('id="team"') :]
            taken = re.search(r'href="(/people/[^"]*/do/assign[^"]*)"', row_of(team, "Roll Väntarsson"))
            assert taken is not None
            way = taken.group(1).replace("&amp;", "&")
            answer = await ada.post(way, data={"person": ADA})
            assert answer.status_code == 303, answer.text
            after = (await ada.get("/")).text

        assert "Roll Väntarsson" in after[: after.index('id="team"')]

    async def test_the_name_of_a_protected_person_is_hidden_from_the_team(self, world: DeskWorld) -> None:
        pathway = await referred(world, "Hemlig Skyddsson", protection="marked")
        await do(world, pathway, SAM, "complete", step="acknowledge")
        await do(world, pathway, PIA, "decide", step="eligibility", outcome="accepted", reason="Hör hemma här")
        async with world.visitor(ADA) as ada, world.visitor(SAM) as sam:
            assert "Hemlig Skyddsson" not in (await ada.get("/")).text
            assert f"/people/{pathway}" in (await ada.get("/")).text
            assert "Hemlig Skyddsson" in (await sam.get("/")).text


class TestReceiving:
    async def test_a_returned_person_comes_first_and_is_confirmed_by_the_caseworker(self, world: DeskWorld) -> None:
        pathway = await returned(world, "Åter Vändsson")
        async with world.visitor(HAM) as ham:
            page = (await ham.get("/")).text
            first = page[page.index('id="receive"') : page.index("</section>")]
            link = re.search(r'href="(/people/[^"]*/next[^"]*)"', row_of(first, "Åter Vändsson"))
            assert link is not None
            form = await ham.get((await ham.get(link.group(1).replace("&amp;", "&"))).headers["location"])
            assert form.status_code == 200
            answer = await ham.post(str(form.url.raw_path.decode()), data={"command_id": new_id()})
            assert answer.status_code == 303, answer.text
            after = (await ham.get("/")).text

        assert "Åter Vändsson" not in after
        done = await world.pool.fetchrow(
            "SELECT status, done_by FROM steps WHERE pathway = $1 AND path = 'after_exit.received'", pathway
        )
        assert done is not None
        assert (done["status"], done["done_by"]) == ("done", HAM)

    async def test_nobody_of_another_unit_is_asked(self, world: DeskWorld) -> None:
        await returned(world, "Annan Enhetsson")
        await world.pool.execute("UPDATE staff SET unit = 'arbetsmarknad' WHERE id = $1", EVA)
        try:
            async with world.visitor(EVA) as eva:
                assert "Annan Enhetsson" not in (await eva.get("/")).text
        finally:
            await world.pool.execute("UPDATE staff SET unit = 'forsorjningsstod' WHERE id = $1", EVA)
        async with world.visitor(EVA) as eva:
            assert "Annan Enhetsson" in (await eva.get("/")).text


class TestReferrals:
    async def test_say_what_became_of_each(self, world: DeskWorld) -> None:
        await referred(world, "Ny Remissdotter")
        declined = await referred(world, "Nekad Remissdotter")
        await do(world, declined, SAM, "complete", step="acknowledge")
        await do(world, declined, PIA, "decide", step="eligibility", outcome="declined", reason="Annat stöd",
                 coded_reason="other_support")  # fmt: skip
        inside = await referred(world, "Antagen Remissdotter")
        await do(world, inside, SAM, "complete", step="acknowledge")
        await do(world, inside, PIA, "decide", step="eligibility", outcome="accepted", reason="Hör hemma här")
        async with world.visitor(HAM) as ham:
            page = (await ham.get("/referrals")).text

        new = row_of(page, "Ny Remissdotter")
        assert "Mottagande" in new
        assert "Bekräfta remissen" in new
        assert "Sam Samordnare" in new
        no = row_of(page, "Nekad Remissdotter")
        assert "inte antagen" in no
        assert "får annat stöd" in no
        assert "Pia Programansvarig" in no
        yes = row_of(page, "Antagen Remissdotter")
        assert "Resursinventering" in yes
        assert "antagen" in yes
        assert "bedömare" in yes

    async def test_are_the_readers_own_or_the_units(self, world: DeskWorld) -> None:
        await referred(world, "Evas Remissdotter", by=EVA)
        async with world.visitor(HAM) as ham:
            mine = (await ham.get("/referrals")).text
            units = (await ham.get("/referrals?whose=unit")).text

        assert "Evas Remissdotter" not in mine
        assert "Evas Remissdotter" in units

    async def test_are_turned_page_by_page_without_missing_or_repeating_any(self, world: DeskWorld) -> None:
        total = await world.pool.fetchval("SELECT count(*) FROM pathways WHERE unit = 'forsorjningsstod'")
        seen: list[str] = []
        address = "/referrals?whose=unit"
        async with world.visitor(HAM) as ham:
            while address:
                page = (await ham.get(address)).text
                seen.extend(re.findall(r'<th scope="row"><a href="/people/([^"]+)"', page))
                more = re.search(r'href="([^"]*)" rel="next"', page)
                address = more.group(1).replace("&amp;", "&") if more else ""

        assert len(seen) == len(set(seen)) == total
        assert total > 25

    async def test_can_be_chosen_by_status(self, world: DeskWorld) -> None:
        await referred(world, "Öppen Remissdotter")
        async with world.visitor(HAM) as ham:
            assert "Öppen Remissdotter" in (await ham.get("/referrals?status=open")).text
            assert "Öppen Remissdotter" not in (await ham.get("/referrals?status=closed")).text
