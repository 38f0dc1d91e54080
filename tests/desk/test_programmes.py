"""Programmes in the desk: reading, checking, telling apart, publishing."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from records import programmes
from tests.deskworld import DeskWorld

PIA = "pia.programansvarig"
SMALL = Path("programmes/example-small.yaml").read_text("utf-8")
LATER = SMALL.replace("effective: 2020-01-01", "effective: 2059-01-01")
LONGER = LATER.replace("due: 10 working days}, way", "due: 15 working days}, way").replace(
    '"0 refer: watch owner 28, talk owner 14"', '"0 refer: watch owner 28, talk owner 21"'
)
BOMB = "a0: &a0 [1, 2]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))


async def koll(world: DeskWorld) -> str:
    return next(each.hash for each in await programmes.versions(world.pool, "koll"))


class TestReading:
    @pytest.mark.parametrize("who", [PIA, "ham.handlaggare", "ada.arbetsterapeut", "dag.drift"])
    async def test_everybody_who_works_here_may(self, world: DeskWorld, who: str) -> None:
        version = await koll(world)
        async with world.visitor(who) as visitor:
            listed = await visitor.get("/programmes")
            shown = await visitor.get(f"/programmes/{version[:10]}")

        assert (listed.status_code, shown.status_code) == (200, 200)
        assert f'href="/programmes/{version}"' in listed.text
        assert ("Publicera en version" in listed.text) == (who == PIA)
        assert "Kartläggning" in shown.text or "inventering" in shown.text

    async def test_the_picture_lets_no_script_in(self, world: DeskWorld) -> None:
        async with world.visitor("ham.handlaggare") as visitor:
            picture = await visitor.get(f"/programmes/{await koll(world)}/picture.svg")

        assert picture.headers["content-type"] == "image/svg+xml"
        assert "script" not in picture.headers["content-security-policy"]
        assert picture.text.startswith("<svg")

    async def test_the_check_says_what_was_proved_or_sampled(self, world: DeskWorld) -> None:
        async with world.visitor("sam.samordnare") as visitor:
            page = html.unescape((await visitor.get(f"/programmes/{await koll(world)}/check")).text)

        assert "får publiceras" in page
        assert re.search(r"Bevisat uttömmande: \d+ tillstånd|Stickprov, inte bevis: \d+ tillstånd", page)
        assert "--seconds" not in page

    @pytest.mark.parametrize("path", ["/programmes/ffffffffffff", "/programmes/%25/check", "/programmes/x/picture.svg",
                                      "/programmes/differences", "/programmes/differences?old=a&new=b"])  # fmt: skip
    async def test_what_is_not_published_is_not_found(self, world: DeskWorld, path: str) -> None:
        async with world.visitor(PIA) as visitor:
            assert (await visitor.get(path)).status_code == 404


class TestPublishing:
    @pytest.mark.parametrize("who", ["ham.handlaggare", "sam.samordnare", "dag.drift"])
    async def test_is_for_managers(self, world: DeskWorld, who: str) -> None:
        async with world.visitor(who) as visitor:
            assert (await visitor.get("/programmes/publish")).status_code == 403
            answer = await visitor.post("/programmes/publish", data={"text": LATER, "do": "publish"})

        assert answer.status_code == 403

    async def test_a_text_is_checked_first_and_published_when_that_is_said(self, world: DeskWorld) -> None:
        async with world.visitor(PIA) as pia:
            checked = html.unescape((await pia.post("/programmes/publish", data={"text": LATER, "do": "check"})).text)
            assert "programmets första version" in checked
            assert "Exempel: to work: som väntat." in checked
            assert not await programmes.versions(world.pool, "example_small")

            answer = await pia.post("/programmes/publish", data={"text": LATER, "do": "publish"})
            [first] = await programmes.versions(world.pool, "example_small")
            assert (answer.status_code, answer.headers["location"]) == (303, f"/programmes/{first.hash}?done=published")
            again = await pia.post("/programmes/publish", data={"text": LATER, "do": "publish"})
            assert again.headers["location"].endswith("?done=before")

            # The next version: from a file, on another day.
            overlapping = await pia.post("/programmes/publish", data={"text": LONGER, "do": "publish"})
            assert (overlapping.status_code, 'href="#f-effective"' in overlapping.text) == (422, True)
            given = {"do": "check", "effective": "2059-02-01"}
            file = {"file": ("ny.yaml", LONGER.encode(), "text/plain")}
            shown = html.unescape((await pia.post("/programmes/publish", data=given, files=file)).text)
            assert "15 arbetsdagar" in shown
            assert "programme: example_small" in shown
            moved = await pia.post("/programmes/publish", data={**given, "do": "publish"}, files=file)
            second = (await programmes.versions(world.pool, "example_small"))[-1]
            assert moved.headers["location"].startswith(f"/programmes/{second.hash}")

            between = await pia.get(f"/programmes/differences?old={first.hash[:9]}&new={second.hash}")
            assert "15 arbetsdagar" in between.text
            kept = await pia.get(f"/programmes/{second.hash}/text")
            assert kept.text == LONGER

        assert (second.effective.isoformat(), second.published_by) == ("2059-02-01", PIA)

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("programme: [", "rad 1"),
            ("inget program alls", "rad 1"),
            (LATER.replace("by: owner, after: talk", "by: nobody, after: talk"), "rad 9"),
            ("", "Fyll i"),
            ("a\x00b", "U+0000"),
            ("{a: &x [*x, *x]}", "rad"),
            (LATER.replace("2059", "2999"), "2059-12-31"),
            (BOMB, "hänvisningar till hänvisningar"),
            ("a" * 600_001, "längre än 600000 tecken"),
        ],
    )
    async def test_what_is_wrong_is_told_with_its_line_and_the_text_is_kept(
        self, world: DeskWorld, text: str, told: str
    ) -> None:
        before = await programmes.versions(world.pool)
        async with world.visitor(PIA) as visitor:
            answer = await visitor.post("/programmes/publish", files={"file": ("x.yaml", text.encode())},
                                        data={"do": "publish"})  # fmt: skip

        assert answer.status_code == 422
        assert told in html.unescape(answer.text)
        assert 'href="#f-text"' in answer.text
        assert await programmes.versions(world.pool) == before

    async def test_what_the_check_finds_wrong_is_not_published(self, world: DeskWorld) -> None:
        text = LATER.replace("2059-01-01", "2058-01-01").replace(
            "exit: work, closed: true", "exit: other, closed: true"
        )
        before = await programmes.versions(world.pool)
        async with world.visitor(PIA) as visitor:
            answer = await visitor.post("/programmes/publish", data={"text": text, "do": "publish"})

        assert answer.status_code == 422
        assert "måste rättas först" in answer.text
        assert 'value="publish"' not in answer.text
        assert await programmes.versions(world.pool) == before

    async def test_a_file_that_is_no_text_is_told(self, world: DeskWorld) -> None:
        async with world.visitor(PIA) as visitor:
            answer = await visitor.post(
                "/programmes/publish", files={"file": ("x", b"a: \xff\xfe")}, data={"do": "check"}
            )

        assert answer.status_code == 422
        assert "0xFF" in answer.text
