"""What several verbs share: options, pairs, asking for what was not given."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import trouble
from cli.session import USAGE
from domain.errors import Refusal
from service.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cli.texts import Say

MOST_ID = 200

Id = Annotated[str | None, typer.Option("--id", metavar="ID", help="help.id", show_default=False)]
On = Annotated[str | None, typer.Option("--on", metavar="DAY", help="help.on", show_default=False)]
Operation = Annotated[str | None, typer.Option("--operation", "-o", help="help.operation", show_default=False)]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="help.limit")]
After = Annotated[str | None, typer.Option("--after", metavar="CURSOR", help="help.after", show_default=False)]


def command_id(given: str | None) -> str:
    """Return the id that was given, or a new one. Raises Refusal."""
    if given is None:
        return new_id()
    if not 0 < len(given) <= MOST_ID or not given.isprintable():
        raise Refusal("id_invalid")
    return given


def pairs(texts: Sequence[str], say: Say) -> dict[str, str]:
    """Read name=value pairs; ends the command where one isn't a pair."""
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            trouble(say("trouble.pair", text=text))
            raise typer.Exit(USAGE)
        found[name.strip()] = value
    return found


def ask(given: str | None, question: str, parameter: str, say: Say) -> str:
    """Return what was given, or ask for it where somebody sits."""
    if given is not None:
        return given
    if not sys.stdin.isatty():
        trouble(say("trouble.nobody_to_ask", parameter=parameter))
        raise typer.Exit(USAGE)
    return str(typer.prompt(say(question)))
