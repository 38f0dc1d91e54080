"""Templates: components and pages with the reader's texts, days and numbers. Everything is escaped."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from desk import menu
from desk.catalogues import LANGUAGES, translations

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Response

    from desk.catalogues import Language
    from desk.visit import Visit

FILES = {
    "desk.css": ("desk/static", "text/css"),
    "desk.js": ("desk/static", "text/javascript"),
    "htmx.min.js": ("js_lib_htmx/static/htmx", "text/javascript"),
}


@cache
def static(name: str) -> tuple[bytes, str]:
    """Return a file that pages load, with its type. Raises KeyError."""
    folder, kind = FILES[name]
    package, _, rest = folder.partition("/")
    return (files(package) / rest / name).read_bytes(), kind


@cache
def address_of(name: str) -> str:
    """Return where a file is found; the address changes with its content, so that browsers may keep it."""
    return f"/static/{hashlib.sha256(static(name)[0]).hexdigest()[:12]}/{name}"


@cache
def environment(language: Language) -> Environment:
    """Return the templates in a language."""
    if language not in LANGUAGES:
        raise ValueError(language)
    made = Environment(
        loader=PackageLoader("desk"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(static=address_of)
    return made


def _whole(write: Callable[[Any], str]) -> Callable[[Any], Markup]:
    """Return how to write a time so that no line ends in the middle of it."""

    def written(value: Any) -> Markup:
        text = write(value)
        return Markup("<time>{}</time>").format(text) if text else Markup("")

    return written


def render(visit: Visit, template: str, *, status: int, **context: Any) -> Response:
    """Return a page for a request."""
    writing = visit.writing
    found = environment(visit.language).get_template(template)
    text = found.render(
        visit=visit, menu=menu.of(visit), language=visit.language, day=_whole(writing.day),
        moment=_whole(writing.moment), away=writing.away, due_day=writing.due_day, number=writing.number,
        long_day=writing.long_day, say=writing.say, begin=writing.begin,
        **context,
    )  # fmt: skip
    return HTMLResponse(text, status)
