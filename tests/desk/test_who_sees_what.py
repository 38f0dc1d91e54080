"""Every page asks the policy: each role gets what the table says, and a page that isn't in the list below fails."""

from __future__ import annotations

import pytest
from fastapi.routing import APIRoute

from desk.app import ROOMS
from domain.policy import Purpose, Relation, may
from records import views
from records.staff import Staff
from service import who
from service.sample import OPERATION
from service.seeing import stands, stands_in
from tests.deskworld import DeskWorld

ROLES = (
    "ham.handlaggare", "eva.handlaggare", "ada.arbetsterapeut", "ali.arbetskonsulent", "sam.samordnare", "siv.samordnare",
    "pia.programansvarig", "dag.drift",
)  # fmt: skip
ELSEWHERE = "eva.handlaggare"  # refers for another unit in this test
PLACE = 2  # a person of the sample; nothing is changed
P = Purpose
ANYBODY, SIGNED = "anybody", "signed"
PURPOSES: dict[str, Purpose | str] = {
    "/sign-in": ANYBODY, "/me/left": ANYBODY, "/accessibility": ANYBODY, "/fault": ANYBODY,
    "/": SIGNED, "/me": SIGNED, "/people": SIGNED, "/inbox": SIGNED,
    "/me/notices": SIGNED, "/people.csv": P.EXPORT,
    "/people/{pathway}": P.PAGE, "/people/{pathway}/do/{kind}": P.PAGE, "/people/{pathway}/correct/{of}": P.PAGE,
    "/people/{pathway}/next": P.PAGE, "/people/{pathway}/history": P.PAGE, "/people/{pathway}/why/{what:path}": P.PAGE,
    "/people/{pathway}/interventions": P.PAGE, "/people/{pathway}/plan": P.WORDS, "/people/{pathway}/meeting": P.WORDS,
    "/people/{pathway}/own": P.OWN_PAGE, "/people/{pathway}/reads": P.READS,
    "/people/{pathway}/assessments": P.ASSESSMENTS, "/people/{pathway}/assessments/{record}": P.ASSESSMENTS,
    "/refer": P.REFER, "/refer/{step}": SIGNED, "/referrals": P.REFERRALS,
    "/board": P.BOARD, "/board/results": P.BOARD, "/board/figure/{name}.svg": P.BOARD,
    "/board/picture.svg": P.BOARD,
    "/programmes": P.DEFINITIONS, "/programmes/differences": P.DEFINITIONS, "/programmes/{version}": P.DEFINITIONS,
    "/programmes/{version}/check": P.DEFINITIONS, "/programmes/{version}/text": P.DEFINITIONS,
    "/programmes/{version}/picture.svg": P.DEFINITIONS, "/programmes/publish": P.PUBLISH,
    "/programmes/plans": P.PUBLISH, "/programmes/plans/{number}": P.PUBLISH, "/programmes/{version}/move": P.PUBLISH,
    "/staff": P.STAFF, "/staff/new": P.STAFF, "/staff/{person}": P.STAFF,
    "/staff/deputies": SIGNED, "/staff/{person}/hand-over": P.HAND_OVER,
    "/staff/{person}/hand-over/{run}": P.HAND_OVER, "/notices": P.DELIVERY, "/faults": P.FAULTS,
}  # fmt: skip
"""What each page is for. One that shows nothing but what its reader may see is for everybody who is signed in."""
ASKS = ("/programmes/differences",)  # says 404 for versions that nobody named
SOME = {
    "kind": "contact", "record": "inventory", "of": "1", "what:path": "1", "step": "who", "name": "inflow",
    "version": "0", "number": "1", "person": "tor.handledare", "run": "1",
}  # fmt: skip


def pages() -> list[str]:
    routes = [route for room in ROOMS for route in room.pages.routes]
    return sorted({one.path for one in routes if isinstance(one, APIRoute) and "GET" in (one.methods or ())})


def test_every_page_is_for_something() -> None:
    assert set(pages()) <= set(PURPOSES), "say in PURPOSES what the new page is for"


@pytest.mark.parametrize("place", [PLACE])
@pytest.mark.parametrize("staff", ROLES)
async def test_each_role_gets_what_the_table_says(world: DeskWorld, staff: str, place: int) -> None:
    pathway = await world.pathway(place)
    await world.pool.execute("UPDATE staff SET unit = 'arbetsmarknad' WHERE id = $1", ELSEWHERE)
    try:
        standing = await _standing(world, staff, pathway)
        anywhere = stands_in(await who.known(world.pool, staff), None)
        async with world.visitor(staff) as visitor:
            for path in pages():
                purpose = PURPOSES[path]
                here = standing if "{pathway}" in path else anywhere
                answer = await visitor.get(_filled(path, pathway))
                if isinstance(purpose, Purpose) and not may(purpose, here):
                    assert answer.status_code == 403, (path, answer.status_code)
                else:
                    assert answer.status_code in (200, 303, 404, 409), (path, answer.status_code)
                    assert answer.status_code != 404 or "{" in path or path in ASKS, path
    finally:
        await world.pool.execute("UPDATE staff SET unit = 'forsorjningsstod' WHERE id = $1", ELSEWHERE)


def _filled(path: str, pathway: str) -> str:
    for name, value in {**SOME, "pathway": pathway}.items():
        path = path.replace(f"{{{name}}}", value)
    return path


async def _standing(world: DeskWorld, staff: str, pathway: str) -> frozenset[Relation]:
    person: Staff = await who.known(world.pool, staff)
    shown = await views.show(world.pool, pathway, now=world.office.clock())
    assert shown is not None
    reader = await who.actor(world.pool, person.id, operation=OPERATION, pathway=pathway, channel="desk")
    named = {step["person"] for step in shown.steps if step["status"] == "open" and step["person"]}
    return stands(reader, shown.pathway, named)


async def test_roles_differ(world: DeskWorld) -> None:
    """The table above would be met by a desk that shows everybody everything, if everybody might see it."""
    pathway = await world.pathway(PLACE)
    found = {}
    for staff in ("ham.handlaggare", "ada.arbetsterapeut", "dag.drift"):
        async with world.visitor(staff) as visitor:
            found[staff] = [
                (await visitor.get(address)).status_code
                for address in (f"/people/{pathway}", f"/people/{pathway}/assessments")
            ]

    assert found == {"ham.handlaggare": [200, 403], "ada.arbetsterapeut": [200, 200], "dag.drift": [403, 403]}


@pytest.mark.parametrize("path", [path for path in pages() if PURPOSES.get(path) != ANYBODY])
async def test_nobody_gets_in_without_signing_in(world: DeskWorld, path: str) -> None:
    async with world.visitor() as visitor:
        answer = await visitor.get(_filled(path, await world.pathway(PLACE)))

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")
