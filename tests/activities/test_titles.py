"""Titles: what the programme calls its steps, or their paths where nobody said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from activities.titles import Library, Titles
from domain.format.compiling import compile_text
from domain.format.model import Label
from domain.rules import canonical
from records import programmes
from tests.records.builders import NOW, World

ROOT = Path(__file__).resolve().parents[2]

TITLES = Titles(
    Label(sv="Koll", en="Checks"),
    {"mapping": Label(sv="Kartläggning", en="Mapping"), "mapping.plan": Label(sv="Plan", en="Plan")},
)


class TestTitles:
    @pytest.mark.parametrize(
        ("path", "title"),
        [
            ("mapping", "Kartläggning"),
            ("mapping.plan", "Plan"),
            ("mapping.plan.accepted.tell", "Plan"),
            ("elsewhere.plan", "elsewhere.plan"),
        ],
    )
    def test_are_those_of_the_nearest_step(self, path: str, title: str) -> None:
        assert TITLES.of(path, "sv") == title

    def test_come_in_both_languages(self) -> None:
        assert TITLES.of("mapping", "en") == "Mapping"


class TestLibrary:
    async def test_reads_the_definition_that_was_published(self, world: World) -> None:
        source = (ROOT / "programmes" / "koll.yaml").read_text(encoding="utf-8")
        rules, definition, _ = compile_text(source)
        await programmes.publish(
            world.pool, hash=rules.hash, programme=rules.programme, effective=definition.effective,
            rules=json.loads(canonical(rules)), source=source, by="test", now=NOW,
        )  # fmt: skip
        name, step = next(iter(definition.steps.items()))
        library = Library(world.pool)

        titles = await library.titles(rules.hash, "koll")

        assert titles.programme == definition.name
        assert titles.of(name, "sv") == step.label.sv
        assert await library.titles(rules.hash, "koll") is titles

    async def test_knows_the_name_of_rules_that_nobody_published(self, world: World) -> None:
        titles = await Library(world.pool).titles("0" * 16, "koll")

        assert titles.programme.sv == "koll"
        assert titles.of("watch", "sv") == "Kontakt med deltagaren"
        assert titles.of("exits.work.tell", "sv") == "Avslut"

    async def test_knows_as_much_before_the_referral_chose_rules(self, world: World) -> None:
        assert (await Library(world.pool).titles(None, "koll")).of("plan", "sv") == "plan"
