"""A key ring in memory, which can be told to fail."""

from __future__ import annotations

from dataclasses import dataclass, field

from records.keys import DataKey, KeyUnavailable


def made_up_key(key_id: str) -> DataKey:
    return DataKey(key_id, key_id.encode().ljust(32, b".")[:32])


@dataclass
class KeysInMemory:
    """Every pathway has a key named after it; ``away`` is raised instead while it is set."""

    away: Exception | None = None
    asked: list[str] = field(default_factory=list)
    destroyed: set[str] = field(default_factory=set)

    async def for_pathway(self, pathway: str) -> DataKey:
        return await self.by_id(f"key-of-{pathway}")

    async def by_id(self, key_id: str) -> DataKey:
        self.asked.append(key_id)
        if self.away is not None:
            raise self.away
        if key_id in self.destroyed:
            raise KeyUnavailable(key_id)
        return made_up_key(key_id)
