"""``stegvis demo``: the product's face, three acts."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the verb; the demonstration reads its own options."""
    settings = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}
    app.command("demo", help="help.demo", context_settings=settings)(_demo)


def _demo(context: typer.Context) -> None:
    from demo.main import main  # it starts servers and reads scripts; nobody else should wait for its import

    raise typer.Exit(main(context.args))
