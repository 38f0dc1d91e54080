"""What is answered when something can't be: who has to sign in, what isn't there, what is away, what is broken."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING
from urllib.parse import quote

import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from desk.visit import NotSignedIn, PasswordFirst, Visit, visit, whoever
from domain.errors import Refusal
from service.office import RECORD_AWAY

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

NOT_THERE = frozenset({"nothing_to_explain"})  # refusals that mean there is no such page, as those of "unknown" do
SOON = "10"  # seconds until it may be worth to ask again

log = structlog.get_logger()


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
    return _page(asking, status, refusal.text(asking.language), refusal.code)


async def _not_found(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    asking = await whoever(request)
    text = asking._("There is no such page.") if status in {404, 405} else asking._("The request can't be read.")
    return _page(asking, status, text)


async def _away(request: Request, error: Exception) -> Response:
    log.warning("desk_record_away", error=type(error).__name__)
    refusal = Refusal("record_away")
    anybody = await visit(request)  # who it is can't be known now either
    page = _page(anybody, 503, refusal.text(anybody.language), refusal.code, again=_same(request))
    page.headers["Retry-After"] = SOON
    return page


async def broken(request: Request, error: Exception) -> Response:
    """Answer where a page of ours has a fault."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
    log.error("desk_broken", error=type(error).__name__, where=where)  # never its text: it may quote somebody's words
    anybody = await visit(request)
    text = anybody._("Something went wrong on our side. Nothing more has happened than what is shown as recorded.")
    return _page(anybody, 500, text, again=_same(request))


def _page(asking: Visit, status: int, text: str, code: str = "", again: str = "") -> Response:
    return asking.page("trouble.html", status, text=text, code=code, again=again)


def _same(request: Request) -> str:
    """Return the address of the same page; nothing for a form, which would have to be sent again."""
    return f"{request.url.path}?{request.url.query}".rstrip("?") if request.method == "GET" else ""


ANSWERS: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
    NotSignedIn: _sign_in_first,
    PasswordFirst: _password_first,
    Refusal: _refused,
    HTTPException: _not_found,
    RequestValidationError: _not_found,  # a part of the address that is no number
    **dict.fromkeys(RECORD_AWAY, _away),
}
