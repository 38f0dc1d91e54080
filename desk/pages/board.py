"""The board: how an operation stands now, and what has come of it. Numbers; names only where the policy shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, BackgroundTasks, Depends, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from desk.drawing import Series, bars, lines
from desk.forms.field import Field
from desk.pages.listing import Row, names, rows_of, versions_of
from desk.visit import Reader, Signed
from domain.errors import Refusal
from domain.figures import NONE, planned_by, seen
from domain.operations import from_data
from domain.policy import Purpose
from domain.rules import WATCH
from records import board, listing, operations, places, staff
from records.listing import Sorted, Wanted
from service.listing import reader_of
from service.seeing import demand, stands_in

if TYPE_CHECKING:
    from datetime import date

    from domain.figures import Share
    from domain.operations import OperationDef
    from records.operations import Run
    from records.places import Waiting
    from service.wording import Version, Words

pages = APIRouter(prefix="/board")
LONGEST = 10  # people who are named for having waited longest
MONTHS = 8  # that a plot has room to name; the table beside it names them all
QUEUED = 20  # people of a queue; the rest is a number
FRESH = timedelta(minutes=5)  # after which targets are counted again
PARTICIPANTS = "participants"
"""The unit of the planned number that the inflow is held against."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A plot as a page shows it: the figures in a table, and where the picture is."""

    name: str
    kind: Literal["bars", "lines"]
    title: str
    text: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]


@lru_cache(maxsize=64)
def _drawn(figure: Figure) -> bytes:
    """Return the picture; drawing takes a tenth of a second, and the same figures give the same picture."""
    if figure.kind == "lines":
        apart = -(-len(figure.labels) // MONTHS)
        labels = [label if at % apart == 0 else "" for at, label in enumerate(figure.labels)]
        return lines(figure.title, figure.text, labels, figure.series, low=0, high=_top(figure)).svg
    return bars(figure.title, figure.text, figure.labels, figure.series, sideways=True).svg


def _top(figure: Figure) -> float:
    return 1.05 * max((value or 0 for one in figure.series for value in one.values), default=1) + 1


@dataclass(frozen=True)
class Chosen:
    """The operation that is looked at, among those that the reader may look at."""

    visit: Signed
    run: Run
    runs: list[Run]
    version: Version

    @property
    def words(self) -> Words:
        """The words of the programme."""
        return self.version.words

    @property
    def choice(self) -> Field:
        """The question which operation."""
        pairs = tuple((run.id, run.name or run.id) for run in self.runs)
        return Field(
            "operation", "select", self.visit._("Operation"), choices=pairs, values=(self.run.id,), required=True
        )

    def page(self, template: str, /, **context: Any) -> Response:
        """Return a page about the operation."""
        return self.visit.page(template, run=self.run, runs=self.runs, choice=self.choice, words=self.words, **context)


async def _chosen(visit: Reader, operation: str = "") -> Chosen:
    runs = [run for run in await operations.runs(visit.pool) if visit.may(Purpose.BOARD, run.id)]
    run = next((run for run in runs if operation in ("", run.id)), None)
    if run is None:
        demand(Purpose.BOARD, stands_in(visit.reader, operation or None))
        raise Refusal("operation_unknown", operation=operation, known=", ".join(run.id for run in runs))
    version = (await versions_of(visit, [run]))[run.programme]
    return Chosen(visit, run, runs, version)


About = Annotated[Chosen, Depends(_chosen)]


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
        "board.html", stages=stages, figure_of=_stage_figure(visit, stages), late=late, quiet=quiet,
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
        "board_results.html", targets=_targets(chosen, shares), counted_at=at, inflow=await _inflow(chosen, operation),
        left=left, exits=_exit_figure(chosen, left), classes=_classes(chosen.visit), planned=_planned(operation),
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


def _targets(chosen: Chosen, counted: board.Targets) -> list[Target]:
    found = []
    for name, target in chosen.words.definition.targets.items():
        parts = counted[name]
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


async def _inflow(chosen: Chosen, operation: OperationDef) -> Figure:
    """Return how many have come by the end of each month, and how many should have, evenly spread."""
    visit, _ = chosen.visit, chosen.visit._
    came = await board.inflow(visit.pool, chosen.run.id)
    planned = dict(planned_by(_planned(operation) or 0, operation.starts, operation.ends))
    until = min(max([*planned, *came]), visit.today)
    months = sorted(month for month in {*planned, *came} if month <= until)
    figure = [
        Series(_("Referred in the month"), tuple(came.get(month, 0) for month in months)),
        Series(_("Referred so far"), tuple(_so_far(came, month) for month in months)),
    ]
    if _planned(operation) is not None:
        figure.append(
            Series(_("Planned so far"), tuple(round(planned[month]) if month in planned else None for month in months))
        )
    text = _("Referred so far: %(count)s.", count=sum(came.values()))
    return Figure("inflow", "lines", _("Referrals against the plan"), text,
                  tuple(f"{month:%Y-%m}" for month in months), tuple(figure))  # fmt: skip


def _so_far(came: dict[date, int], month: date) -> int:
    return sum(count for each, count in came.items() if each <= month)


def _exit_figure(chosen: Chosen, left: list[board.Left]) -> Figure:
    _ = chosen.visit._
    return Figure(
        "exits", "bars", _("Why they left"), _("How many left, by reason."),
        tuple(chosen.words.exit(each.reason) for each in left),
        (Series(_("People"), tuple(each.count for each in left)),),
    )  # fmt: skip


@pages.get("/figure/{name}.svg")
async def figure(chosen: About, name: str) -> Response:
    """Return a picture of the board: apart from its page, which needn't wait for it."""
    pool, operation = chosen.visit.pool, chosen.run.id
    match name:
        case "stages":
            standing = await board.standing(pool, operation, now=chosen.visit.now)
            found = _stage_figure(chosen.visit, _stages(chosen, standing))
        case "inflow":
            found = await _inflow(chosen, from_data(dict((await operations.load(pool, operation)).definition)))
        case "exits":
            found = _exit_figure(chosen, await board.exits(pool, operation))
        case _:
            raise HTTPException(404)
    return Response(_drawn(found), media_type="image/svg+xml")
