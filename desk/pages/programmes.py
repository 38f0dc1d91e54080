"""The programmes: which versions there are, what each says in plain words, its picture, its check, and differences."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from fastapi import APIRouter, HTTPException, Response

from desk.forms.field import choices_of
from desk.pages.listing import names
from desk.visit import Reader, Signed
from domain.policy import Purpose
from records import programmes, views
from service.picture.drawing import draw
from service.proofs import Proofs
from service.publishing import Programme, published
from service.seeing import demand, stands_in
from service.telling.differing import WHO, told_differences
from service.telling.proof import proof_lines
from service.telling.whole import sections, title_and_about
from service.wording import Words

if TYPE_CHECKING:
    from records.programmes import Version
    from service.telling.whole import Section

pages = APIRouter(prefix="/programmes")
PICTURE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"  # of a picture alone: no script, no other address
SHORT = 12  # signs of a version's hash


@dataclass(frozen=True, slots=True)
class Row:
    """A version in the list; ``before`` is the one it came after."""

    version: Version
    name: str
    followers: int
    in_force: bool
    before: str | None


def demand_reading(visit: Signed) -> None:
    """Refuse whoever may not read programmes."""
    demand(Purpose.DEFINITIONS, stands_in(visit.reader, None))


async def known(visit: Signed, version: str) -> Programme:
    """Return a published version. Raises HTTPException where there is none."""
    try:
        return await published(visit.pool, version[:64] or "-")
    except programmes.ProgrammeUnknown:
        raise HTTPException(404) from None


def proofs_of(visit: Signed) -> Proofs:
    """Return what this process has proved."""
    proofs: Proofs = visit.request.app.state.proofs
    return proofs


@pages.get("")
async def listed(visit: Reader) -> Response:
    """Show every published version, the newest of each programme first."""
    demand_reading(visit)
    following = await views.followers(visit.pool)
    every = await programmes.versions(visit.pool)
    rows: list[Row] = []
    for place, each in enumerate(every):
        before = every[place - 1] if place and every[place - 1].programme == each.programme else None
        later = [one for one in every[place + 1 :] if one.programme == each.programme and one.effective <= visit.today]
        words = _words((await programmes.load(visit.pool, each.hash)).source, visit.language)
        in_force = each.effective <= visit.today and not later
        rows.append(Row(each, words.of(words.definition.name, each.programme), following.get(each.hash, 0), in_force,
                        before.hash if before else None))  # fmt: skip
    by_programme: dict[str, list[Row]] = {}
    for row in reversed(rows):
        by_programme.setdefault(row.version.programme, []).append(row)
    return visit.page(
        "programmes.html", programmes=by_programme, people=await names(visit), short=SHORT,
        may_publish=visit.may(Purpose.PUBLISH),
    )  # fmt: skip


@lru_cache(maxsize=32)
def _words(source: str, language: str) -> Words:
    return Words(source, language)


@lru_cache(maxsize=32)
def _told(source: str, language: str) -> tuple[Section, ...]:
    return tuple(sections(_words(source, language)))


@pages.get("/differences")
async def differences(visit: Reader, old: str = "", new: str = "") -> Response:
    """Show in what two versions differ, in words."""
    demand_reading(visit)
    before, after = await known(visit, old), await known(visit, new)
    return visit.page(
        "differences.html", before=before, after=after, short=SHORT,
        groups=await told_between(visit, before.source, after.source),
        titles=[_words(each.source, visit.language).of(each.definition.name, "") for each in (before, after)],
    )  # fmt: skip


async def told_between(visit: Signed, old: str, new: str) -> list[tuple[str, list[str]]]:
    """Return differences in words by who would notice them."""
    both = (_words(old, visit.language), _words(new, visit.language))
    found = await asyncio.to_thread(told_differences, *both)
    groups = [(visit.writing.say(f"diff.{who}"), [each.text for each in found if each.who == who]) for who in WHO]
    return [group for group in groups if group[1]]


@pages.get("/{version}")
async def show(visit: Reader, version: str) -> Response:
    """Show a version in plain words, with its picture."""
    demand_reading(visit)
    programme = await known(visit, version)
    words = _words(programme.source, visit.language)
    told = await asyncio.to_thread(_told, programme.source, visit.language)
    kept = await programmes.load(visit.pool, programme.rules.hash)
    others = [each for each in await programmes.versions(visit.pool, kept.programme) if each.hash != kept.hash]
    title, *about = title_and_about(words, kept.hash)
    return visit.page(
        "programme.html", title=title, about=about, told=told, kept=kept, others=others, short=SHORT,
        followers=(await views.followers(visit.pool)).get(kept.hash, 0), people=await names(visit),
        may_publish=visit.may(Purpose.PUBLISH), done=visit.request.query_params.get("done"),
        choices=choices_of((each.hash, f"{each.hash[:SHORT]} ({each.effective})") for each in others),
    )  # fmt: skip


@pages.get("/{version}/picture.svg")
async def picture(visit: Reader, version: str) -> Response:
    """Return the picture of a version."""
    demand_reading(visit)
    programme = await known(visit, version)
    svg = await asyncio.to_thread(draw, programme.rules, _words(programme.source, visit.language))
    return Response(svg, media_type="image/svg+xml", headers={"Content-Security-Policy": PICTURE})


@pages.get("/{version}/check")
async def check(visit: Reader, version: str) -> Response:
    """Prove a version, which may take some seconds the first time, and show what was found."""
    demand_reading(visit)
    programme = await known(visit, version)
    proof = await proofs_of(visit).of(programme)
    lines = list(proof_lines(programme, proof, visit.writing.say))
    title = _words(programme.source, visit.language).of(programme.definition.name, "")
    return visit.page("check.html", title=title, version=programme.rules.hash, short=SHORT, proof=proof, lines=lines)


@pages.get("/{version}/text")
async def text(visit: Reader, version: str) -> Response:
    """Return a version as it was written, to be changed and published anew."""
    demand_reading(visit)
    programme = await known(visit, version)
    name = f"{programme.rules.programme}-{programme.rules.hash[:SHORT]}.yaml"
    return Response(
        programme.source, media_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip
