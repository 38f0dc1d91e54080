"""The workflows that the demonstration's own worker serves: those of the worker process."""

from __future__ import annotations

from collections.abc import Sequence

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.pathway import ParticipantPathway

WORKFLOWS: Sequence[type] = (ParticipantPathway,)
