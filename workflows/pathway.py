"""ParticipantPathway: one enrolment, open for years. A thin shell around the pure core.

Handlers decide, let the state follow and put the batch in a queue; ``run`` alone records, notifies, keeps the one
timer and continues as new. Commands are decided in the order in which they arrive, and a batch is recorded before the
next one starts, so that the log has no gap. Every await of a handler is a wait for recording: nothing is decided
across it, and no lock is needed.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.commands import Command, Migrate, Tick, UndoMigration
    from domain.errors import Refusal
    from domain.events import Batch, Event, EventType
    from domain.interpreter import State, advance, due
    from domain.people import THE_SYSTEM
    from domain.rules import parse
    from workflows import details, ports

LARGE = 40_000  # bytes of history: an idle pathway costs by what it stores (budget 50 KB, see docs/budgets.md)
CROWDED = (
    150_000  # bytes of history: under a steady stream no moment is idle, so callers are asked to wait for the move
)
MOST_BATCHES = 50  # in one recording: keeps its payload far below Temporal's 2 MB after a long outage


@workflow.defn(name=ports.PATHWAY)
class ParticipantPathway:
    """One participant's path through one programme."""

    @workflow.init
    def __init__(self, given: ports.PathwayInput) -> None:
        self._pathway = given.pathway
        self._canonical = given.rules
        self._rules = parse(given.rules)
        self._state = given.state
        self._recorded = given.state.seq if given.state else 0
        self._positions: dict[int, int] = {}
        self._queue: list[Batch] = []
        self._late = False
        self._diverged = False
        self._stage_ended = False
        self._dry: tuple[str, int, tuple[list[Event], State]] | None = None
        self._timer: asyncio.Task[None] | None = None
        self._timer_at: datetime | None = None
        self._rang = False
        self._notifying = 0
        self._status = ""

    # ------------------------------------------------------------------------------------------------- commands

    @workflow.update(name=ports.COMMAND)
    async def command(self, asking: ports.Asking) -> ports.Answer:
        """Take a command and answer when it is recorded, or as soon as recording has to wait."""
        command = asking.command
        taken = self._state.commands.get(command.id) if self._state else None
        if taken is None:
            self._ring()
            events = self._advance(command)
            last = self._state.seq if self._state else 0
            first = events[0].seq if events else last  # a command that changes nothing is answered with what stands
        else:
            first, last = taken.first_seq, taken.last_seq
        await workflow.wait_condition(lambda: self._recorded >= last or self._late or self._diverged)
        if self._recorded < last and self._diverged:
            raise Refusal("diverged", pathway=self._pathway)
        status = "recorded" if self._recorded >= last else "accepted"
        return ports.Answer(status, self._pathway, first, last, self._positions.get(last), again=taken is not None)

    @command.validator
    def _validate(self, asking: ports.Asking) -> None:
        command = asking.command
        if self._diverged:
            raise Refusal("diverged", pathway=self._pathway)
        if self._state is not None and command.id in self._state.commands:
            return
        if self._must_move():
            raise Refusal(ports.MOVING)
        state, tick = self._state, self._ripe()
        if tick is not None:  # time decides first: a command that comes with it finds told what was due
            state = advance(rules=self._rules, state=state, command=tick, now=workflow.now())[1]
        decided = advance(rules=self._rules, state=state, command=command, now=workflow.now())
        # The handler runs in the same activation at the same instant: it may use what was decided here.
        self._dry = (command.id, state.seq if state else 0, decided)

    def _advance(self, command: Command) -> list[Event]:
        seq = self._state.seq if self._state else 0
        if self._dry is not None and self._dry[:2] == (command.id, seq):
            events, state = self._dry[2]
        else:
            events, state = advance(rules=self._rules, state=self._state, command=command, now=workflow.now())
        self._dry = None
        if isinstance(command, Migrate | UndoMigration):
            self._canonical, self._rules = command.rules, parse(command.rules)
        if events:
            self._state = state
            self._queue.append(Batch(self._pathway, command.id, tuple(events)))
            self._stage_ended = self._stage_ended or any(_ends_a_stage(event) for event in events)
        return events

    @workflow.query(name=ports.RECORDED)
    def standing(self) -> ports.Standing:
        """Tell how far recording has come: what was restored from an old backup stands behind the log."""
        return ports.Standing(self._recorded, self._state.seq if self._state else 0, self._diverged)

    # ----------------------------------------------------------------------------------------------- the main loop

    @workflow.run
    async def run(self, _given: ports.PathwayInput) -> None:
        """Record, notify, watch the clock; return when the pathway is closed."""
        while True:
            self._ring()
            self._show()
            if self._queue:
                await self._record()
                continue
            if self._idle() and (self._state is None or self._state.closed):
                return
            if self._idle() and self._wants_new_run():
                self._disarm()
                workflow.continue_as_new(ports.PathwayInput(self._pathway, self._canonical, self._state))
            self._arm()
            await workflow.wait_condition(self._has_work)

    def _has_work(self) -> bool:
        if self._diverged:
            return False
        if self._queue or self._rang:
            return True
        closing = self._state is None or self._state.closed or self._wants_new_run()
        return closing and self._idle()

    def _idle(self) -> bool:
        """Tell whether nothing is under way that a new run or the end would lose."""
        return not self._diverged and not self._queue and not self._notifying and workflow.all_handlers_finished()

    def _wants_new_run(self) -> bool:
        info = workflow.info()
        return self._stage_ended or info.is_continue_as_new_suggested() or info.get_current_history_size() > LARGE

    def _must_move(self) -> bool:
        info = workflow.info()
        return info.is_continue_as_new_suggested() or info.get_current_history_size() > CROWDED

    async def _record(self) -> None:
        batches = tuple(self._queue[:MOST_BATCHES])
        del self._queue[: len(batches)]
        given = ports.RecordInput(batches)
        try:
            output = await self._record_once(given, ports.RECORD_PROMPT)
        except ActivityError as error:
            if _diverged(error):
                self._stop(error)
                return
            self._late = True  # whoever waits is told "accepted"; the batch stays first in line
            try:
                output = await self._record_once(given, None)
            except ActivityError as later:
                self._stop(later)
                return
            self._late = False
        notices: list[int] = []
        for receipt in output.receipts:
            self._recorded = receipt.last_seq
            self._positions = {receipt.last_seq: receipt.position, **dict(list(self._positions.items())[:20])}
            notices.extend(receipt.notices)
        if notices:
            self._notifying += 1
            asyncio.create_task(self._notify(tuple(notices)))  # noqa: RUF006 - counted in _notifying

    async def _record_once(self, given: ports.RecordInput, within: timedelta | None) -> ports.RecordOutput:
        first, last = given.batches[0].first_seq, given.batches[-1].last_seq
        output: ports.RecordOutput = await workflow.execute_activity(
            ports.RECORD,
            given,
            result_type=ports.RecordOutput,
            start_to_close_timeout=ports.RECORD_ATTEMPT,
            schedule_to_close_timeout=within,
            retry_policy=ports.RECORD_RETRY,
            summary=f"events {first}-{last}",
        )
        return output

    def _stop(self, error: ActivityError) -> None:
        """Hold a pathway whose log says something else, until operations has mended it."""
        workflow.logger.error(
            "pathway diverged", extra={"pathway": self._pathway, "code": str(type(error.cause).__name__)}
        )
        self._diverged = True
        self._queue.clear()

    async def _notify(self, notices: tuple[int, ...]) -> None:
        try:
            await workflow.execute_activity(
                ports.NOTIFY,
                ports.NotifyInput(notices),
                result_type=ports.NotifyOutput,
                start_to_close_timeout=ports.NOTIFY_ATTEMPT,
                retry_policy=ports.NOTIFY_RETRY,
                summary=f"{len(notices)} notices",
            )
        except ActivityError:
            # The ledger rows stand promised: the sweeper of the worker process hands them over.
            workflow.logger.warning("notices left to the sweeper", extra={"pathway": self._pathway})
        finally:
            self._notifying -= 1

    # ------------------------------------------------------------------------------------------------- the clock

    def _ring(self) -> None:
        """Let time decide what became due."""
        self._rang = False
        tick = self._ripe()
        if tick is not None:
            self._advance(tick)

    def _ripe(self) -> Tick | None:
        """Return the command by which time decides, or None where nothing is due."""
        state = self._state
        at = due(state) if state is not None else None
        if state is None or at is None or at > workflow.now() or self._diverged:
            return None
        return Tick(id=f"tick/{state.seq}", by=THE_SYSTEM)

    def _arm(self) -> None:
        """Keep one timer; replace it only when the next due instant is earlier (a late ring finds nothing due)."""
        at = due(self._state) if self._state is not None else None
        if at is None or (self._timer_at is not None and self._timer_at <= at):
            return
        self._disarm()
        self._timer_at = at
        self._timer = asyncio.create_task(self._wait(max(at - workflow.now(), timedelta(0))))

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._timer_at = None

    async def _wait(self, span: timedelta) -> None:
        await workflow.sleep(span, summary="next due")
        self._timer = self._timer_at = None
        self._rang = True

    def _show(self) -> None:
        """Keep the Web UI's status readable: details are encrypted like everything else."""
        if self._state is None:
            return
        workflow.set_current_details(details.of(self._state))
        status = details.status(self._state)
        if self._status and status != self._status:
            workflow.upsert_search_attributes([ports.SA_STATUS.value_set(status)])
        self._status = status


def _ends_a_stage(event: Event) -> bool:
    return event.type is EventType.EXITED or (event.type is EventType.DONE and "." not in (event.step or "."))


def _diverged(error: ActivityError) -> bool:
    return isinstance(error.cause, ApplicationError) and error.cause.type == ports.DIVERGED
