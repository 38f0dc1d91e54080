"""The inbox: one's own notices and those of whom one stands in for, read and unread; when mail comes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from domain.calendar import local_day
from domain.quiet import Wishes
from records import inbox, staff, wishes
from records.staff import Deputy, Role
from service.sample import OPERATION
from tests.desk.people import newcomer
from tests.deskworld import DeskWorld

OWNER = Role("owner", OPERATION)


async def notice(world: DeskWorld, to: str, *, person: int = 20, state: str = "handed_over") -> int:
    """Put a notice of an open step of a pathway into the ledger, and return its id."""
    pathway = await world.pathway(person)
    key = await world.pool.fetchval(
        "SELECT key FROM steps WHERE pathway = $1 AND status = 'open' AND path <> 'watch' AND kind = 'task' LIMIT 1",
        pathway,
    )
    return int(await world.pool.fetchval(
        "INSERT INTO notices (pathway, seq, key, kind, recipient_role, recipient, due_on, state, promised_at) "
        "SELECT $1, coalesce(max(seq), 0) + 100000, $2, 'remind', 'owner', $3, $4, $5, $6 FROM notices WHERE pathway = $1 "
        "RETURNING id",
        pathway, key, to, local_day(world.office.clock()), state, world.office.clock(),
    ))  # fmt: skip


async def test_a_notice_leads_to_its_form_and_its_participant(world: DeskWorld) -> None:
    who = await newcomer(world, "ines.inkorg", OWNER)
    await notice(world, who)
    pathway = await world.pathway(20)

    async with world.visitor(who) as visitor:
        page = (await visitor.get("/inbox")).text
        form = re.search(rf'href="(/people/{pathway}/do/complete\?[^"]+)"', page)
        assert form is not None
        assert f'href="/people/{pathway}"' in page
        assert (await visitor.get(form[1].replace("&amp;", "&"))).status_code == 200

    assert "påminnelse" in page


async def test_unread_ones_are_counted_in_the_menu_until_they_are_read(world: DeskWorld) -> None:
    who = await newcomer(world, "rut.raknad", OWNER)
    first, _ = [await notice(world, who) for _ in range(2)]

    async with world.visitor(who) as visitor:
        assert '<span class="count">2' in (await visitor.get("/")).text

        answer = await visitor.post("/inbox/read", data={"notice": str(first)})
        assert (answer.status_code, answer.headers["location"]) == (303, "/inbox")
        page = (await visitor.get("/inbox")).text
        assert '<span class="count">1' in page
        assert "Läst tidigare" in page

        await visitor.post("/inbox/unread", data={"notice": str(first)})
        assert '<span class="count">2' in (await visitor.get("/")).text


async def test_all_are_read_but_not_what_came_meanwhile(world: DeskWorld) -> None:
    who = await newcomer(world, "alf.alla", OWNER)
    shown = [await notice(world, who) for _ in range(3)][-1]
    later = await notice(world, who)

    async with world.visitor(who) as visitor:
        await visitor.post("/inbox/read", data={"until": str(shown)})

    assert [each.id for each in await inbox.entries(world.pool, [who], read=False)] == [later]


async def test_every_page_of_a_long_inbox_is_reached_once(world: DeskWorld) -> None:
    who = await newcomer(world, "lisa.lang", OWNER)
    made = [await notice(world, who) for _ in range(70)]
    await inbox.mark(world.pool, [who], by=who, now=world.office.clock(), only=made[::2])
    seen: list[int] = []

    async with world.visitor(who) as visitor:
        address: str | None = "/inbox"
        while address:
            page = (await visitor.get(address)).text
            seen += [int(each) for each in re.findall(r'name="notice" value="(\d+)"', page)]
            more = re.search(r'href="(/inbox\?after=[^"]+)"', page)
            address = more[1] if more else None

    assert seen == sorted(made[1::2], reverse=True) + sorted(made[::2], reverse=True)


async def test_a_deputy_reads_them_during_absence_and_only_then(world: DeskWorld) -> None:
    away, deputy = await newcomer(world, "bea.borta", OWNER), await newcomer(world, "stig.standin", OWNER)
    await notice(world, away)
    today = local_day(world.office.clock())

    async with world.visitor(deputy) as visitor:
        assert "Bea.Borta" not in (await visitor.get("/inbox")).text

        await staff.deputise(world.pool, Deputy(away, deputy, today, today + timedelta(days=1)))
        page = (await visitor.get("/inbox")).text
        assert "i stället för Bea.Borta" in page
        assert '<span class="count">1' in page

        await world.pool.execute("DELETE FROM deputies WHERE staff = $1", away)
        assert "Bea.Borta" not in (await visitor.get("/inbox")).text


async def test_nobody_marks_what_is_anothers(world: DeskWorld) -> None:
    who, other = await newcomer(world, "ture.tredje", OWNER), await newcomer(world, "olle.obehorig", OWNER)
    mine = await notice(world, who)

    async with world.visitor(other) as visitor:
        await visitor.post("/inbox/read", data={"notice": str(mine)})
        await visitor.post("/inbox/read", data={"until": str(mine)})

    assert [each.id for each in await inbox.entries(world.pool, [who], read=False)] == [mine]


@pytest.mark.parametrize("typed", ["", "x", "-1", "9" * 400, "²", "1;DROP"])
async def test_nonsense_does_nothing(world: DeskWorld, typed: str) -> None:
    async with world.visitor("siv.samordnare") as visitor:
        for to in ("/inbox/read", "/inbox/unread"):
            assert (await visitor.post(to, data={"notice": typed, "until": typed})).status_code == 303
        assert (await visitor.get("/inbox", params={"after": f"unread-{typed}"})).status_code == 200


class TestWishes:
    async def test_are_kept_and_shown(self, world: DeskWorld) -> None:
        who = await newcomer(world, "vera.vill", OWNER)
        given = {"quiet_from": "18", "quiet_until": "7", "working_days_only": "yes", "digest_at": "8"}

        async with world.visitor(who) as visitor:
            answer = await visitor.post("/me/notices", data=given)
            assert (answer.status_code, answer.headers["location"]) == (303, "/me/notices?done=yes")
            page = (await visitor.get("/me/notices")).text

        assert await wishes.of(world.pool, who) == Wishes(18, 7, True, 8)
        assert page.count(" selected") == 3
        assert "aldrig inne längre än 4 timmar" in page

    @pytest.mark.parametrize(
        ("given", "at"),
        [
            ({"quiet_from": "18"}, "f-quiet_until"),
            ({"quiet_until": "7"}, "f-quiet_from"),
            ({"quiet_from": "18", "quiet_until": "99"}, "f-quiet_until"),
            ({"digest_at": "två"}, "f-digest_at"),
            ({"working_days_only": "kanske"}, "f-working_days_only"),
            ({"quiet_from": "8", "quiet_until": "8"}, "f-quiet_from"),
            ({"quiet_from": "99", "quiet_until": "8"}, "f-quiet_from"),
            ({"quiet_from": "två", "quiet_until": "8"}, "f-quiet_from"),
            ({"quiet_from": "18", "quiet_until": "7", "digest_at": "20"}, "f-digest_at"),
        ],
    )
    async def test_that_contradict_each_other_are_told_at_the_field(
        self, world: DeskWorld, given: dict[str, str], at: str
    ) -> None:
        async with world.visitor("siv.samordnare") as visitor:
            answer = await visitor.post("/me/notices", data=given)

        assert answer.status_code == 422
        assert f'href="#{at}"' in answer.text
        assert await wishes.of(world.pool, "siv.samordnare") == Wishes()
