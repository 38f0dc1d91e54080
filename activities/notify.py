"""Hand notices over: claim, write, hand over, settle. At most once, unless the ledger says *uncertain*.

A process may die anywhere. Before the claim: the notice stands promised, and the sweeper takes it up. Between claim
and receipt: it stays claimed, and the sweeper makes it uncertain, because nobody can know. After the settlement:
nothing is left to do. Nobody but the sweeper touches another's claim, so that a second attempt never sends twice.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Literal

import asyncpg
import structlog
from temporalio import activity

from activities.mail import Carrier, Letter, MaybeHandedOver, NotHandedOver
from activities.texts import LANGUAGES, Subject, text_of
from activities.titles import Library, in_language
from records import ledger
from records.database import Pool
from workflows.ports import NOTIFY, NotifyInput, NotifyOutput

HAND_OVER = 40.0  # seconds for a whole conversation, whatever each step may take: an activity attempt lasts 60
SETTLE_FOR = 15.0  # seconds in which a receipt is written again and again; a restart of PostgreSQL takes a few
SETTLE_PAUSE = 0.5  # seconds between those tries
STALE = timedelta(minutes=3)  # three times what a claim can last: HAND_OVER, SETTLE_FOR and a busy machine
SLOTS = 16  # conversations at a time; a mail server that hangs must leave most of the worker to recording
SLOT_PATIENCE = 2.0  # seconds; whoever gets no slot leaves the notice promised, for the sweeper
MESSAGE_DOMAIN = "notices.stegvis"  # of Message-IDs only; fixed, so that sending again repeats the same id

Outcome = Literal["handed_over", "failed", "uncertain", "left"]
"""What became of a notice here; *left*: it wasn't ours to hand over, or not now."""

_log = structlog.stdlib.get_logger(__name__)
_DATABASE_TROUBLE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


class Notifier:
    """Hand notices over on behalf of pathways and of the sweeper; one instance serves the whole worker."""

    def __init__(self, pool: Pool, carrier: Carrier, language: str) -> None:
        self._pool = pool
        self._carrier = carrier
        self._language = language
        self._library = Library(pool)
        self._slots = asyncio.Semaphore(SLOTS)

    @activity.defn(name=NOTIFY)
    async def notify(self, order: NotifyInput) -> NotifyOutput:
        """Hand over what is still to be handed over and say what became of it.

        A refusal or a deferral by the mail server is no failure of this activity: the ledger shows it and the sweeper
        tries again. Failures of PostgreSQL are raised, so that Temporal tries again.
        """
        outcomes = await asyncio.gather(*(self.deliver(notice) for notice in order.notices))
        return NotifyOutput(settled=tuple(zip(order.notices, outcomes, strict=True)))

    async def deliver(self, notice: int, *, again: bool = False) -> Outcome:
        """Take one notice from promise to receipt; ``again`` also takes an uncertain one.

        Raises:
            OSError, asyncpg.PostgresError: PostgreSQL doesn't answer; a claimed notice then becomes uncertain later.
        """
        try:
            async with asyncio.timeout(SLOT_PATIENCE):
                await self._slots.acquire()
        except TimeoutError:
            return "left"
        try:
            claimed = await ledger.claim(self._pool, notice, now=_now(), again=again)
            if claimed is None:
                return "left"
            outcome, code, later = await self._hand_over(claimed)
            await self._settle(claimed, outcome, code, later=later)
            return outcome
        finally:
            self._slots.release()

    async def _hand_over(
        self, claimed: ledger.Claimed
    ) -> tuple[Literal["handed_over", "failed", "uncertain"], str | None, bool]:
        if claimed.email is None:
            return "failed", "no_address", True
        try:
            letter = await self._letter(claimed, claimed.email)
        except Exception:  # noqa: BLE001 - whatever it was, nothing has left the house, and that must be settled
            _log.exception("a notice could not be written", notice=claimed.notice, kind=claimed.kind)
            return "failed", "not_written", True
        try:
            async with asyncio.timeout(HAND_OVER):
                await self._carrier.hand_over(letter)
        except NotHandedOver as error:
            return "failed", error.code, error.later
        except MaybeHandedOver as error:
            return "uncertain", error.code, False
        except TimeoutError:
            return "uncertain", "too_slow", False
        return "handed_over", None, False

    async def _letter(self, claimed: ledger.Claimed, address: str) -> Letter:
        language = claimed.language if claimed.language in LANGUAGES else self._language
        titles = await self._library.titles(claimed.rules, claimed.programme)
        path = claimed.step or claimed.about or ""
        text = text_of(
            Subject(
                kind=claimed.kind,
                pathway=claimed.pathway,
                step=titles.of(path, language),
                programme=in_language(titles.programme, language),
                due_on=claimed.due_on,
            ),
            language,
        )
        return Letter(f"<{claimed.message_id}@{MESSAGE_DOMAIN}>", address, text.subject, text.body, language)

    async def _settle(self, claimed: ledger.Claimed, outcome: ledger.Result, code: str | None, *, later: bool) -> None:
        """Write the receipt. It is worth insisting: without it, a letter that arrived becomes uncertain."""
        deadline = asyncio.get_running_loop().time() + SETTLE_FOR
        while True:
            try:
                await ledger.settle(
                    self._pool, claimed.notice, outcome, code, now=_now(), later=later, attempt=claimed.attempt
                )
            except _DATABASE_TROUBLE:
                if asyncio.get_running_loop().time() > deadline:
                    raise
                await asyncio.sleep(SETTLE_PAUSE)
            else:
                return


def _now() -> datetime:
    return datetime.now(UTC)
