"""``stegvis programme schema``: the JSON Schema with which an editor checks a file while it is written."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import output
from cli.session import terminal_of
from domain.format.schema import KINDS, schema_text


def register(app: typer.Typer) -> None:
    """Add the command."""

    def schema(
        context: typer.Context,
        kind: Annotated[
            str, typer.Argument(metavar="[programme|operation|mapping]", help="help.programme.schema_kind")
        ] = "programme",
    ) -> None:
        if kind not in KINDS:
            problem = terminal_of(context).say("schema.kinds", known=", ".join(KINDS))
            raise typer.BadParameter(problem, param_hint="KIND", ctx=context)
        output.line(schema_text(kind).rstrip())

    app.command("schema", help="help.programme.schema")(schema)
