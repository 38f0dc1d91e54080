"""Who is next: order, sites, groups; and what the rules make of a place that is found."""

from __future__ import annotations

from datetime import date

import pytest

from domain.commands import Happen
from domain.errors import Refusal
from domain.interpreter import decide
from domain.operations import GroupDef, PoolDef, load_operation, moved_to
from domain.people import THE_SYSTEM
from domain.places import InLine, Pool, allot
from domain.rules import OWNER
from domain.simulation import Simulation
from service.publishing import operation_file
from tests.unit.small import BASE, MONDAY, rules_of, tell

ANNA, BO, CIA, DAG = (InLine(name, f"{name}#1") for name in ("anna", "bo", "cia", "dag"))
MARCH, MAY = date(2026, 3, 2), date(2026, 5, 4)


def given(pools: list[Pool], line: list[InLine], today: date = MARCH) -> list[tuple[str, str | None]]:
    return [(one.who.pathway, one.site) for one in allot(pools, line, today)]


class TestOrder:
    def test_is_the_line_s_as_far_as_places_reach(self) -> None:
        assert given([Pool(1, None, 3, 1)], [BO, ANNA, CIA]) == [("bo", None), ("anna", None)]

    def test_gives_nothing_where_more_are_taken_than_there_are(self) -> None:
        assert given([Pool(1, None, 1, 3)], [ANNA]) == []

    def test_fills_the_site_with_most_room(self) -> None:
        pools = [Pool(1, "north", 2, 1), Pool(2, "south", 2, 0)]

        assert given(pools, [ANNA, BO, CIA]) == [("anna", "south"), ("bo", "north"), ("cia", "south")]

    def test_lets_who_waits_for_one_site_wait_while_others_pass(self) -> None:
        choosy = InLine("anna", "anna#1", site="north")

        assert given([Pool(1, "north", 1, 1), Pool(2, "south", 1, 0)], [choosy, BO]) == [("bo", "south")]
        assert given([Pool(1, "north", 1, 0), Pool(2, "south", 1, 0)], [choosy]) == [("anna", "north")]

    def test_does_not_bind_to_a_site_that_has_none(self) -> None:
        assert given([Pool(2, "south", 1, 0)], [InLine("anna", "anna#1", site="agency")]) == [("anna", "south")]


class TestGroup:
    def test_is_not_offered_until_enough_can_start(self) -> None:
        pool = Pool(1, None, 4, 0, at_least=3, starts=(MARCH, MAY))

        assert allot([pool], [ANNA, BO], MARCH) == []
        assert [one.starts_on for one in allot([pool], [ANNA, BO, CIA, DAG], MARCH)] == [MARCH] * 4

    def test_counts_who_is_in_for_the_same_day(self) -> None:
        def pool(day: date) -> Pool:
            return Pool(1, None, 4, 2, at_least=3, starts=(MARCH, MAY), together=((day, 2),))

        assert given([pool(MARCH)], [ANNA]) == [("anna", None)]
        assert given([pool(MAY)], [ANNA]) == []

    def test_waits_for_the_next_day_when_one_has_passed(self) -> None:
        pool = Pool(1, None, 4, 0, at_least=2, starts=(MARCH, MAY))

        assert [one.starts_on for one in allot([pool], [ANNA, BO], date(2026, 3, 3))] == [MAY, MAY]
        assert allot([pool], [ANNA, BO], date(2026, 5, 5)) == []

    def test_can_not_start_with_fewer_places_than_it_takes(self) -> None:
        assert given([Pool(1, None, 2, 0, at_least=3, starts=(MAY,))], [ANNA, BO, CIA]) == []

    def test_fills_one_site_after_the_other(self) -> None:
        north = Pool(1, "north", 9, 0, at_least=3, starts=(MAY,))
        south = Pool(2, "south", 9, 0, at_least=3, starts=(MARCH,))

        assert given([north, south], [ANNA, BO, CIA, DAG]) == [
            ("anna", "south"), ("bo", "south"), ("cia", "south"), ("dag", "south")
        ]  # fmt: skip

    def test_comes_after_what_can_be_used_at_once(self) -> None:
        group = Pool(1, "north", 9, 0, at_least=3, starts=(MARCH,))

        assert given([group, Pool(2, "south", 1, 0)], [ANNA, BO, CIA]) == [("anna", "south")]


class TestAnOperationFromAnotherDay:
    def test_starts_its_groups_as_many_days_later_and_never_on_a_free_day(self) -> None:
        like = load_operation(operation_file("koll-2020").read_text("utf-8"))
        group = GroupDef(at_least=3, starts=[date(2020, 2, 3)])
        places = [PoolDef(pool="shop", count=4, group=group), PoolDef(pool="cafe", count=1)]

        later = moved_to(like.model_copy(update={"places": places}), date(2026, 1, 2), "koll-2026")

        # 2,192 days after Monday 3 February 2020 is Tuesday 3 February 2026.
        assert [one.group.starts if one.group else None for one in later.places] == [[date(2026, 2, 3)], None]
        free = moved_to(like.model_copy(update={"places": places}), date(2020, 1, 7), "koll-later")
        assert free.places[0].group is not None
        assert free.places[0].group.starts == [date(2020, 2, 10)]  # the Saturday is passed over


WAITS = """
one:
  ~
  steps:
    talk: {~, by: owner, due: 5 days}
    work:
      ~
      by: owner
      after: talk
      due: 1 month
      waits_for: {pool: shop, waiting_due: 10 days, offer_due: 5 days}
      overdue: [{after: 2 days, tell: manager}]
      IF
"""


def waiting(*, more: str = "", days: int = 1) -> Simulation:
    return tell(rules_of(WAITS.replace("IF", more)), {days: ["done talk"]})


def place(told: Simulation, **more: object) -> Happen:
    return Happen.model_validate({"id": "h", "by": THE_SYSTEM, "happening": "one.work_place", **more})


class TestWaiting:
    def test_has_a_responsible_and_a_due_day_like_anything_else(self) -> None:
        told = waiting()

        assert told.state is not None
        one = told.state.open["one.work_waiting#1"]
        assert (one.by, str(one.due_on)) == (OWNER, "2025-03-14")
        assert [alarm.kind for alarm in one.alarms] == ["overdue", "escalate"]

    def test_ends_by_a_place_for_this_round_only(self) -> None:
        told = waiting()

        with pytest.raises(Refusal, match="step_not_open"):
            decide(rules=told.rules, state=told.state, command=place(told, key="one.work_waiting#2"),
                   now=told.events[-1].recorded_at)  # fmt: skip
        events = decide(
            rules=told.rules, state=told.state, now=told.events[-1].recorded_at,
            command=place(told, key="one.work_waiting#1", site="north", starts_on="2026-05-04"),
        )  # fmt: skip

        assert events[0].coded == {
            "happening": "one.work_place", "key": "one.work_waiting#1", "site": "north", "starts_on": "2026-05-04",
        }  # fmt: skip
        assert events[-1].coded["key"] == "one.work_offer#1"

    def test_takes_no_place_while_paused(self) -> None:
        told = tell(rules_of(WAITS.replace("IF", "")), {1: ["done talk"], 2: ["pause illness 30"]})

        with pytest.raises(Refusal, match="no_place_while_paused"):
            decide(rules=told.rules, state=told.state, command=place(told), now=told.events[-1].recorded_at)

    def test_is_for_whom_the_step_is_for(self) -> None:
        rules = rules_of(WAITS.replace("IF", "if: {fact: far, is: true}"), base=BASE)

        near = tell(rules, {1: ["done talk"]}, given={"far": False}, until=MONDAY)
        far = tell(rules, {1: ["done talk"]}, given={"far": True}, until=MONDAY)

        assert near.state is not None
        assert far.state is not None
        assert "one.work_waiting#1" not in near.state.open
        assert "one.work_waiting#1" in far.state.open

    def test_comes_after_a_menu_entry_that_is_chosen_and_done(self) -> None:
        menu = "    apply: {~, by: owner, after: talk, choose: 1, due: 1 week}\n"
        menu += "    leave: {~, by: owner, after: talk, due: 3 months}\n"
        rules = rules_of(WAITS.replace("IF", "required: false").replace("    work:\n", f"{menu}    work:\n").replace(
            "after: talk\n      due", "after: apply\n      due"))  # fmt: skip

        untouched = tell(rules, {1: ["done talk"]}, until=MONDAY)
        chosen = tell(rules, {1: ["done talk"], 2: ["open apply"], 3: ["done apply"]}, until=MONDAY)

        assert untouched.state is not None
        assert chosen.state is not None
        assert "one.work_waiting#1" not in untouched.state.open
        assert "one.work_waiting#1" in chosen.state.open

    def test_is_for_a_place_of_the_pool_that_it_waits_for(self) -> None:
        told = waiting()

        with pytest.raises(Refusal, match="place_of_another_pool"):
            decide(rules=told.rules, state=told.state, command=place(told, pool="cafe"),
                   now=told.events[-1].recorded_at)  # fmt: skip
        assert decide(rules=told.rules, state=told.state, command=place(told, pool="shop"),
                      now=told.events[-1].recorded_at)  # fmt: skip
