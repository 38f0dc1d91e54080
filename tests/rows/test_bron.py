"""What each row of Samordningsbron's description demands, as a check that any version of the definition can be put to."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from domain.calendar import add_months
from domain.events import EventType
from domain.interpreter import State
from domain.interpreter.values import percentage
from tests.rows.harness import Days, Version, due_on, open_paths, shipped, told

MONDAY = date(2019, 2, 4)
GIVEN = {"far_from_labour_market": True}
MENU = ("rehabilitation", "mapping", "preparation", "employment_support")
PARTIES = ("municipality", "region", "employment_service", "social_insurance")
PLAN = {"competence": "Vana vid djur.", "needs": "Lugn.", "wishes": "Utomhus.", "participation": "Varje vecka."}
ROLES = dict(zip(PARTIES, ("decides", "carries_out", "supports", "not_involved"), strict=True))

ACKNOWLEDGED: Days = {0: ["refer"], 1: ["done acknowledge"]}
ADMITTED = {**ACKNOWLEDGED, 3: ["decide admission accepted"]}
PLANNED = {**ADMITTED, 12: [{"record": "plan", **PLAN}]}
CLEAR = {**PLANNED, 15: [{"record": "mandates", **ROLES}]}
TRAINED = {
    **CLEAR, 20: ["open choose_place"],
    22: [{"record": "choose_place", "sector": "green", "form": "work_training"}],
}  # fmt: skip
CHOSEN = {**CLEAR, 20: [f"open {name}" for name in MENU]}
ONE = {**CLEAR, 20: ["open rehabilitation"], 60: ["done rehabilitation"]}
EVALUATED = {**ONE, 62: [{"record": "evaluate_rehabilitation", "method": "rehabilitation", "helped": "yes"}]}
AT_WORK = {**CLEAR, 40: ["decide way_forward work"]}
RETURNED = {**CLEAR, 40: ["decide way_forward return"]}

SHIPPED = shipped("bron", "bron-2018", given=GIVEN, start=MONDAY)

_I = "steps.interventions.steps"
_SV = {"sv": "annat", "en": "other"}


def _without(name: str) -> Any:
    return lambda part: [one for one in part if one != name]


# What each place is changed to: another value that is as well-formed, and wrong; a function makes it of the old one.
CHANGES: dict[str, Any] = {
    "esf.project_number": "2018/00376", "esf.diary_number": "2018/00376", "owner": "En kommun",
    "milestones.accepted": {"ref": "acknowledge"},
    "planned.0": {"value": 230, "unit": "participants", "source": "B3"},
    "starts": "2018-08-02", "ends": "2021-07-30",
    "budget.total": 35_444_098, "budget.esf": 19_122_559, "budget.esf_percent": 50.0, "budget.union_rate_percent": 53.95,
    "esf.programme_area": "1", "esf.specific_objective": "2.3", "esf.intervention_type": "109", "esf.postcode": "58202",
    "esf.region": "Västsverige",
    "eligible.0": {"fact": "far_from_labour_market", "known": True},
    "facts.far_from_labour_market": {"type": "text"},
    "steps.intake.steps.admission.decide.accepted.needs": {"fact": "far_from_labour_market", "known": True},
    "steps.planning": lambda part: {**part, "after": "acknowledge"},
    "steps.planning.after": "acknowledge",
    "steps.planning.steps.plan.record": "placement",
    "steps.interventions.after": "admission.accepted",
    **{f"records.action_plan.fields.{name}": {"type": "text"} for name in PLAN},
    f"{_I}.review": lambda part: {**part, "every": "30 weeks"},
    f"{_I}.review.every": "9 weeks",
    f"{_I}.review.decide.change": lambda part: {**part, "exit": "dropped_out"},
    f"{_I}.new_version.after": ["next_step.new_intervention"],
    f"{_I}.new_version.times": 1,
    f"{_I}.new_version.record": "placement",
    "milestones.plan_developed.at_least": 3,
    **{f"{_I}.{name}": lambda part: {**part, "by": "owner"} for name in MENU},
    f"{_I}.work": lambda part: {**part, "hours": False},
    f"{_I}.work.after": "review.keep",
    "records.placement.fields.form.one_of": ["work_training"],
    "records.placement.fields.sector": {"one_of": ["green", "cafe_and_restaurant", "administration"]},
    "records.placement.fields.sector.one_of": ["green", "cafe_and_restaurant", "administration", "industry"],
    f"{_I}.choose_place.record": "parties",
    f"{_I}.way_forward": lambda part: {**part, "choose": 1},
    "effective": "2018-08-02",
    **{f"{_I}.evaluate_{name}": lambda part: {**part, "by": "owner"} for name in (*MENU, "work")},
    f"{_I}.evaluate_preparation.after": ["preparation"],
    f"{_I}.evaluate_preparation.record": "placement",
    f"{_I}.evaluate_rehabilitation.record": "placement",
    "records.evaluation.fields.method.one_of": _without("preparation"),
    "records.evaluation.fields.method": {"one_of": ["rehabilitation"]},
    "records.evaluation.fields.helped": {"one_of": ["yes", "no"]},
    "rows.B13.goes": "nothing", "rows.B13.comes": "nothing",
    "watch.every": "5 weeks",
    "watch.overdue": [{"after": "5 working days", "tell": "team"}],
    **{f"records.parties.fields.{name}": {"one_of": ["decides"]} for name in PARTIES},
    "steps.planning.steps.mandates.record": "placement",
    f"{_I}.evaluate_rehabilitation.due": "2 months",
    f"{_I}.next_step": lambda part: {**part, "by": "team"},
    f"{_I}.next_step.after": ["rehabilitation"],
    f"{_I}.next_step.due": "2 months",
    f"{_I}.next_step.decide.new_intervention": {"exit": "dropped_out", "label": _SV},
    "exits.returned.hand_over": "provider",
    "after_exit.received": lambda part: {**part, "by": "manager"},
    f"{_I}.rehabilitation.by": "owner", f"{_I}.employment_support.by": "team",
    **{f"partners.{place}": {"name": "Kommunen", "part": "party", "source": "B15"} for place in range(4)},
    **{f"{_I}.way_forward.decide.{name}": {"exit": "dropped_out", "label": _SV} for name in ("work", "studies")},
    "after_exit.exit_data.record": "placement", "after_exit.six_months.record": "placement",
    "records.livelihood.fields.income.one_of": _without("student_aid"),
    "milestones.self_sufficient.where.income.in": ["wages", "business"],
}  # fmt: skip


# ------------------------------------------------------------------------------------------- what is shown


def test_b1_project_and_diary_have_one_number(version: Version) -> None:
    assert version.operation.esf.project_number == version.operation.esf.diary_number
    version.shows("ESF 2018/00367, ", "Diary number 2018/00367 [", "Diarienummer 2018/00367 [")


def test_b2_the_association_owns_it(version: Version) -> None:
    version.shows("Samordningsförbundet Centrala Östergötland [B2]")


def test_b6_the_fund_classes_it_by_area_objective_and_type(version: Version) -> None:
    version.shows(
        "Programområde 2, specifikt mål 2.1, interventionstyp 102 [B1, B6, B17]", ", 58220 [B1, B6, B17]"
    )  # fmt: skip


def test_b16_each_silence_is_told_and_has_a_house_value(version: Version) -> None:
    version.shows(
        "how long the plan, the interventions and the whole process may take (B16)",
        "which result in numbers is aimed at (B16)", "who refers and who admits (B16)",
        "when and by whom the process is ended (B16)", "which professions take part (B16)",
        "how old the participants are (B16)",
        "every due rule, reminder and escalation; the way forward is decided at most twelve months after the plan (",
        "the manager decides on admission, after a referral from one of the parties (",
        "the owner decides the way forward (",
        "the team has no given professions; whoever carries out an intervention has the role provider (",
        "there is no age limit (",
    )  # fmt: skip
    assert version.definition.targets == {}  # and no number is made up for a result that nobody stated


def test_b17_the_region_is_shown(version: Version) -> None:
    version.shows("ESF 2018/00367, Östra Mellansverige, ")


# ------------------------------------------------------------------------------------------- numbers and days


def test_b3_admitted_people_are_measured_against_320(version: Version) -> None:
    states = [version.after(ADMITTED), version.after(ACKNOWLEDGED)]

    admitted = sum(state.is_reached("accepted") for state in states)

    assert percentage(admitted, version.planned("participants")) == 0.31  # one of 320


def test_b4_the_period_is_36_months(version: Version) -> None:
    for day, code in (
        (date(2018, 7, 31), "day_before_the_operation"), (date(2018, 8, 1), None), (date(2021, 7, 31), None),
        (date(2021, 8, 1), "day_after_the_operation"),
    ):  # fmt: skip
        assert version.covered(day) == code, day
    assert add_months(version.operation.starts, 36) == version.operation.ends + timedelta(days=1)


def test_b5_both_rates_of_financing_stand(version: Version) -> None:
    money = version.operation.budget
    assert money is not None

    assert (money.total, money.esf) == (35_444_089, 19_122_595)
    assert percentage(money.esf, money.total) == money.esf_percent == 53.95
    assert money.union_rate_percent == 50
    version.shows("53.95 %); union co-financing 50 % [B5]")


# ------------------------------------------------------------------------------------------- who


def test_b7_being_far_from_the_labour_market_is_the_only_condition(version: Version) -> None:
    assert version.refused(ADMITTED) is None  # nothing else is known, not even the age
    assert version.refused(ADMITTED, far_from_labour_market=False) == "needs_not_met"
    unknown = version.refusal(ADMITTED, far_from_labour_market=None)
    assert unknown is not None
    assert (unknown.code, unknown.params["needs"]) == ("needs_not_met", "unknown")


# ------------------------------------------------------------------------------------------- the plan


def _menu_refusals(version: Version, days: Days) -> set[str | None]:
    return {version.refused({**days, 16: [f"open {name}"]}) for name in (*MENU, "choose_place")}


def test_b8_nothing_comes_before_the_action_plan(version: Version) -> None:
    assert "planning" not in open_paths(version.after(ACKNOWLEDGED))
    assert open_paths(version.after(ADMITTED)) == {"watch", "planning", "planning.plan"}  # nothing else, for anybody
    for days in (ACKNOWLEDGED, ADMITTED, PLANNED):
        assert _menu_refusals(version, days) == {"stage_not_open"}
    assert _menu_refusals(version, CLEAR) == {None}
    for missing in PLAN:
        some = {name: value for name, value in PLAN.items() if name != missing}
        refusal = version.refusal({**ADMITTED, 12: [{"record": "plan", **some}]})
        assert refusal is not None, missing
        assert (refusal.code, refusal.params["field"]) == ("field_missing", missing)
    assert version.refused({**ADMITTED, 12: ["end plan own_wish"]}) == "step_cant_be_ended"  # nobody is without one


def test_b9_the_plan_is_reviewed_and_gets_new_versions(version: Version) -> None:
    clear = version.after(CLEAR)
    assert due_on(clear, "interventions.review") == version.day(15 + 8 * 7)
    kept = version.after({**CLEAR, 50: ["decide review keep"]})
    assert due_on(kept, "interventions.review") == version.day(50 + 8 * 7)  # again, from the day on which it was done
    assert "interventions.new_version" not in open_paths(kept)

    second = {**CLEAR, 50: ["decide review change"], 55: [{"record": "new_version", **PLAN}]}
    third = {**second, 100: ["decide review change"], 105: [{"record": "new_version", **PLAN}]}
    assert "interventions.new_version" in open_paths(version.after({**CLEAR, 50: ["decide review change"]}))
    state = version.after(third)
    assert [entry.on for entry in state.records["action_plan"]] == [version.day(day) for day in (12, 55, 105)]
    assert not clear.is_reached("plan_developed")
    assert version.after(second).is_reached("plan_developed")
    assert version.refused({**CLEAR, 50: [{"decide": "review change", "view": "no", "words": "Nej."}]}) is None


# ------------------------------------------------------------------------------------------- interventions


def test_b10_five_kinds_of_intervention_are_chosen_after_the_plan(version: Version) -> None:
    assert not open_paths(version.after(CLEAR)) & {f"interventions.{name}" for name in (*MENU, "work")}
    chosen = version.after(CHOSEN)
    assert {f"interventions.{name}" for name in MENU} <= open_paths(chosen)
    assert {chosen.open[f"interventions.{name}#1"].by for name in MENU} == {"provider"}
    for form in ("work_training", "practice"):
        place = {"record": "choose_place", "sector": "green", "form": form}
        at_work = {**CLEAR, 20: ["open choose_place"], 22: [place], 40: ["hours work 12"]}
        assert "interventions.work" in open_paths(version.after(at_work)), form
    other = {"record": "choose_place", "sector": "green", "form": "voluntary_work"}
    assert version.refused({**CLEAR, 20: ["open choose_place"], 22: [other]}) == "value_not_a_code"


def test_b11_work_is_in_one_of_three_sectors(version: Version) -> None:
    def sector(**said: str) -> str | None:
        return version.refused({**CLEAR, 20: ["open choose_place"], 22: [{"record": "choose_place", **said}]})

    for one in ("green", "cafe_and_restaurant", "administration"):
        assert sector(sector=one, form="practice") is None, one
    assert sector(sector="industry", form="practice") == "value_not_a_code"
    assert sector(form="practice") == "field_missing"
    (placed,) = version.after(TRAINED).records["placement"]
    assert placed.values == {"sector": "green", "form": "work_training"}


def test_b12_one_pathway_holds_from_referral_to_follow_up(version: Version) -> None:
    assert "interventions" not in open_paths(version.after(PLANNED))
    assert "interventions" in open_paths(version.after(CLEAR))  # at once, without another referral
    days = {**CHOSEN, **{40 + place: [f"done {name}"] for place, name in enumerate(MENU)}}
    judged = [{"record": f"evaluate_{name}", "method": name, "helped": "yes"} for name in MENU]
    played = version.play({**days, 50: judged, 52: ["decide next_step others_go_on"] * 2}, until=120)
    state = played.state
    assert state is not None
    # The arena stays when everything in it is done, until somebody decides the way forward.
    assert open_paths(state) == {"watch", "interventions", "interventions.review", "interventions.way_forward"}
    assert state.owner == "owner_one"
    assert {event.type for event in played.events} & {EventType.OWNER_CHANGED, EventType.EXITED} == set()


# ------------------------------------------------------------------------------------------- methods


def _next_version(version: Version) -> Version:
    """Return the candidate for the next version: one preparation goes, two others come."""
    data = copy.deepcopy(version.programme)
    steps = data["steps"]["interventions"]["steps"]
    old, judged = steps.pop("preparation"), steps.pop("evaluate_preparation")
    coming = ("study_preparation", "vocational_preparation")
    for name in coming:
        steps[name] = {**old, "label": {"sv": name, "en": name}}
        steps[f"evaluate_{name}"] = {**judged, "after": [name, f"{name}.ended"]}
    next_step = steps["next_step"]
    next_step["after"] = [ref for ref in next_step["after"] if ref != "evaluate_preparation"]
    next_step["after"] += [f"evaluate_{name}" for name in coming]
    methods = data["records"]["evaluation"]["fields"]["method"]
    methods["one_of"] = [one for one in methods["one_of"] if one != "preparation"] + list(coming)
    data["effective"] = date(2020, 1, 1)
    return replace(version, programme=data)


def test_b13_a_method_can_go_and_another_come_while_people_are_inside(version: Version) -> None:
    assert not open_paths(version.after(CLEAR), prefix="interventions.evaluate")
    for name in MENU:
        for how in (f"done {name}", f"end {name} own_wish"):
            ended = {**CLEAR, 20: [f"open {name}"], 40: [how]}
            assert version.after(ended).open[f"interventions.evaluate_{name}#1"].by == "team", how
            judged = version.after({**ended, 42: [{"record": f"evaluate_{name}", "method": name, "helped": "no"}]})
            assert [one.values["method"] for one in judged.records["evaluation"]] == [name]
    placed = {**TRAINED, 40: ["end work place_closed"]}
    assert version.after(placed).open["interventions.evaluate_work#1"].by == "team"
    at_once = {**CHOSEN, 40: [f"done {name}" for name in MENU]}
    assert {f"interventions.evaluate_{name}" for name in MENU} <= open_paths(version.after(at_once))  # one for each
    assert version.definition.effective == version.operation.starts

    later = _next_version(version)
    assert later.rules.hash != version.rules.hash
    assert later.definition.effective > version.definition.effective
    inside = {**CLEAR, 20: ["open preparation"]}
    assert "interventions.preparation" in open_paths(version.after(inside))  # whoever is inside goes on
    assert later.refused(inside) == "step_unknown"
    for name in ("study_preparation", "vocational_preparation"):
        state = later.after({**CLEAR, 20: [f"open {name}"], 40: [f"done {name}"]})
        assert f"interventions.evaluate_{name}" in open_paths(state)
    candidate = version.definition.rows["B13"]
    assert candidate["goes"].startswith("interventions.preparation:")
    assert candidate["comes"].startswith("interventions.study_preparation and interventions.vocational_preparation")


def test_b19_no_intervention_is_followed_by_another_before_its_evaluation(version: Version) -> None:
    done = version.after(ONE)
    assert "interventions.evaluate_rehabilitation" in open_paths(done)
    assert "interventions.next_step" not in open_paths(done)
    assert "interventions.next_step" in open_paths(version.after(EVALUATED))
    for said in ({"method": "rehabilitation"}, {"helped": "yes"}):
        assert version.refused({**ONE, 62: [{"record": "evaluate_rehabilitation", **said}]}) == "field_missing"
    for method, helped in (("mapping", "not_observed"), ("practice", "partly")):
        given = {"method": method, "helped": helped}
        taken = version.after({**ONE, 62: [{"record": "evaluate_rehabilitation", **given}]})
        assert [one.values for one in taken.records["evaluation"]] == [given]


# ------------------------------------------------------------------------------------------- nobody falls between


def _answered(version: Version, state: State, day: int) -> None:
    """Assert that somebody has something to do, and by when: the watch, and a day of it that lies near."""
    assert state.owner
    due = [one.due_on for one in state.open.values() if one.due_on is not None]
    assert due, day
    assert due_on(state, "watch") is not None
    assert min(due) <= version.day(day) + timedelta(weeks=4), day


def test_b14_somebody_is_responsible_at_every_moment(version: Version) -> None:
    for missing in PARTIES:  # each party's part has to be said
        some = {name: value for name, value in ROLES.items() if name != missing}
        assert version.refused({**PLANNED, 15: [{"record": "mandates", **some}]}) == "field_missing", missing
    (said,) = version.after(CLEAR).records["parties"]
    assert said.values == ROLES

    told_days: Days = {**EVALUATED, 66: ["decide next_step new_intervention"], 70: [{"record": "new_version", **PLAN}]}
    for day in sorted(told_days):
        _answered(version, version.after({each: entries for each, entries in told_days.items() if each <= day}), day)

    between = version.after(ONE)  # on the day on which an intervention ends, somebody has to say what comes
    assert due_on(between, "interventions.evaluate_rehabilitation") == version.day(60 + 7)
    closed = version.after({**CLEAR, 20: ["open choose_place"], 22: ["end choose_place place_closed"]})
    assert "interventions.next_step" in open_paths(closed)
    step = version.after(EVALUATED).open["interventions.next_step#1"]
    assert (step.by, step.due_on) == ("owner", version.day(62 + 5))  # a Sunday, then five working days
    decided = version.after({**EVALUATED, 66: ["decide next_step new_intervention"]})
    assert "interventions.new_version" in open_paths(decided)

    silent = version.play(CLEAR, until=15 + 60)
    watched = [(event.coded["kind"], event.coded["to"], event.recorded_at.date()) for event in silent.events
               if event.type is EventType.TOLD and event.coded["about"] == "watch"]  # fmt: skip
    assert [(kind, to) for kind, to, _ in watched] == [("overdue", "owner"), ("escalate", "manager")]
    assert watched[0][2] == version.day(12 + 4 * 7 + 3)  # the plan was the last contact; a Saturday, so Monday
    assert all(first[2] < second[2] for first, second in pairwise(watched))

    returned = version.play(RETURNED, until=40 + 30)
    state = returned.state
    assert state is not None
    assert state.open["after_exit.received#1"].by == "referrer"
    assert state.exit is not None
    left = next(event for event in returned.events if event.type is EventType.EXITED)
    assert left.coded["hand_over"] == "referrer"
    assert ("escalate", "manager") in {
        (event.coded["kind"], event.coded["to"]) for event in returned.events
        if event.type is EventType.TOLD and event.coded["about"] == "after_exit.received"}  # fmt: skip


def test_b15_each_party_runs_its_own_interventions(version: Version) -> None:
    run = [
        {"open": "rehabilitation", "provider": "region"},
        {"open": "employment_support", "provider": "arbetsformedling"},
    ]
    played = version.play({**CLEAR, 20: run})
    state = played.state
    assert state is not None

    opened = {event.step: event.coded for event in played.events if event.type is EventType.OPENED}
    found = {name: opened[f"interventions.{name}"] for name in ("rehabilitation", "employment_support")}
    assert {name: (coded["provider"], coded["by"]) for name, coded in found.items()} == {
        "rehabilitation": ("region", "provider"), "employment_support": ("arbetsformedling", "provider")}  # fmt: skip
    assert state.owner == "owner_one"
    version.shows(
        "Kommunerna i förbundet: party; its speciality: social assistance and labour-market measures [B15",
        "Region Östergötland: party; its speciality: health care and rehabilitation [B15",
        "Arbetsförmedlingen: party; its speciality: matching and support to employment [B15",
        "Försäkringskassan: party; its speciality: social insurance and co-ordinated rehabilitation [B15",
    )  # fmt: skip


# ------------------------------------------------------------------------------------------- what it leads to


def test_b18_the_process_leads_to_self_sufficiency(version: Version) -> None:
    for reason in ("work", "studies"):
        state = version.after({**CLEAR, 40: [f"decide way_forward {reason}"]})
        assert state.exit is not None
        assert (state.exit.reason, state.exit.cls) == (reason, "completed")
    for income, manages in (("wages", True), ("business", True), ("student_aid", True), ("social_assistance", False),
                            ("social_insurance_benefit", False), ("other", False)):  # fmt: skip
        for step, day in (("exit_data", 60), ("six_months", 220)):
            state = version.after({**AT_WORK, day: [{"record": step, "income": income}]})
            assert state.is_reached("self_sufficient") is manages, (income, step)


def test_the_referrer_is_answered(version: Version) -> None:
    assert told(version.play(CLEAR), "intake.admission.accepted") == ["referrer"]
    assert told(version.play(CLEAR), "planning.mandates") == ["referrer"]
