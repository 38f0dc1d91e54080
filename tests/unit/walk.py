"""Random walks over a programme on the pure core, steered towards what was reached least, with the promises checked.

A walk asks what is possible, gives the values that a person would give, sometimes asks for nonsense, and lets time
pass. After every batch P1 and P4 are checked on the state and the events.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from pydantic import TypeAdapter

from domain import commands as c
from domain.calendar import add, local_day, next_notice
from domain.errors import Refusal
from domain.events import Event, EventType
from domain.interpreter import State, due, fold
from domain.interpreter.dues import span
from domain.people import THE_SYSTEM, Actor
from domain.possible import Possible, possible
from domain.rules import REVIEW, Rules
from domain.simulation import Simulation
from domain.stories import cast_of

START = datetime(2024, 10, 1, 8, tzinfo=UTC)
STATE = TypeAdapter(State)
GOOD: dict[str, Any] = {"far": True, "assistance": "long_term", "complex_problems": True}


class Broken(AssertionError):
    """A promise doesn't hold; the message says which, and the walk's seed finds it again."""


@dataclass
class Coverage:
    """How often each thing was reached."""

    seen: Counter[str] = field(default_factory=Counter)
    accepted: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def count(self, rules: Rules, state: State, event: Event) -> None:
        """Count what an event shows."""
        paused = "paused" if state.paused else "not paused"
        step = event.step or ""
        kind = event.coded.get("kind", "")
        match event.type:
            case EventType.OPENED:
                self.seen[f"opened {step}"] += 1
                self.seen[f"item kind {kind}"] += 1
            case EventType.DONE:
                outcome = event.coded.get("outcome")
                self.seen[f"done {step}"] += 1
                if outcome:
                    self.seen[f"outcome {step}.{outcome}"] += 1
                if event.coded.get("decided") is False:
                    self.seen[f"timer at_due {step}"] += 1
            case EventType.ENDED:
                self.seen[f"ended {event.coded['reason']}"] += 1
                if event.coded["reason"] == "stopped":
                    self.seen[f"stop {step}"] += 1
            case EventType.TOLD:
                self.seen[f"timer {kind}"] += 1
            case EventType.EXITED:
                self.seen[f"exit {event.coded['reason']}"] += 1
            case EventType.REACHED | EventType.WITHDRAWN:
                self.seen[f"{event.type} {event.coded['milestone']}"] += 1
            case EventType.DUE_MOVED:
                self.seen[f"due moved {event.coded['why']}"] += 1
            case _:
                self.seen[f"event {event.type}"] += 1
        self.seen[paused] += 1

    def expected(self, rules: Rules) -> set[str]:
        """Return everything that a programme's walks have to reach."""
        wanted = {"paused", "not paused", *(f"event {name}" for name in _PLAIN_EVENTS)}
        for path, rule in rules.steps.items():
            wanted.add(f"opened {path}")
            if not _always_left(rules, path):
                wanted.add(f"done {path}")
                if any(child.standing for child in rules.children.get(path, ())):
                    wanted.add("ended stage_done")
            wanted.update(f"outcome {path}.{name}" for name in rule.outcomes)
            if rule.at_due:
                wanted.add(f"timer at_due {path}")
            if rule.stops:
                wanted.add(f"stop {path}")
            wanted.add(f"item kind {rule.kind}")
            if rule.grouped:
                wanted.add("item kind group")
            if rule.enough:
                wanted.add("ended not_needed")
            if rule.extended_by:
                wanted.add("due moved extended")
            if rule.announce:
                wanted.add("timer announce")
            if rule.remind:
                wanted.add("timer remind")
        wanted.update(f"exit {name}" for name in rules.exits)
        wanted.update(f"Reached {name}" for name in rules.milestones)
        wanted.update(f"Withdrawn {name}" for name, cond in rules.milestones.items() if "record" in cond)
        wanted.update({"timer overdue", "timer escalate", "timer answer", "item kind watch", "item kind review"})
        wanted.update({"ended exit", "ended reopened", "ended reentry"})
        wanted.update(
            {
                "due moved paused",
                "due moved resumed",
                "due moved contact",
                "due moved reopened",
                "due moved corrected",
                "due moved taken_over",
            }
        )
        wanted.update(
            f"command {kind} {when}" for kind in _KINDS for when in ("not paused", "paused") if _fits(kind, when)
        )
        return wanted


def _always_left(rules: Rules, path: str) -> bool:
    """Tell whether a stage is only ever left by an exit, so that it is never done."""
    return any(
        child.required and child.outcomes and all(outcome.exit for outcome in child.outcomes.values())
        for child in rules.children.get(path, ())
    )


_PLAIN_EVENTS = ("Referred", "FactRecorded", "RecordTaken", "OwnerChanged", "Paused", "Resumed", "Happened",
                 "Corrected", "Reopened", "Closed")  # fmt: skip
_KINDS = ("refer", "complete", "decide", "record", "fact", "open", "end", "assign", "change_owner", "contact", "hours",
          "happen", "pause", "resume", "correct", "exit", "reopen", "reenter", "take_over", "tick")  # fmt: skip


def _fits(kind: str, when: str) -> bool:
    never = {"paused": {"refer", "pause", "reopen", "reenter"}, "not paused": {"resume"}}
    return kind not in never[when]


@dataclass
class Walk:
    """One participant's random path."""

    rules: Rules
    random: Random
    coverage: Coverage
    pathway: str = "p-walk"
    good: dict[str, Any] = field(default_factory=lambda: dict(GOOD))  # facts that open the gate, given to most

    def __post_init__(self) -> None:
        self.simulation = Simulation(self.rules, self.pathway)
        self.now = START + timedelta(days=self.random.randrange(400))
        self.cast = cast_of(self.rules)
        self.asked = 0
        self.told: set[str] = set()

    @property
    def state(self) -> State:
        """The state now."""
        assert self.simulation.state is not None
        return self.simulation.state

    def run(self, steps: int) -> None:
        """Refer somebody and let things happen; check everything after every batch."""
        self._do(self._refer())
        for _ in range(steps):
            if self.random.random() < 0.45:
                self._pass_time()
            if self.state.exit is not None and self.random.random() < 0.06:
                self._do(c.Reenter(**self._ask(THE_SYSTEM), pathway="p-later"))
            if self.random.random() < 0.05:
                self._do(c.TakeOver(**self._ask(THE_SYSTEM)))
            for name, happening in self.rules.happenings.items():
                waiting = [one.key for one in self.state.open.values() if one.path == happening.step]
                if waiting and self.state.paused is None and self.random.random() < 0.4:
                    at: dict[str, Any] = {"key": waiting[0], "site": "north", "starts_on": self.now.date()}
                    self._do(c.Happen(**self._ask(THE_SYSTEM), happening=name, **at))
            self._act()
            if self.state.closed and self.random.random() < 0.2:
                break
        self._finish()

    def _finish(self) -> None:
        folded = fold(self.pathway, self.simulation.events)
        if folded != self.state:
            raise Broken("the fold of the log is another state")
        again = STATE.validate_json(STATE.dump_json(self.state))
        if again != self.state:
            raise Broken("the state doesn't survive being written down")

    def _ask(self, by: Actor, **more: Any) -> dict[str, Any]:
        self.asked += 1
        return {"id": f"c{self.asked}", "by": by, **more}

    def _refer(self) -> c.Command:
        facts = {name: self._value(rule) for name, rule in self.rules.facts.items() if self.random.random() < 0.8}
        if "birth_date" in facts:
            facts["birth_date"] = (self.now.date() - timedelta(days=365 * self.random.randint(14, 70))).isoformat()
        facts |= {
            name: value for name, value in self.good.items() if name in self.rules.facts and self.random.random() < 0.8
        }
        return c.Refer(
            **self._ask(self.cast.actor("referrer_one")), pathway=self.pathway, programme=self.rules.programme,
            operation="o", referral="r", person="x", unit="u", owner="owner_one", facts=facts,
        )  # fmt: skip

    def _value(self, rule: Any) -> Any:
        match rule.type:
            case "boolean":
                return self.random.random() < 0.5
            case "code":
                return self.random.choice(rule.one_of)
            case "codes":
                return self.random.sample(rule.one_of, self.random.randint(1, len(rule.one_of)))
            case "integer":
                return self.random.randint(int(rule.low or 0), int(rule.high or 9))
            case "number":
                low, high = rule.low or 0, rule.high or 9
                return low + self.random.randrange(int((high - low) * 2) + 1) / 2
            case "date":
                return (self.now.date() - timedelta(days=self.random.randrange(900))).isoformat()
            case _:
                return "fritt ord"

    def _values(self, record: str) -> dict[str, Any]:
        return {
            name: self._value(rule)
            for name, rule in self.rules.records[record].items()
            if not rule.derived and rule.default is None and (rule.required or self.random.random() < 0.5)
        }

    def _pass_time(self) -> None:
        jump = self.random.choice((timedelta(hours=3), timedelta(days=1), timedelta(days=9), timedelta(days=35)))
        if self.random.random() < 0.3 and (at := due(self.state)) is not None and at > self.now:
            jump = at - self.now
        self.now += jump
        self._let_time_decide()

    def _let_time_decide(self) -> None:
        if self.simulation.state is None:
            return
        before = len(self.simulation.batches)
        was_paused = self.state.paused is not None
        self.simulation.advance_to(self.now)
        fresh = self.simulation.batches[before:]
        late = ("overdue", "escalate")
        told = [event for batch in fresh for event in batch.events if event.type is EventType.TOLD]
        self.told.update(event.coded["key"] for event in told if event.coded["kind"] in late)
        for batch in fresh:
            self._check(list(batch.events), "tick", was_paused=was_paused)

    def _act(self) -> None:
        self._let_time_decide()  # a notice may be due at this very instant
        offers = [
            (actor, one)
            for staff in [*self.random.sample(list(self.cast.roles), 5), self.state.owner]
            for actor in (self.cast.actor(staff),)
            for one in possible(self.rules, self.state, actor, self.now)
            if one.why_not is None
        ]
        if self.random.random() < 0.12:
            self._nonsense(self.cast.actor(self.random.choice(list(self.cast.roles))))
            return
        onward = [
            offer for offer in offers if offer[1].kind in ("complete", "decide", "record", "open") and offer[1].step
        ]
        if onward and self.random.random() < 0.6:
            offers = onward
        if not offers:
            return
        actor, chosen = min(self.random.sample(offers, min(3, len(offers))), key=lambda offer: self._familiar(offer[1]))
        command = self._command(chosen, actor)
        if command is not None:
            self._do(command, offered=True)

    def _familiar(self, one: Possible) -> float:
        paused = "paused" if self.state.paused else "not paused"
        names = [f"command {one.kind} {paused}", *(f"outcome {one.step}.{choice}" for choice in one.choices)]
        if one.kind in ("complete", "open", "end"):
            names = [f"done {one.step}"]
        gravity = 40 if one.kind in ("exit", "happen") else 0  # leaving is always possible; it must not always win
        return gravity + min(self.coverage.seen[name] for name in names) * (0.2 + self.random.random())

    def _rarest(self, names: tuple[str, ...], prefix: str) -> str:
        return min(names, key=lambda name: (self.coverage.seen[f"{prefix}{name}"], self.random.random()))

    def _command(self, one: Possible, actor: Actor) -> c.Command | None:
        late = self.now.date() - timedelta(days=self.random.choice((0, 0, 0, 2, 10)))
        day = max(late, self.state.referral.on, self.state.exit.on if self.state.exit else late)
        ask = self._ask(actor, occurred_on=min(day, local_day(self.now)))
        n = int(one.key.rpartition("#")[2]) if one.key else None
        at: dict[str, Any] = {"step": one.step, "item": one.item, "n": n}
        agrees: Any = self.random.choice(("yes", "no", "partly", "not_asked"))
        view = c.View(agrees=agrees, words="egna ord") if "view" in one.needs else None
        meant = self.rules.steps.get(one.step or "")
        present = meant.present if meant is not None else ()
        match one.kind:
            case "complete":
                return c.Complete(**ask, **at, view=view, present=present)
            case "decide" if one.choices:
                outcome = self._rarest(one.choices, f"outcome {one.step}.")
                reasons = self.rules.steps[one.step or ""].outcomes[outcome].reasons
                return c.Decide(
                    **ask, **at, outcome=outcome, reason="skäl", view=view, exception=True, present=present,
                    coded_reason=self.random.choice(reasons) if reasons else None,
                )  # fmt: skip
            case "record":
                record = one.choices[0] if one.choices else self.random.choice(list(self.rules.records))
                return c.TakeRecord(**ask, **at, record=record, values=self._values(record))
            case "hours":
                month = local_day(self.now).isoformat()[:7]
                return c.ReportHours(**ask, step=one.step or "", n=n, month=month, hours=self.random.randrange(200) / 4)
            case "end":
                reason = self.random.choice(one.choices) if one.choices else "some_reason"
                return c.EndStep(**ask, **at, coded_reason=reason)
            case "assign":
                others = tuple(name for name in self.cast.roles if name != actor.staff)
                return c.Assign(**ask, **at, person=self.random.choice(one.choices or others))
            case "open":
                return c.OpenStep(**ask, step=one.step or "", provider="north")
            case "contact":
                return c.Contact(**ask)
            case "fact":
                name = self.random.choice(list(self.rules.facts))
                rule = self.rules.facts[name]
                if rule.refusable and self.random.random() < 0.5:
                    return c.RecordFact(**ask, fact=name, refused=True)
                return c.RecordFact(**ask, fact=name, value=self._value(rule))
            case "happen":
                return c.Happen(**ask, happening=one.choices[0])
            case "change_owner":
                return c.ChangeOwner(**ask, owner=self.random.choice(("owner_one", "owner_two", "manager_one")))
            case "exit":
                return c.Exit(**ask, exit=self._rarest(one.choices, "exit "), reason="skäl")
            case "pause":
                by = self.now.date() + timedelta(days=self.random.randint(1, 70))
                return c.Pause(**ask, reason=one.choices[0], resume_by=by)
            case "resume":
                return c.Resume(**ask)
            case "reopen":
                return c.Reopen(**ask, reason="skäl")
            case "correct":
                return self._correct(ask)
            case _:
                return None

    def _correct(self, ask: dict[str, Any]) -> c.Command | None:
        ask.pop("occurred_on")
        kinds = (
            EventType.FACT_RECORDED,
            EventType.RECORD_TAKEN,
            EventType.DONE,
            EventType.EXITED,
            EventType.HAPPENED,
            EventType.REFERRED,
        )
        found = [event for event in self.simulation.events if event.type in kinds]
        causes = {one.cause_seq for one in self.state.open.values()}
        leading = [event for event in found if event.seq in causes]
        event = self.random.choice(leading if leading and self.random.random() < 0.7 else found)
        changes: dict[str, Any] = {}
        day = None
        if event.type is EventType.FACT_RECORDED:
            changes = {"value": self._value(self.rules.facts[event.coded["fact"]])}
        elif event.type is EventType.RECORD_TAKEN and event.coded["record"] in self.rules.records:
            changes = self._values(event.coded["record"])
        if not changes or self.random.random() < 0.3:
            day = event.occurred_on - timedelta(days=self.random.randint(0, 9))
        return c.Correct(**ask, of=event.seq, changes=changes, day=day, reason="skäl")

    def _nonsense(self, actor: Actor) -> None:
        some = self.random.choice(list(self.rules.steps))
        self._do(
            self.random.choice(
                (
                    c.Complete(**self._ask(actor), step=some),
                    c.Decide(**self._ask(actor), step=some, outcome="nowhere", reason=" "),
                    c.Contact(**self._ask(actor, occurred_on=self.now.date() + timedelta(days=3))),
                    c.Contact(**self._ask(Actor("stranger"))),
                    c.Resume(**self._ask(actor)),
                    c.Exit(**self._ask(actor), exit="nowhere", reason="x"),
                    c.Correct(**self._ask(actor), of=self.random.randint(1, self.state.seq), reason="x"),
                    c.ReportHours(**self._ask(actor), step=some, month="2030-01", hours=1),
                    c.Happen(**self._ask(actor), happening="nothing"),
                    c.TakeRecord(**self._ask(actor), record="nothing", values={}),
                )
            )
        )

    def _do(self, command: c.Command, *, offered: bool = False) -> None:
        self._let_time_decide()  # a notice may be due at this very instant
        was_paused = self.simulation.state is not None and self.simulation.state.paused is not None
        before = None if self.simulation.state is None else STATE.dump_json(self.state)
        try:
            events = self.simulation.do(command, self.now)
        except Refusal as refusal:
            self.coverage.refused[refusal.code] += 1
            if before is not None and STATE.dump_json(self.state) != before:
                raise Broken(f"{refusal.code} changed the state") from refusal
            if offered and refusal.code not in _NEED_VALUES:
                raise Broken(
                    f"{command.kind} {command} was offered but refused: {refusal.code} {refusal.params}"
                ) from refusal
            return
        self.coverage.accepted += 1
        self._check(events, command.kind, was_paused=was_paused)

    def _check(self, events: list[Event], kind: str, *, was_paused: bool) -> None:
        self.coverage.seen[f"command {kind} {'paused' if was_paused else 'not paused'}"] += 1
        for event in events:
            self.coverage.count(self.rules, self.state, event)
        nobody_falls_between(self.rules, self.state, self.now, self.told)
        clean_exit(self.state)


# What a random value, day or day's order may get wrong although the command itself is possible.
_NEED_VALUES = frozenset(
    {"nothing_to_correct", "not_correctable", "owner_already", "resume_by_out_of_range", "day_before_the_referral",
     "day_in_the_future", "month_out_of_range", "before_the_pause", "before_the_exit", "only_the_day_can_be_corrected",
     "too_early", "field_unknown", "too_late_to_reopen", "value_out_of_range"}
)  # fmt: skip


def nobody_falls_between(rules: Rules, state: State, now: datetime, told: set[str]) -> None:
    """P1 on a state: an owner, and a next date that is not too far away; once passed, the ladder has begun."""
    if not state.owner:
        raise Broken("P1: nobody is responsible")
    if state.closed:
        return
    waiting = [one for one in state.open.values() if one.due is not None]
    if state.exit is None:
        watch = [one for one in waiting if one.path == "watch"]
        if len(watch) != 1:
            raise Broken(f"P1: {len(watch)} watches")
        latest = state.paused.resume_by if state.paused else add(local_day(now), span(rules.watch.every))
        if watch[0].due_on is None or watch[0].due_on > latest:
            raise Broken(f"P1: the watch is due {watch[0].due_on}, later than {latest}")
    elif not waiting:
        raise Broken("P1: after the exit nobody follows up")
    for one in waiting:
        if state.holding(one) or one.due is None or one.due > now:
            continue
        if one.key not in told and not (one.alarms and one.alarms[0].at <= next_notice(now)):
            raise Broken(f"P1: {one.key} is overdue since {one.due_on} and nobody is told")


def clean_exit(state: State) -> None:
    """P4 on a state: after the exit only follow-ups and reviews are open; a hand-over waits for its receiver."""
    if state.exit is None:
        return
    left = [key for key, one in state.open.items() if not one.path.startswith("after_exit.") and one.path != REVIEW]
    if left:
        raise Broken(f"P4: {left} open after the exit")
    if state.closed and state.open:
        raise Broken("P4: closed with open work")
