"""Two names may be one person's where a part of them agrees, however it is written."""

from __future__ import annotations

import pytest

from domain.likeness import alike


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alva Testgren", "ALVA PROVMAN"),
        ("Kristina Ek", "Christina Al"),
        ("Ali Johansson", "Bo Johanson"),
        ("José Ibáñez", "Jose Lind"),
        ("Anna-Karin Berg", "Karin Sten"),
        ("Åsa Öberg", "A\u030asa Alm"),
    ],
)
def test_a_part_that_agrees_is_enough_to_ask(one: str, other: str) -> None:
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Alva Testgren", "Bo Provman"), ("A Ek", "A Al"), ("", "Alva"), ("Per Alm", "Pia Alp"), ("Eva Ek", "Ewe El")],
)
def test_nothing_is_asked_of_different_names(one: str, other: str) -> None:
    assert not alike(one, other)
