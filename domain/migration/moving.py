"""Where everybody's work stands under the next version: every instance, number and name carried over by the mapping.

What is open has to have a place in the new version, or the mapping says that it is removed. Several steps that become
one are done when all of them were; one that becomes several is open, or done, in each.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from domain.calendar import add
from domain.errors import Refusal
from domain.interpreter.dues import due_rule
from domain.interpreter.state import GROUPING
from domain.migration.mapping import BUILT_IN, Mapping
from domain.migration.waiting import keep_in_line
from domain.rules import AFTER_EXIT, ITEM, OWNER, ROOT, STAGE

if TYPE_CHECKING:
    from datetime import date

    from domain.interpreter.state import Instance, State
    from domain.interpreter.work import Work
    from domain.rules import Rules, StepRule


@dataclass(slots=True)
class Moving:
    """One pathway on its way: ``work`` already follows the new rules; ``keys`` is new instance keys by old."""

    old: Rules
    mapping: Mapping
    work: Work
    keys: dict[str, str] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    copies: list[Instance] = field(default_factory=list)

    @property
    def new(self) -> Rules:
        """The rules that are followed from now on."""
        return self.work.rules

    def paths(self, path: str, *, is_open: bool) -> tuple[str, ...]:
        """Return what a path becomes. Raises Refusal where open work would have no place."""
        if path in BUILT_IN:
            return (path,)
        became = self.mapping.paths(path)
        known = tuple(one for one in became if one in self.new.steps)
        if is_open and path in self.old.steps and became and not known:
            raise Refusal("migration_unmapped", step=path)
        for one in known:
            was, now = self.old.steps.get(path), self.new.steps[one]
            if is_open and was is not None and (was.kind == "stage") != (now.kind == "stage"):
                raise Refusal("migration_unmapped", step=path)
            if is_open and path.startswith(f"{AFTER_EXIT}.") != one.startswith(f"{AFTER_EXIT}."):
                raise Refusal("migration_crosses_exit", step=path)
        return known or ((path,) if not is_open else ())

    def move(self, state: State) -> None:
        """Carry over instances, numbers, references and names in place."""
        self._instances(state)
        self._references(state)
        keep_in_line(self.new, state)
        for name in ("milestones", "happenings"):
            there = state.reached if name == "milestones" else state.happened
            for old, new in getattr(self.mapping, name).items():
                if old in there:
                    there[new] = there.pop(old)
        for old_milestone in [name for name in state.reached if name not in self.new.milestones]:
            del state.reached[old_milestone]
            state.seen.pop(old_milestone, None)
        for old, new in self.mapping.facts.items():
            if old in state.facts:
                state.facts[new] = state.facts.pop(old)
        for old, new in self.mapping.records.items():
            if old in state.records:
                state.records[new] = state.records.pop(old)
        if state.exit is not None:
            reason = self.mapping.exits.get(state.exit.reason, state.exit.reason)
            if reason not in self.new.exits:
                raise Refusal("migration_exit_unknown", exit=state.exit.reason)
            key = self.keys.get(state.exit.key or "", state.exit.key)
            state.exit = replace(state.exit, reason=reason, cls=self.new.exits[reason].cls, key=key)
        if any(old != new for old, new in self.keys.items()):
            state.records = {
                name: tuple(replace(entry, key=self.keys.get(entry.key or "", entry.key)) for entry in entries)
                for name, entries in state.records.items()
            }

    # ------------------------------------------------------------------------------------------------- instances

    def _instances(self, state: State) -> None:
        groups: dict[str, list[tuple[Instance, bool]]] = {}
        for one in (*state.past.values(), *state.open.values()):
            became = self.paths(one.path, is_open=one.status == "open")
            if not became:
                self.removed.append(one.key)
                continue
            for place, path in enumerate(became):
                groups.setdefault(path, []).append((one, place > 0))
        state.open, state.past = {}, {}
        for path, found in groups.items():
            self._place(state, path, found)
        order = sorted(state.open.values(), key=lambda one: one.opened_seq)
        state.open = {one.key: one for one in order}
        for key, one in state.open.items():
            rule = self.new.steps.get(one.path)
            day = None if rule is None or one.kind in GROUPING else self._earliest(state, one, rule)
            if rule is not None and day != one.not_before:
                state.open[key] = replace(one, not_before=day)

    def _place(self, state: State, path: str, found: list[tuple[Instance, bool]]) -> None:
        """Give the instances of one path their keys; of several that run and become one the first goes on."""
        sources = list(dict.fromkeys(one.path for one, _ in found))
        if len(sources) > 1:
            found = self._joined(found)
        rule = self.new.steps.get(path)
        rounds: dict[tuple[str, int], int] = {}
        for one, copied in found:
            n = one.n if len(sources) == 1 else rounds.setdefault((one.path, one.n), len(rounds) + 1)
            item = self.mapping.items.get(one.path, {}).get(one.item or "", one.item)
            key = f"{path}[{item}]#{n}" if item else f"{path}#{n}"
            placed = one
            if (key, path, n, item) != (one.key, one.path, one.n, one.item) or one.path in self.mapping.outcomes:
                placed = replace(one, key=key, path=path, n=n, item=item, outcome=self._outcome(one))
            placed = self.shaped(placed, rule)
            (state.open if one.status == "open" else state.past)[key] = placed
            if copied:
                self.copies.append(placed)
            else:
                self.keys[one.key] = key

    def _outcome(self, one: Instance) -> str | None:
        return self.mapping.outcomes.get(one.path, {}).get(one.outcome or "", one.outcome)

    def _joined(self, found: list[tuple[Instance, bool]]) -> list[tuple[Instance, bool]]:
        """Return past rounds first, then the one that goes on; the other open ones end as merged."""
        past = [(one, copied) for one, copied in found if one.status != "open"]
        running = sorted((pair for pair in found if pair[0].status == "open"), key=lambda pair: pair[0].opened_seq)
        lead = running[0][0] if running else None
        stay = [pair for pair in running if lead is not None and (pair[0].path, pair[0].n) == (lead.path, lead.n)]
        self.merged += [one.key for one, _ in running if (one, False) not in stay and (one, True) not in stay]
        return [*past, *stay]

    def shaped(self, one: Instance, rule: StepRule | None) -> Instance:
        """Return an instance as the new rule has it: who does it, whether it is required, what time decides."""
        if rule is None or one.status != "open":
            return one
        by = one.item if rule.by == ITEM and one.item else OWNER if rule.by == ITEM else rule.by
        kind = one.kind if one.kind in GROUPING else rule.kind
        at_due = None if kind in GROUPING else rule.at_due
        anchor = due_rule(rule.due).anchor if rule.due else one.anchor
        same = (one.by, one.kind, one.standing, one.never_paused, one.at_due, one.anchor)
        if same == (by, kind, rule.standing, rule.never_paused, at_due, anchor):
            return one
        return replace(
            one, by=by, kind=kind, standing=rule.standing, never_paused=rule.never_paused, at_due=at_due, anchor=anchor
        )

    def _earliest(self, state: State, one: Instance, rule: StepRule) -> date | None:
        """Return the first day on which the new rule lets it be done."""
        if rule.not_before is None:
            return None
        text = due_rule(rule.not_before)
        around = state.open.get(f"{rule.parent}#{state.counts.get(rule.parent, 0)}")
        day = one.opened_on if text.anchor == "opening" else state.day(text.anchor) or one.opened_on
        if text.anchor == STAGE:
            day = around.opened_on if around else self.work.day
        return add(day, text.span)

    # ------------------------------------------------------------------------------------------------ references

    def _references(self, state: State) -> None:
        """Rename what has come true, and how often each step has opened."""
        seen: dict[str, list[int]] = {}
        sources: dict[str, set[str]] = {}
        for ref, seq in state.seen.items():
            for became in self.mapping.ref(ref, self.old.steps):
                seen.setdefault(became, []).append(seq)
                sources.setdefault(became, set()).add(ref)
        wanted = self._all_of()
        state.seen = {
            ref: max(numbers) for ref, numbers in seen.items() if sources[ref] >= wanted.get(ref, frozenset())
        }
        counts: dict[str, int] = {}
        for path, number in state.counts.items():
            for became in self.mapping.paths(path) or (path,):
                counts[became] = counts.get(became, 0) + number
        state.counts = counts
        for one in (*state.past.values(), *state.open.values()):
            state.counts[one.path] = max(one.n, state.counts.get(one.path, 0))

    def _all_of(self) -> dict[str, frozenset[str]]:
        """Return, for each step that several become, what must all have come true for it to be done, or ended."""
        sources: dict[str, set[str]] = {}
        for path in self.old.steps:
            for became in self.mapping.paths(path):
                sources.setdefault(became, set()).add(path)
        joined = {path: several for path, several in sources.items() if len(several) > 1}
        return {
            f"{path}{ending}": frozenset(f"{one}{ending}" for one in several)
            for path, several in joined.items()
            for ending in ("", ".ended")
        }


def missing_stages(rules: Rules, state: State) -> list[str]:
    """Return the stages that open work needs around it and that aren't open, outer ones first."""
    found: list[str] = []
    for one in state.open.values():
        rule = rules.steps.get(one.path)
        path = rule.parent if rule else ROOT
        above: list[str] = []
        while path not in (ROOT, AFTER_EXIT):
            if f"{path}#{state.counts.get(path, 0)}" not in state.open:
                above.append(path)
            path = rules.steps[path].parent
        found += [each for each in reversed(above) if each not in found]
    return found
