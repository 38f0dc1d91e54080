from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from embedded import ports


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server((ports.LOOPBACK, 0)) as listener:
        yield int(listener.getsockname()[1])


class TestChoosing:
    def test_takes_the_first_preferred_port_that_is_free(self, taken_port: int) -> None:
        free = ports.choose()

        assert ports.choose(None, taken_port, free) == free

    def test_takes_another_when_none_preferred_is_free(self, taken_port: int) -> None:
        assert ports.choose(taken_port) != taken_port

    def test_leaves_out_what_the_caller_has_taken(self) -> None:
        free = ports.choose()

        assert ports.choose(free, taken={free}) != free


class TestLooking:
    def test_sees_a_listener(self, taken_port: int) -> None:
        assert ports.is_answered(taken_port)
        assert not ports.is_free(taken_port)

    def test_sees_that_a_listener_has_gone(self) -> None:
        with socket.create_server((ports.LOOPBACK, 0)) as listener:
            port = int(listener.getsockname()[1])

        assert not ports.is_answered(port)
        assert ports.is_free(port)
