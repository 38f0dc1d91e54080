"""Every text of the desk is there in both languages."""

from __future__ import annotations

from pathlib import Path

from desk.catalogues import entries
from desk.extracting import asked, english, kept


def test_every_text_is_translated() -> None:
    assert not asked() - {text for text, done in kept("sv").items() if done}


def test_no_text_is_kept_that_nobody_asks_for() -> None:
    assert not set(kept("sv")) - asked()


def test_no_text_stands_in_two_files() -> None:
    seen: dict[object, str] = {}
    for name, catalogue in entries("sv"):
        for message in catalogue:
            if message.id:
                assert message.id not in seen, f"{message.id!r} stands in {seen[message.id]} and {name}"
                seen[message.id] = name


def test_placeholders_are_the_same() -> None:
    for _, catalogue in entries("sv"):
        for message in catalogue:
            assert not list(message.check()), message.id


def test_the_english_catalogue_is_written_from_the_pages() -> None:
    assert Path("desk/locale/en/desk.po").read_text("utf-8") == english()
