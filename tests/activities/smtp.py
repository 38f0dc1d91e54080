"""Starts the SMTP server of the tests and reads what it kept."""

from __future__ import annotations

import asyncio
import email
import email.policy
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from tests.activities import smtp_server


@dataclass(frozen=True)
class SmtpServer:
    port: int
    folder: Path
    process: subprocess.Popen[str]

    def address(self, timeout: float = 5.0) -> str:
        return f"smtp://127.0.0.1:{self.port}?timeout={timeout}"

    async def arrival(self) -> None:
        """Return when the next letter has arrived."""
        assert self.process.stdout is not None
        assert await asyncio.to_thread(self.process.stdout.readline)

    @property
    def arrived(self) -> list[EmailMessage]:
        return [
            email.message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=email.policy.default)
            for path in sorted(self.folder.iterdir())
        ]


@contextmanager
def smtp_server_that(mode: str, folder: Path) -> Iterator[SmtpServer]:
    assert mode in smtp_server.MODES
    folder.mkdir(exist_ok=True)
    with subprocess.Popen(
        [sys.executable, smtp_server.__file__, mode, str(folder)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield SmtpServer(int(process.stdout.readline()), folder, process)
        finally:
            process.kill()
