"""What a form sent: every field's values as text; files and what is far too long are not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import Request

    from desk.forms.field import Typed

FIELDS = 400  # more than any form has


async def typed(request: Request) -> Typed:
    """Return what was typed."""
    found: Typed = {}
    async with request.form(max_files=0, max_fields=FIELDS) as form:
        for name, value in form.multi_items():
            if isinstance(value, str):
                found.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return found
