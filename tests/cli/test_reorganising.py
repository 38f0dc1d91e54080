"""`stegvis operation reorganise`: a unit becomes another while people are inside."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.calendar import add_months, local_day
from tests.cli.conftest import Stegvis, number

TODAY = local_day(datetime.now(UTC))
MOA, HAN = "moa.programansvarig", "han.handlaggare"
NORDOST = "nordost-nytt"


@pytest.fixture
def nordost(stegvis: Stegvis) -> Stegvis:
    """The office with an operation of Nordost that has run for three months."""
    starts = add_months(TODAY.replace(day=1), -3)
    stegvis.must("operation", "new", "nordost", "--from", str(starts), "--name", NORDOST, by="pia.programansvarig")
    return stegvis


def refer(unit: str) -> tuple[str, ...]:
    facts = ("--fact", "assistance=recurrent", "--fact", "obstacles=mental")
    return ("refer", "-o", NORDOST, "--number", number(), "--name", "Test Testsson", "--unit", unit, *facts)


def reorganise(into: str, *more: str, unit: str = "eb-sydvast") -> tuple[str, ...]:
    return ("operation", "reorganise", NORDOST, unit, into, "--on", str(TODAY), *more)


def test_keeps_everybody_and_leads_new_referrals_to_the_new_unit(nordost: Stegvis) -> None:
    before = nordost.must(*refer("eb-sydvast"), by=HAN).pathway

    asked = nordost.must(*reorganise("eb-centrum", "--dry-run"), by=MOA)
    unchanged = nordost.must("operation", "show", NORDOST, by=MOA)
    done = nordost.must(*reorganise("eb-centrum"), by=MOA, lang="sv_SE")
    after = nordost.must(*refer("eb-sydvast"), by=HAN).pathway
    lists = {
        unit: nordost.must("list", "-o", NORDOST, "--unit", unit, by=MOA).out for unit in ("eb-sydvast", "eb-centrum")
    }

    assert "Nothing has changed" in asked.out
    assert "kaj.koordinator: 1" in asked.out
    assert f"eb-centrum from {TODAY}" not in unchanged.out
    assert "eb-centrum svarar för eb-sydvast" in done.out
    assert "1 öppna processer behåller sin ansvariga" in done.out
    assert all(pathway in out for pathway in (before, after) for out in lists.values())
    assert f"eb-centrum from {TODAY}" in nordost.must("operation", "show", NORDOST, by=MOA).out
    owners = [nordost.sql("SELECT owner FROM pathways WHERE id = $1", one) for one in (before, after)]
    assert owners == ["kaj.koordinator", "kia.koordinator"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (reorganise("eb-hisingen", unit="eb-angered"), "unit_reorganised"),
        (reorganise("eb-angered", unit="eb-nordost"), "unit_leads_back"),
        (reorganise("eb-norr"), "unit_unknown"),
        (reorganise("eb-norr", "--name", "Norr"), "unit_needs_both"),
        (("operation", "reorganise", NORDOST, "eb-nordost", "eb-centrum", "--on", "soon"), "value_not_a_date"),
    ],
)
def test_refuses_what_leads_nowhere(nordost: Stegvis, line: tuple[str, ...], code: str) -> None:
    done = nordost(*line, by=MOA)

    assert done.code == 1
    assert code in done.err


def test_is_for_managers(nordost: Stegvis) -> None:
    assert "not_your_role" in nordost(*reorganise("eb-centrum", unit="eb-hisingen"), by=HAN).err


def test_a_unit_that_does_not_refer_and_one_of_another_operation_are_refused(nordost: Stegvis) -> None:
    kept = nordost.kept()

    project = nordost(*refer("nordost-projekt"), by=HAN)
    elsewhere = nordost(*refer("forsorjningsstod"), by=HAN)

    assert "unit_does_not_refer" in project.err
    assert "eb-hisingen" in project.err
    assert "unit_unknown" in elsewhere.err
    assert nordost.kept() == kept


def test_a_district_of_before_refers_through_what_it_became(nordost: Stegvis) -> None:
    pathway = nordost.must(*refer("eb-angered"), by=HAN).pathway

    assert nordost.sql("SELECT unit FROM pathways WHERE id = $1", pathway) == "eb-nordost"
