"""``stegvis import``: referrals from CSV, people already inside, events of other systems; a result for each."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.session import OK, REFUSED, As, Inside, act, terminal_of
from cli.verbs.common import Operation
from domain.errors import Refusal
from service import who
from service.importing.csv import import_referrals
from service.importing.events import import_events
from service.importing.history import operation_of, read_history, take_over
from service.importing.lines import check_encoding

if TYPE_CHECKING:
    from cli.texts import Say
    from service.importing.history import Taken

File = Path | None
RESULTS = ("recorded", "accepted", "already", "would_record", "refused")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("import", help="help.import")(_import)


def _import(
    context: typer.Context,
    staff: As,
    file: Annotated[File, typer.Argument(metavar="[FILE.csv]", help="help.import_file", show_default=False)] = None,
    history: Annotated[File, typer.Option("--history", help="help.import_history", show_default=False)] = None,
    events: Annotated[File, typer.Option("--events", help="help.import_events", show_default=False)] = None,
    operation: Operation = None,
    yes: Annotated[bool, typer.Option("--yes", help="help.import_yes")] = False,
) -> None:
    given = [one for one in (file, history, events) if one is not None]
    if len(given) != 1:
        raise typer.BadParameter(terminal_of(context).say("import.one_file"), ctx=context)

    async def work(inside: Inside) -> int:
        await inside.temporal()
        if events is not None:
            return await _events(inside, events)
        chosen = operation or await only_operation(inside)
        return await (_history(inside, history, chosen, yes=yes) if history else _referrals(inside, given[0], chosen))

    act(context, staff, work)


async def only_operation(inside: Inside) -> str:
    """Return the one operation of the reader. Raises Refusal where there are none or several."""
    mine = who.operations_of(await inside.myself())
    if mine is not None and len(mine) == 1:
        return mine[0]
    raise Refusal("operation_missing", known=", ".join(mine or ()))


async def _referrals(inside: Inside, file: Path, operation: str) -> int:
    say = inside.say
    by = await who.actor(inside.pool, inside.staff, operation=operation, channel="import")
    definition = await operation_of(inside.office, operation)
    counts: Counter[str] = Counter()
    async for one in import_referrals(inside.office, file, operation=definition, by=by):
        counts[one.result] += 1
        output.line(_result(say, one.line, one.referral, one.result, one.pathway, one.where, one.refusal))
    return _sum(say, counts)


async def _events(inside: Inside, file: Path) -> int:
    say = inside.say
    await inside.myself()
    counts: Counter[str] = Counter()
    async for one in import_events(inside.office, file, staff_id=inside.staff):
        counts[one.result] += 1
        output.line(_result(say, one.line, one.event, one.result, one.pathway, None, one.refusal))
    return _sum(say, counts)


async def _history(inside: Inside, file: Path, operation: str, *, yes: bool) -> int:
    say = inside.say
    by = await who.actor(inside.pool, inside.staff, operation=operation)
    who.require(by.roles, who.MANAGER)
    definition = await operation_of(inside.office, operation)
    check_encoding(file)
    people = read_history(file.read_text("utf-8-sig"), operation=definition)
    counts: Counter[str] = Counter()
    output.line(say("import.history_doing" if yes else "import.history_dry", operation=operation, people=len(people)))
    async for one in take_over(inside.office, people, operation=definition, dry=not yes):
        counts[one.result] += 1
        output.line(_result(say, one.line, one.referral, one.result, one.pathway, one.where, one.refusal))
        if one.events:
            output.line(_what_happens(say, one, inside))
    code = _sum(say, counts)
    if not yes:
        output.line(say("import.history_go"))
    return code


def _what_happens(say: Say, one: Taken, inside: Inside) -> str:
    told = say("import.history_person", events=one.events, cancelled=one.cancelled, status=say(f"status.{one.status}"))
    coming = say("import.history_next", due=output.due(one.next_due, inside.today, say)) if one.next_due else ""
    return f"      {told}{coming}"


def _result(
    say: Say, line: int, name: str, result: str, pathway: str | None, where: str | None, refusal: Refusal | None
) -> str:
    text = f"  {line:>5}  {name:<16} {say(f'import.{result}')}"
    if pathway:
        text = f"{text}  {pathway}"
    if refusal is not None:
        field = f"{where}: " if where else ""
        text = f"{text}  {field}{refusal.text(say.language)} [{refusal.code}]"
    return text


def _sum(say: Say, counts: Counter[str]) -> int:
    parts = [f"{say(f'import.{name}')}: {counts[name]}" for name in RESULTS if counts[name]]
    output.line(", ".join(parts) or say("import.nothing"))
    return REFUSED if counts["refused"] else OK
