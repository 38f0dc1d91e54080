"""Where the boxes of a programme's picture stand: stages from left to right, and so the steps inside each.

A step stands right of the steps that it waits for. Only places are decided here; what they look like is drawn apart.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from domain.conditions import refs_of
from domain.rules import AFTER_EXIT, ROOT, Rules, StepRule

BOX_WIDTH, BOX_HEIGHT, LOW_HEIGHT = 152, 64, 46
GAP_X, GAP_Y = 30, 12
PAD, HEAD = 14, 34
STAGE_GAP = 26
BAND_GAP, BAND_HEAD, EXIT_HEIGHT = 74, 30, 44


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; ``name`` is a step's path, a stage's, or an exit's reason."""

    name: str
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> tuple[float, float]:
        """The middle of the right side."""
        return self.x + self.width, self.y + self.height / 2

    @property
    def left(self) -> tuple[float, float]:
        """The middle of the left side."""
        return self.x, self.y + self.height / 2


@dataclass(slots=True)
class Layout:
    """Every box and every line of a picture."""

    stages: dict[str, Box] = field(default_factory=dict)
    steps: dict[str, Box] = field(default_factory=dict)
    exits: dict[str, Box] = field(default_factory=dict)
    lines: list[tuple[str, str]] = field(default_factory=list)
    leaving: dict[str, list[str]] = field(default_factory=dict)
    width: float = 0
    height: float = 0


def lay_out(rules: Rules) -> Layout:
    """Return where everything stands."""
    layout = Layout()
    x: float = 0
    stages = [rule.path for rule in rules.children[ROOT] if rule.kind == "stage"]
    for stage in (*stages, AFTER_EXIT):
        x = _stage(layout, rules, stage, x) + STAGE_GAP
    layout.width = x - STAGE_GAP
    tallest = max(box.height for box in layout.stages.values())
    for name, box in layout.stages.items():
        layout.stages[name] = Box(name, box.x, box.y, box.width, tallest)
    for before, after in itertools.pairwise(stages):
        layout.lines.append((before, after))
    _exits(layout, rules, tallest + BAND_GAP)
    return layout


def _stage(layout: Layout, rules: Rules, stage: str, x: float) -> float:
    steps = rules.children.get(stage, ())
    columns: dict[int, list[StepRule]] = {}
    for rule in steps:
        columns.setdefault(_level(rules, rule, stage), []).append(rule)
    bottom: float = HEAD
    for level, column in columns.items():
        top: float = HEAD
        for rule in column:
            height = LOW_HEIGHT if rule.choose else BOX_HEIGHT
            left = x + PAD + level * (BOX_WIDTH + GAP_X)
            layout.steps[rule.path] = Box(rule.path, left, top, BOX_WIDTH, height)
            top += height + GAP_Y
        bottom = max(bottom, top)
    for rule in steps:
        layout.lines.extend((before, rule.path) for before in _before(rules, rule, stage))
        ways = [outcome.exit for outcome in rule.outcomes.values() if outcome.exit]
        if ways:
            layout.leaving[rule.path] = ways
    width = 2 * PAD + len(columns) * (BOX_WIDTH + GAP_X) - GAP_X
    layout.stages[stage] = Box(stage, x, 0, width, bottom - GAP_Y + PAD)
    return x + width


def _before(rules: Rules, rule: StepRule, stage: str) -> list[str]:
    """Return the steps of the same stage that a step waits for."""
    found: list[str] = []
    for ref in refs_of(rule.after):
        path = ref
        while path and path not in rules.steps:
            path = path.rpartition(".")[0]
        if path and rules.steps[path].parent == stage and path != rule.path and path not in found:
            found.append(path)
    return found


def _level(rules: Rules, rule: StepRule, stage: str) -> int:
    before = _before(rules, rule, stage)
    return 1 + max(_level(rules, rules.steps[path], stage) for path in before) if before else 0


def _exits(layout: Layout, rules: Rules, y: float) -> None:
    count = len(rules.exits)
    width = (layout.width - (count - 1) * GAP_Y) / count
    for place, reason in enumerate(rules.exits):
        layout.exits[reason] = Box(reason, place * (width + GAP_Y), y + BAND_HEAD, width, EXIT_HEIGHT)
    layout.height = y + BAND_HEAD + EXIT_HEIGHT
