"""The desk as one application: pages, files, and what is answered when something can't be."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI, Response
from fastapi.responses import PlainTextResponse
from starlette.exceptions import HTTPException

from desk.pages import (
    assessments,
    board,
    commands,
    correcting,
    delivery,
    deputies,
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
    results,
    signing_in,
    staff,
    story,
    wishes,
    work,
)
from desk.rendering import static
from desk.security import Guard
from desk.troubles import ANSWERS, broken
from service.opening import opened
from service.proofs import Proofs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from service.office import Office
    from worker.settings import Settings

CONNECTIONS = 10  # to PostgreSQL: a page asks a handful of short questions
KEEP = "public, max-age=31536000, immutable"
ROOMS = (
    # Fixed names before a named part of the same address.
    deputies,
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
    results,
    signing_in,
    staff,
    story,
    wishes,
    work,
)


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
    for trouble, answer in ANSWERS.items():
        app.add_exception_handler(trouble, answer)
    app.add_middleware(Guard, broken=broken)
    return app


async def _alive() -> Response:
    return PlainTextResponse("ok")


async def _static(version: str, name: str) -> Response:
    try:
        content, kind = static(name)
    except KeyError:
        raise HTTPException(404) from None
    return Response(content, media_type=kind, headers={"Cache-Control": KEEP} if version else None)
