"""Notices that failed or of which nobody knows whether they arrived: why, what to do, and doing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, get_args

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from desk.forms.field import one
from desk.pages.listing import names
from desk.pages.typed import id_of, typed
from desk.visit import Reader, Signed
from domain.errors import Refusal
from domain.policy import Purpose
from records import ledger
from service import delivering, who
from service.seeing import demand, stands_in
from service.wording import Words, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from records.ledger import Notice

pages = APIRouter(prefix="/notices")
PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A notice with what it is about, why it is where it is, and what to do."""

    notice: Notice
    about: str
    to: str
    reason: str
    remedy: str


def _demand(visit: Signed) -> None:
    demand(Purpose.DELIVERY, stands_in(visit.reader, None))


@pages.get("")
async def show(
    visit: Reader, state: Annotated[tuple[str, ...], Query()] = delivering.OPEN_ENDS, before: str = ""
) -> Response:
    """Show notices, at first those that need somebody; the newest first."""
    _demand(visit)
    states = tuple(each for each in delivering.NOTICE_STATES if each in state)
    mine = who.operations_of(visit.reader)
    found = await ledger.notices(visit.pool, states=states or None, operations=mine, before=id_of(before), limit=PAGE)
    counts = await ledger.unsettled(visit.pool, operations=mine)
    rows = await _rows(visit, found)
    more = found[-1].id if len(found) == PAGE else None
    return visit.page(
        "notices.html", rows=rows, counts=counts, states=delivering.NOTICE_STATES, wanted=states, more=more,
        done=visit.request.query_params.get("done"), open_ends=delivering.OPEN_ENDS,
    )  # fmt: skip


async def _rows(visit: Signed, found: Sequence[Notice]) -> list[Row]:
    people = await names(visit)
    versions = await ledger.rules_of(visit.pool, {each.pathway for each in found})
    words: dict[str, Words] = {}
    rows = []
    for each in found:
        version = versions.get(each.pathway)
        if version is not None and version not in words:
            words[version] = await words_of(visit.pool, version, visit.language)
        known = words.get(version or "")
        about = "" if known is None else known.key(each.key) if each.key else known.step(each.about or "")
        role = known.role(each.recipient_role) if known else each.recipient_role
        to = people.get(each.recipient or each.recipient_role, each.recipient or role)
        say = visit.writing.say
        open_end = each.state in delivering.OPEN_ENDS
        reason = delivering.reason_text(each.reason, say) or ""
        rows.append(Row(each, about, to, reason, delivering.remedy_text(each, say) if open_end else ""))
    return rows


@pages.post("/{notice}")
async def mend(visit: Reader, request: Request, notice: str) -> Response:
    """Send a notice again, or note what a person knows of it."""
    _demand(visit)
    how = one(await typed(request), "how")
    mine = who.operations_of(visit.reader)
    number = id_of(notice)
    if how not in get_args(delivering.Mending) or not number or not await ledger.is_within(visit.pool, number, mine):
        raise Refusal("notice_settled")
    await delivering.mend(visit.pool, number, how, by=visit.reader.id, now=visit.now)  # type: ignore[arg-type] # looked at above
    return RedirectResponse(f"/notices?done={how}", 303)
