"""Hand notices over: claim, write, hand over, settle. At most once, unless the ledger says *uncertain*.

Notices of somebody who wishes all of a day in one letter leave together: each is claimed, then one letter is handed
over, then all are settled at once, so that whatever the letter's fate is, it is that of every notice in it.

A process may die anywhere. Before the claim: the notice stands promised, and the sweeper takes it up. Between claim
and receipt: it stays claimed, and the sweeper makes it uncertain, because nobody can know. After the settlement:
nothing is left to do. Nobody but the sweeper touches another's claim, so that a second attempt never sends twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

import asyncpg
import structlog
from temporalio import activity

from activities.mail import Carrier, Letter, MaybeHandedOver, NotHandedOver
from activities.texts import LANGUAGES, Subject, digest_of, text_of
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


def _now() -> datetime:
    return datetime.now(UTC)


class Notifier:
    """Hand notices over on behalf of pathways and of the sweeper; one instance serves the whole worker."""

    def __init__(
        self, pool: Pool, carrier: Carrier, language: str, *, desk: str = "", clock: Callable[[], datetime] = _now
    ) -> None:
        self._pool = pool
        self._carrier = carrier
        self._language = language
        self._desk = desk
        self._clock = clock
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
        return (await self.deliver_together((notice,), again=again))[notice]

    async def deliver_together(
        self, notices: Collection[int], *, again: bool = False, letter: UUID | None = None
    ) -> dict[int, Outcome]:
        """Take notices from promise to receipt, all of one person in one letter; ``letter`` names it when sent again.

        Raises:
            OSError, asyncpg.PostgresError: PostgreSQL doesn't answer; what is claimed then becomes uncertain later.
        """
        found: dict[int, Outcome] = dict.fromkeys(notices, "left")
        try:
            async with asyncio.timeout(SLOT_PATIENCE):
                await self._slots.acquire()
        except TimeoutError:
            return found
        try:
            if letter is None and len(notices) > 1:
                letter = uuid4()
            by_recipient: dict[str, list[ledger.Claimed]] = {}
            for notice in sorted(notices):
                claimed = await ledger.claim(self._pool, notice, now=self._clock(), again=again, letter=letter)
                if claimed is not None:
                    by_recipient.setdefault(claimed.recipient, []).append(claimed)
            for one_letter in by_recipient.values():
                outcome, code, later = await self._hand_over(one_letter, letter)
                await self._settle(one_letter, outcome, code, later=later)
                found |= dict.fromkeys((claimed.notice for claimed in one_letter), outcome)
            return found
        finally:
            self._slots.release()

    async def _hand_over(
        self, claimed: Sequence[ledger.Claimed], name: UUID | None
    ) -> tuple[Literal["handed_over", "failed", "uncertain"], str | None, bool]:
        address = claimed[0].email
        if address is None:
            return "failed", "no_address", True
        try:
            letter = await self._letter(claimed, address, name)
        except Exception:  # noqa: BLE001 - whatever it was, nothing has left the house, and that must be settled
            _log.exception("a notice could not be written", notice=claimed[0].notice, kind=claimed[0].kind)
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

    async def _letter(self, claimed: Sequence[ledger.Claimed], address: str, name: UUID | None) -> Letter:
        first = claimed[0]
        language = first.language if first.language in LANGUAGES else self._language
        subjects = [await self._subject(each, language) for each in claimed]
        text = text_of(subjects[0], language) if len(subjects) == 1 else digest_of(subjects, language)
        return Letter(f"<{name or first.message_id}@{MESSAGE_DOMAIN}>", address, text.subject, text.body, language)

    async def _subject(self, claimed: ledger.Claimed, language: str) -> Subject:
        titles = await self._library.titles(claimed.rules, claimed.programme)
        return Subject(
            kind=claimed.kind,
            pathway=claimed.pathway,
            step=titles.of(claimed.step or claimed.about or "", language),
            programme=in_language(titles.programme, language),
            due_on=claimed.due_on,
            desk=self._desk,
        )

    async def _settle(
        self, claimed: Sequence[ledger.Claimed], outcome: ledger.Result, code: str | None, *, later: bool
    ) -> None:
        """Write the receipt. It is worth insisting: without it, a letter that arrived becomes uncertain."""
        attempts: dict[int, int | None] = {each.notice: each.attempt for each in claimed}
        deadline = asyncio.get_running_loop().time() + SETTLE_FOR
        while True:
            try:
                await ledger.settle_all(self._pool, attempts, outcome, code, now=self._clock(), later=later)
            except _DATABASE_TROUBLE:
                if asyncio.get_running_loop().time() > deadline:
                    raise
                await asyncio.sleep(SETTLE_PAUSE)
            else:
                return
