"""The activity that makes events permanent: each batch in one PostgreSQL transaction, or not at all."""

from __future__ import annotations

import asyncpg
from temporalio import activity
from temporalio.exceptions import ApplicationError

from records import log
from records.keys import KeyRing
from workflows.ports import DIVERGED, RECORD, ReceiptOut, RecordInput, RecordOutput


class Recorder:
    """Record batches on behalf of pathways; one instance serves the whole worker."""

    def __init__(self, pool: asyncpg.Pool, keys: KeyRing) -> None:
        self._pool = pool
        self._keys = keys

    @activity.defn(name=RECORD)
    async def record(self, order: RecordInput) -> RecordOutput:
        """Record the batches in order and return one receipt for each; a batch recorded before gives its first one.

        Every other failure of PostgreSQL is raised as it is, so that Temporal tries again for as long as it takes.

        Raises:
            ApplicationError: RecordDiverged, never tried again: the record holds other events under these numbers.
        """
        receipts = []
        for batch in order.batches:
            try:
                receipt = await log.append(self._pool, self._keys, batch)
            except log.RecordDiverged as error:
                raise ApplicationError(
                    f"{batch.pathway} #{batch.first_seq}: the record holds other events under this number",
                    type=DIVERGED,
                    non_retryable=True,
                ) from error
            receipts.append(
                ReceiptOut(
                    command_id=batch.command_id,
                    first_seq=receipt.first_seq,
                    last_seq=receipt.last_seq,
                    position=receipt.position,
                    notices=tuple(receipt.notices),
                )
            )
        return RecordOutput(receipts=tuple(receipts))
