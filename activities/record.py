"""The activity that makes events permanent: its batches go into PostgreSQL in one transaction, or none of them."""

from __future__ import annotations

from typing import Protocol

from temporalio import activity
from temporalio.exceptions import ApplicationError

from records import log
from records.database import Pool
from records.keys import KeyRing
from workflows.ports import DIVERGED, RECORD, ReceiptOut, RecordInput, RecordOutput


class Watch(Protocol):
    """Is told how recording goes, for the figures of operations."""

    def recorded(self, pathway: str, batches: int) -> None:
        """Take note that a pathway's batches are in the record."""

    def not_recorded(self, pathway: str) -> None:
        """Take note that a pathway's accepted batches must wait."""


class Recorder:
    """Record batches on behalf of pathways; one instance serves the whole worker."""

    def __init__(self, pool: Pool, keys: KeyRing, watch: Watch | None = None) -> None:
        self._pool = pool
        self._keys = keys
        self._watch = watch

    @activity.defn(name=RECORD)
    async def record(self, order: RecordInput) -> RecordOutput:
        """Record the batches in order and return one receipt for each; batches recorded before give their first one.

        Every other failure is raised as it is, so that Temporal tries again for as long as it takes.

        Raises:
            ApplicationError: RecordDiverged, never tried again: the batches contradict the record.
        """
        try:
            receipts = await log.append(self._pool, order.batches, keys=self._keys)
        except log.RecordDiverged as error:
            activity.logger.exception("the pathway contradicts its record", extra={"code": error.why})
            # The type stands in history in clear, the message is encrypted.
            raise ApplicationError(str(error), error.why, type=DIVERGED, non_retryable=True) from error
        except Exception:
            if self._watch is not None and order.batches:
                self._watch.not_recorded(order.batches[0].pathway)
            raise
        if self._watch is not None and order.batches:
            self._watch.recorded(order.batches[0].pathway, len(receipts))
        return RecordOutput(
            receipts=tuple(
                ReceiptOut(
                    command_id=receipt.command_id,
                    first_seq=receipt.first_seq,
                    last_seq=receipt.last_seq,
                    position=receipt.position,
                    notices=receipt.notices,
                )
                for receipt in receipts
            )
        )
