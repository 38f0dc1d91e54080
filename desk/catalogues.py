"""The desk's texts: Babel catalogues, one folder for each language, one file for each room of pages.

They are read as they stand (.po), so that there is no step between changing a text and seeing it.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from collections.abc import Iterator

Language = Literal["sv", "en"]
LANGUAGES: tuple[Language, ...] = ("sv", "en")


def entries(language: Language) -> Iterator[tuple[str, Catalog]]:
    """Yield every file of a language with its catalogue."""
    for file in sorted((files("desk") / "locale" / language).iterdir(), key=lambda each: each.name):
        if file.name.endswith(".po"):
            with file.open("rb") as opened:
                yield file.name, read_po(opened, locale=language)


@cache
def translations(language: Language) -> GNUTranslations:
    """Return a language's texts, all files together."""
    whole = Catalog(locale=language)
    for _, catalogue in entries(language):
        for message in catalogue:
            if message.id:
                whole[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return GNUTranslations(compiled)
