"""Carriers: what they are certain of when they come back, shown with a real server in a process of its own."""

from __future__ import annotations

import email
import email.policy
import socket
from pathlib import Path

import pytest

from activities.mail import Folder, Letter, MaybeHandedOver, NotHandedOver, Smtp, carrier_for
from tests.activities.smtp import smtp_server_that

SENDER = "stegvis@example.se"
BRIEF = 0.3  # seconds; long enough for a healthy server on this machine, short enough to wait for a silent one


def letter(message_id: str = "<n-1@stegvis>", recipient: str = "handlaggare@example.se") -> Letter:
    return Letter(message_id, recipient, "Påminnelse: Kartläggning", "Sista dag: 2026-12-01\n.\n", "sv")


class TestSmtp:
    async def test_hands_over_what_was_written(self, tmp_path: Path) -> None:
        with smtp_server_that("accept", tmp_path) as server:
            await carrier_for(server.address(), SENDER).hand_over(letter())

            [arrived] = server.arrived
        assert arrived["Message-ID"] == "<n-1@stegvis>"
        assert arrived["Subject"] == "Påminnelse: Kartläggning"
        assert arrived["To"] == "handlaggare@example.se"
        assert arrived["Auto-Submitted"] == "auto-generated"
        assert "Sista dag: 2026-12-01" in arrived.get_content()

    @pytest.mark.parametrize(
        ("mode", "code", "later"),
        [
            ("defer", "smtp-451", True),
            ("defer_text", "smtp-452", True),
            ("refuse", "smtp-550", False),
            ("refuse_text", "smtp-554", False),
        ],
    )
    async def test_is_certain_that_a_refused_letter_stayed(
        self, tmp_path: Path, mode: str, code: str, later: bool
    ) -> None:
        with smtp_server_that(mode, tmp_path) as server:
            with pytest.raises(NotHandedOver) as caught:
                await carrier_for(server.address(), SENDER).hand_over(letter())

            assert server.arrived == []
        assert (caught.value.code, caught.value.later) == (code, later)
        assert "Astrid" not in str(caught.value)

    @pytest.mark.parametrize(
        ("mode", "code", "arrived"),
        [
            ("drop_after_text", "smtp-broken-after-data", 1),
            ("drop_before_text", "smtp-broken-after-data", 0),
            ("hang_after_text", "smtp-silent-after-data", 1),
        ],
    )
    async def test_does_not_pretend_to_know_when_the_line_breaks_or_falls_silent(
        self, tmp_path: Path, mode: str, code: str, arrived: int
    ) -> None:
        with smtp_server_that(mode, tmp_path) as server:
            with pytest.raises(MaybeHandedOver) as caught:
                await carrier_for(server.address(BRIEF), SENDER).hand_over(letter())

            assert len(server.arrived) == arrived
        assert caught.value.code == code

    async def test_a_server_that_says_nothing_got_nothing(self, tmp_path: Path) -> None:
        with smtp_server_that("hang_at_connect", tmp_path) as server, pytest.raises(NotHandedOver) as caught:
            await carrier_for(server.address(BRIEF), SENDER).hand_over(letter())

        assert caught.value.later

    async def test_a_server_that_is_away_got_nothing(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
            with pytest.raises(NotHandedOver) as caught:
                await Smtp("127.0.0.1", taken.getsockname()[1], SENDER).hand_over(letter())

        assert (caught.value.code, caught.value.later) == ("smtp-unreachable", True)

    async def test_an_impossible_address_is_never_tried(self, tmp_path: Path) -> None:
        with smtp_server_that("accept", tmp_path) as server, pytest.raises(NotHandedOver) as caught:
            await carrier_for(server.address(), SENDER).hand_over(letter(recipient="a@b.se\nBcc: c@d.se"))

        assert (caught.value.code, caught.value.later) == ("address", False)


class TestFolder:
    async def test_writes_a_readable_letter(self, tmp_path: Path) -> None:
        await Folder(tmp_path / "outbox", SENDER).hand_over(letter())

        [path] = (tmp_path / "outbox").iterdir()
        written = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert path.name == "n-1@stegvis.eml"
        assert written["Subject"] == "Påminnelse: Kartläggning"

    async def test_writing_again_replaces(self, tmp_path: Path) -> None:
        folder = Folder(tmp_path, SENDER)

        await folder.hand_over(letter())
        await folder.hand_over(letter())

        assert len(list(tmp_path.iterdir())) == 1

    async def test_a_folder_that_cannot_be_written_got_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "outbox").write_text("a file stands where the folder should be")

        with pytest.raises(NotHandedOver) as caught:
            await Folder(tmp_path / "outbox", SENDER).hand_over(letter())

        assert (caught.value.code, caught.value.later) == ("folder", True)

    async def test_a_name_never_leaves_the_folder(self, tmp_path: Path) -> None:
        await Folder(tmp_path / "outbox", SENDER).hand_over(letter("<../../n-1@stegvis>"))

        assert [path.parent for path in tmp_path.rglob("*.eml")] == [tmp_path / "outbox"]


class TestCarrierFor:
    def test_reads_a_path(self) -> None:
        assert isinstance(carrier_for("some/folder", SENDER), Folder)

    @pytest.mark.parametrize("address", ["smtp://mail.example.se:587", "smtps://user:p%40ss@mail.example.se"])
    def test_reads_an_address(self, address: str) -> None:
        assert isinstance(carrier_for(address, SENDER), Smtp)

    @pytest.mark.parametrize("address", ["http://mail.example.se", "smtp://"])
    def test_refuses_anything_else(self, address: str) -> None:
        with pytest.raises(ValueError, match="smtp"):
            carrier_for(address, SENDER)
