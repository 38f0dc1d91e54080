"""The programme's own words for its codes, in the reader's language: what a code is called on a page or in a notice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from domain.format.loading import load_programme
from domain.format.model import OutcomeDef
from domain.format.names import ANSWERS, OFFER, PLACE, WAITING, around_a_place
from domain.rules import ITEM, STAGE, Rules, parse, text_of
from records import programmes

if TYPE_CHECKING:
    from domain.format.model import Label, ProgrammeDef, StepDef
    from domain.format.reading import Document
    from records.database import Executor

BUILT_IN: dict[str, tuple[str, str]] = {
    "watch": ("Bevakning: kontakt med deltagaren", "Watch: contact with the participant"),
    "review_correction": ("Granska efter rättelse", "Review after a correction"),
    "hidden": ("skälet visas inte för din roll", "the reason isn't shown to your role"),
    "yes": ("ja", "yes"),
    "no": ("nej", "no"),
    "accepted": ("tackar ja", "accepts"),
    "declined": ("tackar nej", "declines"),
    "expired": ("tiden gick ut", "expired"),
}


@lru_cache(maxsize=16)
def _read(source: str) -> tuple[ProgrammeDef, Document]:
    return load_programme(source)


class Words:
    """Labels of one version of a programme in one language."""

    def __init__(self, source: str, language: str) -> None:
        self._take(*_read(source), language)
        self.source = source

    @classmethod
    def over(cls, definition: ProgrammeDef, document: Document, language: str) -> Words:
        """Return the words of a definition that has been read already."""
        words = cls.__new__(cls)
        words._take(definition, document, language)  # noqa: SLF001 - its own class
        words.source = ""
        return words

    def _take(self, definition: ProgrammeDef, document: Document, language: str) -> None:
        self.definition, self.document, self.language = definition, document, language
        self._steps: dict[str, StepDef] = {}
        self._made: dict[str, str] = {}
        self._places: dict[str, Label] = {}
        self._walk(self.definition.steps, "")
        self._walk(self.definition.after_exit, "after_exit")

    def _walk(self, parts: dict[str, StepDef], parent: str) -> None:
        for name, part in parts.items():
            path = f"{parent}.{name}" if parent else name
            self._steps[path] = part
            if part.waits_for:
                labels = around_a_place(part.label)
                answers = {name: OutcomeDef(label=label) for name, label in ANSWERS.items()}
                self._steps[path + WAITING] = part.model_copy(update={"label": labels[WAITING], "decide": None})
                self._steps[path + OFFER] = part.model_copy(update={"label": labels[OFFER], "decide": answers})
                self._made |= {path + WAITING: path, path + OFFER: path}
                self._places[path + PLACE] = labels[PLACE]
            self._walk(part.steps or {}, path)

    def of(self, label: Label | None, code: str) -> str:
        """Return a label in the reader's language, or the code itself."""
        if label is not None:
            return label.sv if self.language == "sv" else label.en
        if code in BUILT_IN:
            return BUILT_IN[code][0 if self.language == "sv" else 1]
        return code.replace("_", " ")

    def fields(self, record: str) -> tuple[str, ...]:
        """Return the fields of a record in the order in which the programme has them; rules are kept without one."""
        found = self.definition.records.get(record)
        return tuple(found.fields) if found is not None else ()

    def outcomes(self, path: str) -> tuple[str, ...]:
        """Return the outcomes of a decision in the programme's order."""
        part = self._steps.get(path)
        return tuple(part.decide or ()) if part is not None else ()

    def definition_of(self, path: str) -> StepDef | None:
        """Return a step as it was written."""
        return self._steps.get(path)

    def made_of(self, path: str) -> str | None:
        """Return the step whose waiting for a place a step was made of; None for a written one."""
        return self._made.get(path)

    def step(self, path: str, item: str | None = None) -> str:
        """Return what a step is called, with its item."""
        part = self._steps.get(path)
        text = self.of(part.label if part else None, path.rsplit(".", 1)[-1])
        return f"{text} ({self.item(path, item)})" if item else text

    def key(self, key: str | None) -> str:
        """Return what an instance (``path[item]#n``) is called."""
        path, _, rest = (key or "").partition("#")
        path, _, item = path.partition("[")
        text = self.step(path, item.rstrip("]") or None)
        return f"{text} {rest}" if rest not in ("", "1") else text

    def item(self, path: str, item: str) -> str:
        """Return what an item of an inventory is called."""
        part = self._steps.get(path)
        record = self.definition.records.get(part.record or "") if part else None
        label = record.labels.get(item) if record else None
        if label is None and part is not None and part.by == ITEM:
            label = self.definition.roles.get(item)
        return self.of(label or self.definition.codes.get(item), item)

    def item_of(self, record: str, item: str) -> str:
        """Return what an item of a record is called."""
        found = self.definition.records.get(record)
        return self.of(found.labels.get(item) if found else None, item)

    def outcome(self, path: str, outcome: str) -> str:
        """Return what an outcome of a decision is called."""
        part = self._steps.get(path)
        found = (part.decide or {}).get(outcome) if part else None
        return self.of(found.label if found else None, outcome)

    def exit(self, reason: str) -> str:
        """Return what a reason to leave is called."""
        found = self.definition.exits.get(reason)
        return self.of(found.label if found else None, reason)

    def milestone(self, name: str) -> str:
        """Return what a milestone is called."""
        return self.of(self.definition.milestone_labels.get(name), name)

    def role(self, name: str) -> str:
        """Return what a role is called."""
        return self.of(self.definition.roles.get(name), name)

    def happening(self, name: str) -> str:
        """Return what a happening is called."""
        found = self.definition.happenings.get(name)
        return self.of(found.label if found else self._places.get(name), name)

    def fact(self, name: str) -> str:
        """Return what a fact is called."""
        found = self.definition.facts.get(name)
        return self.of(found.label if found else None, name)

    def record(self, name: str) -> str:
        """Return what a record is called: by its own label, else by its code's."""
        found = self.definition.records.get(name)
        return self.of((found.label if found else None) or self.definition.codes.get(name), name)

    def field(self, record: str, name: str) -> str:
        """Return what a field of a record is called."""
        found = self.definition.records.get(record)
        part = found.fields.get(name) if found else None
        return self.of(part.label if part else None, name)

    def code(self, code: str) -> str:
        """Return what any other code is called."""
        return self.of(self.definition.codes.get(code), code)

    def value(self, value: object) -> str:
        """Return a recorded value as people write it."""
        if isinstance(value, bool):
            return self.code("yes" if value else "no")
        if isinstance(value, float):
            text = f"{value:g}"
            return text.replace(".", ",") if self.language == "sv" else text
        if isinstance(value, str):
            return self.code(value) if value in self.definition.codes else value.replace("_", " ")
        if isinstance(value, list | tuple):
            return ", ".join(self.value(one) for one in value)
        return str(value)


@dataclass(frozen=True, slots=True)
class Version:
    """A published version: its rules, and its words in one language."""

    hash: str
    rules: Rules
    words: Words

    @property
    def stages(self) -> list[str]:
        """The paths of the stages, in the programme's order."""
        return [rule.path for rule in self.rules.steps.values() if rule.kind == STAGE]


_KEPT: dict[tuple[str, str], Version] = {}
"""Versions that were asked for: a list asks for the same few on every page, and none of them ever changes."""
_MOST = 32


async def version_of(pool: Executor, version: str, language: str) -> Version:
    """Return a published version. Raises ProgrammeUnknown."""
    found = _KEPT.get((version, language))
    if found is None:
        published = await programmes.load(pool, version)
        found = Version(version, parse(text_of(published.rules)), Words(published.source, language))
        if len(_KEPT) >= _MOST:
            _KEPT.clear()
        _KEPT[version, language] = found
    return found


async def words_of(pool: Executor, version: str, language: str) -> Words:
    """Return the words of a published version. Raises ProgrammeUnknown."""
    return (await version_of(pool, version, language)).words
