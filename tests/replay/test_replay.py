"""The code of today replays every stored history: pathways that are open go on after a deployment.

Measured on two busy cores: 48 histories of 0.7 MB in all are replayed in four to five seconds.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from domain.rules import Rules
from tests.replay import changed
from tests.replay.histories import KINDS, Collection, collections, kept_as
from tests.replay.playing import LONG
from tests.server.begun import koll
from worker.plugin import PathwayPlugin
from workflows.pathway import ParticipantPathway

COLLECTIONS = collections()
PATIENCE = 240  # seconds


@pytest.fixture(params=COLLECTIONS, ids=lambda one: str(one.folder.name))
def collection(request: pytest.FixtureRequest) -> Collection:
    found: Collection = request.param
    return found


async def failures(collection: Collection, workflow: type, scenarios: frozenset[str] | None = None) -> dict[str, str]:
    """Replay histories with a workflow and return what failed, by file."""
    chosen = [kept for kept in collection.manifest if scenarios is None or kept.scenario in scenarios]
    replayer = Replayer(workflows=[workflow], plugins=[PathwayPlugin(collection.keys)])

    async def histories() -> AsyncIterator[WorkflowHistory]:
        for kept in chosen:
            yield collection.history(kept)

    async with asyncio.timeout(PATIENCE):  # a history that ends before its first task is never done
        results = [one async for one in _each(replayer, histories())]
    assert len(results) == len(chosen)
    return {
        kept.file: f"{type(failure).__name__}: {failure}"
        for kept, failure in zip(chosen, results, strict=True)
        if failure is not None
    }


async def _each(replayer: Replayer, histories: AsyncIterator[WorkflowHistory]) -> AsyncIterator[Exception | None]:
    async with replayer.workflow_replay_iterator(histories) as results:
        async for result in results:
            yield result.replay_failure


class TestTheCodeOfToday:
    def test_has_histories_to_replay(self) -> None:
        assert COLLECTIONS

    async def test_replays_every_history(self, collection: Collection) -> None:
        assert await failures(collection, ParticipantPathway) == {}


class TestACollection:
    def test_holds_every_command_and_every_exit(self, collection: Collection) -> None:
        kinds = {kind for kept in collection.manifest for kind in kept.kinds}
        exits = {exit_ for kept in collection.manifest for exit_ in kept.exits}
        rules: Rules = koll()
        if collection == COLLECTIONS[-1]:
            assert kinds == KINDS
            assert exits == set(rules.exits)

    def test_holds_pathways_that_moved_to_new_runs_twice(self, collection: Collection) -> None:
        moved = Counter(kept.scenario for kept in collection.manifest if kept.ends == "continued as new")
        told = LONG & {kept.scenario for kept in collection.manifest}
        assert {name: moved[name] for name in told if moved[name] < 2} == {}

    async def test_is_what_its_manifest_says(self, collection: Collection) -> None:
        keys = collection.keys
        for kept in collection.manifest:
            assert await kept_as(kept.scenario, kept.run, collection.history(kept), keys) == kept
        files = {kept.file for kept in collection.manifest}
        assert {path.name for path in collection.folder.glob("*.gz")} == files


class TestAChange:
    """What must never be green, or the rest here says nothing."""

    async def test_is_none_where_a_subclass_changes_nothing(self) -> None:
        assert await failures(COLLECTIONS[-1], changed.Unchanged, frozenset({"small"})) == {}

    @pytest.mark.parametrize(
        "workflow", [changed.NotifiesFirst, changed.ShowsMore, changed.KeepsNoTimer, changed.StaysInItsRun]
    )
    async def test_of_the_order_of_commands_is_caught(self, workflow: type) -> None:
        found = await failures(COLLECTIONS[-1], workflow, frozenset({"small"}))

        assert found
        assert all(told.startswith(NondeterminismError.__name__) for told in found.values()), found
