"""Every command of `stegvis do`, and the list of what is possible."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.calendar import local_day
from service.ids import new_id
from tests.cli.conftest import Stegvis

PIA = "pia.programansvarig"
TOR = "tor.handledare"


@pytest.fixture(scope="module")
def active(stegvis: Stegvis) -> str:
    """A pathway in the activity phase, for commands that leave it there."""
    return stegvis.activity()


@pytest.fixture(scope="module")
def waiting(stegvis: Stegvis) -> str:
    """A pathway whose inventory is open, for commands that are refused."""
    return stegvis.inventory()


class TestTheList:
    def test_gives_the_exact_line_for_each(self, stegvis: Stegvis) -> None:
        pathway = stegvis.inventory()

        listed = stegvis.must("do", pathway, by="ada.arbetsterapeut")

        line = next(
            line.strip() for line in listed.out.splitlines() if "record inventory" in line and "--item health" in line
        )
        words = line.replace("resource|neutral|obstacle|not_observed", "neutral").split()[1:]
        assert stegvis(*words, by="ada.arbetsterapeut").code == 0

    def test_offers_nothing_that_the_role_would_be_refused(self, stegvis: Stegvis) -> None:
        pathway = stegvis.refer()

        assert "reopen" not in stegvis.must("do", pathway).out
        assert "acknowledge" in stegvis.must("do", pathway).out
        assert "complete intake.acknowledge" not in stegvis.must("do", pathway, by="ada.arbetsterapeut").out

    def test_speaks_swedish(self, stegvis: Stegvis) -> None:
        assert "Ditt att göra" in stegvis.must("do", stegvis.refer(), lang="sv_SE").out


class TestEachCommand:
    @pytest.mark.parametrize(
        ("line", "by"),
        [
            (("contact", "--note", "Ringde."), "sam.samordnare"),
            (("fact", "education", "isced_3_4"), "sam.samordnare"),
            (("fact", "foreign_background", "--refused"), "sam.samordnare"),
            (("record", "activity_level", "hours_per_week=7,5", "environment=adapted"), "sam.samordnare"),
            (("open", "wellness", "--provider", "Gymmet", "--person", TOR), TOR),
            (("assign", "work_training", TOR), "sam.samordnare"),
            (("hours", "work_training", f"{datetime.now(UTC):%Y-%m}", "12,25"), TOR),
            (("complete", "review", "--note", "Allt går bra."), "sam.samordnare"),
        ],
        ids=lambda value: value[0] if isinstance(value, tuple) else "",
    )
    def test_is_recorded(self, stegvis: Stegvis, active: str, line: tuple[str, ...], by: str) -> None:
        done = stegvis("do", active, *line, by=by)

        assert done.code == 0, done
        assert "Recorded" in done.out

    def test_end_interrupts_with_a_code(self, stegvis: Stegvis) -> None:
        pathway = stegvis.activity()
        stegvis.must("do", pathway, "open", "investigation", by=TOR)

        assert "coded_reason_unknown" in stegvis("do", pathway, "end", "investigation", "--code", "odd", by=TOR).err
        assert stegvis("do", pathway, "end", "investigation", "--code", "illness", "--note", "Sjuk.", by=TOR).code == 0

    def test_pause_and_resume(self, stegvis: Stegvis) -> None:
        pathway = stegvis.inventory()
        until = str(local_day(datetime.now(UTC)) + timedelta(days=20))

        assert stegvis("do", pathway, "pause", "illness", "--until", until).code == 0
        assert "paused" in stegvis.must("show", pathway).out
        assert "already_paused" in stegvis("do", pathway, "pause", "illness", "--until", until).err
        assert stegvis("do", pathway, "resume").code == 0

    def test_owner_changes_hands(self, stegvis: Stegvis) -> None:
        pathway = stegvis.refer()

        assert "staff_unknown" in stegvis("do", pathway, "owner", "nobody").err
        assert stegvis("do", pathway, "owner", "siv.samordnare").code == 0
        assert "New owner: Siv Samordnare" in stegvis.must("show", pathway).out

    def test_correct_changes_a_value_and_asks_for_a_reason(self, stegvis: Stegvis) -> None:
        pathway = stegvis.inventory()
        seq = stegvis.sql("SELECT seq FROM facts WHERE pathway = $1 AND fact = 'assistance'", pathway)

        assert stegvis("do", pathway, "correct", str(seq), "value=recurrent").code == 2
        corrected = stegvis("do", pathway, "correct", str(seq), "value=recurrent", "--reason", "Fel kryss.")

        assert corrected.code == 0, corrected
        assert "Review after a correction" in stegvis.must("show", pathway).out
        assert "nothing_to_correct" in stegvis("do", pathway, "correct", str(seq), "--reason", "x").err

    def test_happen_exit_and_reopen(self, stegvis: Stegvis) -> None:
        withdrawn, left = stegvis.refer(), stegvis.inventory()

        assert stegvis("do", withdrawn, "happen", "withdrawn", by="ham.handlaggare").code == 0
        assert stegvis("do", left, "exit", "dropped_out", "--reason", "Slutar.", "--view", "yes").code == 0
        assert "not_your_role" in stegvis("do", left, "reopen", "--reason", "Ångrade sig.").err
        assert stegvis("do", left, "reopen", "--reason", "Ångrade sig.", by=PIA).code == 0

    def test_the_same_id_is_the_same_command(self, stegvis: Stegvis, active: str) -> None:
        asked = new_id()

        first = stegvis.must("do", active, "contact", "--id", asked)
        again = stegvis.must("do", active, "contact", "--id", asked)

        assert first.out.split("events ")[1].split(".")[0] == again.out.split("events ")[1].split(".")[0]


class TestRefusals:
    @pytest.mark.parametrize(
        ("line", "code"),
        [
            (("complete", "nonsense"), "step_unknown"),
            (("complete", "gate"), "step_not_open"),
            (("complete", "acknowledge"), "already_done"),
            (("complete", "domain"), "step_ambiguous"),
            (("decide", "eligibility", "declined", "--reason", "x"), "already_done"),
            (("contact", "--on", "2099-01-01"), "day_in_the_future"),
            (("contact", "--on", "2001-01-01"), "day_before_the_referral"),
            (("contact", "--on", "igår"), "value_not_a_date"),
            (("contact", "--note", "x" * 4001), "text_too_long"),
            (("contact", "--note", "a\x07b"), "text_control_characters"),
            (("fact", "shoe_size", "43"), "fact_unknown"),
            (("fact", "gender", "--refused"), "fact_not_refusable"),
            (("fact", "assistance", "some"), "value_not_a_code"),
            (("record", "inventory", "rating=good", "--step", "domain", "--item", "health"), "value_not_a_code"),
            (("record", "inventory", "colour=red"), "field_unknown"),
            (("record", "nonsense", "a=1"), "record_unknown"),
            (("record", "activity_level", "hours_per_week=41", "environment=adapted"), "value_out_of_range"),
            (("record", "activity_level", "hours_per_week=7.3", "environment=adapted"), "value_not_a_step"),
            (("record", "activity_level", "hours_per_week=many", "environment=adapted"), "value_not_a_number"),
            (("open", "gate"), "step_not_in_menu"),
            (("happen", "nonsense"), "happening_unknown"),
            (("exit", "nonsense", "--reason", "x"), "exit_unknown"),
            (("exit", "dropped_out", "--reason", " "), "reason_missing"),
            (("pause", "boredom", "--until", "2099-01-01"), "coded_reason_unknown"),
            (("pause", "illness", "--until", "2099-01-01"), "resume_by_out_of_range"),
            (("correct", "9999", "value=1", "--reason", "x"), "not_correctable"),
            (("assign", "domain", "nobody", "--item", "health"), "staff_unknown"),
            (("contact", "--id", "x" * 201), "id_invalid"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_say_what_is_wrong_and_record_nothing(
        self, stegvis: Stegvis, line: tuple[str, ...], code: str, waiting: str
    ) -> None:
        before = stegvis.kept()

        done = stegvis("do", waiting, *line)

        assert done.code == 1, done
        assert f"[{code}]" in done.err
        assert not done.out
        assert stegvis.kept() == before

    @pytest.mark.parametrize(
        "line",
        [
            ("decide", "gate", "go_on"),
            ("fact", "gender"),
            ("record", "inventory", "rating"),
            ("nonsense",),
            ("end", "x"),
        ],
    )
    def test_wrong_usage_is_told_apart(self, stegvis: Stegvis, waiting: str, line: tuple[str, ...]) -> None:
        done = stegvis("do", waiting, *line)

        assert done.code == 2
        assert done.err
