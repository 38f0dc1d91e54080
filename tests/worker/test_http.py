"""The small HTTP server: answers what is asked, and survives what isn't HTTP."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from tests.worker.asking import ask, ask_raw
from worker.http import BODY_LIMIT, HttpServer, Request, Response


async def echo(request: Request) -> Response:
    if request.path == "/break":
        raise ValueError
    return Response(HTTPStatus.OK, request.body or request.path.encode(), headers={"X-Method": request.method})


class TestServer:
    async def test_answers(self) -> None:
        async with HttpServer("127.0.0.1", 0, echo) as server:
            answer = await ask(server.port, "/some/where?with=query", method="POST", body=b"hello")

        assert (answer.status, answer.body, answer.headers["x-method"]) == (200, b"hello", "post")

    async def test_leaves_the_query_out_of_the_path(self) -> None:
        async with HttpServer("127.0.0.1", 0, echo) as server:
            assert (await ask(server.port, "/some/where?with=query")).body == b"/some/where"

    @pytest.mark.parametrize(
        "request_",
        [
            b"nonsense\r\n\r\n",
            b"GET / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
            b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
            f"POST / HTTP/1.1\r\nContent-Length: {BODY_LIMIT + 1}\r\n\r\n".encode(),
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        ],
        ids=["no HTTP", "length no number", "length below 0", "too long", "chunked", "large head"],
    )
    async def test_refuses_what_it_cannot_read(self, request_: bytes) -> None:
        async with HttpServer("127.0.0.1", 0, echo) as server:
            assert (await ask_raw(server.port, request_)).status == HTTPStatus.BAD_REQUEST

    async def test_outlives_a_handler_that_fails(self) -> None:
        async with HttpServer("127.0.0.1", 0, echo) as server:
            assert (await ask(server.port, "/break")).status == HTTPStatus.INTERNAL_SERVER_ERROR
            assert (await ask(server.port, "/")).status == HTTPStatus.OK

    async def test_gives_up_a_request_that_never_ends(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("worker.http.REQUEST_PATIENCE", 0.05)
        async with HttpServer("127.0.0.1", 0, echo) as server:
            with pytest.raises(IndexError):  # closed without an answer
                await ask_raw(server.port, b"GET / HTTP/1.1\r\n")

    def test_has_no_port_before_it_is_open(self) -> None:
        with pytest.raises(RuntimeError):
            _ = HttpServer("127.0.0.1", 0, echo).port
