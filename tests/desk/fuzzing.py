"""Somebody who types nonsense into every form that a role has, and what comes of it.

Belongs here: who types how much of it. What is typed is ``answers``', finding forms ``crawling``'s, judging ``judging``'s, what was left behind in the database ``traces``'.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2

from service.accounts import set_password
from service.sample import PASSWORD
from tests.desk.answers import CHOSEN, HOSTILE, TYPED, Sensible
from tests.desk.crawling import LEAVES, Asked, Found, Same, Walk, order, pattern_of, read, room_of, same_code
from tests.desk.judging import IMAGE, SCRIPT, Tries, first_password, says_what_to_do, silent_at, wrong_of
from tests.desk.traces import Batch, Left, Traces
from tests.deskworld import DeskWorld

A_FEW = 2  # values for a field whose code was given all of them elsewhere
_FORM = "application/x-www-form-urlencoded"
_MANY = re.compile(r"/hand-over|/programmes/plans/")
"""Forms that stand for many commands, each with an id of its own; asked again they go on with what is left."""
_OURS = re.compile(r"[0-9a-f-]{36}")
_REACHED = frozenset({200, 303, 422})
"""Answers that a form's own code gives, and not what stands before it (no such page, not for you, not any more)."""


class Fuzzer:
    """Somebody who types nonsense. ``others`` are forms to which somebody else gives every value."""

    def __init__(
        self, world: DeskWorld, visitor: httpx2.AsyncClient, who: str, *, others: Iterable[str] = (), turn: int = 0
    ) -> None:
        self.world, self.visitor, self.who, self.tries = world, visitor, who, Tries()
        self.others = tuple(others)
        self.traces = Traces(world.pool)
        self._given_all: set[Same] = set()
        self.sensible = Sensible()
        self._turns = count(turn)
        self._rooms: set[str] = set()

    async def sign_in(self) -> None:
        """Sign in, whatever was done to the account."""
        await self.world.pool.execute("UPDATE staff SET active = true, left_at = NULL WHERE NOT active")
        await self.world.pool.execute("DELETE FROM tries")
        await set_password(self.world.pool, self.who, PASSWORD, now=self.world.office.clock())
        answer = await self.visitor.post("/sign-in", data={"staff": self.who, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        text = await self.world.pool.fetchval("SELECT source FROM programmes ORDER BY hash LIMIT 1")
        self.sensible.text = str(text)
        await self.traces.forget()

    async def send(self, form: Found, given: dict[str, Any], what: str, hostile: str = "") -> httpx2.Response:
        """Send a form, and look at the answer and at what it left behind; ``hostile`` is the one field that is."""
        what = f"{self.who} {form.pattern} {what}"
        if form.method == "get":
            answer = await self.visitor.get(f"{urlsplit(form.action).path}?{urlencode(given, doseq=True)}")
        else:
            await self._unlock(form)
            answer = await self._post(form, given)
        left = await self.traces.look()
        self.judge(answer, what, left)
        self._reached(form, answer)
        if answer.status_code == 422 and hostile and (wrong := silent_at(answer, form, hostile, given[hostile][0])):
            self.tries.wrong.append(f"422 {wrong}: {what}")
        if answer.status_code == 303 and form.method != "get":
            await self._taken(form, given, answer, left, what)
        return answer

    def _reached(self, form: Found, answer: httpx2.Response) -> None:
        # A form that asks nothing can but say that it isn't possible now: a colleague still has work, say.
        if answer.status_code in _REACHED or (answer.status_code == 409 and not form.fields):
            self.tries.reached.add(form.pattern)

    async def _post(self, form: Found, given: dict[str, Any]) -> httpx2.Response:
        files = [name for name, one in form.fields.items() if one.kind == "file" and name in given]
        if not files:
            return await self.visitor.post(form.action, data=given)
        texts = {name: values for name, values in given.items() if name not in files}
        sent = {name: ("fil.yaml", "".join(given[name]).encode()) for name in files}
        return await self.visitor.post(form.action, data=texts, files=sent)

    async def _unlock(self, form: Found) -> None:
        """Keep the desk's limits (wrong passwords, reports of one address) from answering for the form."""
        if any(one.kind == "password" for one in form.fields.values()):
            await self.world.pool.execute("DELETE FROM tries")
        if pattern_of(form.action) == "/fault":
            await self.world.pool.execute("UPDATE faults SET address = NULL WHERE address IS NOT NULL")
            await self.traces.forget()

    async def _taken(
        self, form: Found, given: dict[str, Any], answer: httpx2.Response, left: Left, what: str
    ) -> None:  # fmt: skip
        """Look at what was taken: whole, once, and once only when it is asked again."""
        split = urlsplit(answer.headers["location"])
        if split.path == "/sign-in":
            await self.sign_in()
            return
        if pattern_of(form.action) == "/me/password":
            await self.sign_in()
            return
        if _MANY.search(form.action):
            self.tries.wrong += [f"half a batch: {what}" for batch in left.batches if not batch.whole]
            return
        batches = left.batches
        if (made := parse_qs(split.query).get("made")) and not batches:
            batches = await self._recorded_later(made[0])
        self.tries.wrong += [f"{wrong}: {what}" for wrong in wrong_of(batches, made[0] if made else None)]
        if _OURS.fullmatch(str(given.get("command_id", [""])[0])):  # with an id that no page gave out it's another one
            again = await self._post(form, given)
            self.tries.again += 1
            left = await self.traces.look()
            if left.tables or (again.status_code, again.headers.get("location")) != (303, answer.headers["location"]):
                self.tries.wrong.append(f"asked again: {again.status_code}, kept {left.tables}: {what}")

    async def _recorded_later(self, made: str) -> tuple[Batch, ...]:
        """Wait for a command that was accepted (or known before) to be in the record."""
        async with asyncio.timeout(20):
            while not await self.world.pool.fetchval("SELECT count(*) FROM batches WHERE command_id = $1", made):
                await asyncio.sleep(0.02)
        return (await self.traces.look()).batches

    async def get(self, address: str, what: str) -> httpx2.Response:
        """Open a page, and look at the answer."""
        answer = await self.visitor.get(address)
        self.judge(answer, f"{self.who} GET {pattern_of(address)} {what}", await self.traces.look())
        return answer

    def judge(self, answer: httpx2.Response, what: str, left: Left) -> None:
        """Say what is wrong with an answer."""
        status, text = answer.status_code, answer.text
        self.tries.say(status, what)
        wrong = self.tries.wrong
        if left.tables and status != 303 and not first_password(answer, left):
            wrong.append(f"wrote {', '.join(left.tables)} and answered {status}: {what}")
        if "html" in answer.headers.get("content-type", "") and (SCRIPT in text or IMAGE in text):
            wrong.append(f"came back unescaped: {what}")
        if "set-cookie" in answer.headers and "a=b" in answer.headers["set-cookie"]:
            wrong.append(f"a header was injected: {what}")
        if 400 <= status < 500 and not says_what_to_do(answer):
            wrong.append(f"{status} says nothing: {what}: {text[:200]}")

    def _next(self, one: Asked) -> str:
        """Return the value whose turn it is."""
        values = HOSTILE if one.kind in TYPED else CHOSEN
        return values[next(self._turns) % len(values)]

    async def fuzz(self, walked: Walk) -> None:
        """Try every form: each field with all values or, where somebody gives its code all of them, with a few.

        Commands are only looked ahead at first, so that each form meets people whom nothing has happened to yet.
        """
        waiting = sorted(walked.forms.items(), key=order)
        known = {pattern for pattern, _ in waiting}
        earnest: list[tuple[list[Found], str, str, bool]] = []
        for pattern, forms in waiting:
            if pattern_of(forms[0].action) in LEAVES:
                continue
            left, found, taken = list(forms), list[Found](), set[str]()
            await self._shapes(forms[0])
            tried = self.tries.fields.setdefault(pattern, set())
            for name, one in forms[0].fields.items():
                for value in self._values(pattern, one):
                    answer = await self._try(left, name, value)
                    tried.add(name)
                    found += read(answer).forms
                    # What was refused is sent in earnest later, and of what would be taken one thing for each field:
                    # every one would leave nobody whom a form is about.
                    if "look" in forms[0].fields and (answer.status_code == 422 or name not in taken):
                        earnest.append((left, name, value, answer.status_code == 422))
                        taken |= {name} if answer.status_code == 200 else set()
            given = {one.name: [self._next(one)] for one in forms[0].fields.values()}
            await self.send(left[0], given, "everything hostile")
            self.tries.at_once.add(pattern)
            if pattern_of(forms[0].action).startswith("/refer/"):  # changes nothing, and leads to the next page
                found += read(await self.send(left[0], self.sensible.given(left[0]), "sensible")).forms
            for more in found:
                if more.pattern not in known:
                    known.add(more.pattern)
                    waiting.append((more.pattern, [more]))
        for left, name, value, was_refused in earnest:
            await self._try(left, name, value, in_earnest=True, is_refused=was_refused)

    async def _try(
        self, left: list[Found], name: str, value: str, *, in_earnest: bool = False, is_refused: bool = True
    ) -> httpx2.Response:
        """Send the first form of those that are left, with one hostile field.

        What would have been taken may be refused for something else by now: for what else was taken since.
        """
        form = left[0]
        if "/correct/" in form.action:  # what stands there is what was corrected last
            anew = read(await self.visitor.get(form.action)).forms
            form = next((each for each in anew if each.pattern == form.pattern), form)
        given = {**self.sensible.given(form), name: [value]}
        if name == "new":  # of a password, which is typed twice
            given["again"] = [value]
        if in_earnest:
            given["look"] = [""]
        what = f"{name}={value[:30]!r}{' in earnest' if in_earnest else ''}"
        answer = await self.send(form, given, what, name if is_refused else "")
        if answer.status_code in (303, 409) and len(left) > 1:
            left.pop(0)  # taken: the next one like it may still be there
        return answer

    def _values(self, pattern: str, one: Asked) -> list[str]:
        same = same_code(pattern, one)
        if same in self._given_all or pattern.startswith(self.others):
            return list(dict.fromkeys(self._next(one) for _ in range(A_FEW)))
        self._given_all.add(same)
        return [each for each in (HOSTILE if one.kind in TYPED else CHOSEN) if each or one.name != "look"]

    async def _shapes(self, form: Found) -> None:
        """Send what isn't a form at all, or not this one."""
        if form.method == "get":
            return
        given = self.sensible.given(form)
        first = next(iter(given), "x")
        await self.send(form, {}, "nothing")
        await self.send(form, {name: [*values, *values, SCRIPT] for name, values in given.items()}, "twice")
        await self.send(form, {**given, "påhittat": ["x"], SCRIPT: ["x"]}, "unknown fields")
        self.tries.shaped.add(form.pattern)
        if room_of(form.pattern) in self._rooms:
            return
        self._rooms.add(room_of(form.pattern))
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
        self.judge(answer, f"{self.who} {form.pattern} {what}", await self.traces.look())
        if answer.status_code == 303 and answer.headers["location"].startswith("/sign-in"):
            await self.sign_in()

    async def addresses(self, pages: list[str]) -> None:
        """Open every page with nonsense in its address."""
        done: set[tuple[str, str]] = set()
        for address in pages:
            split, pattern = urlsplit(address), pattern_of(urlsplit(address).path)
            for name in re.findall(r"([a-z_]+)=", split.query):
                if (pattern, name) not in done:
                    done.add((pattern, name))
                    for value in CHOSEN:
                        await self.get(f"{split.path}?{urlencode({name: value[:3000]})}", f"{name}={value[:30]!r}")
            if "{" in pattern and (pattern, "/") not in done:
                done.add((pattern, "/"))
                parts = split.path.split("/")
                for value in ("%00", "%ff%fe", "%3Cscript%3Ealert(7)%3C/script%3E"):
                    await self.get("/".join([*parts[:2], value, *parts[3:]]), f"path {value[:20]}")
