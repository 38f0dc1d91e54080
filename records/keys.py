"""One key per participant, wrapped by a master key: with the key destroyed, what it sealed is unreadable everywhere.

A key in the clear lives only in a process's memory. It is asked for again every ``TTL`` seconds: so long may another
process go on reading after a key was destroyed. Only where PostgreSQL doesn't answer is a key used for longer, or an
outage would end at once what it should only delay.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import asyncpg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from records.database import Connection, Executor, Pool
from records.queries import Queries

TTL = 60.0  # seconds: long enough that a busy pathway asks seldom, short enough that a destroyed key is soon gone
AWAY_AT_MOST = 3600.0  # seconds without an answer; whoever is cut off longer may have missed a destroyed key
ANSWER_WITHIN = 1.0  # seconds, where the key is known from before: callers are told "accepted" within two
ASK_AGAIN = 2.0  # seconds between questions to a server that doesn't answer, so that not each payload waits for it
CACHED = 4096  # names of keys; about 1 MB
KEY_BYTES = 32
NONCE_BYTES = 12
_SQL = Queries("keys")


class KeyDestroyed(Exception):
    """The participant's key was destroyed; what it sealed can't be read again."""


class KeyUnavailable(Exception):
    """The key can't be fetched or unwrapped now; trying again later is right."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """A participant's key in the clear."""

    key_id: str
    secret: bytes = field(repr=False)

    def seal(self, plain: bytes, *, bound_to: bytes) -> bytes:
        """Encrypt, nonce first; only the same ``bound_to`` opens it again."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self.secret).encrypt(nonce, plain, bound_to)

    def open(self, sealed: bytes, *, bound_to: bytes) -> bytes:
        """Decrypt; raises cryptography.exceptions.InvalidTag where anything was changed."""
        return AESGCM(self.secret).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)


class MasterKey:
    """The key that wraps the others; kept in a file outside PostgreSQL, so that a dump alone reads nothing."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError(f"a master key has {KEY_BYTES} bytes")
        self._cipher = AESGCM(secret)
        self._mark = hashlib.sha256(b"stegvis master key" + secret).digest()[:8]

    @classmethod
    def from_file(cls, path: Path) -> MasterKey:
        """Read a master key; raises OSError, ValueError for a file that holds something else."""
        try:
            return cls(bytes.fromhex(path.read_text(encoding="ascii").strip()))
        except UnicodeDecodeError:
            raise ValueError("a master key's file holds hexadecimal digits") from None

    @classmethod
    def create(cls, path: Path) -> MasterKey:
        """Make a master key and its file, readable by its owner alone; raises FileExistsError."""
        secret = secrets.token_bytes(KEY_BYTES)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secret.hex().encode("ascii") + b"\n")
                file.flush()
                os.fsync(file.fileno())
            # A link, unlike a rename, fails where a key stands already: nothing ever overwrites a master key.
            os.link(draft, path)
        finally:
            draft.unlink(missing_ok=True)
        return cls(secret)

    def wrap(self, key: DataKey, participant: UUID) -> bytes:
        """Encrypt a participant's key, bound to that participant."""
        nonce = os.urandom(NONCE_BYTES)
        return self._mark + nonce + self._cipher.encrypt(nonce, key.secret, _binding(key.key_id, participant))

    def unwrap(self, key_id: str, participant: UUID, wrapped: bytes) -> DataKey:
        """Decrypt a participant's key; raises KeyUnavailable where another master key wrapped it or it was changed."""
        start = len(self._mark)
        if wrapped[:start] != self._mark:
            raise KeyUnavailable(f"key {key_id} is wrapped by another master key")
        nonce, rest = wrapped[start : start + NONCE_BYTES], wrapped[start + NONCE_BYTES :]
        try:
            return DataKey(key_id, self._cipher.decrypt(nonce, rest, _binding(key_id, participant)))
        except InvalidTag:
            raise KeyUnavailable(f"key {key_id} was changed") from None


def _binding(key_id: str, participant: UUID) -> bytes:
    return f"{key_id}:{participant}".encode()


@dataclass(slots=True)
class _Kept:
    key: DataKey
    fetched: float
    ask_at: float


class KeyRing:
    """Fetches participants' keys and remembers them for a short while."""

    def __init__(self, pool: Pool, master: MasterKey) -> None:
        self._pool = pool
        self._master = master
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    async def create(self, connection: Executor, participant: UUID) -> DataKey:
        """Make the participant's key in the caller's transaction, or return the one that exists.

        Raises KeyDestroyed, KeyUnavailable.
        """
        key = DataKey(f"k-{secrets.token_hex(12)}", secrets.token_bytes(KEY_BYTES))
        made = await connection.fetchval(_SQL.create, key.key_id, participant, self._master.wrap(key, participant))
        if made is not None:
            return key  # not remembered: the transaction may still be rolled back
        return self._unwrap(await connection.fetchrow(_SQL.of_participant, participant))

    async def for_pathway(self, pathway: str) -> DataKey:
        """Return the key that seals a pathway's words; raises KeyDestroyed, KeyUnavailable."""
        return await self._cached(f"pathway:{pathway}", _SQL.of_pathway, pathway)

    async def by_id(self, key_id: str) -> DataKey:
        """Return one key; raises KeyDestroyed, KeyUnavailable."""
        return await self._cached(f"key:{key_id}", _SQL.by_id, key_id)

    async def learn(self, pathways: Sequence[str]) -> None:
        """Fetch the keys of many pathways at once, for somebody who is about to read them all."""
        now = time.monotonic()
        for row in await self._pool.fetch(_SQL.of_pathways, pathways):
            key = self._unwrap(row)
            self._kept[f"key:{key.key_id}"] = _Kept(key, now, now + TTL)

    async def destroy(self, participant: UUID, *, connection: Connection | None = None) -> bool:
        """Throw a participant's key away for good; tells whether there was one to destroy."""
        gone = await (connection or self._pool).fetchval(_SQL.destroy, participant)
        self._drop(gone)
        return gone is not None

    def forget(self) -> None:
        """Drop every key from memory."""
        self._kept.clear()

    async def _cached(self, name: str, query: str, argument: str) -> DataKey:
        now = time.monotonic()
        kept = self._kept.get(name)
        if kept is not None and now < kept.ask_at:
            return kept.key
        try:
            async with asyncio.timeout(ANSWER_WITHIN if kept is not None else None):
                row = await self._pool.fetchrow(query, argument)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            if kept is not None and now < kept.fetched + AWAY_AT_MOST:
                kept.ask_at = time.monotonic() + ASK_AGAIN
                return kept.key
            raise KeyUnavailable(f"{name}: {type(error).__name__}") from error
        if row is not None and row["wrapped"] is None:
            self._drop(row["key_id"])
        key = self._unwrap(row)
        # Under both names: a payload that was just written is read by its key's id.
        for each in (name, f"key:{key.key_id}"):
            self._kept[each] = _Kept(key, now, now + TTL)
            self._kept.move_to_end(each)
        while len(self._kept) > CACHED:
            self._kept.popitem(last=False)
        return key

    def _drop(self, key_id: str | None) -> None:
        for name in [name for name, kept in self._kept.items() if kept.key.key_id == key_id]:
            del self._kept[name]

    def _unwrap(self, row: asyncpg.Record | None) -> DataKey:
        if row is None:
            raise KeyUnavailable("there is no such key")
        if row["wrapped"] is None:
            raise KeyDestroyed(row["key_id"])
        return self._master.unwrap(row["key_id"], row["participant"], row["wrapped"])
