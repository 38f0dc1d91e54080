"""Where boxes stand and lines go: boxes in layers, each right of (or below) those that it waits for.

A line that passes a layer gets a lane of its own there, so none runs through a box. A line that goes back runs around
everything, in a lane of its own. Cycles are broken where they close, so nothing here runs for ever.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

Point = tuple[float, float]
Way = Literal["right", "down"]
GAP, TRACK, LANE, MARGIN = 22, 7, 9, 12
SWEEPS = 4
_LANE = "\0lane"


@dataclass(frozen=True, slots=True)
class Line:
    """A line from one box to another, as the corners that it passes."""

    before: str
    after: str
    corners: tuple[Point, ...]
    back: bool = False


@dataclass(slots=True)
class Arranged:
    """Where each box's upper left corner is, every line, and how large it all is."""

    places: dict[str, Point] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    width: float = 0
    height: float = 0


def arrange(sizes: dict[str, tuple[float, float]], edges: list[tuple[str, str]], way: Way) -> Arranged:
    """Return where boxes of these sizes stand; ``way`` is the direction in which one follows another."""
    if way == "right":
        return _Layers(sizes, edges).run()
    turned = _Layers({name: (height, width) for name, (width, height) in sizes.items()}, edges).run()
    return Arranged(
        {name: (x, y) for name, (y, x) in turned.places.items()},
        [Line(one.before, one.after, tuple((x, y) for y, x in one.corners), one.back) for one in turned.lines],
        turned.height, turned.width,
    )  # fmt: skip


class _Layers:
    def __init__(self, sizes: dict[str, tuple[float, float]], edges: list[tuple[str, str]]) -> None:
        self.sizes = dict(sizes)
        edges = list(dict.fromkeys(one for one in edges if one[0] != one[1]))
        closing = _closing(list(sizes), edges)
        self.forward = [one for one in edges if one not in closing]
        self.back = [one for one in edges if one in closing]
        self.chains: dict[tuple[str, str], list[str]] = {}

    def run(self) -> Arranged:
        level = _levels(list(self.sizes), self.forward)
        layers: list[list[str]] = [[] for _ in range(max(level.values(), default=0) + 1)]
        for name in self.sizes:
            layers[level[name]].append(name)
        self._lanes(layers, level)
        self._order(layers)
        y = self._across(layers)
        return self._place(layers, level, y)

    def _lanes(self, layers: list[list[str]], level: dict[str, int]) -> None:
        """Give a line a lane in every layer that it passes."""
        for number, edge in enumerate(self.forward):
            chain = [edge[0]]
            for between in range(level[edge[0]] + 1, level[edge[1]]):
                lane = f"{_LANE}{number}.{between}"
                self.sizes[lane] = (0, LANE)
                layers[between].append(lane)
                level[lane] = between
                chain.append(lane)
            self.chains[edge] = [*chain, edge[1]]

    def _order(self, layers: list[list[str]]) -> None:
        """Put boxes that belong together at the same height; lines cross less then."""
        beside: dict[str, list[str]] = {}
        for chain in self.chains.values():
            for one, other in pairwise(chain):
                beside.setdefault(other, []).append(one)
        for _ in range(SWEEPS):
            place = {name: at for layer in layers for at, name in enumerate(layer)}
            for layer in layers[1:]:
                wanted = {
                    name: sum(place[one] for one in beside[name]) / len(beside[name]) if name in beside else place[name]
                    for name in layer
                }
                layer.sort(key=wanted.__getitem__)
                place.update({name: at for at, name in enumerate(layer)})

    def _across(self, layers: list[list[str]]) -> dict[str, float]:
        """Return the upper edge of each box: level with what it follows, as far as there is room."""
        tall = [sum(self.sizes[name][1] + MARGIN for name in layer) - MARGIN for layer in layers]
        most = max(tall, default=0)
        before: dict[str, list[str]] = {}
        for chain in self.chains.values():
            for one, other in pairwise(chain):
                before.setdefault(other, []).append(one)
        y: dict[str, float] = {}
        for layer, height in zip(layers, tall, strict=True):
            cursor, slack = 0.0, most - height
            for name in layer:
                size = self.sizes[name][1]
                found = [y[one] + self.sizes[one][1] / 2 for one in before.get(name, ()) if one in y]
                wanted = sum(found) / len(found) - size / 2 if found else cursor
                step = min(max(wanted - cursor, 0), slack)
                slack -= step
                y[name] = cursor + step
                cursor = y[name] + size + MARGIN
        return y

    def _place(self, layers: list[list[str]], level: dict[str, int], y: dict[str, float]) -> Arranged:
        tracks = self._tracks(layers, level)
        starts, x = [], self._gap(tracks[0]) if tracks[0] else 0.0
        for number, layer in enumerate(layers):
            starts.append(x)
            x += max((self.sizes[name][0] for name in layer), default=0)
            if number + 1 < len(layers) or tracks[number + 1]:
                x += self._gap(tracks[number + 1])
        bottom = max((y[name] + self.sizes[name][1] for name in y), default=0)
        found = Arranged(width=x, height=bottom + (LANE * len(self.back) + MARGIN if self.back else 0))
        ends = [start + max((self.sizes[name][0] for name in layer), default=0)
                for start, layer in zip(starts, layers, strict=True)]  # fmt: skip
        for number, layer in enumerate(layers):
            for name in layer:
                found.places[name] = (starts[number], y[name])

        def track(gap: int, key: str) -> float:
            start = ends[gap - 1] if gap else 0.0
            return start + MARGIN + TRACK * tracks[gap].index(key)

        for edge, chain in self.chains.items():
            corners: list[Point] = []
            for one, other in pairwise(chain):
                (x1, y1), (x2, y2) = self._out(found, one), self._in(found, other)
                at = track(level[other], edge[1])
                corners.extend([(x1, y1), (at, y1), (at, y2), (x2, y2)])
            found.lines.append(Line(*edge, tuple(corners)))
        for number, edge in enumerate(self.back):
            (x1, y1), (x2, y2) = self._out(found, edge[0], 8), self._in(found, edge[1], 8)
            lane = bottom + MARGIN + LANE * number
            out, into = track(level[edge[0]] + 1, f"\0out{number}"), track(level[edge[1]], f"\0in{number}")
            corners = [(x1, y1), (out, y1), (out, lane), (into, lane), (into, y2), (x2, y2)]
            found.lines.append(Line(*edge, tuple(corners), back=True))
        found.places = {name: place for name, place in found.places.items() if not name.startswith(_LANE)}
        return found

    def _tracks(self, layers: list[list[str]], level: dict[str, int]) -> list[list[str]]:
        """Return, for the gap before each layer and the one after the last, which lines run along it."""
        tracks: list[list[str]] = [[] for _ in range(len(layers) + 1)]
        for edge, chain in self.chains.items():
            for other in chain[1:]:
                if edge[1] not in tracks[level[other]]:
                    tracks[level[other]].append(edge[1])
        for number, (one, other) in enumerate(self.back):
            tracks[level[one] + 1].append(f"\0out{number}")
            tracks[level[other]].append(f"\0in{number}")
        return tracks

    def _gap(self, tracks: list[str]) -> float:
        return GAP + TRACK * max(len(tracks), 1)

    def _out(self, found: Arranged, name: str, off: float = 0) -> Point:
        (x, y), (width, height) = found.places[name], self.sizes[name]
        return x + width, y + height / 2 + off

    def _in(self, found: Arranged, name: str, off: float = 0) -> Point:
        (x, y), (_, height) = found.places[name], self.sizes[name]
        return x, y + height / 2 + off


def _closing(names: list[str], edges: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the lines that close a cycle, seen from the boxes that nothing leads to, then from the first."""
    after: dict[str, list[str]] = {}
    for one, other in edges:
        after.setdefault(one, []).append(other)
    found, path, done = set[tuple[str, str]](), list[str](), set[str]()

    def visit(name: str) -> None:
        if name in done:
            return
        path.append(name)
        for other in after.get(name, ()):
            if other in path:
                found.add((name, other))
            else:
                visit(other)
        path.pop()
        done.add(name)

    fed = {other for _, other in edges}
    for name in sorted(names, key=lambda name: name in fed):
        visit(name)
    return found


def _levels(names: list[str], edges: list[tuple[str, str]]) -> dict[str, int]:
    """Return how many boxes stand before each, on the longest way; the lines have no cycles."""
    level = dict.fromkeys(names, 0)
    for _ in names:
        for one, other in edges:
            level[other] = max(level[other], level[one] + 1)
    return level
