"""Starting pathways again from the log: after a loss of Temporal's data, a restored backup, or a move to a cluster.

The log is the record and a workflow's state a cache of it, so every open pathway can be started again at an equal
state, with its timers. Nothing is sent twice: what was promised stands in the ledger, and a new run promises nothing
that its state doesn't call for.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from records import log, register, views
from service.page import progress
from workflows import ports

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from temporalio.client import WorkflowHandle

    from service.office import Office

Result = Literal["running", "revived", "mended", "failed"]

AT_ONCE = 16  # pathways looked after at the same time: the pool's connections and a worker's tasks stay free
ASKING = 10.0  # seconds for one answer of a workflow: its worker may have to replay it first
SETTLING = 3.0  # seconds in which a run may learn that its last batch was recorded
UNBEGUN_AFTER = timedelta(minutes=5)  # a referral that isn't in the record by then was never taken


@dataclass(frozen=True, slots=True)
class Dropped:
    """A command that a replaced run had taken and that isn't in the record: somebody has to ask again."""

    command: str
    kind: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Revived:
    """What became of one pathway; ``why`` is a code: diverged, behind, ahead, no_answer, or an error's class."""

    pathway: str
    result: Result
    why: str | None = None
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True, slots=True)
class Unbegun:
    """A referral that was reserved and never became a pathway: somebody has to refer again, with the same id."""

    pathway: str
    operation: str
    referral: str
    owner: str


async def revive(
    office: Office, pathways: Sequence[str] | None = None, *, mend: bool = False
) -> AsyncIterator[Revived]:
    """Yield what became of each open pathway, or of those named, as it is known; of a closed one only if it still runs.

    A run that is healthy is left alone. One that was held, or that stands behind the log, is replaced only when
    ``mend`` is asked for; one that stands ahead of the log knows more than the record and is never replaced.
    """
    wanted = set(pathways) if pathways is not None else None
    seen: set[str] = set()
    after = ""
    while rows := await views.open_pathways(office.pool, after=after, limit=AT_ONCE * 8):
        after = rows[-1][0]
        seen.update(pathway for pathway, _ in rows)
        async for done in _each(office, [one for one, _ in rows if wanted is None or one in wanted], mend=mend):
            yield done
    astray = [one async for one in _running(office) if one not in seen and (wanted is None or one in wanted)]
    async for done in _each(office, [one for one in astray if await _last(office, one)], mend=mend):
        yield done


async def _each(office: Office, pathways: Sequence[str], *, mend: bool) -> AsyncIterator[Revived]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(pathway: str) -> Revived:
        async with gate:
            return await _one(office, pathway, mend=mend)

    for done in asyncio.as_completed([one(pathway) for pathway in pathways]):
        yield await done


async def _running(office: Office) -> AsyncIterator[str]:
    """Yield every pathway that runs in Temporal: an old backup wakes those again whose record is closed."""
    try:
        async for one in office.client.list_workflows(
            f"WorkflowType = '{ports.PATHWAY}' AND ExecutionStatus = 'Running'"
        ):
            yield one.id.removeprefix(ports.WORKFLOW_ID.format(""))
    except RPCError as error:
        if error.status is not RPCStatusCode.UNIMPLEMENTED:  # the time-skipping server lists nothing
            raise


async def unbegun(office: Office) -> list[Unbegun]:
    """Return referrals that were reserved a while ago and never became a pathway."""
    rows = await register.reserved_before(office.pool, office.clock() - UNBEGUN_AFTER)
    return [Unbegun(row["id"], row["operation"], row["referral"], row["owner"]) for row in rows]


async def _one(office: Office, pathway: str, *, mend: bool) -> Revived:
    try:
        if not await _runs(office, pathway):
            await log.mend(office.pool, pathway)
            await start(office, pathway)
            return Revived(pathway, "revived")
        trouble = await _trouble(office, pathway)
        if trouble is None:
            return Revived(pathway, "running")
        if not mend or trouble in ("ahead", "no_answer"):
            return Revived(pathway, "failed", trouble)
        return Revived(pathway, "mended", trouble, await _replace(office, pathway, trouble))
    except RPCError as error:
        return Revived(pathway, "failed", error.status.name)
    except Exception as error:  # noqa: BLE001 - one pathway's trouble is its own result, the others go on
        return Revived(pathway, "failed", type(error).__name__)


async def _runs(office: Office, pathway: str) -> bool:
    handle = office.client.get_workflow_handle(ports.WORKFLOW_ID.format(pathway))
    try:
        described = await handle.describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return described.status is WorkflowExecutionStatus.RUNNING


async def _trouble(office: Office, pathway: str) -> str | None:
    """Return what is wrong with a running workflow, or None. It may be a moment behind what it is just recording."""
    last = await _last(office, pathway)
    asked = await progress(office, pathway, patience=ASKING)
    if asked is None:
        return "no_answer"
    if asked.diverged or pathway in {each for each, _ in await views.diverged(office.pool)}:
        return "diverged"
    if asked.recorded > last:
        last = await _last(office, pathway)
    if asked.recorded > last:
        return "ahead"
    until = asyncio.get_running_loop().time() + SETTLING
    while asked is not None and asked.recorded < last:
        if asyncio.get_running_loop().time() > until:
            return "behind"
        await asyncio.sleep(SETTLING / 20)
        asked = await progress(office, pathway, patience=ASKING)
    return None if asked is not None else "no_answer"


async def _last(office: Office, pathway: str) -> int:
    batches = await log.batches_of(office.pool, pathway)
    return batches[-1].last_seq if batches else 0


async def _replace(office: Office, pathway: str, why: str) -> tuple[Dropped, ...]:
    """End a run that can't go on and start another from the log; return what the old one took and never recorded."""
    handle = office.client.get_workflow_handle(ports.WORKFLOW_ID.format(pathway))
    try:
        await handle.terminate(reason=f"stegvis ops revive: {why}")
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
    dropped = await _dropped(office, handle)
    await log.mend(office.pool, pathway)
    await start(office, pathway)
    return dropped


async def _dropped(office: Office, handle: WorkflowHandle[Any, Any]) -> tuple[Dropped, ...]:
    """Return the commands in the history of the latest run that aren't in the record; earlier runs recorded theirs."""
    pathway, found = handle.id.removeprefix(ports.WORKFLOW_ID.format("")), []
    async for event in handle.fetch_history_events():
        if not event.HasField("workflow_execution_update_accepted_event_attributes"):
            continue
        request = event.workflow_execution_update_accepted_event_attributes.accepted_request
        (asking,) = await office.client.data_converter.decode(request.input.args.payloads, [ports.Asking])
        command = asking.command
        if await log.recorded(office.pool, pathway, command.id) is None:
            found.append(Dropped(command.id, command.kind, command.by.staff, event.event_time.ToDatetime(UTC)))
    return tuple(found)


async def start(office: Office, pathway: str) -> None:
    """Start a pathway's workflow from its log, unless it runs."""
    state, rules = await office.state_of(pathway)
    if state is None or state.closed:
        return
    await office.start(pathway, ports.PathwayInput(pathway, rules, state))
