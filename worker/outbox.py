"""Carry commands from one pathway to another: from the outbox to the pathway's workflow, until somebody answers."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import structlog
from pydantic import ValidationError
from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError, RPCStatusCode

from records import outbox, views
from records.database import Pool
from worker.plugin import refusal_in
from workflows.ports import COMMAND, MOVING, WORKFLOW_ID, Answer, Asking

ANSWER_WITHIN = timedelta(seconds=20)  # a pathway says "accepted" after 10; the lease of the row lasts 60
AT_ONCE = 20  # commands per turn
NOT_FINAL = frozenset({"diverged", MOVING})  # refusals that go away: operations mends the pathway, or it has moved

_log = structlog.stdlib.get_logger(__name__)


class Dispatcher:
    """Ask pathways what other pathways asked of them; several processes share the outbox without meeting."""

    def __init__(self, pool: Pool, client: Client) -> None:
        self._pool = pool
        self._client = client

    async def dispatch(self) -> int:
        """Ask what waits now, and return how many commands were answered.

        Raises:
            OSError, asyncpg.PostgresError: PostgreSQL doesn't answer.
        """
        answered = 0
        while waiting := await outbox.take(self._pool, now=_now(), limit=AT_ONCE):
            answers = await asyncio.gather(*(self._ask(one) for one in waiting))
            answered += sum(answers)
            if not all(answers):
                break  # the next turn comes soon enough; who gave no answer waits longer each time
        return answered

    async def _ask(self, one: outbox.Waiting) -> bool:
        trouble: str | None = None
        refusal: str | None = None
        try:
            asking = Asking.model_validate({"command": one.command})
            handle = self._client.get_workflow_handle(WORKFLOW_ID.format(one.pathway))
            await handle.execute_update(
                COMMAND, asking, id=one.command_id, result_type=Answer, rpc_timeout=ANSWER_WITHIN
            )
        except ValidationError:
            trouble = "not_a_command"
        except WorkflowUpdateRPCTimeoutOrCancelledError:
            trouble = "no_answer"
        except WorkflowUpdateFailedError as error:
            refused = refusal_in(error)
            trouble, refusal = (None, refused.code) if refused else ("update_failed", None)
            if refusal in NOT_FINAL:
                trouble, refusal = refusal, None
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND and await self._closed(one.pathway):
                refusal = "closed"
            else:
                trouble = error.status.name.lower()
        if trouble is None:
            await outbox.done(self._pool, one.id, now=_now(), refusal=refusal)
            _log.info("asked", pathway=one.pathway, command_id=one.command_id, code=refusal, attempt=one.attempts)
            return True
        await outbox.failed(self._pool, one, trouble, now=_now())
        _log.warning("not asked", pathway=one.pathway, command_id=one.command_id, code=trouble, attempt=one.attempts)
        return False

    async def _closed(self, pathway: str) -> bool:
        """Tell whether the record says that the pathway is closed: then its workflow has rightly gone."""
        shown = await views.show(self._pool, pathway, now=_now())
        return shown is not None and shown.pathway.status == "closed"


def _now() -> datetime:
    return datetime.now(UTC)
