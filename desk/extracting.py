"""Every text that templates and code ask the catalogues for, so that a missing translation is found.

Texts are written in English in templates and code, so the English catalogue is made of them:
``python -m desk.extracting > desk/locale/en/desk.po``; it says on standard error what has no Swedish text yet.
"""

from __future__ import annotations

import sys
from importlib.resources import as_file, files
from io import BytesIO

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import write_po

from desk.catalogues import Language, entries
from desk.forms.commands import TITLES

METHODS = [("**.py", "python"), ("**.html", "jinja2")]
OPTIONS = {"**.html": {"trimmed": "true"}}


def asked() -> set[str | tuple[str, ...]]:
    """Return every text that is asked for, plural forms together."""
    with as_file(files("desk")) as folder:
        found = extract_from_dir(folder, METHODS, OPTIONS, keywords=DEFAULT_KEYWORDS)
        texts = {message if isinstance(message, str) else tuple(message) for _, _, message, _, _ in found}
    return texts | set(TITLES.values())


def kept(language: Language) -> dict[str | tuple[str, ...], bool]:
    """Return every text that a language's catalogues hold, and whether it is translated."""
    found: dict[str | tuple[str, ...], bool] = {}
    for _, catalogue in entries(language):
        for message in catalogue:
            if message.id:
                key = message.id if isinstance(message.id, str) else tuple(message.id)
                texts = [message.string] if isinstance(message.string, str) else list(message.string or ("",))
                found[key] = all(texts) and not message.fuzzy
    return found


def english() -> str:
    """Return the English catalogue: every text as it stands."""
    made = Catalog(locale="en", charset="utf-8", header_comment="# Written by desk/extracting.py.")
    for text in sorted(asked(), key=str):
        made.add(text, text)
    file = BytesIO()
    write_po(file, made, omit_header=False, width=120, ignore_obsolete=True)
    return _without_dates(file.getvalue().decode())


_EMPTY = ("-Date:", "Generated-By", "Project-Id", "Report-", "Last-Translator", "Language-Team", "#, fuzzy")
"""Lines of a catalogue's head that say nothing here, or something else each day."""


def _without_dates(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not any(each in line for each in _EMPTY))


def main() -> None:
    """Print the English catalogue, and elsewhere what has no Swedish text."""
    sys.stdout.write(english())
    done = {text for text, translated in kept("sv").items() if translated}
    for text in sorted(asked() - done, key=str):
        sys.stderr.write(f"msgid {text!r}\n")


if __name__ == "__main__":
    main()
