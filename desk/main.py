"""The desk's process."""

from __future__ import annotations

import uvicorn

from desk.app import application
from worker.logging import configure
from worker.settings import Settings


def main() -> None:
    """Serve the desk until told to stop."""
    settings = Settings()
    configure(settings)
    uvicorn.run(
        application(settings), host=settings.desk_listen, port=settings.desk_port, log_config=None, access_log=False,
        server_header=False, proxy_headers=bool(settings.desk_address), timeout_graceful_shutdown=10,
    )  # fmt: skip


if __name__ == "__main__":
    main()
