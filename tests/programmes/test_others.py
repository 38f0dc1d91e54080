"""Two programmes that nobody described to us: they are checked, walked through at random, and run on the real stack."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from cli.main import run
from domain.interpreter import State, fold
from domain.operations import load_operation
from domain.rules import OWNER, Rules
from domain.script import Cast, Frame, story
from domain.telling import command_of
from embedded.temporal import Temporal
from records import log
from service.answers import Recorded
from service.examples import play_examples
from service.publishing import programme_beside, programme_file, read_programme, start_operation
from service.referrals import Referral, refer
from tests.rows.harness import not_visited
from tests.server.working import outcome_of
from tests.stage import Stage, person, stage, worker
from tests.unit.walk import Broken, Coverage, Walk

HERE = Path(__file__).resolve().parents[2] / "examples/programmes"
OPERATIONS = {
    "youth-guarantee": HERE / "operations/youth-guarantee-2026.yaml",
    "ips": HERE / "operations/ips-2026.yaml",
}
PROGRAMME = {name: read_programme(HERE / f"{name}.yaml") for name in OPERATIONS}
GIVEN: dict[str, dict[str, Any]] = {
    "youth-guarantee": {
        "birth_date": "2006-01-01", "registered": True, "unemployed": True,
        "days_without_work": 100, "part_time_reasons": ["swedish_for_immigrants"],
    },
    "ips": {"wants_work": True},
}  # fmt: skip
STORY: dict[str, list[Any]] = {
    "youth-guarantee": [
        "decide assess offered", "decide offer accepted", {"record": "mapping", "step": "mapping", "nearest": "ready_for_work"},
        {"done": "plan", "present": ["participant"]}, "open coaching", "decide onward work",
    ],
    "ips": [
        "decide welcome begin", {"record": "disclosure", "step": "disclosure", "choice": "tell_some"},
        {"done": "benefits", "present": ["participant"]}, "decide found job",
        {"record": "job", "step": "start", "competitive": True, "hours_a_week": 20, "wage_an_hour": 165},
        "happen missed", "done outreach", "happen job_lost", "open ending",
        {"decide": "ending end", "present": ["participant", "health_team"]},
    ],
}  # fmt: skip
WALKS, STEPS, LEFT = 80, 80, 4


@pytest.mark.parametrize("name", PROGRAMME)
class TestEach:
    def test_is_checked_without_a_word_against_it(self, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["programme", "check", str(HERE / f"{name}.yaml")]) == 0
        assert "Structure: every step can open" in capsys.readouterr().out

    def test_has_examples_that_go_everywhere(self, name: str) -> None:
        one = PROGRAMME[name]

        assert [played for played in play_examples(one.rules, one.definition) if not played.well] == []
        assert all(example.then for example in one.definition.examples)
        assert not_visited(one) == set()

    def test_has_an_operation_with_somebody_in_each_role(self, name: str) -> None:
        operation = load_operation(OPERATIONS[name].read_text("utf-8"))

        assert programme_beside(OPERATIONS[name], operation.programme) == HERE / f"{name}.yaml"
        assert {role for one in operation.staff for role in one.roles} == set(PROGRAMME[name].rules.roles) - {OWNER}

    def test_keeps_the_promises_on_random_walks(self, name: str) -> None:
        rules, coverage = PROGRAMME[name].rules, Coverage()

        for seed in range(WALKS):
            try:
                Walk(rules, Random(seed), coverage, good=GIVEN[name]).run(STEPS)
            except Broken as broken:
                pytest.fail(f"{name}, seed {seed}: {broken}")

        left = {each for each in rules.exits if coverage.seen[f"exit {each}"]}
        assert len(left) >= LEFT, left
        assert coverage.accepted > sum(coverage.refused.values())

    async def test_takes_one_person_through_the_real_stack(
        self, name: str, database_url: str, temporal_server: Temporal, tmp_path: Path
    ) -> None:
        async with stage(database_url, temporal_server.address, tmp_path) as on, worker(on):
            pathway = await _referred(on, name)

            for entry in STORY[name]:
                await _told(on, name, pathway, entry)

            state = await _state(on, pathway)
            assert state.exit is not None
            assert state.exit.cls == "completed"
            assert {one.path.split(".")[0] for one in state.open.values()} == {"after_exit"}


def test_a_programme_that_ships_is_found_from_anywhere(tmp_path: Path) -> None:
    assert programme_beside(tmp_path / "operations/mine.yaml", "koll") == programme_file("koll")


async def _referred(on: Stage, name: str) -> str:
    template = load_operation(OPERATIONS[name].read_text("utf-8"))
    today = datetime.now(UTC).date()
    made = await start_operation(
        on.pool, OPERATIONS[name], now=datetime.now(UTC), by="test", name=f"{name}-now", starts=today - timedelta(days=9)
    )  # fmt: skip
    asked = Referral(
        id=f"r-{name}",
        operation=made.operation,
        person=person(1),
        unit=template.units[0].id,
        on=today,
        facts=_given(name, today),
    )
    answer = await refer(
        on.office, asked, by=_cast(name).actor(_cast(name).playing("referrer")), command_id=str(uuid4())
    )
    assert isinstance(answer, Recorded), answer
    return answer.pathway


def _given(name: str, today: date) -> dict[str, Any]:
    """Return the facts of somebody who is twenty today, where the age counts."""
    return {fact: f"{today.year - 20}-01-01" if fact == "birth_date" else value for fact, value in GIVEN[name].items()}


async def _told(on: Stage, name: str, pathway: str, entry: Any) -> None:
    rules: Rules = PROGRAMME[name].rules
    told = story({"name": name, "days": {0: [entry]}})
    state = await _state(on, pathway)
    frame = Frame(pathway, rules.programme, f"{name}-now", f"r-{name}", "x", state.referral.unit, state.owner)
    asked = command_of(
        rules=rules, state=state, entry=told.entries[0], told=told, cast=_cast(name), frame=frame, start=state.referral.on,
        id=str(uuid4()),
    )  # fmt: skip
    answer = await outcome_of(on, pathway, asked)
    assert isinstance(answer, Recorded), (entry, answer)


async def _state(on: Stage, pathway: str) -> State:
    state = fold(pathway, await log.load(on.pool, pathway, keys=on.keys.ring))
    assert state is not None
    return state


def _cast(name: str) -> Cast:
    operation = load_operation(OPERATIONS[name].read_text("utf-8"))
    return Cast({one.id: tuple(one.roles) for one in operation.staff})
