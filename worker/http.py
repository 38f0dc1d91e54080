"""A minimal HTTP/1.1 server for health, metrics and the codec: small requests, one per connection.

It exists so that three tiny endpoints need neither a web framework nor a thread. Nothing for the public belongs here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Self

import structlog

REQUEST_PATIENCE = 10.0  # seconds for a whole request to arrive; probes and the Web UI are near
HEADER_LIMIT = 32 * 1024  # bytes; browsers stay far below
BODY_LIMIT = 16 * 1024 * 1024  # bytes; a page of history in the Web UI is a few megabytes

_log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """What is answered."""

    status: HTTPStatus = HTTPStatus.OK
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Request], Awaitable[Response]]


class BadRequest(Exception):
    """The request isn't HTTP as this server reads it, or is too large."""


class HttpServer:
    """Serve one handler while the context is open; ``port`` is the real one, also when 0 was asked for."""

    def __init__(self, host: str, port: int, handler: Handler) -> None:
        self._host = host
        self._asked_port = port
        self._handler = handler
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port that is listened on.

        Raises:
            RuntimeError: The server isn't open.
        """
        if self._server is None:
            raise RuntimeError("the server isn't open")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def __aenter__(self) -> Self:
        """Open the port."""
        self._server = await asyncio.start_server(self._serve, self._host, self._asked_port, limit=HEADER_LIMIT)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the port; requests in progress are cut off."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(REQUEST_PATIENCE):
                response = await self._answer(reader)
                writer.write(_rendered(response))
                await writer.drain()
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError):
            _log.debug("a request was given up")
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> Response:
        try:
            request = await _read(reader)
        except BadRequest:
            return Response(HTTPStatus.BAD_REQUEST)
        try:
            return await self._handler(request)
        except Exception:  # noqa: BLE001 - the endpoint must outlive any one question; the log tells what happened
            _log.exception("an endpoint failed", step=request.path)
            return Response(HTTPStatus.INTERNAL_SERVER_ERROR)


async def _read(reader: asyncio.StreamReader) -> Request:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", "0"))
    except (ValueError, asyncio.LimitOverrunError) as error:
        raise BadRequest from error
    if not 0 <= length <= BODY_LIMIT or "transfer-encoding" in headers:
        raise BadRequest
    return Request(method, target.partition("?")[0], headers, await reader.readexactly(length))


def _rendered(response: Response) -> bytes:
    headers = {
        "Content-Type": response.content_type,
        "Content-Length": str(len(response.body)),
        "Cache-Control": "no-store",
        "Connection": "close",
        **response.headers,
    }
    head = f"HTTP/1.1 {response.status.value} {response.status.phrase}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return (head + "\r\n").encode("latin-1") + response.body
