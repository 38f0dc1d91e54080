"""What a form sent: every field's values as text; files and what is far too long are not read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from desk.forms.field import one
from service.ids import new_id

if TYPE_CHECKING:
    from fastapi import Request

    from desk.forms.field import Typed

FIELDS = 400  # more than any form has
NUL, SUBSTITUTE = "\x00", "\x1a"
"""PostgreSQL keeps no NUL. What stands for it is a control character, so that it is refused at its field."""
_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


LARGEST = 2**63 - 1  # of a number that PostgreSQL gives to a row
DIGITS = len(str(LARGEST))


async def typed(request: Request) -> Typed:
    """Return what was typed."""
    found: Typed = {}
    async with request.form(max_files=0, max_fields=FIELDS) as form:
        for name, value in form.multi_items():
            if isinstance(value, str):
                plain = value.replace("\r\n", "\n").replace(NUL, SUBSTITUTE)
                found.setdefault(name.replace(NUL, SUBSTITUTE), []).append(plain)
    return found


def command_id(typed: Typed) -> str:
    """Return the command id that the form had: the same at a second click; a new one for what we never gave out."""
    found = one(typed, "command_id") or ""
    return found if _ID.fullmatch(found) else new_id()


def id_of(text: str | None) -> int | None:
    """Return a row's number from an address or a form, or None for anything else."""
    return min(int(text), LARGEST) if text and text.isascii() and text.isdigit() and len(text) <= DIGITS else None


async def typed_with_file(request: Request, name: str) -> tuple[Typed, bytes | None]:
    """Return what was typed and one file that may have come with it; the guard limits how large it is."""
    found: Typed = {}
    file: bytes | None = None
    async with request.form(max_files=1, max_fields=FIELDS) as form:
        for key, value in form.multi_items():
            if isinstance(value, str):
                found.setdefault(key, []).append(value.replace("\r\n", "\n"))
            elif key == name:
                file = await value.read()
    return found, file
