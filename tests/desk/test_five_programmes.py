"""The five programmes in the desk: whatever a page offers to somebody on somebody's pathway can be opened, in words."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import pytest

from domain.errors import Refusal
from domain.format.reading import Document
from domain.format.reading import read as read_yaml
from domain.operations import OperationDef
from embedded.postgres import Postgres
from embedded.temporal import Temporal
from records import staff
from service.accounts import set_password
from service.importing.history import operation_of, read_people, take_over
from service.publishing import operation_file, start_operation
from service.sample import PASSWORD, reserved_number
from tests.desk.crawling import pattern_of, read
from tests.deskworld import DeskWorld, desk_of_its_own

OPERATIONS = {"bron-2018": "bron", "nordost-2021": "nordost", "samverkan-2012": "samverkan", "visa-2017": "visa"}
"""Koll is the sample's, and walked through everywhere else."""
AGO, MOST_DAYS = 760, 700  # the operation began so long ago; a story is told up to here
MOST_PEOPLE = 6
TABS = ("", "/history", "/plan", "/interventions", "/assessments", "/own", "/meeting")
CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
MALFORMED = Refusal("command_invalid", place="").text("sv").strip()
_SERIAL = count(1)


@pytest.fixture(scope="module")
async def apart(
    postgres: Postgres, temporal_server: Temporal, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[DeskWorld]:
    """A desk with operations of its own."""
    async with desk_of_its_own(postgres, temporal_server, tmp_path_factory.mktemp("five")) as opened:
        yield opened


def entries(programme: str, operation: OperationDef, today: date) -> list[dict[str, Any]]:
    """Return the definition's own examples as a history, each twice: up to its middle, and to its end."""
    found = []
    for place, told in enumerate(read_yaml(Path(f"programmes/{programme}.yaml").read_text("utf-8")).data["examples"]):
        given = dict(told.get("given") or {})
        born = date.fromisoformat(str(given.pop("birth_date", date(1981, 4, 1))))
        last = min(max(int(day) for day in told["days"]), MOST_DAYS)
        for until in (last // 2, last):
            serial = next(_SERIAL)
            starts = today - timedelta(days=until + 2)
            dates = {
                (starts + timedelta(days=int(day))).isoformat(): said
                for day, said in told["days"].items() if int(day) <= until
            }  # fmt: skip
            born = born + timedelta(days=serial)
            found.append({
                "referral": f"five-{serial}", "number": reserved_number(born, serial), "name": f"Prov Person{serial}",
                "unit": operation.units[place % len(operation.units)].id, "given": given, "dates": dates,
            })  # fmt: skip
    return found


async def begun(world: DeskWorld, template: str) -> tuple[OperationDef, list[str]]:
    """Begin an operation with people inside; returns the pathways of those whose story fits into its time."""
    now = world.office.clock()
    today = now.date()
    name = f"{template}-now"
    starts = today - timedelta(days=AGO)
    await start_operation(world.pool, operation_file(template), now=now, by="test", name=name, starts=starts)
    operation = await operation_of(world.office, name)
    told = entries(OPERATIONS[template], operation, today)
    people = read_people(told, Document(told), (), operation=operation)
    taken = [one async for one in take_over(world.office, people, operation=operation, dry=False)]
    for one in await staff.everybody(world.pool):
        await set_password(world.pool, one.id, PASSWORD, now=now)
    return operation, [one.pathway for one in taken if one.pathway is not None]


@dataclass
class Seen:
    """What was opened, and what was wrong with it."""

    pages: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    async def through(self, visitor: httpx2.AsyncClient, pathway: str) -> None:
        """Open the pathway's pages, and of everything that they lead to one of each kind."""
        page = f"/people/{pathway}"
        waiting, known = deque(page + tab for tab in TABS), {kind for kind in self.pages if "/why/" in kind}
        while waiting:
            address = waiting.popleft()
            answer = await visitor.get(address, follow_redirects=True)
            offered = address not in {page + tab for tab in TABS}
            if answer.status_code == 200:
                self.pages[_kind(address)] = self.pages.get(_kind(address), 0) + 1
                self.wrong += [f"{address}: {code}" for code in codes(answer.text)]
            elif answer.status_code >= 500 or offered:
                self.wrong.append(f"{answer.status_code} {address}")
            for link in read(answer).links:
                if link.startswith(page) and _kind(link) not in known:
                    known.add(_kind(link))
                    waiting.append(link)


def _kind(address: str) -> str:
    """Return what addresses of one kind have in common: every form by itself, explanations by what they explain."""
    return re.sub(r"/why/([a-z]+).*", r"/why/\1", pattern_of(address)) + address.partition("?")[2]


def codes(page: str) -> set[str]:
    """Return what stands on a page as only machines write it; why shows a rule also as its definition has it."""
    page = re.sub(r'<(pre|p) class="(typed|code)".*?</\1>', " ", page, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>", " ", page)
    malformed = {MALFORMED} if MALFORMED in text else set()  # a form that can't say what it would lead to
    return malformed | set(CODE.findall(text)) | set(re.findall(r"\bNone\b|\{\w*\}|%\(\w+\)", text))


@pytest.mark.slow
@pytest.mark.parametrize("template", OPERATIONS)
async def test_everything_that_is_offered_can_be_opened(
    apart: DeskWorld, template: str, record_property: Callable[[str, object], None]
) -> None:
    operation, pathways = await begun(apart, template)
    people = {tuple(sorted(one.roles)): one.id for one in reversed(operation.staff)}.values()
    seen = Seen()
    for person in people:
        async with apart.visitor(person) as visitor:
            for pathway in pathways[:: max(1, len(pathways) // MOST_PEOPLE)]:
                await seen.through(visitor, pathway)

    pages = sum(seen.pages.values())
    record_property("told", f"{template}: {len(pathways)} people, {len(people)} colleagues, {pages} pages")
    assert not seen.wrong, "\n".join(sorted(set(seen.wrong))[:30])
    for form in ("record", "decide", "complete", "correct", "pause", "exit"):
        assert any(f"/do/{form}" in kind or f"/{form}/" in kind for kind in seen.pages), form
