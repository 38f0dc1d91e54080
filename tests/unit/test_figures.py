"""Figures of an operation: what a target counts, shares with both readings, a plan spread over months."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from domain.figures import NONE, Seen, Share, percent, planned_by, seen
from domain.format.loading import load_programme
from service.publishing import PROGRAMMES, programme_file, read_programme
from service.wording import Words


@pytest.mark.parametrize("file", sorted(PROGRAMMES.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_target_that_ships_can_be_counted(file: Path) -> None:
    definition = Words(read_programme(file).source, "sv").definition
    for target in definition.targets.values():
        assert seen(definition, target.of) is not None
        assert seen(definition, target.count) is not None


@pytest.mark.parametrize(
    ("ref", "looked_for"),
    [
        ("reached_25", Seen("milestone", "reached_25")), ("activity.opened", Seen("opened", "activity")),
        ("referral", Seen("everybody")), ("exit", Seen("exit")), ("exit.work", Seen("exit", "work")),
        ("gate", Seen("done", "inventory.gate")), ("gate.go_on", Seen("done", "inventory.gate", "go_on")),
        ("work_training.ended", Seen("ended", "activity.work_training")),
    ],
)  # fmt: skip
def test_a_reference_is_looked_for_where_the_read_model_has_it(ref: str, looked_for: Seen) -> None:
    definition, _ = load_programme(programme_file("koll").read_text("utf-8"))

    assert seen(definition, ref) == looked_for


def test_a_share_has_two_readings_and_none_of_nobody() -> None:
    share = Share(13, 30, 13, 28)

    assert (share.percent, share.percent_left, share.inside) == (43, 46, 2)
    assert (NONE.percent, NONE.percent_left) == (None, None)
    assert share + NONE == share
    assert percent(1, 8) == 12


def test_a_plan_is_spread_evenly_and_whole_at_the_end() -> None:
    months = list(planned_by(120, date(2026, 11, 15), date(2027, 1, 31)))

    assert months == [(date(2026, 11, 1), 40.0), (date(2026, 12, 1), 80.0), (date(2027, 1, 1), 120.0)]
