"""Every text in both languages, every key in use, and nothing that is used missing."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from cli.main import tree
from cli.texts import TEXTS, Say, language_of
from domain.counting import Gender, Kind
from domain.events import EventType
from domain.identity import IdentityInvalid
from domain.refusals import TEXTS as REFUSALS
from domain.refusals_input import INPUT
from records.ledger import ABOUT_WORK
from service.migrating import Result

CODE = [
    *Path("cli").rglob("*.py"), *Path("service").rglob("*.py"), *Path("domain").rglob("*.py"),
]  # fmt: skip


def fields(text: str) -> set[str]:
    """Return the names that a text fills in."""
    return {name.split(".")[0].split("!")[0] for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("table", [TEXTS, REFUSALS], ids=["cli", "refusals"])
def test_both_languages_say_the_same_things(table: dict[str, tuple[str, str]]) -> None:
    for key, (swedish, english) in table.items():
        assert swedish.strip(), key
        assert english.strip(), key
        assert fields(swedish) == fields(english), key


def test_every_key_that_is_written_out_is_in_the_table() -> None:
    for file in Path("cli").rglob("*.py"):
        source = file.read_text("utf-8")
        for key in re.findall(r'say\("([a-z_.]+)"', source) + re.findall(r'"(help\.[a-z_.]+)"', source):
            assert key in TEXTS, f"{file}: {key}"


def test_every_refusal_that_the_service_makes_is_in_the_table() -> None:
    for file in CODE:
        for code in re.findall(r'Refusal\(\s*"([a-z_]+)"', file.read_text("utf-8")):
            assert code in REFUSALS, f"{file}: {code}"
    assert INPUT.items() <= REFUSALS.items()


def test_every_identity_problem_is_in_the_table() -> None:
    codes = re.findall(r'IdentityInvalid\("([a-z_]+)"', Path("domain/identity.py").read_text("utf-8"))

    assert codes
    assert issubclass(IdentityInvalid, ValueError)
    assert set(codes) <= set(REFUSALS)


@pytest.mark.parametrize(
    "keys",
    [
        [f"event.{kind}" for kind in EventType],
        [f"notice.{kind}" for kind in (*ABOUT_WORK, "answer")],
        [f"status.{one}" for one in ("reserved", "open", "paused", "exited", "closed", "diverged")],
        [f"counted.{one}" for one in (*Kind, *get_args(Gender), "unknown")],
        [f"state.{one}" for one in ("promised", "claimed", "handed_over", "failed", "uncertain", "cancelled")],
        [f"{kind}.{result}" for kind in ("migrate", "migrate.count") for result in get_args(Result)],
    ],
    ids=lambda keys: keys[0].split(".")[0],
)
def test_every_code_that_is_shown_has_words(keys: list[str]) -> None:
    assert [key for key in keys if key not in TEXTS] == []


def test_what_the_doctor_says_has_words() -> None:
    source = Path("service/checking.py").read_text("utf-8")
    for kind, pattern in (
        ("check", r'_(?:good|bad|away)\("([a-z_]+)"'),
        ("mend", r'_bad\("[a-z_]+", "[a-z_]+", "([a-z_]+)"'),
    ):
        names = re.findall(pattern, source)
        assert names
        assert [name for name in names if f"{kind}.{name}" not in TEXTS] == []


def test_no_text_is_left_over() -> None:
    source = "\n".join(file.read_text("utf-8") for file in CODE if "texts" not in file.parts)
    shown = (
        "event.", "notice.", "status.", "state.", "ended.", "happening.", "check.", "doctor.", "mend.",
        "reason.", "view.", "do.kind.", "show.protection.", "counted.", "revive.", "rebuild.", "import.",
        "staff.handed.", "migrate.count.", "diff.", "up.as.", *(f"migrate.{result}" for result in get_args(Result)),
    )  # fmt: skip
    written = re.findall(r"""["']([a-z_]+\.[a-z_.]+)["']""", source)
    away = {"trouble.postgresql_away", "trouble.temporal_away"}
    left = [key for key in TEXTS if key not in written and key not in away and not key.startswith(shown)]

    assert left == []


def test_language_follows_the_environment() -> None:
    assert language_of({"LANG": "sv_SE.UTF-8"}) == "sv"
    assert language_of({"LANG": "sv_SE.UTF-8", "LC_ALL": "en_GB"}) == "en"
    assert language_of({"LC_ALL": "", "LC_MESSAGES": "sv"}) == "sv"
    assert language_of({}) == "en"
    assert Say("sv")("day.today") == "i dag"


def test_every_command_has_help() -> None:
    app = tree()

    assert {command.name for command in app.registered_commands} >= {"refer", "import", "list", "show", "why", "due"}
    assert {group.name for group in app.registered_groups} == {"do", "programme", "operation", "staff", "ops"}
