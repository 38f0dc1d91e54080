"""The search: every state that people, time and chance can lead to, breadth first, each promise checked in each.

The real ``advance`` is played on real states, so what is proved is the interpreter itself. Two states with the same key
(abstract.py) are looked at once. All happens on one day; that time passes is a move of its own, which lets any one
deadline fall due. When the budget ends before the states do, random walks look further in, and that is said.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from random import Random
from typing import TYPE_CHECKING

from domain import commands as c
from domain.calendar import add
from domain.checking.abstract import Abstraction
from domain.checking.finding import Finding, Subject
from domain.checking.inputs import inputs
from domain.checking.moves import ID, WORDS, Move, Moves
from domain.checking.places import place_of
from domain.checking.promises import broken, driven_by_nobody
from domain.checking.samples import DAY
from domain.checking.slicing import sliced
from domain.errors import Refusal
from domain.interpreter import advance
from domain.interpreter.dues import span
from domain.interpreter.settle import EndlessLoopError
from domain.interpreter.state import GROUPING
from domain.rules import AFTER_EXIT

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from domain.events import Event
    from domain.interpreter import State

NOW = datetime.combine(DAY, time(10), UTC)
WALK = 120  # moves of one random walk; Koll's longest way out has thirty
FIRST = ((), None)


@dataclass(slots=True)
class Node:
    """A state that was found, and how: the one before it and what was done."""

    state: State
    before: Hashable | None
    words: tuple[str, ...]
    after: list[tuple[Hashable, bool]] = field(default_factory=list)
    looked: bool = False
    leads_out: bool = False
    undone: bool = False


@dataclass(slots=True)
class Searched:
    """What a search found, and how far it got."""

    states: int = 0
    moves: int = 0
    exhaustive: bool = False
    walks: int = 0
    walked: int = 0
    seed: int = 0
    left_out: int = 0
    findings: list[Finding] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


class Search:
    """A search through one definition; ``go_on`` says whether there is time left."""

    def __init__(self, subject: Subject, *, go_on: Callable[[float], bool], seed: int = 1) -> None:
        self.subject = subject
        self.go_on = go_on
        self.slice = sliced(subject.rules)
        self.inputs = inputs(self.slice.rules)
        self.abstraction = Abstraction(self.slice)
        self.moves = Moves(self.slice, self.inputs, self.abstraction)
        self.nodes: dict[Hashable, Node] = {}
        self.found: dict[tuple[object, ...], Finding] = {}
        self.result = Searched(seed=seed, left_out=len(self.slice.left_out))

    def run(self) -> Searched:
        """Look at everything, or as much as the budget allows."""
        waiting: deque[Hashable] = deque()
        for move in self.moves.first():
            self._arrive(None, None, move, waiting)
        while waiting and self.go_on(0.7):
            key = waiting.popleft()
            node = self.nodes[key]
            node.looked = True
            for move in self.moves.on(node.state):
                self._arrive(key, node.state, move, waiting)
        result = self.result
        result.states, result.exhaustive = len(self.nodes), not waiting and self.inputs.whole
        for one in self._stuck():
            self._note(one)
        if waiting:
            self._walks()
        if result.exhaustive and not self.found:
            for one in self._never():
                self._note(one)
        result.findings = list(self.found.values())
        return result

    def _note(self, finding: Finding) -> None:
        self.found.setdefault((finding.code, finding.place), finding)

    def story(self, key: Hashable | None, words: Iterable[str] = ()) -> tuple[str, ...]:
        """Return what leads to a state, and what is done there."""
        told = list(words)
        while key is not None:
            node = self.nodes[key]
            told[:0] = node.words
            key = node.before
        return tuple(told)

    def _arrive(self, before: Hashable | None, state: State | None, move: Move, waiting: deque[Hashable]) -> None:
        for way, after in self._results(before, state, move):
            key = self.abstraction.key(after)
            by_hand = _by_hand(way, self.subject)
            if before is not None:
                self.nodes[before].after.append((key, by_hand))
                self.nodes[before].leads_out |= after.exit is not None and not by_hand
            if key not in self.nodes:
                self.nodes[key] = Node(after, before, way.words)
                waiting.append(key)
                self._check(after, self.story(key))
            if after.exit is not None and before is not None and state and not state.exit:
                if self.nodes[before].undone:
                    continue
                self.nodes[before].undone = True
                self._undone(after, self.story(before, way.words))

    def _results(self, before: Hashable | None, state: State | None, move: Move) -> Iterator[tuple[Move, State]]:
        """Yield every state that a move can lead to, with what was recorded first."""
        for way in self._ways(state, move):
            taken = self._take(state, way, self.story(before, way.words))
            if taken is None:
                continue
            yield way, taken[1]
            opened = {event.step or "" for event in taken[0] if event.type == "Opened"}
            opened |= {AFTER_EXIT for event in taken[0] if event.type == "Exited"}
            for known in self.moves.beforehand(way, state, opened) if state is not None else ():
                also = self._take(state, known, self.story(before, known.words))
                if also is not None:
                    yield known, also[1]

    def _ways(self, state: State | None, move: Move) -> Iterator[Move]:
        """Yield the move; where a gate refuses it, with what has to become known first."""
        yield move
        if state is not None and self.refused == "needs":
            yield from self.moves.unlocking(move, state)

    refused = ""

    def _take(self, state: State | None, move: Move, story: tuple[str, ...]) -> tuple[list[Event], State] | None:
        """Return the events of a move and the state after it, or None where it is refused."""
        self.refused = ""
        events: list[Event] = []
        if move.ripe is not None and state is not None:
            state = state.copy()
            state.open[move.ripe] = replace(state.open[move.ripe], due=NOW)
        for command in move.commands:
            self.result.moves += 1
            try:
                made, state = advance(rules=self.slice.rules, state=state, command=command, now=NOW)
            except Refusal as refusal:
                self.refused = "needs" if refusal.code in GATES else refusal.code
                return None
            except EndlessLoopError:
                self._note(Finding("endless_loop", self._where(state), {"step": self._named(state)}, story))
                return None
            except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
                words = {"problem": f"{type(error).__name__}: {error}"}
                self._note(Finding("engine_stops", self._where(state), words, story))
                return None
            events.extend(made)
            self._saw(made)
            for one in driven_by_nobody(self.subject, made, story):
                self._note(one)
        return None if state is None else (events, state)

    def _saw(self, events: Iterable[Event]) -> None:
        for event in events:
            if event.type == "Opened":
                self.result.seen.add(f"{event.step}.opened")
            elif event.type == "Done" and event.coded.get("outcome"):
                self.result.seen.add(f"{event.step}.{event.coded['outcome']}")

    def _where(self, state: State | None) -> tuple[str | int, ...]:
        path = self._named(state)
        return place_of(path, self.subject.definition) if path in self.subject.rules.steps else ("steps",)

    def _named(self, state: State | None) -> str:
        opened = [one for one in state.open.values() if one.path in self.subject.rules.steps] if state else []
        return max(opened, key=lambda one: one.opened_seq).path if opened else "steps"

    def _check(self, state: State, story: tuple[str, ...]) -> None:
        for one in broken(self.subject, state, story):
            self._note(one)
        if state.exit is None:
            resume_by = add(DAY, span(self.subject.rules.watch.pause_at_most))
            reason = self.subject.rules.watch.pause_reasons[0]
            pause = Move((f"pause {reason}",), (c.Pause(id=ID, by=self.moves.one, reason=reason, resume_by=resume_by),))
            paused = self._take(state, pause, (*story, *pause.words))
            if paused is not None:
                for one in broken(self.subject, paused[1], (*story, *pause.words)):
                    self._note(one)

    def _undone(self, state: State, story: tuple[str, ...]) -> None:
        """Take an exit back: what it ended is open again, and the promises of before hold."""
        reopen = Move(("reopen",), (c.Reopen(id=ID, by=self.moves.one, reason=WORDS),))
        back = self._take(state, reopen, (*story, *reopen.words))
        if back is not None:
            for one in broken(self.subject, back[1], (*story, *reopen.words)):
                self._note(one)

    def _stuck(self) -> Iterator[Finding]:
        """Yield the states from which no decision leads out: first those that are found first."""
        behind: dict[Hashable, list[Hashable]] = {}
        for key, node in self.nodes.items():
            for after, by_hand in node.after:
                if not by_hand:
                    behind.setdefault(after, []).append(key)
        good = [key for key, node in self.nodes.items() if node.leads_out or not node.looked]
        leads = set(good)
        while good:
            for key in behind.get(good.pop(), ()):
                if key not in leads:
                    leads.add(key)
                    good.append(key)
        told: set[tuple[str, ...]] = set()
        for key, node in self.nodes.items():
            if key in leads or node.state.exit is not None:
                continue
            inside = tuple(one.path for one in node.state.open.values() if one.path in self.subject.rules.steps)
            if inside not in told and len(told) < MOST_STUCK:
                told.add(inside)
                yield Finding(
                    "stuck", self._last_closed(node.state), {"open": ", ".join(inside) or "-"}, self.story(key)
                )

    def _last_closed(self, state: State) -> tuple[str | int, ...]:
        steps = self.subject.rules.steps
        closed = [one for one in state.past.values() if one.path in steps and one.kind not in GROUPING]
        path = max(closed, key=lambda one: one.closed_seq).path if closed else self._named(state)
        return place_of(path, self.subject.definition) if path in steps else ("steps",)

    def _never(self) -> Iterator[Finding]:
        """Yield what happened on no path at all, where every path was looked at."""
        for path, rule in self.slice.rules.steps.items():
            place = place_of(path, self.subject.definition)
            if f"{path}.opened" not in self.result.seen:
                yield Finding("step_never_opens", place, {"step": path})
                continue
            for outcome in () if self.moves.plain(rule) else rule.outcomes:
                if f"{path}.{outcome}" not in self.result.seen:
                    words = {"step": path, "outcome": outcome}
                    yield Finding("outcome_never_possible", (*place, "decide", outcome), words)

    def _walks(self) -> None:
        """Walk at random, further in than the budget let the search go."""
        random = Random(self.result.seed)  # noqa: S311 - where to look next needs chance, no secrecy
        starts = [key for key, node in self.nodes.items() if not node.looked]
        known = set(self.nodes)
        while self.go_on(1.0):
            self.result.walks += 1
            key = random.choice(starts)
            state, story = self.nodes[key].state, list(self.story(key))
            for _ in range(WALK):
                moves = list(self.moves.on(state))
                if not moves:
                    break
                move = random.choice(moves)
                taken = next((one for way in self._ways(state, move)
                              if (one := self._take(state, way, (*story, *way.words))) is not None), None)  # fmt: skip
                if taken is None:
                    continue
                state = taken[1]
                story += move.words
                found = self.abstraction.key(state)
                if found not in known:
                    known.add(found)
                    self.result.walked += 1
                    self._check(state, tuple(story))


GATES = ("needs_not_met", "menu_not_for_this_person", "happening_not_now")
MOST_STUCK = 3


def _by_hand(move: Move, subject: Subject) -> bool:
    """Tell whether a move leaves the programme by hand, or by something that nobody plans for."""
    command = move.commands[-1]
    if isinstance(command, c.Happen):
        leads = (
            subject.rules.happenings[command.happening].exit if command.happening in subject.rules.happenings else None
        )
        return leads is not None and subject.rules.exits[leads].cls != "completed"
    return isinstance(command, c.Exit)
