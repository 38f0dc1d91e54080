"""``stegvis programme list``: what ships, and what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.nouns.migrating import tell_versions
from cli.session import OK, Inside, act, terminal_of
from service.publishing import PROGRAMMES
from service.wording import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.publishing import Programme

By = Annotated[str, typer.Option("--as", envvar="STEGVIS_AS", metavar="STAFF", help="help.programme.list_as")]


def register(app: typer.Typer, *, read: Callable[[str], Programme]) -> None:
    """Add the command."""

    def list_(context: typer.Context, staff: By = "") -> None:
        say = terminal_of(context).say
        rows = []
        for file in sorted(PROGRAMMES.glob("*.yaml")):
            programme = read(str(file))
            one, words = programme.definition, Words(programme.source, say.language)
            rows.append((file.stem, words.of(one.name, one.programme), one.variant_of or "", output.day(one.effective)))
        heads = ("head.programme", "head.name", "head.variant_of", "head.effective")
        output.table([say(one) for one in heads], rows)
        if not staff:
            return

        async def work(inside: Inside) -> int:
            await inside.myself()
            output.head(inside.say("list.published"))
            await tell_versions(inside, None)
            return OK

        act(context, staff, work)

    app.command("list", help="help.programme.list")(list_)
