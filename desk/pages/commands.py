"""Everything that can be done on a pathway: which form an address means."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from desk.forms.commands import TITLES, CommandForm
from desk.pages import asking
from desk.pages.participant import can_do
from desk.visit import Reader, Signed
from domain.errors import Refusal
from domain.possible import Possible
from records import staff
from service.page import Page

pages = APIRouter(prefix="/people/{pathway}/do/{kind}")


@dataclass(frozen=True, slots=True)
class Which:
    """Which of the possible things an address names."""

    kind: str
    step: str = ""
    key: str = ""
    about: str = ""

    def means(self, each: Possible) -> bool:
        """Tell whether it names this one."""
        named = each.choices[0] if each.kind in {"record", "fact", "happen"} and each.choices else ""
        same = (each.step or "") == self.step and self.key in ("", each.key) and self.about in ("", named)
        return each.kind == self.kind and same

    @property
    def what(self) -> str:
        """What is noted as read."""
        return f"do {self.kind}" if self.kind in TITLES else "do"


Named = Annotated[Which, Depends(Which)]


def _meant(visit: Signed, found: Page, which: Which) -> Possible:
    """Return the possible thing that an address names. Raises Refusal where it isn't possible (any more)."""
    for each in can_do(visit, found):
        if which.means(each):
            if each.why_not is not None:
                raise each.why_not
            return each
    raise Refusal("not_possible_now")


async def _form_of(which: Which, visit: Signed, found: Page) -> CommandForm:
    meant = _meant(visit, found, which)
    operation = found.shown.pathway.operation
    colleagues = tuple(
        each for each in await staff.everybody(visit.pool)
        if each.active and any(role.operation in (None, operation) for role in each.roles)
    )  # fmt: skip
    absent = {each.staff: each.deputy for each in await staff.deputies(visit.pool, on=visit.today)}
    return CommandForm(visit, found, meant, colleagues, absent)


@pages.get("")
async def ask_for(visit: Reader, pathway: str, which: Named) -> Response:
    """Ask what a command needs."""
    return await asking.show(visit, pathway, which.what, partial(_form_of, which))


@pages.post("")
async def do(visit: Reader, request: Request, pathway: str, which: Named) -> Response:
    """Ask a command, and show its result or what is wrong."""
    return await asking.send(visit, request, pathway, which.what, partial(_form_of, which))
