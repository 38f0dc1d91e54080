"""One command being decided: the rules, a copy of the state, and the events so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from domain.calendar import local_day
from domain.errors import Refusal
from domain.events import Cause, Event, EventType
from domain.interpreter.evolve import apply
from domain.policy import Asker
from domain.rules import OWNER, REVIEW, WATCH

if TYPE_CHECKING:
    from datetime import date, datetime

    from domain.commands import Asked
    from domain.interpreter.state import Instance, State
    from domain.people import Actor
    from domain.rules import Rules, StepRule

INTERPRETER = 2  # raised when decide changes what it answers; stands in every event


@dataclass(slots=True)
class Leaving:
    """An exit that an event of this batch has asked for."""

    reason: str
    cause: Cause
    key: str | None = None


@dataclass(slots=True)
class Work:
    """What ``decide`` works on; ``now`` is the rules' clock, ``recorded_at`` the instant of recording."""

    rules: Rules
    state: State
    command: Asked
    now: datetime
    recorded_at: datetime
    day: date
    events: list[Event] = field(default_factory=list)
    leaving: Leaving | None = None
    dirty: bool = True
    known_on: date | None = None
    ended_before: int = 0

    @property
    def by(self) -> Actor:
        """Who asks."""
        return self.command.by

    @property
    def last(self) -> int:
        """The latest sequence number."""
        return self.state.seq

    @property
    def taken_over(self) -> bool:
        """Tell whether history is being played: decided for a past instant, recorded now."""
        return self.recorded_at != self.now

    def emit(
        self,
        type_: EventType,
        cause: Cause,
        *,
        step: str | None = None,
        n: int | None = None,
        coded: dict[str, Any] | None = None,
        sealed: dict[str, Any] | None = None,
        on: date | None = None,
    ) -> Event:
        """Add an event to the batch and let the state follow."""
        event = Event(
            seq=self.state.seq + 1,
            type=type_,
            command_id=self.command.id,
            index=len(self.events),
            occurred_on=on or self.day,
            recorded_at=self.recorded_at,
            actor=self.by,
            rules=self.rules.hash,
            interpreter=INTERPRETER,
            cause=cause,
            step=step,
            n=n,
            coded=coded or {},
            sealed={key: value for key, value in (sealed or {}).items() if value is not None},
        )
        apply(self.state, event)
        self.events.append(event)
        if type_ in _CHANGES_WHAT_IS_KNOWN:
            self.dirty, self.known_on = True, event.occurred_on
        return event

    def tell(self, kind: str, to: str, cause: Cause, about: str, *, one: Instance | None = None) -> None:
        """Promise a notice; the late person is named, so that an escalation can skip them."""
        coded: dict[str, Any] = {"key": one.key if one else None, "kind": kind, "to": to, "about": about}
        if one is not None:
            coded["to"] = to or one.person or one.by or OWNER
            coded["late"] = (one.person or one.by) if kind == "escalate" else None
            coded["due_on"] = one.due_on.isoformat() if one.due_on else None
        if kind in self.rules.resend:
            coded["resend"] = True
        if self.taken_over:
            coded["before_takeover"] = True
        self.emit(
            EventType.TOLD,
            cause,
            step=one.path if one else None,
            n=one.n if one else None,
            coded=coded,
            on=local_day(self.now),
        )

    def rule(self, path: str) -> StepRule | None:
        """Return the rule of a step, or None for the built-in ones (watch, review)."""
        return self.rules.steps.get(path)

    def demand(
        self, command: str, *, by: str | None = None, person: str | None = None, named: tuple[str, ...] = ()
    ) -> None:
        """Refuse an actor who may not send a command (``domain.policy.Asker.may``). Raises Refusal."""
        asker = Asker(self.by, self.state.owner, self.rules.roles)
        if not asker.may(command, by=by, person=person, named=named):
            raise Refusal("not_your_role", needed=", ".join(asker.needed(command, by=by, named=named)))

    def find(self, step: str, item: str | None = None, n: int | None = None) -> Instance:
        """Return the open instance that a command means. Raises Refusal: unknown, ambiguous, not open, already done."""
        paths = self.paths(step)
        found = [
            one
            for one in self.state.open.values()
            if one.path in paths
            and one.kind not in ("stage", "group")
            and item in (None, one.item)
            and n in (None, one.n)
        ]
        if len(found) == 1:
            return found[0]
        if found:
            raise Refusal("step_ambiguous", step=step, choices=", ".join(one.key for one in found))
        past = [
            one
            for one in self.state.past.values()
            if one.path in paths and item in (None, one.item) and n in (None, one.n) and one.kind != "group"
        ]
        if past:
            latest = max(past, key=lambda one: one.closed_seq)
            code = "already_done" if latest.status == "done" else "already_ended"
            raise Refusal(code, step=latest.key, who=latest.actor, on=str(latest.closed_on))
        raise Refusal("step_not_open", step=step)

    def paths(self, step: str) -> tuple[str, ...]:
        """Return the full paths that a step's name may mean. Raises Refusal for an unknown one."""
        if step in self.rules.steps or step in (WATCH, REVIEW):
            return (step,)
        found = self.rules.by_name.get(step, ())
        if not found:
            raise Refusal("step_unknown", step=step)
        return found


_CHANGES_WHAT_IS_KNOWN = frozenset(
    {EventType.FACT_RECORDED, EventType.RECORD_TAKEN, EventType.CORRECTED, EventType.DONE, EventType.REFERRED,
     EventType.OPENED, EventType.EXITED, EventType.REOPENED, EventType.HAPPENED}
)  # fmt: skip
