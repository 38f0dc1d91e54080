"""The operations that ship: they fit their programmes and each other, and can be kept side by side in PostgreSQL."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from domain.format.compiling import compile_text
from domain.operations import OperationDef, load_operation
from domain.rules import OWNER, Rules
from records import operations, programmes
from records.database import connect
from records.migrate import migrate
from service.publishing import PROGRAMMES, programme_file, read_programme, start_operation

FILES = {file.stem: file for file in sorted((PROGRAMMES / "operations").glob("*.yaml"))}
SHIPPED = {name: load_operation(file.read_text("utf-8")) for name, file in FILES.items()}


def _rules(operation: OperationDef) -> list[Rules]:
    return [read_programme(programme_file(name)).rules for name in operation.programmes]


def test_no_staff_no_unit_and_no_address_is_in_two_of_them() -> None:
    staff = [person for one in SHIPPED.values() for person in one.staff]
    names = Counter(
        [*(person.id for person in staff), *(person.email for person in staff),
         *(unit.id for one in SHIPPED.values() for unit in one.units)]
    )  # fmt: skip

    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("name", SHIPPED)
def test_somebody_has_each_role_and_nobody_another(name: str) -> None:
    operation = SHIPPED[name]

    wanted = {role for rules in _rules(operation) for role in rules.roles} - {OWNER}
    assert {role for person in operation.staff for role in person.roles} == wanted


@pytest.mark.parametrize("name", SHIPPED)
def test_each_pool_of_the_programme_has_places(name: str) -> None:
    operation = SHIPPED[name]

    wanted = {step.waits for rules in _rules(operation) for step in rules.steps.values() if step.waits}
    assert {one.pool for one in operation.places} == wanted


async def test_they_are_kept_side_by_side_with_the_variants_that_their_units_follow(database_url: str) -> None:
    pool = await connect(database_url, max_size=2)
    try:
        await migrate(pool)
        for file in FILES.values():
            await start_operation(pool, file, now=datetime.now(UTC), by="test")

        kept = {one.id: one.programme for one in await operations.every(pool)}
        assert kept == {one.operation: one.programme for one in SHIPPED.values()}
        for one in SHIPPED.values():
            for name in one.programmes:
                published = await programmes.in_force(pool, name, one.starts)
                assert compile_text(published.source)[0] == read_programme(programme_file(name)).rules
    finally:
        await pool.close()
