"""What each row of Koll's description demands, as a check that any version of the definition can be put to.

A check raises AssertionError, or the refusal that a story met. ``test_koll_rows`` puts the shipped definition to all of
them; ``test_trace_mutations`` changes one line at a time and expects a red one.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cli.nouns.operation import _show as show_operation
from cli.nouns.telling_programme import tell as show_programme
from cli.texts import Say
from domain.commands import Reenter
from domain.errors import Refusal
from domain.events import EventType
from domain.format.compiling import compile_programme
from domain.format.model import ProgrammeDef
from domain.format.reading import Document, read
from domain.interpreter import State
from domain.interpreter.values import percentage
from domain.operations import OperationDef
from domain.people import THE_SYSTEM
from domain.rules import Rules
from domain.script import story
from domain.simulation import Simulation
from domain.stories import frame_of, play
from service.publishing import Programme, operation_file, programme_file

MONDAY = date(2020, 2, 3)
GIVEN = {"assistance": "long_term", "complex_problems": True, "birth_date": "1975-05-05"}
AREAS = ("health", "social_situation", "functional_variation", "work_and_schooling", "labour_market")
INVENTORY = [f"record domain.{area}" for area in AREAS]
ACKNOWLEDGED: dict[int, list[Any]] = {0: ["refer"], 1: ["done acknowledge"]}
ACCEPTED = {**ACKNOWLEDGED, 3: ["decide eligibility accepted"]}
INVENTORIED = {**ACCEPTED, 9: INVENTORY}
RECOMMENDED = {**INVENTORIED, 12: ["decide recommendation go_on"]}
ENTERED = {**RECOMMENDED, 13: ["decide gate go_on"]}
PLANNED = {**ENTERED, 20: ["done plan"]}
RETURNED = {**INVENTORIED, 12: ["decide recommendation return"], 13: ["decide gate return"]}


@dataclass(frozen=True)
class Koll:
    """A version of the definition and of the operation, as data."""

    programme: dict[str, Any]
    operation_data: dict[str, Any]

    @cached_property
    def definition(self) -> ProgrammeDef:
        """The definition."""
        return ProgrammeDef.model_validate(self.programme)

    @cached_property
    def rules(self) -> Rules:
        """The rules. Raises DefinitionError."""
        return compile_programme(self.definition, Document(self.programme))

    @cached_property
    def operation(self) -> OperationDef:
        """The operation."""
        return OperationDef.model_validate(self.operation_data)

    def play(self, days: dict[int, list[Any]], *, until: int | None = None, **given: Any) -> Simulation:
        """Play what staff do on days after a Monday's referral."""
        told = story({"name": "row", "given": {**GIVEN, **given}, "days": days})
        end = None if until is None else datetime.combine(MONDAY + timedelta(days=until), time(12), UTC)
        return play(self.rules, told, start=MONDAY, until=end)

    def after(self, days: dict[int, list[Any]], **given: Any) -> State:
        """Return the state after a story."""
        state = self.play(days, **given).state
        assert state is not None
        return state

    def refused(self, days: dict[int, list[Any]], **given: Any) -> str | None:
        """Return the code with which a story was refused, or None."""
        try:
            self.play(days, **given)
        except Refusal as refusal:
            return refusal.code
        return None

    def planned(self, unit: str) -> float:
        """Return the planned number of a unit; there is one, or it isn't stated."""
        (found,) = [one.value for one in self.operation.planned if one.unit == unit]
        return found

    def figure(self, target: str, states: Sequence[State]) -> tuple[int, int]:
        """Return how many count and of how many, as a target says."""
        rule = self.definition.targets[target]
        base = [state for state in states if state.has_seen(rule.of)]
        return sum(state.has_seen(rule.count) for state in base), len(base)

    def shown(self) -> str:
        """Return what ``programme show`` and ``operation show`` print, in both languages."""
        said = io.StringIO()
        with redirect_stdout(said):
            for language in ("sv", "en"):
                say = Say(language)
                show_operation(cast("Any", SimpleNamespace(say=say)), self.operation)
                source = programme_file("koll").read_text("utf-8")
                show_programme(Programme(self.rules, self.definition, source), say)
        return said.getvalue()


@cache
def shipped() -> Koll:
    """Return Koll as it ships."""
    return Koll(
        read(programme_file("koll").read_text("utf-8")).data, read(operation_file("koll-2020").read_text("utf-8")).data
    )


def open_paths(state: State, *, prefix: str = "") -> set[str]:
    """Return what is open, groups and stages too."""
    return {one.path for one in state.open.values() if one.path.startswith(prefix)}


def told(played: Simulation, about: str) -> list[str]:
    """Return the roles that were answered about something."""
    return [event.coded["to"] for event in played.events
            if event.type is EventType.TOLD and event.coded["about"] == about]  # fmt: skip


# ------------------------------------------------------------------------------------------- what is shown


def _shows(koll: Koll, *texts: str) -> None:
    shown = koll.shown()
    for text in texts:
        assert text in shown, text


def k1(koll: Koll) -> None:
    """Number, region, postcode."""
    _shows(koll, "ESF 2019/00502, Småland och Öarna, 55189 [K1, K8]")


def k2(koll: Koll) -> None:
    """The owner."""
    _shows(koll, "Jönköpings kommun, Individ- och familjeomsorgen [K2, K11]")


def k8(koll: Koll) -> None:
    """Programme area, specific objective, intervention type."""
    _shows(koll, "Programområde 2, specifikt mål 2.3, interventionstyp 109 [K1, K8]")


def k11(koll: Koll) -> None:
    """The two units that co-operate."""
    _shows(
        koll, "Försörjningsstödet: co-operating unit of the municipality [K11]",
        "Arbetsmarknadsavdelningen: co-operating unit of the municipality [K11]",
    )  # fmt: skip


def k21(koll: Koll) -> None:
    """Five partners and a reference municipality."""
    partners = ("Region Jönköpings län", "Arbetsförmedlingen", "Försäkringskassan",
                "Samordningsförbundet Södra Vätterbygden", "Kommunal utveckling")  # fmt: skip
    _shows(koll, *(f"  {name}: partner [K21]" for name in partners))
    _shows(koll, "  Botkyrka kommun: reference municipality [K21]")


def k23(koll: Koll) -> None:
    """That the instrument is unknown, and which one is likely."""
    _shows(koll, "Dialog om arbetsförmåga (DOA) is a likely one, by our reading (K23)")


def k24(koll: Koll) -> None:
    """Each silence, and the house value that stands in its place."""
    _shows(
        koll, "which professions take part in the inventory (K24)", "how long the inventory takes (K24)",
        "who decides to go on or return, and by when (K24)", "what 25 % is measured against (K24)",
        "whether the target is the same for women and men (K24)",
        "every due rule, reminder and escalation (the Stegvis project",
        "the manager decides at the gate, and not the one who recommended",
        "one assessor for each of the five areas",
        "full time is 40 hours a week, so 25 % is 10 hours",
    )  # fmt: skip


# ------------------------------------------------------------------------------------------- numbers and days


def k3(koll: Koll) -> None:
    """Accepted people, as a share of the planned participants."""
    states = [koll.after(ACCEPTED), koll.after(ACKNOWLEDGED)]

    accepted = sum(state.is_reached("accepted") for state in states)

    assert percentage(accepted, koll.planned("participants")) == 1.06  # one of 94


def k4(koll: Koll) -> None:
    """Undergone: on the day on which the last of the five areas is assessed, and not before."""
    early = koll.after({**ACCEPTED, 9: INVENTORY[:-1]})
    undergone = koll.after({**ACCEPTED, 9: INVENTORY[:-1], 11: INVENTORY[-1:]})

    assert not early.is_reached("inventory_done")
    assert undergone.reached["inventory_done"].on == MONDAY + timedelta(days=11)
    assert koll.planned("undergo the inventory") == 120


def k5(koll: Koll) -> None:
    """Offered and undergone are two counts of different people."""
    offered = {"fact": "inventory_offered", "value": True}
    states = [koll.after({**ACCEPTED, 4: [offered]}), koll.after({**INVENTORIED, 10: [offered]}), koll.after(ACCEPTED)]

    assert sum(state.fact("inventory_offered") is True for state in states) == 2
    assert sum(state.is_reached("inventory_done") for state in states) == 1
    assert koll.planned("offered the inventory") == 120


def k6(koll: Koll) -> None:
    """The first and the last day are inside; the days beside them are not."""
    for day, code in (
        (date(2020, 1, 1), "day_before_the_operation"), (date(2020, 1, 2), None), (date(2022, 6, 30), None),
        (date(2022, 7, 1), "day_after_the_operation"),
    ):  # fmt: skip
        assert _covered(koll.operation, day) == code, day


def _covered(operation: OperationDef, day: date) -> str | None:
    try:
        operation.covers(day)
    except Refusal as refusal:
        return refusal.code
    return None


def k7(koll: Koll) -> None:
    """The share that the fund pays follows from the two amounts."""
    money = koll.operation.budget

    assert (money.total, money.esf, money.union_rate_percent) == (11_890_677, 5_588_618, 50)
    assert percentage(money.esf, money.total) == money.esf_percent == 47


# ------------------------------------------------------------------------------------------- who


def k9(koll: Koll) -> None:
    """The 35th birthday and the day before the 56th are inside; the days beside them are not."""
    for born, code in (
        ("1985-02-03", None), ("1985-02-04", "needs_not_met"), ("1964-02-04", None), ("1964-02-03", "needs_not_met"),
    ):  # fmt: skip
        assert koll.refused(ACCEPTED, birth_date=born) == code, born


def k10(koll: Koll) -> None:
    """Each of the two conditions is needed; not knowing is not enough; a manager may make an exception."""
    assert koll.refused(ACCEPTED) is None
    assert koll.refused(ACCEPTED, assistance="recurrent") == "needs_not_met"
    assert koll.refused(ACCEPTED, complex_problems=False) == "needs_not_met"
    unknown = story({"name": "?", "given": {"birth_date": "1975-05-05", "assistance": "long_term"}, "days": ACCEPTED})
    with pytest.raises(Refusal) as refused:
        play(koll.rules, unknown, start=MONDAY)
    assert refused.value.params["needs"] == "unknown"


# ------------------------------------------------------------------------------------------- stages and decisions


def k12(koll: Koll) -> None:
    """After admission the inventory opens, is made by assessors, and leads over a recommendation to a plan."""
    before, opened = koll.after(ACKNOWLEDGED), koll.after(ACCEPTED)

    assert "inventory" not in open_paths(before)
    assert {one.by for one in opened.open.values() if one.path == "inventory.domain" and one.item} == {"assessor"}
    assert not open_paths(opened) & {"inventory.recommendation", "activity"}
    assert "inventory.recommendation" in open_paths(koll.after(INVENTORIED))
    assert koll.refused({**ACCEPTED, 9: INVENTORY[:1], 12: ["decide recommendation go_on"]}) == "step_not_open"
    assert "activity.plan" in open_paths(koll.after(ENTERED))


def k13(koll: Koll) -> None:
    """Nothing but the decision opens the activity phase, and the decision comes after the recommendation."""
    assert koll.refused({**INVENTORIED, 10: ["decide gate go_on"]}) == "step_not_open"
    assert "activity" not in open_paths(koll.after(RECOMMENDED))
    entered = koll.play(ENTERED)
    assert entered.state is not None
    assert entered.state.exit is None
    assert {"activity", "activity.plan"} <= open_paths(entered.state)
    assert told(entered, "inventory.gate.go_on") == ["referrer"]
    assert not koll.after(RETURNED).has_seen("activity.opened")


def k14(koll: Koll) -> None:
    """A return ends the path as one, and the referrer has to confirm; until then it stays open and escalates."""
    returned = koll.play(RETURNED, until=45)
    state = returned.state
    assert state is not None
    assert state.exit is not None
    assert state.exit.reason == "returned"
    left = next(event for event in returned.events if event.type is EventType.EXITED)
    assert left.coded["hand_over"] == "referrer"
    (received,) = [one for one in state.open.values() if one.path == "after_exit.received"]
    assert (received.by, received.due_on) == ("referrer", date(2020, 2, 28))
    late = [event.coded for event in returned.events
            if event.type is EventType.TOLD and event.coded["key"] == received.key]  # fmt: skip
    assert [(one["kind"], one["to"]) for one in late] == [
        ("announce", "referrer"), ("overdue", "referrer"), ("escalate", "manager")]  # fmt: skip
    assert koll.refused({**RETURNED, 20: ["end received not_reached"]}) == "step_cant_be_ended"
    assert "after_exit.received" not in open_paths(koll.after({**RETURNED, 20: ["done received"]}))


def k15(koll: Koll) -> None:
    """Within 60 days the return can be taken back; later the person can be referred again."""
    reopened = koll.after({**RETURNED, 73: ["reopen"]})
    assert {"inventory", "inventory.gate"} <= open_paths(reopened)
    assert "activity" in open_paths(koll.after({**RETURNED, 73: ["reopen"], 74: ["decide gate go_on"]}))
    assert koll.refused({**RETURNED, 74: ["reopen"]}) == "too_late_to_reopen"

    first = koll.play(RETURNED, until=100)
    assert {"after_exit.received", "after_exit.exit_data", "after_exit.six_months"} <= _open(first)
    back = datetime.combine(MONDAY + timedelta(days=100), time(12), UTC)
    first.do(Reenter(id="reenter/again", by=THE_SYSTEM, pathway="p-again"), back)
    assert _open(first) == {"after_exit.received"}  # whoever hands over still needs the answer
    again = story({"name": "again", "given": GIVEN, "days": ENTERED})
    frame = frame_of(koll.rules, "again")
    second = play(koll.rules, again, start=MONDAY + timedelta(days=100), frame=frame)
    assert "activity" in _open(second)


def _open(played: Simulation) -> set[str]:
    assert played.state is not None
    return open_paths(played.state)


def k16(koll: Koll) -> None:
    """Five areas, an assessment of each; four are not enough."""
    opened = koll.after(ACCEPTED)

    assert {one.item for one in opened.open.values() if one.path == "inventory.domain" and one.item} == set(AREAS)
    assert {one.kind for one in opened.open.values() if one.path == "inventory.domain" and one.item} == {"record"}
    assert [set(entry.values) for entry in koll.after(INVENTORIED).records["inventory"]] == [{"rating"}] * 5
    for missing in AREAS:
        some = [f"record domain.{area}" for area in AREAS if area != missing]
        assert "inventory.recommendation" not in open_paths(koll.after({**ACCEPTED, 9: some})), missing


def k18(koll: Koll) -> None:
    """Work training opens with the plan; the four others wait until somebody chooses them, and all run at once."""
    menu = ("rehabilitation", "investigation", "wellness", "labour_market_knowledge")
    planned = koll.after(PLANNED)
    assert open_paths(planned, prefix="activity.") == {"activity.work_training", "activity.review"}
    assert not open_paths(koll.after(ENTERED), prefix="activity.work")

    parallel = koll.after({**PLANNED, 21: [f"open {name}" for name in menu]})

    assert open_paths(parallel, prefix="activity.") == {
        "activity.work_training", "activity.review", *(f"activity.{name}" for name in menu)}  # fmt: skip
    assert {parallel.open[f"activity.{name}#1"].by for name in ("work_training", *menu)} == {"provider"}
    assert koll.refused({**PLANNED, 30: ["hours work_training 12"]}) is None


def k19(koll: Koll) -> None:
    """Its name, and the milestone on the day of the decision."""
    assert koll.definition.steps["activity"].label.sv == "Aktivitetsfas"
    assert koll.after(ENTERED).reached["activity_phase"].on == MONDAY + timedelta(days=13)
    assert not koll.after(RETURNED).is_reached("activity_phase")


def _level(hours: float, environment: str = "adapted", **more: Any) -> dict[str, Any]:
    return {"record": "activity_level", "hours_per_week": hours, "environment": environment, **more}


def k20(koll: Koll) -> None:
    """10 of 40 hours in an adapted environment reach it; 30 % is asked of those who entered the activity phase."""
    cases = (
        ([_level(10)], True), ([_level(9.5)], False), ([_level(10, "ordinary")], False),
        ([_level(9.5, full_time=38)], True), ([_level(20, "ordinary"), _level(9.5)], False),
    )  # fmt: skip
    for records, reached in cases:
        assert koll.after({**PLANNED, 90: records}).is_reached("reached_25") is reached, records

    inside = koll.after({**PLANNED, 60: [_level(4)]})
    got_there = koll.after({**PLANNED, 90: [_level(10)]})
    people = [got_there, inside, koll.after(PLANNED), koll.after(RETURNED), koll.after(ACCEPTED)]
    count, base = koll.figure("activity_25", people)
    asked = int(koll.definition.targets["activity_25"].at_least.split()[0])
    assert (count, base) == (1, 3)
    assert percentage(count, base) == 33.33
    assert asked == koll.planned("per cent of those who enter the activity phase reach 25 %") == 30

    assert "activity.way_forward" not in open_paths(inside)
    assert "activity.way_forward" in open_paths(got_there)
    left = koll.after({**PLANNED, 90: [_level(10)], 95: ["decide way_forward preparatory"]})
    assert left.exit is not None
    assert left.exit.reason == "preparatory_measures"
    assert left.exit.cls == "completed"


CHECKS: dict[str, Callable[[Koll], None]] = {
    "K1": k1, "K2": k2, "K3": k3, "K4": k4, "K5": k5, "K6": k6, "K7": k7, "K8": k8, "K9": k9, "K10": k10, "K11": k11,
    "K12": k12, "K13": k13, "K14": k14, "K15": k15, "K16": k16, "K18": k18, "K19": k19, "K20": k20, "K21": k21,
    "K23": k23, "K24": k24,
}  # fmt: skip
