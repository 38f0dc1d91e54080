"""The board: how an operation stands now. Numbers; names only where the policy shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter, Response
from starlette.exceptions import HTTPException

from desk.drawing import Series
from desk.pages import picture
from desk.pages.figures import Figure, drawn
from desk.pages.listing import Row, names, rows_of
from desk.pages.operation import About, Chosen
from desk.pages.programmes import PICTURE
from desk.pages.results import exit_figure, inflow
from desk.visit import Signed
from domain.operations import from_data
from domain.rules import WATCH
from records import board, listing, operations, places, staff
from records.listing import Sorted, Wanted
from service.listing import reader_of

if TYPE_CHECKING:
    from records.places import Waiting

pages = APIRouter(prefix="/board")
LONGEST = 10  # people who are named for having waited longest
QUEUED = 20  # people of a queue; the rest is a number


@dataclass(frozen=True, slots=True)
class Stage:
    """How a stage stands: how many, how many late, and for how many days they have been there, in the middle."""

    path: str
    name: str
    open: int
    paused: int
    late: int
    days: int | None


@pages.get("")
async def now(chosen: About) -> Response:
    """Show how an operation stands now."""
    visit, run = chosen.visit, chosen.run
    standing = await board.standing(visit.pool, run.id, now=visit.now)
    late = await board.late(visit.pool, run.id, now=visit.now)
    stages = _stages(chosen, standing)
    quiet = next((each for each in late if each.path == WATCH), None)
    line = await places.queue(visit.pool, run.id)
    people = await names(visit)
    return chosen.page(
        "board.html", stages=stages, drawn=bool(chosen.version.stages),
        nested=any("." in one for one in chosen.version.stages),
        elsewhere=[one.name for one in stages if one.path not in chosen.version.rules.steps],
        figure_of=_stage_figure(visit, stages), late=late, quiet=quiet,
        sums={status: sum(each.here for each in standing if each.status == status)
              for status in ("reserved", "open", "paused", "exited", "closed")},
        late_people=sum(each.late for each in standing),
        oldest=min((each.oldest for each in standing if each.oldest), default=None),
        held=await board.held(visit.pool, run.id), longest=await _longest(chosen, stages, people),
        pools=await places.overview(visit.pool, run.id), queue=await _queue(chosen, line, people), queued=len(line),
        sites={unit.id: unit.name for unit in await staff.units(visit.pool)},
    )  # fmt: skip


def _stages(chosen: Chosen, standing: list[board.Standing]) -> list[Stage]:
    here = dict.fromkeys([*chosen.version.stages, *(each.stage for each in standing if each.stage)])
    stages = []
    for path in here:
        of = [each for each in standing if each.stage == path]
        since = next((each.since for each in of if each.status == "open"), None)
        stages.append(Stage(
            path, chosen.words.step(path), sum(each.here for each in of if each.status == "open"),
            sum(each.here for each in of if each.status == "paused"), sum(each.late for each in of),
            (chosen.visit.today - since).days if since else None,
        ))  # fmt: skip
    return stages


def _stage_figure(visit: Signed, stages: list[Stage]) -> Figure:
    _ = visit._
    told = "; ".join(f"{one.name} {one.open + one.paused}" for one in stages)
    return Figure(
        "stages", "bars", _("People in each stage"), _("How many are in each stage: %(told)s", told=told),
        tuple(one.name for one in stages),
        (Series(_("Open"), tuple(one.open for one in stages)), Series(_("Paused"), tuple(one.paused for one in stages)),
         Series(_("Late"), tuple(one.late for one in stages))),
    )  # fmt: skip


async def _longest(chosen: Chosen, stages: list[Stage], people: dict[str, str]) -> list[tuple[Row, int]]:
    """Return who has been in their stage the longest, in all of the operation, and for how many days."""
    visit = chosen.visit
    found = await board.longest(visit.pool, chosen.run.id, [one.path for one in stages], each=LONGEST)
    first = sorted(found, key=lambda one: (one.since, one.pathway))[:LONGEST]
    rows = await _rows(visit, [one.pathway for one in first], people)
    return [(rows[one.pathway], (visit.today - one.since).days) for one in first if one.pathway in rows]


async def _queue(chosen: Chosen, line: list[Waiting], people: dict[str, str]) -> list[tuple[Waiting, Row | None]]:
    rows = await _rows(chosen.visit, [one.pathway for one in line[:QUEUED]], people)
    return [(one, rows.get(one.pathway)) for one in line[:QUEUED]]


async def _rows(visit: Signed, ids: list[str], people: dict[str, str]) -> dict[str, Row]:
    """Return rows of some pathways, by pathway, with the names that the reader may see."""
    if not ids:
        return {}
    reader = await reader_of(visit.pool, visit.reader, on=visit.today)
    async with listing.reading(visit.pool) as record:
        found = await listing.page(record, reader, Wanted(ids=tuple(ids)), Sorted("referred"), today=visit.today,
                                   limit=len(ids))  # fmt: skip
    return {row.listed.id: row for row in await rows_of(visit, found, people)}


def _counted(stages: list[Stage]) -> list[picture.Counted]:
    return [(one.path, one.open + one.paused, one.late) for one in stages]


@pages.get("/picture.svg")
async def programme(chosen: About) -> Response:
    """Return the programme's picture with how many are in each stage, apart from the page that shows it."""
    standing = await board.standing(chosen.visit.pool, chosen.run.id, now=chosen.visit.now)
    svg = picture.drawn(chosen.version, _counted(_stages(chosen, standing)))
    return Response(svg, media_type="image/svg+xml", headers={"Content-Security-Policy": PICTURE})


@pages.get("/figure/{name}.svg")
async def figure(chosen: About, name: str) -> Response:
    """Return a picture of the board: apart from its page, which needn't wait for it."""
    pool, operation = chosen.visit.pool, chosen.run.id
    match name:
        case "stages":
            standing = await board.standing(pool, operation, now=chosen.visit.now)
            found = _stage_figure(chosen.visit, _stages(chosen, standing))
        case "inflow":
            found = await inflow(chosen, from_data(dict((await operations.load(pool, operation)).definition)))
        case "exits":
            found = exit_figure(chosen, await board.exits(pool, operation))
        case _:
            raise HTTPException(404)
    return Response(drawn(found), media_type="image/svg+xml")
