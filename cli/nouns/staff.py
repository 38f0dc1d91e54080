"""``stegvis staff add|password|list|leave|reassign|deputy``: who works where, who stands in, who takes over."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli import output
from cli.session import OK, REFUSED, As, Inside, act
from cli.troubles import refused
from cli.verbs.common import Operation
from domain.errors import Refusal
from domain.staffing import may_at_the_machine
from records import operations
from records import staff as register
from service import staffing
from service.accounts import set_password
from service.deputising import deputise
from service.handing_over import hand_over
from service.importing.history import operation_of
from service.stating import day_from
from service.who import MANAGER, OPERATIONS, entrusted, known

app = typer.Typer(help="help.staff_noun", no_args_is_help=True, rich_markup_mode=None)

Who = Annotated[str, typer.Argument(metavar="ID", help="help.staff.id")]


@app.command("add", help="help.staff.add")
def add(
    context: typer.Context,
    person: Who,
    staff: As,
    name: Annotated[str, typer.Option("--name", help="help.staff.name")],
    email: Annotated[str | None, typer.Option("--email", help="help.staff.email")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="help.staff.unit")] = None,
    role: Annotated[list[str] | None, typer.Option("--role", help="help.staff.role")] = None,
    operation: Operation = None,
    language: Annotated[str, typer.Option("--language", help="help.staff.language")] = "sv",
) -> None:
    """Add or change a staff member."""

    async def work(inside: Inside) -> int:
        reader = await _allowed(inside, staff, person, operation=operation)
        roles = await _roles(inside, role or [], operation)
        if reader is not None:
            for each in roles:
                await staffing.demand_role(inside.pool, reader, each)
        await staffing.keep(
            inside.pool,
            register.Staff(person, name.strip(), email or None, language=language, unit=unit, roles=roles),  # type: ignore[arg-type] # keep looks at it
        )  # fmt: skip
        output.line(inside.say("staff.added", staff=person, roles=", ".join(one.role for one in roles) or "-"))
        return OK

    act(context, staff, work)


async def _allowed(inside: Inside, staff: str, person: str, *, operation: str | None = None) -> register.Staff | None:
    """Return who may change a colleague, or add one who isn't known; None for whoever may change everybody.

    Raises Refusal: staff_unknown, staff_inactive, not_your_role, staff_of_others.
    """
    reader = await entrusted(inside.pool, staff, MANAGER, OPERATIONS, operation=operation)
    every = {one.id: one for one in await register.everybody(inside.pool)}
    if not every or may_at_the_machine(staffing.held(reader)):
        return None
    if person in every:
        await staffing.demand_change(inside.pool, reader, every[person])
    return reader


async def _roles(inside: Inside, names: list[str], operation: str | None) -> tuple[register.Role, ...]:
    """Return roles that exist: those of the operation's programme, or of any; "operations" is everywhere.

    Raises Refusal.
    """
    known_roles = {MANAGER, OPERATIONS}
    if operation is not None:
        known_roles |= {role for one in (await operation_of(inside.office, operation)).staff for role in one.roles}
    else:
        for each in await operations.every(inside.pool):
            known_roles |= {role for one in (await operation_of(inside.office, each.id)).staff for role in one.roles}
    for name in names:
        if name not in known_roles:
            raise Refusal("role_unknown", role=name, known=", ".join(sorted(known_roles)))
    return tuple(register.Role(name, None if name == OPERATIONS else operation) for name in names)


@app.command("list", help="help.staff.list")
def list_(context: typer.Context, staff: As) -> None:
    """List staff with their roles, deputies and open work."""

    async def work(inside: Inside) -> int:
        say = inside.say
        await inside.myself()
        deputies = {one.staff: one for one in await register.deputies(inside.pool, on=inside.today)}
        rows = []
        for one in await register.everybody(inside.pool):
            roles = ", ".join(dict.fromkeys(f"{each.role}@{each.operation or '*'}" for each in one.roles))
            deputy = deputies.get(one.id)
            stands_in = f"{deputy.deputy} ({deputy.from_on}–{deputy.until_on or ''})" if deputy else ""
            owned = len((await register.responsibilities(inside.pool, one.id, on=inside.today)).pathways)
            active = say("staff.active" if one.active else "staff.left")
            rows.append((one.id, one.name, active, one.unit or "", roles, str(owned), stands_in))
        heads = ("head.id", "head.name", "head.status", "head.unit", "head.roles", "head.owns", "head.deputy")
        output.table([say(name) for name in heads], rows)
        return OK

    act(context, staff, work)


@app.command("password", help="help.staff.password")
def password(context: typer.Context, person: Who, staff: As) -> None:
    """Give somebody a password for the desk; every session of theirs ends."""

    async def work(inside: Inside) -> int:
        await _allowed(inside, staff, person)
        await known(inside.pool, person)
        # Asked for or piped, so that it stands in no list of commands.
        text = typer.prompt(inside.say("staff.password", staff=person), hide_input=True) if sys.stdin.isatty() else (
            sys.stdin.readline().rstrip("\n")
        )  # fmt: skip
        await set_password(inside.pool, person, text, now=inside.now)
        output.line(inside.say("staff.password_set", staff=person))
        return OK

    act(context, staff, work)


@app.command("leave", help="help.staff.leave")
def leave(context: typer.Context, person: Who, staff: As) -> None:
    """End somebody's service."""

    async def work(inside: Inside) -> int:
        await _allowed(inside, staff, person)
        try:
            leaving = await register.get(inside.pool, person)
            await staffing.leave(inside.pool, leaving, now=inside.now, on=inside.today)
        except register.StaffUnknown:
            raise Refusal("staff_unknown", staff=person) from None
        except register.StillResponsible as still:
            work_left = still.work
            output.trouble(refused(Refusal("staff_has_work", staff=person, count=work_left.count), inside.say))
            for unit in work_left.units:
                output.trouble(inside.say("staff.stands_for", unit=unit))
            return REFUSED
        output.line(inside.say("staff.gone", staff=person))
        return OK

    act(context, staff, work)


@app.command("reassign", help="help.staff.reassign")
def reassign(
    context: typer.Context,
    person: Who,
    staff: As,
    to: Annotated[str, typer.Option("--to", metavar="ID", help="help.staff.to")],
) -> None:
    """Hand all of somebody's work over."""

    async def work(inside: Inside) -> int:
        say = inside.say
        await entrusted(inside.pool, staff, MANAGER)
        failed = 0
        async for one in hand_over(inside.office, person, to=to, by=staff, on=inside.today):
            failed += one.refusal is not None
            text = one.refusal.text(inside.language) if one.refusal else say(f"staff.handed.{one.result}")
            output.line(f"  {one.pathway}  {one.key or ''}  {text}")
        output.line(say("staff.reassigned", staff=person, to=to) if not failed else say("staff.partly", count=failed))
        return REFUSED if failed else OK

    act(context, staff, work)


@app.command("deputy", help="help.staff.deputy")
def deputy(
    context: typer.Context,
    person: Who,
    deputy_id: Annotated[str, typer.Argument(metavar="DEPUTY", help="help.staff.deputy_id")],
    staff: As,
    starts: Annotated[str | None, typer.Option("--from", metavar="DAY", help="help.staff.from")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DAY", help="help.staff.until")] = None,
) -> None:
    """Say who stands in for whom."""

    async def work(inside: Inside) -> int:
        first = day_from(starts, "--from") if starts else inside.today
        last = day_from(until, "--until") if until else None
        await deputise(inside.pool, register.Deputy(person, deputy_id, first, last), by=staff, at_the_machine=True)
        output.line(inside.say("staff.deputised", staff=person, deputy=deputy_id, starts=first, until=last or "…"))
        return OK

    act(context, staff, work)
