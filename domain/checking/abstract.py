"""When two states are the same for a search: what lies ahead of them is the same, whatever lies behind.

A key holds, of what is still alive: which steps are open and which have been opened since their parent was, which
references have come true since a step began to wait for them, and the truth of what conditions look at. Days, people
and numbers of events are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.checking.inputs import matches, pure_blocks, record_atoms
from domain.checking.places import leaves_of
from domain.checking.slicing import ALIKE, MENU, conditions_in, gate_only
from domain.conditions import evaluate, refs_of
from domain.interpreter.settle import follows
from domain.rules import AFTER_EXIT, ROOT

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from domain.checking.slicing import Sliced
    from domain.interpreter import State
    from domain.interpreter.state import Instance
    from domain.rules import StepRule

Condition = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Looked:
    """A condition that has to be part of the key as long as one of its steps (none: always) may still open."""

    condition: Condition
    steps: tuple[str, ...]
    level: bool
    milestone: bool = False


class Abstraction:
    """Makes the keys of one programme's states."""

    def __init__(self, sliced: Sliced) -> None:
        self.rules = sliced.rules
        self.items_named = _items_named(sliced)
        self.at_gates = gate_only(self.rules)
        self.looked = list(self._looked())
        rules = self.rules.steps
        self.persons = sorted({path for rule in rules.values() for path in (*rule.not_by, *rule.same_as)})
        self.exits = {ref for ref in self._refs() if ref.startswith("exit.")}
        self.classes = {name: self._exit_class(name) for name in self.rules.exits}

    def _refs(self) -> Iterator[str]:
        yield from (ref for one in self.looked for ref in refs_of(one.condition))
        yield from (ref for rule in self.rules.steps.values() for one in conditions_in(rule) for ref in refs_of(one))

    def _looked(self) -> Iterator[_Looked]:
        """Yield what conditions look at; a fact that only a gate asks for can be stated at the gate itself."""
        for path, rule in self.rules.steps.items():
            gates = [one.needs for one in rule.outcomes.values() if one.needs is not None]
            gates += [rule.condition] if rule.condition is not None and rule.choose else []
            for gate in gates:
                yield _Looked(gate, (path,), level=False)
            levels = [rule.condition] if rule.condition is not None and not rule.choose else []
            levels += [one for one in (rule.required_if, *rule.items_if.values()) if one is not None]
            for level in levels:
                yield _Looked(level, (path,), level=True)
        for happening in self.rules.happenings.values():
            if happening.condition is not None:
                yield _Looked(happening.condition, (), level=False)
        for name, milestone in self.rules.milestones.items():
            if name in self.at_gates:
                yield _Looked(milestone, (), level=False)
                continue
            users = tuple(path for path, rule in self.rules.steps.items()
                          if any(name in refs_of(one) for one in conditions_in(rule)))  # fmt: skip
            others = [one for one in self.rules.milestones.values() if name in refs_of(one)]
            others += [one.condition for one in self.rules.happenings.values()
                       if one.condition and name in refs_of(one.condition)]  # fmt: skip
            yield _Looked(milestone, () if others else users, level=True, milestone=True)

    def _exit_class(self, name: str) -> Hashable:
        """Return what differs after an exit: two reasons with the same are looked at as one."""
        leaving = self.rules.exits[name]
        followed = tuple(rule.path for rule in self.rules.after_exit if follows(rule, name, leaving.cls))
        return (followed, leaving.hand_over is not None, f"exit.{name}" in self.exits and name)

    def key(self, state: State) -> Hashable:
        """Return the key of a state."""
        alive = _Alive(self, state)
        parts: list[Hashable] = [state.closed, self.classes[state.exit.reason] if state.exit else None]
        for path, rule in self.rules.steps.items():
            since = alive.since(rule)
            if since is not None:
                parts.append((path, self._step(state, rule, since)))
        parts.extend(self._truths(state, one, alive) for one in self.looked if alive.matters(one.steps))
        parts.extend(name in state.reached for name in self.rules.milestones if name not in self.at_gates)
        parts.extend(self._actors(state, path) for path in self.persons)
        return tuple(parts)

    def _step(self, state: State, rule: StepRule, since: int) -> Hashable:
        opened = state.seen.get(f"{rule.path}.opened", 0)
        here = opened > since
        running = [one for one in state.open.values() if one.path == rule.path]
        parts: list[Hashable] = [here, self._open(state, rule, running)]
        if rule.choose:
            used = sum(one.path == rule.path and one.item is None and one.opened_seq > since
                       for one in (*state.open.values(), *state.past.values()))  # fmt: skip
            parts.append(min(used, ALIKE) if rule.choose < MENU else None)
        if rule.every and here and not running:
            parts.append("stopped")
        if not here or rule.times > 1 or rule.choose:
            again = here and not rule.choose
            trigger = (rule.again or rule.after) if again else rule.after
            parts.append(_heard(trigger, state, opened if again else since, level=not again))
        if rule.times > 1:
            rounds = sum(one.path == rule.path and one.item is None and one.opened_seq > since
                         for one in state.past.values())  # fmt: skip
            parts.append(min(rounds, ALIKE))
        return tuple(parts)

    def _open(self, state: State, rule: StepRule, running: list[Instance]) -> Hashable:
        if not rule.grouped or not running:
            return tuple(one.required for one in running)
        done = [one for one in state.past.values()
                if one.path == rule.path and one.item and one.n == running[0].n and one.status == "done"]  # fmt: skip
        if rule.path in self.items_named:
            return (tuple(sorted(str(one.item) for one in running)), tuple(sorted(str(one.item) for one in done)))
        return (len(running), min(len(done), rule.enough or 0))

    def asked(self, state: State) -> list[Condition]:
        """Return the conditions whose facts and records make a difference in a state."""
        alive = _Alive(self, state)
        return [one.condition for one in self.looked if alive.matters(one.steps) and alive.asks(one)]

    def _truths(self, state: State, one: _Looked, alive: _Alive) -> Hashable:
        found: list[Hashable] = []
        asks = alive.asks(one)
        if asks:
            found.extend(evaluate(block, state) is True for block in pure_blocks(one.condition))
        for leaf, _ in leaves_of(one.condition, ()):
            if "ref" in leaf:
                found.append(leaf["ref"] in state.seen)
            elif "count" in leaf:
                most = max(leaf.get("from", 0), leaf.get("to", 0)) + 1
                found.append(min(state.count(leaf["count"]), most))
        for atom in record_atoms(one.condition) if asks else ():
            if "progress" in atom:
                rule = atom["progress"]
                observed = state.observed(rule["record"], rule.get("item"))
                values = [one[rule["field"]] for one in observed if one.get(rule["field"]) is not None]
                found.append((values[0], values[-1]) if len(values) > 1 else tuple(values))
            elif "record" in atom and atom.get("at_least", 1) > 1:
                matching = sum(
                    matches(atom, atom["record"], values) for values in state.observed(atom["record"], atom.get("item"))
                )
                found.append(min(matching, atom["at_least"]))
            else:
                found.append(evaluate(atom, state) is True)
        return tuple(found)

    def _actors(self, state: State, path: str) -> Hashable:
        latest = state.counts.get(path, 0)
        return tuple(sorted({str(one.actor) for one in state.past.values() if one.path == path and one.n == latest}))


class _Alive:
    """What may still happen in a state."""

    def __init__(self, abstraction: Abstraction, state: State) -> None:
        self.rules = abstraction.rules
        self.state = state
        self.known: dict[str, bool] = {}

    def since(self, rule: StepRule) -> int | None:
        """Return from when a step counts what it waits for, or None where it can't open now."""
        state = self.state
        if rule.parent == AFTER_EXIT:
            left = state.exit
            return left.seq if left is not None and follows(rule, left.reason, left.cls) else None
        if self.finished(rule.path) or (state.exit is not None and not rule.path.startswith(f"{AFTER_EXIT}.")):
            return None
        if rule.parent == ROOT:
            return 0
        parent = state.open.get(f"{rule.parent}#{state.counts.get(rule.parent, 0)}")
        return parent.opened_seq if parent is not None else None

    def matters(self, steps: tuple[str, ...]) -> bool:
        """Tell whether a condition may still be asked by one of these steps."""
        if not steps:
            return self.state.exit is None
        return any(not self.finished(path) for path in steps)

    def asks(self, one: _Looked) -> bool:
        """Tell whether what is known makes a difference now.

        What becomes known before a step waits for it can as well be recorded just before its stage opens: the moves
        that open a stage are tried with every choice (moves.beforehand).
        """
        if not one.level or one.milestone:
            return one.level
        for path in one.steps:
            rule = self.rules.steps[path]
            since = self.since(rule)
            if since is not None and (rule.times > 1 or self.state.seen.get(f"{path}.opened", 0) <= since):
                return True
        return False

    def finished(self, path: str) -> bool:
        """Tell whether a step is closed for good."""
        if path not in self.known:
            self.known[path] = self._finished(path)
        return self.known[path]

    def _finished(self, path: str) -> bool:
        rule, state = self.rules.steps[path], self.state
        if rule.parent == AFTER_EXIT:
            if state.exit is None:
                return False
            if not follows(rule, state.exit.reason, state.exit.cls):
                return True
        elif rule.parent != ROOT and self.finished(rule.parent):
            return True
        if state.exit is not None and not path.startswith(f"{AFTER_EXIT}."):
            return True
        around: StepRule | None = rule
        while around is not None:
            if around.times > 1 or around.every or around.choose:
                return False
            around = self.rules.steps.get(around.parent)
        return f"{path}.opened" in state.seen and not any(one.path == path for one in state.open.values())


def _heard(trigger: Condition | None, state: State, since: int, *, level: bool) -> Hashable:
    """Return which parts of a trigger have come true since a step began to wait."""
    if trigger is None:
        return None
    for key in ("all", "any"):
        if key in trigger:
            return tuple(_heard(part, state, since, level=level) for part in trigger[key])
    if "reached" in trigger:
        reached = state.reached.get(trigger["reached"])
        return reached is not None and (level or reached.seq > since)
    return state.seen.get(trigger["ref"], 0) > since


def _items_named(sliced: Sliced) -> set[str]:
    """Return the steps of which single items are referred to, or are there only for some."""
    rules = sliced.rules.steps
    refs = {ref for rule in rules.values() for one in conditions_in(rule) for ref in refs_of(one)}
    refs |= {ref for one in sliced.rules.milestones.values() for ref in refs_of(one)}
    return {path for path, rule in rules.items() if any(f"{path}.{item}" in refs for item in rule.items)}
