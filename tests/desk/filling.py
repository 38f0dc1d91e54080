"""Filling in the desk's forms as a visitor would: what stands in them is sent along with what is typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from itertools import count
from typing import Any

import httpx2

from domain.identity import parse
from records.register import NewPerson
from service.answers import Recorded
from service.ids import new_id
from service.referrals import Referral, refer
from service.sample import OPERATION, reserved_number
from service.who import actor
from tests.deskworld import DeskWorld

_SERIAL = count()
BORN = date(datetime.now(UTC).year - 45, 4, 4)
FACTS: dict[str, Any] = {"assistance": "long_term", "complex_problems": True, "gender": "woman"}


@dataclass
class Seen(HTMLParser):
    """The one form of a page that has a command: what stands in it, and what can be chosen."""

    values: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()
        self._inside = False
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self._inside = "narrow" in given.get("class", "")
        if not self._inside:
            return
        if tag == "input" and given.get("type") in ("radio", "checkbox"):
            self.choices.setdefault(name, []).append(given["value"])
            if "checked" in given:
                self.values.setdefault(name, []).append(given["value"])
        elif tag == "input":
            self.values[name] = [given.get("value", "")]
        elif tag == "textarea":
            self._area, self.values[name] = name, [""]
        elif tag == "select":
            self._select = name
        elif tag == "option":
            self.choices.setdefault(self._select, []).append(given["value"])
            if "selected" in given:
                self.values[self._select] = [given["value"]]

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] = [self.values[self._area][0] + data]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        if tag == "form":
            self._inside = False


def seen(text: str) -> Seen:
    """Return the form of a page."""
    found = Seen()
    found.feed(text)
    assert "command_id" in found.values, text[:3000]
    return found


async def fill(visitor: httpx2.AsyncClient, address: str, **typed: Any) -> httpx2.Response:
    """Open a form, type, and send it; names with a hyphen are written with two underscores."""
    page = await visitor.get(address)
    assert page.status_code == 200, (address, page.status_code, page.text[-2500:])
    form = seen(page.text)
    answers = {name.replace("__", "-"): value for name, value in typed.items()}
    assert set(answers) - {"look"} <= {*form.values, *form.choices}, sorted(form.values)
    return await visitor.post(address, data={**form.values, **answers})


async def done(visitor: httpx2.AsyncClient, address: str, **typed: Any) -> str:
    """Fill in a form that has to be recorded, and return the page that says so."""
    answer = await fill(visitor, address, **typed)
    assert answer.status_code == 303, (address, answer.status_code, answer.text[-3500:])
    page = await visitor.get(answer.headers["location"])
    assert "Registrerat" in page.text
    return page.text


async def referred(world: DeskWorld, *, facts: dict[str, Any] | None = None, protection: Any = "none") -> str:
    """Refer somebody new to the sample operation, and return the pathway."""
    place = next(_SERIAL)
    born = BORN.replace(day=5 + place // 20)
    today = world.office.clock().date()
    person = NewPerson(parse(reserved_number(born, place), on=today), f"Testperson {place}", born, protection)
    by = await actor(world.pool, "ham.handlaggare", operation=OPERATION, channel="desk")
    given = {**FACTS, "birth_date": born.isoformat(), **(facts or {})}
    referral = Referral(f"form-{place}", OPERATION, person, "forsorjningsstod", today, given)
    answer = await refer(world.office, referral, by=by, command_id=new_id())
    assert isinstance(answer, Recorded), answer
    return answer.pathway
