"""One request: who asks, in which language, when; and the page that answers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response

from desk.catalogues import Language, translations
from desk.rendering import render
from desk.writing import Writing
from domain.calendar import local_day
from domain.errors import Refusal
from domain.people import Actor
from domain.policy import Purpose, may
from records import inbox
from records.staff import Staff
from service import accounts, who
from service.office import Office
from service.seeing import stands_in
from worker.settings import Settings

if TYPE_CHECKING:
    from gettext import GNUTranslations

    from records.database import Pool

COOKIE = "stegvis"
LANGUAGE = "stegvis-language"
BEFORE_PASSWORD = ("/me", "/me/password", "/sign-out")
"""What one may open before one has a password of one's own."""


class NotSignedIn(Exception):
    """Nobody is signed in on this browser."""


class PasswordFirst(Exception):
    """The reader signed in with a password that somebody else gave, and has to choose another."""


@dataclass(frozen=True)
class Visit:
    """A request of anybody, signed in or not."""

    request: Request
    language: Language
    now: datetime

    @property
    def is_signed(self) -> bool:
        """Tell whether it is known who asks."""
        return False

    def may(self, purpose: Purpose, operation: str | None = None) -> bool:  # noqa: ARG002 - nobody may anything
        """Tell whether the reader may."""
        return False

    @property
    def office(self) -> Office:
        """Where commands are sent and the record is read."""
        office: Office = self.request.app.state.office
        return office

    @property
    def settings(self) -> Settings:
        """The settings of the process."""
        settings: Settings = self.request.app.state.settings
        return settings

    @property
    def pool(self) -> Pool:
        """The way to PostgreSQL."""
        return self.office.pool

    @property
    def today(self) -> date:
        """The day it is in Sweden."""
        return local_day(self.now)

    @property
    def texts(self) -> GNUTranslations:
        """The reader's texts."""
        return translations(self.language)

    @property
    def writing(self) -> Writing:
        """How the reader writes days and numbers."""
        return Writing(self.language, self.today)

    @property
    def address(self) -> str:
        """Where the request came from."""
        return self.request.client.host if self.request.client else ""

    def _(self, message: str, **given: Any) -> str:
        """Return a text of the catalogue, filled in."""
        text = self.texts.gettext(message)
        return text % given if given else text

    def page(self, template: str, /, status: int = 200, **context: Any) -> Response:
        """Return a page."""
        return render(self, template, status=status, **context)


@dataclass(frozen=True)
class Signed(Visit):
    """A request of somebody who is signed in."""

    reader: Staff
    session: UUID
    unread: int = 0
    receives_for: tuple[str, ...] = ()
    """Whose notices the reader gets: the own ones, and of those whom the reader stands in for."""

    @property
    def is_signed(self) -> bool:
        """Tell whether it is known who asks."""
        return True

    def may(self, purpose: Purpose, operation: str | None = None) -> bool:
        """Tell whether the reader may, in an operation or (without one) anywhere: for menus and lists."""
        return bool(may(purpose, stands_in(self.reader, operation)))

    @property
    def idle(self) -> tuple[int, int]:
        """For how many seconds this page may be left alone, and how many before the end the reader is told."""
        return int((accounts.IDLE - accounts.SEEN).total_seconds()), int(accounts.WARNED.total_seconds())

    async def actor(self, operation: str, pathway: str | None = None) -> Actor:
        """Return the reader as an actor in an operation. Raises Refusal: staff_unknown, staff_inactive."""
        return await who.actor(self.pool, self.reader.id, operation=operation, pathway=pathway, channel="desk")


def language_of(request: Request, own: str | None = None) -> Language:
    """Return the language asked for on this browser, else the reader's own, else Swedish."""
    chosen = request.cookies.get(LANGUAGE) or own or request.app.state.settings.language
    return "en" if chosen == "en" else "sv"


async def visit(request: Request) -> Visit:
    """Return a request of anybody."""
    return Visit(request, language_of(request), request.app.state.office.clock())


async def signed(request: Request) -> Signed:
    """Return a request of somebody who is signed in. Raises NotSignedIn, PasswordFirst."""
    office: Office = request.app.state.office
    now = office.clock()
    token = request.cookies.get(COOKIE)
    session = await accounts.session_of(office.pool, token, now=now) if token else None
    if session is None:
        raise NotSignedIn
    if session.first and request.url.path not in BEFORE_PASSWORD:
        raise PasswordFirst
    reader = await who.known(office.pool, session.staff)
    people = await inbox.receives_for(office.pool, reader.id, on=local_day(now))
    unread = await inbox.unread(office.pool, people)
    return Signed(request, language_of(request, reader.language), now, reader, session.id, unread, tuple(people))


async def whoever(request: Request) -> Visit:
    """Return a request of somebody who is signed in where that is so, else of anybody."""
    try:
        return await signed(request)
    except (NotSignedIn, PasswordFirst, Refusal):  # refused: somebody who has left
        return await visit(request)


Anybody = Annotated[Visit, Depends(visit)]
Whoever = Annotated[Visit, Depends(whoever)]
Reader = Annotated[Signed, Depends(signed)]
