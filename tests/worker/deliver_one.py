"""Hands one notice over, or several in one letter, in a process of its own, which a test kills.

Run as ``deliver_one.py DATABASE_URL SMTP_URL NOTICE[,NOTICE]...``.
"""

from __future__ import annotations

import asyncio
import sys

from activities.mail import carrier_for
from activities.notify import Notifier
from records.database import connect


async def main(database_url: str, mail: str, notices: list[int]) -> None:
    async with await connect(database_url) as pool:
        await Notifier(pool, carrier_for(mail, "stegvis@example.se"), "sv").deliver_together(notices)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], [int(each) for each in sys.argv[3].split(",")]))
