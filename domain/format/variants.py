"""Variants: a definition that says only in what it differs from another, each difference checked against the base.

``change`` names places that the base has and values that differ, ``add`` places that it lacks, ``remove`` places that
it has. So a variant can't drift silently when its base changes: what no longer fits is an error with a line.
"""

from __future__ import annotations

import copy
import io
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from domain.format.reading import DefinitionError, Document, Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN = ("programme", "name", "about", "effective")
"""What a variant says for itself."""
LISTS = ("house", "unknown", "examples")
"""What a variant adds to the base's."""
OVERRIDES = ("change", "add", "remove")


def merged(variant: Document, base: Document, name: str) -> Document:
    """Return the base with a variant's differences. Raises DefinitionError with a line for each that doesn't fit."""
    return _Merging(variant, base, name).run()


def text_of(document: Document) -> str:
    """Return a document as YAML: what is published of a variant, so that it can be read without its base."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 120
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # the library declares it as None
    out = io.StringIO()
    yaml.dump(document.data, out)
    return out.getvalue()


def place_of(text: str) -> Place:
    """Return the place that a dotted text names; items of a list by their number from 0."""
    return tuple(int(part) if part.isdigit() else part for part in text.split("."))


class _Merging:
    def __init__(self, variant: Document, base: Document, name: str) -> None:
        self.variant = variant
        self.data: dict[str, Any] = copy.deepcopy(base.data)
        self.lines: dict[Place, int] = dict(base.lines)
        self.files: dict[Place, str] = dict.fromkeys(base.lines, f"{name}.yaml")
        self.name = name
        self.problems: list[Problem] = []

    def run(self) -> Document:
        given = self.variant.data
        for example in self.data.get("examples", ()):
            example.pop("then", None)  # what stands after each event is the base's; the variant says its own
        if "extends" in self.data:
            self.wrong(("extends",), "base_is_variant", name=self.name, base=self.data["extends"])
        for key in given:
            if key not in (*OWN, *LISTS, *OVERRIDES, "extends", "format"):
                self.wrong((key,), "variant_says_whole", key=key)
        for key in OWN:
            if key in given:
                self.data[key] = given[key]
                self.take((key,), (key,))
            else:
                self.wrong((), "variant_own_missing", key=key)
        for key in LISTS:
            before = self.data.setdefault(key, [])
            for number, part in enumerate(given.get(key, [])):
                before.append(part)
                self.take((key, number), (key, len(before) - 1))
        self.overrides()
        if self.problems:
            raise DefinitionError(self.problems)
        self.data["variant_of"] = self.name
        return Document(self.data, self.lines, self.files)

    def overrides(self) -> None:
        """Apply every difference, in the order change, add, remove."""
        taken: list[Place] = []
        for kind, place, value, at in self.named():
            around = next((one for one in taken if place[: len(one)] == one or one[: len(place)] == place), None)
            if around is not None:
                self.wrong(at, "place_twice", place=".".join(map(str, around)))
                continue
            taken.append(place)
            if len(place) == 1 and place[0] in (*OWN, *LISTS) and place[0] in self.variant.data:
                self.wrong(at, "own_lost", key=place[0])
                continue
            node = self.node(place[:-1])
            last = place[-1]
            there = (isinstance(node, dict) and last in node) or (
                isinstance(node, list) and isinstance(last, int) and last < len(node)
            )
            fits = isinstance(node, dict) or (isinstance(node, list) and isinstance(last, int) and last <= len(node))
            if not fits or (kind == "add") == there:
                self.wrong(at, "place_there" if there else "place_missing", file=f"{self.name}.yaml")
            elif kind == "change" and node[last] == value:
                self.wrong(at, "place_same", file=f"{self.name}.yaml")
            elif kind == "remove":
                del node[last]
            else:
                if isinstance(node, list) and not there:
                    node.append(None)
                node[last] = value
                self.take(at, place)

    def named(self) -> Iterator[tuple[str, Place, Any, Place]]:
        """Yield every difference: its kind, its place in the base, its value, and where the variant says so."""
        for kind in ("change", "add"):
            for text, value in (self.variant.data.get(kind) or {}).items():
                yield kind, place_of(str(text)), value, (kind, text)
        for number, text in enumerate(self.variant.data.get("remove") or []):
            yield "remove", place_of(str(text)), None, ("remove", number)

    def node(self, place: Place) -> Any:
        """Return what the merged data hold at a place, or None."""
        node: Any = self.data
        for part in place:
            if isinstance(node, dict):
                node = node.get(part)
            elif isinstance(node, list) and isinstance(part, int) and part < len(node):
                node = node[part]
            else:
                return None
        return node

    def take(self, at: Place, place: Place) -> None:
        """Let a place's lines be the variant's."""
        for known in [known for known in self.lines if known[: len(place)] == place]:
            del self.lines[known]
            self.files.pop(known, None)
        for known, line in self.variant.lines.items():
            if known[: len(at)] == at:
                self.lines[(*place, *known[len(at) :])] = line

    def wrong(self, place: Place, code: str, /, **params: object) -> None:
        self.problems.append(self.variant.problem(place, code, **params))
