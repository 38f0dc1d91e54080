"""One key per participant, wrapped by a master key that stands outside PostgreSQL."""

from __future__ import annotations

import stat
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag

from records import keys as module
from records.keys import DataKey, KeyDestroyed, KeyRing, KeyUnavailable, MasterKey
from tests.records.builders import World

OTHER = MasterKey(bytes(32))


class TestMasterKey:
    def test_is_read_from_the_file_that_it_made_for_its_owner_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "master.key"
        made = MasterKey.create(path)
        key, participant = DataKey("k-1", bytes(32)), uuid4()

        wrapped = made.wrap(key, participant)

        assert MasterKey.from_file(path).unwrap("k-1", participant, wrapped) == key
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert [each.name for each in tmp_path.iterdir()] == ["master.key"]

    def test_never_overwrites_another(self, tmp_path: Path) -> None:
        path = tmp_path / "master.key"
        MasterKey.create(path)
        before = path.read_bytes()

        with pytest.raises(FileExistsError):
            MasterKey.create(path)

        assert path.read_bytes() == before
        assert len(list(tmp_path.iterdir())) == 1

    @pytest.mark.parametrize("content", [b"", b"00", b"x" * 64, "å".encode()])
    def test_refuses_a_file_that_holds_something_else(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "master.key").write_bytes(content)

        with pytest.raises(ValueError, match=r"master key|hexadecimal"):
            MasterKey.from_file(tmp_path / "master.key")

    def test_opens_only_what_it_wrapped_for_that_participant(self) -> None:
        key, participant = DataKey("k-1", bytes(32)), uuid4()
        wrapped = OTHER.wrap(key, participant)

        for name, whose in (("k-2", participant), ("k-1", uuid4())):
            with pytest.raises(KeyUnavailable):
                OTHER.unwrap(name, whose, wrapped)
        with pytest.raises(KeyUnavailable, match="another master key"):
            MasterKey(bytes([1] * 32)).unwrap("k-1", participant, wrapped)


class TestDataKey:
    def test_opens_what_it_sealed_and_nothing_that_was_changed(self) -> None:
        key = DataKey("k-1", bytes(32))
        sealed = key.seal(b"plain", bound_to=b"here")

        assert key.open(sealed, bound_to=b"here") == b"plain"
        assert sealed != key.seal(b"plain", bound_to=b"here")
        with pytest.raises(InvalidTag):
            key.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), bound_to=b"here")

    def test_is_never_printed(self) -> None:
        assert "secret" not in repr(DataKey("k-1", bytes(32)))


class TestKeyRing:
    async def test_gives_one_key_for_a_participant(self, world: World) -> None:
        found = await world.reserve()

        again = await world.keys.create(world.pool, found.participant)

        assert await world.keys.for_pathway(found.pathway) == again
        assert await world.keys.by_id(again.key_id) == again

    async def test_keeps_keys_wrapped_in_postgresql(self, world: World) -> None:
        found = await world.reserve()
        key = await world.keys.for_pathway(found.pathway)

        assert key.secret not in await world.pool.fetchval("SELECT wrapped FROM keys")

    async def test_says_that_a_key_is_destroyed(self, world: World) -> None:
        found = await world.reserve()
        key = await world.keys.for_pathway(found.pathway)

        assert await world.keys.destroy(found.participant)
        assert not await world.keys.destroy(found.participant)

        for asking in (world.keys.for_pathway(found.pathway), world.keys.by_id(key.key_id)):
            with pytest.raises(KeyDestroyed):
                await asking
        with pytest.raises(KeyDestroyed):
            await world.keys.create(world.pool, found.participant)

    async def test_says_that_a_key_is_unavailable_when_nobody_has_it(self, world: World) -> None:
        found = await world.reserve()

        with pytest.raises(KeyUnavailable):
            await world.keys.for_pathway("p-unknown")
        with pytest.raises(KeyUnavailable):
            await KeyRing(world.pool, OTHER).for_pathway(found.pathway)

    async def test_says_that_a_key_is_unavailable_while_postgresql_is_away(self, world: World) -> None:
        found = await world.reserve()
        await world.pool.close()

        with pytest.raises(KeyUnavailable):
            await world.keys.for_pathway(found.pathway)

    async def test_goes_on_with_a_key_that_it_knows_while_postgresql_is_away(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "TTL", -1.0)
        found = await world.reserve()
        key = await world.keys.for_pathway(found.pathway)
        await world.pool.close()

        assert await world.keys.for_pathway(found.pathway) == key
        assert await world.keys.by_id(key.key_id) == key

        monkeypatch.setattr(module, "AWAY_AT_MOST", -1.0)
        monkeypatch.setattr(module, "ASK_AGAIN", -1.0)
        world.keys._kept[f"pathway:{found.pathway}"].ask_at = 0.0
        with pytest.raises(KeyUnavailable):
            await world.keys.for_pathway(found.pathway)

    async def test_never_goes_on_with_a_key_that_it_knows_to_be_destroyed(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "TTL", -1.0)
        found = await world.reserve()
        await world.keys.for_pathway(found.pathway)
        await world.pool.execute("UPDATE keys SET wrapped = NULL, destroyed_at = now()")
        with pytest.raises(KeyDestroyed):
            await world.keys.for_pathway(found.pathway)
        await world.pool.close()

        with pytest.raises(KeyUnavailable):
            await world.keys.for_pathway(found.pathway)

    async def test_forgets_after_a_while_and_beyond_its_bound(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "CACHED", 2)
        found = [await world.reserve(place) for place in range(3)]
        for each in found:
            await world.keys.for_pathway(each.pathway)
        assert len(world.keys._kept) == 2

        monkeypatch.setattr(module, "TTL", -1.0)
        world.keys.forget()
        await world.keys.for_pathway(found[0].pathway)
        await world.pool.execute("UPDATE keys SET wrapped = NULL, destroyed_at = now()")

        with pytest.raises(KeyDestroyed):
            await world.keys.for_pathway(found[0].pathway)
