"""``stegvis programme check|show|trace|publish``: what holds, and since when."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.nouns import examples
from cli.nouns.migrating import register, tell_versions
from cli.nouns.mutating import mutated
from cli.nouns.telling_programme import tell
from cli.session import OK, REFUSED, As, Inside, act, terminal_of
from domain.errors import Refusal
from domain.origins import unexplained
from service.examples import play_examples
from service.explaining import rule_at
from service.publishing import PROGRAMMES, Programme, programme_file, publish, read_programme
from service.reachable import findings
from service.stating import day_from
from service.who import MANAGER, OPERATIONS, entrusted
from service.wording import Words

if TYPE_CHECKING:
    from cli.session import Terminal

app = typer.Typer(help="help.programme", no_args_is_help=True, rich_markup_mode=None)

register(app)
File = Annotated[str, typer.Argument(metavar="FILE|NAME", help="help.programme.file")]


def _file(text: str) -> Path:
    """Return the file that is meant: a path, or the name of a programme that ships."""
    path = Path(text)
    return programme_file(text) if not path.exists() and (PROGRAMMES / f"{text}.yaml").exists() else path


def _read(text: str) -> Programme:
    path = _file(text)
    try:
        return read_programme(path)
    except OSError as error:
        raise Refusal("file_unreadable", file=str(path), problem=type(error).__name__) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Refusal("file_encoding", byte=f"0x{error.object[error.start]:02X}", line=line) from error


examples.register(app, file_of=_file, read=_read)


@app.command("check", help="help.programme.check")
def check(context: typer.Context, file: File) -> None:
    """Compile, look at the structure, play the examples."""
    terminal = terminal_of(context)
    programme = _read(file)
    good = _check(terminal, programme)
    raise typer.Exit(OK if good else REFUSED)


def _check(terminal: Terminal, programme: Programme) -> bool:
    say = terminal.say
    words = Words(programme.source, say.language)
    rules, definition = programme.rules, programme.definition
    output.line(say("check.compiled", name=words.of(definition.name, rules.programme), version=rules.hash,
                    steps=len(rules.steps)))  # fmt: skip
    output.line(say("check.origins", house=len(definition.house), unknown=len(definition.unknown)))
    silent = unexplained(definition)
    for number in silent:
        output.line("  " + say("check.unexplained", place=number.place, option=number.option))
    wrong = findings(rules)
    for one in wrong:
        line = rule_at(one.rule, words).line
        output.line("  " + say("check.at", line=line or 1, text=say(f"check.{one.code}", **one.words)))
    if not wrong:
        output.line(say("check.structure"))
    played = play_examples(rules, definition)
    for example in played:
        if example.well:
            output.line(say("check.example", name=example.name))
        elif example.refusal is not None:
            output.line(say("check.example_refused", name=example.name, text=example.refusal.text(say.language)))
        for what, expected, found in example.differs:
            output.line(say("check.example_differs", name=example.name, what=what, expected=expected, found=found))
    if not played:
        output.line(say("check.no_examples"))
    hard = [one for one in wrong if one.code != "exit_by_hand_only"]
    return not hard and not silent and all(one.well for one in played)


@app.command("show", help="help.programme.show")
def show(context: typer.Context, file: File) -> None:
    """Tell a programme in plain words, house rules first."""
    terminal = terminal_of(context)
    programme = _read(file)
    tell(programme, terminal.say)


@app.command("trace", help="help.programme.trace")
def trace(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="help.programme.traced")] = None,
    mutate: Annotated[bool, typer.Option("--mutate", help="help.programme.mutate")] = False,
) -> None:
    """Print each row of the description, where it stands and which test guards it."""
    terminal = terminal_of(context)
    tracing = importlib.import_module("service.tracing")
    names = tracing.traced() if name is None else [name]
    if mutate:
        raise typer.Exit(OK if mutated(terminal, names) else REFUSED)
    for text in tracing.trace(names, terminal.say.language):
        output.line(text)


@app.command("publish", help="help.programme.publish")
def publish_(
    context: typer.Context,
    file: File,
    staff: As,
    effective: Annotated[
        str | None, typer.Option("--effective", metavar="DAY", help="help.programme.effective")
    ] = None,
) -> None:
    """Publish a version that passes its check."""
    terminal = terminal_of(context)
    programme = _read(file)
    day = day_from(effective, "--effective") if effective else None
    if not _check(terminal, programme):
        raise typer.Exit(REFUSED)

    async def work(inside: Inside) -> int:
        await entrusted(inside.pool, staff, MANAGER, OPERATIONS)
        new = await publish(inside.pool, programme, by=staff, now=inside.now, effective=day)
        key = "programme.published" if new else "programme.published_before"
        output.line(inside.say(key, version=programme.rules.hash, day=day or programme.definition.effective))
        await tell_versions(inside, programme.rules.programme)
        return OK

    act(context, staff, work)
