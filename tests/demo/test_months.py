"""The script on the real workflow and the time-skipping server, against the pure core; then the check of the stores."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from demo import check, core, months
from demo.acts import LENGTH
from demo.cast import first_monday, read_parts, shown
from demo.house import opened, premises
from demo.outcomes import outcomes
from domain.calendar import local_day
from domain.events import EventType
from domain.figures import Share
from domain.operations import from_data
from records import log, operations
from service.publishing import rules_in_force


@pytest.mark.slow
class TestThirtyMonths:
    async def test_are_the_same_through_the_workflow_and_the_core(self, tmp_path: Path) -> None:
        starts = local_day(datetime.now(UTC))
        until = first_monday(starts) + LENGTH
        async with opened(tmp_path / "house", temporal=False) as house, premises(house, "months", "m", starts) as on:
            operation = from_data(dict((await operations.load(on.pool, "m")).definition))
            _, rules = await rules_in_force(on.pool, "koll", starts)
            parts = read_parts(starts)
            letters = tmp_path / "letters"
            async with months.prepared(house, on, operation, letters) as playing:
                await months.play(playing, parts, until=until)
                address = playing.environment.client.service_client.config.target_host
                place = check.Place("months", on.url, address, letters, playing.clock())
                await check.settled([place], asyncio.sleep)
                findings = await check.check([place])
            played = core.play(rules, operation, parts, until=until)
            for part in parts:
                events = await log.load(on.pool, playing.pathways[part.name], keys=on.ring)
                assert [shown(event) for event in events] == [shown(event) for event in played[part.name].events]
            found = await outcomes(on.pool, "m")

        assert {promise: finding.broken for promise, finding in findings.items()} == {
            promise: [] for promise in check.PROMISES
        }
        told = sum(1 for simulation in played.values() for event in simulation.events if event.type is EventType.TOLD)
        assert findings["P3"].counted["handed_over"] == told
        assert found.errors == 2
        assert found.people == len({part.person.identity.value for part in parts}) - 2
        assert found.reached == Share(13, 30, 13, 28)
        assert found.undergone.inside == 4
