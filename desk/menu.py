"""The menu: what the reader may open, from the policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.policy import Purpose

if TYPE_CHECKING:
    from desk.visit import Visit


@dataclass(frozen=True, slots=True)
class Item:
    """One place to go."""

    address: str
    text: str
    here: bool = False


def of(visit: Visit) -> list[Item]:
    """Return the reader's menu; nobody has none."""
    if not visit.is_signed:
        return []
    _ = visit._
    wanted = [
        ("/", _("My work"), Purpose.PAGE),
        ("/people", _("People"), Purpose.PAGE),
        ("/refer", _("Refer"), Purpose.REFER),
        ("/referrals", _("My referrals"), Purpose.REFERRALS),
        ("/board", _("Board"), Purpose.BOARD),
        ("/programmes", _("Programmes"), Purpose.DEFINITIONS),
        ("/staff", _("Staff"), Purpose.STAFF),
        ("/inbox", _("Notices"), Purpose.PAGE),
    ]
    path = visit.request.url.path
    return [
        Item(address, text, path == address or (address != "/" and path.startswith(address + "/")))
        for address, text, purpose in wanted
        if visit.may(purpose)
    ]
