"""Ask this container's process whether it is well; the exit code is the answer.

Without arguments the worker is asked whether it is ready; another process by its port and path.

Standard library only: it runs every few seconds and must be quick.
"""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

PATIENCE = 4.0  # seconds; the container's health check gives up after 5


def main(arguments: Sequence[str] = ()) -> int:
    """Return 0 when the process is well, else 1."""
    port, path = arguments or (os.environ.get("STEGVIS_HEALTH_PORT") or "8087", "/ready")
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{int(port)}{path}", timeout=PATIENCE) as answer:
            return int(answer.status != 200)  # noqa: PLR2004 - HTTP's OK
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
