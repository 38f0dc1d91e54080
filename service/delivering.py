"""Notices that didn't arrive, or nobody knows: why, what to do about it, and doing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import structlog

from domain.errors import Refusal
from records import ledger

if TYPE_CHECKING:
    from datetime import datetime

    from records.database import Executor
    from records.ledger import Notice
    from service.texts import Say

Mending = Literal["again", "arrived", "told"]
NOTICE_STATES: tuple[ledger.State, ...] = get_args(ledger.State)
OPEN_ENDS: tuple[ledger.State, ...] = ("failed", "uncertain")
_UNSURE = ("smtp-silent-after-data", "smtp-broken-after-data", "too_slow")

log = structlog.get_logger()


def reason_text(reason: str | None, say: Say) -> str | None:
    """Return why a notice is where it is; a mail server's own code stays with it."""
    if reason is None:
        return None
    key = f"reason.{_kind_of(reason)}"
    if not say.knows(key):
        return reason
    code = reason.removeprefix("smtp-")
    return f"{say(key)} ({code})" if code.isdigit() else say(key)


def remedy_text(notice: Notice, say: Say) -> str:
    """Return what to do about a notice that failed or is uncertain."""
    if notice.state == "uncertain":
        return say("remedy.uncertain")
    if notice.attempts >= ledger.MOST_ATTEMPTS:
        return say("remedy.given_up")
    key = f"remedy.{_kind_of(notice.reason or '')}"
    return say(key) if say.knows(key) else say("remedy.not_written")


def _kind_of(reason: str) -> str:
    if reason in _UNSURE:
        return "broken_off"
    code = reason.removeprefix("smtp-")
    if code.isdigit():
        return "smtp_later" if code.startswith("4") else "smtp_refused"
    return reason.replace("-", "_")


async def mend(pool: Executor, notice: int, how: Mending, *, by: str, now: datetime) -> None:
    """Send a notice again, or note that it arrived or was told in another way. Raises Refusal: notice_settled."""
    if not await ledger.mend(pool, notice, how, now=now):
        raise Refusal("notice_settled")
    log.info("a notice was mended", notice=notice, how=how, by=by)
