"""The menu: what the reader may open, from the policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.policy import Purpose
from records.inbox import COUNTED

if TYPE_CHECKING:
    from desk.visit import Visit


@dataclass(frozen=True, slots=True)
class Item:
    """One place to go."""

    address: str
    text: str
    here: bool = False
    count: str = ""


def of(visit: Visit) -> list[Item]:
    """Return the reader's menu; nobody has none."""
    if not visit.is_signed:
        return []
    _ = visit._
    wanted = [
        ("/", _("My work"), Purpose.PAGE),
        ("/inbox", _("Inbox"), Purpose.PAGE),
        ("/people", _("People"), Purpose.PAGE),
        ("/refer", _("Refer"), Purpose.REFER),
        ("/referrals", _("My referrals"), Purpose.REFERRALS),
        ("/board", _("Board"), Purpose.BOARD),
        ("/programmes", _("Programmes"), Purpose.DEFINITIONS),
        ("/staff", _("Staff"), Purpose.STAFF),
        ("/notices", _("Notices"), Purpose.DELIVERY),
    ]
    path = visit.request.url.path
    unread = getattr(visit, "unread", 0)
    counts = {"/inbox": f"{COUNTED - 1}+" if unread >= COUNTED else str(unread or "")}
    return [
        Item(address, text, _is_here(path, address), counts.get(address, ""))
        for address, text, purpose in wanted
        if visit.may(purpose)
    ]


def _is_here(path: str, address: str) -> bool:
    return path == address or (address != "/" and path.startswith(address + "/"))
