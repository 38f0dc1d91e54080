"""Identity numbers: kinds, forms, refusals, and what may be read out of them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identity import Identity, IdentityInvalid, IdentityKind, legal_sex, number_date, parse

TODAY = date(2026, 3, 2)
MAN = "198001019994"  # individual numbers 980-999 are kept for tests
WOMAN = "198001019804"


def check_digit(nine: str) -> int:
    return -sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(nine)) % 10


def number(day: str, individual: str) -> str:
    return f"{day}{individual}{check_digit(day[2:] + individual)}"


class TestParse:
    @pytest.mark.parametrize("written", [MAN, "19800101-9994", "800101-9994", "8001019994", " 19800101 9994\n"])
    def test_brings_every_way_of_writing_to_twelve_digits(self, written: str) -> None:
        assert parse(written, on=TODAY) == Identity(IdentityKind.PERSONNUMMER, MAN)

    def test_reads_a_plus_as_a_hundred_years_earlier(self) -> None:
        old = number("19260101", "980")

        assert parse(f"{old[2:8]}+{old[8:]}", on=TODAY).value == old
        assert parse(f"{old[2:8]}-{old[8:]}", on=TODAY).value == "2026" + old[4:]

    def test_tells_coordination_numbers_by_their_day(self) -> None:
        written = number("19800161", "980")

        assert parse(written, on=TODAY) == Identity(IdentityKind.SAMORDNINGSNUMMER, written)

    def test_takes_a_placeholder(self) -> None:
        assert parse("19800101tf29", on=TODAY) == Identity(IdentityKind.PLACEHOLDER, "19800101TF29")

    @pytest.mark.parametrize("written", ["991234567A", "19800101-A12B", "9912345678"])
    def test_takes_a_reserve_number_without_a_checksum_when_it_is_named_as_one(self, written: str) -> None:
        found = parse(written, on=TODAY, kind=IdentityKind.RESERVE)

        assert found == Identity(IdentityKind.RESERVE, written.replace("-", ""))

    @pytest.mark.parametrize(
        ("written", "kind", "code"),
        [
            ("", None, "identity_format"),
            ("1980-01-01-9994", None, "identity_format"),
            ("١٩٨٠٠١٠١٩٩٩٢", None, "identity_format"),
            ("A" * 30, IdentityKind.RESERVE, "identity_format"),
            ("198001019995", None, "identity_checksum"),
            ("198002309998", None, "identity_date"),
            ("198000619992", None, "identity_date"),
            ("203001019995", None, "identity_date"),
            ("19800230TF01", None, "identity_date"),
            ("199901609999", None, "identity_date"),
            (MAN, IdentityKind.SAMORDNINGSNUMMER, "identity_kind"),
            (MAN, IdentityKind.PLACEHOLDER, "identity_kind"),
            (MAN, IdentityKind.RESERVE, "identity_not_reserve"),
            ("198001010001", None, "identity_checksum"),
        ],
    )
    def test_refuses_with_a_code_and_without_the_number(
        self, written: str, kind: IdentityKind | None, code: str
    ) -> None:
        with pytest.raises(IdentityInvalid) as caught:
            parse(written, on=TODAY, kind=kind)

        assert caught.value.code == code
        assert str(caught.value) == code
        assert caught.value.__cause__ is None

    @given(st.dates(date(1920, 1, 1), TODAY), st.integers(980, 999), st.sampled_from(["", "-"]))
    def test_takes_every_number_with_the_right_check_digit_and_no_other(
        self, born: date, individual: int, sign: str
    ) -> None:
        right = number(f"{born:%Y%m%d}", str(individual))
        wrong = right[:-1] + str((int(right[-1]) + 1) % 10)

        assert parse(right[:8] + sign + right[8:], on=TODAY).value == right
        with pytest.raises(IdentityInvalid):
            parse(wrong, on=TODAY)


class TestWhatANumberSays:
    def test_its_day_and_legal_sex_for_the_official_kinds(self) -> None:
        coordination = parse(number("19800161", "980"), on=TODAY)

        assert number_date(parse(MAN, on=TODAY)) == date(1980, 1, 1)
        assert number_date(coordination) == date(1980, 1, 1)
        assert legal_sex(parse(MAN, on=TODAY)) == "man"
        assert legal_sex(parse(WOMAN, on=TODAY)) == "woman"

    @pytest.mark.parametrize(
        "other",
        [parse("19800101TF29", on=TODAY), parse("19800101A12B", on=TODAY, kind=IdentityKind.RESERVE)],
        ids=["placeholder", "reserve"],
    )
    def test_nothing_for_the_others(self, other: Identity) -> None:
        assert number_date(other) is None
        assert legal_sex(other) is None
        assert not other.unique

    def test_never_itself_in_a_print(self) -> None:
        assert MAN not in repr(parse(MAN, on=TODAY))
