"""What every person of the script should meet, worked out by hand, against what the rules make of the same script."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, timedelta

import pytest

from demo import core
from demo.acts import LENGTH
from demo.cast import EXAMPLES, Part, first_monday, read_parts
from domain.events import EventType
from domain.operations import load_operation, moved_to
from domain.rules import Rules
from domain.simulation import Simulation
from service.publishing import operation_file, programme_file, read_programme

BY_HAND = date(2027, 1, 25)  # the operation's start for which the expected days were worked out
KINDS = ("announce", "remind", "overdue", "escalate", "answer")


@pytest.fixture(scope="module")
def rules() -> Rules:
    return read_programme(programme_file("koll")).rules


def played(rules: Rules, starts: date) -> list[tuple[Part, Simulation]]:
    operation = moved_to(load_operation(operation_file("koll-2020").read_text("utf-8")), starts, "koll-by-hand")
    parts = read_parts(starts)
    simulations = core.play(rules, operation, parts, until=first_monday(starts) + LENGTH)
    return [(part, simulations[part.name]) for part in parts]


def expected() -> dict[str, dict[str, str]]:
    with (EXAMPLES / "koll-expected.csv").open(encoding="utf-8", newline="") as file:
        return {row["referral"]: row for row in csv.DictReader(file)}


def met(part: Part, simulation: Simulation) -> dict[str, str]:
    state = simulation.state
    assert state is not None
    told = Counter(event.coded["kind"] for event in simulation.events if event.type is EventType.TOLD)
    return {
        "referral": part.referral,
        "name": part.name,
        "referred_on": str(state.referral.on),
        "milestones": " ".join(f"{name}={seen.on}" for name, seen in state.reached.items()),
        "exit": state.exit.reason if state.exit else "",
        "exit_on": str(state.exit.on) if state.exit else "",
        **{kind: str(told[kind]) for kind in KINDS},
    }


class TestTheScript:
    def test_gives_everybody_what_was_worked_out_by_hand(self, rules: Rules) -> None:
        by_hand = expected()

        for part, simulation in played(rules, BY_HAND):
            row = dict(by_hand[part.referral])
            assert row.pop("why")
            assert met(part, simulation) == row, part.name

    def test_tells_no_notice_of_another_kind(self, rules: Rules) -> None:
        told = Counter(
            event.coded["kind"]
            for _, simulation in played(rules, BY_HAND)
            for event in simulation.events
            if event.type is EventType.TOLD
        )

        assert set(told) == set(KINDS)

    @pytest.mark.parametrize("weeks", range(0, 52, 4))
    def test_leads_everybody_the_same_way_whenever_the_operation_starts(self, rules: Rules, weeks: int) -> None:
        by_hand = expected()

        for part, simulation in played(rules, BY_HAND + timedelta(weeks=weeks)):
            row, now = by_hand[part.referral], met(part, simulation)
            moved = timedelta(weeks=weeks)
            assert now["exit"] == row["exit"], part.name
            assert now["milestones"] == " ".join(
                f"{name}={date.fromisoformat(day) + moved}"
                for name, _, day in (one.partition("=") for one in row["milestones"].split())
            ), part.name

    def test_has_at_least_forty_people(self) -> None:
        parts = read_parts(BY_HAND)

        assert len({part.person.identity.value for part in parts}) >= 40
        assert all(980 <= int(part.person.identity.value[8:11]) <= 999 for part in parts)

    def test_reaches_every_exit_and_every_verb_of_the_staff(self, rules: Rules) -> None:
        parts = read_parts(BY_HAND)
        exits = {row["exit"] for row in expected().values()}

        assert exits == {*rules.exits, ""}
        assert {entry.verb for part in parts for entry in part.told.entries} >= {
            "done", "decide", "record", "fact", "open", "end", "contact", "happen", "owner", "hours", "pause", "resume",
            "correct", "exit", "reopen",
        }  # fmt: skip
