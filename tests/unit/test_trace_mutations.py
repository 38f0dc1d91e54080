"""Each line that ``programme trace`` names is removed and changed in turn; no row's check may stay green.

A removal may also be refused when the definition is compiled. So that a check, and not the compiler alone, guards each
line, one of its mutations has to give a definition that compiles.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import ValidationError

from domain.errors import Refusal
from domain.format.reading import DefinitionError
from domain.script import ScriptError
from service.tracing import Row, page, place_of, rows_of
from tests.unit import test_koll_rows
from tests.unit.koll_rows import CHECKS, Koll, shipped

ROOT = Path(__file__).parent.parent.parent
Where = Literal["programme", "operation"]
ROWS = {row.id: row for row in rows_of("koll")}

# What each place is changed to: another value that is as well-formed, and wrong; a function makes it of the old one.
CHANGES: dict[str, Any] = {
    "esf.project_number": "2019/00520", "esf.region": "Västsverige", "esf.postcode": "55198",
    "owner": "En annan kommun",
    "planned.0": {"value": 93, "unit": "participants", "source": "K3"},
    "planned.1": {"value": 94, "unit": "undergo the inventory", "source": "K4"},
    "planned.2": {"value": 94, "unit": "offered the inventory", "source": "K5"},
    "planned.3": {"value": 25, "unit": "per cent of those who enter the activity phase reach 25 %", "source": "K20"},
    "starts": "2020-01-03", "ends": "2022-06-29",
    "budget.total": 11_890_678, "budget.esf": 5_588_619, "budget.esf_percent": 47.01,
    "budget.union_rate_percent": 53.95,
    "esf.programme_area": "1", "esf.specific_objective": "2.1", "esf.intervention_type": "102",
    "partners.0": {"name": "Socialtjänsten", "part": "partner", "source": "K11"},
    "partners.7": {"name": "Botkyrka kommun", "part": "partner", "source": "K21"},
    "milestones.inventory_done": {"ref": "inventory.opened"},
    "facts.inventory_offered": {"type": "text"},
    "eligible.0": {"age": {"from": 36, "to": 55, "at": "referral"}},
    "eligible.1": {"fact": "assistance", "in": ["long_term", "recurrent"]},
    "eligible.2": {"fact": "complex_problems", "known": True},
    "steps.intake.steps.eligibility.decide.accepted.needs": {"age": {"from": 35, "to": 55, "at": "referral"}},
    "steps.inventory": lambda part: {**part, "after": "acknowledge"},
    "steps.activity.steps.work_training": lambda part: {**part, "choose": 1},
    "after_exit.received": lambda part: {**part, "by": "owner"},
    "steps.inventory.after": "acknowledge",
    "steps.inventory.steps.domain.by": "team",
    "steps.inventory.steps.recommendation.after": "domain.health",
    "steps.activity.steps.plan": {"label": {"sv": "Planera", "en": "Plan"}, "by": "owner", "choose": 1},
    "steps.inventory.steps.gate.decide.go_on": {"label": {"sv": "går vidare", "en": "goes on"}},
    "steps.inventory.steps.gate.after": "domain.all",
    "steps.activity.after": "recommendation.go_on",
    "steps.inventory.steps.gate.decide.return.exit": "dropped_out",
    "exits.returned.hand_over": "provider",
    "reopen_within": "61 days",
    "records.inventory.for": ["health", "social_situation", "functional_variation", "work_and_schooling"],
    "steps.inventory.steps.domain.for_each": ["health", "social_situation"],
    "steps.inventory.steps.domain.record": "activity_level",
    "steps.activity.label.sv": "Arbetsfas",
    "milestones.activity_phase": {"ref": "gate"},
    "milestones.reached_25.where.percent": {"from": 30},
    "milestones.reached_25.where.environment": "ordinary",
    "records.activity_level.fields.percent": {"derived": "full_time / hours_per_week"},
    "records.activity_level.fields.full_time.default": 38,
    "targets.activity_25.count": "activity_phase", "targets.activity_25.of": "referral",
    "targets.activity_25.at_least": "25 %",
    "steps.activity.steps.way_forward.after": ["work_training"],
    "steps.activity.steps.way_forward.decide.preparatory": {
        "exit": "dropped_out", "label": {"sv": "annat", "en": "other"}},
}  # fmt: skip


@dataclass(frozen=True)
class Mutation:
    """A version of Koll in which one place is another."""

    row: str
    where: Where
    place: str
    change: bool

    def __str__(self) -> str:
        return f"{self.row}-{'change' if self.change else 'remove'}-{self.place}"

    def koll(self) -> Koll:
        """Return Koll without the place, or with another value there."""
        plain = shipped()
        data = copy.deepcopy({"programme": plain.programme, "operation": plain.operation_data})
        *above, last = place_of(self.place)
        node: Any = data[self.where]
        for part in above:
            node = node[part]
        if self.change:
            change = CHANGES[self.place]
            node[last] = change(node[last]) if callable(change) else change
        else:
            del node[last]
        return Koll(data["programme"], data["operation"])


def _mutations() -> Iterator[Mutation]:
    for row in ROWS.values():
        for where in ("programme", "operation"):
            for place in getattr(row.rule, where):
                yield Mutation(row.id, where, place, change=False)
                if place in CHANGES:
                    yield Mutation(row.id, where, place, change=True)


MUTATIONS = list(_mutations())


def _compiles(koll: Koll) -> bool:
    try:
        return bool(koll.rules.hash and koll.operation.operation)
    except (DefinitionError, ValidationError):
        return False


@pytest.mark.parametrize("mutation", MUTATIONS, ids=str)
def test_no_check_stays_green(mutation: Mutation) -> None:
    with pytest.raises(
        (AssertionError, Refusal, ScriptError, DefinitionError, ValidationError, KeyError, ValueError, IndexError)
    ):
        CHECKS[mutation.row](mutation.koll())


def test_a_check_and_not_the_compiler_alone_guards_each_line() -> None:
    guarded = {(each.row, each.place) for each in MUTATIONS if _compiles(each.koll())}

    named = {(row.id, place) for row in ROWS.values() for place in (*row.rule.programme, *row.rule.operation)}
    assert sorted(named - guarded) == []


def test_every_row_is_told_and_every_test_it_names_exists() -> None:
    assert list(ROWS) == [f"K{number}" for number in range(1, 25)]
    for row in ROWS.values():
        if row.rule.status == "held":
            assert row.rule.programme or row.rule.operation, row.id
            assert callable(getattr(test_koll_rows, row.rule.test or "")), row.id
            assert row.id in CHECKS
        assert row.rule.proof != "text" or row.rule.answer is not None, row.id


def test_rows_that_need_behaviour_have_it() -> None:
    def needs(row: Row) -> bool:
        return row.id in ("K15", "K16") or any(kind in "NDSRPIG" for kind in row.rule.kind.split(", "))

    assert [row.id for row in ROWS.values() if needs(row) and row.rule.proof != "behaviour"] == []


def test_the_page_is_current() -> None:
    written = (ROOT / "docs/traceability.md").read_text("utf-8")

    assert written == page(), "run: python -m service.tracing > docs/traceability.md"
