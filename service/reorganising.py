"""A reorganisation: from a day on another unit stands for a unit, and every open pathway keeps somebody who answers.

Pathways keep the unit that they came through and the owner whom they have; what the unit became is looked up when it
matters: for a new referral, for a list, and for an owner who left.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.operations import BecameDef, OperationDef, UnitDef, from_data
from records import operations, staff
from records.register import OperationUnknown

if TYPE_CHECKING:
    from datetime import date

    from records.database import Connection, Pool


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit that the reorganisation makes: what it is called and who answers for it."""

    name: str
    owner: str


@dataclass(frozen=True, slots=True)
class Reorganised:
    """What a reorganisation means for who is inside: by owner, how many; and whom nobody would answer for."""

    unit: str
    into: str
    on: date
    owners: tuple[tuple[str, int], ...]
    unanswered: tuple[str, ...]

    @property
    def open(self) -> int:
        """How many open pathways came through the unit."""
        return sum(count for _, count in self.owners) + len(self.unanswered)


class _OnlyAsked(Exception):
    """Nothing is kept: the transaction was a question."""


async def reorganise(
    pool: Pool, operation: str, *, unit: str, into: str, on: date, new: NewUnit | None = None, dry: bool = False
) -> Reorganised:
    """Let one unit of an operation stand for another from a day on; tells what that means for who is inside.

    Raises Refusal: operation_unknown, unit_unknown, unit_exists, staff_unknown, unit_reorganised, unit_without_owner,
    unit_leads_back. A refusal, and ``dry``, change nothing.
    """
    told: Reorganised | None = None
    try:
        async with pool.acquire() as connection, connection.transaction():
            await staff.hold_units(connection)
            told = await _reorganise(connection, operation, unit=unit, into=into, on=on, new=new)
            if dry:
                raise _OnlyAsked
    except _OnlyAsked:
        pass
    if told is None:
        raise AssertionError
    return told


async def _reorganise(
    connection: Connection, operation: str, *, unit: str, into: str, on: date, new: NewUnit | None
) -> Reorganised:
    try:
        kept = await operations.load(connection, operation)
    except OperationUnknown:
        known = ", ".join(one.id for one in await operations.every(connection))
        raise Refusal("operation_unknown", operation=operation, known=known) from None
    changed = _changed(from_data(dict(kept.definition)), unit=unit, into=into, on=on, new=new)
    if new is not None:
        await staff.add_unit(connection, staff.Unit(into, new.name, new.owner))
    stands = await staff.unit_of(connection, into, on=on)
    if stands.standing_owner is None or await staff.resolve_owner(connection, stands.standing_owner, on=on) is None:
        raise Refusal("unit_without_owner", unit=stands.id)
    inside = await staff.open_pathways(connection, unit, on=on)
    try:
        await staff.merge_unit(connection, unit=unit, into=into, on=on)
    except staff.UnitUnknown:
        raise Refusal("unit_leads_back", unit=unit, into=into) from None
    await operations.keep(
        connection,
        operations.Operation(
            kept.id, kept.programme, kept.starts_on, kept.ends_on, json.loads(changed.model_dump_json()), kept.version
        ),
    )
    owners = Counter(one.answers for one in inside if one.answers is not None)
    return Reorganised(
        unit, into, on, tuple(sorted(owners.items())), tuple(one.id for one in inside if one.answers is None)
    )


def _changed(operation: OperationDef, *, unit: str, into: str, on: date, new: NewUnit | None) -> OperationDef:
    """Return the operation with the reorganisation in it. Raises Refusal."""
    units = {one.id: one for one in operation.units}
    if new is not None:
        if into in units:
            raise Refusal("unit_exists", unit=into)
        if new.owner not in {person.id for person in operation.staff}:
            raise Refusal("staff_unknown", staff=new.owner)
        units[into] = UnitDef(id=into, name=new.name, owner=new.owner)
    for one in (unit, into):
        if one not in units:
            raise Refusal("unit_unknown", unit=one, known=", ".join(units))
    before = units[unit].became
    if before is not None and before.unit != into:
        raise Refusal("unit_reorganised", unit=unit, into=before.unit, day=str(before.on))
    units[unit] = units[unit].model_copy(update={"became": BecameDef(unit=into, on=on)})
    data = {**operation.model_dump(mode="json"), "units": [one.model_dump(mode="json") for one in units.values()]}
    try:
        return from_data(data)
    except ValueError:
        raise Refusal("unit_leads_back", unit=unit, into=into) from None
