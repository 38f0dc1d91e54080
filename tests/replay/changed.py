"""The workflow with changes that a replay must catch, and one without: what is caught is the change."""

from __future__ import annotations

from temporalio import workflow
from temporalio.common import SearchAttributeKey

from workflows import ports
from workflows.pathway import ParticipantPathway

EXTRA = SearchAttributeKey.for_keyword("StegvisExtra")


@workflow.defn(name=ports.PATHWAY)
class Unchanged(ParticipantPathway):
    """Nothing differs."""

    @workflow.init
    def __init__(self, given: ports.PathwayInput) -> None:
        super().__init__(given)

    @workflow.run
    async def run(self, given: ports.PathwayInput) -> None:
        await super().run(given)


@workflow.defn(name=ports.PATHWAY)
class NotifiesFirst(ParticipantPathway):
    """Notices leave before anything is recorded."""

    @workflow.init
    def __init__(self, given: ports.PathwayInput) -> None:
        super().__init__(given)

    @workflow.run
    async def run(self, given: ports.PathwayInput) -> None:
        await super().run(given)

    async def _record(self) -> None:
        self._notifying += 1
        await self._notify((1,))
        await super()._record()


@workflow.defn(name=ports.PATHWAY)
class ShowsMore(ParticipantPathway):
    """Another search attribute is set at the beginning."""

    @workflow.init
    def __init__(self, given: ports.PathwayInput) -> None:
        super().__init__(given)

    @workflow.run
    async def run(self, given: ports.PathwayInput) -> None:
        workflow.upsert_search_attributes([EXTRA.value_set("more")])
        await super().run(given)


@workflow.defn(name=ports.PATHWAY)
class KeepsNoTimer(ParticipantPathway):
    """Nothing watches the clock."""

    @workflow.init
    def __init__(self, given: ports.PathwayInput) -> None:
        super().__init__(given)

    @workflow.run
    async def run(self, given: ports.PathwayInput) -> None:
        await super().run(given)

    def _arm(self) -> None:
        pass


@workflow.defn(name=ports.PATHWAY)
class StaysInItsRun(ParticipantPathway):
    """The end of a stage begins no new run."""

    @workflow.init
    def __init__(self, given: ports.PathwayInput) -> None:
        super().__init__(given)

    @workflow.run
    async def run(self, given: ports.PathwayInput) -> None:
        await super().run(given)

    def _wants_new_run(self) -> bool:
        return False
