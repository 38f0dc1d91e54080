"""``stegvis programme migrate``: a result for each open pathway, dry or in earnest, and the way back."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.session import OK, REFUSED, USAGE, As, Inside, act, terminal_of
from domain.people import Actor
from records import programmes, views
from service.migrating import Moved, Versions, carry_out, dry_run, roll_back, versions
from service.publishing import PROGRAMMES, programme_file
from service.telling.moving import told_changes, told_move
from service.who import MANAGER, entrusted
from service.wording import Words

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

GOOD = ("moves", "moved", "accepted", "back")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("versions", help="help.programme.versions")(_versions)
    app.command("migrate", help="help.programme.migrate")(_migrate)


async def tell_versions(inside: Inside, programme: str | None) -> None:
    """Print the published versions, and how many open pathways follow each."""
    following = await views.followers(inside.pool)
    rows = [
        (one.programme, one.hash, output.day(one.effective), str(following.get(one.hash, 0)),
         output.moment(one.published_at, inside.say), one.published_by)
        for one in await programmes.versions(inside.pool, programme)
    ]  # fmt: skip
    heads = ("head.programme", "head.version", "head.effective", "head.following", "head.published", "head.by")
    output.table([inside.say(one) for one in heads], rows)


def _versions(
    context: typer.Context,
    staff: As,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="help.programme.traced")] = None,
) -> None:
    async def work(inside: Inside) -> int:
        await inside.myself()
        await tell_versions(inside, name)
        return OK

    act(context, staff, work)


def _migrate(
    context: typer.Context,
    old: Annotated[str, typer.Argument(metavar="FROM", help="help.programme.from")],
    new: Annotated[str, typer.Argument(metavar="TO", help="help.programme.to")],
    staff: As,
    mapping: Annotated[Path | None, typer.Option("--mapping", metavar="FILE", help="help.programme.mapping")] = None,
    dry: Annotated[bool, typer.Option("--dry-run", help="help.programme.dry")] = False,
    rollback: Annotated[bool, typer.Option("--rollback", help="help.programme.rollback")] = False,
) -> None:
    if dry and rollback:
        raise typer.BadParameter("--dry-run, --rollback", param_hint="--rollback", ctx=context)
    file = _file(new)
    if file is not None and not dry:
        output.line(terminal_of(context).say("migrate.publish_first"))
        raise typer.Exit(USAGE)

    async def work(inside: Inside) -> int:
        await entrusted(inside.pool, staff, MANAGER)
        chosen = await versions(inside.pool, old, new, mapping, file=file)
        say, words = inside.say, Words(chosen.source, inside.language)
        output.line(say("migrate.from_to", old=chosen.old.hash, new=chosen.new.hash))
        counts: Counter[str] = Counter()
        async for one in _results(inside, chosen, dry=dry, rollback=rollback):
            counts[one.result] += 1
            _tell(inside, one, words)
        if not counts:
            output.line(say("migrate.nobody"))
        for result, count in counts.items():
            output.line(say(f"migrate.count.{result}", count=count))
        return OK if not set(counts) - set(GOOD) else REFUSED

    act(context, staff, work)


def _file(text: str) -> Path | None:
    path = Path(text)
    if path.suffix == ".yaml" and path.exists():
        return path
    return programme_file(text) if (PROGRAMMES / f"{text}.yaml").exists() else None


def _results(inside: Inside, chosen: Versions, *, dry: bool, rollback: bool) -> AsyncIterator[Moved]:
    if dry:
        return dry_run(inside.office, chosen, by=Actor(inside.staff, (MANAGER,), "cli"))
    return (roll_back if rollback else carry_out)(inside.office, chosen, by=inside.actor)


def _tell(inside: Inside, one: Moved, words: Words) -> None:
    """Print what becomes of one pathway: a line, and one for each thing that changes."""
    output.line(f"  {one.pathway}  {told_move(one, words, inside.say)}")
    for text in told_changes(one, words, inside.say):
        output.line(f"      {text}")
