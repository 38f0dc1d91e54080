"""The list of people."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Response

from desk.pages.listing import rows_of
from desk.visit import Reader
from domain.errors import Refusal
from records import views
from service import who

pages = APIRouter()
PAGE = 50
STATUSES = ("open", "paused", "exited", "closed", "reserved", "diverged")


@pages.get("/people")
async def people(visit: Reader, status: str = "", after: str = "") -> Response:
    """Show the pathways that the reader may see, the newest first."""
    mine = who.operations_of(visit.reader)
    scopes: list[str | None] = [None] if mine is None else list(mine)
    at, _, last = after.partition(",")
    cursor = (_instant(at), last) if at else None
    found = [
        one
        for scope in scopes
        for one in await views.pathways(
            visit.pool, operation=scope, statuses=(status,) if status in STATUSES else None, on=visit.today,
            after=cursor, limit=PAGE,
        )
    ]  # fmt: skip
    found = sorted(found, key=lambda one: (-one.reserved_at.timestamp(), one.id))[:PAGE]
    more = f"{found[-1].cursor[0].isoformat()},{found[-1].cursor[1]}" if len(found) == PAGE else ""
    rows = await rows_of(visit, found)
    return visit.page("people.html", rows=rows, more=more, wanted=status, statuses=STATUSES)


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Refusal("value_not_a_date", name="after") from None
