"""My referrals: what became of each, who is responsible now, what happens next and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from desk.forms.field import Field, Form
from desk.pages.listing import names
from desk.visit import Reader, Signed
from domain.errors import Refusal
from domain.policy import Purpose, may
from domain.rules import OWNER, WATCH
from records import referrals, register
from service.seeing import demand, stands, stands_in
from service.wording import Words, words_of

if TYPE_CHECKING:
    from records.referrals import Sent, Step

pages = APIRouter()
PAGE = 25
STATUSES = ("reserved", "open", "paused", "exited", "closed")
UNIT, MINE = "unit", "mine"


@dataclass(frozen=True, slots=True)
class Row:
    """A referral as a row: texts only, and no name where the reader may not see it."""

    sent: Sent
    name: str
    became: str
    why: str
    by: str
    done: str
    owner: str
    next: str
    waits_for: str


@pages.get("/referrals")
async def show(visit: Reader, whose: str = MINE, status: str = "", after: str = "") -> Response:
    """Show what the reader referred, or the reader's unit."""
    demand(Purpose.REFERRALS, stands_in(visit.reader, None))
    at, _, last = after.partition(",")
    found = await referrals.sent(
        visit.pool, referrer=visit.reader.id, unit=visit.reader.unit if whose == UNIT else None,
        statuses=(status,) if status in STATUSES else None, after=(_day(at), last) if at else None, limit=PAGE + 1,
    )  # fmt: skip
    page, more = found[:PAGE], len(found) > PAGE
    return visit.page(
        "referrals.html", rows=await _rows(visit, page), more=page[-1].cursor if more else "", whose=whose,
        wanted=status, filters=_filters(visit, whose, status), later=bool(at),
    )  # fmt: skip


def _filters(visit: Signed, whose: str, status: str) -> Form:
    _ = visit._
    say = visit.writing.say
    fields = (
        Field("whose", "select", _("Whose"), choices=((MINE, _("My own")), (UNIT, _("My unit's"))), required=True),
        Field("status", "select", _("Status"), required=True,
              choices=(("", _("All")), *((each, say(f"status.{each}")) for each in STATUSES))),
    )  # fmt: skip
    return Form(fields).filled({"whose": [whose], "status": [status]})


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("value_not_a_date", name="after") from None


async def _rows(visit: Signed, found: list[Sent]) -> list[Row]:
    readers = {one: await visit.actor(one) for one in {each.listed.operation for each in found}}
    cards = await register.cards(visit.pool, [each.listed.id for each in found])
    people = await names(visit)
    words = {each.rules: await words_of(visit.pool, each.rules, visit.language) for each in found if each.rules}
    rows = []
    for each in found:
        standing = stands(readers[each.listed.operation], each.listed)
        if not may(Purpose.PAGE, standing):
            continue
        card = cards.get(each.listed.id)
        seen = card is not None and may(Purpose.NAME, standing, protection=card.protection)
        telling = _Telling(visit, each, words.get(each.rules or ""), people)
        rows.append(
            Row(
                each, card.name if seen and card is not None else "", telling.became(), telling.why(),
                people.get(each.exit_by or "", ""), telling.done(), people.get(each.listed.owner, each.listed.owner),
                telling.next(), telling.waits_for(each.next) if each.next else "",
            )
        )  # fmt: skip
    return rows


@dataclass(frozen=True, slots=True)
class _Telling:
    """Says in words how a referral stands."""

    visit: Signed
    sent: Sent
    words: Words | None
    people: dict[str, str]

    def became(self) -> str:
        """Tell where the person is, or why the person left."""
        listed, words = self.sent.listed, self.words
        if words is None or listed.status in ("reserved", "diverged"):
            return self.visit.writing.say(f"status.{listed.status}")
        if listed.exit_reason is not None:
            return words.exit(listed.exit_reason)
        if listed.status == "paused":
            return self.visit.writing.say("status.paused")
        return words.step(listed.stage) if listed.stage else self.visit.writing.say(f"status.{listed.status}")

    def why(self) -> str:
        """Tell the kind of reason that a decision to leave was given."""
        return self.words.code(self.sent.exit_why) if self.words is not None and self.sent.exit_why else ""

    def done(self) -> str:
        """Tell what was done last: a step and its outcome."""
        one, words = self.sent.done, self.words
        if one is None or words is None:
            return ""
        text = words.step(one.path, one.item)
        return f"{text}: {words.outcome(one.path, one.outcome)}" if one.outcome else text

    def next(self) -> str:
        """Tell which step falls due next."""
        one = self.sent.next
        return self.words.step(one.path, one.item) if one is not None and self.words is not None else ""

    def waits_for(self, one: Step) -> str:
        """Tell for whom the next step waits: a person, a role, or the owner."""
        if one.person is not None:
            return self.people.get(one.person, one.person)
        if one.role in (None, OWNER) or one.path == WATCH or self.words is None:
            return self.people.get(self.sent.listed.owner, self.sent.listed.owner)
        return self.words.role(one.role or OWNER)
