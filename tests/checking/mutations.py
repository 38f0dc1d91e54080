"""Definitions spoiled in every systematic way, and what notices: the form, the static checks, the examples, the search.

A mutation changes one place of a definition's data. One that compiles to the same rules, and leaves targets and goals
as they were, is no mutation. Where the examples of a programme are the first to notice, the search isn't asked.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from domain.checking.finding import Subject
from domain.checking.static import form_of, static
from domain.format.compiling import compile_programme
from domain.format.model import ProgrammeDef
from domain.format.reading import DefinitionError, Document, Place, read
from domain.format.shapes import problems_of
from domain.rules import Rules
from domain.stories import first_monday
from service.examples import play_example
from service.publishing import PROGRAMMES, Programme, programme_file, read_programme
from tests.checking.spoiling import search

MISSED = PROGRAMMES.parent / "docs/mutations-missed.yaml"
STATES = 60  # of each search: a spoiled definition shows itself early or not at all
SKIP = ("label", "source", "origins", "labels", "esf")
SPAN = re.compile(r"^(\d+)( (?:working day|day|week|month|year)s?.*)$")
Layer = Literal["form", "static", "examples", "search", "missed"]
LAYERS: tuple[Layer, ...] = ("form", "static", "examples", "search", "missed")


@dataclass(frozen=True)
class Mutation:
    """One way of spoiling a definition: the place, what is done there, and how."""

    place: Place
    what: str
    change: Callable[[Any], Any]

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.place))}: {self.what}"


GONE = object()


def mutations(data: dict[str, Any]) -> Iterator[Mutation]:
    """Yield every mutation of a definition's data."""
    roles, exits = list(data["roles"]), list(data["exits"])
    refs = _refs(data["steps"])
    for role in roles:
        yield _gone(("roles", role))
    for part in ("watch", "review"):
        yield from _options(data[part], (part,), roles, exits, refs)
    yield _other(("reopen_within",), _longer(data["reopen_within"]))
    for index in range(len(data.get("resend", []))):
        yield _gone(("resend", index))
    for part in ("facts", "exits", "happenings", "milestones"):
        for name, value in data.get(part, {}).items():
            yield _gone((part, name))
            yield from _options(value, (part, name), roles, exits, refs)
    for name, record in data.get("records", {}).items():
        yield _gone(("records", name))
        for field, value in record["fields"].items():
            yield _gone(("records", name, "fields", field))
            yield from _options(value, ("records", name, "fields", field), roles, exits, refs)
    for index, value in enumerate(data["eligible"]):
        yield _gone(("eligible", index))
        yield from _condition(value, ("eligible", index))
    for part in ("steps", "after_exit"):
        yield from _steps(data.get(part, {}), (part,), roles, exits, refs)
    for name, target in data.get("targets", {}).items():
        for key in ("count", "of"):
            yield _other(("targets", name, key), next((one for one in refs if one != target[key]), target[key]))


def _steps(
    parts: dict[str, Any], around: Place, roles: list[str], exits: list[str], refs: list[str]
) -> Iterator[Mutation]:
    for name, step in parts.items():
        place = (*around, name)
        yield _gone(place)
        yield from _options(step, place, roles, exits, refs)
        for outcome, value in step.get("decide", {}).items():
            yield _gone((*place, "decide", outcome))
            yield from _options(value, (*place, "decide", outcome), roles, exits, refs)
        yield from _steps(step.get("steps", {}), (*place, "steps"), roles, exits, refs)


def _options(part: Any, place: Place, roles: list[str], exits: list[str], refs: list[str]) -> Iterator[Mutation]:
    """Yield mutations of every option of a part: gone, and another value of its kind."""
    if not isinstance(part, dict):
        return
    for key, value in part.items():
        here = (*place, key)
        if key in (*SKIP, "steps", "decide"):
            continue
        yield _gone(here)
        if key in ("by", "hand_over", "exception") and value in roles:
            yield _other(here, _next(roles, value))
        elif key == "exit":
            yield _other(here, _next(exits, value))
        elif key == "class":
            yield _other(here, "interrupted" if value != "interrupted" else "completed")
        elif key in ("after", "stops", "moved_by", "not_by", "same_as"):
            yield from _triggers(value, here, refs)
        elif key in ("due", "every", "not_before", "pause_at_most", "remind") and isinstance(value, str):
            yield _other(here, _longer(value))
        elif key in ("times", "choose", "enough"):
            yield _other(here, value + 1)
        elif key == "overdue":
            yield _other((*here, 0, "tell"), _next(roles, value[0]["tell"]))
            yield _other((*here, 0, "after"), _longer(value[0]["after"]))
        elif key in ("if", "required", "needs") and isinstance(value, dict):
            yield from _condition(value, here)
        elif key in ("only", "unless", "tell", "reasons", "pause_reasons", "one_of") and isinstance(value, list):
            for index in range(len(value)):
                yield _gone((*here, index))
        elif key in ("announce", "view", "hours", "confirms", "sealed", "refusable", "required"):
            yield _other(here, not value)
        elif key in ("from", "to", "at_most", "at_least") and place[0] in ("facts", "records"):
            yield _other(here, value + 1000 if key == "from" else value - 1000)
        elif key == "lasts":
            for limit, text in value.items():
                yield _other((*here, limit), _longer(text))
    if place[0] == "milestones":
        yield from _condition(part, place)


def _condition(value: Any, place: Place) -> Iterator[Mutation]:
    """Yield mutations of a condition: parts gone, limits out of range or one off, values turned round."""
    for key in ("all", "any"):
        for index, inner in enumerate(value.get(key, ())):
            yield _gone((*place, key, index))
            yield from _condition(inner, (*place, key, index))
    if "not" in value:
        yield _other(place, value["not"])
    for key in ("age", "progress", "where"):
        for name, inner in value.get(key, {}).items():
            if isinstance(inner, dict):
                yield from _limits(inner, (*place, key, name))
                yield _gone((*place, key, name))
        if key in value and key != "where":
            yield from _limits(value[key], (*place, key))
    yield from _limits(value, place)
    if isinstance(value.get("is"), bool):
        yield _other((*place, "is"), not value["is"])


def _limits(value: dict[str, Any], place: Place) -> Iterator[Mutation]:
    for key in ("from", "to"):
        if isinstance(value.get(key), int | float):
            yield _other((*place, key), value[key] + 1)
            yield _other((*place, key), value[key] + (1000 if key == "from" else -1000))


def _triggers(value: Any, place: Place, refs: list[str]) -> Iterator[Mutation]:
    if isinstance(value, str):
        yield _other(place, next((one for one in reversed(refs) if one != value), value))
        yield _other(place, f"{value}.opened" if "." not in value else f"{value.partition('.')[0]}.ended")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield _gone((*place, index))
            yield from _triggers(part, (*place, index), refs)
    elif isinstance(value, dict):
        for key, parts in value.items():
            yield _other(place, {"any" if key == "all" else "all": parts})
            yield from _triggers(parts, (*place, key), refs)


def _refs(steps: dict[str, Any]) -> list[str]:
    found = []
    for name, step in steps.items():
        found.append(name)
        found += _refs(step.get("steps", {}))
    return found


def _next(names: list[str], name: str) -> str:
    return names[(names.index(name) + 1) % len(names)]


def _longer(text: str) -> str:
    found = SPAN.match(text)
    assert found is not None, text
    unit = found[2] if found[1] != "1" else re.sub(r"(day|week|month|year)\b", r"\1s", found[2], count=1)
    return f"{int(found[1]) * 2}{unit}"


def _gone(place: Place) -> Mutation:
    return Mutation(place, "gone", lambda _old: GONE)


def _other(place: Place, value: Any) -> Mutation:
    return Mutation(place, f"becomes {value}", lambda _old: value)


def spoil(data: dict[str, Any], mutation: Mutation) -> dict[str, Any]:
    """Return a definition's data with one mutation."""
    data = copy.deepcopy(data)
    node: Any = data
    for part in mutation.place[:-1]:
        node = node[part]
    last = mutation.place[-1]
    value = mutation.change(node[last])
    if value is GONE:
        del node[last]
    else:
        node[last] = value
    return data


class Spoiling:
    """One programme, and what notices its mutations."""

    def __init__(self, name: str, states: int = STATES) -> None:
        self.states = states
        self.name = name
        self.programme: Programme = read_programme(programme_file(name))
        self.data: dict[str, Any] = self.programme.document.data
        # An example that doesn't say yet what stands after each event differs there already: only more than that counts.
        self.examples = self.programme.definition.examples
        self.start = first_monday(self.programme.definition.effective)
        self.noticed: Counter[int] = Counter()
        self.played = [self._play(self.programme.rules, number) for number in range(len(self.examples))]
        self.before = self._hard(Subject(self.programme.rules, self.programme.definition, self.programme.document))

    def _compiled(self, mutation: Mutation) -> Subject:
        """Compile a spoiled definition. Raises DefinitionError."""
        document = Document(spoil(self.data, mutation), self.programme.document.lines)
        try:
            definition = ProgrammeDef.model_validate(document.data)
        except ValidationError as error:
            raise DefinitionError(problems_of(document, error)) from error
        return Subject(compile_programme(definition, document), definition, document)

    def different(self, made: Iterable[Mutation]) -> Iterator[Mutation]:
        """Yield the mutations that mean something else than the definition, and than those before them."""
        seen = {self._meaning(Subject(self.programme.rules, self.programme.definition, self.programme.document))}
        for mutation in made:
            try:
                meaning = self._meaning(self._compiled(mutation))
            except DefinitionError:
                yield mutation
                continue
            if meaning not in seen:
                seen.add(meaning)
                yield mutation

    def _meaning(self, subject: Subject) -> str:
        return f"{subject.rules.hash} {subject.definition.targets} {subject.definition.goals}"

    def caught(self, mutation: Mutation) -> Layer:
        """Return which layer is the first to notice."""
        try:
            spoiled = self._compiled(mutation)
        except DefinitionError:
            return "form"
        if self._hard(spoiled) - self.before:
            return "static"
        if self._shown(spoiled.rules):
            return "examples"
        if not form_of(spoiled) and any(not one.hint for one in search(spoiled, self.states).findings):
            return "search"
        return "missed"

    def _shown(self, rules: Rules) -> bool:
        """Tell whether an example goes otherwise; those that noticed most are asked first."""
        for number in sorted(range(len(self.played)), key=lambda number: -self.noticed[number]):
            if self._play(rules, number) != self.played[number]:
                self.noticed[number] += 1
                return True
        return False

    def _play(self, rules: Rules, number: int) -> tuple[object, ...]:
        played = play_example(rules, self.examples[number], self.start)
        return (played.differs, played.refusal and played.refusal.code)

    def _hard(self, subject: Subject) -> set[tuple[str, Place]]:
        return {(one.code, one.place) for one in static(subject) if not one.hint}


@dataclass(frozen=True)
class Explained:
    """Why mutations that look like this are missed."""

    programmes: tuple[str, ...]
    pattern: re.Pattern[str]
    why: dict[str, str]

    def fits(self, programme: str, mutation: str) -> bool:
        """Tell whether this explains a miss."""
        return (not self.programmes or programme in self.programmes) and self.pattern.search(mutation) is not None


def explanations(path: Path = MISSED) -> list[Explained]:
    """Read why misses are missed."""
    return [
        Explained(tuple(one.get("programmes", ())), re.compile(one["mutation"]), one["why"])
        for one in read(path.read_text("utf-8")).data["missed"]
    ]


def told(
    name: str, chosen: Callable[[list[Mutation]], list[Mutation]] = list, *, states: int = STATES
) -> dict[str, Any]:  # fmt: skip
    """Return what notices the mutations of a programme, and every miss with its explanation."""
    spoiling = Spoiling(name, states)
    known = explanations()
    counts: Counter[Layer] = Counter()
    missed: list[dict[str, Any]] = []
    made = list(spoiling.different(chosen(list(mutations(spoiling.data)))))
    for mutation in made:
        layer = spoiling.caught(mutation)
        counts[layer] += 1
        if layer == "missed":
            why = next((one.why for one in known if one.fits(name, str(mutation))), None)
            missed.append({"mutation": str(mutation), "why": why})
    caught = len(made) - counts["missed"]
    return {
        "programme": name, "made": len(made), "caught": caught, "share": round(100 * caught / len(made)),
        **{layer: counts[layer] for layer in LAYERS if layer != "missed"},
        "unexplained": sum(one["why"] is None for one in missed), "missed": missed,
    }  # fmt: skip
