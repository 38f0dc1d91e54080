"""Differences between two definitions in words: what is noticed inside, by who leads, and what is wording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from domain.format.differences import Difference, differences
from service.telling.saying import Saying
from service.telling.steps import StepTelling
from service.telling.whole import Item, sections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.wording import Words

Who = Literal["inside", "leading", "wording"]
WHO: tuple[Who, ...] = ("inside", "leading", "wording")
_LEADING = {"overdue", "remind", "tell", "reasons", "roles", "authorities", "milestones", "targets", "goals", "resend",
            "review", "effective", "programme", "order"}  # fmt: skip
_WORDING = {"label", "source", "origins", "name", "about", "house", "unknown", "codes", "milestone_labels", "examples",
            "rows", "variant_of", "format"}  # fmt: skip
_ALIAS = {"condition": "if"}
_SECTION = {"watch": "watch", "review": "watch", "reopen_within": "watch", "resend": "watch"}
_SAY: dict[str, tuple[str, str]] = {
    "added.steps": ('Nytt steg: "{name}", i {place}. {text}', 'New step: "{name}", in {place}. {text}'),
    "removed.steps": ('Steget "{was}" finns inte längre.', 'The step "{was}" is gone.'),
    "moved.steps": (
        'Steget "{name}" har flyttats från {old} till {new}.',
        'The step "{name}" moved from {old} to {new}.',
    ),
    "renamed.steps": (
        'Steget "{name}" har en ny beteckning: {old} har blivit {new}.',
        'The step "{name}" has a new code: {old} has become {new}.',
    ),
    "order.steps": (
        "Stegen i {place} prövas i en annan ordning.",
        "The steps in {place} are looked at in another order.",
    ),
    "label": ('Steget "{old}" heter nu "{new}".', 'The step "{old}" is now called "{new}".'),
    "origins": (
        'Steget "{name}": varifrån tal kommer anges på ett annat sätt.',
        'The step "{name}": where numbers come from is stated in another way.',
    ),
    "now": ("{name}: {new} Tidigare: {old}", "{name}: {new} Before: {old}"),
    "fresh": ("{name}: nytt: {new}", "{name}: new: {new}"),
    "gone": ("{name}: gäller inte längre: {old}", "{name}: no longer: {old}"),
    "added": ('{part}: nytt: "{text}"', '{part}: new: "{text}"'),
    "removed": ('{part}: borttaget: "{text}"', '{part}: removed: "{text}"'),
    "renamed": ("{part}: {old} har blivit {new}.", "{part}: {old} has become {new}."),
    "changed": ('{part}: "{new}". Tidigare: "{old}"', '{part}: "{new}". Before: "{old}"'),
    "effective": ("Gäller från {new}. Tidigare: från {old}.", "Effective from {new}. Before: from {old}."),
    "whole": ("{part}: ändrat.", "{part}: changed."),
    "root": ("vägen", "the path"),
    "after_exit": ("det som följer på avslutet", "what follows the exit"),
    "part.programme": ("Programmets beteckning", "The programme's code"),
    "part.format": ("Formatet", "The format"),
    "part.name": ("Programmets namn", "The programme's name"),
    "part.about": ("Programmets beskrivning", "The programme's description"),
    "part.examples": ("Exemplen", "The examples"),
    "part.rows": ("Anteckningarna", "The notes"),
    "part.variant_of": ("Vad programmet är en variant av", "What the programme is a variant of"),
    "part.milestone_labels": ("Milstolpars namn", "Names of milestones"),
    "part.codes": ("Ord för koder", "Words for codes"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One difference in words, and who would notice it."""

    who: Who
    text: str
    part: str


def told_differences(old: Words, new: Words) -> list[Told]:
    """Return every difference in words; nothing is said twice."""
    return list(dict.fromkeys(_Differing(old, new).all()))


class _Differing:
    def __init__(self, old: Words, new: Words) -> None:
        self.old, self.new = Saying(old), Saying(new)
        self.found = differences(old.definition, new.definition)
        self.before, self.after = _items(old), _items(new)

    def say(self, key: str, **given: object) -> str:
        return _SAY[key][0 if self.new.sv else 1].format(**given)

    def all(self) -> Iterator[Told]:
        for one in self.found:
            who: Who = "inside"
            key = one.option or one.part if one.kind != "order" else "order"
            if key in _WORDING:
                who = "wording"
            elif key in _LEADING:
                who = "leading"
            texts = self.step(one) if one.part == "steps" else self.part(one)
            if one.kind == "renamed":
                who = "wording"
            yield from (Told(who, text.strip(), one.part) for text in texts)

    def place(self, saying: Saying, path: str) -> str:
        """Return what is around a step."""
        parent = path.rpartition(".")[0]
        if parent in ("", "after_exit"):
            return self.say("after_exit" if parent else "root")
        return f'"{saying.words.step(parent)}"'

    def step(self, one: Difference) -> Iterator[str]:
        """Tell a difference of steps."""
        name, was = self.new.words.step(one.name), self.old.words.step(one.was)
        if one.kind == "added":
            text = " ".join(text for _, text in self.telling(self.new, one.name).sentences())
            yield self.say("added.steps", name=name, place=self.place(self.new, one.name), text=text)
        elif one.kind == "removed":
            yield self.say("removed.steps", was=was)
        elif one.kind == "moved":
            old, new = self.place(self.old, one.was), self.place(self.new, one.name)
            yield self.say("moved.steps", name=name, old=old, new=new)
        elif one.kind == "renamed":
            yield self.say("renamed.steps", name=name, old=one.was.rpartition(".")[2], new=one.name.rpartition(".")[2])
        elif one.kind == "order":
            yield self.say("order.steps", place=self.place(self.new, f"{one.name}.x" if one.name else ""))
        elif one.option == "label":
            if was != name:
                yield self.say("label", old=was, new=name)
        elif one.option == "decide":
            yield from self.outcomes(one)
        elif one.option in ("origins", "source"):
            yield self.say("origins", name=name)
        else:
            yield from self.option(one)

    def telling(self, saying: Saying, path: str) -> StepTelling:
        step = saying.words.definition_of(path)
        assert step is not None  # noqa: S101 - differences name steps that are there
        return StepTelling(saying, path, step)

    def option(self, one: Difference) -> Iterator[str]:
        """Tell an option of a step that says something else."""
        option = _ALIAS.get(one.option, one.option)
        old, new = (
            " ".join(text for name, text in self.telling(saying, path).sentences() if name == option)
            for saying, path in ((self.old, one.was), (self.new, one.name))
        )
        yield from self.instead(f'"{self.new.words.step(one.name)}"', old, new)

    def outcomes(self, one: Difference) -> Iterator[str]:
        """Tell the outcomes of a decision that say something else."""
        old = dict(self.telling(self.old, one.was).outcomes())
        new = dict(self.telling(self.new, one.name).outcomes())
        for name in dict.fromkeys((*old, *new)):
            before, after = (f"→ {lines[name]}." if name in lines else "" for lines in (old, new))
            yield from self.instead(f'"{self.new.words.step(one.name)}"', before, after)
        if list(old) != list(new) and set(old) == set(new):
            yield self.say("order.steps", place=f'"{self.new.words.step(one.name)}"')

    def instead(self, name: str, old: str, new: str) -> Iterator[str]:
        """Say what holds instead of what; nothing where both read the same."""
        if old != new:
            yield self.say("now" if old and new else "fresh" if new else "gone", name=name, old=old, new=new)

    def part(self, one: Difference) -> Iterator[str]:
        """Tell a difference of anything but steps."""
        part = self.title(one.part)
        if one.part == "programme":
            old_name, new_name = self.old.definition.programme, self.new.definition.programme
            yield self.say("renamed", part=part, old=old_name, new=new_name)
        elif one.part == "effective":
            old, new = self.old.definition.effective, self.new.definition.effective
            yield self.say("effective", old=old, new=new)
        elif one.kind == "renamed":
            yield self.say("renamed", part=part, old=one.was, new=one.name)
        elif one.part in ("milestone_labels", "codes") or f"part.{one.part}" in _SAY:
            yield self.say("whole", part=part)
        else:
            section = _SECTION.get(one.part, one.part)
            names = (one.was, one.name) if one.name or one.was else (None, None)
            yield from self.items(part, section, *names)

    def items(self, part: str, section: str, was: str | None, name: str | None) -> Iterator[str]:
        """Compare what is told of one thing, or of everything in a section."""
        before, after = self.before.get(section, {}), self.after.get(section, {})
        if was is None:
            gone = [text for text in before.values() if text not in after.values()]
            fresh = [text for text in after.values() if text not in before.values()]
            for old, new in zip(gone, fresh, strict=False):
                yield self.say("changed", part=part, old=old, new=new)
            yield from (self.say("removed", part=part, text=text) for text in gone[len(fresh) :])
            yield from (self.say("added", part=part, text=text) for text in fresh[len(gone) :])
            return
        then, now = before.get(was, ""), after.get(name or "", "")
        if then and now and then != now:
            yield self.say("changed", part=part, old=then, new=now)
        elif now and not then:
            yield self.say("added", part=part, text=now)
        elif then and not now:
            yield self.say("removed", part=part, text=then)

    def title(self, part: str) -> str:
        """Return what a part of a programme is called."""
        if f"part.{part}" in _SAY:
            return self.say(f"part.{part}")
        return self.new.say(f"head.{_SECTION.get(part, part)}") if part != "effective" else ""


def _items(words: Words) -> dict[str, dict[str, str]]:
    return {section.name: {one.place: _text(one) for one in section.items} for section in sections(words)}


def _text(item: Item) -> str:
    said = "; ".join(text for _, text in item.sentences)
    lines = "; ".join(text for _, text in item.lines)
    title = item.title if item.title.endswith(".") or not (said or lines) else f"{item.title}:"
    return " ".join(part for part in (title, said, lines) if part)
