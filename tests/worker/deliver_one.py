"""Hands one notice over in a process of its own, which a test kills.

Run as ``deliver_one.py DATABASE_URL SMTP_URL NOTICE``.
"""

from __future__ import annotations

import asyncio
import sys

from activities.mail import carrier_for
from activities.notify import Notifier
from records.database import connect


async def main(database_url: str, mail: str, notice: int) -> None:
    async with await connect(database_url) as pool:
        await Notifier(pool, carrier_for(mail, "stegvis@example.se"), "sv").deliver(notice)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
