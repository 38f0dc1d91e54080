"""Decode payloads for Temporal's Web UI and CLI, on this machine only, so that operations can read histories.

Whoever reaches this port reads everything, therefore it listens on loopback, answers one web page's origin, and
never encodes. Run it with ``python -m worker.codec_server``.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import signal
from http import HTTPStatus

import structlog
from google.protobuf import json_format
from temporalio.api.common.v1 import Payload, Payloads

from records.database import connect
from records.keys import KeyDestroyed, KeyUnavailable
from worker import logging
from worker.codec import Keys, PathwayCodec, PayloadUnreadable
from worker.http import HttpServer, Request, Response
from worker.keys import process_keys
from worker.settings import Settings

HOST = "127.0.0.1"
LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")  # a rebound DNS name isn't among them
UNREADABLE = "[the key is destroyed or can't be fetched]"

_log = structlog.stdlib.get_logger(__name__)


class NotLoopback(ValueError):
    """The codec endpoint was to listen where other machines reach it."""


def codec_server(keys: Keys, *, port: int, origin: str, host: str = HOST) -> HttpServer:
    """Return the endpoint, ready to be opened.

    Raises:
        NotLoopback: The host is reachable from other machines.
    """
    if not ipaddress.ip_address(host).is_loopback:
        raise NotLoopback(host)
    codec = PathwayCodec(keys)

    async def answer(request: Request) -> Response:
        if request.headers.get("host", "").rpartition(":")[0] not in LOCAL_NAMES:
            return Response(HTTPStatus.MISDIRECTED_REQUEST)
        if request.headers.get("origin", origin) != origin:
            return Response(HTTPStatus.FORBIDDEN)
        cors = {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": "POST, OPTIONS",
            "Access-Control-Allow-Headers": "content-type, x-namespace, authorization, authorization-extras",
            "Vary": "Origin",
        }
        if request.method == "OPTIONS":
            return Response(HTTPStatus.NO_CONTENT, headers=cors)
        if request.method != "POST" or request.path not in ("/decode", "/encode"):
            return Response(HTTPStatus.NOT_FOUND, headers=cors)
        if request.path == "/encode":  # whoever wants to send goes through the client, which knows the pathway
            return Response(HTTPStatus.FORBIDDEN, b"this endpoint only decodes", headers=cors)
        try:
            asked = json_format.Parse(request.body, Payloads())
        except json_format.ParseError:
            return Response(HTTPStatus.BAD_REQUEST, headers=cors)
        decoded = Payloads(payloads=[await _readable(codec, payload) for payload in asked.payloads])
        body = json.dumps(json_format.MessageToDict(decoded)).encode()
        return Response(body=body, content_type="application/json", headers=cors)

    return HttpServer(host, port, answer)


async def _readable(codec: PathwayCodec, payload: Payload) -> Payload:
    try:
        return (await codec.decode([payload]))[0]
    except (KeyDestroyed, KeyUnavailable, PayloadUnreadable):
        # A shredded participant's history must still be listed; only its contents are gone.
        return Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(UNREADABLE).encode())


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with await connect(settings.database_url, schema=settings.database_schema, max_size=2) as pool:
        keys = process_keys(pool, settings.master_key_path)
        async with codec_server(keys, port=settings.codec_port, origin=settings.codec_origin) as server:
            _log.info("decoding for this machine", port=server.port)
            await stop.wait()


def main() -> None:
    """Serve until a signal comes."""
    settings = Settings()
    logging.configure(settings)
    asyncio.run(_serve(settings))


if __name__ == "__main__":
    main()
