"""A participant's pages: what the owner lives in, and what each role sees of it."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from domain.commands import Correct
from domain.people import Actor
from records import accounts, staff
from records.staff import Deputy, Role
from service.answers import Recorded
from service.asking import ask
from service.ids import new_id
from service.sample import OPERATION
from tests.desk.people import INSIDE, Days, newcomer, protect, taken
from tests.deskworld import DeskWorld

OWNER, MANAGER, REFERRER, TEAM, PROVIDER, MACHINES = (
    "sam.samordnare", "pia.programansvarig", "ham.handlaggare", "ada.arbetsterapeut", "ali.arbetskonsulent", "dag.drift",
)  # fmt: skip
ELSEWHERE = "ulla.annanenhet"
STORY: Days = [
    *INSIDE, (40, {"done": "plan", "view": "yes", "words": "Jag vill bli bagare."}),
    (45, "open wellness"), (60, "hours work_training 24"), (90, "hours work_training 31.5"),
    (100, "end wellness illness"),
]  # fmt: skip
SECRETS = ("Har resurser.", "Jag är osäker.", "Jag vill bli bagare.", "inte observerat", "31,5", "sjukdom", "delvis")
PAGES = ("", "/history", "/history?show=all", "/history?show=notices", "/plan", "/interventions", "/own", "/meeting",
         "/reads", "/why/status", "/why/" + quote("activity.work_training#1", safe=""), "/why/accepted", "/why/1")  # fmt: skip
OPEN = {
    "",
    "/history",
    "/history?show=all",
    "/history?show=notices",
    "/interventions",
    *(p for p in PAGES if "why" in p),
}
WORDS = {"/plan", "/meeting"}
CLOSE = {"/own", "/reads"}


async def refused(world: DeskWorld, who: str, pathway: str) -> set[str]:
    """Return which of a participant's pages somebody may not open; everything else has to open."""
    found = set()
    async with world.visitor(who) as visitor:
        for page in PAGES:
            answer = await visitor.get(f"/people/{pathway}{page}")
            assert answer.status_code in (200, 403), (page, answer.status_code)
            if answer.status_code == 403:
                found.add(page)
    return found


async def seen(world: DeskWorld, who: str, pathway: str) -> str:
    """Return all that somebody can read about a participant, every explanation with it."""
    async with world.visitor(who) as visitor:
        texts = [(await visitor.get(f"/people/{pathway}{page}")).text for page in PAGES]
        for why in sorted({link for text in texts for link in re.findall(r'href="(/people/[^"]*/why/[^"]*)"', text)}):
            answer = await visitor.get(why)
            assert answer.status_code == 200, why
            texts.append(answer.text)
    return "\n".join(texts)


async def referrer_elsewhere(world: DeskWorld) -> str:
    return await newcomer(world, ELSEWHERE, Role("referrer", OPERATION), unit="arbetsmarknad")


class TestWhoSeesWhat:
    @pytest.mark.parametrize(
        ("who", "closed"),
        [
            (OWNER, set()),
            (MANAGER, set()),
            (TEAM, CLOSE),
            (PROVIDER, CLOSE),
            (REFERRER, WORDS | CLOSE),
            (MACHINES, set(PAGES)),
        ],
    )
    async def test_by_role(self, world: DeskWorld, who: str, closed: set[str]) -> None:
        assert await refused(world, who, await world.pathway(10)) == closed

    async def test_a_referrer_of_another_unit_sees_nothing(self, world: DeskWorld) -> None:
        assert await refused(world, await referrer_elsewhere(world), await world.pathway(10)) == set(PAGES)

    async def test_protected_data_are_for_those_closest(self, world: DeskWorld) -> None:
        pathway = await taken(world, 120, STORY)
        await protect(world, pathway)
        name = await world.pool.fetchval(
            "SELECT name FROM people JOIN pathways USING (participant) WHERE id = $1", pathway
        )

        assert await refused(world, TEAM, pathway) == WORDS | CLOSE
        of_team, of_owner = await seen(world, TEAM, pathway), await seen(world, OWNER, pathway)
        assert name not in of_team
        assert name in of_owner
        assert "Skyddade personuppgifter" in of_team
        assert not [each for each in SECRETS if each in of_team]

    async def test_a_referrer_sees_how_it_stands_and_no_words_or_assessments(self, world: DeskWorld) -> None:
        pathway = await taken(world, 120, STORY)

        of_referrer = await seen(world, REFERRER, pathway)
        of_owner = await seen(world, OWNER, pathway)

        assert not [each for each in SECRETS if each in of_referrer]
        assert not [each for each in SECRETS if each != "inte observerat" and each not in of_owner]
        assert "Sam Samordnare" in of_referrer
        assert "Aktivitetsfas" in of_referrer
        assert "skälet visas inte för din roll" in of_referrer

    async def test_what_is_refused_is_not_noted_as_read(self, world: DeskWorld) -> None:
        pathway = await taken(world, 20, [(0, "refer")])
        async with world.visitor(REFERRER) as visitor:
            await visitor.get(f"/people/{pathway}/plan")
            await visitor.get(f"/people/{pathway}/history")

        assert [each.what for each in await accounts.reads(world.pool, pathway)] == ["history"]


class TestTheOverview:
    async def test_offers_nothing_that_is_refused(self, world: DeskWorld) -> None:
        for who in (OWNER, MANAGER, TEAM, PROVIDER, REFERRER):
            async with world.visitor(who) as visitor:
                for place in range(10, 16):
                    pathway = await world.pathway(place)
                    text = (await visitor.get(f"/people/{pathway}")).text
                    for link in set(re.findall(r'href="(/people/[^"]*/do/[^"]*)"', text)):
                        assert (await visitor.get(link.replace("&amp;", "&"))).status_code == 200, (who, link)

    async def test_has_one_button_for_the_next_thing(self, world: DeskWorld) -> None:
        pathway = await taken(world, 20, [(0, "refer")])
        async with world.visitor(OWNER) as visitor:
            text = (await visitor.get(f"/people/{pathway}")).text

        buttons = re.findall(r'class="button main" href="([^"]*)">([^<]*)<', text)
        assert len(buttons) == 1
        assert buttons[0][1] == "Klart: Bekräfta remissen"

    async def test_puts_what_is_late_first(self, world: DeskWorld) -> None:
        pathway = await taken(world, 100, STORY[: len(INSIDE) + 2])
        async with world.visitor(OWNER) as visitor:
            text = (await visitor.get(f"/people/{pathway}")).text

        table = text[text.index("Det som händer härnäst") : text.index("Det du kan göra")]
        days = re.findall(r"<td><time>(\d{4}-\d\d-\d\d)</time> <span class=\"(late|away)\"", table)
        assert [day for day, _ in days] == sorted(day for day, _ in days)
        assert days[0][1] == "late"

    async def test_tells_of_a_milestone_that_was_withdrawn(self, world: DeskWorld) -> None:
        pathway = await world.pathway(12)
        seq = await world.pool.fetchval(
            "SELECT max(seq) FROM records_taken WHERE pathway = $1 AND record = 'activity_level'", pathway
        )
        roles = await staff.roles_of(world.pool, OWNER, OPERATION)
        correct = Correct(
            id=new_id(), by=Actor(OWNER, roles, "desk", "arbetsmarknad"), of=seq, changes={"hours_per_week": 4},
            reason="Fel vecka.",
        )  # fmt: skip
        assert isinstance(await ask(world.office, pathway, correct), Recorded)

        async with world.visitor(OWNER) as visitor:
            text = (await visitor.get(f"/people/{pathway}")).text
            why = (await visitor.get(f"/people/{pathway}/why/reached_25")).text

        assert "återtagen" in text
        assert "Fel vecka." in why

    async def test_says_who_stands_in_today(self, world: DeskWorld) -> None:
        pathway = await world.pathway(14)
        today = world.office.clock().date()
        await staff.deputise(world.pool, Deputy(OWNER, "siv.samordnare", today, today + timedelta(days=1)))
        try:
            async with world.visitor("siv.samordnare") as visitor:
                text = (await visitor.get(f"/people/{pathway}")).text
        finally:
            await world.pool.execute("DELETE FROM deputies WHERE staff = $1", OWNER)

        assert re.search(r"Ersättare i dag</dt><dd>Siv Samordnare", text)

    async def test_tells_the_place_in_a_queue(self, world: DeskWorld) -> None:
        first, second = [await taken(world, 20, [(0, "refer")]) for _ in range(2)]
        for rank, pathway in enumerate((first, second)):
            await world.pool.execute(
                """INSERT INTO claims (pathway, step, key, pool, state, rank, since, since_at)
                   VALUES ($1, 'activity.work_training', 'activity.work_training#1', 'bageriet', 'waiting', $2,
                       '2026-03-02', now())""",
                pathway, rank,
            )  # fmt: skip
        async with world.visitor(OWNER) as visitor:
            text = (await visitor.get(f"/people/{second}")).text
        await world.pool.execute("DELETE FROM claims WHERE pool = 'bageriet'")

        assert "nummer 2 av 2 i kön, sedan <time>2026-03-02</time>" in text

    async def test_shows_facts_in_one_table_with_ways_to_change_them(self, world: DeskWorld) -> None:
        pathway = await world.pathway(13)
        async with world.visitor(OWNER) as visitor:
            text = (await visitor.get(f"/people/{pathway}")).text

        facts = text[text.index('id="facts"') :]
        assert "födelsedatum" in facts
        assert "about=education" in facts
        assert "Fyll i" in facts


class TestTheHistory:
    async def test_shows_what_people_did_everything_or_the_notices(self, world: DeskWorld) -> None:
        pathway = await taken(world, 60, [(0, "refer"), (30, "done acknowledge")])
        async with world.visitor(OWNER) as visitor:
            people, everything, notices = [
                (await visitor.get(f"/people/{pathway}/history?show={show}")).text
                for show in ("people", "all", "notices")
            ]

        assert "Klart: Bekräfta remissen" in people
        assert "Avisering" not in people[people.index('class="lead"', people.index("Det som har gjorts")) :]
        assert everything.count('<li id="e') > people.count('<li id="e')
        assert "Avisering (" in notices
        assert "Klart: Bekräfta remissen" not in notices

    async def test_stands_by_stage_and_month_with_the_latest_first(self, world: DeskWorld) -> None:
        pathway = await taken(world, 120, STORY)
        async with world.visitor(OWNER) as visitor:
            text = (await visitor.get(f"/people/{pathway}/history")).text

        stages = [text.index(f"<h2>{stage}</h2>") for stage in ("Aktivitetsfas", "Resursinventering", "Mottagande")]
        assert stages == sorted(stages)
        assert text.count("<h2>") == 3
        assert text.count("<h3>") >= 4

    async def test_says_what_was_recorded_late(self, world: DeskWorld) -> None:
        pathway = await taken(world, 30, [(0, "refer")])
        async with world.visitor(OWNER) as visitor:
            yesterday = await visitor.get(f"/people/{pathway}/do/contact")
            day = re.findall(r"\d{4}-\d\d-\d\d", (await visitor.get(f"/people/{pathway}")).text)[0]
            assert yesterday.status_code == 200
            given = {"command_id": new_id(), "note": "Ringde i går", "on": day}
            await visitor.post(f"/people/{pathway}/do/contact", data=given)
            text = (await visitor.get(f"/people/{pathway}/history")).text

        assert re.search(r"Ringde i går.*?registrerat <time>\d{4}", text, re.DOTALL)

    async def test_says_what_was_sealed_to_those_who_may_know(self, world: DeskWorld) -> None:
        pathway = await taken(world, 20, [(0, "refer")])
        born = await world.pool.fetchval(
            "SELECT birth_date FROM people JOIN pathways USING (participant) WHERE id = $1", pathway
        )
        found = {}
        for who in (OWNER, REFERRER):
            async with world.visitor(who) as visitor:
                found[who] = (await visitor.get(f"/people/{pathway}/history")).text

        assert f"födelsedatum: {born}" in found[OWNER]
        assert "födelsedatum: (förseglat)" in found[REFERRER]

    async def test_offers_a_correction_only_of_what_can_be_corrected(self, world: DeskWorld) -> None:
        pathway = await taken(world, 120, STORY)
        async with world.visitor(OWNER) as visitor:
            text = (await visitor.get(f"/people/{pathway}/history?show=all")).text

        entries = re.findall(r'<li id="e(\d+)">(.*?)</li>', text, re.DOTALL)
        told = [re.search(r'class="what">([^:<(]*)', entry)[1].strip() for _, entry in entries if "/correct/" in entry]  # type: ignore[index]
        assert {"Klart", "Remiss till Försörjningsstöd", "Arbetsträning"} <= set(told)
        assert not {"Öppnat", "Avisering", "Milstolpe"} & set(told)


class TestThePlan:
    async def test_shows_each_version_with_the_participants_own_words(self, world: DeskWorld) -> None:
        pathway = await taken(world, 120, STORY)
        async with world.visitor(OWNER) as visitor:
            text = (await visitor.get(f"/people/{pathway}/plan")).text

        assert "<blockquote><p>Jag vill bli bagare.</p></blockquote>" in text
        assert "håller med" in text
        assert "Beslut om fortsättning: går vidare" in text
        assert "<blockquote><p>Jag är osäker.</p></blockquote>" in text

    async def test_says_that_there_is_none(self, world: DeskWorld) -> None:
        pathway = await taken(world, 20, [(0, "refer")])
        async with world.visitor(OWNER) as visitor:
            assert "Ingen plan är gjord än." in (await visitor.get(f"/people/{pathway}/plan")).text


class TestInterventions:
    async def test_stand_side_by_side_with_attendance(self, world: DeskWorld) -> None:
        pathway = await taken(world, 120, STORY)
        async with world.visitor(OWNER) as visitor:
            text = (await visitor.get(f"/people/{pathway}/interventions")).text

        assert text.count("data:image/svg+xml") == 2
        assert re.search(r'<th scope="row">Friskvård</th>.*?sjukdom', text, re.DOTALL)
        assert re.search(r'<th scope="row">Arbetsträning</th>.*?pågår.*?55,5', text, re.DOTALL)

    async def test_show_no_attendance_to_a_referrer(self, world: DeskWorld) -> None:
        pathway = await taken(world, 120, STORY)
        async with world.visitor(REFERRER) as visitor:
            text = (await visitor.get(f"/people/{pathway}/interventions")).text

        assert "Arbetsträning" in text
        assert text.count("data:image/svg+xml") == 1
        assert "55,5" not in text


class TestWhy:
    async def test_goes_back_to_the_person_with_the_rule_in_words(self, world: DeskWorld) -> None:
        pathway = await taken(world, 120, STORY)
        async with world.visitor(OWNER) as visitor:
            text = (await visitor.get(f"/people/{pathway}/why/{quote('activity.work_training#1', safe='')}")).text

        assert "Öppnas när &#34;Planera insatser med deltagaren&#34; är klart." in text
        assert "Ska vara klart inom 12 månader." in text
        assert "beskrivningen anger inga tider" in text
        assert "Sam Samordnare (ansvarig samordnare" in text or "Sam Samordnare" in text
        assert "därför att" in text

    async def test_explains_a_notice(self, world: DeskWorld) -> None:
        pathway = await taken(world, 60, [(0, "refer")])
        notice = await world.pool.fetchval("SELECT max(id) FROM notices WHERE pathway = $1", pathway)
        async with world.visitor(OWNER) as visitor:
            answer = await visitor.get(f"/people/{pathway}/why/n{notice}")

        assert answer.status_code == 200
        assert f"Avisering {notice}" in answer.text

    @pytest.mark.parametrize("what", ["9999", "n9999999", "n" + "9" * 400, "9" * 5000, "²", "nothing", "a[b]#c"])
    async def test_of_what_is_not_there_says_so(self, world: DeskWorld, what: str) -> None:
        async with world.visitor(OWNER) as visitor:
            answer = await visitor.get(f"/people/{await world.pathway(10)}/why/{quote(what, safe='')}")

        assert answer.status_code == 404


class TestPrints:
    async def test_the_participants_page_is_in_plain_swedish(self, world: DeskWorld) -> None:
        pathway = await taken(world, 120, STORY)
        async with world.visitor(OWNER) as visitor:
            text = (await visitor.get(f"/people/{pathway}/own")).text

        own = text[text.index('<article class="own" lang="sv">') :]
        assert "Jag vill bli bagare." in own
        assert "Säg till om något är fel" in own
        assert "activity." not in own

    async def test_the_participants_page_can_be_had_in_english(self, world: DeskWorld) -> None:
        async with world.visitor(OWNER) as visitor:
            text = (await visitor.get(f"/people/{await world.pathway(10)}/own?language=en")).text

        assert '<article class="own" lang="en">' in text
        assert "Your path in" in text
        assert "Skriv ut" in text

    async def test_the_page_for_the_meeting_says_what_is_to_decide(self, world: DeskWorld) -> None:
        async with world.visitor(OWNER) as visitor:
            text = (await visitor.get(f"/people/{await world.pathway(19)}/meeting")).text

        assert "Beslut om vägen vidare" in text[text.index("Att besluta") :]
        assert '<ul class="boxes"><li>arbete</li>' in text


class TestWhoHasRead:
    async def test_is_told_with_what_and_when(self, world: DeskWorld) -> None:
        pathway = await taken(world, 20, [(0, "refer")])
        async with world.visitor(REFERRER) as ham:
            await ham.get(f"/people/{pathway}/history")
        async with world.visitor(OWNER) as visitor:
            text = (await visitor.get(f"/people/{pathway}/reads")).text

        assert re.search(r"Ham Handläggare</td><td>historiken", text)
        assert re.search(r"Sam Samordnare</td><td>vilka som har läst", text)

    async def test_goes_on_on_the_next_page(self, world: DeskWorld) -> None:
        pathway = await taken(world, 20, [(0, "refer")])
        for _ in range(60):
            await accounts.read(world.pool, pathway, staff=REFERRER, what="page", now=world.office.clock())
        async with world.visitor(OWNER) as visitor:
            first = (await visitor.get(f"/people/{pathway}/reads")).text
            before = re.search(r"\?before=(\d+)", first)
            assert before is not None
            second = (await visitor.get(f"/people/{pathway}/reads?before={before[1]}")).text

        assert first.count("Ham Handläggare</td>") == 49
        assert second.count("Ham Handläggare</td>") == 11

    @pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "²"])
    async def test_takes_any_address(self, world: DeskWorld, before: str) -> None:
        async with world.visitor(OWNER) as visitor:
            answer = await visitor.get(f"/people/{await world.pathway(10)}/reads", params={"before": before})

        assert answer.status_code == 200


class TestPagesThatAreNotWhole:
    async def pages(self, world: DeskWorld, pathway: str) -> list[str]:
        async with world.visitor(OWNER) as visitor:
            answers = [await visitor.get(f"/people/{pathway}{page}") for page in PAGES if "/why/" not in page]
        assert {each.status_code for each in answers} == {200}
        return [each.text for each in answers]

    async def test_of_one_that_is_held(self, world: DeskWorld) -> None:
        pathway = await taken(world, 20, [(0, "refer")])
        await world.pool.execute(
            "UPDATE pathways SET diverged_at = now(), diverged_why = 'other_batch at 3' WHERE id = $1", pathway
        )

        found = await self.pages(world, pathway)

        assert all("Processen är spärrad" in text for text in found)
        assert not any("/do/" in text or "/correct/" in text for text in found)

    async def test_of_one_whose_key_is_gone(self, world: DeskWorld) -> None:
        # One that is closed: the engine has nothing to do on it, and can't stumble over what it can't read any more.
        pathway = await taken(world, 120, [*STORY, (110, {"exit": "registered_in_error", "reason": "Fel person."})])
        participant = await world.pool.fetchval("SELECT participant FROM pathways WHERE id = $1", pathway)
        await world.keys.ring.destroy(participant)

        found = await self.pages(world, pathway)
        async with world.visitor(OWNER) as visitor:
            why = await visitor.get(f"/people/{pathway}/why/status")

        assert all("Nyckeln till den här processen är förstörd" in text for text in found)
        assert not any("/do/" in text for text in found)
        assert "Klart: Planera insatser med deltagaren" in found[1]
        assert not any("Jag vill bli bagare." in text for text in found)
        assert why.status_code == 200

    async def test_of_one_that_has_not_begun(self, world: DeskWorld) -> None:
        pathway = await reserved(world)

        found = await self.pages(world, pathway)

        assert all("Processen har inte börjat" in text for text in found)


async def reserved(world: DeskWorld) -> str:
    """Return a pathway that a referral has reserved, without any event."""
    left = await world.pathway(8)
    await world.pool.execute(
        """INSERT INTO pathways (id, participant, operation, programme, referral, ordinal, unit, referrer, owner,
               referred_on, status, reserved_at)
           SELECT 'p-reserved', participant, operation, programme, 'own-reserved', 99, unit, referrer, owner,
               referred_on, 'reserved', reserved_at FROM pathways WHERE id = $1""",
        left,
    )
    return "p-reserved"
