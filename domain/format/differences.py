"""What differs between two definitions: what is new, gone, moved or renamed, and which option of what has changed.

Steps are compared by their paths. One that is gone and one that is new are the same step if they have the same name
elsewhere (moved) or the same label (renamed), and only one fits. How it is told in words is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel

from domain.rules import AFTER_EXIT, ROOT

if TYPE_CHECKING:
    from domain.format.model import Label, ProgrammeDef, StepDef

Kind = Literal["added", "removed", "renamed", "moved", "changed", "order"]
NAMED = ("roles", "authorities", "facts", "records", "exits", "happenings", "milestones", "targets", "goals",
         "milestone_labels", "codes", "rows")  # fmt: skip
"""The parts of a programme whose elements have names."""
WHOLE = ("programme", "format", "effective", "name", "about", "house", "unknown", "watch", "review", "reopen_within",
         "resend", "eligible", "variant_of", "examples")  # fmt: skip
"""The parts that are compared as a whole."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference; ``was`` is the name in the older definition, ``name`` the one in the newer."""

    kind: Kind
    part: str
    name: str = ""
    was: str = ""
    option: str = ""


def differences(old: ProgrammeDef, new: ProgrammeDef) -> list[Difference]:
    """Return every difference, in the order of a definition: the whole, then steps, then what has names."""
    found = [Difference("changed", part) for part in WHOLE if _plain(getattr(old, part)) != _plain(getattr(new, part))]
    found.extend(_steps(_flat(old), _flat(new)))
    for part in NAMED:
        found.extend(_named(part, getattr(old, part), getattr(new, part)))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value


def _flat(definition: ProgrammeDef) -> dict[str, StepDef]:
    found: dict[str, StepDef] = {}

    def walk(parts: Mapping[str, StepDef], parent: str) -> None:
        for name, step in parts.items():
            path = f"{parent}.{name}" if parent else name
            found[path] = step
            walk(step.steps or {}, path)

    walk(definition.steps, ROOT)
    walk(definition.after_exit, AFTER_EXIT)
    return found


def _parent(path: str) -> str:
    return path.rpartition(".")[0]


def paths(old: ProgrammeDef, new: ProgrammeDef) -> dict[str, str]:
    """Return the path in the newer definition of every step that both have."""
    return _pairs(_flat(old), _flat(new))


def _pairs(old: Mapping[str, StepDef], new: Mapping[str, StepDef]) -> dict[str, str]:
    pairs = {path: path for path in old if path in new}
    for path in old:
        if path in pairs:
            continue
        parent, _, name = path.rpartition(".")
        along = f"{pairs[parent]}.{name}" if parent in pairs else ""
        free = [one for one in new if one not in pairs.values()]
        for fitting in (
            [along] if along in free else [],
            [one for one in free if _label(old[path].label) == _label(new[one].label)],
            [one for one in free if one.rpartition(".")[2] == name],
        ):
            if len(fitting) == 1:
                pairs[path] = fitting[0]
                break
    return {path: pairs[path] for path in old if path in pairs}


def _label(label: Label | None) -> tuple[str, str] | None:
    return (label.sv, label.en) if label else None


def _steps(old: Mapping[str, StepDef], new: Mapping[str, StepDef]) -> Iterator[Difference]:
    pairs = _pairs(old, new)
    for path in old:
        if path not in pairs:
            yield Difference("removed", "steps", was=path)
    for path in new:
        if path not in pairs.values():
            yield Difference("added", "steps", path)
    for path, now in pairs.items():
        if pairs.get(_parent(path), _parent(path)) != _parent(now):
            yield Difference("moved", "steps", now, path)
        if path.rpartition(".")[2] != now.rpartition(".")[2]:
            yield Difference("renamed", "steps", now, path)
        for option in type(old[path]).model_fields:
            before, after = (_plain(getattr(step, option)) for step in (old[path], new[now]))
            if option != "steps" and before != after:
                yield Difference("changed", "steps", now, path, option)
    yield from _orders(pairs, list(new))


def _orders(pairs: Mapping[str, str], new: list[str]) -> Iterator[Difference]:
    """Yield the stages whose steps stand in another order: it decides what is looked at first."""
    stages: dict[str, list[str]] = {}
    for path, now in pairs.items():
        if _parent(path) == _parent(now) or pairs.get(_parent(path)) == _parent(now):
            stages.setdefault(_parent(now), []).append(now)
    for stage, before in stages.items():
        if before != [path for path in new if path in before]:
            yield Difference("order", "steps", stage)


def _named(part: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    gone, fresh = [name for name in old if name not in new], [name for name in new if name not in old]
    for name in list(gone):
        same = [one for one in fresh if _called(old[name]) is not None and _called(old[name]) == _called(new[one])]
        if len(same) == 1:
            gone.remove(name)
            fresh.remove(same[0])
            yield Difference("renamed", part, same[0], name)
            if _plain(old[name]) != _plain(new[same[0]]):
                yield Difference("changed", part, same[0], name)
    yield from (Difference("removed", part, was=name) for name in gone)
    yield from (Difference("added", part, name) for name in fresh)
    for name in old:
        if name in new and _plain(old[name]) != _plain(new[name]):
            yield Difference("changed", part, name, name)


def _called(value: Any) -> tuple[str, str] | None:
    label = value if hasattr(value, "sv") else getattr(value, "label", None)
    return _label(label)
