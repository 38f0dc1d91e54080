"""The codec endpoint: readable for one page on this machine, and for nobody else."""

from __future__ import annotations

import json

import pytest
from google.protobuf import json_format
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.converter import WorkflowSerializationContext

from tests.worker.asking import Answer, ask
from tests.worker.keys import KeysInMemory
from worker.codec import PathwayCodec
from worker.codec_server import UNREADABLE, NotLoopback, codec_server

ORIGIN = "http://127.0.0.1:8233"
TEXT = Payload(metadata={"encoding": b"json/plain"}, data=b'"Astrid"')


async def written(keys: KeysInMemory) -> bytes:
    context = WorkflowSerializationContext(namespace="default", workflow_id="pathway/p1")
    payloads = Payloads(payloads=await PathwayCodec(keys).with_context(context).encode([TEXT]))
    return json.dumps(json_format.MessageToDict(payloads)).encode()


async def post(path: str, body: bytes, keys: KeysInMemory | None = None, **headers: str) -> Answer:
    async with codec_server(keys or KeysInMemory(), port=0, origin=ORIGIN) as server:
        return await ask(server.port, path, method="POST", body=body, headers=headers)


def read(answer: Answer) -> Payload:
    [payload] = json_format.Parse(answer.body, Payloads()).payloads
    return payload


class TestDecode:
    async def test_returns_what_was_written(self) -> None:
        answer = await post("/decode", await written(KeysInMemory()), Origin=ORIGIN)

        assert answer.status == 200
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert read(answer) == TEXT

    async def test_works_for_the_command_line_which_has_no_origin(self) -> None:
        assert read(await post("/decode", await written(KeysInMemory()))) == TEXT

    async def test_says_so_where_a_key_was_destroyed(self) -> None:
        keys = KeysInMemory(destroyed={"key-of-p1"})

        assert json.loads(read(await post("/decode", await written(KeysInMemory()), keys)).data) == UNREADABLE

    async def test_refuses_what_is_no_payload(self) -> None:
        assert (await post("/decode", b"nonsense")).status == 400


class TestRefusals:
    async def test_never_encodes(self) -> None:
        assert (await post("/encode", await written(KeysInMemory()))).status == 403

    async def test_answers_no_other_page(self) -> None:
        answer = await post("/decode", await written(KeysInMemory()), Origin="https://elsewhere.example")

        assert answer.status == 403
        assert "access-control-allow-origin" not in answer.headers

    async def test_answers_no_other_name_of_this_machine(self) -> None:
        assert (await post("/decode", await written(KeysInMemory()), Host="rebound.example:80")).status == 421

    @pytest.mark.parametrize(("method", "path"), [("GET", "/decode"), ("POST", "/")])
    async def test_knows_nothing_else(self, method: str, path: str) -> None:
        async with codec_server(KeysInMemory(), port=0, origin=ORIGIN) as server:
            assert (await ask(server.port, path, method=method)).status == 404

    async def test_lets_the_browser_ask_first(self) -> None:
        async with codec_server(KeysInMemory(), port=0, origin=ORIGIN) as server:
            answer = await ask(server.port, "/decode", method="OPTIONS", headers={"Origin": ORIGIN})

        assert answer.status == 204
        assert "x-namespace" in answer.headers["access-control-allow-headers"]

    @pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])  # noqa: S104 - to be refused
    def test_refuses_to_listen_where_others_can_reach_it(self, host: str) -> None:
        with pytest.raises(NotLoopback):
            codec_server(KeysInMemory(), port=0, origin=ORIGIN, host=host)
