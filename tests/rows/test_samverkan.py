"""What each row of Samverkan utan gränser demands, as a check that any version of the definition can be put to."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.events import EventType
from domain.interpreter import State
from domain.interpreter.values import percentage
from tests.rows.harness import Days, Version, open_items, open_paths, shipped

MONDAY = date(2012, 3, 5)
GIVEN = {"labour_status": "long_term_unemployed", "ill_health": "no_ill_health", "immigrant": True}
ILL: dict[str, Any] = {"ill_health": "mental", "immigrant": False}
AREAS = ("self_development", "health", "work_practice", "learning", "everyday_life")
MENU = ("self_development", "health", "work_practice", "learning")
NEEDS = ("physical", "communicative", "information")
TASKS = {"physical": "adapt_place", "communicative": "adapt_talk", "information": "adapt_material"}
ALL_PRESENT = ["participant", "municipality", "health_care"]


def _needs(*needed: str) -> dict[str, Any]:
    """Return the sentence that records which needs of accessibility somebody has."""
    return {"record": "accessibility", "step": "accessibility", **{name: name in needed for name in NEEDS}}


ACKNOWLEDGED: Days = {0: ["refer"], 1: ["done acknowledge"]}
ASKED = {**ACKNOWLEDGED, 3: [_needs()]}
ACCEPTED = {**ASKED, 5: ["decide eligibility accepted"]}
INFORMED = {**ACCEPTED, 10: ["done oral", "done written"]}
MAPPED = {**INFORMED, 20: [f"record area.{area}" for area in AREAS]}
PLANNED = {**MAPPED, 30: ["done plan"]}
GOING_OUT = {**PLANNED, 100: ["decide ready go_out"]}
INTRODUCED = {**GOING_OUT, 150: ["done introduce"]}
AT_WORK = {**INTRODUCED, 155: ["decide exit_decision work"]}

SHIPPED = shipped("samverkan", "samverkan-2012", given=GIVEN, start=MONDAY)


def _by_owner(part: dict[str, Any]) -> dict[str, Any]:
    return {**part, "by": "owner"}


def _by_team(part: dict[str, Any]) -> dict[str, Any]:
    return {**part, "by": "team"}


def _counts_all(part: dict[str, Any]) -> dict[str, Any]:
    return {**part, "counts": [{"record": "lesson"}]}


_MAP, _ACT, _OUT = "steps.mapping.steps", "steps.activities.steps", "steps.active_exit.steps"
_ANYBODY = {"fact": "labour_status", "known": True}
_BACK = {"exit": "returned", "label": {"sv": "åter", "en": "back"}}
# What each place is changed to: another value that is as well-formed, and wrong; a function makes it of the old one.
CHANGES: dict[str, Any] = {
    "esf.programme_area": "1", "esf.programme_period": "2014–2020", "esf.phase": "förprojektering",
    "unknown.0": {"sv": "inget", "en": "nothing"}, "owner": "En annan enhet",
    "budget.total": 25_397_158, "budget.esf": 10_638_861, "budget.esf_percent": 41.88,
    "starts": "2012-02-02", "ends": "2014-12-30", "esf.region": "Västsverige", "esf.municipalities": ["Hässleholm"],
    "eligible.0": _ANYBODY, "eligible.1": _ANYBODY, "eligible.1.any.0": {"fact": "ill_health", "known": True},
    "eligible.1.any.1": {"fact": "immigrant", "known": True},
    "steps.mobilisation.steps.eligibility.decide.accepted.needs": _ANYBODY,
    "milestones.group_ill_health": {"fact": "ill_health", "is": "mental"},
    "milestones.group_immigrant": {"fact": "immigrant", "known": True},
    "eligible.1.any.0.in": ["mental"], "facts.ill_health.one_of": ["no_ill_health", "mental", "mental_and_other"],
    "milestones.group_mental_ill_health": {"fact": "ill_health", "in": ["mental", "other", "mental_and_other"]},
    "milestones.accepted": {"ref": "acknowledge"},
    "planned.0": {"value": 160, "unit": "people in the group", "source": "S8"},
    "steps.mapping": lambda part: {**part, "after": "acknowledge"}, "steps.mapping.after": "acknowledge",
    f"{_MAP}.area.for_each": list(AREAS[1:]), f"{_MAP}.area.record": "lesson", f"{_MAP}.area.by": "provider",
    "steps.activities.after": ["eligibility.accepted", "exit_decision.back"], f"{_MAP}.plan.view": False,
    **{f"{_ACT}.{name}": _by_owner for name in MENU},
    "steps.active_exit": lambda part: {**part, "after": "mapping"}, "steps.active_exit.after": "mapping",
    f"{_OUT}.introduce": _by_owner, f"{_OUT}.support_on_site": _by_owner,
    f"{_ACT}.ready.decide.go_out": _BACK, "after_exit.foothold": lambda part: {**part, "only": ["work"]},
    "exits.work.class": "interrupted", "exits.other_occupation.class": "interrupted",
    f"{_OUT}.exit_decision.decide.work.exit": "returned",
    f"{_OUT}.exit_decision.decide.other_occupation.exit": "returned",
    f"{_MAP}.coordination": _by_team, f"{_MAP}.coordination.present": ["participant"],
    f"{_MAP}.coordination.if": _ANYBODY,
    "steps.mobilisation": lambda part: {**part, "label": {"sv": "Start", "en": "Start"}},
    "steps.mobilisation.steps.accessibility": lambda part: {**part, "by": "team"},
    "steps.mobilisation.steps.eligibility.after": "acknowledge",
    **{f"records.accessibility.fields.{name}.required": False for name in NEEDS},
    f"{_MAP}.information.steps.oral": _by_team, f"{_MAP}.information.steps.written": _by_team,
    **{f"{_MAP}.information.steps.{name}": _by_team for name in TASKS.values()},
    f"{_MAP}.plan.after": "area.all",
    "watch.pause_reasons": ["illness"], **{f"{_ACT}.{name}.reasons": ["illness"] for name in MENU},
    f"{_ACT}.health.choose": 1, f"{_OUT}.introduce.reasons": ["illness"],
    f"{_OUT}.exit_decision.decide.back": _BACK, "steps.activities.times": 1,
    "steps.mobilisation.steps.accessibility.label.en": "Go through accessibility",
    "planned.1": {"value": 2, "unit": "transnational options", "source": "S18"},
    "transnational.0": {"name": "Norge", "part": "one way in", "source": "S18"},
    "planned.2": {"value": 3, "unit": "strategic goals", "source": "S21"},
    **{f"goals.{name}": _counts_all for name in ("knowledge", "methods", "cross_disciplinary", "lasting_collaboration")},
    f"{_ACT}.forum": _by_owner, f"{_ACT}.forum.record": "need", "records.lesson.fields.about.required": False,
    "facts.measures_did_not_fit": {"type": "text"}, f"{_MAP}.tried_before": _by_owner,
    f"{_MAP}.tried_before.if": _ANYBODY,
}  # fmt: skip


def doer(state: State, path: str) -> str | None:
    """Return the role that does the one open instance of a step."""
    (found,) = [one.by for one in state.open.values() if one.path == path]
    return found


# ------------------------------------------------------------------------------------------- what is shown


def test_s1_period_area_and_phase_and_what_is_missing(version: Version) -> None:
    version.shows(
        "ESF nummer okänt, Sydsverige [S1, S5]", "Programperiod 2007–2013, fas: genomförande [S1, S5]",
        "Programområde 2, specifikt mål -", "the diary number and the project number (S1)",
        "the number of planned participants, as a field (S1)",
    )  # fmt: skip


def test_s2_the_labour_market_unit_owns_it(version: Version) -> None:
    version.shows("Arbetsmarknadsenheten i Hässleholm [S2]")


def test_s5_region_and_municipalities(version: Version) -> None:
    version.shows(", Sydsverige [S1, S5]", "Kommuner: Hässleholm, Kristianstad [S5]")


def test_s17_handisam_and_its_checklist(version: Version) -> None:
    version.shows(
        "HANDISAM: support for accessibility [S17]", "HANDISAM: checklist of accessibility for projects of the fund [S17]",
        "Go through accessibility by the checklist [S15, S17]",
    )  # fmt: skip


WELFARE, SKILLS = "Arbete- och välfärdsförvaltningen", "Arbetsmarknad och kompetensutveckling inom Socialförvaltningen"


def test_s19_two_co_financers(version: Version) -> None:
    version.shows(f"{WELFARE}: co-financer [S19]", f"{SKILLS}: co-financer [S19]")


def test_s20_four_partners(version: Version) -> None:
    for name in ("Arbetsförmedlingen Hässleholm", "Arbetsmarknadsenheten", WELFARE, SKILLS):
        version.shows(f"{name}: partner [S20]")


def test_s22_each_silence_is_told_and_has_a_house_value(version: Version) -> None:
    version.shows(
        "how many are to reach a result, in numbers (S22)", "how long the stages are (S22)",
        "which professions take part (S22)", "which ages it is for (S22)", "who refers, and on which terms (S22)",
        "every due rule, reminder and escalation (the Stegvis project", "the manager admits (the Stegvis project",
        "no professions are demanded; the team maps", "no age limit and no percentage target",
    )  # fmt: skip


# ------------------------------------------------------------------------------------------- numbers and days


def test_s3_the_grant_is_41_89_per_cent_of_the_budget(version: Version) -> None:
    money = version.operation.budget
    assert money is not None

    assert (money.total, money.esf) == (25_397_159, 10_638_862)
    assert percentage(money.esf, money.total) == money.esf_percent == 41.89


def test_s4_the_period_takes_referrals_from_its_first_to_its_last_day(version: Version) -> None:
    for day, code in (
        (date(2012, 1, 31), "day_before_the_operation"), (date(2012, 2, 1), None), (date(2014, 12, 31), None),
        (date(2015, 1, 1), "day_after_the_operation"),
    ):  # fmt: skip
        assert version.covered(day) == code, day


def test_s8_accepted_people_are_measured_against_150(version: Version) -> None:
    states = [version.after(ACCEPTED), version.after(ASKED)]

    accepted = sum(state.is_reached("accepted") for state in states)

    assert percentage(accepted, version.planned("people in the group")) == 0.67  # one of about 150


def test_s18_three_transnational_options(version: Version) -> None:
    assert version.planned("transnational options") == len(version.operation.transnational) == 3
    version.shows("Nederländerna: one way in [S18]", "Danmark: ", "Italien: social enterprise [S18]")


def test_s21_four_strategic_goals_each_with_what_counts(version: Version) -> None:
    about = {
        "knowledge": "knowledge", "methods": "method", "cross_disciplinary": "approach",
        "lasting_collaboration": "collaboration",
    }  # fmt: skip
    assert len(version.definition.goals) == version.planned("strategic goals") == 4
    for goal, kind in about.items():
        for other in about.values():
            state = version.after({**PLANNED, 40: [{"record": "forum", "about": other}]})
            assert version.counts(goal, state) is (kind == other), (goal, other)
    met = {**MAPPED, 20: [*MAPPED[20], {"done": "coordination", "present": ALL_PRESENT}]}
    assert version.counts("lasting_collaboration", version.after(met, **ILL))


# ------------------------------------------------------------------------------------------- who


def test_s6_either_of_two_target_groups_suffices(version: Version) -> None:
    immigrant: dict[str, Any] = {}
    both = {"ill_health": "other", "immigrant": True}
    for given, groups in ((ILL, (True, False)), (immigrant, (False, True)), (both, (True, True))):
        state = version.after(ACCEPTED, **given)
        assert (state.is_reached("group_ill_health"), state.is_reached("group_immigrant")) == groups
    assert version.refused(ACCEPTED, immigrant=False) == "needs_not_met"
    assert version.refused(ACCEPTED, immigrant=False, ill_health=None) == "needs_not_met"
    for given in (ILL, immigrant):
        assert version.refused(ACCEPTED, **given, labour_status="unemployed") == "needs_not_met"


def test_s7_both_readings_of_ill_health_stand(version: Version) -> None:
    for code, mental in (("mental", True), ("other", False), ("mental_and_other", True)):
        state = version.after(ACCEPTED, immigrant=False, ill_health=code)
        assert state.is_reached("group_ill_health"), code
        assert state.is_reached("group_mental_ill_health") is mental, code
    assert version.refused(ACCEPTED, immigrant=False, ill_health="no_ill_health") == "needs_not_met"
    assert version.rules.facts["ill_health"].type == "code"
    version.shows("whether the ill-health has to be mental", "any ill-health suffices for the first target group")


def test_s24_what_did_not_fit_before_is_gone_through(version: Version) -> None:
    path = "mapping.tried_before"
    state = version.after(ACCEPTED, measures_did_not_fit=True)
    assert doer(state, path) == "team"
    for value in (False, None):
        assert path not in open_paths(version.after(ACCEPTED, measures_did_not_fit=value))
    assert "activities" not in open_paths(version.after(PLANNED, measures_did_not_fit=True))
    gone_through = {**PLANNED, 31: ["done tried_before"]}
    assert "activities" in open_paths(version.after(gone_through, measures_did_not_fit=True))


# ------------------------------------------------------------------------------------------- the path


def test_s14_mobilisation_comes_before_everything(version: Version) -> None:
    assert open_paths(version.after({0: ["refer"]})) == {"watch", "mobilisation", "mobilisation.acknowledge"}
    assert version.definition.steps["mobilisation"].label.en == "Mobilisation"
    known = version.after(ACKNOWLEDGED)
    assert doer(known, "mobilisation.accessibility") == "owner"
    assert version.refused({**ACKNOWLEDGED, 5: ["decide eligibility accepted"]}) == "step_not_open"
    assert "mapping" not in open_paths(version.after(ASKED))
    accepted = version.after(ACCEPTED)
    assert accepted.has_seen("mobilisation")
    assert "mapping" in open_paths(accepted)


def test_s9_needs_and_conditions_are_mapped_area_by_area(version: Version) -> None:
    assert "mapping" not in open_paths(version.after(ASKED))
    accepted = version.after(ACCEPTED)
    assert "mapping" in open_paths(accepted)
    assert open_items(accepted, "mapping.area") == dict.fromkeys(AREAS, "team")
    assert [set(one.values) for one in version.after(MAPPED).records["need"]] == [{"rating"}] * 5
    for missing in AREAS:
        some = [f"record area.{area}" for area in AREAS if area != missing]
        assert "mapping.plan" not in open_paths(version.after({**INFORMED, 20: some})), missing
    assert "activities" not in open_paths(version.after(MAPPED))
    assert "activities" in open_paths(version.after(PLANNED))


def test_s10_four_kinds_of_interventions_are_chosen_person_by_person(version: Version) -> None:
    (plan,) = [one for one in version.play(PLANNED).events
               if one.type is EventType.DONE and one.step == "mapping.plan"]  # fmt: skip
    assert plan.coded.get("view") == "yes"
    assert open_paths(version.after(PLANNED), prefix="activities.") == {
        "activities.review", "activities.forum", "activities.ready"}  # fmt: skip

    at_once = version.after({**PLANNED, 35: [f"open {name}" for name in MENU]})

    assert {name: doer(at_once, f"activities.{name}") for name in MENU} == dict.fromkeys(MENU, "provider")
    for name in MENU:
        assert version.refused({**PLANNED, 35: [f"open {name}"], 40: [f"hours {name} 6"]}) is None, name


def test_s13_municipality_and_health_care_meet(version: Version) -> None:
    path = "mapping.coordination"
    cases: tuple[tuple[dict[str, Any], bool], ...] = ((ILL, True), ({"ill_health": "other"}, True), ({}, False))
    for given, meets in cases:
        assert (path in open_paths(version.after(ACCEPTED, **given))) is meets, given
    assert doer(version.after(ACCEPTED, **ILL), path) == "owner"
    assert version.rules.steps[path].authority == "county_council"
    for missing in ALL_PRESENT:
        some = [one for one in ALL_PRESENT if one != missing]
        refused = version.refused({**ACCEPTED, 9: [{"done": "coordination", "present": some}]}, **ILL)
        assert refused == "participants_missing", missing
    assert "activities" not in open_paths(version.after(PLANNED, **ILL))
    met = {**PLANNED, 31: [{"done": "coordination", "present": ALL_PRESENT}]}
    assert "activities" in open_paths(version.after(met, **ILL))


def test_s11_the_active_exit_is_a_stage_of_its_own(version: Version) -> None:
    assert "active_exit" not in open_paths(version.after(PLANNED))
    out = version.after(GOING_OUT)
    assert {"active_exit", "active_exit.introduce"} <= open_paths(out)
    assert doer(out, "active_exit.introduce") == "provider"
    helped = version.after({**GOING_OUT, 110: ["open support_on_site"]})
    assert doer(helped, "active_exit.support_on_site") == "provider"
    assert version.refused({**GOING_OUT, 110: ["decide exit_decision work"]}) == "step_not_open"
    for outcome, goes_on in (("work", True), ("other_occupation", True), ("return", False)):
        left = version.after({**INTRODUCED, 155: [f"decide exit_decision {outcome}"]})
        assert ("after_exit.foothold" in open_paths(left)) is goes_on, outcome
    followed = version.after({**AT_WORK, 180: ["done foothold"], 182: ["done exit_data"]})
    assert "after_exit.foothold" in open_paths(followed)


def test_s12_two_good_exits(version: Version) -> None:
    for outcome in ("work", "other_occupation"):
        left = version.after({**INTRODUCED, 155: [f"decide exit_decision {outcome}"]})
        assert left.exit is not None
        assert (left.exit.reason, left.exit.cls) == (outcome, "completed")


# ------------------------------------------------------------------------------------------- for everybody


def test_s15_nobody_plans_before_information_has_got_through(version: Version) -> None:
    for missing in NEEDS:
        some = {key: value for key, value in _needs().items() if key != missing}
        assert version.refused({**ACKNOWLEDGED, 3: [some]}) is not None, missing
    accepted = version.after(ACCEPTED)
    told = {"mapping.information.oral", "mapping.information.written"}
    assert open_paths(accepted, prefix="mapping.information.") == told
    assert {doer(accepted, path) for path in told} == {"owner"}
    for way in ("oral", "written"):
        only = {**MAPPED, 10: [f"done {way}"]}
        assert "mapping.plan" not in open_paths(version.after(only)), way
    assert "mapping.plan" in open_paths(version.after(MAPPED))
    for need, task in TASKS.items():
        needing = {**MAPPED, 3: [_needs(need)]}
        state = version.after(needing)
        assert open_paths(state, prefix="mapping.information.") == {f"mapping.information.{task}"}
        assert doer(state, f"mapping.information.{task}") == "owner"
        assert "mapping.plan" not in open_paths(state), need
        assert "mapping.plan" in open_paths(version.after({**needing, 25: [f"done {task}"]})), need


def test_s16_nothing_is_counted_against_recovery(version: Version) -> None:
    paused = {**PLANNED, 40: ["pause recovery 150"]}
    assert version.after(paused).paused is not None
    silent = version.play(PLANNED, until=700)
    assert silent.state is not None
    assert silent.state.exit is None
    assert not {"absence", "dropped_out"} & set(version.rules.exits)
    assert not [path for path, rule in version.rules.steps.items() if rule.at_due]
    for name in MENU:
        again = {**PLANNED, 40: [f"open {name}"], 50: [f"end {name} recovery"], 60: [f"open {name}"]}
        assert doer(version.after(again), f"activities.{name}") == "provider"
    tired = {**GOING_OUT, 120: ["end introduce recovery"], 125: ["decide exit_decision back"]}
    back = version.after(tired)
    assert back.exit is None
    assert "activities.ready" in open_paths(back)
    assert "active_exit" in open_paths(version.after({**tired, 200: ["decide ready go_out"]}))
    version.shows("absence ends nothing; who breaks off an intervention can choose it again")


def test_s23_the_forum_records_a_lesson_again_and_again(version: Version) -> None:
    path = "activities.forum"
    assert doer(version.after(PLANNED), path) == "team"
    shared = {**PLANNED, 90: [{"record": "forum", "about": "method", "learned": "Korta pass fungerar."}]}
    state = version.after(shared)
    assert state.records["lesson"][0].values["about"] == "method"
    assert path in open_paths(state)
    assert version.refused({**PLANNED, 90: [{"record": "forum", "learned": "Korta pass."}]}) is not None
