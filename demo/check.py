"""Do the stores keep the first four promises? It asks the stores alone and imports nothing of ours.

Everything is worked out again from the events with questions of its own (check.sql): a mistake in the engine, in its
read model or in its own checks can't hide here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

PROMISES = ("P1", "P2", "P3", "P4")
MOST_SHOWN = 3  # broken places that are named; the rest are counted


@dataclass(frozen=True)
class Place:
    """One database with the Temporal that works on it; ``now`` is what its clock says, ``asked`` commands answered."""

    name: str
    database_url: str
    temporal: str
    letters: Path
    now: datetime
    asked: Sequence[tuple[str, str]] = ()
    schema: str = "stegvis"


@dataclass
class Finding:
    """What was counted for one promise, and where it is broken."""

    counted: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        """Whether nothing is broken."""
        return not self.broken


Findings = dict[str, Finding]

_FILE = Path(__file__).with_name("check.sql").read_text("utf-8")
_SQL = {name: text for name, _, text in (part.partition("\n") for part in _FILE.split("-- name: ")[1:])}


async def check(places: Sequence[Place]) -> Findings:
    """Return what was found about each promise in all places together."""
    findings = {promise: Finding() for promise in PROMISES}
    for place in places:
        connection = await asyncpg.connect(place.database_url, server_settings={"search_path": place.schema})
        try:
            await _check_place(place, connection, findings)
        finally:
            await connection.close()
    return findings


async def _check_place(place: Place, connection: Any, findings: Findings) -> None:
    await connection.execute(_SQL["prepare"])
    counts = await connection.fetchrow(_SQL["counts"])
    for promise, names in _COUNTED.items():
        findings[promise].counted.update({name: counts[name] for name in names})
    questions: Sequence[tuple[str, str, tuple[Any, ...]]] = (
        ("P1", "owners", (place.now.date(),)), ("P1", "unwatched", ()), ("P1", "unescalated", (place.now.date(),)),
        ("P2", "gaps", ()), ("P2", "read_model", ()), ("P3", "ledger", ()), ("P4", "left_open", ()),
    )  # fmt: skip
    for promise, question, arguments in questions:
        for row in await connection.fetch(_SQL[question], *arguments):
            findings[promise].broken.append(f"{place.name}: {row['pathway']}: {row['why']}")
    findings["P2"].broken += await _answered(place, connection)
    findings["P2"].broken += await _workflows(place, connection, findings["P2"].counted)
    findings["P3"].broken += await _letters(place, connection, findings["P3"].counted)


_COUNTED = {
    "P1": ("open", "escalations"),
    "P2": ("pathways", "commands", "events"),
    "P3": ("notices",),
    "P4": ("exits", "handed_over", "received"),
}


async def _answered(place: Place, connection: Any) -> list[str]:
    """Look for every command that somebody was told is taken."""
    rows = await connection.fetch(_SQL["answered"])
    times = {(row["pathway"], row["command_id"]): row["times"] for row in rows}
    return [
        f"{place.name}: {pathway}: answered command recorded {times.get((pathway, command), 0)} times: {command}"
        for pathway, command in place.asked
        if times.get((pathway, command), 0) != 1
    ]


async def _workflows(place: Place, connection: Any, counted: Counter[str]) -> list[str]:
    """Ask Temporal for the workflow of every pathway that isn't closed, one by one: not every server can list."""
    client = await Client.connect(place.temporal)
    rows = await connection.fetch(_SQL["running"])
    broken = []
    for row in rows:
        try:
            told = await client.get_workflow_handle(f"pathway/{row['id']}").describe()
            running = told.status is WorkflowExecutionStatus.RUNNING
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            running = False
        counted["workflows"] += running
        if not running:
            broken.append(f"{place.name}: {row['id']}: no workflow runs")
    return broken


async def _letters(place: Place, connection: Any, counted: Counter[str]) -> list[str]:
    """Compare the folder of letters with the ledger, by message id."""
    rows = await connection.fetch(_SQL["letters"])
    counted.update(row["state"] for row in rows)
    files = Counter(file.name.split("@")[0] for file in place.letters.glob("*.eml")) if place.letters.exists() else {}
    states = {row["id"]: row["state"] for row in rows}
    broken = [
        f"{place.name}: {row['pathway']}: {files.get(row['id'], 0)} letters for a notice that was handed over"
        for row in rows
        if row["state"] == "handed_over" and files.get(row["id"], 0) != 1
    ]
    stray = [name for name in files if states.get(name) not in ("handed_over", "uncertain")]
    return broken + [f"{place.name}: a letter that the ledger doesn't know as sent: {name}" for name in stray]


async def settled(places: Sequence[Place], pause: Callable[[float], Awaitable[None]], seconds: float = 15) -> None:
    """Wait until no notice is on its way, for a while; what is left then is for the check to find."""
    for place in places:
        connection = await asyncpg.connect(place.database_url, server_settings={"search_path": place.schema})
        try:
            for _ in range(int(seconds * 10)):
                if not await connection.fetchval(_SQL["under_way"]):
                    break
                await pause(0.1)
        finally:
            await connection.close()
