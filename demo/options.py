"""What is played, where and how: as the command line said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from demo.voice import Language

ACTS = (1, 2, 3)


@dataclass(frozen=True)
class Options:
    """What is played, where and how."""

    home: Path
    page: Path
    language: Language
    acts: tuple[int, ...] = ACTS
    people: int | None = None
    plant: str | None = None

    @property
    def house(self) -> Path:
        """The folder of the demonstration's own servers; a running `make up` is left alone."""
        return self.home / "demo"

    @property
    def log(self) -> Path:
        """Where a defect of the demonstration itself is written down."""
        return self.home / "demo.log"
