"""What an actor can do on a pathway now: asked of the rules, so that nothing is offered that would be refused.

``possible`` names commands and what they need to be told; values that a person has still to give (a reason, a record)
are not judged here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.calendar import add, local_day
from domain.conditions import evaluate
from domain.errors import Refusal
from domain.interpreter.dues import span
from domain.interpreter.settle import holds
from domain.policy import Asker
from domain.rules import OWNER, WATCH

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from domain.interpreter.state import Instance, State
    from domain.people import Actor
    from domain.rules import Rules, StepRule


@dataclass(frozen=True, slots=True)
class Possible:
    """One thing that can be done: a command's kind, on which step, with which choices; ``why_not`` when not yet.

    ``due_on`` is the step's day; of a pause that begins today and of a reopening it is the last day that is allowed.
    """

    kind: str
    step: str | None = None
    item: str | None = None
    key: str | None = None
    choices: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    due_on: date | None = None
    mine: bool = False
    why_not: Refusal | None = None


def possible(rules: Rules, state: State, actor: Actor, now: datetime) -> list[Possible]:
    """Return everything that the actor can do now, in the order of the due days, then of the file."""
    sender = Asker(actor, state.owner, rules.roles)
    offers = _Offers(rules, state, actor, sender, local_day(now))
    return [*offers.steps(), *offers.menu(), *offers.whole()]


@dataclass(slots=True)
class _Offers:
    rules: Rules
    state: State
    actor: Actor
    sender: Asker
    today: date

    def steps(self) -> list[Possible]:
        """Return what can be done on open steps."""
        found: list[Possible] = []
        instances = [
            one for one in self.state.open.values() if one.kind not in ("stage", "group") and one.path != WATCH
        ]
        for one in sorted(instances, key=lambda one: (str(one.due_on), one.opened_seq)):
            found.extend(self._on(one))
        return found

    def _on(self, one: Instance) -> list[Possible]:
        rule = self.rules.steps.get(one.path)
        by = one.by or OWNER
        mine = one.person == self.actor.staff or (one.person is None and self.sender.has((by,)))
        at: dict[str, Any] = {"step": one.path, "item": one.item, "key": one.key, "due_on": one.due_on, "mine": mine}
        found: list[Possible] = []
        if one.kind == "decision" and rule is not None:
            if self.sender.may("decide", by=by):
                found.append(self._decision(one, rule, mine=mine))
        else:
            found.extend(self._work(one, rule, at))
        if self.sender.may("assign"):
            found.append(Possible("assign", **at))
        elif one.person is None and self._may("claim", one, rule):
            found.append(Possible("assign", choices=(self.actor.staff,), **at))
        return found

    def _may(self, command: str, one: Instance, rule: StepRule | None) -> bool:
        confirms = rule is not None and rule.confirms
        return self.sender.may("confirm" if confirms else command, by=one.by, person=one.person)

    def _work(self, one: Instance, rule: StepRule | None, at: dict[str, Any]) -> Iterator[Possible]:
        """Yield what can be done on a step that is no decision."""
        kind = "record" if one.kind == "record" else "complete"
        if (rule is None or not rule.waits) and self._may(kind, one, rule):
            needs = ("view",) if rule is not None and rule.view else ()
            choices = (rule.record,) if rule is not None and rule.record else ()
            yield Possible(kind, needs=needs, choices=choices, why_not=self._not_yet(one, rule), **at)
        if rule is not None and rule.hours and self._may("hours", one, rule):
            yield Possible("hours", **at)
        if rule is not None and rule.reasons and not rule.confirms and self._may("end", one, rule):
            yield Possible("end", choices=rule.reasons, **at)

    def _decision(self, one: Instance, rule: StepRule, *, mine: bool) -> Possible:
        allowed, needs = [], ["reason"]
        for name, outcome in rule.outcomes.items():
            met = outcome.needs is None or evaluate(outcome.needs, self.state) is True
            if met or (outcome.exception and outcome.exception in self.actor.roles):
                allowed.append(name)
        if rule.view:
            needs.append("view")
        return Possible(
            "decide", step=one.path, item=one.item, key=one.key, choices=tuple(allowed), needs=tuple(needs),
            due_on=one.due_on, mine=mine, why_not=self._not_yet(one, rule),
        )  # fmt: skip

    def _not_yet(self, one: Instance, rule: StepRule | None) -> Refusal | None:
        """Return why this person, or anybody, can't do it today."""
        if one.not_before is not None and self.today < one.not_before:
            return Refusal("too_early", step=one.key, earliest=str(one.not_before))
        for path in rule.not_by if rule else ():
            if self.actor.staff in self._actors(path):
                return Refusal("must_be_another_person", step=one.key, other=path)
        for path in rule.same_as if rule else ():
            if self.actor.staff not in self._actors(path):
                return Refusal("must_be_the_same_person", step=one.key, other=path)
        return None

    def _actors(self, path: str) -> set[str | None]:
        latest = self.state.counts.get(path, 0)
        return {one.actor for one in self.state.past.values() if one.path == path and one.n == latest}

    def menu(self) -> list[Possible]:
        """Return what can be chosen in the open stages."""
        state, found = self.state, []
        for rule in self.rules.steps.values():
            if not rule.choose or state.exit is not None or not self.sender.may("open", by=rule.by):
                continue
            parent = state.open.get(f"{rule.parent}#{state.counts.get(rule.parent, 0)}")
            since = parent.opened_seq if parent else 0
            if (rule.parent and parent is None) or not holds(rule.after, state, since, level=True):
                continue
            if rule.condition is not None and evaluate(rule.condition, state) is not True:
                continue
            used = sum(
                1
                for one in (*state.open.values(), *state.past.values())
                if one.path == rule.path and one.opened_seq > since and one.item is None
            )
            if used < rule.choose:
                found.append(Possible("open", step=rule.path))
        return found

    def whole(self) -> list[Possible]:
        """Return what can be done with the whole pathway."""
        state, rules = self.state, self.rules
        found: list[Possible] = []
        if not state.closed:
            free = (("contact", "contact"), ("fact", "fact"), ("record", "observe"))
            found.extend(Possible(kind) for kind, command in free if self.sender.may(command))
        if self.sender.may("correct"):
            found.append(Possible("correct", needs=("reason",)))
        if state.exit is None:
            found.extend(
                Possible("happen", choices=(name,))
                for name, happening in rules.happenings.items()
                if self.sender.may("happen", named=happening.by)
                and (happening.step is None or self._is_open(happening.step))
                and (happening.condition is None or evaluate(happening.condition, state) is True)
            )
        found.extend(each for each in self._owners() if self.sender.may(each.kind))
        if state.exit is not None and self.sender.may("reopen") and state.reentered is None:
            latest = add(state.exit.on, span(rules.reopen_within))
            if self.today <= latest:
                found.append(Possible("reopen", needs=("reason",), due_on=latest))
        return found

    def _is_open(self, path: str) -> bool:
        return any(one.path == path for one in self.state.open.values())

    def _owners(self) -> list[Possible]:
        state = self.state
        found = [] if state.closed else [Possible("change_owner")]
        if state.exit is None:
            found.append(Possible("exit", choices=tuple(self.rules.exits), needs=("reason",)))
            if state.paused is None:
                latest = add(self.today, span(self.rules.watch.pause_at_most))
                found.append(Possible("pause", choices=self.rules.watch.pause_reasons, due_on=latest))
            else:
                found.append(Possible("resume"))
        return found
