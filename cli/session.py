"""One run of the command: who runs it, in which language, with which settings, and how it ends.

Exit codes: 0 done, 1 refused or not taken, 2 wrong usage, 3 a server or something else that is needed is away.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from temporalio.service import RPCError

from domain.calendar import local_day
from service import who
from service.opening import ServerAway, opened
from worker.client import connection
from worker.settings import PREFIX, Settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import date

    from cli.texts import Say
    from domain.people import Actor
    from records.database import Pool
    from records.staff import Staff
    from service.office import Office

OK, REFUSED, USAGE, AWAY = 0, 1, 2, 3
ENV_FILE = "env"

As = Annotated[str, typer.Option("--as", envvar="STEGVIS_AS", metavar="STAFF", help="help.as", show_default=False)]


@dataclass(frozen=True, slots=True)
class Terminal:
    """What every command has before it opens anything."""

    say: Say
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))

    @property
    def home(self) -> Path:
        """The folder of what is kept on this machine."""
        return Path(self.environment.get(f"{PREFIX}HOME") or ".stegvis").absolute()

    @property
    def env_file(self) -> Path:
        """The file in which `ops up` says where its servers are."""
        return self.home / ENV_FILE

    def settings(self) -> Settings:
        """Return the settings: the environment's, else those that `ops up` wrote, else defaults."""
        file = self.env_file
        return Settings(_env_file=file if file.is_file() else None)


@dataclass(frozen=True, slots=True)
class Inside:
    """A command that has opened the office."""

    terminal: Terminal
    settings: Settings
    office: Office
    staff: str
    now: datetime

    @property
    def say(self) -> Say:
        """Texts in the reader's language."""
        return self.terminal.say

    @property
    def language(self) -> str:
        """The reader's language."""
        return self.terminal.say.language

    @property
    def pool(self) -> Pool:
        """The way to PostgreSQL."""
        return self.office.pool

    @property
    def today(self) -> date:
        """The day it is in Sweden."""
        return local_day(self.now)

    async def myself(self) -> Staff:
        """Return who runs the command. Raises Refusal."""
        return await who.known(self.pool, self.staff)

    async def temporal(self) -> None:
        """Make sure that Temporal is there before anything is kept that it has to carry on. Raises ServerAway."""
        try:
            await self.office.client.service_client.check_health(timeout=timedelta(seconds=5))
        except (RPCError, RuntimeError) as error:
            where = str(connection(self.settings).get("target_host"))
            raise ServerAway("temporal", where, type(error).__name__) from error

    async def actor(self, operation: str, pathway: str | None = None) -> Actor:
        """Return who runs the command as an actor. Raises Refusal."""
        return await who.actor(self.pool, self.staff, operation=operation, pathway=pathway)


def terminal_of(context: typer.Context) -> Terminal:
    """Return what `cli.main` prepared for every command."""
    return cast("Terminal", context.find_root().obj)


def act(context: typer.Context, staff: str, work: Callable[[Inside], Awaitable[int | None]]) -> None:
    """Open the office, do the work, and end with its exit code."""
    terminal = terminal_of(context)
    settings = terminal.settings()

    async def run() -> int | None:
        async with opened(settings) as office:
            return await work(Inside(terminal, settings, office, staff, datetime.now(UTC)))

    finish(run())


def finish(work: Any) -> None:
    """Run a coroutine and end with its exit code."""
    code = asyncio.run(work)
    raise typer.Exit(code or OK)
