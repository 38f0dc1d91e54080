"""What can be done next in a state of the search, as commands that people ask, and told as an example's sentences."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from domain import commands as c
from domain.checking.inputs import facts_in
from domain.checking.places import leaves_of
from domain.conditions import refs_of
from domain.people import THE_SYSTEM, Actor
from domain.rules import OWNER, WATCH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.checking.abstract import Abstraction
    from domain.checking.inputs import Inputs
    from domain.checking.slicing import Sliced
    from domain.commands import Command
    from domain.interpreter import State
    from domain.interpreter.state import Instance
    from domain.rules import Rules, StepRule

ID = "tick/search"  # the state need not remember commands that nobody asks again
WORDS = "x"


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that happens: commands in order; with ``ripe``, that step's due day has passed."""

    words: tuple[str, ...]
    commands: tuple[Command, ...]
    ripe: str | None = None


class Moves:
    """Makes the moves of one programme."""

    def __init__(self, sliced: Sliced, inputs: Inputs, abstraction: Abstraction) -> None:
        self.rules: Rules = sliced.rules
        self.sliced = sliced
        self.inputs = inputs
        self.abstraction = abstraction
        roles = (*self.rules.roles, OWNER, "manager")
        self.one, self.two = Actor("one", roles), Actor("two", roles)
        self.level_facts = {name for one in abstraction.looked if one.level for name in facts_in(one.condition)}
        self.level_facts |= {rule.items_from for rule in self.rules.steps.values() if rule.items_from}
        asked = (leaf for one in abstraction.looked if one.level for leaf, _ in leaves_of(one.condition, ()))
        records = (leaf.get("record") or leaf.get("progress", {}).get("record") for leaf in asked)
        self.level_records = sorted({str(record) for record in records if record})
        self.inside: dict[str, list[dict[str, Any]]] = {}
        for one in abstraction.looked:
            if one.level and not one.milestone:
                for path in one.steps:
                    self.inside.setdefault(self.rules.steps[path].parent, []).append(one.condition)
        self.turn = 0
        self.all_exits = any(
            one.condition is not None or any(not ref.startswith(("exit", "after_exit.")) for ref in refs_of(one.after))
            for one in self.rules.after_exit
        )
        self.exits = list({cls: name for name, cls in reversed(abstraction.classes.items())}.values())

    def first(self) -> Iterator[Move]:
        """Yield the referrals: nothing known, and each thing that may be known."""
        groups = [one for one in self.inputs.facts if one.names & self.level_facts]
        given = [{}, *(choice for group in groups for choice in group.choices if choice)]
        for facts in given:
            ask = c.Refer(
                id=ID, by=self.one, pathway="p", programme=self.rules.programme, operation="o", referral="r",
                person="x", unit="u", owner="one", facts=facts,
            )  # fmt: skip
            told = ", ".join(f"{name}: {value}" for name, value in facts.items())
            yield Move((f"refer, given {{{told}}}" if told else "refer",), (ask,))

    def on(self, state: State) -> Iterator[Move]:
        """Yield what can be done next."""
        if state.closed:
            return
        plain_done: set[str] = set()
        for one in state.open.values():
            rule = self.rules.steps.get(one.path)
            if rule is None or one.kind in ("stage", "group") or one.path == WATCH:
                continue
            if rule.grouped and rule.path not in self.abstraction.items_named:
                if rule.path in plain_done:  # items that nothing tells apart are done in one order only
                    continue
                plain_done.add(rule.path)
            if self.plain(rule):
                # Steps that nothing refers to are done in one order only: their order makes no difference.
                if rule.parent not in plain_done:
                    plain_done.add(rule.parent)
                    yield next(self._doing(one, rule))
                continue
            yield from self._doing(one, rule)
        yield from self._known(state)
        if state.exit is None:
            yield from self._opening(state)
            for name, happening in self.rules.happenings.items():
                if happening.step is None:
                    ask = c.Happen(id=ID, by=self._some(happening.by), happening=name)
                    yield Move((f"happen {name}",), (ask,))
            for name in self._exits():
                yield Move((f"exit {name}",), (c.Exit(id=ID, by=self.one, exit=name, reason=WORDS),))

    def _exits(self) -> list[str]:
        """Return the exits by hand to try: all where what follows depends on what was before, else one after another.

        What an exit ends doesn't depend on its reason, so one in every state, and every one in some state, is enough.
        """
        if self.all_exits:
            return self.exits
        self.turn += 1
        return [self.exits[self.turn % len(self.exits)]]

    def _some(self, roles: tuple[str, ...]) -> Actor:
        return THE_SYSTEM if "system" in roles else self.one

    def plain(self, rule: StepRule) -> bool:
        """Tell whether nothing depends on how or when a step is done, except that its stage waits for it."""
        return (
            rule.path in self.sliced.unreferred
            and not (rule.at_due or rule.stops or rule.not_by or rule.same_as or rule.waits)
            and not any(one.exit or one.needs for one in rule.outcomes.values())
            and rule.times == 1
            and not rule.confirms
            and rule.record not in self.level_records
            and rule.path not in self.sliced.stands_for
        )

    def _doing(self, one: Instance, rule: StepRule) -> Iterator[Move]:
        """Yield what can be done about one open step."""
        name = f"{one.path}.{one.item}" if one.item else one.path
        at: dict[str, Any] = {"step": one.path, "item": one.item, "n": one.n}
        view = c.View(agrees="yes") if rule.view else None
        for by in self._people(rule):
            who = f" by {by.staff}" if by is self.two else ""
            if rule.waits:
                place = next(key for key, happening in self.rules.happenings.items() if happening.step == rule.path)
                yield Move((f"happen {place}",), (c.Happen(id=ID, by=THE_SYSTEM, happening=place),))
            elif rule.outcomes:
                for outcome, way in rule.outcomes.items():
                    ask = c.Decide(
                        id=ID, by=by, **at, outcome=outcome, reason=WORDS, view=view, present=rule.present,
                        exception=way.exception is not None, coded_reason=way.reasons[0] if way.reasons else None,
                    )  # fmt: skip
                    yield Move((f"decide {name} {outcome}{who}",), (ask,))
            elif rule.record:
                choices = self.inputs.records[rule.record]
                for values in choices if rule.record in self.level_records else choices[:1]:
                    told = ", ".join(f"{field}: {value}" for field, value in values.items())
                    taken = c.TakeRecord(id=ID, by=by, **at, record=rule.record, values=values)
                    yield Move((f"record {name} {{{told}}}{who}",), (taken,))
            else:
                done = c.Complete(id=ID, by=by, **at, view=view, present=rule.present)
                yield Move((f"done {name}{who}",), (done,))
        if rule.reasons and not rule.outcomes and not rule.confirms:
            ended = c.EndStep(id=ID, by=self.one, **at, coded_reason=rule.reasons[0])
            yield Move((f"end {name} {rule.reasons[0]}",), (ended,))
        if rule.at_due:
            tick = c.Tick(id=ID, by=THE_SYSTEM)
            yield Move((f"time: {name} falls due, {rule.at_due}",), (tick,), ripe=one.key)

    def _people(self, rule: StepRule) -> tuple[Actor, ...]:
        return (self.one, self.two) if rule.path in self.abstraction.persons or rule.not_by else (self.one,)

    def _opening(self, state: State) -> Iterator[Move]:
        for path, rule in self.rules.steps.items():
            if not rule.choose:
                continue
            if any(one.path == path for one in state.open.values()):
                continue
            yield Move((f"open {path}",), (c.OpenStep(id=ID, by=self.one, step=path),))

    def _known(self, state: State) -> Iterator[Move]:
        """Yield what may become known and changes what opens, without anybody asking for it."""
        conditions = self.abstraction.asked(state)
        yield from self._recording(conditions, state)

    def _recording(self, conditions: list[dict[str, Any]], state: State) -> Iterator[Move]:
        facts = {name for one in conditions for name in facts_in(one)}
        for group in self.inputs.facts:
            if group.names & facts:
                for choice in group.choices:
                    move = self.stating(choice, state)
                    if move.commands:
                        yield move
        leaves = [leaf for one in conditions for leaf, _ in leaves_of(one, ())]
        records = {leaf.get("record") or leaf.get("progress", {}).get("record") for leaf in leaves}
        for record in self.level_records:
            if record in records:
                items = {
                    part.get("item") for leaf in leaves if (part := leaf.get("progress", leaf)).get("record") == record
                }
                for item in sorted(items, key=str):
                    for values in self.inputs.records[record]:
                        yield self.taking(record, values, item)

    def beforehand(self, move: Move, state: State, opened: set[str]) -> Iterator[Move]:
        """Yield a move that opened stages (after_exit: an exit) with what the steps inside them look at known first."""
        conditions = [one for path in opened for one in self.inside.get(path, ())]
        known = list(self._recording(conditions, state))
        items = {rule.items_from for path in opened for rule in self.rules.children.get(path, ()) if rule.items_from}
        for group in self.inputs.facts:
            if group.names & items:
                known += [self.stating(choice, state) for choice in group.choices if choice]
        for one in known[:MOST_KEYS]:
            yield _both(one, move)
        for first, second in combinations(known[:MOST_PAIRS], 2):
            yield _both(_both(first, second), move)

    def stating(self, choice: dict[str, Any], state: State) -> Move:
        """Return the recording of facts that don't stand so yet."""
        new = {name: value for name, value in choice.items() if state.fact(name) != value}
        asks = tuple(c.RecordFact(id=ID, by=self.one, fact=name, value=value) for name, value in new.items())
        return Move(tuple(f"fact {name} {value}" for name, value in new.items()), asks)

    def taking(self, record: str, values: dict[str, Any], item: str | None) -> Move:
        """Return the recording of values that no step asked for."""
        told = ", ".join(f"{field}: {value}" for field, value in values.items())
        ask = c.TakeRecord(id=ID, by=self.one, record=record, values=values, item=item)
        return Move((f"record {record}{f'.{item}' if item else ''} {{{told}}}",), (ask,))

    def unlocking(self, move: Move, state: State) -> Iterator[Move]:
        """Yield the move with what has to become known before it, where a gate refused it."""
        gate = self._gate(move.commands[-1])
        if gate is None:
            return
        gate = self._asked(gate)
        asked = facts_in(gate)
        before: list[Move] = [Move((), ())]
        for group in self.inputs.facts:
            if group.names & asked:
                before = [_both(one, self.stating(choice, state)) for one in before for choice in group.choices]
        for leaf, _ in leaves_of(gate, ()):
            if "record" in leaf:
                times = leaf.get("at_least", 1)
                known = self.inputs.records[leaf["record"]]
                ways = [self.taking(leaf["record"], values, leaf.get("item")) for values in known]
                before = [_both(one, _times(way, times)) for one in before for way in ways] + before
            if "progress" in leaf:
                record = leaf["progress"]["record"]
                item = leaf["progress"].get("item")
                ways = [self.taking(record, values, item) for values in self.inputs.records[record]]
                before = [_both(one, _both(low, high)) for one in before for low in ways for high in ways] + before
        for one in before[:MOST_KEYS]:
            if one.commands:
                yield _both(one, move)

    def _asked(self, gate: dict[str, Any]) -> dict[str, Any]:
        """Return a gate's condition with what its milestones rest on."""
        for key in ("all", "any"):
            if key in gate:
                return {key: [self._asked(part) for part in gate[key]]}
        if "not" in gate:
            return {"not": self._asked(gate["not"])}
        resting = gate.get("reached", gate.get("ref"))
        return self._asked(self.rules.milestones[resting]) if resting in self.rules.milestones else gate

    def _gate(self, command: Command) -> dict[str, Any] | None:
        if isinstance(command, c.Decide):
            return self.rules.steps[command.step].outcomes[command.outcome].needs
        if isinstance(command, c.OpenStep):
            return self.rules.steps[command.step].condition
        if isinstance(command, c.Happen):
            return self.rules.happenings[command.happening].condition
        return None


MOST_PAIRS = 8  # of what may be known before a stage opens, these are also tried two and two
MOST_KEYS = 64  # ways of making a gate's condition hold that are tried


def _both(first: Move, second: Move) -> Move:
    return Move((*first.words, *second.words), (*first.commands, *second.commands), second.ripe)


def _times(move: Move, times: int) -> Move:
    return Move(move.words * times, move.commands * times)
