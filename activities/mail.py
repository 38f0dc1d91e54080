"""Two carriers of notices: a folder for trying and teaching, and SMTP.

What matters is what a carrier is certain of. Returning means handed over; NotHandedOver means certainly not;
MaybeHandedOver means that nobody can know. Replies of mail servers are never kept, only their codes: a reply may
quote an address.
"""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

STEP_TIMEOUT = 10.0  # seconds per SMTP step; a notice has about five steps and an activity attempt lasts 60 s
SMTP_PORT, SMTPS_PORT = 25, 465
DEFERRED = range(400, 500)  # SMTP's "not now"; 5xx is "never"


@dataclass(frozen=True, slots=True)
class Letter:
    """One notice as it leaves the house; ``message_id`` is the same whenever it is sent again."""

    message_id: str
    recipient: str
    subject: str
    text: str
    language: str


class NotHandedOver(Exception):
    """Certainly not delivered; ``later`` says whether trying again can help, ``code`` what stood in the way."""

    def __init__(self, code: str, *, later: bool) -> None:
        super().__init__(code)
        self.code = code
        self.later = later


class MaybeHandedOver(Exception):
    """The text was on its way when the line broke or fell silent: it may have arrived; ``code`` says how."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Carrier(Protocol):
    """Hands letters over to the world outside."""

    async def hand_over(self, letter: Letter) -> None:
        """Hand one letter over, or say what is certain about it.

        Raises:
            NotHandedOver: It certainly didn't leave.
            MaybeHandedOver: It may have left.
        """


class Folder:
    """Write each letter as a file named by its message id, so that writing it again replaces it."""

    def __init__(self, path: Path, sender: str) -> None:
        self._path = path
        self._sender = sender

    async def hand_over(self, letter: Letter) -> None:
        """Write the letter whole or not at all.

        Raises:
            NotHandedOver: The folder can't be written.
        """
        try:
            await asyncio.to_thread(self._write, letter.message_id, rendered(letter, self._sender))
        except OSError as error:
            raise NotHandedOver("folder", later=True) from error

    def _write(self, message_id: str, content: bytes) -> None:
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = re.sub(r"[^\w.@-]", "_", message_id.strip("<>"))
        unfinished = self._path / f".{name}.{os.getpid()}"
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._path / f"{name}.eml")


class Smtp:
    """Send each letter over a connection of its own: notices are few, and a kept connection goes stale unseen."""

    def __init__(
        self,
        host: str,
        port: int,
        sender: str,
        *,
        username: str | None = None,
        password: str | None = None,
        tls: bool = False,
        timeout: float = STEP_TIMEOUT,
    ) -> None:
        self._sender = sender
        self._host, self._port = host, port
        self._username, self._password = username, password
        self._tls = tls
        self._timeout = timeout

    async def hand_over(self, letter: Letter) -> None:
        """Send the letter and wait until the server has taken it.

        Raises:
            NotHandedOver: The server refused or deferred it, or fell silent before the text was sent.
            MaybeHandedOver: The line broke or fell silent while or after the text was sent.
        """
        content = rendered(letter, self._sender)
        client = self._client()
        try:
            await self._address(client, letter.recipient)
            await self._send(client, content)
        finally:
            # Politeness costs a round trip and can only fail; what the server said about the letter stands.
            client.close()

    def _client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._username,
            password=self._password,
            use_tls=self._tls,
            timeout=self._timeout,
            # Asking the resolver for our own name may block for longer than the whole attempt.
            local_hostname=self._sender.rpartition("@")[2] or "localhost",
        )

    async def _address(self, client: aiosmtplib.SMTP, recipient: str) -> None:
        try:
            await client.connect()
            await client.mail(self._sender)
            await client.rcpt(recipient)
        except aiosmtplib.SMTPResponseException as error:
            raise NotHandedOver(f"smtp-{error.code}", later=error.code in DEFERRED) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise NotHandedOver("smtp-unreachable", later=True) from error
        except ValueError as error:
            raise NotHandedOver("address", later=False) from error

    async def _send(self, client: aiosmtplib.SMTP, content: bytes) -> None:
        try:
            await client.data(content)
        except aiosmtplib.SMTPDataError as error:
            raise NotHandedOver(f"smtp-{error.code}", later=error.code in DEFERRED) from error
        except (aiosmtplib.SMTPTimeoutError, TimeoutError) as error:
            raise MaybeHandedOver("smtp-silent-after-data") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MaybeHandedOver("smtp-broken-after-data") from error


def carrier_for(address: str, sender: str) -> Carrier:
    """Return the carrier that a settings value describes: a folder, smtp:// or smtps://.

    Raises:
        ValueError: The address names neither.
    """
    parts = urlsplit(address)
    if not parts.scheme:
        return Folder(Path(address), sender)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("mail goes to a folder, smtp://host:port or smtps://host:port")
    tls = parts.scheme == "smtps"
    return Smtp(
        parts.hostname,
        parts.port or (SMTPS_PORT if tls else SMTP_PORT),
        sender,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=tls,
        timeout=float(parse_qs(parts.query).get("timeout", [STEP_TIMEOUT])[0]),
    )


def rendered(letter: Letter, sender: str) -> bytes:
    """Return the letter as a message that no vacation responder answers.

    Raises:
        NotHandedOver: The address or the subject can't stand in a message's head.
    """
    message = EmailMessage(policy=SMTP_POLICY)
    try:
        message["Message-ID"] = letter.message_id
        message["Date"] = format_datetime(datetime.now(UTC))
        message["From"] = sender
        message["To"] = letter.recipient
        message["Subject"] = letter.subject
    except ValueError as error:
        raise NotHandedOver("address", later=False) from error
    message["Content-Language"] = letter.language
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message.as_bytes()
