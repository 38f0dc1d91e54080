"""The interpreter: ``decide`` makes events from a command, ``evolve`` folds them, ``due`` says when next."""

from __future__ import annotations

from domain.interpreter.decide import advance, decide
from domain.interpreter.evolve import evolve, fold
from domain.interpreter.state import State, due

__all__ = ["State", "advance", "decide", "due", "evolve", "fold"]
