"""Proofs for whoever waits at a page: made in a thread, one at a time, and remembered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from service.proving import SECONDS, Proof, prove

if TYPE_CHECKING:
    from service.publishing import Programme

KEPT = 32  # proofs; an operation has a handful of versions and drafts


class Proofs:
    """What was proved in this process."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._made: dict[str, Proof] = {}
        self._one_at_a_time = asyncio.Lock()

    def known(self, programme: Programme) -> Proof | None:
        """Return a proof that was made already, or None."""
        return self._made.get(self._key(programme))

    async def of(self, programme: Programme) -> Proof:
        """Return the proof of a definition; a search that isn't done in time says how far it came."""
        async with self._one_at_a_time:
            key = self._key(programme)
            if key not in self._made:
                if len(self._made) >= KEPT:
                    self._made.clear()
                self._made[key] = await asyncio.to_thread(prove, programme, seconds=self._seconds)
            return self._made[key]

    @staticmethod
    def _key(programme: Programme) -> str:
        # Two texts may have the same rules and different examples, and findings name lines of the text.
        return f"{programme.rules.hash} {hash(programme.source)}"
