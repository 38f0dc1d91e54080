"""Malformed input is refused clearly, with nothing half-recorded; who is not eligible is for a person to decide."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from domain.calendar import local_day
from service.sample import OPERATION, reserved_number
from tests.cli.conftest import Stegvis, number

TODAY = local_day(datetime.now(UTC))
HAM = "ham.handlaggare"


def years_before(years: int, days: int = 0) -> date:
    """Return the day some full years before today, moved by days (29 February becomes 1 March)."""
    day = TODAY + timedelta(days=days)
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)


class TestRefer:
    @pytest.mark.parametrize(
        ("options", "code"),
        [
            (("--number", "19800505-9805"), "identity_checksum"),
            (("--number", "19801305-9805"), "identity_date"),
            (("--number", "20991231-9805"), "identity_date"),
            (("--number", "hello"), "identity_format"),
            (("--number", "19800505-9806", "--kind", "odd"), "identity_kind_unknown"),
            (("--number", "20201010-TF01", "--kind", "personnummer"), "identity_kind"),
            (("--name", " "), "field_empty"),
            (("--name", "A\x1bB"), "text_control_characters"),
            (("--name", "x" * 201), "text_too_long"),
            (("--on", str(TODAY + timedelta(days=1))), "day_in_the_future"),
            (("--on", "2019-05-05"), "day_before_the_operation"),
            (("--on", "5 maj"), "value_not_a_date"),
            (("--birth-date", "1980-02-30"), "value_not_a_date"),
            (("--unit", "nowhere"), "unit_unknown"),
            (("--fact", "assistance=sometimes"), "value_not_a_code"),
            (("--fact", "complex_problems=maybe"), "value_not_boolean"),
            (("--fact", "hat=1"), "fact_unknown"),
            (("--refused", "gender"), "fact_not_refusable"),
            (("--reason", "x" * 4001), "text_too_long"),
            (("--reason", "a\x00b"), "text_control_characters"),
            (("--protection", "odd"), "protection_unknown"),
            (("--language", "de"), "language_unknown"),
            (("--referral", "a\nb"), "text_control_characters"),
            (("-o", "nowhere"), "operation_unknown"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_refuses_with_the_reason_and_keeps_nothing(
        self, stegvis: Stegvis, options: tuple[str, ...], code: str
    ) -> None:
        given = {"-o": OPERATION, "--number": number(), "--name": "Test Testsson"}
        before = stegvis.kept()
        for name, value in given.items():
            if name not in options:
                options = (*options, name, value)

        done = stegvis("refer", *options, by=HAM)

        assert done.code == 1, done
        assert f"[{code}]" in done.err
        assert stegvis.kept() == before

    def test_is_for_those_who_work_in_the_operation(self, stegvis: Stegvis) -> None:
        stegvis.must("staff", "add", "una.utanfor", "--name", "Una", by="pia.programansvarig")

        done = stegvis("refer", "-o", OPERATION, "--number", number(), "--name", "A B", by="una.utanfor")

        assert done.code == 1
        assert "not_your_role" in done.err

    @pytest.mark.parametrize(
        ("born", "truth"),
        [
            (years_before(35), "met"),
            (years_before(35, 1), "not met"),
            (years_before(56, 1), "met"),
            (years_before(56), "not met"),
        ],
        ids=["35th birthday", "day before it", "day before the 56th", "56th birthday"],
    )
    def test_judges_the_age_on_the_day_of_the_referral(self, stegvis: Stegvis, born: date, truth: str) -> None:
        pathway = stegvis.refer(number=reserved_number(born, 17))

        page = stegvis.must("show", pathway)

        assert f"  {truth}: age in full years: 35 to 55" in page.out

    def test_takes_somebody_who_is_not_eligible_for_a_person_to_decide(self, stegvis: Stegvis) -> None:
        pathway = stegvis.refer(fact="assistance=none")
        stegvis.must("do", pathway, "complete", "acknowledge")

        accept = ("do", pathway, "decide", "eligibility", "accepted", "--reason", "Prövning")
        refused = stegvis(*accept, by="pia.programansvarig")
        excepted = stegvis(*accept, "--exception", by="pia.programansvarig")

        assert "needs_not_met" in refused.err
        assert excepted.code == 0

    def test_knows_the_other_kinds_of_numbers(self, stegvis: Stegvis) -> None:
        born = date(TODAY.year - 45, 5, 5)
        coordination = _coordination(born)
        for given in ({"number": coordination}, {"number": f"{born:%Y%m%d}-TF01", "birth-date": str(born)},
                      {"number": "RES123456", "kind": "reserve", "birth-date": str(born)}):  # fmt: skip
            assert "met: age" in stegvis.must("show", stegvis.refer(**given)).out


def _coordination(born: date) -> str:
    digits = f"{born:%y%m}{born.day + 60:02d}{981}"
    total = sum(sum(divmod(int(digit) * (2 - index % 2), 10)) for index, digit in enumerate(digits))
    return f"{born:%Y%m}{born.day + 60:02d}-981{-total % 10}"


class TestDefinitions:
    def test_refuses_a_key_that_stands_twice_with_its_line(self, stegvis: Stegvis, tmp_path: Path) -> None:
        file = tmp_path / "twice.yaml"
        file.write_text("programme: a\nformat: 1\nprogramme: b\n", "utf-8")

        done = stegvis("programme", "check", str(file))

        assert done.code == 1
        assert "line 3" in done.err

    def test_refuses_unknown_keys_with_their_lines(self, stegvis: Stegvis, tmp_path: Path) -> None:
        file = tmp_path / "koll.yaml"
        koll = Path("programmes/koll.yaml").read_text("utf-8")
        file.write_text(koll.replace("reopen_within:", "reopen_witin:"), "utf-8")
        line = next(place for place, text in enumerate(koll.splitlines(), 1) if text.startswith("reopen_within:"))

        done = stegvis("programme", "check", str(file))

        assert done.code == 1
        assert f"line {line}" in done.err

    def test_says_in_the_readers_language_what_should_stand_there(self, stegvis: Stegvis, tmp_path: Path) -> None:
        file = tmp_path / "koll.yaml"
        koll = Path("programmes/koll.yaml").read_text("utf-8")
        file.write_text(koll.replace("reopen_within: ", "reopen_within: ungefär "), "utf-8")

        swedish = stegvis("programme", "check", str(file), lang="sv_SE.UTF-8").err
        english = stegvis("programme", "check", str(file)).err

        assert re.search(
            r"rad \d+: reopen_within: 'ungefär .*' är ingen tidslängd; skriv ett tal och en enhet", swedish
        )
        assert re.search(r"line \d+: reopen_within: 'ungefär .*' is no length of time; write a number", english)

    def test_refuses_what_is_no_file_no_text_and_no_yaml(self, stegvis: Stegvis, tmp_path: Path) -> None:
        latin = tmp_path / "latin.yaml"
        latin.write_bytes("name: k\xf6".encode("latin-1"))
        broken = tmp_path / "broken.yaml"
        broken.write_text("a: [1, 2", "utf-8")

        assert "file_unreadable" in stegvis("programme", "check", str(tmp_path / "none.yaml")).err
        assert "file_encoding" in stegvis("programme", "check", str(latin)).err
        assert "not YAML" in stegvis("programme", "check", str(broken)).err
