"""Printing a programme that is told in plain words (service/telling): heads and paragraphs."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING

from cli import output
from service.telling.whole import sections, title_and_about
from service.wording import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cli.texts import Say
    from service.publishing import Programme
    from service.telling.whole import Item

WIDTH = 110


def tell(programme: Programme, say: Say, differs: Sequence[str] = ()) -> None:
    """Print a programme; ``differs`` says how a variant differs from what it extends."""
    words = Words(programme.source, say.language)
    name, *above = title_and_about(words, programme.rules.hash)
    output.line(name)
    output.line("=" * len(name))
    for text in (*above, *differs):
        _put(text, "")
    for section in sections(words):
        output.head(section.title)
        for text in section.intro:
            _put(text, "  ")
        for item in section.items:
            _item(item, long=section.name in ("steps", "after_exit"))


def _item(item: Item, *, long: bool) -> None:
    indent = "  " + "    " * item.depth
    if long:
        output.line()
        output.line(f"{indent}{item.title}")
        if item.sentences:
            _put(item.text, f"{indent}  ")
    else:
        sentences = item.title.endswith((".", ")"))
        glue, between = (" ", " ") if sentences else (": ", "; ")
        said = between.join(text for _, text in item.sentences)
        _put(f"- {item.title}{glue if said else ''}{said}", indent, hanging=2)
    for _, text in item.lines:
        _put(f"→ {text}" if long else f"· {text}", f"{indent}  ", hanging=2)


def _put(text: str, indent: str, *, hanging: int = 0) -> None:
    """Print a paragraph; on a screen its lines are broken, in a pipe it stays one, to be searched."""
    if not sys.stdout.isatty():
        output.line(f"{indent}{text}")
        return
    for line in textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent + " " * hanging, break_long_words=False,
        break_on_hyphens=False,
    ):  # fmt: skip
        output.line(line)
