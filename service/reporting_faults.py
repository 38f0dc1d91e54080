"""Reporting a fault of the desk: anybody may, a few times an hour."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.interpreter.values import check_text
from records import faults

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from records.database import Pool
    from records.faults import About

WINDOW = timedelta(hours=1)
FROM_ONE = 10  # reports in WINDOW from one address: an office may share one
FROM_ALL = 200  # a door that is open to everybody can't fill the database
MOST_WORDS = 4000
MOST_LINE = 300


async def report(
    pool: Pool, id_: UUID, *, about: About, page: str, words: str, contact: str, staff: str | None, address: str,
    now: datetime,
) -> None:  # fmt: skip
    """Keep a report; the same id again is the same report. Raises Refusal: faults_wait, text_*."""
    for name, text, most in (("words", words, MOST_WORDS), ("page", page, MOST_LINE), ("contact", contact, MOST_LINE)):
        check_text(text, name)
        if len(text) > most:
            raise Refusal("text_too_long", name=name, most=most)
    if await faults.known(pool, id_):
        return
    here, everywhere = await faults.recent(pool, address=address, since=now - WINDOW)
    if here >= FROM_ONE or everywhere >= FROM_ALL:
        raise Refusal("faults_wait")
    await faults.add(
        pool, id_, about=about, page=page, words=words, contact=contact, staff=staff, address=address, now=now
    )
