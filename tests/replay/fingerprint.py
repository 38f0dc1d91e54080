"""The commands that a workflow gave Temporal, in their order: what a replay compares, without ids, times or payloads."""

from __future__ import annotations

import hashlib

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

RUNBOOK = """\
The workflow's code gives Temporal other commands, or in another order, than when the histories were collected.
First run tests/replay/test_replay.py.
(1) It is green: the change concerns new runs only. Collect histories under the next number with
    `python -m tests.replay.collect` and keep the old ones: they are replayed for as long as such runs may be open.
(2) It is red: pathways that are open now would stand still. Guard the change with workflow.patched, or let it take
    effect where a run continues as new, until the replay is green; then do (1).
Never edit a stored history, and never write its fingerprint anew.
"""


def steps(history: WorkflowHistory) -> list[str]:
    """Return the commands of one run."""
    return [step for event in history.events if (step := _step(event)) is not None]


def fingerprint(history: WorkflowHistory) -> str:
    """Return a hash of the commands of one run."""
    return hashlib.sha256("\n".join(steps(history)).encode()).hexdigest()


def _step(event: HistoryEvent) -> str | None:
    kind = (event.WhichOneof("attributes") or "").removesuffix("_event_attributes")
    match kind:
        case "activity_task_scheduled":
            return f"activity {event.activity_task_scheduled_event_attributes.activity_type.name}"
        case "marker_recorded":
            return f"marker {event.marker_recorded_event_attributes.marker_name}"
        case "workflow_execution_update_accepted":
            name = event.workflow_execution_update_accepted_event_attributes.accepted_request.input.name
            return f"update {name} accepted"
        case "workflow_execution_update_completed":
            outcome = event.workflow_execution_update_completed_event_attributes.outcome.WhichOneof("value")
            return f"update completed with {outcome}"
        case "upsert_workflow_search_attributes":
            names = event.upsert_workflow_search_attributes_event_attributes.search_attributes.indexed_fields
            return f"upsert {' '.join(sorted(names))}"
        case (
            "activity_task_cancel_requested" | "timer_started" | "timer_canceled" | "workflow_properties_modified"
            | "start_child_workflow_execution_initiated" | "signal_external_workflow_execution_initiated"
            | "workflow_execution_continued_as_new" | "workflow_execution_completed" | "workflow_execution_failed"
            | "workflow_execution_canceled"
        ):  # fmt: skip
            return kind.removeprefix("workflow_execution_").replace("_", " ")
    return None
