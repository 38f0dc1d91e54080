"""The picture of a programme: no two boxes overlap, no text leaves its box, no line runs through a box."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from domain.format.compiling import compile_text
from service.picture import drawing
from service.picture.arrange import Way, arrange
from service.picture.boxes import Foot
from service.picture.drawing import Standing, draw, laid_out
from service.picture.layout import Box, Layout
from service.picture.measure import width_of, wrapped
from service.publishing import PROGRAMMES, read_programme
from service.wording import Words

FILES = [
    *sorted(PROGRAMMES.glob("*.yaml")),
    *(Path(f"tests/programmes/{name}.yaml") for name in ("everything", "told")),
]
HOLDS = ("stage", "menu")
SVG = "{http://www.w3.org/2000/svg}"


def layout_of(file: Path, language: str, *, foot: Foot = "none") -> Layout:
    programme = read_programme(file)
    return laid_out(programme.rules, Words(programme.source, language), foot=foot)


def overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width and other.x < one.x + one.width
        and one.y < other.y + other.height and other.y < one.y + one.height
    )  # fmt: skip


def holds(outer: Box, inner: Box) -> bool:
    return outer.kind in HOLDS and (
        outer.x <= inner.x and inner.x + inner.width <= outer.x + outer.width
        and outer.y <= inner.y and inner.y + inner.height <= outer.y + outer.height
    )  # fmt: skip


def crossed(layout: Layout) -> list[tuple[str, str, str]]:
    """Return the boxes that a line runs through, but for those around both of its ends."""
    boxes = {box.name: box for box in layout.boxes}
    found = []
    for line in layout.lines:
        ends = (boxes[line.before], boxes[line.after])
        others = [box for box in layout.boxes if not all(holds(box, end) for end in ends)]
        for (x1, y1), (x2, y2) in itertools.pairwise(line.corners):
            path = Box("", "step", min(x1, x2), min(y1, y2), abs(x1 - x2) + 0.01, abs(y1 - y2) + 0.01)
            for box in others:
                inside = Box("", "step", box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1)
                if overlap(path, inside):
                    found.append((line.before, line.after, box.name))
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
@pytest.mark.parametrize(("language", "foot"), [("sv", "none"), ("en", "steps"), ("sv", "stages")])
class TestEveryPicture:
    def test_has_boxes_beside_each_other_or_inside(self, file: Path, language: str, foot: Foot) -> None:
        layout = layout_of(file, language, foot=foot)

        for one, other in itertools.combinations(layout.boxes, 2):
            assert not overlap(one, other) or holds(one, other) or holds(other, one), (one.name, other.name)

    def test_keeps_texts_in_their_boxes(self, file: Path, language: str, foot: Foot) -> None:
        layout = layout_of(file, language, foot=foot)

        for box in layout.boxes:
            for place, row in enumerate(box.rows):
                assert width_of(row.text, row.size, row.weight) <= box.width - 20, row.text
                assert 10 + 15 * place + 14 <= box.height, row.text

    def test_has_lines_around_the_boxes(self, file: Path, language: str, foot: Foot) -> None:
        layout = layout_of(file, language, foot=foot)

        assert crossed(layout) == []

    def test_shows_every_step_and_exit(self, file: Path, language: str, foot: Foot) -> None:
        programme = read_programme(file)
        names = {box.name for box in layout_of(file, language, foot=foot).boxes}

        assert set(programme.rules.steps) | set(programme.rules.exits) <= names


class TestTheFile:
    @pytest.mark.parametrize("language", ["sv", "en"])
    def test_is_told_to_those_who_do_not_see_it(self, language: str) -> None:
        programme = read_programme(PROGRAMMES / "koll.yaml")
        root = ET.fromstring(draw(programme.rules, Words(programme.source, language)))  # noqa: S314 - our own

        title, about = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
        assert title is not None
        assert about is not None
        assert root.get("role") == "img"
        assert root.get("aria-labelledby") == f"{title.get('id')} {about.get('id')}"
        assert {"sv": "9 avslut", "en": "9 exits"}[language] in (about.text or "")
        assert ("Resursinventering" if language == "sv" else "Resource inventory") in (about.text or "")

    def test_counts_people_in_words_and_not_in_colour_alone(self) -> None:
        programme = read_programme(PROGRAMMES / "koll.yaml")
        people = {"intake.acknowledge": Standing(here=3, late=1, opened=9), "activity.plan": Standing(here=2)}
        svg = draw(programme.rules, Words(programme.source, "sv"), people=people, exits={"work": 7}, id_="other")

        assert "● 3 här nu, 1 sent" in svg
        assert "● 2 här nu<" in svg
        assert "0 har varit här" in svg
        assert ">7</text>" in svg
        assert 'id="other-t"' in svg

    def test_counts_people_in_stages_alone_where_only_those_were_counted(self) -> None:
        programme = read_programme(PROGRAMMES / "koll.yaml")
        words = Words(programme.source, "sv")
        layout = laid_out(programme.rules, words, foot="stages")
        people = {"intake": Standing(here=3, late=1), "inventory": Standing(here=2)}
        svg = draw(programme.rules, words, people=people, foot="stages", layout=layout)

        assert svg.count(" här nu") == 3
        assert "● 3 här nu, 1 sent" in svg
        assert "● 2 här nu<" in svg
        assert "ingen här nu" in svg
        assert "har varit här" not in svg
        bare = laid_out(programme.rules, words)
        heights = [{box.name: box.height for box in one.boxes if box.kind == "step"} for one in (layout, bare)]
        assert heights[0] == heights[1]

    def test_has_contrast(self) -> None:
        fills = [
            drawing.PAPER,
            drawing.HERE_FILL,
            *(value for name, value in vars(drawing).items() if name.endswith("_FILL")),
        ]
        for fill in fills:
            for ink in (drawing.INK, drawing.QUIET, drawing.HERE, drawing.LATE):
                assert _contrast(ink, fill) >= 4.5, (ink, fill)
            assert _contrast(drawing.LINE, fill) >= 3, fill

    def test_of_the_readme_is_drawn_from_the_definition(self) -> None:
        programme = read_programme(PROGRAMMES / "koll.yaml")
        kept = Path("docs/koll.svg").read_text("utf-8")

        assert kept.strip() == draw(programme.rules, Words(programme.source, "en")).strip(), (
            "make it again: LANG=en_GB stegvis programme diagram koll > docs/koll.svg"
        )


class TestArranging:
    def test_a_circle_ends(self) -> None:
        sizes = dict.fromkeys("abc", (10.0, 10.0))
        ways: tuple[Way, ...] = ("right", "down")
        for way in ways:
            found = arrange(sizes, [("a", "b"), ("b", "c"), ("c", "a"), ("c", "b"), ("a", "a")], way)

            assert {(line.before, line.after) for line in found.lines if line.back} == {("c", "a"), ("c", "b")}
            assert len(found.lines) == 4

    def test_steps_that_open_each_other_are_drawn(self) -> None:
        text = Path("tests/programmes/everything.yaml").read_text("utf-8")
        rules, _, _ = compile_text(text.replace("after: gate.in\n", "after: [gate.in, learn, learn.opened]\n"))
        layout = laid_out(rules, Words(text, "en"))

        assert ("learn", "mapping") in {(line.before, line.after) for line in layout.lines if line.back}

    def test_nothing_to_arrange_takes_no_room(self) -> None:
        assert arrange({}, [], "right").width == 0


class TestMeasuring:
    def test_breaks_between_words_and_in_those_that_are_too_long(self) -> None:
        assert wrapped("a b", 1000, 12) == ["a b"]
        lines = wrapped("arbetsmarknadsinsatsens samordnare", 90, 12)
        assert lines[0].endswith("-")
        assert all(width_of(line, 12) <= 90 for line in lines)
        assert wrapped("one two three four five", 40, 12, most=2)[-1].endswith("…")

    def test_is_wider_than_the_font(self) -> None:
        assert width_of("Beslut om antagning", 12) > 19 * 12 * 0.5
        assert width_of("W", 12, 600) > width_of("W", 12)


def _contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(part, 16) / 255 for part in re.findall("..", colour[1:])]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    brighter, darker = sorted((light(one), light(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)
