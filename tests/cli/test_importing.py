"""`stegvis import`: a result for each row, person and line; asked again, nothing is doubled."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.calendar import local_day
from service.importing.lines import MOST_LINE
from service.sample import OPERATION
from tests.cli.conftest import Stegvis, number

HEAD = "referral;number;name;unit;on;assistance;complex_problems;reason"
PIA, HAM = "pia.programansvarig", "ham.handlaggare"
TODAY = local_day(datetime.now(UTC))
SERIAL = iter(range(1000))


def row(**more: str) -> str:
    """Return a row that can be taken, with some fields changed."""
    fields = {
        "referral": f"csv-{next(SERIAL)}", "number": number(), "name": "Test Testsson", "unit": "forsorjningsstod",
        "on": str(TODAY), "assistance": "long_term", "complex_problems": "ja", "reason": "", **more,
    }  # fmt: skip
    return ";".join(fields.values())


def csv_file(folder: Path, *rows: str, head: str = HEAD) -> str:
    """Write a file and return its path."""
    file = folder / "referrals.csv"
    file.write_text("\n".join((head, *rows)) + "\n", "utf-8")
    return str(file)


def bring_in(stegvis: Stegvis, file: str, lang: str = "C"):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Import referrals as a caseworker."""
    return stegvis("import", file, "-o", OPERATION, by=HAM, lang=lang)


class TestReferrals:
    def test_takes_good_rows_and_refuses_the_others_with_line_field_and_reason(
        self, stegvis: Stegvis, tmp_path: Path
    ) -> None:
        file = csv_file(tmp_path, row(), row(number="19800505-9805"), row(assistance="some"), row(name=""), row())

        done = bring_in(stegvis, file)

        assert done.code == 1
        lines = done.out.splitlines()
        assert [line.split()[0] for line in lines[:5]] == ["2", "3", "4", "5", "6"]
        assert "number: " in lines[1]
        assert "identity_checksum" in lines[1]
        assert "assistance: " in lines[2]
        assert "name: " in lines[3]
        assert "recorded: 2, REFUSED: 3" in lines[-1]

    def test_goes_on_where_it_stopped(self, stegvis: Stegvis, tmp_path: Path) -> None:
        rows = [row() for _ in range(3)]
        bring_in(stegvis, csv_file(tmp_path, rows[0]))

        done = bring_in(stegvis, csv_file(tmp_path, *rows))
        before = stegvis.kept()
        again = bring_in(stegvis, csv_file(tmp_path, *rows))

        assert "recorded: 2, there already: 1" in done.out
        assert "there already: 3" in again.out
        assert again.code == 0
        assert stegvis.kept() == before

    @pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "with a byte order mark"])
    @pytest.mark.parametrize("separator", [";", ","])
    def test_reads_what_spreadsheets_write(self, stegvis: Stegvis, tmp_path: Path, mark: str, separator: str) -> None:
        file = tmp_path / "sheet.csv"
        text = f"{HEAD}\r\n{row(reason='rad')}\r\n".replace(";", separator)
        file.write_bytes((mark + text).encode())

        assert bring_in(stegvis, str(file)).code == 0

    def test_reads_swedish_columns_and_quoted_text_over_several_lines(self, stegvis: Stegvis, tmp_path: Path) -> None:
        head = "Remiss;Personnummer;Namn;Enhet;Skäl"
        text = f'csv-{next(SERIAL)};{number()};Åsa Öberg;forsorjningsstod;"Skrev ""ja"";\nom igen."'

        done = bring_in(stegvis, csv_file(tmp_path, text, row(), head=head), lang="sv_SE")

        assert "registrerad" in done.out.splitlines()[0]
        assert "columns_too_many" in done.out

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "file_empty"),
            (b"\n", "file_empty"),
            (HEAD.encode() + b"\nx;y;\xe5sa\n", "file_encoding"),
            (HEAD.encode("utf-16"), "file_encoding"),
            (b"referral;number;name;shoe\n", "column_unknown"),
            (b"referral;number;number;name\n", "column_twice"),
            (b"referral;number\n", "column_missing"),
            (b"x" * (MOST_LINE + 10), "line_too_long"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_refuses_a_file_that_is_not_one(self, stegvis: Stegvis, tmp_path: Path, content: bytes, code: str) -> None:
        file = tmp_path / "odd.csv"
        file.write_bytes(content)
        before = stegvis.kept()

        done = bring_in(stegvis, str(file))

        assert done.code == 1
        assert f"[{code}]" in done.err
        assert stegvis.kept() == before

    def test_refuses_endless_lines_and_goes_on_after_them(self, stegvis: Stegvis, tmp_path: Path) -> None:
        endless = row(reason="x" * 10_000_000)

        done = bring_in(stegvis, csv_file(tmp_path, endless, row()))

        assert "line_too_long" in done.out.splitlines()[0]
        assert "recorded: 1, REFUSED: 1" in done.out

    def test_refuses_a_quotation_that_never_ends_and_goes_on(self, stegvis: Stegvis, tmp_path: Path) -> None:
        done = bring_in(stegvis, csv_file(tmp_path, row(reason='"open'), row()))

        assert "quote_open" in done.out.splitlines()[0]
        assert "recorded: 1, REFUSED: 1" in done.out

    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"name": "a\x00b"}, "text_control_characters"),
            ({"reason": "x" * 4001}, "text_too_long"),
            ({"referral": ""}, "field_empty"),
            ({"on": str(TODAY + timedelta(days=1))}, "day_in_the_future"),
            ({"on": "2001-01-01"}, "day_before_the_operation"),
            ({"unit": "nowhere"}, "unit_unknown"),
            ({"reason": "a;b;c"}, "columns_too_many"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_keeps_nothing_of_a_refused_row(
        self, stegvis: Stegvis, tmp_path: Path, more: dict[str, str], code: str
    ) -> None:
        before = stegvis.kept()

        done = bring_in(stegvis, csv_file(tmp_path, row(**more)))

        assert f"[{code}]" in done.out
        assert stegvis.kept() == before

    def test_the_example_shows_both_kinds(self, stegvis: Stegvis) -> None:
        done = bring_in(stegvis, "examples/referrals.csv")

        assert "REFUSED: 5" in done.out
        assert done.code == 1

    def test_takes_one_file(self, stegvis: Stegvis) -> None:
        assert stegvis("import").code == 2
        assert stegvis("import", "a.csv", "--events", "b").code == 2
        assert "file_unreadable" in stegvis("import", "none.csv", "-o", OPERATION, by=HAM).err


class TestHistory:
    FILE = "examples/history-koll.yaml"

    def test_shows_first_and_does_it_when_told_to(self, stegvis: Stegvis, tmp_path: Path) -> None:
        file = tmp_path / "others.yaml"  # the same stories of other people: the example's own may be inside already
        text = Path(self.FILE).read_text("utf-8").replace("referral: h-", "referral: other-")
        file.write_text(re.sub(r"number: [0-9]{8}-[0-9]{4}", lambda _: f"number: {number()}", text), "utf-8")
        before = stegvis.kept()
        dry = stegvis("import", "--history", str(file), "-o", OPERATION, by=PIA)
        assert stegvis.kept() == before
        assert "would be recorded: 5, REFUSED: 1" in dry.out

        done = stegvis("import", "--history", str(file), "-o", OPERATION, "--yes", by=PIA)
        again = stegvis("import", "--history", str(file), "-o", OPERATION, "--yes", by=PIA)

        assert "recorded: 5, REFUSED: 1" in done.out
        assert "there already: 5, REFUSED: 1" in again.out
        assert "step_not_open" in done.out
        told = [line for line in done.out.splitlines() if "before the take-over" in line]
        closed = [line for line in told if "; closed" in line]
        assert closed
        assert all(line.endswith("; closed") for line in closed)  # nothing comes next
        assert all(re.search(r", next \d{4}-", line) for line in told if line not in closed)

    def test_plays_past_days_and_cancels_what_would_have_been_told(self, stegvis: Stegvis) -> None:
        stegvis("import", "--history", self.FILE, "-o", OPERATION, "--yes", by=PIA)

        notices = stegvis.must("notices", "--pathway", "h-101", "-n", "200")
        assert "before the take-over" in notices.out
        assert "promised" not in notices.out
        days = stegvis.sql(
            "SELECT max(recorded_at::date - occurred_on) FROM events e JOIN pathways p ON p.id = e.pathway "
            "WHERE referral = 'h-101'"
        )
        assert days > 300
        assert stegvis("do", "h-103", "contact").code == 0

    def test_is_for_managers(self, stegvis: Stegvis) -> None:
        assert "not_your_role" in stegvis("import", "--history", self.FILE, "-o", OPERATION).err

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("history: 3", "entry_invalid"),
            ("history: [3]", "entry_invalid"),
            ("history: [{referral: x, days: {0: [fly]}}]", "entry_invalid"),
            ("history: [{referral: x, unit: arbetsmarknad}]", "entry_invalid"),
            ("history: [{referral: x, days: {first: [refer]}}]", "entry_invalid"),
            ("history: [{referral: x, dates: {first: [refer]}}]", "entry_invalid"),
            ("history: [{referral: x, days: 3}]", "entry_invalid"),
            ("history: [{referral: x, hat: 1, days: {0: [refer]}}]", "column_unknown"),
            ("history: [{referral: x, name: A B, number: 19800505-9805, unit: arbetsmarknad, days: {0: [refer]}}]",
             "identity_checksum"),
        ],
    )  # fmt: skip
    def test_refuses_what_is_no_history(self, stegvis: Stegvis, tmp_path: Path, text: str, code: str) -> None:
        file = tmp_path / "history.yaml"
        file.write_text(text, "utf-8")
        before = stegvis.kept()

        done = stegvis("import", "--history", str(file), "-o", OPERATION, "--yes", by=PIA)

        assert done.code == 1
        assert f"[{code}]" in done.out + done.err
        assert stegvis.kept() == before

    def test_refuses_what_has_not_happened_yet(self, stegvis: Stegvis, tmp_path: Path) -> None:
        file = tmp_path / "history.yaml"
        file.write_text(
            f"history: [{{referral: future, name: A B, number: '{number()}', unit: arbetsmarknad, dates: "
            f"{{{TODAY - timedelta(days=3)}: [refer], {TODAY + timedelta(days=3)}: [done acknowledge]}}}}]",
            "utf-8",
        )

        done = stegvis("import", "--history", str(file), "-o", OPERATION, "--yes", by=PIA)

        assert "day_in_the_future" in done.out


class TestEvents:
    def event(self, **more: object) -> str:
        """Return a line."""
        event = {"specversion": "1.0", "type": "se.stegvis.contact", "source": "/test", "id": f"e-{next(SERIAL)}"}
        return json.dumps({**event, **more})

    def carry(self, stegvis: Stegvis, folder: Path, *lines: str, by: str = PIA):  # type: ignore[no-untyped-def]  # noqa: ANN201
        """Import lines."""
        file = folder / "events.jsonl"
        file.write_text("\n".join(lines) + "\n", "utf-8")
        return stegvis("import", "--events", str(file), by=by)

    def test_become_commands_once(self, stegvis: Stegvis, tmp_path: Path) -> None:
        one = self.event(subject=stegvis.refer(), data={"note": "Kom."})

        done = self.carry(stegvis, tmp_path, one, one)
        again = self.carry(stegvis, tmp_path, one)

        assert "recorded: 1, there already: 1" in done.out
        assert "there already: 1" in again.out

    def test_carry_the_day_and_the_channel(self, stegvis: Stegvis, tmp_path: Path) -> None:
        pathway = stegvis.refer()

        self.carry(stegvis, tmp_path, self.event(subject=pathway, time=f"{TODAY}T10:00:00Z"))

        assert stegvis.sql("SELECT count(*) FROM events WHERE pathway = $1 AND channel = 'events'", pathway) >= 1

    def test_name_another_person_only_for_a_manager(self, stegvis: Stegvis, tmp_path: Path) -> None:
        line = self.event(subject=stegvis.refer(), data={"by": "sam.samordnare"})

        assert "not_your_role" in self.carry(stegvis, tmp_path, line, by="tor.handledare").out
        assert self.carry(stegvis, tmp_path, line).code == 0

    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"subject": "nowhere"}, "pathway_unknown"),
            ({"type": "se.stegvis.reopen", "subject": "ex-20"}, "event_type_unknown"),
            ({"type": "org.example.other", "subject": "ex-20"}, "event_type_unknown"),
            ({"id": "", "subject": "ex-20"}, "event_invalid"),
            ({"specversion": "9", "subject": "ex-20"}, "event_invalid"),
            ({}, "event_invalid"),
            ({"subject": "ex-20", "data": "text"}, "event_invalid"),
            ({"subject": "ex-20", "time": "yesterday"}, "event_invalid"),
            ({"subject": "ex-20", "data": {"hat": 1}}, "command_invalid"),
            ({"subject": "ex-20", "data": {"id": "mine"}}, "field_unknown"),
            ({"subject": "ex-20", "data": {"note": "a\x01"}}, "text_control_characters"),
        ],
    )
    def test_are_refused_with_the_reason(
        self, stegvis: Stegvis, tmp_path: Path, more: dict[str, object], code: str
    ) -> None:
        before = stegvis.kept()

        done = self.carry(stegvis, tmp_path, self.event(**more))

        assert f"[{code}]" in done.out, done
        assert done.code == 1
        assert stegvis.kept() == before

    def test_are_refused_where_a_line_is_no_json(self, stegvis: Stegvis, tmp_path: Path) -> None:
        done = self.carry(stegvis, tmp_path, "{", "[]", "x" * (MOST_LINE + 1))

        assert [code in done.out for code in ("json_invalid", "event_invalid", "line_too_long")] == [True] * 3
