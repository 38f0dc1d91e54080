"""The office takes commands from people and programs and sends them to pathways.

A caller that gets no answer asks again with the same command id; what it was told, or would have been told, is what
it gets.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from temporalio import workflow
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import UpdateWorkflowExecutionLifecycleStage
from temporalio.api.update.v1 import UpdateRef
from temporalio.api.workflowservice.v1 import PollWorkflowExecutionUpdateRequest
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
    WorkflowUpdateStage,
)
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain.errors import Refusal
from domain.interpreter import fold
from domain.rules import parse
from records import log
from records.database import AWAY
from records.keys import KeyUnavailable
from service.answers import Accepted, AnswerGiven, NotTaken, Recorded
from service.publishing import rules_text
from worker.plugin import refusal_in
from workflows import ports
from workflows.details import status

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from temporalio.client import WorkflowUpdateHandle

    from domain.commands import Command
    from domain.interpreter import State
    from records.database import Pool
    from records.keys import KeyRing

    Ask = Callable[[WorkflowUpdateStage, timedelta], Awaitable[WorkflowUpdateHandle[ports.Answer]]]

ANSWER_WITHIN = timedelta(seconds=2)  # then "accepted" is what the caller is told, if it is (docs/budgets.md)
TAKEN_WITHIN = timedelta(seconds=8)  # a command must not be taken later than this after it was sent (not_after)
TASK_TIMEOUT = timedelta(seconds=5)  # one workflow task: a task begun just in time ends this much later
A_LOOK = timedelta(milliseconds=50)  # a round trip to a server on the same network, with room
A_BREATH = 0.2  # seconds between attempts to reach a server that is away
GIVE_UP_AFTER = TAKEN_WITHIN + TASK_TIMEOUT + timedelta(seconds=1)  # so after this nothing can happen any more
WAKING = 2  # closed pathways that one office wakes at a time: each holds a connection, and needs others meanwhile
A_LAST_LOOK = 1.0  # seconds for Temporal to say then whether it has the command

RECORD_AWAY = (*AWAY, KeyUnavailable)
"""What reading and writing the record raises while PostgreSQL is away."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long callers wait; a skipping clock may jump while a command is on its way and needs a wide window."""

    answer: timedelta = ANSWER_WITHIN
    taken: timedelta = TAKEN_WITHIN
    give_up: timedelta = GIVE_UP_AFTER


def _utc_now() -> datetime:
    return datetime.now(UTC)


@workflow.defn(name=ports.PATHWAY)
class _Pathway:
    """The workflow's name and input, for starting it without importing its code."""

    @workflow.run
    async def run(self, given: ports.PathwayInput) -> None:
        """Never run here."""


class Office:
    """Send commands to pathways through one Temporal client; ``clock`` is another one only where time is skipped."""

    def __init__(
        self, *, pool: Pool, keys: KeyRing, client: Client, task_queue: str, patience: Patience | None = None,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:  # fmt: skip
        self.pool = pool
        self.keys = keys
        self.client = client
        self.task_queue = task_queue
        self.patience = patience or Patience()
        self.clock = clock
        self._wakers = asyncio.Semaphore(WAKING)

    async def send(self, pathway: str, command: Command) -> AnswerGiven:
        """Send a command to an open pathway, or wake a closed one with it, and give one of the three answers.

        Raises RPCError, or what PostgreSQL's driver raises, where a server that is away keeps the answer to itself:
        then nothing is known, and whoever asks again with the same id will know.
        """
        asking, line = self._asking(command), self._line()
        handle = self.client.get_workflow_handle(ports.WORKFLOW_ID.format(pathway))

        async def ask(stage: WorkflowUpdateStage, within: timedelta) -> WorkflowUpdateHandle[ports.Answer]:
            return await handle.start_update(
                ports.COMMAND, asking, id=command.id, wait_for_stage=stage, result_type=ports.Answer, rpc_timeout=within
            )  # fmt: skip

        while True:
            with suppress(_NotRunning):
                return await self._ask(pathway, command.id, ask, line)
            try:
                answer = await self._wake(pathway, asking, line)
            except RECORD_AWAY:
                if line.was_asked:
                    raise
                return NotTaken(pathway, Refusal("record_away"))
            if answer is not None:
                return answer
            await asyncio.sleep(A_LOOK.total_seconds())

    async def _wake(self, pathway: str, asking: ports.Asking, line: _Line) -> AnswerGiven | None:
        """Start a closed pathway from its log with a command, or return None where somebody else is at it.

        What a run recorded after the log was read would contradict the one that is started here. So only one office
        wakes a pathway at a time, it reads when none runs, and it starts once: whoever has to ask again looks again.
        """
        async with self._wakers, log.waking(self.pool, pathway) as alone:
            if not alone or await self._runs(pathway):
                return None
            state, rules = await self.state_of(pathway)
            if state is None:
                return NotTaken(pathway, Refusal("pathway_unknown"))
            starting = self._starting(pathway, asking, ports.PathwayInput(pathway, rules, state))
            tries = iter((starting,))

            async def ask(stage: WorkflowUpdateStage, within: timedelta) -> WorkflowUpdateHandle[ports.Answer]:
                once = next(tries, None)
                if once is None:
                    raise _NotRunning
                return await once(stage, within)

            with suppress(_NotRunning):
                return await self._ask(pathway, asking.command.id, ask, line)
        return None

    async def _runs(self, pathway: str) -> bool:
        try:
            async with asyncio.timeout(A_LAST_LOOK):
                described = await self.client.get_workflow_handle(ports.WORKFLOW_ID.format(pathway)).describe()
        except RPCError as error:
            return error.status is not RPCStatusCode.NOT_FOUND  # a server that is away is asked again
        except TimeoutError:
            return True
        return described.status is WorkflowExecutionStatus.RUNNING

    async def send_with_start(self, pathway: str, command: Command, given: ports.PathwayInput) -> AnswerGiven:
        """Send a command and start the pathway's workflow with it, unless it runs already. Raises as ``send``."""
        asking = self._asking(command)
        try:
            return await self._ask(pathway, command.id, self._starting(pathway, asking, given), self._line())
        except _NotRunning:
            return NotTaken(pathway, Refusal("given_up", not_after=str(asking.command.not_after)))

    def _starting(self, pathway: str, asking: ports.Asking, given: ports.PathwayInput) -> Ask:
        async def ask(stage: WorkflowUpdateStage, within: timedelta) -> WorkflowUpdateHandle[ports.Answer]:
            starting = self.start_operation(pathway, given)  # each may be used once
            try:
                return await self.client.start_update_with_start_workflow(
                    ports.COMMAND, asking, id=asking.command.id, wait_for_stage=stage, result_type=ports.Answer,
                    start_workflow_operation=starting, rpc_timeout=within,
                )  # fmt: skip
            except BaseException:
                with suppress(Exception):  # the same failure, kept a second time in the operation
                    await starting.workflow_handle()
                raise

        return ask

    def start_operation(self, pathway: str, given: ports.PathwayInput) -> WithStartWorkflowOperation[_Pathway, None]:
        """Return how a pathway's workflow is started: the same everywhere."""
        return WithStartWorkflowOperation(
            _Pathway.run,
            given,
            id=ports.WORKFLOW_ID.format(pathway),
            task_queue=self.task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            task_timeout=TASK_TIMEOUT,
            search_attributes=search_attributes(given),
        )

    async def start(self, pathway: str, given: ports.PathwayInput) -> None:
        """Start a pathway's workflow without a command, unless it runs already."""
        await self.client.start_workflow(
            _Pathway.run,
            given,
            id=ports.WORKFLOW_ID.format(pathway),
            task_queue=self.task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            task_timeout=TASK_TIMEOUT,
            search_attributes=search_attributes(given),
        )

    async def state_of(self, pathway: str) -> tuple[State | None, str]:
        """Return a pathway's state as its log tells it, and the rules it follows (canonical JSON)."""
        events = await log.load(self.pool, pathway, keys=self.keys)
        if not events:
            return None, ""
        return fold(pathway, events), await rules_text(self.pool, events[-1].rules)

    def _asking(self, command: Command) -> ports.Asking:
        if command.not_after is not None:
            return ports.Asking(command=command)
        not_after = self.clock() + self.patience.taken
        return ports.Asking(command=command.model_copy(update={"not_after": not_after}))

    def _line(self) -> _Line:
        now = asyncio.get_running_loop().time()
        return _Line(now + self.patience.answer.total_seconds(), now + self.patience.give_up.total_seconds())

    async def _ask(self, pathway: str, command_id: str, ask: Ask, line: _Line) -> AnswerGiven:
        """Ask with the same id until the command is known to be recorded, accepted, or never to be taken."""
        clock = asyncio.get_running_loop().time
        while (now := clock()) < line.until:
            patient = now < line.answer_by
            within = (line.answer_by if patient else line.until) - now
            answer = await self._once(pathway, command_id, ask, line, within=within, patient=patient)
            if answer is not None:
                return answer
        if line.keyless and not line.was_asked:
            return NotTaken(pathway, Refusal("record_away"))
        taken = await self._has_taken(pathway, command_id)
        try:  # a run that took it and has moved on or ended since has recorded it before
            recorded = await log.recorded(self.pool, pathway, command_id)
        except RECORD_AWAY:
            if not taken:
                raise
            recorded = None
        if recorded is not None:
            return Recorded(pathway, *recorded, again=True)
        if not taken:
            return NotTaken(pathway, Refusal("given_up", not_after=str(self.clock())))
        answer = await self._once(pathway, command_id, ask, line, within=A_LAST_LOOK, patient=False)
        return answer or Accepted(pathway)

    async def _has_taken(self, pathway: str, command_id: str) -> bool:
        """Tell whether Temporal has a command in its history; a silent server proves nothing, and raises RPCError."""
        run = WorkflowExecution(workflow_id=ports.WORKFLOW_ID.format(pathway))
        asked = PollWorkflowExecutionUpdateRequest(
            namespace=self.client.namespace, update_ref=UpdateRef(workflow_execution=run, update_id=command_id)
        )
        try:
            async with asyncio.timeout(A_LAST_LOOK):
                found = await self.client.workflow_service.poll_workflow_execution_update(asked)
        except TimeoutError as error:
            raise RPCError("Temporal doesn't answer", RPCStatusCode.UNAVAILABLE, b"") from error
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return found.stage >= UpdateWorkflowExecutionLifecycleStage.UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ACCEPTED

    async def _once(
        self, pathway: str, command_id: str, ask: Ask, line: _Line, *, within: float, patient: bool
    ) -> AnswerGiven | None:
        """Ask once; without an answer ``line`` says what follows from that."""
        stage = WorkflowUpdateStage.COMPLETED if patient else WorkflowUpdateStage.ACCEPTED
        accepted = False
        try:
            # The SDK tries for ten seconds to reach a server that is away, whatever it is told.
            async with asyncio.timeout(within + A_BREATH):
                handle = await ask(stage, timedelta(seconds=within))
            line.was_asked, accepted = True, not patient
            # An accepted command may be recorded by now: that is asked once more, without waiting for it.
            return await self._given(command_id, await handle.result(rpc_timeout=None if patient else A_LOOK))
        except (WorkflowUpdateRPCTimeoutOrCancelledError, TimeoutError) as error:
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise asyncio.CancelledError from error  # the SDK makes one error of both
            line.was_asked = True
        except WorkflowUpdateFailedError as error:
            line.was_asked = True
            refused = _not_taken(pathway, error)
            if refused.refusal.code != ports.MOVING:
                return await self._held(command_id, refused)
            await asyncio.sleep(A_LOOK.total_seconds())
            return None
        except KeyUnavailable:
            line.keyless = True
            await asyncio.sleep(A_BREATH)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                raise _NotRunning from error
            line.was_asked = True
            await asyncio.sleep(A_BREATH)
        return Accepted(pathway) if accepted else None

    async def _held(self, command_id: str, refused: NotTaken) -> AnswerGiven:
        """Return the refusal, unless the record holds what a run from an old backup doesn't know."""
        if refused.refusal.code != "diverged" or refused.pathway is None:
            return refused
        recorded = await log.recorded(self.pool, refused.pathway, command_id)
        return refused if recorded is None else Recorded(refused.pathway, *recorded, again=True)

    async def _given(self, command_id: str, answer: ports.Answer) -> AnswerGiven:
        """Return the answer; Temporal repeats a first "accepted" for ever, so the record is asked."""
        if answer.status != "accepted":
            return Recorded(answer.pathway, answer.first_seq, answer.last_seq, answer.again)
        try:
            async with asyncio.timeout(A_BREATH):
                recorded = await log.recorded(self.pool, answer.pathway, command_id)
        except RECORD_AWAY:
            recorded = None  # the record is away: that is why it was only accepted
        return Accepted(answer.pathway) if recorded is None else Recorded(answer.pathway, *recorded, again=True)


@dataclass(slots=True)
class _Line:
    """How long a caller still waits, and what is known meanwhile: Temporal may have the command; a key was missing."""

    answer_by: float
    until: float
    was_asked: bool = False
    keyless: bool = False


class _NotRunning(Exception):
    """The pathway's workflow isn't running: closed, or never started."""


def search_attributes(given: ports.PathwayInput) -> TypedSearchAttributes:
    """Return the two search attributes that a pathway has: programme and status, nothing about the person."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(ports.SA_PROGRAMME, parse(given.rules).programme),
            SearchAttributePair(ports.SA_STATUS, status(given.state) if given.state else "open"),
        ]
    )


def _not_taken(pathway: str, error: WorkflowUpdateFailedError) -> NotTaken:
    refusal = refusal_in(error)
    if refusal is not None:
        return NotTaken(pathway, refusal)
    if isinstance(error.cause, ApplicationError):
        raise _NotRunning from error  # "aborted by closing workflow": the pathway closed under way
    raise error
