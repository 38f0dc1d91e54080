"""The programme's picture on the board, with how many are in each stage; laid out once for each version."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from service.picture.drawing import Standing, draw, laid_out

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.picture.layout import Layout
    from service.wording import Version

Counted = tuple[str, int, int]
"""A stage's path, how many are in it, and how many of them late."""


@dataclass(frozen=True, slots=True)
class _Of:
    """A version in a language: all that a layout follows from."""

    hash: str
    language: str
    version: Version = field(compare=False)


@lru_cache(maxsize=32)
def _laid_out(of: _Of) -> Layout:
    return laid_out(of.version.rules, of.version.words, foot="stages")


@lru_cache(maxsize=64)
def _drawn(of: _Of, counted: tuple[Counted, ...]) -> str:
    return draw(of.version.rules, of.version.words, people=counted_in(counted), foot="stages", layout=_laid_out(of))


def drawn(version: Version, counted: Iterable[Counted]) -> str:
    """Return the picture as SVG: the same numbers give the same picture, and other numbers the same places."""
    return _drawn(_Of(version.hash, version.words.language, version), tuple(counted))


def forget() -> None:
    """Forget every picture and layout."""
    _drawn.cache_clear()
    _laid_out.cache_clear()


def counted_in(counted: Iterable[Counted]) -> dict[str, Standing]:
    """Return how many are in each stage: whoever is in a stage inside another one is in both."""
    found: dict[str, Standing] = {}
    for path, here, late in counted:
        names = path.split(".")
        for depth in range(1, len(names) + 1):
            around = ".".join(names[:depth])
            one = found.get(around, Standing())
            found[around] = Standing(one.here + here, one.late + late)
    return found
