"""The SVG of a programme, with the people who are at each step where somebody has counted them.

Text is text, every number that a colour shows stands there too, and every kind of box differs in more than colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from service.picture.boxes import PAD, ROW, SMALL, Filling
from service.picture.layout import Box, Layout, lay_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from domain.rules import Rules
    from service.picture.arrange import Line
    from service.picture.boxes import Foot
    from service.wording import Words

INK, QUIET, LINE, PAPER = "#1c2733", "#44515e", "#5f6d7a", "#ffffff"
STAGE_FILL, INNER_FILL, MENU_FILL, EXIT_FILL, HAPPENS_FILL = "#eef3f7", "#e2eaf1", "#f3f0e8", "#f5eef3", "#eef5ef"
HERE, HERE_FILL, LATE = "#0b5d8a", "#dcecf6", "#9c2b00"
MARGIN = 14
_COUNTED: dict[Foot, tuple[str, ...]] = {
    "none": (), "stages": ("stage",), "steps": ("step", "menu_step", "stage"),
}  # fmt: skip
_FILLS = {"step": PAPER, "menu_step": PAPER, "stage": STAGE_FILL, "menu": MENU_FILL, "exit": EXIT_FILL,
          "happening": HAPPENS_FILL, "start": PAPER}  # fmt: skip
_RADII = {"step": 6, "menu_step": 6, "stage": 12, "menu": 12, "exit": 2, "happening": 18, "start": 18}
_SAY: dict[str, tuple[str, str]] = {
    "title": ("{name} som bild", "{name} as a picture"),
    "about": (
        "Från remissen: {stages}. Varje ruta säger vem och till när. Nederst {exits} avslut och det som följer på dem.",
        "From the referral: {stages}. Each box says who and by when. At the bottom {exits} exits and what follows.",
    ),
    "exit": ("Avslut", "Exits"),
    "happening": ("Kan hända när som helst", "May happen at any time"),
    "after_exit": ("Efter avslutet", "After the exit"),
    "legend": (
        "Streckad ram: väljs vid behov.  ■ leder till avslut.  Streckad pil: börjar om.",
        "Dashed frame: chosen when needed.  ■ leads to an exit.  Dashed arrow: begins again.",
    ),
    "here": ("● {count} här nu", "● {count} here now"),
    "late": (", {count} sent", ", {count} late"),
    "nobody": ("ingen här nu", "nobody here now"),
    "past": ("{count} har varit här", "{count} have been here"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How many people are at a step now, how many of them late, how many were ever there and how many did it."""

    here: int = 0
    late: int = 0
    opened: int = 0
    done: int = 0


def draw(
    rules: Rules, words: Words, *, people: Mapping[str, Standing] | None = None, exits: Mapping[str, int] | None = None,
    id_: str = "picture", foot: Foot | None = None, layout: Layout | None = None,
) -> str:  # fmt: skip
    """Return the picture as SVG; without people it shows the programme alone.

    ``foot`` says where people are counted: at every step, if it isn't said. A ``layout`` that was made for it before
    is drawn without being made anew.
    """
    foot = foot or ("none" if people is None else "steps")
    return _Drawing(rules, words, people, exits, id_, foot, layout or laid_out(rules, words, foot=foot)).whole()


def laid_out(rules: Rules, words: Words, *, foot: Foot = "none") -> Layout:
    """Return where everything of a picture stands."""
    place = 0 if words.language == "sv" else 1
    heads = {name: _SAY[name][place] for name in ("exit", "happening", "after_exit")}
    return lay_out(rules, Filling(rules, words, foot=foot), heads)


@dataclass
class _Drawing:
    rules: Rules
    words: Words
    people: Mapping[str, Standing] | None
    left: Mapping[str, int] | None
    id: str
    foot: Foot
    layout: Layout

    def say(self, key: str, **given: object) -> str:
        return _SAY[key][0 if self.words.language == "sv" else 1].format(**given)

    def whole(self) -> str:
        layout = self.layout
        width, height = layout.width + 2 * MARGIN, layout.height + 2 * MARGIN + 24
        name = self.words.of(self.words.definition.name, self.rules.programme)
        stages = ", ".join(self.words.step(rule.path) for rule in self.rules.children[""])
        about = self.say("about", stages=stages, exits=len(self.rules.exits))
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-MARGIN} {-MARGIN} {width:.0f} {height:.0f}" '
            f'width="{width:.0f}" height="{height:.0f}" role="img" aria-labelledby="{self.id}-t {self.id}-d" '
            "font-family=\"system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif\">"
        )
        parts = [
            head,
            f'<title id="{self.id}-t">{escape(self.say("title", name=name))}</title>',
            f'<desc id="{self.id}-d">{escape(about)}</desc>',
            (
                f'<defs><marker id="{self.id}-a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
                f'orient="auto"><path d="M0 0 8 4 0 8z" fill="{LINE}"/></marker></defs>'
            ),
            f'<rect x="{-MARGIN}" y="{-MARGIN}" width="{width:.0f}" height="{height:.0f}" fill="{PAPER}"/>',
            *(part for box in layout.boxes for part in self.box(box)),
            *(self.line(one) for one in layout.lines),
            *(_text(x, y, text, size=15, weight=700) for x, y, text in layout.heads),
            _text(0, layout.height + 22, self.say("legend"), size=SMALL, fill=QUIET),
            "</svg>",
        ]
        return "\n".join(parts)

    def box(self, box: Box) -> Iterator[str]:
        now = (self.people or {}).get(box.name, Standing())
        fill, stroke, wide = _FILLS[box.kind], LINE, 1
        if box.kind == "stage" and box.name.count("."):
            fill = INNER_FILL
        if now.here and box.kind in ("step", "menu_step"):
            fill, stroke, wide = HERE_FILL, HERE, 2
        rule = self.rules.steps.get(box.name)
        dashed = box.kind in ("menu", "menu_step") or (rule is not None and rule.choose > 0)
        yield (
            f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" '
            f'rx="{_RADII[box.kind]}" fill="{fill}" stroke="{stroke}" stroke-width="{wide}"'
            f"{' stroke-dasharray=' + chr(34) + '5 3' + chr(34) if dashed else ''}/>"
        )
        left = box.x + (14 if box.kind in ("stage", "menu") else PAD)
        for place, row in enumerate(box.rows):
            y = box.y + PAD + ROW * place + 10
            fill = INK if row.size > SMALL or row.loud else QUIET
            text = _text(left, y, row.text, size=row.size, weight=row.weight, fill=fill)
            yield f"<g><title>{escape(row.whole)}</title>{text}</g>" if row.whole else text
        if rule is not None and box.kind in _COUNTED[self.foot]:
            yield self.count(left, box.y + PAD + ROW * len(box.rows) + 10, now)
        if box.kind == "exit" and self.left is not None:
            count = str(self.left.get(box.name, 0))
            yield _text(box.x + box.width - PAD, box.y + PAD + 11, count, size=14, weight=700, anchor="end")

    def count(self, x: float, y: float, now: Standing) -> str:
        """Say how many people are at a step."""
        if not now.here and self.foot == "stages":
            return _text(x, y, self.say("nobody"), size=SMALL, fill=QUIET)
        if not now.here:
            return _text(x, y, self.say("past", count=now.opened), size=SMALL, fill=QUIET)
        late = self.say("late", count=now.late) if now.late else ""
        here = self.say("here", count=now.here) + late
        return _text(x, y, here, size=SMALL, weight=700, fill=LATE if now.late else HERE)

    def line(self, one: Line) -> str:
        """Draw a line around its corners."""
        (x, y), *rest = one.corners
        path = f"M{x:.1f} {y:.1f}" + "".join(f"L{x:.1f} {y:.1f}" for x, y in rest)
        dash = ' stroke-dasharray="5 4"' if one.back else ""
        return f'<path d="{path}" fill="none" stroke="{LINE}" stroke-width="1.5"{dash} marker-end="url(#{self.id}-a)"/>'


def _text(
    x: float, y: float, text: str, *, size: float = 12, weight: int = 400, fill: str = INK, anchor: str = "start"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" font-weight="{weight}" fill="{fill}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )
