"""`stegvis programme`, `operation` and `staff`."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest

from domain.calendar import add_months, local_day
from service.sample import OPERATION
from tests.cli.conftest import Result, Stegvis

PIA = "pia.programansvarig"
TODAY = local_day(datetime.now(UTC))


class TestProgramme:
    def test_check_plays_the_examples(self, stegvis: Stegvis) -> None:
        done = stegvis("programme", "check", "koll", by=None)

        assert done.code == 0
        assert "as expected" in done.out

    def test_check_says_where_an_example_ends_otherwise(self, stegvis: Stegvis, tmp_path: Path) -> None:
        file = tmp_path / "koll.yaml"
        koll = Path("programmes/koll.yaml").read_text("utf-8")
        file.write_text(koll.replace("expect: {exit: preparatory_measures", "expect: {exit: work"), "utf-8")

        done = stegvis("programme", "check", str(file), by=None)

        assert done.code == 1
        assert "exit: expected work, found preparatory_measures" in done.out

    def test_check_finds_a_step_that_never_opens(self, stegvis: Stegvis, tmp_path: Path) -> None:
        file = tmp_path / "koll.yaml"
        koll = Path("programmes/koll.yaml").read_text("utf-8")
        file.write_text(koll.replace("after: eligibility.accepted", "after: way_forward"), "utf-8")

        done = stegvis("programme", "check", str(file), by=None)

        assert done.code == 1
        assert "can never open" in done.out

    def test_show_tells_house_rules_first(self, stegvis: Stegvis) -> None:
        told = stegvis.must("programme", "show", "koll", by=None)
        swedish = stegvis.must("programme", "show", "koll", by=None, lang="sv_SE")

        assert told.out.index("House rules") < told.out.index("Who decides".lower()) < told.out.index("The path")
        assert "inom 10 arbetsdagar" in swedish.out
        assert "[K16]" in swedish.out

    def test_publish_is_for_managers_and_happens_once(self, stegvis: Stegvis, tmp_path: Path) -> None:
        file = tmp_path / "koll.yaml"
        koll = Path("programmes/koll.yaml").read_text("utf-8")
        file.write_text(koll.replace("reopen_within: 60 days", "reopen_within: 61 days"), "utf-8")
        line = ("programme", "publish", str(file), "--effective", str(TODAY + timedelta(days=400)))

        assert "not_your_role" in stegvis(*line).err
        assert "Published" in stegvis.must(*line, by=PIA).out
        assert "published already" in stegvis.must(*line, by=PIA).out

    def test_refuse_another_version_from_the_same_day(self, stegvis: Stegvis, tmp_path: Path) -> None:
        first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
        koll = Path("programmes/koll.yaml").read_text("utf-8")
        first.write_text(koll.replace("reopen_within: 60 days", "reopen_within: 62 days"), "utf-8")
        second.write_text(koll.replace("reopen_within: 60 days", "reopen_within: 63 days"), "utf-8")
        day = TODAY + timedelta(days=900)
        line = ("programme", "publish", str(second), "--effective")
        stegvis.must("programme", "publish", str(first), "--effective", str(day), by=PIA)
        versions = "SELECT count(*) FROM programmes"
        before = stegvis.sql(versions)

        refused = stegvis(*line, str(day), by=PIA)
        after = stegvis.sql(versions)
        on_another_day = stegvis(*line, str(day + timedelta(days=1)), by=PIA)

        assert refused.code == 1
        assert "[version_overlaps]" in refused.err
        assert after == before
        assert on_another_day.code == 0


class TestOperation:
    def test_new_makes_one_of_the_same_length_from_any_day(self, stegvis: Stegvis) -> None:
        starts = add_months(TODAY.replace(day=1), -3)

        made = stegvis.must("operation", "new", "koll", "--from", str(starts), "--name", "koll-nytt", by=PIA)
        again = stegvis("operation", "new", "koll", "--from", str(starts), "--name", "koll-nytt", by=PIA)
        other = stegvis("operation", "new", "koll", "--from", str(TODAY), "--name", "koll-nytt", by=PIA)

        assert f"koll-nytt: {starts} to" in made.out
        assert "[K3]" in made.out
        assert "koll-nytt (koll-nytt, koll)" in made.out
        assert "ESF number unknown" in made.out
        assert "Budget: unknown" in made.out
        assert again.code == 0
        assert "operation_exists" in other.err
        assert "koll-nytt" in stegvis.must("operation", "list").out

    def test_new_takes_the_title_and_the_number_of_the_new_grant(self, stegvis: Stegvis) -> None:
        grant = ("--title", "Koll, nästa omgång", "--esf", "2030/00001")

        made = stegvis.must("operation", "new", "koll", "--from", str(TODAY), "--name", "koll-nasta", *grant, by=PIA)

        assert "Koll, nästa omgång (koll-nasta, koll)" in made.out
        assert "ESF 2030/00001, " in made.out
        assert "Budget: unknown" in made.out

    def test_counts_who_declines_to_be_identified_apart_from_who_has_a_name(self, stegvis: Stegvis) -> None:
        counting = ("operation", "count", OPERATION, "--unit", "forsorjningsstod")
        before = stegvis.sql("SELECT count(*) FROM pathways")

        three = stegvis.must(*counting, "--number", "3", "--gender", "woman")
        stegvis.must(*counting, "--kind", "short_contact", "--on", str(TODAY - timedelta(days=2)))
        wrong = stegvis.must(*counting, "--number", "40")

        assert "3, declined to be identified, forsorjningsstod" in three.out
        row = wrong.out.partition("row ")[2].partition(")")[0]
        assert "counts no longer" in stegvis.must("operation", "count", OPERATION, "--withdraw", row).out
        assert "counted_row_unknown" in stegvis("operation", "count", OPERATION, "--withdraw", row).err
        told = stegvis.must("operation", "show", OPERATION, lang="sv_SE").out
        assert "3 utan identitet, ville inte uppge identitet (kvinnor 3): ingår inte bland dem med identitet" in told
        assert "1 utan identitet, kort kontakt (kön ej angivet 1)" in told
        named = stegvis.sql("SELECT count(DISTINCT participant) FROM pathways WHERE operation = $1", OPERATION)
        assert f"{named} med identitet" in told
        today = stegvis.must("operation", "counted", OPERATION, "--from", str(TODAY)).out
        assert "declined to be identified" in today
        assert "short contact" not in today
        assert stegvis.sql("SELECT count(*) FROM pathways") == before  # a row is no pathway

    def test_counts_nobody_in_the_future_or_nowhere_or_by_just_anybody(self, stegvis: Stegvis) -> None:
        counting = ("operation", "count", OPERATION)

        assert "count_needs_unit" in stegvis(*counting).err
        assert "unit_unknown" in stegvis(*counting, "--unit", "nowhere").err
        later = stegvis(*counting, "--unit", "forsorjningsstod", "--on", str(TODAY + timedelta(days=1)))
        assert "day_in_the_future" in later.err
        stegvis.must("staff", "add", "dan.drift", "--name", "Dan Drift", "--email", "dan@kommun.example", "--unit",
                     "arbetsmarknad", "--role", "operations", by=PIA)  # fmt: skip
        assert "no_role_here" in stegvis(*counting, "--unit", "forsorjningsstod", by="dan.drift").err

    def test_show_tells_planned_numbers_with_their_sources(self, stegvis: Stegvis) -> None:
        told = stegvis.must("operation", "show", OPERATION, lang="sv_SE")

        assert "Planerade tal" in told.out
        assert "120 undergo the inventory [K4]" in told.out

    @pytest.mark.parametrize(
        ("line", "code"),
        [
            (("operation", "show", "nowhere"), "operation_unknown"),
            (("operation", "new", "nothing"), "operation_unknown"),
            (("operation", "new", "koll", "--from", "soon"), "value_not_a_date"),
        ],
    )
    def test_refuses_what_there_is_not(self, stegvis: Stegvis, line: tuple[str, ...], code: str) -> None:
        done = stegvis(*line, by=PIA)

        assert done.code == 1
        assert code in done.err


class TestStaff:
    def test_somebody_comes_works_hands_over_and_leaves(self, stegvis: Stegvis) -> None:
        added = stegvis.must("staff", "add", "nya.nilsson", "--name", "Nya Nilsson", "--email", "nya@kommun.example",
                             "--unit", "arbetsmarknad", "--role", "team", "-o", OPERATION, by=PIA)  # fmt: skip
        assert "nya.nilsson" in added.out
        pathway = stegvis.inventory()
        stegvis.must("do", pathway, "owner", "nya.nilsson")
        stegvis.must("do", pathway, "assign", "domain", "nya.nilsson", "--item", "health", by=PIA)

        early = stegvis("staff", "leave", "nya.nilsson", by=PIA)
        handed = stegvis("staff", "reassign", "nya.nilsson", "--to", "siv.samordnare", by=PIA)
        left = stegvis("staff", "leave", "nya.nilsson", by=PIA)

        assert early.code == 1
        assert "staff_has_work" in early.err
        assert handed.code == 0, handed
        assert handed.out.count("handed over") == 2
        assert left.code == 0, left
        assert "Siv Samordnare" in stegvis.must("show", pathway).out
        assert "staff_inactive" in stegvis("list", by="nya.nilsson").err

    def colleague(self, stegvis: Stegvis, id_: str, *options: str) -> None:
        stegvis.must("staff", "add", id_, "--name", id_.title(), *options, by=PIA)

    def test_a_manager_changes_nobody_who_works_elsewhere_too(self, stegvis: Stegvis) -> None:
        stegvis.must("operation", "new", "koll", "--from", str(TODAY), "--name", "koll-annan", by=PIA)
        self.colleague(stegvis, "max.annan", "--role", "manager", "-o", "koll-annan")
        self.colleague(stegvis, "tea.har", "--role", "team", "-o", OPERATION)
        before = stegvis.sql("SELECT string_agg(s::text, '|' ORDER BY s.id) FROM staff s")
        roles = stegvis.sql("SELECT string_agg(r::text, '|' ORDER BY r::text) FROM staff_roles r")

        for line in (
            ("staff", "add", "tea.har", "--name", "Annat Namn"),
            ("staff", "add", "tea.har", "--name", "Tea", "--role", "manager", "-o", OPERATION),
            ("staff", "add", "max.annan", "--name", "Max", "--role", "manager"),  # everywhere
            ("staff", "add", "ny.person", "--name", "Ny", "--role", "manager"),
            ("staff", "leave", "tea.har"),
            ("staff", "reassign", "tea.har", "--to", "max.annan"),
            ("staff", "deputy", "tea.har", "max.annan"),
            ("staff", "password", "tea.har"),
            ("staff", "password", "sam.samordnare"),
        ):
            done = stegvis(*line, by="max.annan")
            assert done.code == 1, line
            assert "staff_of_others" in done.err or "not_your_role" in done.err, (line, done.err)

        assert stegvis.sql("SELECT string_agg(s::text, '|' ORDER BY s.id) FROM staff s") == before
        assert stegvis.sql("SELECT string_agg(r::text, '|' ORDER BY r::text) FROM staff_roles r") == roles
        assert stegvis.sql("SELECT count(*) FROM accounts WHERE staff = 'tea.har'") == 0
        assert stegvis.sql("SELECT count(*) FROM deputies WHERE deputy = 'max.annan'") == 0
        stegvis.must("staff", "add", "ny.person", "--name", "Ny", "--role", "team", "-o", "koll-annan", by="max.annan")

    def test_work_that_somebody_has_left_counts_like_a_role(self, stegvis: Stegvis) -> None:
        stegvis.must("operation", "new", "koll", "--from", str(TODAY), "--name", "koll-tredje", by=PIA)
        self.colleague(stegvis, "mia.tredje", "--role", "manager", "-o", "koll-tredje")
        self.colleague(stegvis, "rolf.utan")  # who has no role, and a participant
        self.colleague(stegvis, "tom.utan")  # and neither
        pathway = stegvis.refer()
        stegvis.must("do", pathway, "owner", "rolf.utan")
        until = monotonic() + 30  # on a busy machine the answer may be "accepted": the record follows
        while stegvis.sql("SELECT owner FROM pathways WHERE id = $1", pathway) != "rolf.utan" and monotonic() < until:
            sleep(0.1)

        for line in (("deputy", "rolf.utan", "mia.tredje"), ("reassign", "rolf.utan", "--to", "mia.tredje"),
                     ("password", "rolf.utan"), ("leave", "rolf.utan")):  # fmt: skip
            assert "staff_of_others" in stegvis("staff", *line, by="mia.tredje").err, line
        stegvis.must("staff", "leave", "tom.utan", by="mia.tredje")

    def test_a_password_is_given_by_managers_and_by_those_who_run_the_machines(
        self, stegvis: Stegvis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.colleague(stegvis, "kim.konto", "--role", "team", "-o", OPERATION)
        self.colleague(stegvis, "dora.drift", "--role", "operations")

        def given(by: str, password: str = "ett-ganska-langt-losenord") -> Result:  # noqa: S107 - nobody's
            monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
            return stegvis("staff", "password", "kim.konto", by=by)

        assert "not_your_role" in given("sam.samordnare").err
        assert "not_your_role" in given("kim.konto").err
        assert stegvis.sql("SELECT count(*) FROM accounts WHERE staff = 'kim.konto'") == 0
        assert given("dora.drift").code == 0
        first = stegvis.sql("SELECT password FROM accounts WHERE staff = 'kim.konto'")
        assert given(PIA).code == 0
        assert stegvis.sql("SELECT password FROM accounts WHERE staff = 'kim.konto'") != first
        assert given(PIA, "kort").code == 1
        assert "staff_unknown" in stegvis("staff", "password", "no.body", by=PIA).err

    def test_a_deputy_acts_for_the_owner(self, stegvis: Stegvis) -> None:
        pathway = stegvis.refer()
        stegvis.must("do", pathway, "owner", "ada.arbetsterapeut")
        assert "not_your_role" in stegvis("do", pathway, "complete", "acknowledge", by="psy.psykolog").err

        until = str(TODAY + timedelta(days=2))
        stegvis.must("staff", "deputy", "ada.arbetsterapeut", "psy.psykolog", "--until", until, by="ada.arbetsterapeut")

        assert stegvis("do", pathway, "complete", "acknowledge", by="psy.psykolog").code == 0
        assert "Deputy today" in stegvis.must("show", pathway).out
        assert "psy.psykolog" in stegvis.must("staff", "list").out

    def test_whoever_left_stands_in_for_nobody_and_is_given_no_deputy(self, stegvis: Stegvis) -> None:
        self.colleague(stegvis, "kai.klar", "--role", "team", "-o", OPERATION)
        stegvis.must("staff", "leave", "kai.klar", by=PIA)

        assert "staff_inactive" in stegvis("staff", "deputy", "sam.samordnare", "kai.klar", by=PIA).err
        assert "staff_inactive" in stegvis("staff", "deputy", "kai.klar", "sam.samordnare", by=PIA).err
        assert stegvis.sql("SELECT count(*) FROM deputies WHERE 'kai.klar' IN (staff, deputy)") == 0

    @pytest.mark.parametrize(
        ("line", "code"),
        [
            (("add", "Anna A", "--name", "A"), "staff_id_invalid"),
            (("add", "owner", "--name", "A"), "staff_id_invalid"),
            (("add", "anna.a", "--name", ""), "field_empty"),
            (("add", "anna.a", "--name", "A", "--unit", "nowhere"), "unit_unknown"),
            (("add", "anna.a", "--name", "A", "--role", "king"), "role_unknown"),
            (("add", "anna.a", "--name", "A", "--language", "de"), "language_unknown"),
            (("leave", "nobody"), "staff_unknown"),
            (("reassign", "sam.samordnare", "--to", "nobody"), "staff_unknown"),
            (("deputy", "sam.samordnare", "nobody"), "staff_unknown"),
            (("deputy", "nobody", "sam.samordnare"), "staff_unknown"),
            (("deputy", "sam.samordnare", "sam.samordnare"), "deputy_invalid"),
            (("deputy", "sam.samordnare", "siv.samordnare", "--until", "2001-01-01"), "deputy_invalid"),
        ],
    )
    def test_refuses_what_makes_no_sense(self, stegvis: Stegvis, line: tuple[str, ...], code: str) -> None:
        before = stegvis.kept()

        done = stegvis("staff", *line, by=PIA)

        assert done.code == 1
        assert f"[{code}]" in done.err
        assert stegvis.kept() == before

    def test_is_for_managers(self, stegvis: Stegvis) -> None:
        for line in (("add", "anna.a", "--name", "A"), ("leave", "siv.samordnare"),
                     ("reassign", "siv.samordnare", "--to", "sam.samordnare"),
                     ("deputy", "siv.samordnare", "ada.arbetsterapeut")):  # fmt: skip
            assert "not_your_role" in stegvis("staff", *line, by="tor.handledare").err
        before = stegvis.sql("SELECT count(*) FROM operations")
        assert "not_your_role" in stegvis("operation", "new", "koll", "--name", "min-egen", by="tor.handledare").err
        assert stegvis.sql("SELECT count(*) FROM operations") == before
