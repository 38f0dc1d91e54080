"""A programme as a picture: an SVG drawn from the definition, with the people who are at each step.

``python -m demo.picture koll sv`` prints the programme alone, for a document. Text is text, and every number that a
colour shows stands there too.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from demo.layout import BOX_HEIGHT, Box, Layout, lay_out
from domain.rules import AFTER_EXIT, Rules
from service.publishing import programme_file, read_programme
from service.wording import Words

INK, QUIET, LINE, PAPER = "#1c2733", "#4a5866", "#7d8b99", "#ffffff"
STAGE_FILL, AFTER_FILL, EXIT_FILL = "#eef3f7", "#f3f0e8", "#f5eef3"
HERE, HERE_FILL, LATE = "#0b5d8a", "#dcecf6", "#9c2b00"
MARGIN = 10
LETTERS = 21  # of a title's line in a box
MOST_LINES = 2
CHARACTER = 6.4  # width of an average letter at 12 px; too wide rather than too narrow


@dataclass(frozen=True, slots=True)
class Standing:
    """How many people are at a step now, how many of them late, how many were ever there and how many did it."""

    here: int = 0
    late: int = 0
    opened: int = 0
    done: int = 0


def draw(
    rules: Rules, words: Words, *, people: Mapping[str, Standing] | None = None, exits: Mapping[str, int] | None = None,
    id_: str = "picture",
) -> str:  # fmt: skip
    """Return the picture as SVG; without people it shows the programme alone."""
    return _Drawing(rules, words, lay_out(rules), people, exits, id_).whole()


@dataclass
class _Drawing:
    rules: Rules
    words: Words
    layout: Layout
    people: Mapping[str, Standing] | None
    left: Mapping[str, int] | None
    id: str

    def say(self, sv: str, en: str) -> str:
        return sv if self.words.language == "sv" else en

    def whole(self) -> str:
        width, height = self.layout.width + 2 * MARGIN, self.layout.height + 2 * MARGIN
        title = self.say("Programmet som bild", "The programme as a picture")
        about = self.say(
            "Etapper och steg från vänster till höger, avslut nederst. Talen finns också i tabellerna.",
            "Stages and steps from left to right, exits at the bottom. The numbers are in the tables too.",
        )
        parts = [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-MARGIN} {-MARGIN} {width:.0f} {height:.0f}" '
                f'width="{width:.0f}" height="{height:.0f}" role="img" aria-labelledby="{self.id}-t {self.id}-d" '
                "font-family=\"system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif\">"
            ),
            f'<title id="{self.id}-t">{escape(title)}</title><desc id="{self.id}-d">{escape(about)}</desc>',
            (
                f'<defs><marker id="{self.id}-a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
                f'orient="auto"><path d="M0 0 8 4 0 8z" fill="{LINE}"/></marker></defs>'
            ),
            *(self.stage(box) for box in self.layout.stages.values()),
            *(self.way_out(path, reasons) for path, reasons in self.layout.leaving.items()),
            *(self.line(before, after) for before, after in self.layout.lines),
            *(self.step(box) for box in self.layout.steps.values()),
            self.band(),
            *(self.exit(box) for box in self.layout.exits.values()),
            "</svg>",
        ]
        return "\n".join(parts)

    def stage(self, box: Box) -> str:
        after = box.name == AFTER_EXIT
        name = self.say("Efter avslut", "After the exit") if after else self.words.step(box.name)
        fill = AFTER_FILL if after else STAGE_FILL
        text = _text(box.x + 14, 22, name, size=14, weight=700)
        return _rect(box, fill=fill, stroke="none", radius=10) + text

    def step(self, box: Box) -> str:
        rule = self.rules.steps[box.name]
        now = (self.people or {}).get(box.name, Standing())
        name = self.words.step(box.name)
        if rule.items:
            name = f"{name} ×{len(rule.items)}"
        fill, stroke = (HERE_FILL, HERE) if now.here else (PAPER, LINE)
        shape = _rect(box, fill=fill, stroke=stroke, radius=6, dashed=bool(rule.choose), width=2 if now.here else 1)
        lines = _wrapped(name)
        size = 12
        if box.height < BOX_HEIGHT:
            lines, size = [name], 11
        parts = [shape, *(_text(box.x + 9, box.y + 19 + 15 * row, line, size=size) for row, line in enumerate(lines))]
        parts.append(self.foot(box, rule.every is not None, bool(rule.choose), now))
        return "".join(parts)

    def foot(self, box: Box, repeats: bool, chosen: bool, now: Standing) -> str:  # noqa: FBT001 - a private helper
        at = box.y + box.height - 9
        if self.people is None:
            told = self.say("återkommer", "recurs") if repeats else self.say("väljs", "chosen") if chosen else ""
            return _text(box.x + 9, at, told, size=11, fill=QUIET) if told else ""
        past = self.say(f"{now.opened} har varit här", f"{now.opened} have been here")
        if not now.here:
            return _text(box.x + 9, at, past, size=11, fill=QUIET)
        here = self.say(f"● {now.here} här nu", f"● {now.here} here now")
        late = self.say(f", {now.late} sent", f", {now.late} late") if now.late else ""
        fill = LATE if now.late else HERE
        return _text(box.x + 9, at, here + late, size=11, weight=700, fill=fill)

    def line(self, before: str, after: str) -> str:
        one = self.layout.steps.get(before) or self.layout.stages[before]
        other = self.layout.steps.get(after) or self.layout.stages[after]
        (x1, y1), (x2, y2) = one.right, other.left
        if before in self.layout.stages:
            y1 = y2 = 17
        middle = (x1 + x2) / 2
        path = f"M{x1:.0f} {y1:.0f}H{middle:.0f}V{y2:.0f}H{x2 - 2:.0f}"
        return f'<path d="{path}" fill="none" stroke="{LINE}" stroke-width="1.5" marker-end="url(#{self.id}-a)"/>'

    def way_out(self, path: str, reasons: list[str]) -> str:
        """Draw one line from a decision down to the band of exits; which ones is told beside it."""
        box = self.layout.steps[path]
        x, y = box.x + box.width / 2, box.y + box.height
        bottom = min(one.y for one in self.layout.exits.values()) - 30
        told = " · ".join(self.words.exit(reason) for reason in reasons)
        d = f"M{x:.0f} {y:.0f}V{bottom:.0f}"
        line = f'<path d="{d}" fill="none" stroke="{LINE}" stroke-width="1.5" stroke-dasharray="2 3" '
        line += f'marker-end="url(#{self.id}-a)"/>'
        notes = [
            _text(x - 8, bottom - 4 - 14 * (len(reasons) - 1 - place), self.words.exit(reason), size=11, fill=QUIET,
                  anchor="end")
            for place, reason in enumerate(reasons)
        ]  # fmt: skip
        return f"<g><title>{escape(told)}</title>{line}{''.join(notes)}</g>"

    def band(self) -> str:
        first = next(iter(self.layout.exits.values()))
        return _text(0, first.y - 11, self.say("Avslut", "Exits"), size=14, weight=700)

    def exit(self, box: Box) -> str:
        name = self.words.exit(box.name)
        lines = _wrapped(name, int((box.width - 12) / CHARACTER))
        parts = [_rect(box, fill=EXIT_FILL, stroke=LINE, radius=6)]
        count = None if self.left is None else self.left.get(box.name, 0)
        if count is not None:
            lines = [f"{lines[0]}", *lines[1:2]]
            parts.append(_text(box.x + box.width - 8, box.y + 18, str(count), size=14, weight=700, anchor="end"))
        parts.extend(_text(box.x + 8, box.y + 18 + 14 * row, line, size=11) for row, line in enumerate(lines))
        return "".join(parts)


def _rect(
    box: Box, *, fill: str, stroke: str, radius: int, dashed: bool = False, width: float = 1
) -> str:  # fmt: skip
    dash = ' stroke-dasharray="5 3"' if dashed else ""
    return (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="{radius}" '
        f'fill="{fill}" stroke="{stroke}" stroke-width="{width}"{dash}/>'
    )


def _text(
    x: float, y: float, text: str, *, size: int = 12, weight: int = 400, fill: str = INK, anchor: str = "start"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" fill="{fill}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )


def _wrapped(text: str, letters: int = LETTERS) -> list[str]:
    """Break a title into two lines at most; what is longer ends in an ellipsis."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= letters or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > MOST_LINES:
        lines = [lines[0], f"{lines[1][: letters - 1]}…"]
    return [line if len(line) <= letters + 2 else f"{line[: letters + 1]}…" for line in lines]


def main(programme: str = "koll", language: str = "sv") -> int:
    """Print the picture of a programme that ships with Stegvis."""
    read = read_programme(programme_file(programme))
    print(draw(read.rules, Words(read.source, language)))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
