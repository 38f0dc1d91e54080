"""Moving those who are inside to another version: tried first, then carried out in batches, or taken back."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from desk.forms.field import Field, Form, Typed, choices_of, one
from desk.pages.listing import names
from desk.pages.programmes import SHORT
from desk.pages.typed import id_of, typed
from desk.visit import Reader, Signed
from domain.errors import Refusal
from domain.format.reading import DefinitionError
from domain.people import Actor
from domain.policy import MANAGER, Purpose
from records import plans, programmes, register, views
from service.ids import new_id
from service.migrating import Versions, batch, dry_run, published_versions
from service.seeing import demand, stands_in
from service.telling.moving import told_changes, told_move
from service.wording import Words, words_of

if TYPE_CHECKING:
    from records.plans import Plan
    from service.migrating import Moved

pages = APIRouter(prefix="/programmes")
AT_A_TIME = 100  # pathways of a batch: some seconds
SHOWN = 200  # results of a try that are shown; all are counted
PATIENCE = 20.0  # seconds of trying; a larger operation tries at the command line
MOST = 20_000  # characters of a mapping
GOOD = ("moved", "back", "accepted")


@dataclass(frozen=True, slots=True)
class Result:
    """What a move would do, or has not done, to one pathway."""

    pathway: str
    name: str
    text: str
    changes: list[str]


@dataclass(frozen=True, slots=True)
class Tried:
    """The results of a try; ``whole`` where the time was enough for everybody."""

    results: list[Result]
    counts: dict[str, int]
    whole: bool


def _demand(visit: Signed) -> None:
    demand(Purpose.PUBLISH, stands_in(visit.reader, None))


async def _form(visit: Signed, old: str) -> tuple[Form, str]:
    """Return the form, and the whole hash of the version that is left. Raises HTTPException."""
    try:
        leaving = await programmes.find(visit.pool, old[:64])
    except programmes.ProgrammeUnknown:
        raise HTTPException(404) from None
    _ = visit._
    others = [each for each in await programmes.versions(visit.pool, leaving.programme) if each.hash != leaving.hash]
    choices = choices_of((each.hash, f"{each.hash[:SHORT]} ({each.effective})") for each in reversed(others))
    hint = _("What became what, as YAML. Leave it empty where everything has kept its name.")
    return Form(
        (
            Field("new", "select", _("To version"), choices=choices, required=True),
            Field("mapping", "area", _("What became what"), hint=hint, most=MOST),
        )
    ), leaving.hash


@pages.get("/{version}/move")
async def ask(visit: Reader, version: str) -> Response:
    """Ask where those who follow a version should go."""
    _demand(visit)
    form, old = await _form(visit, version)
    return await _ask(visit, form, old, new_id())


async def _ask(
    visit: Signed, form: Form, old: str, request: str, *, status: int = 200, problems: tuple[str, ...] = ()
) -> Response:
    followers = (await views.followers(visit.pool)).get(old, 0)
    return visit.page(
        "plan_new.html", status, form=form, old=old, short=SHORT, request_id=request, problems=problems,
        followers=followers,
    )  # fmt: skip


@pages.post("/{version}/move")
async def make(visit: Reader, request: Request, version: str) -> Response:
    """Keep a plan; nobody is moved yet."""
    _demand(visit)
    given = await typed(request)
    form, old = await _form(visit, version)
    form = form.filled(given).missing(visit._("Fill this in"))
    id_ = _uuid(one(given, "request")) or UUID(new_id())
    new, mapping = one(given, "new") or "", (given.get("mapping") or [""])[0]
    if form.ok and new not in {value for value, _ in form.fields[0].choices}:
        form = form.with_error(visit._("Fill this in"), "new")
    if len(mapping) > MOST:
        form = form.with_error(Refusal("text_too_long", name="", most=MOST).text(visit.language), "mapping")
    if not form.ok:
        return await _ask(visit, form, old, str(id_), status=422)
    try:
        await published_versions(visit.pool, old, new, mapping)
    except DefinitionError as error:
        problems = tuple(each.told(visit.language) for each in error.problems)
        wrong = form.with_error(visit._("The text can't be used as it stands. What is wrong stands above."), "mapping")
        return await _ask(visit, wrong, old, str(id_), status=422, problems=problems)
    plan = await plans.add(visit.pool, id_, old=old, new=new, mapping=mapping, by=visit.reader.id, now=visit.now)
    return RedirectResponse(f"/programmes/plans/{plan}?try=yes", 303)


def _uuid(text: str | None) -> UUID | None:
    try:
        return None if text is None else UUID(text)
    except ValueError:
        return None


async def _plan(visit: Signed, text: str) -> tuple[Plan, Versions]:
    """Return a plan with its versions. Raises HTTPException."""
    _demand(visit)
    number = id_of(text)
    found = None if number is None else await plans.get(visit.pool, number)
    if found is None:
        raise HTTPException(404)
    return found, await published_versions(visit.pool, found.old, found.new, found.mapping)


@pages.get("/plans")
async def listed(visit: Reader) -> Response:
    """Show the newest plans."""
    _demand(visit)
    found = await plans.every(visit.pool)
    titles = {}
    for version in {each.new for each in found}:
        words = await words_of(visit.pool, version, visit.language)
        titles[version] = words.of(words.definition.name, "")
    days = {each.hash: each.effective for each in await programmes.versions(visit.pool)}
    return visit.page("plans.html", plans=found, people=await names(visit), short=SHORT, titles=titles, days=days)


@pages.get("/plans/{number}")
async def show(visit: Reader, number: str) -> Response:
    """Show how far a plan has come, and on demand what it would do."""
    plan, chosen = await _plan(visit, number)
    words = Words(chosen.source, visit.language)
    tried = await _try(visit, chosen, words) if visit.request.query_params.get("try") == "yes" else None
    people = await _people(visit, [each["pathway"] for each in plan.refused])
    refused = [
        Result(each["pathway"], people.get(each["pathway"], ""),
               Refusal(each["code"], **each["params"]).text(visit.language), [])
        for each in plan.refused
    ]  # fmt: skip
    following = await views.followers(visit.pool)
    return visit.page(
        "move_plan.html", plan=plan, tried=tried, refused=refused, short=SHORT, at_a_time=AT_A_TIME, shown=SHOWN,
        left=following.get(plan.new if plan.way == "back" else plan.old, 0), people=await names(visit),
        busy=plan.is_busy(visit.now), inside={"old": following.get(plan.old, 0), "new": following.get(plan.new, 0)},
    )  # fmt: skip


async def _people(visit: Signed, pathways: list[str]) -> dict[str, str]:
    """Return the names that a manager may see; of protected people none, since this isn't their own page."""
    cards = await register.cards(visit.pool, pathways)
    return {pathway: card.name for pathway, card in cards.items() if card.protection == "none"}


async def _try(visit: Signed, chosen: Versions, words: Words) -> Tried:
    by = Actor(visit.reader.id, (MANAGER,), "desk")
    counts: Counter[str] = Counter()
    moved: list[Moved] = []
    began, whole = time.monotonic(), True
    async for each in dry_run(visit.office, chosen, by=by):
        counts[each.result] += 1
        if len(moved) < SHOWN or each.refusal is not None:
            moved.append(each)
        if time.monotonic() - began > PATIENCE:
            whole = False
            break
    moved = sorted(moved, key=lambda each: each.refusal is None)[:SHOWN]  # those that are refused first
    people = await _people(visit, [each.pathway for each in moved])
    say = visit.writing.say
    results = [
        Result(each.pathway, people.get(each.pathway, ""), told_move(each, words, say), told_changes(each, words, say))
        for each in moved
    ]
    return Tried(results, dict(counts), whole)


@pages.post("/plans/{number}")
async def go_on(visit: Reader, request: Request, number: str) -> Response:
    """Carry out the next batch, or turn the plan round; whoever is moved already isn't asked again.

    The page says how far the plan had come when it was shown: a double click, or a second colleague, moves nobody more.
    """
    seen, chosen = await _plan(visit, number)
    given: Typed = await typed(request)
    way = one(given, "way")
    if way not in ("forward", "back"):
        raise Refusal("not_possible_now")
    shown = one(given, "turn") == str(seen.turn)
    plan = await plans.begin(visit.pool, seen, "back" if way == "back" else "forward", now=visit.now) if shown else None
    if plan is None:
        return RedirectResponse(f"/programmes/plans/{seen.id}", 303)

    async def by(operation: str) -> Actor:
        return await visit.actor(operation)

    done = await batch(visit.office, chosen, back=plan.way == "back", by=by, after=plan.after, most=AT_A_TIME)
    refused = [
        {"pathway": each.pathway, "code": each.refusal.code, "params": each.refusal.params}
        for each in done.results if each.refusal is not None
    ]  # fmt: skip
    moved = sum(each.result in GOOD for each in done.results)
    await plans.advance(
        visit.pool, plan, after=done.after, moved=moved, refused=refused, done_at=visit.now if done.whole else None
    )
    return RedirectResponse(f"/programmes/plans/{plan.id}", 303)
