"""One desk for each module: tests take people of their own of the sample, or refer new ones."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from embedded.postgres import Postgres
from embedded.temporal import Temporal
from tests.deskworld import DeskWorld, desk_of_its_own


@pytest.fixture(scope="module")
async def world(
    postgres: Postgres, temporal_server: Temporal, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[DeskWorld]:
    async with desk_of_its_own(postgres, temporal_server, tmp_path_factory.mktemp("desk")) as opened:
        yield opened


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests told of themselves: also where they ran in processes of their own."""
    for reports in terminalreporter.stats.values():
        for each in reports:
            for name, text in getattr(each, "user_properties", ()) if getattr(each, "when", "") == "call" else ():
                if name == "told":
                    terminalreporter.write_line(f"{text}, {each.duration:.0f} s")
