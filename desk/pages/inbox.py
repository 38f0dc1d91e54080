"""The reader's notices, also of those whom the reader stands in for: unread first, with ways to what they are about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from desk.forms.field import one
from desk.pages.listing import names
from desk.pages.typed import id_of, typed
from desk.visit import Reader, Signed
from domain.policy import Purpose, may
from records import inbox, register
from service.seeing import stands
from service.wording import Words, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from records.inbox import Entry

pages = APIRouter(prefix="/inbox")
PAGE = 30
DO = {"decision": "decide", "record": "record"}
"""The command that a kind of step takes; any other kind is completed."""


@dataclass(frozen=True, slots=True)
class Row:
    """A notice as it is shown; ``name`` is empty where the reader may not see it, ``form`` where nothing waits."""

    entry: Entry
    about: str
    name: str
    form: str


@pages.get("")
async def show(visit: Reader, after: str = "") -> Response:
    """Show notices: unread ones first, then those that were read; both the newest first."""
    part, _, last = after.partition("-")
    before = id_of(last)
    found: list[Entry] = []
    if part != "read":
        found = await inbox.entries(visit.pool, visit.receives_for, read=False, before=before, limit=PAGE)
    if len(found) < PAGE:
        found += await inbox.entries(
            visit.pool, visit.receives_for, read=True, before=before if part == "read" else None,
            limit=PAGE - len(found),
        )  # fmt: skip
    more = f"{'read' if found[-1].read_at else 'unread'}-{found[-1].id}" if len(found) == PAGE else ""
    rows = await _rows(visit, found)
    unread = [row for row in rows if row.entry.read_at is None]
    return visit.page(
        "inbox.html", unread=unread, read=rows[len(unread) :], more=more, people=await names(visit), after=after
    )


async def _rows(visit: Signed, found: Sequence[Entry]) -> list[Row]:
    readers = {operation: await visit.actor(operation) for operation in {each.operation for each in found}}
    cards = await register.cards(visit.pool, list({each.pathway for each in found}))
    words: dict[str, Words] = {}
    rows = []
    for each in found:
        card = cards.get(each.pathway)
        standing = stands(readers[each.operation], each)
        seen = card is not None and may(Purpose.NAME, standing, protection=card.protection)
        rows.append(Row(each, await _about(visit, each, words), card.name if seen and card else "", _form(each)))
    return rows


async def _about(visit: Signed, each: Entry, words: dict[str, Words]) -> str:
    if each.rules is None or each.path is None:
        return ""
    if each.rules not in words:
        words[each.rules] = await words_of(visit.pool, each.rules, visit.language)
    return words[each.rules].step(each.path, each.item)


def _form(each: Entry) -> str:
    """Return the way to the form of the step that a notice is about, while it is open."""
    if each.step_status != "open" or each.key is None or each.path is None:
        return ""
    kind = DO.get(each.step_kind or "", "complete")
    return f"/people/{each.pathway}/do/{kind}?{urlencode({'step': each.path, 'key': each.key})}"


@pages.post("/read")
async def read(visit: Reader, request: Request) -> Response:
    """Mark a notice, or every one up to the newest that was shown, as read."""
    given = await typed(request)
    notice, until = id_of(one(given, "notice")), id_of(one(given, "until"))
    if notice is not None or until is not None:
        only = None if notice is None else [notice]
        await inbox.mark(visit.pool, visit.receives_for, by=visit.reader.id, now=visit.now, only=only, until=until)
    return RedirectResponse("/inbox", 303)


@pages.post("/unread")
async def unread(visit: Reader, request: Request) -> Response:
    """Mark a notice as unread again."""
    notice = id_of(one(await typed(request), "notice"))
    if notice is not None:
        await inbox.unmark(visit.pool, visit.receives_for, notice)
    return RedirectResponse("/inbox", 303)
