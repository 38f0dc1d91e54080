"""Compress and encrypt everything that Temporal stores, with a key of the participant's own.

The key is chosen by the workflow id when a payload is written, and by the payload's own metadata when it is read:
a child's summary is written under its parent's context but read under the child's, so the context is never used for
reading and the workflow id is no part of what is authenticated. Payloads outside a pathway get the system key, so
nothing is ever stored in clear.
"""

from __future__ import annotations

import asyncio
import os
import zlib
from collections.abc import Awaitable, Sequence
from typing import Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    ActivitySerializationContext,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)

from records.keys import DataKey, KeyDestroyed, KeyUnavailable

ENCODING = b"binary/stegvis-1"
"""The payload encoding's name; it stands in history and is never renamed."""

KEY_ID = "stegvis-key"
"""The metadata entry that names the key; it stands in history and is never renamed."""

PATHWAY_PREFIX = "pathway/"
SYSTEM_KEY_ID = "system"

NONCE_BYTES = 12  # the size that AES-GCM is specified for
KEY_PATIENCE = 3.0  # seconds; Temporal gives a workflow task 10, so the failure is still reported in time
COMPRESS_FROM = 128  # bytes; below this zlib's header costs as much as it saves
ZLIB_LEVEL = 6  # zlib's default: level 9 costs twice the time for one per cent on our JSON

_STORED, _DEFLATED = b"\x00", b"\x01"


class PayloadUnreadable(Exception):
    """A payload's key doesn't open it: it was altered, or written with another key of the same name."""


class Keys(Protocol):
    """Where data keys come from. ``by_id("system")`` is the key for what belongs to no pathway."""

    async def for_pathway(self, pathway: str) -> DataKey:
        """Return the key that new payloads of this pathway are written with."""

    async def by_id(self, key_id: str) -> DataKey:
        """Return the key that a stored payload names."""


class PathwayCodec(PayloadCodec, WithSerializationContext):
    """Write payloads compressed and encrypted; read them by the key that their metadata names."""

    def __init__(self, keys: Keys, pathway: str | None = None) -> None:
        self._keys = keys
        self._pathway = pathway

    def with_context(self, context: SerializationContext) -> Self:
        """Return the codec for the pathway that the context's workflow id names."""
        pathway = pathway_of(context)
        return self if pathway == self._pathway else type(self)(self._keys, pathway)

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt each payload, whole and with its metadata.

        Raises:
            KeyUnavailable: The key can't be fetched now; the workflow task is tried again.
            KeyDestroyed: The participant's key is gone for good.
        """
        if not payloads:
            return []
        key = await self._writing_key()
        cipher = AESGCM(key.secret)
        aad = _authenticated(key.key_id)
        encoded = []
        for payload in payloads:
            nonce = os.urandom(NONCE_BYTES)
            sealed = nonce + cipher.encrypt(nonce, _pack(payload.SerializeToString()), aad)
            metadata = {"encoding": ENCODING, KEY_ID: key.key_id.encode()}
            encoded.append(Payload(metadata=metadata, data=sealed))
        return encoded

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Return the payloads as they were; one that isn't ours is returned untouched.

        Raises:
            KeyUnavailable: A key can't be fetched now; the workflow task is tried again.
            KeyDestroyed: The participant's key is gone for good.
            PayloadUnreadable: A key doesn't open its payload.
        """
        return [await self._open(payload) for payload in payloads]

    async def _writing_key(self) -> DataKey:
        if self._pathway is None:
            return await self._reading_key(SYSTEM_KEY_ID)
        return await _fetched(self._keys.for_pathway(self._pathway))

    async def _reading_key(self, key_id: str) -> DataKey:
        return await _fetched(self._keys.by_id(key_id))

    async def _open(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        key_id = payload.metadata[KEY_ID].decode()
        key = await self._reading_key(key_id)
        nonce, sealed = payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:]
        try:
            packed = AESGCM(key.secret).decrypt(nonce, sealed, _authenticated(key_id))
        except InvalidTag as error:
            raise PayloadUnreadable(f"key {key_id} doesn't open a payload that names it") from error
        return Payload.FromString(_unpack(packed))


def pathway_of(context: SerializationContext) -> str | None:
    """Return the pathway that a context's workflow id names, or None outside every pathway."""
    if isinstance(context, WorkflowSerializationContext | ActivitySerializationContext):
        workflow_id = context.workflow_id or ""
        if workflow_id.startswith(PATHWAY_PREFIX):
            return workflow_id.removeprefix(PATHWAY_PREFIX) or None
    return None


async def _fetched(key: Awaitable[DataKey]) -> DataKey:
    """Wait for a key, and let nothing but the two known errors out.

    Whatever a key store raises, it must never be a non-retryable ApplicationError: the SDK would fail the workflow
    itself, where it only fails and repeats the workflow task for any other exception.
    """
    try:
        async with asyncio.timeout(KEY_PATIENCE):
            return await key
    except (KeyUnavailable, KeyDestroyed):
        raise
    except Exception as error:
        raise KeyUnavailable(type(error).__name__) from error


def _authenticated(key_id: str) -> bytes:
    return ENCODING + b"\x00" + key_id.encode()


def _pack(data: bytes) -> bytes:
    if len(data) >= COMPRESS_FROM:
        deflated = zlib.compress(data, ZLIB_LEVEL)
        if len(deflated) < len(data):
            return _DEFLATED + deflated
    return _STORED + data


def _unpack(packed: bytes) -> bytes:
    mark, body = packed[:1], packed[1:]
    return zlib.decompress(body) if mark == _DEFLATED else body
