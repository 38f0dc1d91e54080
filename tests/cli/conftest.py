"""One home with embedded servers, a worker and the sample programme, as `ops up` makes it; shared by the session."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import asyncpg
import pytest

from cli.main import run
from domain.calendar import local_day
from embedded.clean import clean
from embedded.postgres import Postgres
from service.sample import OPERATION, reserved_number

_SERIAL = count(1)
MINE = ("STEGVIS_", "TEMPORAL_", "LC_", "LANG")


@dataclass(frozen=True)
class Result:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def pathway(self) -> str:
        """The pathway that an answer names."""
        return next(word.strip(",.:") for word in self.out.split() if word.startswith("p-"))


@dataclass(frozen=True)
class Stegvis:
    """Runs commands in this process, on a home."""

    home: Path

    def __call__(
        self, *arguments: str, by: str | None = "sam.samordnare", lang: str = "en_GB.UTF-8", **more: str
    ) -> Result:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(MINE)}
        environment = {**kept, "STEGVIS_HOME": str(self.home), "LANG": lang, **more}
        if by is not None:
            environment["STEGVIS_AS"] = by
        out, err = io.StringIO(), io.StringIO()
        with (
            patch.dict(os.environ, environment, clear=True),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = run(arguments)
        return Result(code, out.getvalue(), err.getvalue())

    def refer(self, **more: str) -> str:
        """Refer somebody new and return the pathway."""
        given = {"number": number(), "name": "Test Testsson", "fact": "assistance=long_term", **more}
        options = [part for name, value in given.items() for part in (f"--{name}", value)]
        done = self("refer", "-o", OPERATION, "--fact", "complex_problems=yes", *options, by="ham.handlaggare")
        assert done.code == 0, done
        return done.pathway

    def inventory(self) -> str:
        """Refer somebody and accept the referral: the inventory is open."""
        pathway = self.refer()
        self.must("do", pathway, "complete", "acknowledge")
        self.must("do", pathway, "decide", "eligibility", "accepted", "--reason", "ok", by="pia.programansvarig")
        return pathway

    def activity(self) -> str:
        """Bring somebody into the activity phase, with a plan."""
        pathway = self.inventory()
        for area in ("health", "social_situation", "functional_variation", "work_and_schooling", "labour_market"):
            self.must("do", pathway, "record", "inventory", "rating=resource", "--step", "domain", "--item", area,
                      by="ada.arbetsterapeut")  # fmt: skip
        self.must("do", pathway, "decide", "recommendation", "go_on", "--reason", "ok", by="ada.arbetsterapeut")
        self.must("do", pathway, "decide", "gate", "go_on", "--reason", "ok", "--view", "yes", by="pia.programansvarig")
        self.must("do", pathway, "complete", "plan", "--view", "partly", "--words", "Gärna förmiddagar.")
        return pathway

    def must(self, *arguments: str, **more: Any) -> Result:
        """Run a command that succeeds."""
        done = self(*arguments, **more)
        assert done.code == 0, done
        return done

    def sql(self, statement: str, *arguments: Any) -> Any:
        """Ask PostgreSQL one value."""

        async def ask() -> Any:
            connection = await asyncpg.connect(
                Postgres(self.home).url, server_settings={"search_path": "stegvis"}
            )  # fmt: skip
            try:
                return await connection.fetchval(statement, *arguments)
            finally:
                await connection.close()

        return asyncio.run(ask())

    def kept(self) -> tuple[int, ...]:
        """Count everything that could be half-kept."""
        tables = ("participants", "people", "identities", "keys", "pathways", "batches", "events", "notices", "staff")
        counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
        return tuple(self.sql(f"SELECT ARRAY[{counts}]"))


def number() -> str:
    """Return a reserved test number of somebody aged between 40 and 50, never the same twice."""
    serial = next(_SERIAL)
    today = local_day(datetime.now(UTC))
    return reserved_number(date(today.year - 45, 1 + serial % 12, 1 + serial // 12 % 28), serial // 336)


@pytest.fixture(scope="session")
def stegvis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stegvis]:
    """The command, on a home that is up."""
    made = Stegvis(tmp_path_factory.mktemp("stegvis-cli"))
    try:
        done = made("ops", "up")
        assert done.code == 0, done
        yield made
    finally:
        made("ops", "down")
        asyncio.run(clean(made.home))
