"""Take up what a dead process or a lost activity left behind, and give the places that time made free."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog

from activities.notify import STALE, Notifier
from records import ledger, places
from records.database import Pool

PROMISED_FOR = timedelta(minutes=1)  # the pathway's own activity hands over within seconds
FIRST_PAUSE = timedelta(minutes=1)  # after a failure that may pass
LONGEST_PAUSE = timedelta(hours=1)  # an address that was mended gets its letter within this
AT_ONCE = 200  # notices per turn; more stand in line for the next
MOST_RESENT = 3  # attempts; a letter that vanishes three times needs a person, not a fourth

_log = structlog.stdlib.get_logger(__name__)


class Sweeper:
    """Hand over what nobody handed over, and call uncertain what nobody can know."""

    def __init__(self, pool: Pool, notifier: Notifier) -> None:
        self._pool = pool
        self._notifier = notifier

    async def sweep(self, now: datetime | None = None) -> dict[int, str]:
        """Take one turn and return what became of each notice that was looked at.

        Raises:
            OSError, asyncpg.PostgresError: PostgreSQL doesn't answer.
        """
        now = now or datetime.now(UTC)
        if given := await places.sweep(self._pool, now=now):
            _log.info("places are offered", count=given)
        for notice in await ledger.stale(self._pool, now - STALE, now=now):
            _log.warning("nobody knows whether a notice arrived", notice=notice)
        found = await ledger.waiting(self._pool, now - PROMISED_FOR, now=now, limit=AT_ONCE)
        failed = await ledger.notices(self._pool, states=("failed",), limit=AT_ONCE)
        ready = due_again(found, {each.id: each for each in failed}, now)
        letters = await ledger.together(self._pool, ready, now=now)
        outcomes = await asyncio.gather(*(self._notifier.deliver_together(notices) for notices in letters))
        swept: dict[int, str] = {notice: outcome for each in outcomes for notice, outcome in each.items()}
        swept |= await self._resend(now)
        for notice, outcome in swept.items():
            _log.info("swept", notice=notice, state=outcome)
        return swept

    async def _resend(self, now: datetime) -> dict[int, str]:
        """Send again, with the same Message-ID, what may be missing where missing is worse than twice."""
        uncertain = await ledger.notices(self._pool, states=("uncertain",), limit=AT_ONCE)
        letters: dict[UUID | int, list[ledger.Notice]] = {}
        for each in uncertain:
            if each.resend and each.attempts < MOST_RESENT and _rested(each, now):
                letters.setdefault(each.letter or each.id, []).append(each)
        outcomes = await asyncio.gather(
            *(
                self._notifier.deliver_together([each.id for each in notices], again=True, letter=notices[0].letter)
                for notices in letters.values()
            )
        )
        return {notice: outcome for each in outcomes for notice, outcome in each.items()}


def due_again(found: Sequence[int], failed: Mapping[int, ledger.Notice], now: datetime) -> list[int]:
    """Return the notices whose turn has come: promised ones at once, failed ones after a pause that doubles."""
    return [notice for notice in found if notice not in failed or _rested(failed[notice], now)]


def _rested(notice: ledger.Notice, now: datetime) -> bool:
    pause = min(FIRST_PAUSE * 2 ** min(max(notice.attempts - 1, 0), 10), LONGEST_PAUSE)
    return notice.settled_at is None or notice.settled_at + pause <= now
