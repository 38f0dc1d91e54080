"""One referral is one pathway, whoever asks how often, and also after Temporal has forgotten the run."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.service import RPCError, RPCStatusCode

from domain.commands import Correct, Exit, Reopen
from embedded.temporal import Temporal
from records import log, views
from service.answers import NotTaken, Recorded
from tests.server.working import outcome_of, refer_for_good
from tests.stage import Stage, stage, worker
from workflows import ports


async def forgotten(on: Stage, pathway: str) -> None:
    """Delete a pathway's closed runs from Temporal, as its retention does, and wait until they are gone."""
    handle = on.client.get_workflow_handle(ports.WORKFLOW_ID.format(pathway))
    await handle.result()
    async with asyncio.timeout(60):
        while True:
            try:
                run = (await handle.describe()).run_id
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND:
                    return
                raise
            execution = WorkflowExecution(workflow_id=handle.id, run_id=run)
            request = DeleteWorkflowExecutionRequest(namespace=on.client.namespace, workflow_execution=execution)
            await on.client.workflow_service.delete_workflow_execution(request)
            await asyncio.sleep(0.1)


class TestTheSameReferral:
    async def test_sent_a_hundred_times_at_once_is_one_pathway(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as on, worker(on):
            answers = await asyncio.gather(*(refer_for_good(on, 1) for _ in range(100)))

            assert all(isinstance(answer, Recorded) for answer in answers), answers
            assert len({answer.pathway for answer in answers}) == 1
            assert await on.pool.fetchval("SELECT count(*) FROM pathways") == 1
            assert await on.pool.fetchval("SELECT count(*) FROM events WHERE type = 'Referred'") == 1

    async def test_finds_its_pathway_after_temporal_forgot_the_run(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as on, worker(on):
            first = await refer_for_good(on, 1)
            assert isinstance(first, Recorded)
            pia = await on.actor("pia.programansvarig")
            exit_ = Exit(id=str(uuid.uuid4()), by=pia, exit="registered_in_error", reason="Fel person.")
            assert isinstance(await outcome_of(on, first.pathway, exit_), Recorded)
            await forgotten(on, first.pathway)

            again = await refer_for_good(on, 1)
            assert isinstance(again, Recorded)
            assert (again.pathway, again.again) == (first.pathway, True)
            assert await on.pool.fetchval("SELECT count(*) FROM pathways") == 1

            events = await log.load(on.pool, first.pathway, keys=on.keys.ring)
            assisted = next(event for event in events if event.coded.get("fact") == "assistance")
            wrong = Correct(
                id=str(uuid.uuid4()), by=pia, of=assisted.seq, changes={"value": "none"}, reason="Fel uppgift."
            )
            corrected = await outcome_of(on, first.pathway, wrong)
            assert isinstance(corrected, Recorded)
            repeated = await outcome_of(on, first.pathway, exit_)
            assert isinstance(repeated, Recorded), "the command was carried out already, and says so"
            assert repeated.again
            reopened = await outcome_of(on, first.pathway, Reopen(id=str(uuid.uuid4()), by=pia, reason="Rätt person."))

            assert isinstance(reopened, Recorded)
            shown = await views.pathway(on.pool, first.pathway)
            assert shown is not None
            assert shown.status == "open"

    async def test_of_another_person_under_the_same_id_is_refused(
        self, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        from service.referrals import Referral, refer
        from tests.stage import ELIGIBLE, OPERATION, person

        async with stage(database_url, temporal_server.address, tmp_path) as on, worker(on):
            first = await refer_for_good(on, 1)
            by = await on.actor("ham.handlaggare")
            other = Referral("r-1", OPERATION, person(2), "forsorjningsstod", on.starts, ELIGIBLE)
            answer = await refer(on.office, other, by=by, command_id=str(uuid.uuid4()))

            assert isinstance(first, Recorded)
            assert isinstance(answer, NotTaken)
            assert answer.refusal.code == "referral_taken"
