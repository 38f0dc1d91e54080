"""What the workflow asks of the world: activity names, their models, time-outs and retries with reasons.

Names reach history: never renamed. Models only grow.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from pydantic import BaseModel, ConfigDict
from temporalio.common import RetryPolicy, SearchAttributeKey

from domain.commands import Command
from domain.events import Batch
from domain.interpreter.state import State

RECORD = "record"
NOTIFY = "notify"
PATHWAY = "ParticipantPathway"
COMMAND = "command"
RECORDED = "recorded"
DIVERGED = "RecordDiverged"
MOVING = "moving"  # the refusal of a pathway that moves to a new run: ask again at once, with the same id
WORKFLOW_ID = "pathway/{}"
SA_PROGRAMME = SearchAttributeKey.for_keyword("StegvisProgramme")
SA_STATUS = SearchAttributeKey.for_keyword("StegvisStatus")


@dataclass(frozen=True, slots=True)
class PathwayInput:
    """What a run starts from: compiled rules (canonical JSON), and the state so far (none before the referral)."""

    pathway: str
    rules: str
    state: State | None = None


class Asking(BaseModel):
    """A command on its way to a pathway."""

    model_config = ConfigDict(frozen=True)

    command: Command


@dataclass(frozen=True, slots=True)
class Answer:
    """What a caller is told: recorded (in PostgreSQL) or accepted (in Temporal's history, recording waits)."""

    status: str
    pathway: str
    first_seq: int
    last_seq: int
    position: int | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What a run answers when asked where it stands: recorded so far, decided so far, and whether it is held."""

    recorded: int
    decided: int
    diverged: bool


@dataclass(frozen=True, slots=True)
class RecordInput:
    """Batches of one pathway, in order."""

    batches: tuple[Batch, ...]


@dataclass(frozen=True, slots=True)
class ReceiptOut:
    """What PostgreSQL answered for one batch: its place in the record and the notices that it promised."""

    command_id: str
    first_seq: int
    last_seq: int
    position: int
    notices: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordOutput:
    """One receipt for each batch."""

    receipts: tuple[ReceiptOut, ...]


@dataclass(frozen=True, slots=True)
class NotifyInput:
    """Ledger rows to hand over."""

    notices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NotifyOutput:
    """The state of each row afterwards."""

    settled: tuple[tuple[int, str], ...] = ()


RECORD_ATTEMPT = timedelta(seconds=5)  # a healthy transaction takes milliseconds; a hanging connection is given up
RECORD_PROMPT = timedelta(seconds=10)  # for so long callers wait for "recorded"; then they are told "accepted"
RECORD_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=200),  # PostgreSQL restarts within a second on one host
    backoff_coefficient=2.0,
    maximum_interval=timedelta(seconds=5),  # after an outage nobody waits longer than this
    non_retryable_error_types=[DIVERGED],
)
NOTIFY_ATTEMPT = timedelta(seconds=60)  # SMTP time-outs are shorter: the activity settles what it could not send
NOTIFY_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(minutes=1),
    maximum_attempts=5,  # then the sweeper of the worker process takes over: the ledger row still stands promised
)
