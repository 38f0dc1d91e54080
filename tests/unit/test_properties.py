"""P1 and P4 after every batch of random walks, and proof that the walks went everywhere."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from domain.format.compiling import compile_text
from tests.unit.walk import Broken, Coverage, Walk

ROOT = Path(__file__).parent.parent.parent
PROGRAMMES = {"koll": ROOT / "programmes/koll.yaml", "everything": ROOT / "tests/programmes/everything.yaml"}
WALKS = 600  # the rarest outcome is then reached several times; the run prints how often
STEPS = 60


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_walks_keep_the_promises_and_reach_everything(programme: str, capsys: pytest.CaptureFixture[str]) -> None:
    rules, _, _ = compile_text(PROGRAMMES[programme].read_text("utf-8"))
    coverage = Coverage()

    for seed in range(WALKS):
        try:
            Walk(rules, Random(seed), coverage).run(STEPS)
        except Broken as broken:
            pytest.fail(f"{programme}, seed {seed}: {broken}")

    refused = sum(coverage.refused.values())
    with capsys.disabled():
        print(f"\n{programme}: {coverage.accepted} commands accepted, {refused} refused; reached how often:")
        print("; ".join(f"{name} {coverage.seen[name]}" for name in sorted(coverage.expected(rules))))
    missed = sorted(name for name in coverage.expected(rules) if not coverage.seen[name])
    assert not missed, f"never reached: {missed}"
    assert coverage.accepted >= refused
