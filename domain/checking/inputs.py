"""What may become known: commands that record facts and values, one for each way in which conditions can tell apart.

Values are sampled so that every truth that the conditions on a fact or a record can have together is there once.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from domain.checking.places import leaves_of
from domain.checking.samples import DAY, births, samples, tests_of, tests_of_field
from domain.checking.slicing import conditions_in
from domain.conditions import evaluate
from domain.errors import Refusal
from domain.interpreter.values import check_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from domain.rules import FieldRule, Rules

MOST = 20_000  # combinations of facts or of one record's fields; beyond it the values are sampled, and that is said
BORN = "birth_date"


@dataclass(frozen=True, slots=True)
class Group:
    """Facts that conditions look at together, with a choice of values for everything that they can say of them."""

    names: frozenset[str]
    choices: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What may become known: facts by groups, and records."""

    facts: tuple[Group, ...]
    records: dict[str, tuple[dict[str, Any], ...]]
    whole: bool


@dataclass(frozen=True, slots=True)
class Known:
    """Some facts and records, as conditions look at them on the day of the referral."""

    facts: Mapping[str, Any]
    records: tuple[Mapping[str, Any], ...] = ()

    def fact(self, name: str) -> Any:
        """Return a fact."""
        return self.facts.get(name)

    def observed(self, _name: str, _item: str | None = None) -> tuple[Mapping[str, Any], ...]:
        """Return the records."""
        return self.records

    def day(self, _anchor: str) -> date:
        """Return the only day that there is: an age on the day of a step is tried on that day too."""
        return DAY

    def is_reached(self, _milestone: str) -> bool:
        """Nothing is reached yet."""
        return False

    def has_seen(self, _ref: str) -> bool:
        """Nothing has come true yet."""
        return False

    def count(self, _ref: str) -> int:
        """Nothing was done yet."""
        return 0


def inputs(rules: Rules) -> Inputs:
    """Return what may become known."""
    atoms = [atom for one in every_condition(rules) for atom in record_atoms(one)]
    blocks = list(_blocks(rules))
    whole = True
    groups = []
    for names in _together(blocks, rules):
        choices, complete = _facts(rules, sorted(names), blocks)
        groups.append(Group(frozenset(names), choices))
        whole = whole and complete
    records = {}
    for record in rules.records:
        records[record], complete = _records(rules, record, atoms)
        whole = whole and complete
    return Inputs(tuple(groups), records, whole)


def every_condition(rules: Rules) -> Iterator[dict[str, Any]]:
    """Yield every condition and trigger that the rules evaluate."""
    yield from (one for rule in rules.steps.values() for one in conditions_in(rule))
    yield from rules.milestones.values()
    yield from (one.condition for one in rules.happenings.values() if one.condition is not None)


def facts_in(condition: dict[str, Any]) -> set[str]:
    """Return the facts that a condition looks at."""
    leaves = [leaf for leaf, _ in leaves_of(condition, ())]
    return {leaf["fact"] for leaf in leaves if "fact" in leaf} | {BORN for leaf in leaves if "age" in leaf}


def pure_blocks(condition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the largest parts of a condition that look at nothing but facts."""
    leaves = [leaf for leaf, _ in leaves_of(condition, ())]
    if leaves and all("fact" in leaf or "age" in leaf for leaf in leaves):
        yield condition
        return
    for key in ("all", "any"):
        for part in condition.get(key, ()):
            yield from pure_blocks(part)
    if "not" in condition:
        yield from pure_blocks(condition["not"])


def _several(value: Any) -> int:
    """Return whether a fact names nobody, one or several."""
    return min(len(value), 2) if isinstance(value, list) else 0


def record_atoms(condition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what a condition asks of records: single conditions, or several of which any one is enough."""
    parts = condition.get("any", ())
    if parts and all("record" in part and part.get("at_least", 1) == 1 for part in parts):
        yield condition
        return
    for key in ("all", "any"):
        for part in condition.get(key, ()):
            yield from record_atoms(part)
    if "not" in condition:
        yield from record_atoms(condition["not"])
    if "record" in condition or "progress" in condition:
        yield condition


def _blocks(rules: Rules) -> Iterator[dict[str, Any]]:
    for condition in every_condition(rules):
        yield from pure_blocks(condition)


def _together(blocks: list[dict[str, Any]], rules: Rules) -> list[set[str]]:
    """Return the facts, those that one condition looks at together in one group."""
    groups: list[set[str]] = []
    items = [{rule.items_from} for rule in rules.steps.values() if rule.items_from]
    for names in [*(facts_in(block) for block in blocks), *items]:
        touching = [group for group in groups if group & names]
        groups = [group for group in groups if not group & names]
        groups.append(names.union(*touching))
    return groups


def _facts(rules: Rules, names: list[str], blocks: list[dict[str, Any]]) -> tuple[tuple[dict[str, Any], ...], bool]:
    """Return one combination of values for every combination of truths; nothing known first."""
    mine = [block for block in blocks if facts_in(block) & set(names)]
    axes: list[list[Any]] = []
    for name in names:
        known: list[Any] = births(mine) if name == BORN else samples(rules.facts[name], tests_of(mine, name))
        axes.append([None, *known])
    items = [name for name in names if any(rule.items_from == name for rule in rules.steps.values())]
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    combinations = 1
    for axis in axes:
        combinations *= len(axis)
    for values in islice(product(*axes), MOST):
        given = dict(zip(names, values, strict=True))
        truth = tuple(evaluate(block, Known(given)) is True for block in mine)
        teams = tuple(_several(given[name]) for name in items)
        found.setdefault((truth, teams), {name: value for name, value in given.items() if value is not None})
    return tuple(found.values()), combinations <= MOST


def _records(rules: Rules, record: str, atoms: list[dict[str, Any]]) -> tuple[tuple[dict[str, Any], ...], bool]:
    """Return values of a record, one for each way in which conditions tell records apart; the plainest first."""
    mine = [leaf for atom in atoms for leaf, _ in leaves_of(atom, ()) if leaf.get("record") == record]
    asking = [atom for atom in atoms if any(leaf.get("record") == record for leaf, _ in leaves_of(atom, ()))]
    moved = [atom["progress"]["field"] for atom in atoms if atom.get("progress", {}).get("record") == record]
    fields = rules.records[record]
    asked = {name for leaf in mine for name in leaf.get("where", {})} | set(moved)
    asked |= {part for name in asked if fields[name].derived for part in fields[name].derived or ()}
    axes: dict[str, list[Any]] = {}
    for name, field in fields.items():
        if field.derived:
            continue
        if name in asked:
            axes[name] = [*_enough(fields, name, mine), *([] if field.required else [None])]
        elif field.required and field.default is None:
            axes[name] = samples(field, [])[:1]
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    combinations = 1
    for axis in axes.values():
        combinations *= len(axis)
    for values in islice(product(*axes.values()), MOST):
        given = {name: value for name, value in zip(axes, values, strict=True) if value is not None}
        try:
            coded, sealed = check_record(rules, record, given)
        except Refusal:
            continue
        taken = {**coded, **sealed}
        truth = tuple(matches(atom, record, taken) for atom in asking)
        ends = tuple(
            taken.get(name) in (axes[name][0], axes[name][-1]) and taken.get(name) for name in moved if name in axes
        )
        found.setdefault((truth, ends), given)
    return tuple(found.values()) or ({},), combinations <= MOST


def matches(atom: dict[str, Any], record: str, values: Mapping[str, Any]) -> bool:
    """Tell whether one record matches what a condition asks of records."""
    leaves = [leaf for leaf, _ in leaves_of(atom, ()) if leaf.get("record") == record]
    return any(evaluate({**leaf, "at_least": 1}, Known({}, (values,))) is True for leaf in leaves)


def _enough(fields: dict[str, FieldRule], name: str, leaves: list[dict[str, Any]]) -> list[Any]:
    """Return samples of a field, with those at which a percentage that is derived from it crosses a limit."""
    field = fields[name]
    tests = [
        test
        for leaf in leaves
        if name in leaf.get("where", {})
        for test in tests_of_field([leaf], leaf["record"], name)
    ]
    for derived, other in fields.items():
        if other.derived and other.derived[0] == name:
            under = fields[other.derived[1]]
            base = under.default or under.high or under.low or 1
            for test in (test for leaf in leaves for test in tests_of_field([leaf], leaf["record"], derived)):
                tests += [{"is": _whole(test[key] * base / 100, field)} for key in ("from", "to", "is") if key in test]
    return samples(field, tests)


def _whole(value: float, field: FieldRule) -> float:
    step = field.step or 0.25
    return round(value / step) * step
