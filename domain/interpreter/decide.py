"""``decide``: rules, state, command and now make events, or a refusal. It reads no clock and changes nothing."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from domain.calendar import local_day
from domain.commands import (
    Assign,
    ChangeOwner,
    Complete,
    Contact,
    Correct,
    Decide,
    EndStep,
    Exit,
    Happen,
    Migrate,
    OpenStep,
    Pause,
    RecordFact,
    Reenter,
    Refer,
    Reopen,
    ReportHours,
    Resume,
    TakeOver,
    TakeRecord,
    Tick,
    UndoMigration,
)
from domain.errors import Refusal
from domain.events import Cause, Event, EventType
from domain.interpreter import corrections, paths, steps
from domain.interpreter.evolve import evolve
from domain.interpreter.settle import settle
from domain.interpreter.state import REMEMBERED, made_at
from domain.interpreter.work import INTERPRETER, Work
from domain.migration.migrate import migrate, undo

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from domain.commands import Command
    from domain.interpreter.state import State
    from domain.rules import Rules

AFTER_EXIT_TOO = (
    Complete,
    Decide,
    EndStep,
    TakeRecord,
    RecordFact,
    Correct,
    Reopen,
    Reenter,
    TakeOver,
    Tick,
    ChangeOwner,
    Assign,
    Contact,
    ReportHours,
    Migrate,
    UndoMigration,
)
WHEN_CLOSED_TOO = (Correct, Reopen, Reenter, TakeOver, Tick)


def decide(
    *, rules: Rules, state: State | None, command: Command, now: datetime, recorded_at: datetime | None = None
) -> list[Event]:
    """Return the events of a command. Raises Refusal; see ``advance``."""
    return advance(rules=rules, state=state, command=command, now=now, recorded_at=recorded_at)[0]


def advance(
    *, rules: Rules, state: State | None, command: Command, now: datetime, recorded_at: datetime | None = None
) -> tuple[list[Event], State]:
    """Return the events of a command (none only for a tick at which nothing was due) and the state after them.

    ``recorded_at`` differs from ``now`` when history is played at a take-over: the rules' clock stands in the past.
    Raises Refusal; the state is not changed.
    """
    now = now.astimezone(UTC)  # instants are stored, compared and hashed in UTC
    at = (recorded_at or now).astimezone(UTC)
    day = command.occurred_on or local_day(now)
    if command.not_after is not None and at > command.not_after:
        raise Refusal("given_up", not_after=command.not_after.isoformat())
    if day > local_day(now):
        raise Refusal("day_in_the_future", day=str(day))
    if state is None:
        if not isinstance(command, Refer):
            raise Refusal("pathway_unknown")
        return _refer(rules, command, day, now, at)
    _may_come(state, command, day, at)
    if isinstance(command, Migrate):
        return migrate(rules, state, command, now=now, at=at, day=day)
    if isinstance(command, UndoMigration):
        return undo(rules, state, command, now=now, at=at, day=day)
    work = Work(rules, state.copy(), command, now, at, day)
    _HANDLE[type(command)](work, command)
    settle(work)
    return work.events, work.state


def _refer(rules: Rules, command: Refer, day: date, now: datetime, at: datetime) -> tuple[list[Event], State]:
    coded: dict[str, Any] = {
        "programme": command.programme, "operation": command.operation, "referral": command.referral,
        "referrer": command.by.staff, "unit": command.unit, "owner": command.owner, "person": command.person,
        "ordinal": command.ordinal, "previous": command.previous, "version": rules.hash,
    }  # fmt: skip
    sealed = {"reason": command.reason} if command.reason else {}
    first = Event(
        seq=1, type=EventType.REFERRED, command_id=command.id, index=0, occurred_on=day, recorded_at=at,
        actor=command.by, rules=rules.hash, interpreter=INTERPRETER, cause=Cause(0, "referral"),
        coded=coded, sealed=sealed,
    )  # fmt: skip
    state = evolve(None, first, pathway=command.pathway)
    work = Work(rules, state, command, now, at, day, events=[first])
    paths.begin(work, command)
    settle(work)
    return work.events, work.state


def _may_come(state: State, command: Command, day: date, at: datetime) -> None:
    if isinstance(command, Refer):
        raise Refusal("already_referred", pathway=state.pathway)
    if state.exit is not None and not isinstance(command, AFTER_EXIT_TOO):
        raise Refusal("exited", on=str(state.exit.on), exit=state.exit.reason)
    if state.closed and not isinstance(command, WHEN_CLOSED_TOO):
        raise Refusal("closed")
    only_known = isinstance(command, RecordFact) or (isinstance(command, TakeRecord) and command.step is None)
    if day < state.referral.on and not (isinstance(command, Correct) or only_known):
        raise Refusal("day_before_the_referral", day=str(day), referral=str(state.referral.on))
    if too_old(command.id, at):
        raise Refusal("command_too_old", days=REMEMBERED.days)


def too_old(command_id: str, at: datetime) -> bool:
    """Tell whether a UUIDv7 was made longer ago than ids are remembered; other ids carry no time."""
    made = made_at(command_id)
    return made is not None and at - made > REMEMBERED


_HANDLE: dict[type, Callable[[Work, Any], None]] = {
    Complete: steps.complete,
    Decide: steps.decide_step,
    TakeRecord: steps.take_record,
    RecordFact: paths.record_fact,
    OpenStep: steps.open_chosen,
    EndStep: steps.end_step,
    Assign: steps.assign,
    ChangeOwner: paths.change_owner,
    Contact: paths.contact,
    ReportHours: steps.report_hours,
    Happen: paths.happen,
    Pause: paths.pause,
    Resume: paths.resume,
    Correct: corrections.correct,
    Exit: paths.exit_,
    Reopen: paths.reopen,
    Reenter: paths.reenter,
    TakeOver: paths.take_over,
    Tick: paths.tick,
}
