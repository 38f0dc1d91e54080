"""The entry point: the tree of commands, one place where troubles become words, and the way out."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING, Any

import typer

from cli import output
from cli.nouns import operation, ops, programme, staff
from cli.session import OK, USAGE, Terminal
from cli.texts import TEXTS, Say, language_of
from cli.troubles import told
from cli.verbs import asking, demo, doing, importing, lists, referring, showing

if TYPE_CHECKING:
    from collections.abc import Sequence


def tree() -> typer.Typer:
    """Return all commands; help texts are keys of the table until ``translate`` has been over them."""
    app = typer.Typer(
        name="stegvis", help="help.stegvis", no_args_is_help=True, add_completion=False, rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )  # fmt: skip

    @app.callback()
    def stegvis() -> None:
        """Nothing is shared by the commands but their surroundings."""

    for verb in (referring, importing, lists, showing, asking, demo):
        verb.register(app)
    app.add_typer(doing.app, name="do", rich_help_panel=None)
    app.add_typer(programme.app, name="programme")
    app.add_typer(operation.app, name="operation")
    app.add_typer(staff.app, name="staff")
    app.add_typer(ops.app, name="ops")
    return app


def translate(command: Any, say: Say) -> None:
    """Put words in the place of keys, in a command, its parameters and everything below it."""
    for part in (command, *command.params):
        if getattr(part, "help", None) in TEXTS:
            part.help = say(part.help)
    for inner in getattr(command, "commands", {}).values():
        translate(inner, say)


def run(arguments: Sequence[str], environment: dict[str, str] | None = None) -> int:
    """Run one command and return its exit code."""
    surroundings = dict(os.environ) if environment is None else environment
    say = Say(language_of(surroundings))
    terminal = Terminal(say, surroundings)
    command = typer.main.get_command(tree())
    translate(command, say)
    try:
        code = command.main(list(arguments), prog_name="stegvis", standalone_mode=False, obj=terminal)
    except Exception as error:
        answer = told(error, say)
        if answer is None:
            raise
        code, text = answer
        output.trouble(text)
    except KeyboardInterrupt:
        output.trouble(say("trouble.interrupted"))
        code = USAGE
    return code if isinstance(code, int) else OK


def main() -> None:
    """Run what was typed. The SDK's threads may abort the interpreter's own way out, so ours is short."""
    logging.disable(logging.WARNING)  # what libraries warn of is for processes that stay; here the answer is printed
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr] # a terminal that lacks a letter shows a "?"
    try:
        code = run(sys.argv[1:])
    except BrokenPipeError:  # whoever read us has read enough
        os._exit(OK)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
