"""Looking at everything that a process needs: settings, keys, servers, and whether anybody could be forgotten.

Each check has a name, whether it is well (None: worth knowing), codes for what to say and how to mend it, and words to
fill in. Nothing is changed.
"""

from __future__ import annotations

import asyncio
import os
import stat
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, GetSystemInfoRequest
from temporalio.client import Client
from temporalio.service import RPCError

from domain.calendar import local_day
from records import ledger, outbox, places, staff, views
from records.keys import KeyRing, MasterKey
from records.migrate import MigrationChanged, pending
from service.opening import AccessDenied, ServerAway, database, place_of
from worker.client import connection
from workflows.ports import SA_PROGRAMME, SA_STATUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from records.database import Pool
    from worker.settings import Settings

PATIENCE = 5.0  # seconds for each server
OLDEST_POSTGRESQL = 18
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
CLOCK_APART = 2.0  # seconds between this machine's clock and PostgreSQL's: due instants are compared across both


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at and found; ``away`` when it is a server that doesn't answer."""

    name: str
    ok: bool | None
    says: str
    remedy: str | None = None
    words: dict[str, Any] = field(default_factory=dict)
    away: bool = False


def _good(name: str, says: str, words: dict[str, Any] | None = None) -> Check:
    return Check(name, ok=True, says=says, words=words or {})


def _bad(name: str, says: str, remedy: str, words: dict[str, Any]) -> Check:
    return Check(name, ok=False, says=says, remedy=remedy, words=words)


def _away(name: str, remedy: str, words: dict[str, Any]) -> Check:
    return Check(name, ok=False, says="away", remedy=remedy, words=words, away=True)


async def check_everything(settings: Settings, *, embedded: Sequence[str], production: bool) -> list[Check]:
    """Look at everything and return what was found, in the order in which it should be mended."""
    found = [_home(settings), _master_key(settings), *_embedded(embedded, production=production)]
    found += await _postgresql(settings)
    found += await _temporal(settings)
    found.append(await _mail(settings, production=production))
    return found


def _home(settings: Settings) -> Check:
    home = settings.home.absolute()
    nearest = home if home.exists() else next(parent for parent in home.parents if parent.exists())
    writable = os.access(nearest, os.W_OK)
    return Check("home", writable, "path" if writable else "not_writable", "home", {"path": home})


def _master_key(settings: Settings) -> Check:
    path = settings.master_key_path
    try:
        MasterKey.from_file(path)
    except FileNotFoundError:
        return _bad("master_key", "missing", "master_key_missing", {"path": path})
    except (OSError, ValueError) as error:
        return _bad("master_key", "unreadable", "master_key", {"path": path, "why": type(error).__name__})
    if path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        return _bad("master_key", "open_to_others", "master_key_mode", {"path": path})
    return _good("master_key", "path", {"path": path})


def _embedded(embedded: Sequence[str], *, production: bool) -> list[Check]:
    if not embedded:
        return []
    words = {"names": ", ".join(embedded)}
    return [Check("embedded", False if production else None, "embedded", "embedded", words)]


async def _postgresql(settings: Settings) -> list[Check]:
    where = {"where": place_of(settings.database_url)}
    try:
        async with asyncio.timeout(PATIENCE), database(settings) as pool:
            return [*await _server(pool, where), *await _record(pool, settings)]
    except (ServerAway, TimeoutError, OSError) as error:
        why = getattr(error, "why", type(error).__name__)
        return [_away("postgresql", "postgresql", {**where, "why": why})]
    except AccessDenied as error:
        return [_bad("postgresql", "denied", "postgresql_access", {**where, "why": error.why})]


async def _server(pool: Pool, where: dict[str, Any]) -> list[Check]:
    version = int(await pool.fetchval("SHOW server_version_num")) // 10000
    found = [Check("postgresql", version >= OLDEST_POSTGRESQL, "version", "postgresql_version",
                   {**where, "version": version})]  # fmt: skip
    off = [name for name in DURABLE if await pool.fetchval(f"SHOW {name}") == "off"]
    found.extend(_bad("durability", "durability_off", "durability", {"setting": name}) for name in off)
    apart = abs((await pool.fetchval("SELECT clock_timestamp()") - datetime.now(UTC)).total_seconds())
    found.append(Check("clock", apart <= CLOCK_APART, "clock", "clock", {"seconds": f"{apart:.1f}"}))
    return found


async def _record(pool: Pool, settings: Settings) -> list[Check]:
    """Look at the schema and, where it stands, at what is in it."""
    try:
        waiting = await pending(pool)
    except MigrationChanged as changed:
        return [_bad("schema", "schema_changed", "schema_changed", {"name": str(changed)})]
    if waiting:
        return [_bad("schema", "schema_behind", "schema", {"count": len(waiting)})]
    found = [_good("schema", "schema_current")]
    found.append(await _keys(pool, settings))
    on = local_day(datetime.now(UTC))
    adrift = await views.adrift(pool, on=on)
    words = {"count": len(adrift), "first": ", ".join(f"{one} ({why})" for one, why in adrift[:5])}
    found.append(Check("owners", not adrift, "adrift" if adrift else "nobody_adrift", "adrift", words))
    held = await views.diverged(pool)
    words = {"count": len(held), "first": ", ".join(one for one, _ in held[:5])}
    found.append(Check("diverged", not held, "diverged" if held else "none_diverged", "diverged", words))
    found += await _places(pool)
    counts = await ledger.counts(pool)
    bad = counts.get("failed", 0) + counts.get("uncertain", 0)
    words = {"failed": counts.get("failed", 0), "uncertain": counts.get("uncertain", 0)}
    found.append(Check("notices", None if bad else True, "notices", "notices", words))
    figures = await outbox.figures(pool, now=datetime.now(UTC))
    found.append(Check("outbox", not figures.dead, "outbox", "outbox",
                       {"waiting": figures.waiting, "dead": figures.dead}))  # fmt: skip
    return found


async def _places(pool: Pool) -> list[Check]:
    """Look for queues in which nobody is ever next, and for more people than places."""
    unstated = await places.unstated(pool)
    above = [one for one in await places.overview(pool) if one.stated and one.taken > one.capacity]
    if unstated:
        words = {"pools": ", ".join(f"{pool} ({operation})" for operation, pool in unstated)}
        return [_bad("places", "places_unstated", "places_unstated", words)]
    if above:
        words = {"pools": ", ".join(f"{one.pool} ({one.operation}): {one.taken}/{one.capacity}" for one in above)}
        return [Check("places", None, "places_above", "places_above", words)]
    return [_good("places", "places_well")]


async def _keys(pool: Pool, settings: Settings) -> Check:
    """Unwrap one participant's key: the wrong master key should be found here, not by a caseworker."""
    try:
        ring = KeyRing(pool, MasterKey.from_file(settings.master_key_path))
        rows = await views.pathways(pool, limit=1)
        if rows:
            await ring.for_pathway(rows[0].id)
    except Exception as error:  # noqa: BLE001 - whatever it is, the keys can't be used
        return _bad("keys", "keys_unusable", "keys", {"why": type(error).__name__})
    people = len(await staff.everybody(pool))
    return _good("keys", "keys", {"staff": people})


async def _temporal(settings: Settings) -> list[Check]:
    config = connection(settings)
    where = {"where": config.get("target_host"), "namespace": config.get("namespace", "default")}
    try:
        async with asyncio.timeout(PATIENCE * 2):
            client = await Client.connect(**config)
            info = await client.workflow_service.get_system_info(GetSystemInfoRequest())
            found = [_good("temporal", "temporal", {**where, "version": info.server_version})]
            return [*found, await _attributes(client), await _workers(client, settings)]
    except (RPCError, RuntimeError, TimeoutError, OSError) as error:
        return [_away("temporal", "temporal", {**where, "why": type(error).__name__})]


async def _attributes(client: Client) -> Check:
    request = ListSearchAttributesRequest(namespace=client.namespace)
    known = await client.operator_service.list_search_attributes(request)
    missing = [key.name for key in (SA_PROGRAMME, SA_STATUS) if key.name not in known.custom_attributes]
    says = "attributes_missing" if missing else "attributes"
    return Check("attributes", not missing, says, "attributes", {"names": ", ".join(missing)})


async def _workers(client: Client, settings: Settings) -> Check:
    request = DescribeTaskQueueRequest(namespace=client.namespace, task_queue=TaskQueue(name=settings.task_queue))
    described = await client.workflow_service.describe_task_queue(request)
    words = {"queue": settings.task_queue, "count": len(described.pollers)}
    return Check("worker", bool(described.pollers), "workers" if described.pollers else "no_worker", "worker", words)


async def _mail(settings: Settings, *, production: bool) -> Check:
    parts = urlsplit(settings.mail_address)
    if not parts.scheme:
        words = {"path": Path(settings.mail_address).absolute()}
        return Check("mail", False if production else None, "mail_folder", "mail_folder", words)
    where = {"where": f"{parts.hostname}:{parts.port or (465 if parts.scheme == 'smtps' else 25)}"}
    try:
        async with asyncio.timeout(PATIENCE):
            _, writer = await asyncio.open_connection(
                parts.hostname, parts.port or (465 if parts.scheme == "smtps" else 25), ssl=parts.scheme == "smtps"
            )
            writer.close()
    except (OSError, TimeoutError) as error:
        return _away("mail", "mail", {**where, "why": type(error).__name__})
    return _good("mail", "answers", where)
