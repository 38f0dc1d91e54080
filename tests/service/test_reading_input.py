"""What somebody typed or a file holds becomes typed values, or a refusal with the field."""

from __future__ import annotations

import uuid
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.errors import Refusal
from service.asking import command_from
from service.ids import derived_id, new_id
from service.importing.csv import rows
from service.importing.lines import MOST_LINE, check_encoding, lines
from service.publishing import programme_file, read_programme
from service.stating import Malformed, fact_from, record_from, state

RULES = read_programme(programme_file("koll")).rules
NUMBER = "19800505-9830"
ON = date(2026, 3, 2)


class TestIds:
    def test_carry_the_time_and_differ(self) -> None:
        made = [uuid.UUID(new_id()) for _ in range(1000)]

        assert len(set(made)) == 1000
        assert {one.version for one in made} == {7}
        assert [one.int >> 80 for one in made] == sorted(one.int >> 80 for one in made)

    def test_derived_ones_are_the_same_for_the_same_parts_only(self) -> None:
        assert derived_id("event", "a", "b") == derived_id("event", "a", "b")
        assert derived_id("event", "a", "b") != derived_id("event", "ab", "")


class TestACommandOfPlainData:
    @pytest.mark.parametrize(
        ("data", "code", "place"),
        [
            ({"kind": "hours", "step": "training", "month": "2026-03", "hours": "many"}, "value_not_a_number", "hours"),
            ({"kind": "hours", "step": "training", "month": "2026-03", "hours": [1]}, "value_not_a_number", "hours"),
            ({"kind": "correct", "of": 1.5, "reason": "x"}, "value_not_a_number", "of"),
            ({"kind": "complete", "step": 7}, "value_not_text", "step"),
            ({"kind": "fact", "fact": "far", "refused": "perhaps"}, "value_not_boolean", "refused"),
            ({"kind": "complete", "step": "plan", "view": {"agrees": "maybe"}}, "value_not_a_code", "view.agrees"),
            ({"kind": "complete", "step": "plan", "occurred_on": "soon"}, "value_not_a_date", "occurred_on"),
            ({"kind": "complete"}, "command_invalid", "step"),
        ],
    )
    def test_is_refused_in_our_own_words(self, data: dict[str, Any], code: str, place: str) -> None:
        with pytest.raises(Refusal) as raised:
            command_from({"id": "1", "by": {"staff": "sam", "roles": ["team"]}, **data})

        refusal = raised.value
        assert (refusal.code, refusal.params.get("name", refusal.params.get("place"))) == (code, place)
        assert "Input should" not in f"{refusal.text('sv')} {refusal.text('en')}"


class TestState:
    def test_takes_the_day_of_birth_from_a_number_that_carries_it(self) -> None:
        stated = state(RULES, {"number": NUMBER, "name": "A B", "assistance": "long_term"}, on=ON)

        assert stated.person.birth_date == date(1980, 5, 5)
        assert stated.facts == {"assistance": "long_term", "birth_date": "1980-05-05"}

    def test_tells_declined_from_unknown(self) -> None:
        stated = state(RULES, {"number": NUMBER, "name": "A", "disability": "avböjer", "gender": " "}, on=ON)

        assert stated.refused == ("disability",)
        assert "gender" not in stated.facts

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"number": ""}, "number"),
            ({"birth_date": "2027-01-01"}, "birth_date"),
            ({"complex_problems": "perhaps"}, "complex_problems"),
            ({"gender": "refused"}, "gender"),
        ],
    )
    def test_names_the_field(self, more: dict[str, str], field: str) -> None:
        with pytest.raises(Malformed) as raised:
            state(RULES, {"number": NUMBER, "name": "A", **more}, on=ON)

        assert raised.value.field == field
        assert NUMBER not in str(raised.value)

    def test_reads_numbers_as_swedes_write_them(self) -> None:
        values = record_from(RULES, "activity_level", {"hours_per_week": "7,5", "environment": "adapted"})

        assert values == {"hours_per_week": 7.5, "environment": "adapted"}
        assert fact_from(RULES, "complex_problems", "Nej") is False


class TestLines:
    def test_of_any_length_are_read_in_little_memory(self, tmp_path: Path) -> None:
        file = tmp_path / "long"
        file.write_bytes(b"a\n" + b"x" * (MOST_LINE * 30) + b"\r\nb")

        assert [(one.number, one.text) for one in lines(file)] == [(1, "a"), (2, None), (3, "b")]

    @pytest.mark.parametrize(
        ("content", "line"), [(b"a\nb\n\xe5", 3), (b"\xff\xfea\x00", 1), ("å".encode() * 70_000 + b"\n\xc3", 2)]
    )
    def test_in_another_encoding_are_refused_with_the_line(self, tmp_path: Path, content: bytes, line: int) -> None:
        file = tmp_path / "other"
        file.write_bytes(content)

        with pytest.raises(Refusal) as raised:
            check_encoding(file)

        assert raised.value.code == "file_encoding"
        assert raised.value.params["line"] == line


class TestRows:
    def read(self, folder: Path, text: str) -> list[tuple[int, dict[str, str] | str]]:
        """Return each row's line with its fields or the refusal's code."""
        file = folder / "rows.csv"
        file.write_text("referral;number;name;reason\n" + text, "utf-8", newline="")
        return [(row.line, row.refusal.code if row.refusal else row.fields) for row in rows(file, facts=())]

    def test_may_have_line_breaks_and_quotes_inside_quotes(self, tmp_path: Path) -> None:
        read = self.read(tmp_path, 'a;1;A;"x ""y"";\nz"\nb;2;B;5" rör\n')

        assert [line for line, _ in read] == [2, 4]
        assert read[0][1] == {"referral": "a", "number": "1", "name": "A", "reason": 'x "y";\nz'}
        assert read[1][1]["reason"] == '5" rör'  # type: ignore[index]

    def test_go_on_after_a_quote_that_is_never_closed(self, tmp_path: Path) -> None:
        read = self.read(tmp_path, 'a;1;A;"open\nb;2;B;\nc;3;C;\n')

        assert [(line, one if isinstance(one, str) else one["referral"]) for line, one in read] == [
            (2, "quote_open"),
            (3, "b"),
            (4, "c"),
        ]

    def test_skip_empty_lines_and_take_short_ones(self, tmp_path: Path) -> None:
        read = self.read(tmp_path, "\na;1\n;;;\n")

        assert read == [
            (3, {"referral": "a", "number": "1"}),
            (4, {"referral": "", "number": "", "name": "", "reason": ""}),
        ]

    def test_refuse_more_fields_than_columns(self, tmp_path: Path) -> None:
        assert self.read(tmp_path, "a;1;A;x;y\n") == [(2, "columns_too_many")]
