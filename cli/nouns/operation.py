"""``stegvis operation new|list|show|places|count|counted|reorganise``: when and where a programme runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.nouns import counting, placing
from cli.session import OK, As, Inside, act
from domain.errors import Refusal
from domain.operations import OperationDef, UnitDef, load_operation
from records import operations, places, views
from records.register import OperationUnknown
from service.importing.history import operation_of
from service.publishing import PROGRAMMES, operation_file, start_operation
from service.reorganising import NewUnit, reorganise
from service.stating import day_from, line_of_text
from service.who import MANAGER, OPERATIONS, entrusted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cli.texts import Say
    from domain.format.model import Label

app = typer.Typer(help="help.operation_noun", no_args_is_help=True, rich_markup_mode=None)
placing.register(app)
counting.register(app)


def _template(text: str) -> Path:
    """Return a template's file: a path, an operation that ships, or the one that ships for a programme.

    Raises Refusal.
    """
    path = Path(text)
    if path.is_file():
        return path
    if operation_file(text).is_file():
        return operation_file(text)
    ships = {file.stem: load_operation(file.read_text("utf-8")) for file in (PROGRAMMES / "operations").glob("*.yaml")}
    for name, one in sorted(ships.items()):
        if one.programme == text:
            return operation_file(name)
    raise Refusal("operation_unknown", operation=text, known=", ".join(sorted(ships)))


@app.command("new", help="help.operation.new")
def new(
    context: typer.Context,
    template: Annotated[str, typer.Argument(metavar="PROGRAMME|FILE", help="help.operation.template")],
    staff: As,
    starts: Annotated[str | None, typer.Option("--from", metavar="DAY", help="help.operation.from")] = None,
    name: Annotated[str | None, typer.Option("--name", help="help.operation.name")] = None,
    title: Annotated[str | None, typer.Option("--title", help="help.operation.title")] = None,
    esf: Annotated[str | None, typer.Option("--esf", help="help.operation.esf")] = None,
) -> None:
    """Set up an operation from a template."""
    file = _template(template)
    first = day_from(starts, "--from") if starts else None

    async def work(inside: Inside) -> int:
        await entrusted(inside.pool, staff, MANAGER, OPERATIONS)
        planned = load_operation(file.read_text("utf-8"))
        chosen = name or (f"{planned.programme}-{first:%Y-%m}" if first else planned.operation)
        begins = first or planned.starts
        try:
            kept = await operations.load(inside.pool, chosen)
        except OperationUnknown:
            pass
        else:
            if kept.starts_on != begins or kept.programme != planned.programme:
                raise Refusal("operation_exists", operation=chosen)
        made = await start_operation(
            inside.pool, file, now=inside.now, by=staff, name=chosen, starts=first or planned.starts, title=title,
            esf=esf,
        )  # fmt: skip
        output.line(inside.say("operation.new", operation=made.operation, starts=made.starts, ends=made.ends))
        _show(inside, made)
        placing.tell_unstated(inside.say, await places.unstated(inside.pool, made.operation))
        return OK

    act(context, staff, work)


@app.command("list", help="help.operation.list")
def list_(context: typer.Context, staff: As) -> None:
    """List operations."""

    async def work(inside: Inside) -> int:
        await inside.myself()
        rows = []
        for one in await operations.every(inside.pool):
            inside_now = await views.pathways(
                inside.pool, operation=one.id, statuses=("open", "paused", "reserved"), limit=1000
            )
            rows.append(
                (one.id, one.programme, output.day(one.starts_on), output.day(one.ends_on), str(len(inside_now)))
            )
        heads = ("head.operation", "head.programme", "head.from", "head.to_day", "head.inside")
        output.table([inside.say(one) for one in heads], rows)
        return OK

    act(context, staff, work)


@app.command("show", help="help.operation.show")
def show(
    context: typer.Context,
    operation: Annotated[str, typer.Argument(metavar="OPERATION", help="help.operation.name")],
    staff: As,
) -> None:
    """Show an operation."""

    async def work(inside: Inside) -> int:
        await inside.myself()
        _show(inside, await operation_of(inside.office, operation))
        await counting.figures(inside, operation)
        placing.tell_unstated(inside.say, await places.unstated(inside.pool, operation))
        return OK

    act(context, staff, work)


@app.command("reorganise", help="help.operation.reorganise")
def reorganise_(
    context: typer.Context,
    operation: Annotated[str, typer.Argument(metavar="OPERATION", help="help.operation.name")],
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="help.operation.unit")],
    into: Annotated[str, typer.Argument(metavar="INTO", help="help.operation.into")],
    staff: As,
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="help.operation.on")],
    name: Annotated[str | None, typer.Option("--name", help="help.operation.unit_name")] = None,
    owner: Annotated[str | None, typer.Option("--owner", metavar="STAFF", help="help.operation.unit_owner")] = None,
    dry: Annotated[bool, typer.Option("--dry-run", help="help.operation.dry")] = False,
) -> None:
    """Let one unit stand for another from a day on."""
    day = day_from(on, "--on")

    async def work(inside: Inside) -> int:
        await entrusted(inside.pool, staff, MANAGER, OPERATIONS, operation=operation)
        if (name is None) != (owner is None):
            raise Refusal("unit_needs_both")
        new = NewUnit(line_of_text(name, "--name"), owner) if name is not None and owner is not None else None
        told = await reorganise(inside.pool, operation, unit=unit, into=into, on=day, new=new, dry=dry)
        key = "operation.would_reorganise" if dry else "operation.reorganised"
        output.line(inside.say(key, unit=unit, into=into, day=output.day(day)))
        output.line(inside.say("operation.inside", count=told.open - len(told.unanswered)))
        for person, count in told.owners:
            output.line(inside.say("operation.owns", owner=person, count=count))
        if told.unanswered:
            output.trouble(inside.say("operation.unanswered", pathways=", ".join(told.unanswered)))
        return OK

    act(context, staff, work)


def _show(inside: Inside, one: OperationDef) -> None:
    say = inside.say
    output.line(f"{one.name} ({one.operation}, {one.programme})")
    output.line(say("operation.period", starts=one.starts, ends=one.ends))
    output.line(f"{one.owner} [{one.owner_source}]")
    _esf(say, one)
    output.head(say("operation.planned"))
    for planned in one.planned:
        reading = f" ({planned.reading})" if planned.reading else ""
        output.line(f"  {planned.value:g} {planned.unit}{reading} [{planned.source}]")
    if one.reached:
        output.head(say("operation.reached"))
    for reached in one.reached:
        output.line(f"  {reached.value:g} {reached.unit} [{reached.source}]")
    for title, partners in (("operation.partners", one.partners), ("operation.transnational", one.transnational)):
        if partners:
            output.head(say(title))
        for partner in partners:
            output.line(f"  {partner.name}: {partner.part} [{partner.source}]")
    _words(say, "operation.lasting", [(each, f" [{each.source}]") for each in one.lasting])
    _words(say, "operation.unknown", [(each, "") for each in one.unknown])
    output.head(say("operation.units"))
    for unit in one.units:
        output.line(_unit(say, unit))
    if one.places:
        output.head(say("operation.places"))
    for pool in one.places:
        start = (
            f", {say('operation.group', least=pool.group.at_least, days=', '.join(map(str, pool.group.starts)))}"
            if (pool.group)
            else ""
        )
        output.line(f"  {pool.pool}{f' ({pool.site})' if pool.site else ''}: {pool.count}{start}")
    output.head(say("operation.staff"))
    output.table(
        [say(name) for name in ("head.id", "head.name", "head.unit", "head.roles")],
        [(person.id, person.name, person.unit, ", ".join(person.roles)) for person in one.staff],
    )


def _words(say: Say, title: str, told: Sequence[tuple[Label, str]]) -> None:
    """Print a titled list of what stands in words, each with its row, if there is anything in it."""
    if told:
        output.head(say(title))
    for label, row in told:
        output.line(f"  - {label.sv if say.language == 'sv' else label.en}{row}")


def _unit(say: Say, unit: UnitDef) -> str:
    """Return a unit with its standing owner, the variant that it follows, and what it became."""
    follows = f" ({unit.programme})" if unit.programme else ""
    refers = "" if unit.refers else say("operation.no_referrals")
    later = say("operation.became", unit=unit.became.unit, day=unit.became.on) if unit.became else ""
    return f"  {unit.id}: {unit.name}, {unit.owner}{follows}{refers}{later}"


def _esf(say: Say, one: OperationDef) -> None:
    """Print how the fund knows the operation, and the money."""
    esf, money = one.esf, one.budget
    number = esf.project_number or esf.diary_number or say("operation.number_unknown")
    where = f"{esf.region}, {esf.postcode}" if esf.postcode else esf.region
    output.line(say("operation.esf", number=number, region=where, source=esf.source))
    if esf.diary_number:
        output.line(say("operation.diary", number=esf.diary_number, source=esf.source))
    area, objective, kind = (
        part or "-" for part in (esf.programme_area, esf.specific_objective, esf.intervention_type)
    )
    output.line(say("operation.esf_area", area=area, objective=objective, kind=kind, source=esf.source))
    if esf.programme_period or esf.phase:
        output.line(say("operation.esf_period", period=esf.programme_period or "-", phase=esf.phase or "-",
                        source=esf.source))  # fmt: skip
    if esf.municipalities:
        where = ", ".join(esf.municipalities)
        output.line(say("operation.municipalities", names=where, source=esf.municipalities_source or esf.source))
    if money is None:
        output.line(say("operation.budget_unknown"))
        return
    union = "-" if money.union_rate_percent is None else f"{money.union_rate_percent:g}"
    output.line(
        say("operation.budget", total=_kronor(money.total), esf=_kronor(money.esf), share=f"{money.esf_percent:.2f}",
            union=union, source=money.source)
    )  # fmt: skip
    if money.costs is not None:
        output.line(say("operation.costs", costs=_kronor(money.costs), source=money.source))


def _kronor(amount: int) -> str:
    """Return an amount in groups of three digits, as Swedes write it."""
    return f"{amount:,}".replace(",", " ")
