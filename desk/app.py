"""The desk as one application: pages, files, and what is answered when something can't be."""

from __future__ import annotations

import traceback
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, RedirectResponse
from starlette.exceptions import HTTPException

from desk.pages import (
    assessments,
    board,
    commands,
    correcting,
    delivery,
    faults,
    handing_over,
    inbox,
    participant,
    people,
    plan,
    plans,
    prints,
    programmes,
    publishing,
    reads,
    referrals,
    referring,
    signing_in,
    staff,
    story,
    wishes,
    work,
)
from desk.rendering import static
from desk.security import Guard
from desk.visit import NotSignedIn, PasswordFirst, language_of, whoever
from domain.errors import Refusal
from service.office import RECORD_AWAY
from service.opening import opened
from service.proofs import Proofs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from service.office import Office
    from worker.settings import Settings

CONNECTIONS = 10  # to PostgreSQL: a page asks a handful of short questions
NOT_THERE = frozenset({"nothing_to_explain"})  # refusals that mean there is no such page, as those of "unknown" do
KEEP = "public, max-age=31536000, immutable"
ROOMS = (
    # Fixed names before a named part of the same address.
    handing_over,
    publishing,
    plans,
    assessments,
    board,
    commands,
    correcting,
    delivery,
    faults,
    inbox,
    participant,
    people,
    plan,
    prints,
    programmes,
    reads,
    referrals,
    referring,
    signing_in,
    staff,
    story,
    wishes,
    work,
)

log = structlog.get_logger()


def application(settings: Settings, office: Office | None = None) -> FastAPI:
    """Return the desk on the servers that the settings name, or on an office that is open already."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.settings = settings
        app.state.proofs = Proofs()
        if office is not None:
            app.state.office = office
            yield
            return
        async with opened(settings, connections=CONNECTIONS) as own:
            app.state.office = own
            yield

    app = FastAPI(title="Stegvis", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    for room in ROOMS:
        app.include_router(room.pages)
    app.get("/alive", include_in_schema=False)(_alive)
    app.get("/static/{version}/{name}", include_in_schema=False)(_static)
    app.add_exception_handler(NotSignedIn, _sign_in_first)
    app.add_exception_handler(PasswordFirst, _password_first)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(HTTPException, _not_found)
    app.add_exception_handler(RequestValidationError, _not_found)  # a part of the address that is no number
    app.add_exception_handler(Exception, _broken)
    for away in RECORD_AWAY:
        app.add_exception_handler(away, _away)
    app.add_middleware(Guard)
    return app


async def _alive() -> Response:
    return PlainTextResponse("ok")


async def _static(version: str, name: str) -> Response:
    try:
        content, kind = static(name)
    except KeyError:
        raise HTTPException(404) from None
    return Response(content, media_type=kind, headers={"Cache-Control": KEEP} if version else None)


async def _sign_in_first(request: Request, _: Exception) -> Response:
    back = request.url.path if request.method == "GET" else "/"
    query = f"?{request.url.query}" if request.method == "GET" and request.url.query else ""
    to = f"/sign-in?next={quote(back + query, safe='')}"
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": to})
    return RedirectResponse(to, 303)


async def _password_first(_request: Request, _: Exception) -> Response:
    return RedirectResponse("/me?first=yes", 303)


async def _refused(request: Request, error: Exception) -> Response:
    refusal = error if isinstance(error, Refusal) else Refusal("not_for_you")
    asking = await whoever(request)
    status = 404 if refusal.code.endswith("_unknown") or refusal.code in NOT_THERE else 403
    return asking.page("trouble.html", status, text=refusal.text(asking.language), code=refusal.code)


async def _not_found(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    asking = await whoever(request)
    text = asking._("There is no such page.") if status in {404, 405} else asking._("The request can't be read.")
    return asking.page("trouble.html", status, text=text, code="")


async def _away(request: Request, error: Exception) -> Response:
    log.warning("desk_record_away", error=type(error).__name__)
    refusal = Refusal("record_away")
    return PlainTextResponse(refusal.text(language_of(request)), 503)


async def _broken(request: Request, error: Exception) -> Response:
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
    log.error("desk_broken", error=type(error).__name__, where=where)  # never its text: it may quote somebody's words
    text = (
        "Något gick fel hos oss. Ingenting mer än det som står som registrerat har hänt."
        if language_of(request) == "sv"
        else "Something went wrong on our side. Nothing more has happened than what is shown as recorded."
    )
    return PlainTextResponse(text, 500)
