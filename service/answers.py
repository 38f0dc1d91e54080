"""The three answers of promise P2. There is no fourth."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import Refusal


@dataclass(frozen=True, slots=True)
class Recorded:
    """The command is in PostgreSQL, with its sequence numbers."""

    pathway: str
    first_seq: int
    last_seq: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """The command is in Temporal's history; recording waits. It will be recorded, in order."""

    pathway: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Nothing will happen, ever; ``refusal`` says why and what to do."""

    pathway: str | None
    refusal: Refusal


AnswerGiven = Recorded | Accepted | NotTaken
