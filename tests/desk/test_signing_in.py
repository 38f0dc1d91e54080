"""Who comes in: passwords, tries, sessions, other sites."""

from __future__ import annotations

import pytest

from records import accounts as kept
from service import accounts
from service.sample import PASSWORD
from tests.desk.people import newcomer
from tests.deskworld import DeskWorld


async def test_every_page_asks_who_it_is_and_goes_on_from_there(world: DeskWorld) -> None:
    async with world.visitor() as visitor:
        asked = await visitor.get("/people?status=open")
        assert asked.status_code == 303
        assert asked.headers["location"] == "/sign-in?next=%2Fpeople%3Fstatus%3Dopen"

        given = {"staff": "sam.samordnare", "password": PASSWORD, "next": "/people?status=open"}
        answer = await visitor.post("/sign-in", data=given)

        assert (answer.status_code, answer.headers["location"]) == (303, "/people?status=open")


@pytest.mark.parametrize("elsewhere", ["https://other.example/", "//other.example", "/\\other.example", "javascript:x"])
async def test_nobody_is_sent_to_another_site(world: DeskWorld, elsewhere: str) -> None:
    async with world.visitor() as visitor:
        given = {"staff": "sam.samordnare", "password": PASSWORD, "next": elsewhere}
        assert (await visitor.post("/sign-in", data=given)).headers["location"] == "/"


async def test_a_wrong_password_and_an_unknown_name_are_told_alike(world: DeskWorld) -> None:
    async with world.visitor() as visitor:
        wrong = await visitor.post("/sign-in", data={"staff": "siv.samordnare", "password": "gissar bara"})
        unknown = await visitor.post("/sign-in", data={"staff": "ingen.alls", "password": "gissar bara"})

    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace("siv.samordnare", "") == unknown.text.replace("ingen.alls", "")
    assert "gissar bara" not in wrong.text


async def test_after_five_wrong_tries_the_right_one_waits_too(world: DeskWorld) -> None:
    who = await newcomer(world, "glomt.losenord")
    async with world.visitor() as visitor:
        for _ in range(accounts.TRIES):
            await visitor.post("/sign-in", data={"staff": who, "password": "fel fel fel fel"})
        answer = await visitor.post("/sign-in", data={"staff": who, "password": PASSWORD})
        other = await visitor.post("/sign-in", data={"staff": "siv.samordnare", "password": PASSWORD})

    assert answer.status_code == 429
    assert "15 minuter" in answer.text
    assert other.status_code == 303


async def test_a_session_that_was_ended_elsewhere_is_over(world: DeskWorld) -> None:
    async with world.visitor("siv.samordnare") as one, world.visitor("siv.samordnare") as other:
        assert (await other.get("/")).status_code == 200

        await one.post("/me/sessions/end", data={})

        assert (await other.get("/")).status_code == 303
        assert (await one.get("/")).status_code == 200


async def test_asking_how_long_one_stays_signed_in_makes_it_no_longer(world: DeskWorld) -> None:
    who = await newcomer(world, "lamnad.ensam")
    async with world.visitor(who) as visitor, world.visitor() as nobody:
        await world.pool.execute("UPDATE sessions SET seen_at = now() - interval '90 minutes' WHERE staff = $1", who)
        first, second = [int((await visitor.get("/me/left")).text) for _ in range(2)]
        await visitor.post("/me/stay")
        after = int((await visitor.get("/me/left")).text)

        assert 0 < second <= first <= 30 * 60 < after
        assert (await nobody.get("/me/left")).text == "0"


async def test_who_left_the_job_is_signed_out(world: DeskWorld) -> None:
    async with world.visitor("eva.handlaggare") as visitor:
        await world.pool.execute("UPDATE staff SET active = false, left_at = now() WHERE id = 'eva.handlaggare'")
        try:
            assert (await visitor.get("/people")).status_code == 303
        finally:
            await world.pool.execute("UPDATE staff SET active = true, left_at = NULL WHERE id = 'eva.handlaggare'")


async def test_a_new_password_ends_the_other_sessions(world: DeskWorld) -> None:
    staff = "ulf.utvecklingschef"
    async with world.visitor(staff) as one, world.visitor(staff) as other:
        short = await one.post("/me/password", data={"old": PASSWORD, "new": "kort", "again": "kort"})
        assert short.status_code == 422
        assert 'href="#f-new"' in short.text

        new = "fyra ord i rad här"
        changed = await one.post("/me/password", data={"old": PASSWORD, "new": new, "again": new})

        assert changed.status_code == 303
        assert (await one.get("/me")).status_code == 200
        assert (await other.get("/me")).status_code == 303
    await accounts.set_password(world.pool, staff, PASSWORD, now=world.office.clock())


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "", "origin": "https://other.example"},
        {"sec-fetch-site": ""},
    ],
)
async def test_a_form_of_another_site_is_refused(world: DeskWorld, headers: dict[str, str]) -> None:
    async with world.visitor("siv.samordnare") as visitor:
        del visitor.headers["sec-fetch-site"]
        sent = {name: value for name, value in headers.items() if value}

        assert (await visitor.post("/sign-out", headers=sent)).status_code == 403
        assert (await visitor.get("/")).status_code == 200


async def test_no_page_lets_a_script_of_others_in(world: DeskWorld) -> None:
    async with world.visitor("siv.samordnare") as visitor:
        page = await visitor.get("/")

    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"


async def test_the_cookie_is_not_what_is_kept(world: DeskWorld) -> None:
    async with world.visitor("siv.samordnare") as visitor:
        token = visitor.cookies["stegvis"]

    kept_tokens = [row["token"] for row in await world.pool.fetch("SELECT token FROM sessions")]
    assert token.encode() not in kept_tokens
    assert await kept.with_account(world.pool) >= {"siv.samordnare"}
