"""Every form of the desk, filled with what nobody should type: no server error, a clear message, nothing half-recorded.

Forms are found by walking through the desk as each role, so that a new page is tried without anybody naming it here.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2
import pytest

from embedded.postgres import Postgres
from embedded.temporal import Temporal
from records import staff
from service.accounts import set_password
from service.ids import new_id
from service.sample import PASSWORD, reserved_number
from service.who import today
from tests.desk.crawling import Asked, Found, Walk, pattern_of, read, walk
from tests.deskworld import DeskWorld, open_desk

WHO = (
    "ham.handlaggare", "ada.arbetsterapeut", "tor.handledare", "sam.samordnare", "pia.programansvarig", "dag.drift",
)  # fmt: skip
SCRIPT = "<script>alert(7)</script>"
IMAGE = '"><img src=x onerror=alert(7)>'
HOSTILE = (
    "", "   ", "a" * 10_000, "ett\x00två", "\x1b[31m\x07\x08", "👩‍🚀" * 40, "\u202ebaklänges\u202c", SCRIPT + IMAGE,
    "'; DROP TABLE pathways; --", "=cmd()|' /C calc'!A0", "9" * 400, "-1", "NaN", "1e400", "2026-02-31", "0001-01-01",
    "9999-12-31", "9999-12", "finns_inte", "%s%n{0}{{7*7}}", "\r\n\r\nSet-Cookie: a=b", "٣٤",
)  # fmt: skip
"""What is typed into one field while the others hold something sensible."""
CHOSEN = ("", "\x00", SCRIPT, "9" * 400, "finns_inte")
"""The same for what isn't typed: choices, hidden fields, parts of an address."""
EVERYWHERE = ("command_id", "seen", "next")
"""Fields that many forms have and one piece of code reads."""
KEPT_ELSEWHERE = {"reads", "sessions", "tries"}
"""What a page may write without having taken anything."""
LEAVES = {"/sign-out", "/sign-in"}
"""Tried apart: they end the session, or count wrong tries."""


@dataclass
class Tries:
    """What was tried, and what should not have happened."""

    forms: set[str] = field(default_factory=set)
    count: int = 0
    answers: dict[int, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def say(self, status: int, what: str) -> None:
        """Note an answer."""
        self.count += 1
        self.answers[status] = self.answers.get(status, 0) + 1
        if status >= 500:
            self.wrong.append(f"{status}: {what}")


@pytest.fixture(scope="module")
async def fuzzed(
    postgres: Postgres, temporal_server: Temporal, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[DeskWorld]:
    """A desk of its own: what is taken here would surprise other tests."""
    name = f"fuzz_{uuid.uuid4().hex}"
    url = await postgres.create_database(name)
    home: Path = tmp_path_factory.mktemp("fuzz")
    async with open_desk(url, temporal_server.address, home) as opened:
        yield opened
    await postgres.drop_database(name)


class Fuzzer:
    """Somebody who types nonsense."""

    def __init__(self, world: DeskWorld, visitor: httpx2.AsyncClient, who: str, tries: Tries) -> None:
        self.world, self.visitor, self.who, self.tries = world, visitor, who, tries
        self.serial = 0
        self.before: dict[str, int] = {}

    async def changed(self) -> bool:
        """Tell whether anything was kept since the last look."""
        before, self.before = self.before, await self.rows()
        return bool(before) and before != self.before

    async def rows(self) -> dict[str, int]:
        """Return how many rows each table has that holds what people did."""
        if not _TABLES:
            found = await self.world.pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
            _TABLES.extend(sorted({row["tablename"] for row in found} - KEPT_ELSEWHERE))
        parts = [f"(SELECT count(*) FROM {one}) AS {one}" for one in _TABLES if one not in ("events", "batches")]
        # What falls due while we are here is the system's own.
        parts.append("(SELECT count(*) FROM events WHERE actor <> 'system') AS events")
        row = await self.world.pool.fetchrow(f"SELECT {', '.join(parts)}")
        assert row is not None
        return dict(row)

    async def sign_in(self) -> None:
        """Sign in, whatever was done to the account."""
        await self.world.pool.execute("UPDATE staff SET active = true, left_at = NULL; DELETE FROM tries")
        await set_password(self.world.pool, self.who, PASSWORD, now=self.world.office.clock())
        answer = await self.visitor.post("/sign-in", data={"staff": self.who, "password": PASSWORD})
        assert answer.status_code == 303, answer.text

    async def send(self, form: Found, given: dict[str, Any], what: str) -> httpx2.Response:
        """Send a form, and look at the answer and at what it left behind."""
        if form.method == "get":
            address = f"{urlsplit(form.action).path}?{urlencode(given, doseq=True)}"
            return await self.get(address, what)
        answer = await self.visitor.post(form.action, data=given)
        self.judge(answer, f"{self.who} {form.pattern} {what}", changed=await self.changed())
        if answer.status_code == 303 and answer.headers["location"].startswith("/sign-in"):
            await self.sign_in()
        return answer

    async def get(self, address: str, what: str) -> httpx2.Response:
        """Open a page, and look at the answer."""
        answer = await self.visitor.get(address)
        self.judge(answer, f"{self.who} GET {pattern_of(address)} {what}", changed=False)
        return answer

    def judge(self, answer: httpx2.Response, what: str, *, changed: bool) -> None:
        """Say what is wrong with an answer."""
        status, text = answer.status_code, answer.text
        self.tries.say(status, what)
        wrong = self.tries.wrong
        if changed and status != 303:
            wrong.append(f"kept something and answered {status}: {what}")
        if SCRIPT in text or IMAGE in text:
            wrong.append(f"came back unescaped: {what}")
        if "set-cookie" in answer.headers and "a=b" in answer.headers["set-cookie"]:
            wrong.append(f"a header was injected: {what}")
        if 400 <= status < 500 and not says_what_to_do(answer):
            wrong.append(f"{status} says nothing: {what}: {text[:200]}")

    def sensible(self, one: Asked) -> list[str]:
        """Return something that may be taken."""
        self.serial += 1
        name = one.name
        if name == "command_id":
            return [new_id()]
        if name == "seen":
            return [""]
        if one.kind == "hidden" and any(one.values):
            return one.values
        if name == "number":
            return [reserved_number(date(1982, 1 + self.serial % 12, 1 + self.serial % 28), self.serial)]
        if one.values and any(one.values):
            return one.values
        if one.choices:
            return [next((each for each in one.choices if each), "")]
        if "month" in name:
            return [f"{today():%Y-%m}"]
        return [{"on": "", "until": "", "hours": "8"}.get(name, "Prov" if one.kind != "hidden" else "")]

    async def fuzz(self, walked: Walk, done: set[tuple[str, str, str]]) -> None:
        """Try every form; what was tried in a field of this pattern isn't tried again."""
        waiting = list(walked.forms.items())
        known = {pattern for pattern, _ in waiting}
        for pattern, forms in waiting:
            if any(pattern_of(forms[0].action) == each for each in LEAVES):
                continue
            self.tries.forms.add(pattern)
            await self._shapes(forms[0], done)
            left = list(forms)
            for name in list(forms[0].fields):
                same = _same(pattern, forms[0].fields[name])
                for value in HOSTILE if forms[0].fields[name].kind in TYPED else CHOSEN:
                    if not left or (*same, value) in done:
                        continue
                    done.add((*same, value))
                    form = left[0]
                    given = {each.name: self.sensible(each) for each in form.fields.values()}
                    answer = await self.send(form, {**given, name: [value]}, f"{name}={value[:30]!r}")
                    if answer.status_code in (303, 409) and len(left) > 1:
                        left.pop(0)  # taken: the next one like it may still be there
                    for more in read(answer).forms:
                        if more.pattern not in known:
                            known.add(more.pattern)
                            waiting.append((more.pattern, [more]))
            await self._onwards(forms[0], waiting, known)

    async def _onwards(self, form: Found, waiting: list[tuple[str, list[Found]]], known: set[str]) -> None:
        """Send the form as it should be, and find the forms of the page after it, where that changes nothing."""
        if not pattern_of(form.action).startswith("/refer/"):
            return
        given = {each.name: self.sensible(each) for each in form.fields.values()}
        for more in read(await self.send(form, given, "sensible")).forms:
            if more.pattern not in known:
                known.add(more.pattern)
                waiting.append((more.pattern, [more]))

    async def _shapes(self, form: Found, done: set[tuple[str, str, str]]) -> None:
        """Send what isn't a form at all, or not this one."""
        if form.method == "get" or (_shared(form.pattern), "", "") in done:
            return
        done.add((_shared(form.pattern), "", ""))
        given = {each.name: self.sensible(each) for each in form.fields.values()}
        first = next(iter(given), "x")
        await self.send(form, {}, "nothing")
        await self.send(form, {name: [*values, *values, SCRIPT] for name, values in given.items()}, "twice")
        await self.send(form, {**given, "påhittat": ["x"], SCRIPT: ["x"]}, "unknown fields")
        if (_room(form.pattern), "", "raw") in done:
            return
        done.add((_room(form.pattern), "", "raw"))
        await self._raw(form, json.dumps(given).encode(), "application/json", "json")
        await self._raw(form, b"\xff\xfe=\xff&" + first.encode() + b"=%ff%fe%ed%a0%80", _FORM, "bytes")
        await self._raw(form, b"", "", "no type")
        await self._raw(form, b"--x\r\nbroken", "multipart/form-data; boundary=x", "broken multipart")
        await self._raw(form, b"garbage", "multipart/form-data", "multipart without boundary")
        await self._raw(form, b"&".join([b"a=1"] * 2_000), _FORM, "2000 fields")
        await self._raw(form, first.encode() + b"=" + b"a" * 2_000_000, _FORM, "2 MB")

    async def _raw(self, form: Found, body: bytes, kind: str, what: str) -> None:
        headers = {"content-type": kind} if kind else {}
        answer = await self.visitor.post(form.action, content=body, headers=headers)
        self.judge(answer, f"{self.who} {form.pattern} {what}", changed=await self.changed())

    async def addresses(self, pages: list[str], done: set[tuple[str, str, str]]) -> None:
        """Open every page with nonsense in its address."""
        for address in pages:
            split = urlsplit(address)
            for name in re.findall(r"([a-z_]+)=", split.query):
                for value in CHOSEN:
                    if (pattern_of(split.path), name, value) not in done:
                        done.add((pattern_of(split.path), name, value))
                        await self.get(f"{split.path}?{urlencode({name: value[:3000]})}", f"{name}={value[:30]!r}")
            parts = split.path.split("/")
            for value in ("%00", "%ff%fe", "%3Cscript%3Ealert(7)%3C/script%3E"):
                if "{" in pattern_of(split.path) and (pattern_of(split.path), "/", value) not in done:
                    done.add((pattern_of(split.path), "/", value))
                    await self.get("/".join([*parts[:2], value, *parts[3:]]), f"path {value[:20]}")


TYPED = ("text", "search", "textarea")
_FORM = "application/x-www-form-urlencoded"
_TABLES: list[str] = []


def _shared(pattern: str) -> str:
    """Return what forms of the same code have in common: the record or fact that is asked about makes no difference."""
    return re.sub(r"\?about=\w+", "", pattern.split(" ")[1])


def _room(pattern: str) -> str:
    """Return what forms of one module have in common."""
    path = _shared(pattern)
    return next((room for room in ("/people/{p}/do/", "/refer") if path.startswith(room)), path)


def _same(pattern: str, one: Asked) -> tuple[str, str]:
    """Return what names a field that one piece of code reads, on however many forms it stands."""
    if one.name in EVERYWHERE:
        return "", one.name
    if one.name.startswith("v-"):
        return _shared(pattern) if "/do/" in pattern else _room(pattern), one.kind
    shares = _room(pattern) == "/refer" or one.name in ("on", "note", "view", "words")
    return _room(pattern) if shares else _shared(pattern), one.name


def says_what_to_do(answer: httpx2.Response) -> bool:
    """Tell whether an answer names a field, or says in words what is wrong."""
    if "html" not in answer.headers.get("content-type", ""):
        return len(answer.text) > 20
    return re.search(r'href="#f-|role="alert"|class="note"', answer.text) is not None


@pytest.fixture(scope="module")
def done() -> set[tuple[str, str, str]]:
    """What was tried by anybody: the same code needn't be tried again by somebody else."""
    return set()


@pytest.mark.slow
@pytest.mark.parametrize("who", WHO)
async def test_no_form_breaks_and_nothing_is_half_recorded(
    fuzzed: DeskWorld, done: set[tuple[str, str, str]], who: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tries = Tries()
    async with fuzzed.visitor() as visitor:
        fuzzer = Fuzzer(fuzzed, visitor, who, tries)
        await fuzzer.sign_in()
        walked = await walk(visitor)
        tries.wrong.extend(walked.broken)
        await fuzzer.addresses(walked.pages, done)
        await fuzzer.fuzz(walked, done)
    with capsys.disabled():
        told = ", ".join(f"{status}: {count}" for status, count in sorted(tries.answers.items()))
        print(f"\nfuzz: {who}: {len(tries.forms)} forms, {tries.count} tries ({told})")
    assert tries.forms
    assert not tries.wrong, "\n".join(sorted(set(tries.wrong))[:40])


async def test_signing_in_takes_nonsense_calmly(fuzzed: DeskWorld) -> None:
    tries = Tries()
    async with fuzzed.visitor() as visitor:
        fuzzer = Fuzzer(fuzzed, visitor, "nobody", tries)
        (form,) = [one for one in read(await visitor.get("/sign-in")).forms if one.action == "/sign-in"]
        for name in form.fields:
            for value in HOSTILE:
                await fuzzed.pool.execute("DELETE FROM tries")
                given = {"staff": ["ingen.alls"], "password": ["fel"], "next": ["/"]}
                await fuzzer.send(form, {**given, name: [value]}, f"{name}={value[:30]!r}")
        for cookie in ("", "\x7f", "a" * 4000, "é"):
            answer = await visitor.get("/", headers=[(b"cookie", f"stegvis={cookie}".encode("latin-1"))])
            tries.say(answer.status_code, f"cookie {cookie[:5]!r}")
    assert not tries.wrong, "\n".join(sorted(set(tries.wrong))[:40])


async def test_staff_are_as_they_were(fuzzed: DeskWorld) -> None:
    assert {one.id for one in await staff.everybody(fuzzed.pool)} >= set(WHO)
