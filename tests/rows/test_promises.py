"""P1 and P4 after every batch of random walks over every programme that ships."""

from __future__ import annotations

from random import Random

import pytest

from service.publishing import programme_file, read_programme
from service.tracing import traced
from tests.unit.walk import Broken, Coverage, Walk

WALKS = 100  # tests/unit/test_properties.py makes more of them over Koll, and looks at where they went
STEPS = 60


@pytest.mark.parametrize("programme", [name for name in traced() if name != "koll"])
def test_walks_keep_the_promises(programme: str) -> None:
    rules = read_programme(programme_file(programme)).rules
    coverage = Coverage()

    for seed in range(WALKS):
        try:
            Walk(rules, Random(seed), coverage).run(STEPS)
        except Broken as broken:
            pytest.fail(f"{programme}, seed {seed}: {broken}")

    assert {name for name in rules.exits if not coverage.seen[f"exit {name}"]} == set()
