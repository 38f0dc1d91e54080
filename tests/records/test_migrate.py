"""Migrations: in order, once, by one process, and never changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import asyncpg
import pytest

from records import migrate as module
from records import operations, programmes
from records.database import Pool, connect
from records.migrate import Migration, MigrationChanged, known, migrate, pending
from records.operations import Operation
from records.programmes import ProgrammeUnknown
from records.queries import Queries
from records.register import OperationUnknown
from tests.records.builders import NOW

AREAS = (
    "faults", "inbox", "keys", "ledger", "log", "operations", "outbox", "plans", "programmes", "projection", "rebuild", "register", "staff", "views", "wishes"
)  # fmt: skip


@pytest.fixture
async def empty(database_url: str) -> AsyncIterator[Pool]:
    pool = await connect(database_url, schema="other")
    yield pool
    await pool.close()


class TestMigrate:
    async def test_applies_each_migration_once_in_its_own_schema(self, empty: Pool) -> None:
        names = [each.name for each in known()]

        assert await pending(empty) == names
        first, second = await asyncio.gather(migrate(empty), migrate(empty))

        assert sorted((first, second)) == [[], names]
        assert await pending(empty) == []
        assert await empty.fetchval("SELECT to_regclass('other.events')") is not None
        assert await empty.fetchval("SELECT to_regclass('public.events')") is None

    async def test_leaves_what_takes_away_for_after_the_roll_out(
        self, empty: Pool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        add = Migration("0001_pre_a.sql", "pre", "CREATE TABLE a ()")
        take = Migration("0002_post_b.sql", "post", "DROP TABLE a")
        monkeypatch.setattr(module, "known", lambda: [add, take])

        assert await migrate(empty, phase="pre") == [add.name]
        assert await pending(empty) == [take.name]
        assert await migrate(empty, phase="post") == [take.name]

    async def test_refuses_a_migration_that_was_changed(self, empty: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "known", lambda: [Migration("0001_pre_a.sql", "pre", "CREATE TABLE a ()")])
        await migrate(empty)
        monkeypatch.setattr(module, "known", lambda: [Migration("0001_pre_a.sql", "pre", "CREATE TABLE b ()")])

        with pytest.raises(MigrationChanged):
            await migrate(empty)
        with pytest.raises(MigrationChanged):
            await pending(empty)

    async def test_leaves_nothing_of_a_migration_that_failed(
        self, empty: Pool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        wrong = Migration("0001_pre_a.sql", "pre", "CREATE TABLE a (); SELECT 1/0")
        monkeypatch.setattr(module, "known", lambda: [wrong])

        with pytest.raises(asyncpg.DivisionByZeroError):
            await migrate(empty)

        assert await empty.fetchval("SELECT to_regclass('a')") is None
        assert await pending(empty) == [wrong.name]

    async def test_refuses_a_schema_that_would_need_quoting(self, database_url: str) -> None:
        with pytest.raises(ValueError, match="schema"):
            await connect(database_url, schema='x"; DROP')


class TestQueries:
    @pytest.mark.parametrize("area", AREAS)
    def test_have_each_a_purpose(self, area: str) -> None:
        queries = Queries(area)

        assert queries.names()
        for name in queries.names():
            assert getattr(queries, name).startswith("-- ")

    def test_are_missed_loudly(self) -> None:
        with pytest.raises(AttributeError):
            _ = Queries("log").nothing


class TestPublished:
    async def _publish(self, pool: Pool, hash_: str, effective: date) -> bool:
        return await programmes.publish(
            pool, hash=hash_, programme="koll", effective=effective, rules={"steps": [1, None]}, source="koll: å",
            by="dag", now=NOW,
        )  # fmt: skip

    async def test_versions_are_chosen_by_day_and_never_change(self, pool: Pool) -> None:
        assert await self._publish(pool, "a", date(2026, 1, 1))
        assert await self._publish(pool, "b", date(2026, 6, 1))
        assert not await self._publish(pool, "a", date(2027, 1, 1))

        assert (await programmes.in_force(pool, "koll", date(2026, 5, 31))).hash == "a"
        assert (await programmes.in_force(pool, "koll", date(2026, 6, 1))).hash == "b"
        assert (await programmes.load(pool, "a")).rules == {"steps": [1, None]}
        assert [each.hash for each in await programmes.versions(pool)] == ["a", "b"]
        with pytest.raises(asyncpg.RestrictViolationError):
            await pool.execute("UPDATE programmes SET source = ''")

    async def test_versions_that_nobody_knows_are_refused(self, pool: Pool) -> None:
        await self._publish(pool, "a", date(2026, 1, 1))

        with pytest.raises(ProgrammeUnknown):
            await programmes.load(pool, "b")
        with pytest.raises(ProgrammeUnknown):
            await programmes.in_force(pool, "koll", date(2025, 12, 31))

    async def test_operations_keep_their_programme(self, pool: Pool) -> None:
        one = Operation("koll-1", "koll", date(2026, 1, 1), date(2028, 1, 1), {"planned": [{"value": 94}]})
        await operations.keep(pool, one, now=NOW)

        assert await operations.load(pool, "koll-1") == one
        assert await operations.every(pool) == [one]
        with pytest.raises(ValueError, match="programme"):
            await operations.keep(pool, Operation("koll-1", "other", date(2026, 1, 1), date(2028, 1, 1)), now=NOW)
        with pytest.raises(OperationUnknown):
            await operations.load(pool, "koll-2")
