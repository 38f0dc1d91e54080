"""Whether two names may be one person's: a question to whoever refers, never an answer.

Names are asked only of people with the same day of birth, so a first or a last name that agrees is enough to ask.
"""

from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher

CLOSE = 0.8  # one letter of five: Kristina and Christina, Johansson and Johanson


def alike(one: str, other: str) -> bool:
    """Tell whether two names have a part in common, or nearly."""
    return any(_close(first, second) for first in _parts(one) for second in _parts(other))


def _parts(name: str) -> list[str]:
    """Return the parts of a name without capitals, accents and hyphens; initials say nothing."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("-", " "))
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return [part for part in letters.split() if len(part) > 1]


def _close(one: str, other: str) -> bool:
    return one == other or SequenceMatcher(None, one, other, autojunk=False).ratio() >= CLOSE
