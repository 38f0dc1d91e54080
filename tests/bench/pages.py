"""How long the desk's pages take over a hundred thousand pathways: each asked many times over HTTP, never the same twice."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import cycle
from typing import Any

import httpx2

from service.restore import revive
from service.sample import PASSWORD
from tests.bench.crowd import BEFORE, FIRST_NAMES, LARGE, SMALL, Crowd
from tests.bench.ground import Ground
from tests.bench.measuring import percentile
from tests.serving import served

TIMES = 60
RUNNING = 60  # pathways with a workflow, for the participant's page: it asks how far the workflow is
OPEN = ("activity", "inventory", "intake")
NEXT = re.compile(r'rel="next" href="([^"]+)"')
Ask = Callable[[httpx2.AsyncClient], Awaitable[httpx2.Response]]


@asynccontextmanager
async def visitor(address: str, staff: str) -> AsyncIterator[httpx2.AsyncClient]:
    """Sign in."""
    headers = {"sec-fetch-site": "same-origin"}
    async with httpx2.AsyncClient(base_url=address, headers=headers, timeout=120) as opened:
        answer = await opened.post("/sign-in", data={"staff": staff, "password": PASSWORD})
        if answer.status_code != 303:
            raise RuntimeError(answer.text)
        yield opened


def _lists(crowd: Crowd) -> dict[str, Iterator[str]]:
    """Return addresses of the list, by what they show."""
    owners = cycle(crowd.coordinators)
    named = cycle([f"{first} {last}".lower() for last in BEFORE for first in FIRST_NAMES])
    last_only = cycle([name.lower()[:4] for name in BEFORE])
    return {
        "list, newest first": (f"/people?operation={one}" for one in cycle((LARGE, SMALL, ""))),
        "list, by name": (f"/people?sort={way}name&operation={LARGE}" for way in cycle(("", "-"))),
        "list, by next due": (f"/people?sort={way}due&status=inside" for way in cycle(("", "-"))),
        "list, by stage": (f"/people?sort={way}stage&operation={LARGE}" for way in cycle(("", "-"))),
        "list, by owner": (f"/people?sort={way}owner" for way in cycle(("", "-"))),
        "list, late in a stage": (f"/people?late=any&sort=due&stage={one}&operation={LARGE}" for one in cycle(OPEN)),
        "list, without contact": (f"/people?late=contact&sort=name&operation={one}" for one in cycle((LARGE, SMALL))),
        "list, one owner's, by name": (f"/people?owner={one}&sort=name&status=inside" for one in owners),
        "search, a whole name": (f"/people?q={one}" for one in named),
        "search, a part of a name": (f"/people?q={one}&sort=name" for one in last_only),
        "search, a referral": (f"/people?q=d-{place}" for place in range(1, 10**6, 97)),
        "board": (f"/board?operation={one}" for one in cycle((LARGE, SMALL))),
        "board, results": (f"/board/results?operation={one}" for one in cycle((LARGE, SMALL))),
    }


async def _timed(on: Ground, opened: httpx2.AsyncClient, addresses: Iterator[str], times: int) -> dict[str, float]:
    waits, used = [], 0.0
    for number in range(-3, times):
        if number == 0:
            used = _cpu(on)
        address = next(addresses)
        begun = time.perf_counter()
        answer = await opened.get(address)
        seconds = time.perf_counter() - begun
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
        if number >= 0:  # the first ones fill caches of the process
            waits.append(seconds)
    spent = (_cpu(on) - used) / len(waits)
    waits.sort()
    return {
        **{f"p{share}_ms": round(1000 * percentile(waits, share), 1) for share in (50, 95)},
        "cpu_ms": round(1000 * spent, 1),
    }


def _cpu(on: Ground) -> float:
    """Return processor seconds of the desk (whoever asks it is in the same process) and of PostgreSQL.

    On a machine that others use too they say more than the clock.
    """
    used = on.cpu()
    return used["caller"] + used["postgresql"]


async def _deep(opened: httpx2.AsyncClient, start: str) -> list[str]:
    """Return addresses of pages, each after the one before."""
    found: list[str] = []
    address = start
    while (there := NEXT.search((await opened.get(address)).text)) and len(found) < TIMES + 3:
        address = there[1].replace("&amp;", "&")
        found.append(address)
    return found


async def measured(on: Ground, crowd: Crowd, *, times: int = TIMES) -> dict[str, Any]:
    """Return p50 and p95 of every page, and how long the whole list takes as a file."""
    office, pool, pages = on.office, on.office.pool, {}
    everybody = await pool.fetchval("SELECT count(*) FROM pathways")
    ids = [row["id"] for row in await pool.fetch(
        "SELECT id FROM pathways WHERE status = 'open' AND referral LIKE 'd-%' ORDER BY md5(id) LIMIT $1", RUNNING)]  # fmt: skip
    deep = await pool.fetchrow(
        "SELECT referred_on, id FROM pathways ORDER BY referred_on DESC, id DESC OFFSET $1 LIMIT 1", everybody * 4 // 5
    )
    if deep is None:
        raise RuntimeError("nobody is there")
    async for one in revive(office, ids):
        if one.result != "revived":
            raise RuntimeError(f"{one.pathway}: {one.why}")
    async with served(on.settings, office) as address:
        async with visitor(address, crowd.coordinators[0]) as opened:
            for name, addresses in _lists(crowd).items():
                pages[name] = await _timed(on, opened, addresses, times)
            after = f"/people?after=0~~{deep['referred_on']}~{deep['id']}"
            pages["list, from the 80,000th on"] = await _timed(on, opened, cycle(await _deep(opened, after)), times)
            begun = time.perf_counter()
            await opened.post(f"/board/results?operation={LARGE}")
            recount = time.perf_counter() - begun
            for name, address_of in (("my work", "/"), ("inbox", "/inbox")):
                pages[name] = await _timed(on, opened, cycle((address_of,)), times)
            pages["participant"] = await _timed(on, opened, (f"/people/{one}" for one in cycle(ids)), times)
            begun = time.perf_counter()
            file = await opened.get("/people.csv")
            seconds = time.perf_counter() - begun
        async with visitor(address, crowd.caseworkers[0]) as opened:
            own = (f"/people?sort={one}" for one in cycle(("-referred", "due", "name")))
            pages["referrals"] = await _timed(on, opened, cycle(("/referrals",)), times)
            pages["list, a caseworker's own"] = await _timed(on, opened, own, times)
        async with visitor(address, crowd.caseworkers[1]) as opened:
            unit = (f"/people?sort={one}" for one in cycle(("-referred", "due", "name")))
            pages["list, a caseworker's unit"] = await _timed(on, opened, unit, times)
    return {
        "people": everybody,
        "pages": pages,
        "slowest_p95_ms": max(one["p95_ms"] for one in pages.values()),
        "recount_ms": round(1000 * recount),
        "export": {"rows": file.text.count("\r\n") - 1, "seconds": round(seconds, 1)},
    }
