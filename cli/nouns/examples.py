"""``stegvis programme examples``: what stands after everything that happens in a definition's examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.session import terminal_of
from service.expected import expected, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from service.publishing import Programme


def register(app: typer.Typer, *, file_of: Callable[[str], Path], read: Callable[[str], Programme]) -> None:
    """Add the command."""

    def examples(
        context: typer.Context,
        file: Annotated[str, typer.Argument(metavar="FILE|NAME", help="help.programme.file")],
        write: Annotated[bool, typer.Option("--write", help="help.programme.write")] = False,
    ) -> None:
        programme, path = read(file), file_of(file)
        if write:
            text = written(path.read_text("utf-8"), programme.rules, programme.definition, programme.document)
            path.write_text(text, "utf-8")
            output.line(terminal_of(context).say("examples.written", file=path))
            return
        for example in programme.definition.examples:
            output.head(example.name)
            for line in expected(programme.rules, example, programme.definition):
                output.line(f"  {line}")

    app.command("examples", help="help.programme.examples")(examples)
