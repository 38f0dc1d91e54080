"""What every part of the telling shares: texts, lists of names, marks behind numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.conditions import refs_of
from domain.format.linking import Linker
from domain.format.model import Label
from domain.origins import origins
from service.reading import after_text, condition_text, joined, ref_text, trigger_text
from service.telling.spans import span_text
from service.telling.texts import TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.format.model import RungDef
    from service.wording import Words


class Saying:
    """One version of a programme in one language: names resolved, codes as words."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.definition = words.definition
        self.sv = words.language == "sv"
        self.linker = Linker(words.definition, words.document)
        self.opened_by = self._opened_by()
        self.origins = {(one.place, one.option): one for one in origins(words.definition)}

    def _opened_by(self) -> dict[str, list[str]]:
        """Return the steps that a reference opens, by reference."""
        found: dict[str, list[str]] = {}
        for path in self.linker.names.endings:
            part = self.words.definition_of(path)
            if part is not None and part.after is not None:
                for ref in refs_of(self.linker.trigger(part.after, path.rpartition(".")[0], ())):
                    found.setdefault(ref, []).append(path)
        return found

    def say(self, key: str, **given: Any) -> str:
        """Return a text with its words filled in."""
        return TEXTS[key][0 if self.sv else 1].format(**given)

    def text(self, given: str | Label | None) -> str:
        """Return what may be written in one language or in both."""
        return self.words.of(given, "") if isinstance(given, Label) else given or ""

    def option(self, name: str) -> str:
        """Return what an option of the format is about."""
        return self.say(f"option.{name}") if f"option.{name}" in TEXTS else name.replace("_", " ")

    def joined(self, parts: Iterable[str], glue: str = "and") -> str:
        """Return clauses as one."""
        return joined(list(parts), glue, self.words)

    def roles(self, names: Iterable[str]) -> str:
        """Return the names of roles."""
        return self.joined(self.words.role(name) for name in names)

    def exits(self, names: Iterable[str], glue: str = "or") -> str:
        """Return the names of exits."""
        return self.joined((f'"{self.words.exit(name)}"' for name in names), glue)

    def codes(self, names: Iterable[str]) -> str:
        """Return codes as words."""
        texts = [self.words.value(name) for name in names]
        return ", ".join(f'"{text}"' if ", " in text else text for text in texts)

    def span(self, text: str) -> str:
        """Return a length of time."""
        return span_text(text, self.words.language)

    def before(self, text: str) -> str:
        """Return the length of a reminder (``5 days before``)."""
        return self.span(text.removesuffix(" before"))

    def due(self, text: str, parent: str) -> str:
        """Return a due rule, with what it counts from."""
        span, _, anchor = text.partition(" after ")
        if anchor == "stage":
            label = self.words.step(parent)
            return self.span(span) + (f' efter att "{label}" öppnats' if self.sv else f' after "{label}" opened')
        if anchor not in ("", "opening", "referral", "exit"):
            anchor = self.linker.ref(anchor, parent, ())
        return self.span(span) + after_text(anchor, self.words)

    def ladder(self, rungs: Iterable[RungDef]) -> str:
        """Return who is told of a delay, and when."""
        return self.joined(
            self.say("rung", role=self.words.role(rung.tell), span=self.span(rung.after)) for rung in rungs
        )

    def condition(self, given: dict[str, Any], parent: str = "") -> str:
        """Return a condition as it was written, told."""
        return condition_text(self.linker.condition(given, parent, ()), self.words)

    def trigger(self, given: Any, parent: str) -> str:
        """Return what opens a step, told."""
        return trigger_text(self.linker.trigger(given, parent, ()), self.words)

    def refs(self, given: Sequence[str], parent: str, glue: str = "or") -> str:
        """Return references, told."""
        return self.joined([ref_text(self.linker.ref(one, parent, ()), self.words) for one in given], glue)

    def steps(self, given: str | list[str], parent: str) -> str:
        """Return the names of steps."""
        names = [given] if isinstance(given, str) else given
        return self.joined([f'"{self.words.step(self.linker.ref(one, parent, ()))}"' for one in names], "or")

    def source(self, given: str | None) -> str:
        """Return the row of the description, in brackets."""
        return f" [{given}]" if given else ""

    def marked(self, sentence: str, path: str, option: str) -> str:
        """Return a sentence with the sign of its number before the full stop."""
        return f"{sentence[:-1]}{self.mark(path, option)}."

    def mark(self, path: str, option: str) -> str:
        """Return the sign behind a number: stated where, the programme's own, or of no stated origin."""
        found = self.origins.get((path, option))
        if found is None:
            return ""
        part = self.words.definition_of(path)
        given = part.origins.get(option) if part else None
        why = f": {self.text(given.why)}" if given and given.why else ""
        if found.origin in ("stated", "elsewhere"):
            return f" [{self.say(f'origin.{found.origin}')}{f', {found.source}' if found.source else ''}{why}]"
        sign = "*" if found.origin == "house" else "?"
        source = f" [{found.source}]" if found.source else ""
        return f"{sign}{source}{f' ({why[2:]})' if why else ''}"
