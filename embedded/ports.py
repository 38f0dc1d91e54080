"""Find a port that a server can listen on.

A port found free may be taken before the server binds it, so callers start again
with another one when their server says so.
"""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Collection

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """Tell whether nothing listens on a loopback port."""
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        # As servers do: connections of a predecessor that still linger are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES}:
                return False
            raise
    # Some systems let us bind beside a server that listens on every address.
    return not is_answered(port)


def is_answered(port: int) -> bool:
    """Tell whether a server accepts connections on a loopback port."""
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def choose(*preferred: int | None, taken: Collection[int] = ()) -> int:
    """Return the first preferred port that is free, else any free one."""
    for port in preferred:
        if port is not None and port not in taken and is_free(port):
            return port
    while True:
        with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
            probe.bind((LOOPBACK, 0))
            port = int(probe.getsockname()[1])
        if port not in taken:
            return port
