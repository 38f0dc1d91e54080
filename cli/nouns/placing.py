"""``stegvis operation places``: how many places there are, who waits for one and since when. Ids only."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.session import OK, As, Inside, act
from records import operations, places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cli.texts import Say
    from records.places import Places, Waiting


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("places", help="help.operation.places")(_places)


def _places(
    context: typer.Context,
    staff: As,
    operation: Annotated[str | None, typer.Argument(metavar="[OPERATION]", help="help.operation.name")] = None,
) -> None:
    async def work(inside: Inside) -> int:
        await inside.myself()
        if operation is not None:
            await operations.load(inside.pool, operation)
        _pools(inside, await places.overview(inside.pool, operation))
        tell_unstated(inside.say, await places.unstated(inside.pool, operation))
        _queues(inside, await places.queue(inside.pool, operation))
        return OK

    act(context, staff, work)


def tell_unstated(say: Say, found: Sequence[tuple[str, str]]) -> None:
    """Say in which pools nobody gets a place, because the operation states none."""
    for operation, pool in found:
        output.line(say("places.unstated", operation=operation, pool=pool))


def _pools(inside: Inside, found: Sequence[Places]) -> None:
    say = inside.say
    if not found:
        output.line(say("places.none"))
        return
    heads = ("head.operation", "head.pool", "head.site", "head.count", "head.held", "head.offered", "head.start")
    rows = [
        (one.operation, one.pool, one.site or say("places.any_site"), str(one.capacity), str(one.held),
         str(one.offered + one.kept), _start(inside, one))
        for one in found
    ]  # fmt: skip
    output.table([say(name) for name in heads], rows)
    for one in found:
        if not one.stated:
            output.line(say("places.gone", operation=one.operation, pool=one.pool))
        elif one.taken > one.capacity:
            over = one.taken - one.capacity
            output.line(say("places.above", operation=one.operation, pool=one.pool, over=over))


def _start(inside: Inside, one: Places) -> str:
    """Return when the next group starts, where people start together."""
    if one.at_least is None:
        return ""
    day = one.next_start(inside.today)
    if day is None:
        return inside.say("places.no_group", least=one.at_least)
    return inside.say("places.group", day=output.day(day), least=one.at_least)


def _queues(inside: Inside, line: Sequence[Waiting]) -> None:
    say = inside.say
    for (operation, pool), waiting in groupby(line, key=lambda one: (one.operation, one.pool)):
        people = list(waiting)
        output.head(say("places.queue", operation=operation, pool=pool, count=len(people)))
        rows = [(str(one.place), one.pathway, str(one.rank), waited(inside, one)) for one in people]
        output.table([say(name) for name in ("head.line", "head.pathway", "head.rank", "head.waited")], rows)


def waited(inside: Inside, one: Waiting) -> str:
    """Return how long somebody has waited."""
    text = inside.say("places.days", days=(inside.today - one.since).days, since=output.day(one.since))
    return inside.say("places.paused", waited=text) if one.paused else text
