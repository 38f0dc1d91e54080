"""What can be done, in the order in which an owner thinks: the next thing, my steps, others', the menu, the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from desk.forms.commands import TITLES
from domain.rules import WATCH
from service.refusing import worded

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from desk.visit import Signed
    from domain.possible import Possible
    from service.page import Page

_MAIN = ("complete", "decide", "record")
_NAMED = ("record", "fact", "happen")


def address_of(pathway: str, one: Possible) -> str:
    """Return where the form of something possible is."""
    named = one.choices[0] if one.kind in _NAMED and one.choices else None
    given = {"step": one.step, "key": one.key, "about": named}
    query = urlencode({name: value for name, value in given.items() if value is not None})
    return f"/people/{pathway}/do/{one.kind}" + (f"?{query}" if query else "")


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing to do: what it is called, where its form is, and why it can't be done yet."""

    kind: str
    title: str
    address: str
    about: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class OnStep:
    """An open step with what can be done on it."""

    key: str
    what: str
    due_on: date | None
    verbs: tuple[Verb, ...]
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Doings:
    """Everything that the reader can do; ``first`` is the next thing, ``facts`` the addresses of their forms."""

    first: Verb | None
    mine: tuple[OnStep, ...]
    others: tuple[OnStep, ...]
    menu: tuple[Verb, ...]
    whole: tuple[Verb, ...]
    facts: dict[str, str]

    def __bool__(self) -> bool:
        """Tell whether there is anything."""
        return bool(self.mine or self.others or self.menu or self.whole or self.facts)


def doings(visit: Signed, found: Page, possible: Iterable[Possible]) -> Doings:
    """Return what can be done, grouped."""
    return _Grouping(visit, found, list(possible)).all()


class _Grouping:
    def __init__(self, visit: Signed, found: Page, possible: list[Possible]) -> None:
        self.visit, self.found, self.possible = visit, found, possible

    def all(self) -> Doings:
        on_steps = [one for one in self.possible if one.step is not None and one.kind != "open"]
        whole = [one for one in self.possible if one.step is None and one.kind != "fact"]
        facts = {one.choices[0]: self._verb(one).address for one in self.possible if one.kind == "fact" and one.choices}
        return Doings(
            self._first(on_steps, whole), self._steps([one for one in on_steps if one.mine]),
            self._steps([one for one in on_steps if not one.mine]),
            tuple(self._verb(one) for one in self.possible if one.kind == "open"),
            tuple(self._verb(one) for one in whole), facts,
        )  # fmt: skip

    def _verb(self, one: Possible) -> Verb:
        about = ""
        words = self.found.words
        if words is not None and one.choices and one.kind in _NAMED and one.step is None:
            name = one.choices[0]
            about = {"record": words.record, "fact": words.fact, "happen": words.happening}[one.kind](name)
        elif words is not None and one.kind == "open" and one.step:
            about = words.step(one.step)
        why_not = ""
        if one.why_not is not None:
            why_not = worded(one.why_not, words, self.found.names).text(self.visit.language)
        title = self.visit._(TITLES[one.kind])
        return Verb(one.kind, title, address_of(self.found.shown.pathway.id, one), about, why_not)

    def _steps(self, possible: list[Possible]) -> tuple[OnStep, ...]:
        words = self.found.words
        keys = dict.fromkeys(one.key or "" for one in possible)
        steps = []
        for key in keys:
            here = [one for one in possible if one.key == key]
            verbs = [self._verb(one) for one in here]
            why_not = next((verb.why_not for verb in verbs if verb.why_not), "")
            what = words.key(key) if words is not None else key
            steps.append(OnStep(key, what, here[0].due_on, tuple(one for one in verbs if not one.why_not), why_not))
        return tuple(steps)

    def _first(self, on_steps: list[Possible], whole: list[Possible]) -> Verb | None:
        """Return the next thing: the reader's step, or a contact, that is due first; after a pause, to resume."""
        words, kinds = self.found.words, {one.kind: one for one in whole}
        if words is None:
            return None
        if "resume" in kinds:
            return self._verb(kinds["resume"])
        waiting: list[tuple[str, Possible, str]] = [
            (str(one.due_on or "9999"), one, words.key(one.key))
            for one in on_steps
            if one.mine and one.why_not is None and one.kind in _MAIN
        ]
        watch = next((one for one in self.found.shown.steps if one["path"] == WATCH and one["status"] == "open"), None)
        if watch is not None and "change_owner" in kinds and "contact" in kinds:  # whoever answers for the whole
            waiting.append((str(watch["due_on"] or "9999"), kinds["contact"], ""))
        if not waiting:
            return None
        _, one, about = min(waiting, key=lambda each: each[0])
        verb = self._verb(one)
        return Verb(verb.kind, verb.title, verb.address, about or verb.about)
