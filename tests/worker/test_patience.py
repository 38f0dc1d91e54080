"""Waiting: patient with what may come, deaf to nothing, and never stopped by one bad turn."""

from __future__ import annotations

import asyncio

import pytest

from worker import patience
from worker.patience import Stopped, patiently, repeatedly


@pytest.fixture(autouse=True)
def _brief(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "FIRST_WAIT", 0.001)


class Server:
    """Is away for the first tries."""

    def __init__(self, away: int, trouble: Exception | None = None) -> None:
        self.away = away
        self.trouble = trouble or OSError()
        self.tries = 0

    async def reach(self) -> str:
        self.tries += 1
        if self.tries <= self.away:
            raise self.trouble
        return "here"


class TestPatiently:
    async def test_waits_until_it_is_there(self) -> None:
        server = Server(away=3)

        assert await patiently("server", server.reach, trouble=(OSError,), stop=asyncio.Event()) == "here"
        assert server.tries == 4

    async def test_ends_when_the_process_is_told_to_stop(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(patience, "FIRST_WAIT", 3600.0)
        stop = asyncio.Event()
        waiting = asyncio.create_task(patiently("server", Server(away=9).reach, trouble=(OSError,), stop=stop))

        stop.set()

        with pytest.raises(Stopped):
            await waiting

    async def test_does_not_wait_for_what_cannot_mend_itself(self) -> None:
        with pytest.raises(ValueError, match="wrong"):
            await patiently("server", Server(9, ValueError("wrong")).reach, trouble=(OSError,), stop=asyncio.Event())


class TestRepeatedly:
    async def test_goes_on_after_a_bad_turn(self) -> None:
        stop = asyncio.Event()
        turns = 0

        async def turn() -> None:
            nonlocal turns
            turns += 1
            if turns == 3:
                stop.set()
            raise ValueError

        await repeatedly("turn", turn, every=0.001, stop=stop)

        assert turns == 3
