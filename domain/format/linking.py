"""What the names in a definition refer to, and every loose end as a problem with its line."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from domain.format.names import Names
from domain.format.reading import Document, Place, Problem
from domain.problems import Wrong
from domain.rules import Rung
from domain.script import KEPT_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.format.model import ProgrammeDef, RungDef


class Linker:
    """Resolve names of one definition, gathering problems instead of stopping at the first."""

    def __init__(self, definition: ProgrammeDef, document: Document) -> None:
        self.definition = definition
        self.document = document
        self.problems: list[Problem] = []
        self.names = Names(definition)

    def wrong(self, place: Place, code: str, /, **params: object) -> None:
        """Note a problem at a place."""
        self.problems.append(self.document.problem(place, code, **params))

    def role(self, name: str, place: Place) -> str:
        """Check a role's name."""
        if name not in self.definition.roles:
            self.wrong(place, "unknown_role", name=name, known=", ".join(self.definition.roles))
        return name

    def roles(self, names: Iterable[str], place: Place) -> tuple[str, ...]:
        """Check the names of roles."""
        return tuple(self.role(name, place) for name in names)

    def exit(self, name: str | None, place: Place) -> str | None:
        """Check an exit's name."""
        if name is not None and name not in self.definition.exits:
            self.wrong(place, "unknown_exit", name=name, known=", ".join(self.definition.exits))
        return name

    def ladder(self, rungs: Iterable[RungDef], place: Place) -> tuple[Rung, ...]:
        """Compile an escalation ladder."""
        return tuple(Rung(rung.after, self.role(rung.tell, place)) for rung in rungs)

    def ref(self, text: str, parent: str, place: Place) -> str:
        """Resolve a reference to its full form."""
        try:
            return self.names.resolve(text, parent)
        except Wrong as error:
            self.problems.append(self.document.problem_of(place, error))
            return text

    def step_paths(self, given: str | list[str] | None, parent: str, place: Place) -> tuple[str, ...]:
        """Resolve references to steps themselves."""
        return tuple(self.ref(text, parent, place) for text in _many(given))

    def trigger(self, given: Any, parent: str, place: Place) -> dict[str, Any] | None:
        """Compile ``after``: a reference, a list (any of them), or all/any of triggers."""
        if given is None:
            return None
        if isinstance(given, str):
            resolved = self.ref(given, parent, place)
            return {"reached": resolved} if resolved in self.definition.milestones else {"ref": resolved}
        if isinstance(given, list):
            return {"any": [self.trigger(part, parent, place) for part in given]}
        if isinstance(given, dict) and len(given) == 1 and next(iter(given)) in ("all", "any"):
            (key, parts), *_ = given.items()
            return {str(key): [self.trigger(part, parent, place) for part in parts]}
        self.wrong(place, "trigger_form")
        return None

    def condition(self, given: Any, parent: str, place: Place) -> dict[str, Any]:
        """Check a condition and resolve the names in it."""
        if not isinstance(given, dict):
            self.wrong(place, "condition_form")
            return {"all": []}
        plain = dict[str, Any]({key: days_as_text(value) for key, value in given.items() if key != "source"})
        for key in ("all", "any"):
            if key in plain:
                parts = [self.condition(part, parent, place) for part in plain[key]]
                return {key: parts}
        if "not" in plain:
            return {"not": self.condition(plain["not"], parent, place)}
        if "fact" in plain:
            self._fact(plain, place)
        elif "record" in plain:
            self.known(plain["record"], self.definition.records, "record", place)
            record = self.definition.records.get(plain["record"])
            for name in plain.get("where", {}) if record else ():
                self.known(name, record.fields if record else {}, "field", place)
            self._item(plain, place)
        elif "progress" in plain:
            self._progress(plain["progress"], place)
        elif "age" in plain:
            self.known("birth_date", self.definition.facts, "fact", place)
        elif "reached" in plain:
            self.known(plain["reached"], self.definition.milestones, "milestone", place)
        elif "ref" in plain or "count" in plain:
            key = "ref" if "ref" in plain else "count"
            return {**plain, key: self.ref(plain[key], parent, place)}
        else:
            self.wrong(place, "condition_unknown", keys=", ".join(map(str, plain)))
        return plain

    def _fact(self, plain: dict[str, Any], place: Place) -> None:
        self.known(plain["fact"], self.definition.facts, "fact", place)
        if not plain.keys() & {"is", "in", "from", "to", "has", "known"}:
            self.wrong(place, "condition_asks_nothing")
        fact = self.definition.facts.get(plain["fact"])
        if "has" not in plain or fact is None:
            return
        if fact.type != "codes":
            self.wrong(place, "has_not_codes", name=plain["fact"])
        elif fact.one_of:
            self.known(plain["has"], fact.one_of, "code", place, of=plain["fact"])

    def _item(self, given: dict[str, Any], place: Place) -> None:
        """Check the item of a record that a condition looks at."""
        record = self.definition.records.get(given["record"])
        if record is None or "item" not in given:
            return
        if not record.items:
            self.wrong(place, "record_without_items", name=given["record"])
        else:
            self.known(given["item"], record.items, "item", place, of=given["record"])

    def _progress(self, given: Any, place: Place) -> None:
        wanted = {"record", "field"}
        keys = set(given) - {"item"} if isinstance(given, dict) else set()
        if not wanted < keys <= {*wanted, "from", "to"} or len(keys) != 3:  # noqa: PLR2004
            self.wrong(place, "progress_form")
            return
        self.known(given["record"], self.definition.records, "record", place)
        record = self.definition.records.get(given["record"])
        if record is not None:
            self.known(given["field"], record.fields, "field", place)
        self._item(given, place)

    def words_of_stories(self) -> None:
        """Refuse names that a story can't say, because its grammar means something else by them."""
        for name in self.definition.facts:
            self._sayable(name, ("facts", name), f"{name}_stated")
        for record, part in self.definition.records.items():
            self._sayable(record, ("records", record), f"{record}_taken")
            for name in part.fields:
                self._sayable(name, ("records", record, "fields", name), f"{record}_{name}")

    def _sayable(self, name: str, place: Place, instead: str) -> None:
        if name in KEPT_WORDS:
            self.wrong(place, "name_is_grammar", name=name, instead=instead)

    def known(self, name: str, names: Iterable[str], kind: str, place: Place, /, **more: object) -> None:
        """Check that a name is defined."""
        if name not in names:
            self.wrong(place, f"unknown_{kind}", name=name, known=", ".join(names), **more)


def days_as_text(value: Any) -> Any:
    """Return a condition's value as facts and records hold it: a day, which YAML reads as a day, as text."""
    if isinstance(value, dict):
        return {key: days_as_text(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [days_as_text(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def _many(given: str | list[str] | None) -> list[str]:
    return [] if given is None else [given] if isinstance(given, str) else list(given)
