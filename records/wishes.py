"""What each staff member wishes of notices: quiet hours, all of a day in one letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.quiet import NONE, Wishes
from records.database import one_connection
from records.queries import Queries

if TYPE_CHECKING:
    from records.database import Executor

_SQL = Queries("wishes")


async def of(pool: Executor, staff: str) -> Wishes:
    """Return what somebody wishes."""
    row = await pool.fetchrow(_SQL.get, staff)
    return NONE if row is None else Wishes(**row)


async def keep(target: Executor, staff: str, wishes: Wishes) -> None:
    """Keep what somebody wishes from now on, also of what is held already."""
    async with one_connection(target) as connection, connection.transaction():
        await connection.execute(
            _SQL.keep, staff, wishes.quiet_from, wishes.quiet_until, wishes.working_days_only, wishes.digest_at
        )
        await connection.execute(_SQL.release, staff)
