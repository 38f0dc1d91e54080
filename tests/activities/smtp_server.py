"""A real SMTP server, in a process of its own, that behaves as it is told and keeps what arrived.

Run as ``python smtp_server.py MODE FOLDER``; it prints its port, then a line for each arrival, and serves
until it is terminated.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

MODES = (
    "accept",
    "defer",
    "defer_text",
    "drop_after_text",
    "drop_before_text",
    "hang_after_text",
    "hang_at_connect",
    "refuse",
    "refuse_text",
)


class Conversation:
    """One connection, as the mode wants it."""

    def __init__(self, mode: str, folder: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._mode = mode
        self._folder = folder
        self._reader = reader
        self._writer = writer

    async def hold(self) -> None:
        try:
            await self._hold()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._writer.close()

    async def _hold(self) -> None:
        if self._mode == "hang_at_connect":
            await self._silence()
            return
        self._say("220 test server")
        while line := (await self._reader.readline()).decode().strip():
            verb = line[:4].upper()
            if verb == "RCPT" and self._mode in ("defer", "refuse"):
                self._say("451 try again later" if self._mode == "defer" else "550 nobody here: Astrid")
            elif verb == "DATA":
                if not await self._take_text():
                    return
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    async def _take_text(self) -> bool:
        if self._mode == "drop_before_text":
            return False
        self._say("354 go on")
        text = await self._reader.readuntil(b"\r\n.\r\n")
        if self._mode in ("defer_text", "refuse_text"):
            self._say("452 no room" if self._mode == "defer_text" else "554 not wanted")
            return True
        number = len(list(self._folder.iterdir()))
        (self._folder / f"{number}.eml").write_bytes(text.removesuffix(b".\r\n"))
        print("arrived", flush=True)
        if self._mode == "drop_after_text":
            return False
        if self._mode == "hang_after_text":
            await self._silence()
            return False
        self._say("250 taken")
        return True

    async def _silence(self) -> None:
        await self._reader.read()

    def _say(self, line: str) -> None:
        self._writer.write(line.encode() + b"\r\n")


async def main(mode: str, folder: Path) -> None:
    server = await asyncio.start_server(
        lambda reader, writer: Conversation(mode, folder, reader, writer).hold(), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
