"""What a pathway meets in these tests: a record and a post office in memory, which can be away, slow, or of another mind.

They stand for the activities, whose own tests are elsewhere, so that a test can say exactly what befalls the workflow.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from temporalio import activity
from temporalio.exceptions import ApplicationError

from domain.events import Batch, Event, EventType
from workflows import ports


def _opened() -> asyncio.Event:
    door = asyncio.Event()
    door.set()
    return door


@dataclass
class World:
    """The record of one pathway and its post office."""

    batches: list[Batch] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    handed_over: list[int] = field(default_factory=list)
    promised: int = 0
    tries_to_record: int = 0
    tries_to_notify: int = 0
    away: bool = False
    diverged: bool = False
    no_post: bool = False
    post_opens: asyncio.Event = field(default_factory=_opened)

    @property
    def events(self) -> list[Event]:
        """What is recorded."""
        return [event for batch in self.batches for event in batch.events]

    @activity.defn(name=ports.RECORD)
    async def record(self, order: ports.RecordInput) -> ports.RecordOutput:
        self.tries_to_record += 1
        if self.diverged:
            raise ApplicationError("other events stand there", type=ports.DIVERGED, non_retryable=True)
        if self.away:
            raise ConnectionError("the record is away")
        self.sizes.append(len(order.batches))
        return ports.RecordOutput(tuple(self._receipt(batch) for batch in order.batches))

    def _receipt(self, batch: Batch) -> ports.ReceiptOut:
        assert batch.first_seq == len(self.events) + 1, "the log has a gap"
        self.batches.append(batch)
        told = sum(event.type is EventType.TOLD for event in batch.events)
        notices = tuple(range(self.promised, self.promised + told))
        self.promised += told
        return ports.ReceiptOut(batch.command_id, batch.first_seq, batch.last_seq, 1000 + len(self.batches), notices)

    @activity.defn(name=ports.NOTIFY)
    async def notify(self, order: ports.NotifyInput) -> ports.NotifyOutput:
        self.tries_to_notify += 1
        await self.post_opens.wait()
        if self.no_post:
            raise ConnectionError("the post office is away")
        self.handed_over += order.notices
        return ports.NotifyOutput(tuple((notice, "handed_over") for notice in order.notices))
