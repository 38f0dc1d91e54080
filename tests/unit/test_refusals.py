"""Every refusal has a code with a text in both languages; every text has a code that is used."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from domain.errors import Refusal
from domain.refusals import TEXTS

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("domain", "workflows", "service", "cli", "desk", "records", "worker", "activities")
SOURCES = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "refusals" not in path.name]
CODE = re.compile(r"""Refusal\(\s*(?:"([a-z_]+)"|"([a-z_]+)" if .*? else "([a-z_]+)")""")


def used_codes() -> set[str]:
    """Return every code that stands in a Refusal, and every quoted word that is a code (tables of codes)."""
    text = "\n".join(path.read_text("utf-8") for path in SOURCES)
    direct = {code for groups in CODE.findall(text) for code in groups if code}
    quoted = {word for word in re.findall(r'"([a-z_]+)"', text) if word in TEXTS}
    return direct | quoted


def test_every_code_that_is_raised_has_a_text() -> None:
    assert sorted(used_codes() - set(TEXTS)) == []


def test_every_text_has_a_code_that_is_used() -> None:
    assert sorted(set(TEXTS) - used_codes()) == []


@pytest.mark.parametrize("code", TEXTS)
def test_both_languages_name_the_same_things(code: str) -> None:
    swedish, english = ({name for _, name, _, _ in string.Formatter().parse(text) if name} for text in TEXTS[code])

    assert swedish == english
    assert all(text.strip().endswith((".", "?")) for text in TEXTS[code])


def test_a_missing_value_is_shown_as_a_gap_not_as_an_error() -> None:
    assert Refusal("step_not_open").text("en").startswith("… is not open")
    assert Refusal("no_such_code").text() == "no_such_code"
