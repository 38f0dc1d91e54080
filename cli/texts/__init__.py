"""Every text that the command prints, in Swedish and English. Refusals have their own table (domain/refusals.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from cli.texts import answers, helps, machines, pages, places, programmes

if TYPE_CHECKING:
    from collections.abc import Mapping

Language = Literal["sv", "en"]
TEXTS: dict[str, tuple[str, str]] = {
    **answers.TEXTS,
    **helps.TEXTS,
    **machines.TEXTS,
    **pages.TEXTS,
    **places.TEXTS,
    **programmes.TEXTS,
}


def language_of(environment: Mapping[str, str]) -> Language:
    """Return the language that the environment asks for: Swedish for sv*, else English."""
    wanted = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    return "sv" if wanted.lower().startswith("sv") else "en"


class Say:
    """Texts in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, key: str, **words: Any) -> str:
        """Return a text with its words filled in. Raises KeyError for one that isn't in the table."""
        return TEXTS[key][0 if self.language == "sv" else 1].format(**words)
