"""What has come of an operation: its targets, who came against the plan, and why people left. Numbers, no names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import APIRouter, BackgroundTasks, Response
from fastapi.responses import RedirectResponse

from desk.drawing import Series
from desk.pages.figures import Figure
from desk.pages.operation import About, Chosen
from desk.visit import Signed
from domain.counting import TAKES_PART
from domain.figures import NONE, planned_by, seen
from domain.operations import from_data
from records import board, counted, operations

if TYPE_CHECKING:
    from datetime import date

    from domain.figures import Share
    from domain.operations import OperationDef

pages = APIRouter(prefix="/board")
FRESH = timedelta(minutes=5)  # after which targets are counted again
PARTICIPANTS = "participants"
"""The unit of the planned number that the inflow is held against."""


@dataclass(frozen=True, slots=True)
class Target:
    """A target with its base, as both readings stand; ``parts`` by a fact's value."""

    label: str
    at_least: int
    share: Share
    parts: tuple[tuple[str, Share], ...]


@pages.get("/results")
async def results(chosen: About, background: BackgroundTasks) -> Response:
    """Show what has come of an operation, against what was planned.

    Over many people the targets take longer to count than a page may, so what was counted last is shown, with its
    time; what is older than some minutes is counted again behind the page, for the next one.
    """
    pool, run = chosen.visit.pool, chosen.run
    operation = from_data(dict((await operations.load(pool, run.id)).definition))
    left = await board.exits(pool, run.id)
    known = await board.counted(pool, run.id)
    if known is None or known[1].keys() != chosen.words.definition.targets.keys():
        known = chosen.visit.now, await _count(chosen)
    at, shares = known
    page = chosen.page(
        "board_results.html", targets=_targets(chosen, shares), counted_at=at, inflow=await inflow(chosen, operation),
        unnamed=bool(await counted.came(pool, run.id, TAKES_PART)), left=left,
        exits=exit_figure(chosen, left), classes=_classes(chosen.visit), planned=_planned(operation),
    )  # fmt: skip
    if chosen.visit.now - at > FRESH:
        background.add_task(_count, chosen)
        page.background = background
    return page


@pages.post("/results")
async def recount(chosen: About) -> Response:
    """Count again, now."""
    await _count(chosen)
    return RedirectResponse(f"/board/results?{urlencode({'operation': chosen.run.id})}", 303)


async def _count(chosen: Chosen) -> board.Targets:
    """Count an operation's targets and keep what was counted."""
    definition, pool, found = chosen.words.definition, chosen.visit.pool, {}
    for name, target in definition.targets.items():
        of, count = seen(definition, target.of), seen(definition, target.count)
        # What only the log tells is not counted here.
        found[name] = {} if of is None or count is None else await board.shares(
            pool, chosen.run.id, of=of, count=count, split=target.split
        )  # fmt: skip
    await board.keep_counted(pool, chosen.run.id, found, now=chosen.visit.office.clock())
    return found


def _targets(chosen: Chosen, shares: board.Targets) -> list[Target]:
    found = []
    for name, target in chosen.words.definition.targets.items():
        parts = shares[name]
        split = tuple(
            (chosen.words.code(value) if value else chosen.visit._("not said"), share)
            for value, share in parts.items()
        ) if target.split else ()  # fmt: skip
        label = chosen.words.of(target.label, name)
        found.append(Target(label, int(target.at_least.removesuffix(" %")), sum(parts.values(), start=NONE), split))
    return found


def _classes(visit: Signed) -> dict[str, str]:
    """Return what the classes of exits are called."""
    _ = visit._
    return {"completed": _("completed"), "interrupted": _("interrupted"), "not_started": _("never began"),
            "void": _("registered in error")}  # fmt: skip


def _planned(operation: OperationDef) -> float | None:
    return next((each.value for each in operation.planned if each.unit == PARTICIPANTS), None)


async def inflow(chosen: Chosen, operation: OperationDef) -> Figure:
    """Return how many have come by the end of each month, and how many should have, evenly spread.

    Whoever was referred came on the day of the referral. Whoever takes part and declines to be identified came on the
    day of the counted row (requirement D24), and stands in a series of its own, where there is anybody: the plan is for
    people, so both are held against it. Somebody who was met once and never referred has not come.
    """
    visit, _ = chosen.visit, chosen.visit._
    referred = await board.inflow(visit.pool, chosen.run.id)
    unnamed = await counted.came(visit.pool, chosen.run.id, TAKES_PART)
    came = {month: referred.get(month, 0) + unnamed.get(month, 0) for month in {*referred, *unnamed}}
    planned = dict(planned_by(_planned(operation) or 0, operation.starts, operation.ends))
    until = min(max([*planned, *came]), visit.today)
    months = sorted(month for month in {*planned, *came} if month <= until)
    figure = [Series(_("Referred in the month"), tuple(referred.get(month, 0) for month in months))]
    text, so_far = _("Referred so far: %(count)s.", count=sum(came.values())), _("Referred so far")
    if unnamed:
        figure.append(Series(_("Without identity in the month"), tuple(unnamed.get(month, 0) for month in months)))
        so_far = _("Come so far")
        text = _("Come so far: %(count)s, of whom %(referred)s referred and %(unnamed)s without identity.",
                 count=sum(came.values()), referred=sum(referred.values()), unnamed=sum(unnamed.values()))  # fmt: skip
    figure.append(Series(so_far, tuple(_so_far(came, month) for month in months)))
    if _planned(operation) is not None:
        figure.append(
            Series(_("Planned so far"), tuple(round(planned[month]) if month in planned else None for month in months))
        )
    return Figure("inflow", "lines", _("Referrals against the plan"), text,
                  tuple(f"{month:%Y-%m}" for month in months), tuple(figure))  # fmt: skip


def _so_far(came: dict[date, int], month: date) -> int:
    return sum(count for each, count in came.items() if each <= month)


def exit_figure(chosen: Chosen, left: list[board.Left]) -> Figure:
    """Return how many left, by reason."""
    _ = chosen.visit._
    return Figure(
        "exits", "bars", _("Why they left"), _("How many left, by reason."),
        tuple(chosen.words.exit(each.reason) for each in left),
        (Series(_("People"), tuple(each.count for each in left)),),
    )  # fmt: skip
