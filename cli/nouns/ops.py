"""``stegvis ops``: running it. What looks after the machine needs no staff: it has to work with every server down."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer

from cli import output
from cli.nouns import doctor, mending
from cli.session import AWAY, OK, finish, terminal_of
from cli.stack import CODEC, DESK, WORKER, Stack
from service.opening import opened, prepare
from service.sample import PASSWORD, SIGNS_IN, make_sample

app = typer.Typer(help="help.ops", no_args_is_help=True, rich_markup_mode=None)
mending.register(app)
doctor.register(app)


@app.command("up", help="help.ops.up")
def up(context: typer.Context, empty: Annotated[bool, typer.Option("--empty", help="help.ops.empty")] = False) -> None:
    """Start embedded servers and a worker over a sample programme."""
    terminal = terminal_of(context)
    say = terminal.say

    async def work() -> int:
        output.line(say("up.embedded", home=terminal.home))
        stack = Stack(terminal.home, terminal.environment)
        settings = await stack.start_servers()
        output.line(say("up.server", name="PostgreSQL", address=f"127.0.0.1:{stack.postgres.port('sql')}"))
        output.line(say("up.server", name="Temporal", address=stack.temporal.address))
        await prepare(settings)
        if not empty:
            async with opened(settings) as office:
                made = await make_sample(office)
            key = "up.sample" if made.people else "up.sample_there"
            output.line(say(key, operation=made.operation, people=made.people, starts=made.starts))
        await stack.start_own(CODEC)
        await stack.start_own(WORKER)
        await stack.start_own(DESK)
        output.line(say("up.worker"))
        output.line(say("up.ui", address=stack.temporal.ui_url))
        output.line()
        output.line(say("up.desk", address=stack.desk_address))
        if not empty:
            output.line(say("up.accounts", password=PASSWORD))
            rows = [(name, say(f"up.as.{role}")) for role, name in SIGNS_IN.items()]
            output.table((say("up.user"), say("head.roles")), rows, indent="  ")
        output.line()
        output.line(say("up.next"))
        return OK

    finish(work())


@app.command("down", help="help.ops.down")
def down(context: typer.Context) -> None:
    """Stop what ``up`` started; the data stay."""
    terminal = terminal_of(context)

    async def work() -> int:
        stopped = await Stack(terminal.home, terminal.environment).stop()
        key = "down.stopped" if stopped else "down.nothing"
        output.line(terminal.say(key, names=", ".join(reversed(stopped)), home=terminal.home))
        return OK

    finish(work())


@app.command("status", help="help.ops.status")
def status(context: typer.Context) -> None:
    """Tell what runs, where, and whether it is well."""
    terminal = terminal_of(context)
    say = terminal.say

    async def work() -> int:
        stack = Stack(terminal.home, terminal.environment)
        parts = await stack.parts()
        rows = [
            (
                part.name,
                say("status.well" if part.well else "status.unwell" if part.running else "status.down"),
                part.address,
                part.log,
            )
            for part in parts
        ]
        output.line(say("up.embedded", home=terminal.home))
        heads = ("head.part", "head.status", "head.address", "head.log")
        output.table([say(one) for one in heads], rows)
        if stack.temporal.is_running:
            output.line(say("up.ui", address=stack.temporal.ui_url))
        return OK if all(part.well for part in parts) else AWAY

    finish(work())


@app.command("desk", help="help.ops.desk")
def desk(context: typer.Context) -> None:
    """Become the desk's process in the foreground."""
    _become(context, "desk.main")


@app.command("worker", help="help.ops.worker")
def worker(context: typer.Context) -> None:
    """Become a worker process in the foreground."""
    _become(context, "worker.main")


def _become(context: typer.Context, module: str) -> None:
    terminal = terminal_of(context)
    settings: Any = terminal.settings()
    values = {name: str(value) for name, value in _environment(settings).items() if value is not None}
    command = [sys.executable, "-m", module]
    os.execve(command[0], command, {**terminal.environment, **values})


def _environment(settings: Any) -> dict[str, Any]:
    from worker.settings import PREFIX

    return {f"{PREFIX}{name.upper()}": value for name, value in settings.model_dump().items()}
