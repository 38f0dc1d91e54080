"""What each row of Koll's description demands, as a check that any version of the definition can be put to."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from domain.commands import Reenter
from domain.events import EventType
from domain.interpreter.values import percentage
from domain.people import THE_SYSTEM
from domain.simulation import Simulation
from domain.stories import frame_of
from tests.rows.harness import MONDAY, Days, Version, open_paths, shipped, told

GIVEN = {"assistance": "long_term", "complex_problems": True, "birth_date": "1975-05-05"}
AREAS = ("health", "social_situation", "functional_variation", "work_and_schooling", "labour_market")
INVENTORY = [f"record domain.{area}" for area in AREAS]
ACKNOWLEDGED: Days = {0: ["refer"], 1: ["done acknowledge"]}
ACCEPTED = {**ACKNOWLEDGED, 3: ["decide eligibility accepted"]}
INVENTORIED = {**ACCEPTED, 9: INVENTORY}
RECOMMENDED = {**INVENTORIED, 12: ["decide recommendation go_on"]}
ENTERED = {**RECOMMENDED, 13: ["decide gate go_on"]}
PLANNED = {**ENTERED, 20: ["done plan"]}
RETURNED = {**INVENTORIED, 12: ["decide recommendation return"], 13: ["decide gate return"]}

SHIPPED = shipped("koll", "koll-2020", given=GIVEN)

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


# ------------------------------------------------------------------------------------------- what is shown


def test_k1_the_fund_knows_the_project_by_number_region_and_postcode(version: Version) -> None:
    """Number, region, postcode."""
    version.shows("ESF 2019/00502, Småland och Öarna, 55189 [K1, K8]")


def test_k2_the_municipality_owns_it(version: Version) -> None:
    """The owner."""
    version.shows("Jönköpings kommun, Individ- och familjeomsorgen [K2, K11]")


def test_k8_the_fund_classes_it_by_area_objective_and_type(version: Version) -> None:
    """Programme area, specific objective, intervention type."""
    version.shows("Programområde 2, specifikt mål 2.3, interventionstyp 109 [K1, K8]")


def test_k11_social_assistance_and_labour_market_co_operate(version: Version) -> None:
    """The two units that co-operate."""
    version.shows(
        "Försörjningsstödet: co-operating unit of the municipality [K11]",
        "Arbetsmarknadsavdelningen: co-operating unit of the municipality [K11]",
    )  # fmt: skip


def test_k21_six_partners_are_named(version: Version) -> None:
    """Five partners and a reference municipality."""
    partners = ("Region Jönköpings län", "Arbetsförmedlingen", "Försäkringskassan",
                "Samordningsförbundet Södra Vätterbygden", "Kommunal utveckling")  # fmt: skip
    version.shows(*(f"  {name}: partner [K21]" for name in partners))
    version.shows("  Botkyrka kommun: reference municipality [K21]")


def test_k23_the_instrument_is_told_to_be_unknown(version: Version) -> None:
    """That the instrument is unknown, and which one is likely."""
    version.shows("Dialog om arbetsförmåga (DOA) is a likely one, by our reading (K23)")


def test_k24_each_silence_is_told_and_has_a_house_value(version: Version) -> None:
    """Each silence, and the house value that stands in its place."""
    version.shows(
        "which professions take part in the inventory (K24)", "how long the inventory takes (K24)",
        "who decides to go on or return, and by when (K24)", "what 25 % is measured against (K24)",
        "whether the target is the same for women and men (K24)",
        "every due rule, reminder and escalation (the Stegvis project",
        "the manager decides at the gate, and not the one who recommended",
        "one assessor for each of the five areas",
        "full time is 40 hours a week, so 25 % is 10 hours",
    )  # fmt: skip


# ------------------------------------------------------------------------------------------- numbers and days


def test_k3_accepted_people_are_measured_against_94(version: Version) -> None:
    """Accepted people, as a share of the planned participants."""
    states = [version.after(ACCEPTED), version.after(ACKNOWLEDGED)]

    accepted = sum(state.is_reached("accepted") for state in states)

    assert percentage(accepted, version.planned("participants")) == 1.06  # one of 94


def test_k4_undergone_is_counted_when_every_area_is_assessed(version: Version) -> None:
    """Undergone: on the day on which the last of the five areas is assessed, and not before."""
    early = version.after({**ACCEPTED, 9: INVENTORY[:-1]})
    undergone = version.after({**ACCEPTED, 9: INVENTORY[:-1], 11: INVENTORY[-1:]})

    assert not early.is_reached("inventory_done")
    assert undergone.reached["inventory_done"].on == MONDAY + timedelta(days=11)
    assert version.planned("undergo the inventory") == 120


def test_k5_offered_and_undergone_are_counted_apart(version: Version) -> None:
    """Offered and undergone are two counts of different people."""
    offered = {"fact": "inventory_offered", "value": True}
    states = [
        version.after({**ACCEPTED, 4: [offered]}),
        version.after({**INVENTORIED, 10: [offered]}),
        version.after(ACCEPTED),
    ]

    assert sum(state.fact("inventory_offered") is True for state in states) == 2
    assert sum(state.is_reached("inventory_done") for state in states) == 1
    assert version.planned("offered the inventory") == 120


def test_k6_the_period_takes_referrals_from_its_first_to_its_last_day(version: Version) -> None:
    """The first and the last day are inside; the days beside them are not."""
    for day, code in (
        (date(2020, 1, 1), "day_before_the_operation"), (date(2020, 1, 2), None), (date(2022, 6, 30), None),
        (date(2022, 7, 1), "day_after_the_operation"),
    ):  # fmt: skip
        assert version.covered(day) == code, day


def test_k7_the_grant_is_47_per_cent_of_the_budget(version: Version) -> None:
    """The share that the fund pays follows from the two amounts."""
    money = version.operation.budget
    assert money is not None

    assert (money.total, money.esf, money.union_rate_percent) == (11_890_677, 5_588_618, 50)
    assert percentage(money.esf, money.total) == money.esf_percent == 47


# ------------------------------------------------------------------------------------------- who


def test_k9_age_is_35_to_55_on_the_day_of_the_referral(version: Version) -> None:
    """The 35th birthday and the day before the 56th are inside; the days beside them are not."""
    for born, code in (
        ("1985-02-03", None), ("1985-02-04", "needs_not_met"), ("1964-02-04", None), ("1964-02-03", "needs_not_met"),
    ):  # fmt: skip
        assert version.refused(ACCEPTED, birth_date=born) == code, born


def test_k10_both_complex_problems_and_long_term_assistance_are_needed(version: Version) -> None:
    """Each of the two conditions is needed; not knowing is not enough; a manager may make an exception."""
    assert version.refused(ACCEPTED) is None
    assert version.refused(ACCEPTED, assistance="recurrent") == "needs_not_met"
    assert version.refused(ACCEPTED, complex_problems=False) == "needs_not_met"
    refusal = version.refusal(ACCEPTED, complex_problems=None)
    assert refusal is not None
    assert refusal.params["needs"] == "unknown"


# ------------------------------------------------------------------------------------------- stages and decisions


def test_k12_the_inventory_comes_first_and_ends_in_a_plan(version: Version) -> None:
    """After admission the inventory opens, is made by assessors, and leads over a recommendation to a plan."""
    before, opened = version.after(ACKNOWLEDGED), version.after(ACCEPTED)

    assert "inventory" not in open_paths(before)
    assert {one.by for one in opened.open.values() if one.path == "inventory.domain" and one.item} == {"assessor"}
    assert not open_paths(opened) & {"inventory.recommendation", "activity"}
    assert "inventory.recommendation" in open_paths(version.after(INVENTORIED))
    assert version.refused({**ACCEPTED, 9: INVENTORY[:1], 12: ["decide recommendation go_on"]}) == "step_not_open"
    assert "activity.plan" in open_paths(version.after(ENTERED))


def test_k13_only_a_decision_to_go_on_opens_the_activity_phase(version: Version) -> None:
    """Nothing but the decision opens the activity phase, and the decision comes after the recommendation."""
    assert version.refused({**INVENTORIED, 10: ["decide gate go_on"]}) == "step_not_open"
    assert "activity" not in open_paths(version.after(RECOMMENDED))
    entered = version.play(ENTERED)
    assert entered.state is not None
    assert entered.state.exit is None
    assert {"activity", "activity.plan"} <= open_paths(entered.state)
    assert told(entered, "inventory.gate.go_on") == ["referrer"]
    assert not version.after(RETURNED).has_seen("activity.opened")


def test_k14_a_return_is_handed_to_the_referrer_who_confirms(version: Version) -> None:
    """A return ends the path as one, and the referrer has to confirm; until then it stays open and escalates."""
    returned = version.play(RETURNED, until=45)
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
    assert version.refused({**RETURNED, 20: ["end received not_reached"]}) == "step_cant_be_ended"
    assert "after_exit.received" not in open_paths(version.after({**RETURNED, 20: ["done received"]}))


def test_k15_a_return_can_be_taken_back_or_followed_by_a_new_referral(version: Version) -> None:
    """Within 60 days the return can be taken back; later the person can be referred again."""
    reopened = version.after({**RETURNED, 73: ["reopen"]})
    assert {"inventory", "inventory.gate"} <= open_paths(reopened)
    assert "activity" in open_paths(version.after({**RETURNED, 73: ["reopen"], 74: ["decide gate go_on"]}))
    assert version.refused({**RETURNED, 74: ["reopen"]}) == "too_late_to_reopen"

    first = version.play(RETURNED, until=100)
    assert {"after_exit.received", "after_exit.exit_data", "after_exit.six_months"} <= _open(first)
    back = datetime.combine(MONDAY + timedelta(days=100), time(12), UTC)
    first.do(Reenter(id="reenter/again", by=THE_SYSTEM, pathway="p-again"), back)
    assert _open(first) == {"after_exit.received"}  # whoever hands over still needs the answer
    second = version.play(ENTERED, start=version.day(100), frame=frame_of(version.rules, "again"))
    assert "activity" in _open(second)


def _open(played: Simulation) -> set[str]:
    assert played.state is not None
    return open_paths(played.state)


def test_k16_all_five_areas_are_assessed_before_a_recommendation(version: Version) -> None:
    """Five areas, an assessment of each; four are not enough."""
    opened = version.after(ACCEPTED)

    assert {one.item for one in opened.open.values() if one.path == "inventory.domain" and one.item} == set(AREAS)
    assert {one.kind for one in opened.open.values() if one.path == "inventory.domain" and one.item} == {"record"}
    assert [set(entry.values) for entry in version.after(INVENTORIED).records["inventory"]] == [{"rating"}] * 5
    for missing in AREAS:
        some = [f"record domain.{area}" for area in AREAS if area != missing]
        assert "inventory.recommendation" not in open_paths(version.after({**ACCEPTED, 9: some})), missing


def test_k18_work_training_and_chosen_interventions_run_beside_each_other(version: Version) -> None:
    """Work training opens with the plan; the four others wait until somebody chooses them, and all run at once."""
    menu = ("rehabilitation", "investigation", "wellness", "labour_market_knowledge")
    planned = version.after(PLANNED)
    assert open_paths(planned, prefix="activity.") == {"activity.work_training", "activity.review"}
    assert not open_paths(version.after(ENTERED), prefix="activity.work")

    parallel = version.after({**PLANNED, 21: [f"open {name}" for name in menu]})

    assert open_paths(parallel, prefix="activity.") == {
        "activity.work_training", "activity.review", *(f"activity.{name}" for name in menu)}  # fmt: skip
    assert {parallel.open[f"activity.{name}#1"].by for name in ("work_training", *menu)} == {"provider"}
    assert version.refused({**PLANNED, 30: ["hours work_training 12"]}) is None


def test_k19_the_second_stage_is_the_activity_phase(version: Version) -> None:
    """Its name, and the milestone on the day of the decision."""
    assert version.definition.steps["activity"].label.sv == "Aktivitetsfas"
    assert version.after(ENTERED).reached["activity_phase"].on == MONDAY + timedelta(days=13)
    assert not version.after(RETURNED).is_reached("activity_phase")


def _level(hours: float, environment: str = "adapted", **more: Any) -> dict[str, Any]:
    return {"record": "activity_level", "hours_per_week": hours, "environment": environment, **more}


def test_k20_the_target_counts_25_per_cent_adapted_of_those_who_entered(version: Version) -> None:
    """10 of 40 hours in an adapted environment reach it; 30 % is asked of those who entered the activity phase."""
    cases = (
        ([_level(10)], True), ([_level(9.5)], False), ([_level(10, "ordinary")], False),
        ([_level(9.5, full_time=38)], True), ([_level(20, "ordinary"), _level(9.5)], False),
    )  # fmt: skip
    for records, reached in cases:
        assert version.after({**PLANNED, 90: records}).is_reached("reached_25") is reached, records

    inside = version.after({**PLANNED, 60: [_level(4)]})
    got_there = version.after({**PLANNED, 90: [_level(10)]})
    people = [got_there, inside, version.after(PLANNED), version.after(RETURNED), version.after(ACCEPTED)]
    count, base = version.figure("activity_25", people)
    asked = int(version.definition.targets["activity_25"].at_least.split()[0])
    assert (count, base) == (1, 3)
    assert percentage(count, base) == 33.33
    assert asked == version.planned("per cent of those who enter the activity phase reach 25 %") == 30

    assert "activity.way_forward" not in open_paths(inside)
    assert "activity.way_forward" in open_paths(got_there)
    left = version.after({**PLANNED, 90: [_level(10)], 95: ["decide way_forward preparatory"]})
    assert left.exit is not None
    assert left.exit.reason == "preparatory_measures"
    assert left.exit.cls == "completed"
