"""Every kind of command goes from its form to the record, on the real stack."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.desk.filling import done, fill, referred, seen
from tests.deskworld import DeskWorld

OWNER, MANAGER, ASSESSOR, TEAM = "sam.samordnare", "pia.programansvarig", "ada.arbetsterapeut", "psy.psykolog"
DOMAINS = ("health", "social_situation", "functional_variation", "work_and_schooling", "labour_market")


def at(pathway: str, kind: str, **which: str) -> str:
    query = "&".join(f"{name}={value.replace('#', '%23')}" for name, value in which.items())
    return f"/people/{pathway}/do/{kind}" + (f"?{query}" if query else "")


async def kinds(world: DeskWorld, pathway: str) -> list[str]:
    rows = await world.pool.fetch("SELECT type FROM events WHERE pathway = $1 ORDER BY seq", pathway)
    return [row["type"] for row in rows]


async def admitted(world: DeskWorld, pathway: str) -> None:
    """Take somebody from the referral through the inventory to the team's recommendation."""
    async with world.visitor(OWNER) as sam:
        await done(sam, at(pathway, "complete", step="intake.acknowledge"), note="Mottagen")
    async with world.visitor(MANAGER) as pia:
        await done(pia, at(pathway, "decide", step="intake.eligibility"), outcome="accepted", reason="Uppfyller")
    async with world.visitor(ASSESSOR) as ada:
        for name in DOMAINS:
            address = at(pathway, "record", step="inventory.domain", key=f"inventory.domain[{name}]#1")
            await done(ada, f"{address}&about=inventory", v__rating="resource", v__findings="Orkar mer nu")


async def test_from_the_referral_through_work_training_to_an_exit_that_is_taken_back(world: DeskWorld) -> None:
    pathway = await referred(world)
    await admitted(world, pathway)
    async with world.visitor(TEAM) as psy:
        await done(psy, at(pathway, "decide", step="inventory.recommendation"), outcome="go_on", reason="Redo")
    async with world.visitor(MANAGER) as pia:
        gate = at(pathway, "decide", step="inventory.gate")
        assert "Deltagarens syn" in (await fill(pia, gate, outcome="go_on", reason="Ja")).text  # the view is missing
        await done(pia, gate, outcome="go_on", reason="Ja", view="yes", words="Jag vill prova")
    async with world.visitor(OWNER) as sam:
        await done(sam, at(pathway, "complete", step="activity.plan"), view="partly", words="Helst kaféet")
        opened = at(pathway, "open", step="activity.wellness")
        assert "Den som utför" in (await sam.get(opened)).text
        await done(sam, opened, provider="Friskis", person="tor.handledare")
        month = (world.office.clock() + timedelta(hours=2)).strftime("%Y-%m")
        hours = at(pathway, "hours", step="activity.work_training", key="activity.work_training#1")
        await done(sam, hours, month=month, hours="7,25")
        assert "7,25 timmar" in (await sam.get(hours)).text
        await done(sam, at(pathway, "end", step="activity.wellness"), coded_reason="own_wish")
        await done(sam, at(pathway, "assign", step="activity.work_training"), person="tor.handledare")
        await done(sam, at(pathway, "contact"), note="Ringde")
        await done(sam, at(pathway, "fact", about="education"), v__education="isced_3_4")
        await done(sam, at(pathway, "fact", about="disability"), refused="yes")
        level = {"v__hours_per_week": "10", "v__environment": "adapted"}
        assert "25 %" in await done(sam, at(pathway, "record", about="activity_level"), **level)
        await done(sam, at(pathway, "exit"), exit="dropped_out", reason="Vill sluta", view="yes")
    async with world.visitor(MANAGER) as pia:
        await done(pia, at(pathway, "reopen"), reason="Ångrade sig")
        await done(pia, at(pathway, "change_owner"), person="siv.samordnare")
    async with world.visitor("siv.samordnare") as siv:
        until = (world.office.clock() + timedelta(days=20)).date().isoformat()
        await done(siv, at(pathway, "pause"), coded_reason="illness", until=until)
        await done(siv, at(pathway, "resume"))
        await done(siv, at(pathway, "decide", step="activity.way_forward"), outcome="work", reason="Jobb", view="yes")

    assert {"Corrected", "Withdrawn"}.isdisjoint(await kinds(world, pathway))
    assert (await kinds(world, pathway)).count("Exited") == 2


async def test_a_returned_person_is_confirmed_by_whoever_receives(world: DeskWorld) -> None:
    pathway = await referred(world)
    await admitted(world, pathway)
    async with world.visitor(TEAM) as psy:
        await done(psy, at(pathway, "decide", step="inventory.recommendation"), outcome="return", reason="Vård först")
    async with world.visitor(MANAGER) as pia:
        gate = at(pathway, "decide", step="inventory.gate")
        assert "Leder till avslut: återgår till socialtjänsten" in (await pia.get(gate)).text
        await done(pia, gate, outcome="return", reason="Vård", view="no", words="Jag vill stanna")
        assert (await pia.get(at(pathway, "complete", step="after_exit.received"))).status_code == 409
    async with world.visitor("ham.handlaggare") as ham:
        await done(ham, at(pathway, "complete", step="after_exit.received"))


async def test_work_is_claimed_and_a_referral_withdrawn(world: DeskWorld) -> None:
    pathway = await referred(world)
    async with world.visitor(OWNER) as sam:
        await done(sam, at(pathway, "complete", step="intake.acknowledge"))
    async with world.visitor(MANAGER) as pia:
        await done(pia, at(pathway, "decide", step="intake.eligibility"), outcome="accepted", reason="Ja")
    async with world.visitor(ASSESSOR) as ada:
        claim = at(pathway, "assign", step="inventory.domain", key="inventory.domain[health]#1")
        await done(ada, claim)
    async with world.visitor("ham.handlaggare") as ham:
        withdrawn = at(pathway, "happen", about="withdrawn")
        assert "Leder till avslut: remissen återtagen" in (await ham.get(withdrawn)).text
        await done(ham, withdrawn)

    assert "Exited" in await kinds(world, pathway)


class TestDeciding:
    async def test_asks_for_a_coded_reason_only_where_the_outcome_has_one(self, world: DeskWorld) -> None:
        pathway = await referred(world)
        async with world.visitor(OWNER) as sam:
            await done(sam, at(pathway, "complete", step="intake.acknowledge"))
        async with world.visitor(MANAGER) as pia:
            address = at(pathway, "decide", step="intake.eligibility")
            missing = await fill(pia, address, outcome="declined", reason="Får stöd")
            assert (missing.status_code, 'href="#f-coded_reason"' in missing.text) == (422, True)
            assert "Får stöd" in missing.text

            await done(pia, address, outcome="accepted", reason="Uppfyller", coded_reason="own_wish")

        coded = await world.pool.fetchval(
            "SELECT coded ->> 'coded_reason' FROM events WHERE pathway = $1 AND coded ->> 'outcome' = 'accepted'",
            pathway,
        )
        assert coded is None

    async def test_an_exception_is_asked_for_by_itself(self, world: DeskWorld) -> None:
        pathway = await referred(world, facts={"complex_problems": False})
        async with world.visitor(OWNER) as sam:
            await done(sam, at(pathway, "complete", step="intake.acknowledge"))
        async with world.visitor(MANAGER) as pia:
            address = at(pathway, "decide", step="intake.eligibility")
            refused = await fill(pia, address, outcome="accepted", reason="Behöver oss")
            assert (refused.status_code, 'href="#f-exception"' in refused.text) == (422, True)

            assert "antagen" in await done(pia, address, outcome="accepted", reason="Behöver oss", exception="yes")


class TestChoosing:
    @pytest.mark.parametrize(
        ("kind", "given", "field"),
        [
            ("exit", {"exit": "dropped_out", "reason": "Slutar", "view": "kanske"}, "view"),
            ("change_owner", {"person": "ingen.alls"}, "person"),
            ("pause", {"coded_reason": "semester", "until": "2099-01-01"}, "coded_reason"),
        ],
    )
    async def test_what_was_never_offered_is_refused_at_its_field(
        self, world: DeskWorld, kind: str, given: dict[str, str], field: str
    ) -> None:
        pathway = await world.pathway(4)
        async with world.visitor(OWNER) as sam:
            before = await kinds(world, pathway)
            answer = await fill(sam, at(pathway, kind), **given)

        assert answer.status_code == 422
        assert re.findall(r'href="#f-(\w+)"', answer.text) == [field]
        assert before == await kinds(world, pathway)


class TestLookingAhead:
    async def test_tells_what_would_follow_and_records_nothing(self, world: DeskWorld) -> None:
        pathway = await world.pathway(4)
        async with world.visitor(OWNER) as sam:
            before = await kinds(world, pathway)
            given = {"exit": "returned", "reason": "Vård behövs", "look": "1"}
            answer = await fill(sam, at(pathway, "exit"), **given)

        assert answer.status_code == 200
        assert "Inget är registrerat än" in answer.text
        assert "Bekräfta mottagandet (" in answer.text
        assert "Vård behövs" in answer.text
        assert before == await kinds(world, pathway)


class TestPausing:
    async def test_says_the_latest_day_and_refuses_a_later_one_at_its_field(self, world: DeskWorld) -> None:
        pathway = await world.pathway(4)
        async with world.visitor(OWNER) as sam:
            page = (await sam.get(at(pathway, "pause"))).text
            answer = await fill(sam, at(pathway, "pause"), coded_reason="illness", until="2099-01-01")

        assert "Senast 20" in page
        assert (answer.status_code, 'href="#f-until"' in answer.text) == (422, True)


class TestColleagues:
    async def test_show_their_roles_and_who_is_away(self, world: DeskWorld) -> None:
        pathway = await world.pathway(4)
        today = world.office.clock().date()
        await world.pool.execute(
            "INSERT INTO deputies (staff, deputy, from_on, until_on) VALUES ($1, $2, $3, $4)",
            "ali.arbetskonsulent", "ada.arbetsterapeut", today - timedelta(days=1), today + timedelta(days=2),
        )  # fmt: skip
        try:
            async with world.visitor(OWNER) as sam:
                page = (await sam.get(at(pathway, "change_owner"))).text
        finally:
            await world.pool.execute("DELETE FROM deputies WHERE staff = 'ali.arbetskonsulent'")

        assert "– borta i dag, Ada" in page
        assert 'value="sam.samordnare"' not in page


class TestCorrecting:
    @pytest.mark.parametrize(
        ("type_", "where", "typed", "told"),
        [
            ("RecordTaken", "coded ->> 'record' = 'hours'", {"v__hours": "12,5"}, "12,5"),
            ("RecordTaken", "coded ->> 'record' = 'inventory'", {"v__rating": "obstacle"}, "hinder"),
            ("FactRecorded", "coded ->> 'fact' = 'gender'", {"v__value": "woman"}, "kvinna"),
        ],
    )
    async def test_a_value(self, world: DeskWorld, type_: str, where: str, typed: Any, told: str) -> None:
        pathway = await world.pathway(4)
        seq = await world.pool.fetchval(
            f"SELECT seq FROM events WHERE pathway = $1 AND type = $2 AND {where} ORDER BY seq LIMIT 1",
            pathway, type_,
        )  # fmt: skip
        address = f"/people/{pathway}/correct/{seq}"
        async with world.visitor(OWNER) as sam:
            same = await fill(sam, address, reason="Såg fel")
            assert same.status_code == 422
            assert "ändrar ingenting" in same.text
            page = await done(sam, address, reason="Skrev fel", **typed)
            again = seen((await sam.get(address)).text)

        assert told in page
        name = next(iter(typed)).replace("__", "-")
        assert again.values[name] == list(typed.values())

    async def test_hours_that_nobody_can_attend_are_told_at_their_field(self, world: DeskWorld) -> None:
        pathway = await world.pathway(4)
        seq = await world.pool.fetchval(
            "SELECT seq FROM events WHERE pathway = $1 AND coded ->> 'record' = 'hours' ORDER BY seq LIMIT 1", pathway
        )
        async with world.visitor(OWNER) as sam:
            for hours in ("-1", "NaN", "9999"):
                answer = await fill(sam, f"/people/{pathway}/correct/{seq}", v__hours=hours, reason="Skrev fel")
                assert (answer.status_code, 'href="#f-v-hours"' in answer.text) == (422, True), hours

    async def test_a_day_that_moves_what_is_due_is_looked_at_first(self, world: DeskWorld) -> None:
        pathway = await world.pathway(7)
        seq = await world.pool.fetchval("SELECT max(seq) FROM events WHERE pathway = $1 AND type = 'Happened'", pathway)
        address = f"/people/{pathway}/correct/{seq}"
        async with world.visitor(OWNER) as sam:
            stood = seen((await sam.get(address)).text).values["day"][0]
            before = await kinds(world, pathway)
            looked = await fill(sam, address, day="2099-01-01", reason="Fel dag", look="1")
            assert (looked.status_code, 'href="#f-' in looked.text) == (422, True)
            assert before == await kinds(world, pathway)
        assert stood

    async def test_what_recorded_nothing_to_correct_says_so(self, world: DeskWorld) -> None:
        pathway = await world.pathway(7)
        async with world.visitor(OWNER) as sam:
            for seq in ("99999", "x", "0", "99999999999999999999"):
                answer = await sam.get(f"/people/{pathway}/correct/{seq}")
                assert answer.status_code == 409, seq
