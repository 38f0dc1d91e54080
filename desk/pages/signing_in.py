"""Signing in and out, and the reader's own settings: language, password, where one is signed in."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse

from desk.forms.field import Field, Form, one
from desk.pages.typed import typed
from desk.visit import COOKIE, LANGUAGE, Anybody, Reader, Visit
from domain.errors import Refusal
from records import accounts as kept
from service import accounts

pages = APIRouter()
YEAR = 31_536_000


def _form(visit: Visit) -> Form:
    return Form(
        (
            Field("staff", "text", visit._("User name"), required=True, autocomplete="username"),
            Field("password", "password", visit._("Password"), required=True, autocomplete="current-password"),
        )
    )


def _inside(text: str | None) -> str:
    """Return an address on the desk itself, and the first page for any other."""
    return text if text and text.startswith("/") and not text.startswith(("//", "/\\")) else "/"


@pages.get("/sign-in")
async def sign_in_page(visit: Anybody, next: str = "/") -> Response:  # noqa: A002 - the query's name
    """Ask who it is."""
    anybody = await kept.any_account(visit.pool)
    return visit.page("sign_in.html", form=_form(visit), next=_inside(next), anybody=anybody)


@pages.post("/sign-in")
async def sign_in(visit: Anybody, request: Request) -> Response:
    """Begin a session, or say why not."""
    given = await typed(request)
    form, back = _form(visit).filled(given), _inside(one(given, "next"))
    staff, password = one(given, "staff") or "", (given.get("password") or [""])[0]
    try:
        token = await accounts.sign_in(
            visit.pool, staff, password, address=visit.address, browser=request.headers.get("user-agent", ""),
            now=visit.now,
        )  # fmt: skip
    except Refusal as refusal:
        status = 429 if refusal.code == "sign_in_wait" else 422
        wrong = form.with_error(refusal.text(visit.language))
        return visit.page("sign_in.html", status, form=wrong, next=back, anybody=True)
    answer = RedirectResponse(back, 303)
    secure = visit.settings.desk_address.startswith("https:")
    answer.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=secure, path="/")
    return answer


@pages.post("/sign-out")
async def sign_out(visit: Reader) -> Response:
    """Sign the reader out on this browser."""
    await kept.end(visit.pool, visit.session, staff=visit.reader.id)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


@pages.post("/language")
async def language(request: Request) -> Response:
    """Choose the language on this browser."""
    given = await typed(request)
    answer = RedirectResponse(_inside(one(given, "next")), 303)
    answer.set_cookie(LANGUAGE, "en" if one(given, "language") == "en" else "sv", max_age=YEAR, samesite="lax",
                      httponly=True)  # fmt: skip
    return answer


def _password_form(visit: Visit) -> Form:
    least = visit._("At least %(count)d characters. A few words in a row will do.", count=accounts.LEAST)
    return Form(
        (
            Field("old", "password", visit._("Password now"), required=True, autocomplete="current-password"),
            Field("new", "password", visit._("New password"), hint=least, required=True, autocomplete="new-password"),
            Field("again", "password", visit._("New password again"), required=True, autocomplete="new-password"),
        )
    )


@pages.get("/me")
async def me(visit: Reader) -> Response:
    """Show the reader's own settings."""
    return await _me(visit, _password_form(visit))


async def _me(visit: Reader, form: Form, status: int = 200) -> Response:
    sessions = await accounts.sessions_of(visit.pool, visit.reader.id, now=visit.now)
    asked = visit.request.query_params
    return visit.page(
        "me.html", status, form=form, sessions=sessions, done=asked.get("done"), first=asked.get("first") is not None
    )


@pages.get("/me/left")
async def left(visit: Anybody) -> Response:
    """Return the seconds until the reader is signed out, for the page to tell before; asking changes nothing."""
    token = visit.request.cookies.get(COOKIE)
    seconds = (await accounts.left_of(visit.pool, token, now=visit.now)).total_seconds() if token else 0
    return PlainTextResponse(str(max(0, int(seconds))))


@pages.post("/me/stay")
async def stay(_: Reader) -> Response:
    """Stay signed in: that the page was asked for is enough."""
    return Response(status_code=204)


@pages.post("/me/password")
async def change_password(visit: Reader, request: Request) -> Response:
    """Change the password; every other session ends."""
    given = await typed(request)
    old, new, again = ((given.get(name) or [""])[0] for name in ("old", "new", "again"))
    form = _password_form(visit)
    try:
        await accounts.check(visit.pool, visit.reader.id, old, address=visit.address, now=visit.now)
    except Refusal as refusal:
        return await _me(visit, form.with_error(refusal.text(visit.language), "old"), 422)
    try:
        if new != again:
            raise Refusal("password_again")
        await accounts.set_password(visit.pool, visit.reader.id, new, now=visit.now, but=visit.session)
    except Refusal as refusal:
        at = "again" if refusal.code == "password_again" else "new"
        return await _me(visit, form.with_error(refusal.text(visit.language), at), 422)
    return RedirectResponse("/me?done=password", 303)


@pages.post("/me/sessions/end")
async def end_session(visit: Reader, request: Request) -> Response:
    """End one session, or every other one."""
    which = one(await typed(request), "session")
    try:
        wanted = None if which is None else UUID(which)
    except ValueError:
        wanted = None
    if wanted is None:
        await kept.end_all(visit.pool, visit.reader.id, but=visit.session)
    else:
        await kept.end(visit.pool, wanted, staff=visit.reader.id)
    return RedirectResponse("/me?done=sessions", 303)
