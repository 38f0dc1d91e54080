"""``stegvis ops doctor``: looks at every connection and setting, and says how to mend each."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import output
from cli.session import AWAY, OK, REFUSED, finish, terminal_of
from cli.stack import Stack
from service.checking import check_everything


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor", help="help.ops.doctor")(_doctor)


def _doctor(
    context: typer.Context,
    production: Annotated[bool, typer.Option("--production", help="help.ops.production")] = False,
) -> None:
    terminal = terminal_of(context)
    say = terminal.say

    async def work() -> int:
        settings = terminal.settings()
        stack = Stack(terminal.home, terminal.environment)
        embedded = tuple(
            server.name for server, address in (
                (stack.postgres, stack.postgres.port("sql") if stack.postgres.is_running else 0),
                (stack.temporal, stack.temporal.port("grpc") if stack.temporal.is_running else 0),
            ) if address and f":{address}" in f"{settings.database_url} {settings.temporal_address}"
        )  # fmt: skip
        checks = await check_everything(settings, embedded=embedded, production=production)
        for one in checks:
            mark = say("doctor.ok" if one.ok else "doctor.warn" if one.ok is None else "doctor.bad")
            said = say(f"doctor.{one.says}", **one.words)
            output.line(f"{mark}  {say(f'check.{one.name}')}: {said}")
            if not one.ok and one.remedy:
                output.line(f"      {say(f'mend.{one.remedy}', **one.words)}")
        if any(one.ok is False and one.away for one in checks):
            return AWAY
        return REFUSED if any(one.ok is False for one in checks) else OK

    finish(work())
