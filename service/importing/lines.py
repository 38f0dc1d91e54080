"""Reading files that others wrote, line by line, in bounded memory: encoding, endless lines, control characters."""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from domain.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_LINE = 100_000  # characters; a referral has some hundred, a long free text four thousand
CHUNK = 65_536
OTHER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its number; ``text`` is None for one that is too long to be what it should be."""

    number: int
    text: str | None


def open_file(path: Path) -> BinaryIO:
    """Open a file. Raises Refusal: file_unreadable."""
    try:
        return path.open("rb")
    except OSError as error:
        raise Refusal("file_unreadable", file=str(path), problem=type(error).__name__) from error


def check_encoding(path: Path) -> None:
    """Refuse a file that isn't UTF-8 as a whole, before anything of it is taken. Raises Refusal."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    number = 1
    with open_file(path) as file:
        while chunk := file.read(CHUNK):
            if number == 1 and chunk.startswith(OTHER_MARKS):
                raise Refusal("file_encoding", byte=f"0x{chunk[0]:02X}", line=1)
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                wrong = error.object[error.start]
                raise Refusal(
                    "file_encoding", byte=f"0x{wrong:02X}", line=number + error.object[: error.start].count(b"\n")
                ) from None
            number += chunk.count(b"\n")
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise Refusal("file_encoding", byte=f"0x{error.object[error.start]:02X}", line=number) from None


def lines(path: Path) -> Iterator[Line]:
    """Yield the lines of a UTF-8 file without their ends, with or without a byte order mark. Raises Refusal."""
    check_encoding(path)
    with open_file(path) as file, io.TextIOWrapper(file, "utf-8-sig", newline="") as text:
        number = 0
        while piece := text.readline(MOST_LINE + 2):
            number += 1
            whole = piece.rstrip("\r\n")
            if len(piece) > MOST_LINE and not piece.endswith(("\n", "\r")):
                while rest := text.readline(CHUNK):
                    if rest.endswith(("\n", "\r")):
                        break
                yield Line(number, None)
            else:
                yield Line(number, whole if len(whole) <= MOST_LINE else None)
