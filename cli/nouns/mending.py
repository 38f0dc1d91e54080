"""``stegvis ops schema|rebuild|revive``: keeping the record, what is read from it, and the workflows in step."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated

import typer

from cli import output
from cli.session import OK, REFUSED, As, Inside, act, finish, terminal_of
from cli.texts import TEXTS
from records.migrate import known, migrate, pending
from records.rebuild import rebuild
from service.opening import database
from service.restore import revive, unbegun
from service.who import MANAGER, OPERATIONS, entrusted


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("schema", help="help.ops.schema")(_schema)
    app.command("rebuild", help="help.ops.rebuild")(_rebuild)
    app.command("revive", help="help.ops.revive")(_revive)


def _schema(
    context: typer.Context,
    apply: Annotated[bool, typer.Option("--apply", help="help.ops.apply")] = False,
    phase: Annotated[str, typer.Option("--phase", metavar="pre|post|all", help="help.ops.phase")] = "all",
) -> None:
    terminal = terminal_of(context)
    say = terminal.say
    if phase not in ("pre", "post", "all"):
        raise typer.BadParameter("pre, post, all", param_hint="--phase", ctx=context)

    async def work() -> int:
        async with database(terminal.settings()) as pool:
            if apply:
                for name in await migrate(pool, phase=phase):  # type: ignore[arg-type] # checked above
                    output.line(say("schema.applied_now", name=name))
            waiting = set(await pending(pool))
            rows = [(one.name, say("schema.pending" if one.name in waiting else "schema.applied")) for one in known()]
            output.table((say("head.migration"), say("head.status")), rows)
            output.line(say("schema.behind" if waiting else "schema.current", count=len(waiting)))
            return REFUSED if waiting else OK

    finish(work())


def _rebuild(
    context: typer.Context,
    staff: As,
    repair: Annotated[bool, typer.Option("--repair", help="help.ops.repair")] = False,
) -> None:
    async def work(inside: Inside) -> int:
        say = inside.say
        await entrusted(inside.pool, staff, OPERATIONS, MANAGER)
        seen = await rebuild(inside.pool, repair=repair)
        output.line(say("rebuild.seen", pathways=seen.pathways, events=seen.events))
        rows = [
            (
                one.table,
                ", ".join(f"{name}={value}" for name, value in one.key),
                say(f"rebuild.{one.kind}"),
                ", ".join(one.columns),
            )
            for one in seen.differences
        ]
        if not rows:
            output.line(say("rebuild.equal"))
            return OK
        output.table([say(one) for one in ("head.table", "head.key", "head.difference", "head.columns")], rows)
        output.line(say("rebuild.repaired" if seen.repaired else "rebuild.ask"))
        return OK if seen.repaired else REFUSED

    act(context, staff, work)


def _revive(
    context: typer.Context,
    staff: As,
    pathways: Annotated[list[str] | None, typer.Argument(metavar="[PATHWAY]...", help="help.ops.which")] = None,
    mend: Annotated[bool, typer.Option("--mend", help="help.ops.mend")] = False,
) -> None:
    async def work(inside: Inside) -> int:
        say = inside.say
        await entrusted(inside.pool, staff, OPERATIONS, MANAGER)
        begun = datetime.now(UTC)
        counts: Counter[str] = Counter()
        async for one in revive(inside.office, pathways or None, mend=mend):
            counts[one.result] += 1
            if one.result == "running":
                continue
            why = f" ({say(f'revive.why.{one.why}') if one.why in _WHYS else one.why})" if one.why else ""
            output.line(f"  {one.pathway}  {say(f'revive.{one.result}')}{why}")
            for each in one.dropped:
                kind = say(f"do.kind.{each.kind}") if f"do.kind.{each.kind}" in TEXTS else each.kind
                output.line(say("revive.dropped", command=each.command, kind=kind, by=each.by,
                                at=output.moment(each.at, say)))  # fmt: skip
        for lost in await unbegun(inside.office):
            output.line(say("revive.unbegun", pathway=lost.pathway, referral=lost.referral, owner=lost.owner))
        seconds = (datetime.now(UTC) - begun).total_seconds()
        numbers = {name: counts[name] for name in ("running", "revived", "mended", "failed")}
        output.line(say("revive.done", seconds=f"{seconds:.1f}", **numbers))
        if counts["failed"] and not mend:
            output.line(say("revive.hint"))
        return REFUSED if counts["failed"] else OK

    act(context, staff, work)


_WHYS = ("diverged", "behind", "ahead", "no_answer")
