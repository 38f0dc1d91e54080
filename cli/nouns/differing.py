"""``stegvis programme diff``: what differs between two definitions, in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.session import OK, Inside, act, terminal_of
from records import programmes
from service.publishing import PROGRAMMES
from service.telling.differing import WHO, told_differences
from service.wording import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cli.texts import Say
    from service.publishing import Programme

OWN = ("programme", "name", "about", "effective", "variant_of", "house", "unknown", "examples")
"""What a variant says for itself; `show` tells it anyway."""
By = Annotated[str, typer.Option("--as", envvar="STEGVIS_AS", metavar="STAFF", help="help.programme.diff_as")]


def register(app: typer.Typer, *, read: Callable[[str], Programme]) -> None:
    """Add the command."""

    def diff(
        context: typer.Context,
        old: Annotated[str, typer.Argument(metavar="A", help="help.programme.either")],
        new: Annotated[str, typer.Argument(metavar="B", help="help.programme.either")],
        staff: By = "",
    ) -> None:
        say = terminal_of(context).say
        if all(_is_file(one) for one in (old, new)):
            _tell([(one.rules.hash, Words(one.source, say.language)) for one in (read(old), read(new))], say)
            return
        if not staff:
            raise typer.BadParameter(say("diff.who"), param_hint="--as", ctx=context)

        async def work(inside: Inside) -> int:
            await inside.myself()
            both = []
            for one in (old, new):
                if _is_file(one):
                    programme = read(one)
                    both.append((programme.rules.hash, Words(programme.source, say.language)))
                else:
                    published = await programmes.find(inside.pool, one)
                    both.append((published.hash, Words(published.source, say.language)))
            _tell(both, say)
            return OK

        act(context, staff, work)

    app.command("diff", help="help.programme.diff")(diff)


def _is_file(text: str) -> bool:
    return Path(text).exists() or (PROGRAMMES / f"{text}.yaml").exists()


def _tell(both: Sequence[tuple[str, Words]], say: Say) -> None:
    (old, before), (new, after) = both
    found = told_differences(before, after)
    if old == new:
        output.line(say("diff.same", version=old))
    else:
        output.line(say("diff.versions", old=old, new=new))
    for who in WHO:
        texts = [one.text for one in found if ("wording" if old == new else one.who) == who]
        if texts:
            output.head(say(f"diff.{who}"))
            for text in texts:
                output.line(f"  - {text}")
    if not found:
        output.line(say("diff.nothing" if old == new else "diff.order"))


def differs_from_base(base: Programme, variant: Programme, say: Say) -> list[str]:
    """Return in what a variant differs from what it extends, for ``programme show``."""
    words = Words(base.source, say.language)
    found = told_differences(words, Words(variant.source, say.language))
    name = words.of(base.definition.name, base.definition.programme)
    return [say("show.differs", name=name), *(f"  - {one.text}" for one in found if one.part not in OWN)]
