"""Writing what stands after everything in a definition's examples: into the file, before each example's ``expect``.

What is written is read by a person before it is committed; from then on ``check`` compares. The text around it stays as
it is, comments and all.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from domain.script import story
from domain.stories import first_monday, play
from domain.traces import trace

if TYPE_CHECKING:
    from domain.format.model import ExampleDef, ProgrammeDef
    from domain.format.reading import Document
    from domain.rules import Rules

WIDTH = 2  # further in than the key


def expected(rules: Rules, example: ExampleDef, definition: ProgrammeDef) -> list[str]:
    """Return the lines of one example. Raises Refusal, ScriptError."""
    start = first_monday(definition.effective)
    told = story(example.model_dump())
    return trace(play(rules, told, start=start), told.entries, start)


def written(text: str, rules: Rules, definition: ProgrammeDef, document: Document) -> str:
    """Return the definition's text with the lines of every example. Raises Refusal, ScriptError."""
    lines = text.splitlines()
    for number in reversed(range(len(definition.examples))):  # from the end, so that line numbers stay true
        place = ("examples", number, "expect")
        if document.file(place):
            continue  # it stands in the base of a variant
        at = document.line(place) - 1
        indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        then = ("examples", number, "then")
        begins = document.line(then) - 1 if then in document.lines else at
        block = [f"{indent}then:", *(f"{indent}{' ' * WIDTH}- {json.dumps(one, ensure_ascii=False)}"
                 for one in expected(rules, definition.examples[number], definition))]  # fmt: skip
        lines[begins:at] = block
    return "\n".join(lines) + "\n"
