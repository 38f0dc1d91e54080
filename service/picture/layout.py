"""From a programme to boxes with their places: stages from top to bottom, steps inside each, then the ways out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from domain.conditions import refs_of
from domain.rules import AFTER_EXIT, ROOT
from service.picture.arrange import Arranged, Line, Way, arrange
from service.picture.boxes import PAD, ROW, WIDTH, Filled, Filling, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.rules import Rules, StepRule

WIDE = 1180  # a picture should fit across a page; what is wider is turned
LEAST = 3 * WIDTH + 60
EDGE, GAP, BAND = 14, 12, 34
COLUMNS = (3, 2, 1)
SHARE = 0.6  # of the room that a stage has, for those inside it, where they stand too wide otherwise
START = "\0start"
Kind = Literal["step", "menu_step", "stage", "menu", "exit", "happening", "start"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with its lines of text; ``name`` is a step's path, an exit's reason or a happening."""

    name: str
    kind: Kind
    x: float
    y: float
    width: float
    height: float
    rows: tuple[Row, ...] = ()


@dataclass(slots=True)
class Layout:
    """Every box, line and heading of a picture; boxes that hold others come before them."""

    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    heads: list[tuple[float, float, str]] = field(default_factory=list)
    width: float = 0
    height: float = 0


@dataclass(slots=True)
class _Node:
    name: str
    kind: Kind
    filled: Filled
    inner: dict[str, _Node] = field(default_factory=dict)
    arranged: Arranged = field(default_factory=Arranged)
    top: float = 0


def lay_out(rules: Rules, filling: Filling, heads: dict[str, str]) -> Layout:
    """Return where everything stands."""
    return _LayingOut(rules, filling, heads).run()


class _LayingOut:
    def __init__(self, rules: Rules, filling: Filling, heads: dict[str, str]) -> None:
        self.rules = rules
        self.filling = filling
        self.heads = heads
        self.menus = self._menus()
        self.layout = Layout()

    def run(self) -> Layout:
        """Lay out the path, what may happen, the exits and what follows them."""
        root = self._container(ROOT, "stage", WIDE)
        y = self._draw_inside(root, 0, 0)
        self.layout.width = max(root.filled.width, LEAST)
        for kind, names in (("happening", self._happenings()), ("exit", list(self.rules.exits))):
            if names:
                y = self._band(kind, names, y)  # type: ignore[arg-type]  # both are kinds
        if self.rules.after_exit:
            after = self._container(AFTER_EXIT, "stage", WIDE)
            self._head("after_exit", y + 24)
            y = self._draw_inside(after, 0, y + BAND)
            self.layout.width = max(self.layout.width, after.filled.width)
        self.layout.height = y
        return self.layout

    def _happenings(self) -> list[str]:
        return [name for name, one in self.rules.happenings.items() if one.step is None]

    def _menus(self) -> dict[str, str]:
        """Return the menu that an entry stands in: several entries of one stage that the same thing opens."""
        found: dict[tuple[str, str], list[str]] = {}
        for rule in self.rules.steps.values():
            if rule.choose and rule.kind != "stage" and rule.parent != AFTER_EXIT:
                opens = json.dumps([rule.after, rule.condition], sort_keys=True)
                found.setdefault((rule.parent, opens), []).append(rule.path)
        menus = [paths for paths in found.values() if len(paths) > 1]
        return {path: f"\0menu{number}" for number, paths in enumerate(menus) for path in paths}

    def _container(self, path: str, kind: Kind, room: float, share: float = 1) -> _Node:
        """Return a stage with everything inside it, its size settled; stages inside get a share of its room."""
        nodes = {START: _Node(START, "start", self.filling.say_start())} if path == ROOT else {}
        for rule in self.rules.children.get(path, ()):
            menu = self.menus.get(rule.path)
            if menu is not None:
                if menu not in nodes:
                    nodes[menu] = self._menu(menu, COLUMNS[0])
            elif rule.kind == "stage":
                nodes[rule.path] = self._container(rule.path, "stage", (room - 2 * EDGE) * share)
            else:
                nodes[rule.path] = _Node(rule.path, "step", self.filling.step(rule, opened=self._to_tell(rule)))
        edges = self._edges(path, nodes)
        nodes, arranged = self._best(nodes, edges, room - 2 * EDGE, ("down",) if path == ROOT else ("right", "down"))
        if arranged.width > room - 2 * EDGE and share == 1 and any(one.kind == "stage" for one in nodes.values()):
            return self._container(path, kind, room, SHARE)
        node = _Node(path, kind, Filled(), nodes, arranged)
        if path in (ROOT, AFTER_EXIT):
            node.filled = Filled([], arranged.width, arranged.height)
            return node
        width = max(arranged.width, WIDTH) + 2 * EDGE
        rule = self.rules.steps[path]
        rows = self.filling.head(rule, opened=self._to_tell(rule), room=width - 2 * EDGE)
        node.top = PAD + ROW * (len(rows) + (self.filling.foot != "none")) + 6
        node.filled = Filled(rows, width, node.top + arranged.height + EDGE)
        return node

    def _best(
        self, nodes: dict[str, _Node], edges: list[tuple[str, str]], room: float, ways: tuple[Way, ...]
    ) -> tuple[dict[str, _Node], Arranged]:
        """Return the lowest arrangement that fits across, or else the narrowest."""
        tried: list[tuple[dict[str, _Node], Arranged]] = []
        menus = [name for name, node in nodes.items() if node.kind == "menu"]
        for columns in COLUMNS if menus else COLUMNS[:1]:
            some = {**nodes, **{name: self._menu(name, columns) for name in menus}}
            sizes = {name: (node.filled.width, node.filled.height) for name, node in some.items()}
            tried.extend((some, arrange(sizes, edges, way)) for way in ways)
        fitting = [one for one in tried if one[1].width <= room]
        if fitting:
            return min(fitting, key=lambda one: one[1].height)
        return min(tried, key=lambda one: one[1].width)

    def _menu(self, menu: str, most: int) -> _Node:
        paths = [path for path, name in self.menus.items() if name == menu]
        first = self.rules.steps[paths[0]]
        nodes = {
            path: _Node(path, "menu_step", self.filling.step(self.rules.steps[path], opened=False, chosen=True))
            for path in paths
        }
        arranged, x, y = Arranged(), 0.0, 0.0
        columns = min(most, len(paths))
        for start in range(0, len(paths), columns):
            row = paths[start : start + columns]
            for place, path in enumerate(row):
                arranged.places[path] = (place * (WIDTH + GAP), y)
            y += max(nodes[path].filled.height for path in row) + GAP
            x = max(x, len(row) * (WIDTH + GAP) - GAP)
        arranged.width, arranged.height = x, y - GAP
        rows = self.filling.menu(first, opened=self._to_tell(first), room=x)
        node = _Node(menu, "menu", Filled(), nodes, arranged, PAD + ROW * len(rows) + 6)
        node.filled = Filled(rows, x + 2 * EDGE, node.top + arranged.height + EDGE)
        return node

    def _chain(self, path: str) -> list[str]:
        """Return a step and everything around it, inmost first; a menu's entry is in its menu."""
        chain = [path]
        if path in self.menus:
            chain.append(self.menus[path])
        while path:
            path = self.rules.steps[path].parent if path in self.rules.steps else ""
            chain.append(path)
        return chain

    def _edges(self, parent: str, nodes: dict[str, _Node]) -> list[tuple[str, str]]:
        """Return the lines between what stands in one stage, also those that its parts' parts ask for."""
        edges = []
        for rule in self.rules.steps.values():
            mine = next((one for one in self._chain(rule.path) if one in nodes), None)
            if mine is None:
                continue
            for ref in (*refs_of(rule.after), *refs_of(rule.again)):
                other = next((one for one in self._chain(self._step_of(ref)) if one in nodes), None)
                if other is not None and other != mine:
                    edges.append((other, mine))
        if parent == ROOT:
            fed = {after for _, after in edges}
            firsts = [name for name in nodes if name != START and name not in fed]
            edges.extend((START, name) for name in firsts)
        return edges

    def _step_of(self, ref: str) -> str:
        while ref and ref not in self.rules.steps:
            ref = ref.rpartition(".")[0]
        return ref

    def _to_tell(self, rule: StepRule) -> bool:
        """Tell whether what opens a step has to stand in its box: a line alone says "when that one is done"."""
        refs = list(refs_of(rule.after))
        if len(refs) == 1 and self.filling.is_made(self._step_of(refs[0])):
            return False  # the offer of a place, which says itself what follows
        plain = (
            len(refs) == 1 and refs[0] in self.rules.steps and refs[0] not in self.menus
            and self.rules.steps[refs[0]].parent == rule.parent
        )  # fmt: skip
        return rule.after is not None and not plain

    def _draw_inside(self, node: _Node, x: float, y: float) -> float:
        """Put a container's parts and lines into the picture; returns where it ends."""
        for name, (left, top) in node.arranged.places.items():
            inner = node.inner[name]
            at = (x + left, y + top)
            box = Box(name, inner.kind, *at, inner.filled.width, inner.filled.height, tuple(inner.filled.rows))
            self.layout.boxes.append(box)
            if inner.inner:
                self._draw_inside(inner, at[0] + EDGE, at[1] + inner.top)
        self.layout.lines.extend(
            Line(one.before, one.after, tuple((x + left, y + top) for left, top in one.corners), one.back)
            for one in node.arranged.lines
        )
        return y + node.arranged.height

    def _head(self, name: str, y: float) -> None:
        self.layout.heads.append((0, y, self.heads[name]))

    def _band(self, kind: Literal["exit", "happening"], names: Sequence[str], y: float) -> float:
        self._head(kind, y + 24)
        y += BAND
        columns = max(1, int((self.layout.width + GAP) // (WIDTH + GAP)))
        fill = self.filling.exit if kind == "exit" else self.filling.happening
        for start in range(0, len(names), columns):
            row = [(name, fill(name, WIDTH)) for name in names[start : start + columns]]
            height = max(filled.height for _, filled in row)
            for place, (name, filled) in enumerate(row):
                at = place * (WIDTH + GAP)
                self.layout.boxes.append(Box(name, kind, at, y, WIDTH, height, tuple(filled.rows)))
            y += height + GAP
        return y
