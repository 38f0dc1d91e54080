"""One test for each row of Koll's description that is held by a line (``stegvis programme trace koll`` names them)."""

from __future__ import annotations

from tests.unit import koll_rows as rows

KOLL = rows.shipped()


def test_k1_the_fund_knows_the_project_by_number_region_and_postcode() -> None:
    rows.k1(KOLL)


def test_k2_the_municipality_owns_it() -> None:
    rows.k2(KOLL)


def test_k3_accepted_people_are_measured_against_94() -> None:
    rows.k3(KOLL)


def test_k4_undergone_is_counted_when_every_area_is_assessed() -> None:
    rows.k4(KOLL)


def test_k5_offered_and_undergone_are_counted_apart() -> None:
    rows.k5(KOLL)


def test_k6_the_period_takes_referrals_from_its_first_to_its_last_day() -> None:
    rows.k6(KOLL)


def test_k7_the_grant_is_47_per_cent_of_the_budget() -> None:
    rows.k7(KOLL)


def test_k8_the_fund_classes_it_by_area_objective_and_type() -> None:
    rows.k8(KOLL)


def test_k9_age_is_35_to_55_on_the_day_of_the_referral() -> None:
    rows.k9(KOLL)


def test_k10_both_complex_problems_and_long_term_assistance_are_needed() -> None:
    rows.k10(KOLL)


def test_k11_social_assistance_and_labour_market_co_operate() -> None:
    rows.k11(KOLL)


def test_k12_the_inventory_comes_first_and_ends_in_a_plan() -> None:
    rows.k12(KOLL)


def test_k13_only_a_decision_to_go_on_opens_the_activity_phase() -> None:
    rows.k13(KOLL)


def test_k14_a_return_is_handed_to_the_referrer_who_confirms() -> None:
    rows.k14(KOLL)


def test_k15_a_return_can_be_taken_back_or_followed_by_a_new_referral() -> None:
    rows.k15(KOLL)


def test_k16_all_five_areas_are_assessed_before_a_recommendation() -> None:
    rows.k16(KOLL)


def test_k18_work_training_and_chosen_interventions_run_beside_each_other() -> None:
    rows.k18(KOLL)


def test_k19_the_second_stage_is_the_activity_phase() -> None:
    rows.k19(KOLL)


def test_k20_the_target_counts_25_per_cent_adapted_of_those_who_entered() -> None:
    rows.k20(KOLL)


def test_k21_six_partners_are_named() -> None:
    rows.k21(KOLL)


def test_k23_the_instrument_is_told_to_be_unknown() -> None:
    rows.k23(KOLL)


def test_k24_each_silence_is_told_and_has_a_house_value() -> None:
    rows.k24(KOLL)
