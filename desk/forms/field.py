"""A form and its fields, as components draw them; what was typed stays in them when something is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Kind = Literal["text", "area", "day", "month", "number", "select", "radio", "checks", "password", "search", "hidden"]
Typed = dict[str, list[str]]
CHOICES = ("select", "radio", "checks")


@dataclass(frozen=True, slots=True)
class Field:
    """One question. ``values`` are what was typed or stands there; ``choices`` are values with their texts.

    ``notes`` say more about single choices; ``row`` puts the steps of a scale beside each other.
    """

    name: str
    kind: Kind
    label: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    row: bool = False
    required: bool = False
    most: int | None = None
    autocomplete: str = "off"
    values: tuple[str, ...] = ()
    error: str = ""

    @property
    def value(self) -> str:
        """The one value of a question that takes one."""
        return self.values[0] if self.values else ""

    @property
    def id(self) -> str:
        """The element's id, which an error summary links to."""
        return f"f-{self.name}"


@dataclass(frozen=True, slots=True)
class Form:
    """Questions with what was typed and what was wrong; ``errors`` belong to no field."""

    fields: tuple[Field, ...]
    errors: tuple[str, ...] = field(default=())

    @property
    def wrong(self) -> list[Field]:
        """The fields that have an error."""
        return [each for each in self.fields if each.error]

    @property
    def ok(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.errors and not self.wrong

    def filled(self, typed: Mapping[str, Sequence[str]]) -> Form:
        """Return the form with what was typed; passwords are never shown again."""
        return replace(
            self,
            fields=tuple(
                replace(each, values=tuple(typed.get(each.name, ()))) if each.kind != "password" else each
                for each in self.fields
            ),
        )

    def with_error(self, text: str, *names: str) -> Form:
        """Return the form with an error at the first field of these names, else above all of it."""
        known = {each.name for each in self.fields}
        at = next((name for name in names if name in known), None)
        if at is None:
            return replace(self, errors=(*self.errors, text))
        return replace(
            self, fields=tuple(replace(each, error=text) if each.name == at else each for each in self.fields)
        )

    def offered(self, text: str) -> Form:
        """Return the form with an error at every choice that was none of those that the page offers."""
        return replace(
            self,
            fields=tuple(
                replace(each, error=text)
                if each.kind in CHOICES
                and not each.error
                and any(value.strip() and value not in dict(each.choices) for value in each.values)
                else each
                for each in self.fields
            ),
        )

    def missing(self, text: str, *also: str) -> Form:
        """Return the form with an error at every required field that is empty, and at others that are needed here."""
        return replace(
            self,
            fields=tuple(
                replace(each, error=text)
                if (each.required or each.name in also)
                and not each.error
                and not any(value.strip() for value in each.values)
                else each
                for each in self.fields
            ),
        )


def one(typed: Mapping[str, Sequence[str]], name: str) -> str | None:
    """Return what was typed in a field, or None where it was left empty."""
    values = typed.get(name) or ("",)
    return values[0].strip() or None


def choices_of(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return choices, the first of which is none."""
    return (("", "—"), *pairs)
