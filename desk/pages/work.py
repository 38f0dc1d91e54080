"""My work: what is due for the reader, the nearest first."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Response

from desk.visit import Reader
from records import register, views
from service.wording import words_of

pages = APIRouter()
MOST = 100  # a day's and a week's work for one person; the rest is told as a number


@pages.get("/")
async def work(visit: Reader) -> Response:
    """Show what the reader has to do."""
    due = await views.due(
        visit.pool, now=visit.now, until=visit.now + timedelta(days=400), owner=visit.reader.id, limit=MOST
    )
    cards = await register.cards(visit.pool, list({each.pathway for each in due}))
    words = {}
    rows = []
    for each in due:
        if each.operation not in words:
            version = await visit.pool.fetchval("SELECT rules FROM pathways WHERE id = $1", each.pathway)
            words[each.operation] = await words_of(visit.pool, version, visit.language)
        card = cards.get(each.pathway)
        rows.append((each, words[each.operation].step(each.path, each.item), card.name if card else each.pathway))
    return visit.page("work.html", rows=rows, more=len(due) == MOST)
