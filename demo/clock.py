"""Two clocks, and command ids that are made by them."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

_VERSION, _VARIANT = 0x7 << 76, 0x2 << 62
_RANDOM = (1 << 12) - 1, (1 << 62) - 1


def uuid7(at: datetime) -> str:
    """Return a UUIDv7 made at an instant: a command's id, which says when the caller made it."""
    chance = secrets.randbits(74)
    made = int(at.timestamp() * 1000) << 80
    return str(uuid.UUID(int=made | _VERSION | (chance >> 62 & _RANDOM[0]) << 64 | _VARIANT | chance & _RANDOM[1]))


def real() -> datetime:
    """Return what the time is."""
    return datetime.now(UTC)


@dataclass
class Skipped:
    """A clock that stands where the script has arrived."""

    at: datetime

    def __call__(self) -> datetime:
        """Return what the time is in the script."""
        return self.at
