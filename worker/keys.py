"""The keys that a process writes and reads with: the participants' from the ring, one more for everything else."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from records.database import Pool
from records.keys import KEY_BYTES, DataKey, KeyRing, MasterKey
from worker.codec import SYSTEM_KEY_ID


class ProcessKeys:
    """Answer the codec: participants' keys come from the ring, the system key is derived from the master key."""

    def __init__(self, ring: KeyRing, system: DataKey) -> None:
        self.ring = ring
        self._system = system

    async def for_pathway(self, pathway: str) -> DataKey:
        """Return the key that a pathway's payloads are written with; raises KeyDestroyed, KeyUnavailable."""
        return await self.ring.for_pathway(pathway)

    async def by_id(self, key_id: str) -> DataKey:
        """Return the key that a payload names; raises KeyDestroyed, KeyUnavailable."""
        return self._system if key_id == self._system.key_id else await self.ring.by_id(key_id)


def process_keys(pool: Pool, master_key_file: Path) -> ProcessKeys:
    """Return this process's keys.

    Raises:
        OSError: The master key's file can't be read.
        ValueError: It holds something else than a master key.
    """
    master = MasterKey.from_file(master_key_file)
    return ProcessKeys(KeyRing(pool, master), system_key(bytes.fromhex(master_key_file.read_text("ascii").strip())))


def system_key(master: bytes) -> DataKey:
    """Derive the key for payloads that belong to no pathway; it can't be turned back into the master key."""
    derivation = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"stegvis system payloads 1")
    return DataKey(SYSTEM_KEY_ID, derivation.derive(master))
