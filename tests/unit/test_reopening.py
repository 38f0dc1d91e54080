"""An exit that is taken back leaves no trace in what steps wait for."""

from __future__ import annotations

from datetime import date

from domain.script import story
from domain.stories import play
from service.publishing import programme_file, read_programme

INVENTORY = [f"record domain.{area}" for area in ("health", "social_situation", "functional_variation")] + [
    "record domain.work_and_schooling", "record domain.labour_market"]  # fmt: skip


class TestReopening:
    def test_does_not_open_what_waits_for_the_end_that_was_taken_back(self) -> None:
        told = story(
            {
                "name": "mistaken exit",
                "given": {"assistance": "long_term", "complex_problems": True, "birth_date": "1980-05-05"},
                "days": {
                    0: ["refer"], 1: ["done acknowledge"], 3: ["decide eligibility accepted"], 9: INVENTORY,
                    12: ["decide recommendation go_on"], 13: ["decide gate go_on"], 20: ["done plan"],
                    30: ["exit dropped_out"], 40: ["reopen"],
                },
            }
        )  # fmt: skip

        state = play(read_programme(programme_file("koll")).rules, told, start=date(2027, 2, 1)).state

        assert state is not None
        assert {one.path for one in state.open.values()} == {
            "watch", "activity", "activity.work_training", "activity.review"}  # fmt: skip
