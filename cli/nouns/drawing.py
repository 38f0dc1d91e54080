"""``stegvis programme diagram``: a programme as a picture, to be kept in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.session import terminal_of
from service.picture.drawing import draw
from service.wording import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.publishing import Programme


def register(app: typer.Typer, *, read: Callable[[str], Programme]) -> None:
    """Add the command."""

    def diagram(
        context: typer.Context,
        file: Annotated[str, typer.Argument(metavar="FILE|NAME", help="help.programme.file")],
    ) -> None:
        programme = read(file)
        output.line(draw(programme.rules, Words(programme.source, terminal_of(context).say.language)))

    app.command("diagram", help="help.programme.diagram")(diagram)
