"""Ids that callers make: UUIDv7, so that a command's id tells when it was made and an old one can be refused."""

from __future__ import annotations

import hashlib
import secrets
import time
from uuid import UUID

_VERSION = 7 << 76
_VARIANT = 2 << 62
_RANDOM_A, _RANDOM_B = 12, 62  # random bits before and after the variant (RFC 9562)


def new_id() -> str:
    """Return a UUIDv7 of this moment."""
    milliseconds = time.time_ns() // 1_000_000
    high = (milliseconds << 80) | _VERSION | (secrets.randbits(_RANDOM_A) << 64)
    return str(UUID(int=high | _VARIANT | secrets.randbits(_RANDOM_B)))


def derived_id(kind: str, *parts: str) -> str:
    """Return the id that the same parts always give: asked again with it, a command is the same command."""
    text = "\n".join(parts)
    return f"{kind}/{hashlib.sha256(text.encode()).hexdigest()[:40]}"
