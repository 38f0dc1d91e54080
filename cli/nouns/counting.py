"""``stegvis operation count|counted``: people who are counted without an identity, and the figures beside them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.session import OK, As, Inside, act
from domain.counting import Gender, Kind, count
from domain.errors import Refusal
from records import counted
from service.importing.history import operation_of
from service.stating import day_from
from service.who import working_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from records.counted import Row

Operation = Annotated[str, typer.Argument(metavar="OPERATION", help="help.operation.name")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("count", help="help.operation.count")(_count)
    app.command("counted", help="help.operation.counted")(_counted)


def _count(
    context: typer.Context,
    operation: Operation,
    staff: As,
    unit: Annotated[str | None, typer.Option("--unit", metavar="UNIT", help="help.operation.count_unit")] = None,
    kind: Annotated[Kind, typer.Option("--kind", help="help.operation.count_kind")] = Kind.DECLINED,
    number: Annotated[int, typer.Option("--number", help="help.operation.count_number")] = 1,
    gender: Annotated[Gender | None, typer.Option("--gender", help="help.operation.count_gender")] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DAY", help="help.on")] = None,
    withdraw: Annotated[int | None, typer.Option("--withdraw", metavar="ROW", help="help.operation.withdraw")] = None,
) -> None:
    day = day_from(on, "--on") if on else None

    async def work(inside: Inside) -> int:
        await working_in(inside.pool, staff, operation)
        kept = await operation_of(inside.office, operation)
        if withdraw is not None:
            if not await counted.withdraw(inside.pool, operation, withdraw, by=staff, now=inside.now):
                raise Refusal("counted_row_unknown", row=withdraw, operation=operation)
            output.line(inside.say("counted.withdrawn", row=withdraw))
            return OK
        if unit is None:
            raise Refusal("count_needs_unit", known=", ".join(one.id for one in kept.units))
        one = count(
            kept, unit=unit, on=day or inside.today, kind=kind, number=number, gender=gender, today=inside.today
        )
        row = await counted.add(inside.pool, one, by=staff, now=inside.now)
        told = inside.say(f"counted.{one.kind}")
        words = {"number": one.number, "kind": told, "unit": one.unit, "day": output.day(one.on)}
        output.line(inside.say("counted.kept", row=row, **words))
        return OK

    act(context, staff, work)


def _counted(
    context: typer.Context,
    operation: Operation,
    staff: As,
    first: Annotated[str | None, typer.Option("--from", metavar="DAY", help="help.operation.counted_from")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DAY", help="help.operation.counted_to")] = None,
) -> None:
    since, until = (day_from(text, name) if text else None for text, name in ((first, "--from"), (last, "--to")))

    async def work(inside: Inside) -> int:
        await inside.myself()
        await operation_of(inside.office, operation)
        found = await counted.rows(inside.pool, operation, first=since, last=until)
        say = inside.say
        heads = ("head.row", "head.day", "head.unit", "head.kind", "head.gender", "head.people", "head.by")
        rows = [
            (str(one.id), output.day(one.counted.on), one.counted.unit, say(f"counted.{one.counted.kind}"),
             _gender(inside, one), str(one.counted.number), one.by)
            for one in found
        ]  # fmt: skip
        output.table([say(name) for name in heads], rows)
        _sums(inside, found)
        return OK

    act(context, staff, work)


def _gender(inside: Inside, one: Row) -> str:
    return inside.say(f"counted.{one.counted.gender or 'unknown'}")


def _sums(inside: Inside, found: Sequence[Row]) -> None:
    """Print how many were counted, of each kind and gender."""
    say = inside.say
    if not found:
        output.line(say("counted.none"))
    for kind in Kind:
        of_kind = [one for one in found if one.counted.kind is kind]
        by_gender = Counter[str]()
        for one in of_kind:
            by_gender[_gender(inside, one)] += one.counted.number
        if of_kind:
            split = ", ".join(f"{gender} {number}" for gender, number in sorted(by_gender.items()))
            total = sum(by_gender.values())
            output.line(say("counted.sum", kind=say(f"counted.{kind}"), number=total, split=split))


async def figures(inside: Inside, operation: str) -> None:
    """Print how many people the operation has: those with an identity, and apart from them those without."""
    output.head(inside.say("counted.figures"))
    output.line(inside.say("counted.named", number=await counted.named(inside.pool, operation)))
    _sums(inside, await counted.rows(inside.pool, operation))
