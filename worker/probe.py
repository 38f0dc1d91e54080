"""Ask this container's worker whether it is ready; the exit code is the answer.

Standard library only: it runs every few seconds and must be quick.
"""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request

PATIENCE = 4.0  # seconds; the container's health check gives up after 5


def main() -> int:
    """Return 0 when the worker is ready, else 1."""
    port = int(os.environ.get("STEGVIS_HEALTH_PORT") or "8087")
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=PATIENCE) as answer:
            return int(answer.status != 200)  # noqa: PLR2004 - HTTP's OK
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return 1


if __name__ == "__main__":
    sys.exit(main())
