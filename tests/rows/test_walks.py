"""P1 and P4 after every batch of random walks through the programmes that ship, and through their variants."""

from __future__ import annotations

from random import Random

import pytest

from service.publishing import PROGRAMMES, read_programme
from tests.unit.walk import Broken, Coverage, Walk

FILES = {file.stem: file for file in sorted(PROGRAMMES.glob("*.yaml")) if file.stem != "koll"}  # its walk is longer
WALKS, STEPS, LEFT = 40, 100, 4


@pytest.mark.parametrize("name", FILES)
def test_walks_keep_the_promises_and_leave_by_several_exits(name: str) -> None:
    rules = read_programme(FILES[name]).rules
    coverage = Coverage()

    for seed in range(WALKS):
        try:
            Walk(rules, Random(seed), coverage).run(STEPS)
        except Broken as broken:
            pytest.fail(f"{name}, seed {seed}: {broken}")

    left = {each for each in rules.exits if coverage.seen[f"exit {each}"]}
    assert len(left) >= min(LEFT, len(rules.exits)), left
    assert coverage.accepted > sum(coverage.refused.values())
