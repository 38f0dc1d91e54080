"""The codec: nothing readable leaves, everything comes back, and the context never decides how to read."""

from __future__ import annotations

import asyncio
import json

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.converter import ActivitySerializationContext, WorkflowSerializationContext
from temporalio.exceptions import ApplicationError

from records.keys import DataKey, KeyUnavailable
from tests.worker.keys import KeysInMemory
from worker.codec import ENCODING, KEY_ID, SYSTEM_KEY_ID, PathwayCodec, PayloadUnreadable

SECRET = "Astrid Lindqvist 19800101-1234"


def within(pathway: str) -> WorkflowSerializationContext:
    return WorkflowSerializationContext(namespace="default", workflow_id=f"pathway/{pathway}")


def payload(text: str = SECRET) -> Payload:
    return Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(text).encode())


class TestRoundTrip:
    @pytest.mark.parametrize("text", ["", SECRET, SECRET * 1000], ids=["empty", "short", "compressed"])
    async def test_returns_what_was_written(self, text: str) -> None:
        codec = PathwayCodec(KeysInMemory()).with_context(within("p1"))

        written = await codec.encode([payload(text), payload("another")])

        assert await codec.decode(written) == [payload(text), payload("another")]

    async def test_reads_without_any_context(self) -> None:
        keys = KeysInMemory()
        written = await PathwayCodec(keys).with_context(within("p1")).encode([payload()])

        assert await PathwayCodec(keys).decode(written) == [payload()]

    async def test_reads_under_another_pathways_context(self) -> None:
        keys = KeysInMemory()
        written = await PathwayCodec(keys).with_context(within("parent")).encode([payload()])

        assert await PathwayCodec(keys).with_context(within("child")).decode(written) == [payload()]

    async def test_leaves_a_payload_that_is_not_ours_alone(self) -> None:
        assert await PathwayCodec(KeysInMemory()).decode([payload()]) == [payload()]

    async def test_shrinks_what_repeats_itself(self) -> None:
        [written] = await PathwayCodec(KeysInMemory()).encode([payload(SECRET * 1000)])

        assert len(written.data) < len(SECRET) * 20


class TestWhichKey:
    async def test_writes_with_the_pathways_key(self) -> None:
        [written] = await PathwayCodec(KeysInMemory()).with_context(within("p1")).encode([payload()])

        assert written.metadata[KEY_ID] == b"key-of-p1"

    async def test_writes_an_activitys_payload_with_its_pathways_key(self) -> None:
        context = ActivitySerializationContext(
            namespace="default",
            activity_id="1",
            activity_type="record",
            activity_task_queue="q",
            workflow_id="pathway/p1",
            workflow_type="ParticipantPathway",
            is_local=False,
        )

        [written] = await PathwayCodec(KeysInMemory()).with_context(context).encode([payload()])

        assert written.metadata[KEY_ID] == b"key-of-p1"

    async def test_writes_what_belongs_to_no_pathway_with_the_system_key(self) -> None:
        outside = WorkflowSerializationContext(namespace="default", workflow_id="sweep/nightly")

        written = [
            *await PathwayCodec(KeysInMemory()).encode([payload()]),
            *await PathwayCodec(KeysInMemory()).with_context(within("p1")).with_context(outside).encode([payload()]),
        ]

        assert [each.metadata[KEY_ID] for each in written] == [SYSTEM_KEY_ID.encode()] * 2

    async def test_two_codecs_of_one_plugin_do_not_share_a_context(self) -> None:
        shared = PathwayCodec(KeysInMemory())
        first, second = shared.with_context(within("p1")), shared.with_context(within("p2"))

        written = [*await first.encode([payload()]), *await second.encode([payload()])]

        assert [each.metadata[KEY_ID] for each in written] == [b"key-of-p1", b"key-of-p2"]


class TestSecrecy:
    @pytest.mark.parametrize("text", [SECRET, SECRET * 1000], ids=["short", "compressed"])
    async def test_nothing_of_the_text_or_its_metadata_is_readable(self, text: str) -> None:
        [written] = await PathwayCodec(KeysInMemory()).with_context(within("p1")).encode([payload(text)])

        assert written.metadata["encoding"] == ENCODING
        assert set(written.metadata) == {"encoding", KEY_ID}
        assert b"Astrid" not in written.SerializeToString()
        assert b"json/plain" not in written.SerializeToString()

    async def test_the_same_text_never_looks_the_same_twice(self) -> None:
        codec = PathwayCodec(KeysInMemory())

        first, second = await codec.encode([payload(), payload()])

        assert first.data != second.data

    async def test_a_changed_payload_is_refused(self) -> None:
        codec = PathwayCodec(KeysInMemory())
        [written] = await codec.encode([payload()])
        changed = Payload(metadata=written.metadata, data=written.data[:-1] + bytes([written.data[-1] ^ 1]))

        with pytest.raises(PayloadUnreadable):
            await codec.decode([changed])

    async def test_a_payload_moved_under_another_key_is_refused(self) -> None:
        codec = PathwayCodec(KeysInMemory())
        [written] = await codec.encode([payload()])
        moved = Payload(metadata={**written.metadata, KEY_ID: b"key-of-p2"}, data=written.data)

        with pytest.raises(PayloadUnreadable):
            await codec.decode([moved])


class TestMissingKey:
    @pytest.mark.parametrize(
        "trouble",
        [OSError("10.0.0.1 refused"), TimeoutError(), ApplicationError("no", non_retryable=True)],
        ids=["network", "silence", "an error that would fail the workflow"],
    )
    async def test_any_trouble_with_the_ring_says_not_now(self, trouble: Exception) -> None:
        keys = KeysInMemory()
        codec = PathwayCodec(keys).with_context(within("p1"))
        written = await codec.encode([payload()])
        keys.away = trouble

        with pytest.raises(KeyUnavailable):
            await codec.encode([payload()])
        with pytest.raises(KeyUnavailable):
            await codec.decode(written)

    async def test_a_ring_that_never_answers_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("worker.codec.KEY_PATIENCE", 0.01)

        class Silent(KeysInMemory):
            async def by_id(self, key_id: str) -> DataKey:
                await asyncio.Event().wait()
                raise AssertionError

        with pytest.raises(KeyUnavailable):
            await PathwayCodec(Silent()).encode([payload()])
