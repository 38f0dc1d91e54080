"""The everyday verbs on real servers: what people type on a morning, and what they read."""

from __future__ import annotations

import json

import pytest

from service.ids import new_id
from service.sample import OPERATION
from tests.cli.conftest import Stegvis, number

SWEDISH = "sv_SE.UTF-8"


class TestRefer:
    def test_answers_with_the_pathway_and_an_id_to_ask_again_with(self, stegvis: Stegvis) -> None:
        asked = new_id()
        one = number()
        line = (
            "refer",
            "-o",
            OPERATION,
            "--number",
            one,
            "--name",
            "A B",
            "--fact",
            "assistance=long_term",
            "--id",
            asked,
        )

        first = stegvis(*line, by="ham.handlaggare")
        again = stegvis(*line, by="ham.handlaggare")

        assert first.code == again.code == 0
        assert "Recorded: p-" in first.out
        assert asked in first.out
        assert "Nothing was done twice" in again.out
        assert first.pathway == again.pathway

    def test_asks_for_nothing_where_nobody_sits(self, stegvis: Stegvis) -> None:
        done = stegvis("refer", "-o", OPERATION, "--name", "A B", by="ham.handlaggare")

        assert done.code == 2
        assert "--number" in done.err

    def test_refuses_a_second_pathway_of_somebody_inside(self, stegvis: Stegvis) -> None:
        one = number()
        stegvis.refer(number=one, referral="again-1")

        done = stegvis("refer", "-o", OPERATION, "--number", one, "--name", "A B", "--referral", "again-2",
                       by="ham.handlaggare")  # fmt: skip

        assert done.code == 1
        assert "already_inside" in done.err


class TestShow:
    def test_tells_who_is_responsible_what_is_next_and_when(self, stegvis: Stegvis) -> None:
        pathway = stegvis.inventory()

        page = stegvis.must("show", pathway)

        assert "Responsible  Sam Samordnare" in page.out
        assert "Test Testsson" in page.out
        assert "Assess one area (health)" in page.out
        assert "met: age in full years: 35 to 55" in page.out
        assert "Decide on admission → accepted: ok" in page.out

    def test_speaks_swedish_where_the_reader_does(self, stegvis: Stegvis) -> None:
        page = stegvis.must("show", stegvis.inventory(), lang=SWEDISH)

        assert "Ansvarig" in page.out
        assert "Bedömning av ett område (hälsa)" in page.out
        assert "uppfyllt: ålder i hela år: 35 till 55" in page.out
        assert " kl. " in page.out

    def test_finds_a_pathway_by_its_beginning_and_by_its_referral(self, stegvis: Stegvis) -> None:
        pathway = stegvis.refer(referral="findable-1")

        assert pathway in stegvis.must("show", pathway[:14]).out
        assert pathway in stegvis.must("show", "findable-1").out

    def test_hides_protected_data_from_those_who_need_not_see_it(self, stegvis: Stegvis) -> None:
        pathway = stegvis.refer(protection="marked")

        assert "PROTECTED PERSONAL DATA" in stegvis.must("show", pathway).out
        hidden = stegvis.must("show", pathway, by="tor.handledare")
        assert "Test Testsson" not in hidden.out
        assert "not shown to your role" in hidden.out

    def test_is_for_staff_of_the_operation(self, stegvis: Stegvis) -> None:
        stegvis.must("staff", "add", "una.utanfor", "--name", "Una", by="pia.programansvarig")

        done = stegvis("show", stegvis.refer(), by="una.utanfor")

        assert done.code == 1
        assert "not_for_you" in done.err


class TestLists:
    def test_lists_mine_and_goes_on_after_a_page(self, stegvis: Stegvis) -> None:
        first = stegvis.must("list", "--owner", "me", "-n", "3", "-o", OPERATION)
        cursor = first.out.rsplit("--after ", 1)[1].strip()
        second = stegvis.must("list", "--owner", "me", "-n", "3", "-o", OPERATION, "--after", cursor)

        ids = [line.split()[0] for page in (first, second) for line in page.out.splitlines() if line.startswith("p-")]
        assert len(ids) == len(set(ids)) == 6

    def test_filters_by_status(self, stegvis: Stegvis) -> None:
        page = stegvis.must("list", "--status", "paused", lang=SWEDISH)

        rows = [line for line in page.out.splitlines() if line.startswith("p-")]
        assert rows
        assert all("pausad" in row for row in rows)

    def test_finds_by_number(self, stegvis: Stegvis) -> None:
        one = number()
        pathway = stegvis.refer(number=one)

        assert pathway in stegvis.must("list", "--number", one).out
        assert "No pathways" in stegvis.must("list", "--number", number()).out

    def test_shows_what_is_overdue_first(self, stegvis: Stegvis) -> None:
        late = stegvis.must("due", "--overdue")
        coming = stegvis.must("due", "-n", "200")

        rows = late.out.splitlines()[2:]
        assert rows
        assert all(" LATE" in row for row in rows if "p-" in row)
        assert len(coming.out.splitlines()) > len(rows)

    def test_pages_what_is_due(self, stegvis: Stegvis) -> None:
        first = stegvis.must("due", "-n", "2")
        cursor = first.out.rsplit("--after ", 1)[1].strip()

        second = stegvis.must("due", "-n", "2", "--after", cursor)

        assert set(first.out.splitlines()[2:4]).isdisjoint(second.out.splitlines()[2:4])

    def test_shows_the_ledger_with_its_reasons(self, stegvis: Stegvis) -> None:
        page = stegvis.must("notices", "--state", "cancelled", "-n", "5")

        assert "before the take-over" in page.out
        assert "--before" in page.out

    @pytest.mark.parametrize(
        "line", [("list", "--status", "odd"), ("notices", "--state", "odd"), ("due", "--after", "x")]
    )
    def test_refuses_filters_that_mean_nothing(self, stegvis: Stegvis, line: tuple[str, ...]) -> None:
        assert stegvis(*line).code == 1


class TestWhy:
    def test_goes_from_a_step_back_to_the_person(self, stegvis: Stegvis) -> None:
        told = stegvis.must("why", stegvis.inventory(), "domain")

        assert "for_each: inventory.for" in told.out
        assert "← because" in told.out
        assert "by Pia Programansvarig" in told.out
        assert "met: social assistance" in told.out
        assert "the description's K16" in told.out

    def test_explains_a_notice_an_event_a_milestone_and_the_status(self, stegvis: Stegvis) -> None:
        pathway = stegvis.inventory()
        ledger = stegvis.must("notices", "--pathway", pathway)
        notice = next(line.split()[0] for line in ledger.out.splitlines() if line.startswith("n"))

        for what in (notice, "1", "accepted", "status"):
            assert "rule " in stegvis.must("why", pathway, what).out

    def test_speaks_swedish(self, stegvis: Stegvis) -> None:
        told = stegvis.must("why", stegvis.refer(), "watch", lang=SWEDISH)

        assert "därför att" in told.out
        assert "egen regel" in told.out

    @pytest.mark.parametrize("what", ["999", "nothing", "n999999"])
    def test_says_so_where_there_is_nothing_to_explain(self, stegvis: Stegvis, what: str) -> None:
        assert stegvis("why", "ex-20", what).code == 1


class TestLanguage:
    def test_refuses_in_the_readers_language(self, stegvis: Stegvis) -> None:
        assert "Okänd process" in stegvis("show", "p-nothing", lang=SWEDISH).err
        assert "Unknown pathway" in stegvis("show", "p-nothing").err

    def test_says_what_is_no_command(self, stegvis: Stegvis) -> None:
        done = stegvis("frobnicate", lang=SWEDISH)

        assert done.code == 2
        assert "Okänt kommando frobnicate" in done.err

    def test_translates_help(self, stegvis: Stegvis) -> None:
        assert "Remittera en person." in stegvis("--help", lang=SWEDISH).out
        assert "Refer a person." in stegvis("--help", lang="C").out
        assert "help." not in stegvis("do", "--help").out


class TestWhoAsks:
    def test_has_to_be_said(self, stegvis: Stegvis) -> None:
        for line in (("list",), ("show", "ex-20"), ("do", "ex-20"), ("do", "ex-20", "contact"), ("staff", "list")):
            done = stegvis(*line, by=None)
            assert done.code == 2
            assert "STEGVIS_AS" in done.err

    def test_has_to_be_in_the_register(self, stegvis: Stegvis) -> None:
        assert "staff_unknown" in stegvis("list", by="nobody").err

    def test_may_be_given_anywhere_on_the_line(self, stegvis: Stegvis) -> None:
        for line in (("do", "ex-20", "--as", "sam.samordnare"), ("do", "ex-20", "contact", "--as", "sam.samordnare"),
                     ("do", "ex-20", "--as", "sam.samordnare", "contact")):  # fmt: skip
            assert stegvis(*line, by=None).code == 0

    def test_is_recorded_with_the_channel(self, stegvis: Stegvis) -> None:
        pathway = stegvis.refer()

        channels = stegvis.sql(
            "SELECT json_agg(DISTINCT channel) FROM events WHERE pathway = $1 AND actor <> 'system'", pathway
        )
        assert json.loads(channels) == ["cli"]
