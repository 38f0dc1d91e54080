"""Named queries: SQL files beside this module, each query with a name and a one-line purpose.

A query starts at ``-- name: x``; the comment line after it says what it is for.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


@cache
def _load(area: str) -> dict[str, str]:
    text = (files(__name__) / f"{area}.sql").read_text(encoding="utf-8")
    parts = _NAME.split(text)[1:]
    names, bodies = parts[0::2], parts[1::2]
    if len(set(names)) != len(names):
        raise ValueError(f"{area}.sql names a query twice")
    return {name: body.strip() for name, body in zip(names, bodies, strict=True)}


class Queries:
    """The queries of one file, read when the first is asked for."""

    def __init__(self, area: str) -> None:
        self._area = area

    def __getattr__(self, name: str) -> str:
        """Return the text of one query; raises AttributeError where the file has none of that name."""
        try:
            return _load(self._area)[name]
        except KeyError:
            raise AttributeError(f"{self._area}.sql has no query {name}") from None

    def names(self) -> tuple[str, ...]:
        """Return every name in the file."""
        return tuple(_load(self._area))
