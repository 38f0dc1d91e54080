"""Every text that the command prints, in Swedish and English. Refusals have their own table (domain/refusals.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.texts import answers, counted, helps, machines, pages, places, programmes
from service import texts
from service.texts import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXTS: dict[str, tuple[str, str]] = {
    **answers.TEXTS,
    **counted.TEXTS,
    **helps.TEXTS,
    **machines.TEXTS,
    **pages.TEXTS,
    **places.TEXTS,
    **programmes.TEXTS,
    **texts.TEXTS,
}


def language_of(environment: Mapping[str, str]) -> Language:
    """Return the language that the environment asks for: Swedish for sv*, else English."""
    wanted = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    return "sv" if wanted.lower().startswith("sv") else "en"


class Say(texts.Say):
    """The command's texts in one language."""

    def __init__(self, language: Language) -> None:
        super().__init__(language, TEXTS)
