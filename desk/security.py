"""What stands around every page: no scripts of others, no requests from other sites, no endless bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST = 1_000_000  # bytes of a form; the largest holds a programme's text
SAFE = ("GET", "HEAD", "OPTIONS")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",  # pages about people stay in no cache
}


class Guard:
    """An application inside its guard."""

    def __init__(self, app: ASGIApp, broken: Callable[[Request, Exception], Awaitable[Response]]) -> None:
        self.app, self.broken = app, broken

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it before anything reads it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if (refused := _refused(scope)) is not None:
            await refused(scope, receive, send)
            return
        read = 0
        begun = False

        async def limited() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > MOST:
                raise TooLarge
            return message

        async def guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                answered = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    answered.setdefault(name, value)
            await send(message)

        try:
            await self.app(scope, limited, guarded)
        except TooLarge:
            if not begun:
                await PlainTextResponse("Formuläret är för stort. · The form is too large.", 413)(
                    scope, receive, guarded
                )
        except Exception as error:
            if begun:  # a half page can't be mended; the browser sees that it ends too early
                raise
            answer = await self.broken(Request(scope), error)
            await answer(scope, receive, guarded)


def _refused(scope: Scope) -> Response | None:
    headers = Headers(scope=scope)
    if scope["method"] not in SAFE and not is_own(headers):
        return PlainTextResponse("Begäran kom från en annan webbplats. · The request came from another site.", 403)
    if "\x00" in scope["path"] or b"%00" in scope.get("query_string", b""):  # no address of ours, and no SQL text
        return PlainTextResponse("Adressen finns inte. · There is no such address.", 404)
    return None


class TooLarge(Exception):
    """A request's body has more bytes than any form needs."""


def is_own(headers: Headers) -> bool:
    """Tell whether a request comes from one of our own pages.

    Browsers say so themselves (Fetch Metadata); older ones name the origin. One that says neither is refused.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == headers.get("host")
