"""Walking through the desk as somebody: every page that a link leads to, and the forms that stand there."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx2

MOST_ALIKE = 3  # pages and forms of one pattern: several, because a form that was taken is gone
MOST_PEOPLE = 5
Same = tuple[str, str]
EVERYWHERE = ("command_id", "seen", "next")
"""Fields that many forms have and one piece of code reads."""
LEAVES = {"/sign-out", "/sign-in"}
"""Tried apart: they end the session, or count wrong tries."""
_PATHWAY = re.compile(r"/people/p-[0-9a-f]+")
_KINDS = {"decimal": "number", "numeric": "day"}
"""What is asked for where the page says it: text to a browser, and not to a person."""
_COLLEAGUE = re.compile(r"(?<=/staff/)[a-z]+\.[a-z]+")
_NUMBER = re.compile(r"(?<=/)\d+(?=/|$)|[0-9a-f]{16,}")


@dataclass
class Asked:
    """A field of a form: its values as the page has them, and what may be chosen."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)


@dataclass
class Found:
    """A form: how and where it is sent."""

    method: str
    action: str
    fields: dict[str, Asked] = field(default_factory=dict)

    @property
    def pattern(self) -> str:
        """What forms like this one have in common."""
        return f"{self.method} {pattern_of(self.action)} {','.join(sorted(self.fields))}"


def pattern_of(address: str) -> str:
    """Return an address without what differs from one person or thing to the next."""
    split = urlsplit(address)
    path = _NUMBER.sub("{n}", _COLLEAGUE.sub("{s}", _PATHWAY.sub("/people/{p}", split.path)))
    about = re.search(r"about=([a-z_0-9]+)", split.query)
    return path + (f"?about={about.group(1)}" if about else "")


class Reader(HTMLParser):
    """Reads links and forms out of a page."""

    def __init__(self, at: str) -> None:
        super().__init__()
        self.at = at
        self.links: list[str] = []
        self.forms: list[Found] = []
        self._form: Found | None = None
        self._area: Asked | None = None
        self._select: Asked | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(urljoin(self.at, given["href"]).partition("#")[0])
        elif tag == "form":
            self._form = Found(given.get("method", "get").lower(), urljoin(self.at, given.get("action") or self.at))
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(self._form, tag, given)

    def _field(self, form: Found, tag: str, given: dict[str, str]) -> None:
        if tag == "button" and given.get("formaction"):
            self.forms.append(Found(form.method, urljoin(self.at, given["formaction"]), form.fields))
        if tag == "option" and self._select is not None:
            self._select.choices.append(given.get("value", ""))
            if "selected" in given:
                self._select.values = [given.get("value", "")]
        name = given.get("name")
        if name is None or tag not in ("input", "textarea", "select", "button"):
            return
        kind = _KINDS.get(given.get("inputmode", ""), given.get("type", tag))
        one = form.fields.setdefault(name, Asked(name, kind))
        if tag == "select":
            self._select = one
        elif tag == "textarea":
            self._area = one
        elif given.get("type") in ("radio", "checkbox"):
            one.choices.append(given.get("value", "on"))
            if "checked" in given:
                one.values.append(given.get("value", "on"))
        else:
            one.values.append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.values = [data]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None


def read(page: httpx2.Response) -> Reader:
    """Return what stands on a page."""
    reader = Reader(str(page.url.raw_path.decode()))
    if "html" in page.headers.get("content-type", ""):
        reader.feed(page.text)
    return reader


@dataclass
class Walk:
    """What a walk has found."""

    pages: list[str] = field(default_factory=list)
    forms: dict[str, list[Found]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def keep(self, forms: list[Found]) -> None:
        """Keep forms, a few of each pattern."""
        for one in forms:
            alike = self.forms.setdefault(one.pattern, [])
            if len(alike) < MOST_ALIKE and one.action not in [each.action for each in alike]:
                alike.append(one)


async def walk(visitor: httpx2.AsyncClient) -> Walk:
    """Follow every link from the first page; of pages that are alike, a few."""
    found, seen, alike, people = Walk(), {"/"}, dict[str, int](), set[str]()
    waiting = deque(["/"])
    while waiting:
        address = waiting.popleft()
        page = await visitor.get(address, follow_redirects=True)
        if page.status_code >= 500:
            found.broken.append(f"{page.status_code} {address}")
        found.pages.append(address)
        reader = read(page)
        found.keep(reader.forms)
        for link in reader.links:
            if not link.startswith("/") or link.startswith("/static") or link in seen:
                continue
            seen.add(link)
            pattern = pattern_of(link)
            person = _PATHWAY.search(link)
            if alike.get(pattern, 0) >= (MOST_PEOPLE if pattern == "/people/{p}" else MOST_ALIKE):
                continue
            if person is not None and person.group() not in people:
                if len(people) >= MOST_PEOPLE:
                    continue
                people.add(person.group())
            alike[pattern] = alike.get(pattern, 0) + 1
            waiting.append(link)
    return found


def _shared(pattern: str) -> str:
    """Return what forms of the same code have in common: the record or fact that is asked about makes no difference."""
    return re.sub(r"\?about=\w+", "", pattern.split(" ")[1])


def room_of(pattern: str) -> str:
    """Return what forms of one module have in common."""
    path = _shared(pattern)
    return next((room for room in ("/people/{p}/do/", "/refer") if path.startswith(room)), path)


def same_code(pattern: str, one: Asked) -> Same:
    """Return what names a field that one piece of code reads, on however many forms it stands."""
    if one.name in EVERYWHERE:
        return "", one.name
    if one.name.startswith("v-"):
        return _shared(pattern) if "/do/" in pattern else room_of(pattern), one.kind
    shares = room_of(pattern) == "/refer" or one.name in ("on", "note", "view", "words")
    return room_of(pattern) if shares else _shared(pattern), one.name


_LAST = (
    "/leave", "/programmes/plans/", "/do/exit", "/do/decide", "/do/happen", "/do/pause", "/hand-over",
    "/do/change_owner", "/do/end", "/do/complete", "/do/assign",
)  # fmt: skip
"""Forms after which others are gone, the one that takes the most with it first."""


def order(named: tuple[str, list[Found]]) -> tuple[int, str]:
    """Return where a form comes: those after which others are gone come last."""
    pattern = named[0]
    return next((len(_LAST) - place for place, last in enumerate(_LAST) if last in pattern), 0), pattern
