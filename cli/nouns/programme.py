"""``stegvis programme``: list, check, show, diagram, diff, schema, trace, publish: what holds, and since when."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Annotated

import typer

from cli import output
from cli.nouns import checking, differing, drawing, examples, listing, schema
from cli.nouns.migrating import register, tell_versions
from cli.nouns.mutating import mutated
from cli.nouns.telling_programme import tell
from cli.session import OK, REFUSED, As, Inside, act, terminal_of
from domain.errors import Refusal
from service.proving import SECONDS, SEED, beside, prove
from service.publishing import PROGRAMMES, Programme, programme_file, publish, read_programme, refuse_overlap
from service.stating import day_from
from service.who import MANAGER, OPERATIONS, entrusted

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


listing.register(app, read=_read)
schema.register(app)
differing.register(app, read=_read)
drawing.register(app, read=_read)
examples.register(app, file_of=_file, read=_read)


@app.command("check", help="help.programme.check")
def check(
    context: typer.Context,
    file: File,
    seconds: Annotated[float, typer.Option("--seconds", min=0.1, max=86_400, help="help.programme.seconds")] = SECONDS,
    seed: Annotated[int, typer.Option("--seed", min=0, help="help.programme.seed")] = SEED,
    mutate: Annotated[bool, typer.Option("--mutate", help="help.programme.check_mutate")] = False,
) -> None:
    """Prove a definition: what is written, what can be reached, what a search finds, what its examples show."""
    terminal = terminal_of(context)
    programme = _read(file)
    if mutate:
        raise typer.Exit(OK if checking.mutated(terminal, programme.definition.programme) else REFUSED)
    proof = prove(programme, others=beside(_file(file)), seconds=seconds, seed=seed)
    checking.tell_proof(terminal, programme, proof)
    raise typer.Exit(OK if proof.good else REFUSED)


@app.command("show", help="help.programme.show")
def show(context: typer.Context, file: File) -> None:
    """Tell a programme in plain words, house rules first."""
    terminal = terminal_of(context)
    programme = _read(file)
    base = programme.definition.variant_of
    beside = _file(file).parent / f"{base}.yaml"
    differs = (
        differing.differs_from_base(_read(str(beside)), programme, terminal.say) if base and beside.exists() else []
    )
    tell(programme, terminal.say, differs)


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
    proof = prove(programme, effective=day)
    checking.tell_proof(terminal, programme, proof)
    if not proof.good:
        raise typer.Exit(REFUSED)

    async def work(inside: Inside) -> int:
        await entrusted(inside.pool, staff, MANAGER, OPERATIONS)
        await refuse_overlap(inside.pool, programme, effective=day)
        new = await publish(inside.pool, programme, by=staff, now=inside.now, effective=day)
        key = "programme.published" if new else "programme.published_before"
        output.line(inside.say(key, version=programme.rules.hash, day=day or programme.definition.effective))
        await tell_versions(inside, programme.rules.programme)
        return OK

    act(context, staff, work)
