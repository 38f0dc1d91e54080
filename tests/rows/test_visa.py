"""What each row of VISA's description demands, as a check that any version of the definition can be put to."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from domain.calendar import add_months
from domain.events import EventType
from domain.interpreter import State
from domain.interpreter.values import percentage
from service.publishing import programme_file, read_programme
from tests.rows.harness import Days, Version, due_on, open_items, open_paths, shipped

MONDAY = date(2018, 2, 5)
GIVEN = {
    "labour_status": "long_term_unemployed", "assistance": "long_term", "functional_impairment": True,
    "complex_problems": True, "reduced_work_capacity": True, "far_from_labour_market": True,
}  # fmt: skip
FIVE = (
    "occupational_therapist", "physiotherapist", "psychologist", "social_secretary", "labour_market_consultant",
)  # fmt: skip
BARRIERS = (
    "uninvestigated_problems", "mental_ill_health", "lacking_insight", "social_withdrawal", "isolation", "illiteracy",
    "language", "substance_abuse", "crime", "addiction",
)  # fmt: skip
MENU = ("physical_support", "psychological_support", "everyday_support")
PLATFORMS = "investigation.platforms"
LEARNING, TRYING = f"{PLATFORMS}.learning", f"{PLATFORMS}.implementation"
SPOKEN = {"fact": "barriers", "value": ["isolation"]}
ASSESSED = [f"record assessment.{one}" for one in FIVE]
ACKNOWLEDGED: Days = {0: ["refer"], 1: ["done acknowledge"]}
ACCEPTED = {**ACKNOWLEDGED, 5: ["decide eligibility accepted"]}
MAPPED = {**ACCEPTED, 10: ASSESSED}
OPENED = {**MAPPED, 12: [SPOKEN], 40: ["decide mapping_decision go_on"]}
PLANNED = {**OPENED, 45: ["done plan"]}
LEARNT = {**PLANNED, 50: ["done gather"], 55: ["done adapt"]}
TRIED = {**LEARNT, 100: ["done trial"], 102: ["record evaluate"]}
ENOUGH = {**TRIED, 104: ["decide turn enough"]}
FORWARD = {**ENOUGH, 135: ["decide investigation_decision go_on"]}
TALKED = {**FORWARD, 150: ["done dialogue"]}
RETURNED = {**TALKED, 170: ["decide exit_decision return"]}

SHIPPED = shipped("visa", "visa-2017", given=GIVEN, start=MONDAY)


def _times(part: dict[str, Any]) -> dict[str, Any]:
    return {**part, "choose": 1, "by": "owner"}


_P, _W = "steps.investigation.steps.platforms.steps", "steps.way_forward.steps"
_REASONS = ["illness"]
# What each place is changed to: another value that is as well-formed, and wrong; a function makes it of the old one.
CHANGES: dict[str, Any] = {
    "esf.project_number": "2017/00028", "esf.region": "Västsverige", "owner": "En annan kommun",
    "milestones.accepted": {"ref": "acknowledge"},
    "planned.0": {"value": 150, "unit": "participants", "source": "V4"},
    "reached.0": {"value": 131, "unit": "participants", "source": "V4"},
    "planned.1": {"value": 130, "unit": "closer to the labour market", "source": "V5"},
    "milestones.closer": {"record": "distance"},
    "records.distance.fields.level": {"from": 0, "to": 5},
    f"{_P}.rate": lambda part: {**part, "by": "manager"},
    "starts": "2017-09-02", "ends": "2020-10-30",
    "budget.total": 15_935_468, "budget.esf": 7_528_535, "budget.esf_percent": 47.25, "budget.costs": 1,
    "esf.specific_objective": "2.3", "esf.municipalities": ["Motala"], "units.1.programme": "visa_linkoping",
    "partners.0": {"name": "En annan", "part": "partner", "source": "V10"},
    "planned.2": {"value": 5, "unit": "organisations that know the group", "source": "V11"},
    "eligible.0": {"fact": "labour_status", "in": ["unemployed", "long_term_unemployed"]},
    "eligible.1": {"fact": "assistance", "known": True}, "eligible.2": {"fact": "functional_impairment", "known": True},
    "eligible.3": {"fact": "reduced_work_capacity", "known": True},
    "eligible.4": {"fact": "complex_problems", "known": True},
    "eligible.5": {"fact": "far_from_labour_market", "known": True},
    "steps.intake.steps.eligibility.decide.accepted.needs": {"fact": "assistance", "known": True},
    "facts.authorities": {"type": "text"}, "exits.returned.hand_over": "owner",
    "after_exit.received": lambda part: {**part, "by": "owner"},
    f"{_W}.exit_decision.after": "way_forward.opened",
    "facts.barriers": {"type": "text"},
    "facts.barriers.one_of": list(BARRIERS[1:]),
    "steps.mapping.steps.mapping_decision.decide.go_on.needs": {"fact": "assistance", "known": True},
    "steps.mapping.steps.assessment.for_each": list(FIVE[1:]),
    "steps.mapping.steps.assessment.by": "owner",
    "steps.mapping.steps.assessment.record": "distance",
    "steps.mapping.steps.mapping_decision.after": "assessment.psychologist",
    f"{_P}.learning.after": "plan", f"{_P}.learning.times": 2, f"{_P}.implementation.after": "learning",
    f"{_P}.implementation.times": 2, f"{_P}.turn.times": 2,
    f"{_P}.turn.decide.learn": {"exit": "returned", "label": {"sv": "åter", "en": "back"}},
    f"{_P}.turn.decide.try": {"exit": "returned", "label": {"sv": "åter", "en": "back"}},
    f"{_P}.plan.view": False,
    f"{_P}.physical_support": _times, f"{_P}.psychological_support": _times, f"{_P}.everyday_support": _times,
    f"{_P}.implementation.steps.evaluate.record": "distance",
    "records.experience.fields.verdict.required": False,
    "records.experience.fields.may_be_spread": {"type": "text"},
    "goals.spread_experience": lambda part: {**part, "counts": [{"record": "experience"}]},
    "records.structural_obstacle.fields.where.one_of": ["rules", "employer_attitudes", "employer_knowledge"],
    f"{_W}.inform_employer": lambda part: {**part, "by": "owner"},
    f"{_W}.inform_employer.if": {"record": "structural_obstacle"},
    "unknown.0": {"sv": "inget", "en": "nothing"},
    "steps.mapping.lasts": {"at_least": "2 months", "at_most": "3 months"},
    "steps.investigation.lasts": {"at_least": "2 months", "at_most": "5 months"},
    "steps.way_forward.lasts": {"at_least": "1 month", "at_most": "3 months"},
    **{f"steps.{one}.origins.lasts": {"origin": "stated"} for one in ("mapping", "investigation", "way_forward")},
    "records.structural_obstacle": {"fields": {"where": {"type": "text"}}},
    f"{_W}.pass_on": lambda part: {**part, "by": "manager"},
    "goals.structural_influence": lambda part: {**part, "counts": [{"record": "experience"}]},
    f"{_P}.implementation.steps.trial.reasons": _REASONS,
    f"{_P}.implementation.steps.evaluate.after": "trial",
    f"{_P}.physical_support.reasons": _REASONS, f"{_P}.psychological_support.reasons": _REASONS,
    f"{_P}.everyday_support.reasons": _REASONS,
    f"{_P}.learning.steps.gather": lambda part: {**part, "by": "owner"},
    f"{_P}.learning.steps.adapt": lambda part: {key: one for key, one in part.items() if key != "view"},
    f"{_P}.learning.steps.adapt.after": "learning.opened",
}  # fmt: skip


# ------------------------------------------------------------------------------------------- what is shown


def test_v1_the_fund_knows_the_project_by_its_number(version: Version) -> None:
    version.shows("ESF 2017/00082, Östra Mellansverige [V1, V2, V8]")


def test_v2_it_lies_in_a_region(version: Version) -> None:
    version.shows(", Östra Mellansverige [V1, V2, V8]")


def test_v3_the_municipality_owns_it(version: Version) -> None:
    version.shows("Linköpings kommun, Social- och omsorgsförvaltningen [V3]")


def test_v8_the_fund_classes_it_by_objective(version: Version) -> None:
    version.shows("specifikt mål 2.1, interventionstyp - [V1, V2, V8]")


def test_v9_two_municipalities_each_with_a_variant(version: Version) -> None:
    version.shows("Kommuner: Linköping, Motala [V9]")

    variants = {unit.id: version.operation.programme_of(unit.id, version.start) for unit in version.operation.units}
    assert variants == {"linkoping": "visa_linkoping", "motala": "visa_motala"}
    for variant in variants.values():
        version.shows(f"({variant})")
        assert read_programme(programme_file(variant)).definition.variant_of == "visa"


def test_v10_three_partners_are_named(version: Version) -> None:
    for name in (
        "Samordningsförbundet i Linköping",
        "Samordningsförbundet i Motala",
        "FoU-centrum i Linköpings kommun",
    ):
        version.shows(f"  {name}: partner [V10]")


def test_v22_each_silence_is_told_and_lengths_say_where_they_come_from(version: Version) -> None:
    version.shows(
        "which steps the path has (V22)", "how long the steps are (V22)", "who refers, and on which terms (V22)",
        "when and how anybody leaves the programme (V22)",
        "which share is to come closer to the labour market, and what closer means (V22)",
        "which ages the programme is for (V22)",
        "every due rule but the lengths of the steps", "the referral comes from the municipality's social services",
        "the owner decides on the exit", "one step up of five", "no age limit and no percentage target",
    )  # fmt: skip
    opened = {
        "mapping": (ACCEPTED, 5, 1, 2, "decide mapping_decision go_on", {**MAPPED, 12: [SPOKEN]}),
        "investigation": (OPENED, 40, 3, 5, "decide investigation_decision go_on", ENOUGH),
        "way_forward": (FORWARD, 135, 1, 2, "decide exit_decision work", TALKED),
    }
    for stage, (days, day, least, most, decision, before) in opened.items():
        assert version.origin(stage, "lasts") == "elsewhere", stage
        elsewhere = "[from elsewhere, Linköping municipality's page about VISA"
        version.shows(f"Lasts at least {least} month", f"Lasts at most {most} months {elsewhere}")
        due, expected = due_on(version.after(days), stage), add_months(version.day(day), most)
        assert due is not None
        assert 0 <= (due - expected).days <= 3, stage  # a free day moves to the next working day
        early = (add_months(version.day(day), least) - version.day(0)).days - 1
        assert version.refused({**before, early: [decision]}) == "too_early", stage
        assert version.refused({**before, early + 1 + 4: [decision]}) is None, stage


# ------------------------------------------------------------------------------------------- numbers and days


def test_v4_accepted_people_are_measured_against_130(version: Version) -> None:
    states = [version.after(ACCEPTED), version.after(ACKNOWLEDGED)]

    accepted = sum(state.is_reached("accepted") for state in states)

    assert percentage(accepted, version.planned("participants")) == 0.77  # one of 130
    reached = {one.unit: one.value for one in version.operation.reached}
    parts = reached["participants in Linköping"] + reached["participants in Motala"]
    assert reached["participants"] == parts == 130


def _rated(first: int, then: int) -> Days:
    return {**PLANNED, 73: [{"record": "rate", "level": first}], 101: [{"record": "rate", "level": then}]}


def test_v5_closer_is_counted_against_150(version: Version) -> None:
    stays, moves, falls = (version.after(_rated(2, then)) for then in (2, 3, 1))

    assert [one.is_reached("closer") for one in (stays, moves, falls)] == [False, True, False]
    assert moves.reached["closer"].on == version.day(101)
    for outcome, closer in (("work", True), ("studies", True), ("measure", True), ("return", False)):
        left = version.after({**TALKED, 170: [f"decide exit_decision {outcome}"]})
        assert left.is_reached("closer") is closer, outcome
    assert due_on(version.after(PLANNED), f"{PLATFORMS}.rate") == version.day(45 + 28)
    assert open_owner(version.after(PLANNED), f"{PLATFORMS}.rate") == "owner"
    for level in (0, 6):
        assert version.refused({**PLANNED, 73: [{"record": "rate", "level": level}]}) is not None, level
    assert percentage(1, version.planned("closer to the labour market")) == 0.67


def open_owner(state: State, path: str) -> str | None:
    """Return the role that does the one open instance of a step."""
    (found,) = [one.by for one in state.open.values() if one.path == path]
    return found


def test_v6_the_period_takes_referrals_from_its_first_to_its_last_day(version: Version) -> None:
    for day, code in (
        (date(2017, 8, 31), "day_before_the_operation"), (date(2017, 9, 1), None), (date(2020, 10, 31), None),
        (date(2020, 11, 1), "day_after_the_operation"),
    ):  # fmt: skip
        assert version.covered(day) == code, day


def test_v7_the_grant_is_47_24_per_cent_of_the_budget(version: Version) -> None:
    money = version.operation.budget
    assert money is not None

    assert money is not None
    assert (money.total, money.esf, money.costs) == (15_935_467, 7_528_536, 0)
    assert percentage(money.esf, money.total) == money.esf_percent == 47.24
    version.shows("Totala kostnader: 0 kronor [V7]")


def test_v11_four_organisations_co_operate_across_borders(version: Version) -> None:
    assert version.planned("organisations that know the group") == 4
    (exchange,) = version.operation.transnational
    version.shows("4 organisations that know the group [V11]", f"{exchange.name}: {exchange.part} [V11]")
    assert exchange.name == "Fyra organisationer"


# ------------------------------------------------------------------------------------------- who


def test_v12_long_unemployed_with_assistance_and_an_impairment(version: Version) -> None:
    assert version.refused(ACCEPTED) is None
    assert version.refused(ACCEPTED, assistance="recurrent") is None
    for name, value in (
        ("labour_status", "unemployed"), ("assistance", "none"), ("functional_impairment", False),
        ("labour_status", None), ("assistance", None), ("functional_impairment", None),
    ):  # fmt: skip
        assert version.refused(ACCEPTED, **{name: value}) == "needs_not_met", (name, value)


def test_v15_reduced_capacity_complex_problems_far_from_the_labour_market(version: Version) -> None:
    assert version.refused(ACCEPTED) is None
    for name in ("reduced_work_capacity", "complex_problems", "far_from_labour_market"):
        for value in (False, None):
            assert version.refused(ACCEPTED, **{name: value}) == "needs_not_met", (name, value)


def test_v13_nobody_is_passed_on_without_being_received(version: Version) -> None:
    passed = ["social_services", "employment_service", "insurance_agency", "health_care"]
    assert version.after(ACCEPTED, authorities=passed).fact("authorities") == passed

    assert "way_forward.exit_decision" not in open_paths(version.after(FORWARD))
    assert "way_forward.exit_decision" in open_paths(version.after(TALKED))
    returned = version.play(RETURNED, until=200)
    left = next(event for event in returned.events if event.type is EventType.EXITED)
    assert left.coded["hand_over"] == "referrer"
    assert returned.state is not None
    assert open_owner(returned.state, "after_exit.received") == "referrer"
    assert "after_exit.received" not in open_paths(version.after({**RETURNED, 175: ["done received"]}))


def test_v14_each_barrier_can_be_recorded_and_one_has_to_be_spoken_of(version: Version) -> None:
    for code in BARRIERS:
        assert version.after({**ACCEPTED, 12: [{**SPOKEN, "value": [code]}]}).fact("barriers") == [code]
    assert version.refused({**ACCEPTED, 12: [{**SPOKEN, "value": ["laziness"]}]}) is not None

    assert version.refused({**MAPPED, 40: ["decide mapping_decision go_on"]}) == "needs_not_met"
    declined = {**MAPPED, 12: ["fact barriers"], 40: ["decide mapping_decision go_on"]}
    assert version.refused(declined) == "needs_not_met"
    assert version.refused({**declined, 40: [{"decide": "mapping_decision go_on", "exception": True}]}) is None
    assert version.refused(OPENED) is None


def test_v16_five_professions_each_make_an_assessment(version: Version) -> None:
    assert open_items(version.after(ACCEPTED), "mapping.assessment") == {one: one for one in FIVE}
    for missing in FIVE:
        some = [f"record assessment.{one}" for one in FIVE if one != missing]
        assert "mapping.mapping_decision" not in open_paths(version.after({**ACCEPTED, 10: some})), missing
    assert "mapping.mapping_decision" in open_paths(version.after(MAPPED))
    assert len(version.after(MAPPED).records["professional_view"]) == 5
    stranger = {**ACCEPTED, 10: ["record assessment.psychologist by physiotherapist"]}
    assert version.refused(stranger) is not None
    team = Counter(role for person in version.operation.staff for role in person.roles)
    assert team["occupational_therapist"] > 1
    assert all(team[one] for one in FIVE)


# ------------------------------------------------------------------------------------------- the two platforms


def _turns(*outcomes: str) -> Days:
    """Return a story of turns: after each one learns, or tries at once, and then there is another turn."""
    days, day = dict(TRIED), 104
    for outcome in outcomes:
        days[day] = [f"decide turn {outcome}"]
        if outcome == "learn":
            days[day + 1] = ["done gather", "done adapt"]
        days[day + 2] = ["done trial", "record evaluate"]
        day += 3
    return days


def test_v17_the_path_swings_between_two_platforms(version: Version) -> None:
    assert LEARNING in open_paths(version.after(PLANNED))
    assert TRYING not in open_paths(version.after(PLANNED))
    assert {TRYING} == open_paths(version.after(LEARNT)) & {LEARNING, TRYING}
    back = version.after({**TRIED, 104: ["decide turn learn"]})
    assert {LEARNING} == open_paths(back) & {LEARNING, TRYING}
    again = version.after({**TRIED, 104: ["decide turn try"]})
    assert {TRYING} == open_paths(again) & {LEARNING, TRYING}

    many = version.after(_turns(*["learn", "try"] * 4))
    assert (many.count(f"{LEARNING}.opened"), many.count(f"{TRYING}.opened")) == (5, 9)
    assert f"{PLATFORMS}.turn" in open_paths(many)
    assert not many.has_seen(PLATFORMS)
    assert version.after(ENOUGH).has_seen(PLATFORMS)


def _view(version: Version, days: Days, step: str) -> Any:
    """Return the participant's own view of a step that was done: it has to be stated where the step asks for it."""
    events = version.play(days).events
    return next(one for one in events if one.type is EventType.DONE and one.step == step).coded.get("view")


def test_v18_the_plan_is_the_persons_own_and_support_is_chosen(version: Version) -> None:
    assert _view(version, PLANNED, f"{PLATFORMS}.plan") == "yes"
    unsure = {**OPENED, 45: [{"done": "plan", "view": "partly", "words": "Jag vill börja långsamt."}]}
    assert _view(version, unsure, f"{PLATFORMS}.plan") == "partly"

    assert not open_paths(version.after(PLANNED)) & {f"{PLATFORMS}.{name}" for name in MENU}
    helped = version.after({**PLANNED, 46: [f"open {name}" for name in MENU], 47: ["open psychological_support"]})
    doers = {one.path.rsplit(".", 1)[-1]: one.by for one in helped.open.values() if one.path.endswith("_support")}
    assert doers == {
        "physical_support": "physiotherapist", "psychological_support": "psychologist",
        "everyday_support": "social_secretary",
    }  # fmt: skip
    for name in MENU:
        twice = {**PLANNED, 46: [f"open {name}"], 47: [f"open {name}"]}
        assert version.after(twice).count(f"{PLATFORMS}.{name}.opened") == 2, name


def test_v25_what_is_known_is_gathered_adapted_and_then_applied(version: Version) -> None:
    planned = version.after(PLANNED)
    assert open_paths(planned, prefix=f"{LEARNING}.") == {f"{LEARNING}.gather"}
    assert open_owner(planned, f"{LEARNING}.gather") == "occupational_therapist"
    gathered = version.after({**PLANNED, 50: ["done gather"]})
    assert open_paths(gathered, prefix=f"{LEARNING}.") == {f"{LEARNING}.adapt"}
    assert _view(version, LEARNT, f"{LEARNING}.adapt") == "yes"
    assert TRYING not in open_paths(gathered)
    assert TRYING in open_paths(version.after(LEARNT))


def test_v19_each_trial_ends_with_a_documented_verdict(version: Version) -> None:
    tried = {**LEARNT, 100: ["done trial"]}
    assert f"{TRYING}.evaluate" in open_paths(version.after(tried))
    assert f"{PLATFORMS}.turn" not in open_paths(version.after(tried))
    assert version.refused({**tried, 102: [{"record": "evaluate", "may_be_spread": True}]}) is not None
    assert version.refused({**tried, 102: [{"record": "evaluate", "verdict": "works"}]}) is not None

    for spread in (True, False):
        said = {"record": "evaluate", "verdict": "works_adapted", "may_be_spread": spread}
        state = version.after({**tried, 102: [said]})
        assert state.records["experience"][0].values == {"verdict": "works_adapted", "may_be_spread": spread}
        assert version.counts("spread_experience", state) is spread


def test_v24_an_interruption_has_a_coded_reason_and_the_path_goes_on(version: Version) -> None:
    assert f"{TRYING}.evaluate" not in open_paths(version.after(LEARNT))
    for reason in ("illness", "relapse", "life_situation", "own_wish", "other_measure"):
        ended = version.play({**LEARNT, 70: [f"end trial {reason}"]})
        (event,) = [one for one in ended.events if one.type is EventType.ENDED]
        assert event.coded["reason"] == reason
        assert ended.state is not None
        assert f"{TRYING}.evaluate" in open_paths(ended.state)
        for name in MENU:
            assert version.refused({**PLANNED, 46: [f"open {name}"], 60: [f"end {name} {reason}"]}) is None, name
    assert version.refused({**LEARNT, 70: ["end trial laziness"]}) is not None
    on = {**LEARNT, 70: ["end trial relapse"], 71: ["record evaluate"], 72: ["decide turn learn"]}
    assert LEARNING in open_paths(version.after(on))


# ------------------------------------------------------------------------------------------- obstacles outside


def _met(where: str) -> Days:
    return {**PLANNED, 80: [{"record": "structural_obstacle", "where": where}]}


def test_v20_an_employers_obstacle_becomes_a_task(version: Version) -> None:
    employer = "way_forward.inform_employer"
    for where, met in (("employer_attitudes", True), ("employer_knowledge", True), ("between_authorities", False)):
        state = version.after({**FORWARD, **_met(where)})
        assert (employer in open_paths(state)) is met, where
        if met:
            assert open_owner(state, employer) == "labour_market_consultant"
    assert employer not in open_paths(version.after(FORWARD))
    assert version.refused(_met("laziness")) is not None


def test_v23_obstacles_in_the_system_stand_beside_the_persons_and_are_passed_on(version: Version) -> None:
    state = version.after({**FORWARD, **_met("between_authorities")})

    assert state.fact("barriers") == ["isolation"]
    assert [one.values for one in state.records["structural_obstacle"]] == [{"where": "between_authorities"}]
    assert version.rules.records["structural_obstacle"]["where"].type == "code"
    assert open_owner(state, "way_forward.pass_on") == "owner"
    assert version.counts("structural_influence", state)
    assert not version.counts("structural_influence", version.after(FORWARD))
    assert "way_forward.pass_on" not in open_paths(version.after(FORWARD))
