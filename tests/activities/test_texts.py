"""Notices say what to do, by when and how to open it, in both languages, and never about whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from activities.texts import KINDS, LANGUAGES, Subject, digest_of, text_of


def subject(kind: str = "remind", due_on: date | None = date(2026, 12, 1)) -> Subject:
    return Subject(kind, "7f3a-koll-1", "Kartläggning", "Koll på läget", due_on)


class TestText:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("kind", KINDS)
    def test_names_step_programme_day_and_how_to_open(self, kind: str, language: str) -> None:
        text = text_of(subject(kind), language)

        for words in ("Kartläggning", "Koll på läget", "2026-12-01", "stegvis show 7f3a-koll-1"):
            assert words in text.body

    def test_languages_differ(self) -> None:
        assert text_of(subject(), "sv").subject == "Påminnelse: Kartläggning"
        assert text_of(subject(), "en").subject == "Reminder: Kartläggning"

    def test_has_no_day_where_there_is_none(self) -> None:
        assert "Sista dag:" not in text_of(subject(due_on=None), "sv").body

    def test_a_title_cannot_add_lines_to_the_head(self) -> None:
        told = Subject("remind", "p", "Steg\r\nBcc: x@y.se", "P")

        assert "\n" not in text_of(told, "sv").subject

    def test_a_title_with_braces_is_taken_as_it_is(self) -> None:
        assert "{step}" in text_of(Subject("remind", "p", "{step}", "P"), "sv").body

    @pytest.mark.parametrize(("kind", "language"), [("shout", "sv"), ("remind", "fi")])
    def test_unknown_kinds_and_languages_are_told(self, kind: str, language: str) -> None:
        with pytest.raises(KeyError):
            text_of(subject(kind), language)


class TestWhereToOpen:
    def test_is_a_page_of_the_desk_where_it_has_an_address(self) -> None:
        text = text_of(replace(subject(), desk="https://stegvis.example.se/"), "sv")

        assert "Öppna: https://stegvis.example.se/people/7f3a-koll-1\n" in text.body
        assert "stegvis show" not in text.body


class TestDigest:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_holds_every_notice_and_one_ending(self, language: str) -> None:
        text = digest_of([subject(kind) for kind in KINDS], language)

        assert str(len(KINDS)) in text.subject
        assert text.body.count("7f3a-koll-1") == len(KINDS)
        assert text.body.count("program") >= 1
        for kind in KINDS:
            assert text_of(subject(kind), language).subject in text.body
        ending = text_of(subject(), language).body.splitlines()[-1]
        assert text.body.count(ending) == 1
