"""What was written is seen, however it was written: the fuzz rests on it."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import pytest

from embedded.postgres import Postgres
from records.database import Pool, connect
from records.migrate import migrate
from tests.desk.traces import Traces


@pytest.fixture
async def pool(postgres: Postgres) -> AsyncIterator[Pool]:
    name = f"traces_{uuid.uuid4().hex}"
    opened = await connect(await postgres.create_database(name))
    await migrate(opened)
    await opened.execute("INSERT INTO units (id, name) VALUES ('here', 'Here'), ('there', 'There')")
    yield opened
    await opened.close()
    await postgres.drop_database(name)


@pytest.mark.parametrize(
    ("written", "tables"),
    [
        ("SELECT 1", ()),
        ("INSERT INTO units (id, name) VALUES ('new', 'New')", ("units",)),
        ("UPDATE units SET name = 'Elsewhere' WHERE id = 'here'", ("units",)),
        ("UPDATE units SET name = name WHERE id = 'here'", ("units",)),
        ("DELETE FROM units WHERE id = 'there'", ("units",)),
        ("DELETE FROM units WHERE id = 'there'; INSERT INTO units (id, name) VALUES ('there', 'There')", ("units",)),
        ("INSERT INTO staff (id, name) VALUES ('a', 'A'); UPDATE units SET standing_owner = 'a'", ("staff", "units")),
        ("BEGIN; UPDATE units SET name = 'Elsewhere'; ROLLBACK", ()),
        ("INSERT INTO reads (pathway, staff, what, at) VALUES ('p', 's', 'page', now())", ()),
    ],
)
async def test_are_left_by_whatever_was_written(pool: Pool, written: str, tables: tuple[str, ...]) -> None:
    traces = Traces(pool)
    await traces.forget()

    await pool.execute(written)

    assert (await traces.look()).tables == tables
    assert (await traces.look()).tables == ()
