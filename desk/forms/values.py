"""A question for a value of the programme: a fact, or a field of a record."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from desk.forms.field import Field, choices_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.rules import FactRule, FieldRule
    from service.wording import Words

MOST = 4000  # characters of free text, as the commands take it
FEW = 6  # codes that stand as radio buttons; more make a long page
SHORT_SCALE = 10  # steps that can stand beside each other
LONG_TEXT = "text"


def question(
    rule: FactRule | FieldRule, name: str, label: str, words: Words, _: Callable[[str], str], *, required: bool = False
) -> Field:
    """Return the question for a value."""
    asked = _question(rule, name, label, words, _)
    hints = [asked.hint, _("Protected: only those who work with the participant see it") if rule.sealed else ""]
    return replace(asked, required=required, hint=". ".join(hint for hint in hints if hint))


def typed_as(value: Any) -> tuple[str, ...]:
    """Return how a value that stands would be typed."""
    match value:
        case None:
            return ()
        case bool():
            return ("yes" if value else "no",)
        case float():
            return (f"{value:g}".replace(".", ","),)
        case list() | tuple():
            return tuple(str(one) for one in value)
        case _:
            return (str(value),)


def _question(rule: FactRule | FieldRule, name: str, label: str, words: Words, _: Callable[[str], str]) -> Field:
    match rule.type:
        case "boolean":
            return Field(name, "radio", label, choices=(("yes", words.code("yes")), ("no", words.code("no"))))
        case "code":
            codes = [(code, words.code(code)) for code in rule.one_of]
            few = len(codes) <= FEW
            return Field(name, "radio" if few else "select", label, choices=tuple(codes) if few else choices_of(codes))
        case "codes":
            return Field(name, "checks", label, choices=tuple((code, words.code(code)) for code in rule.one_of))
        case "integer" | "number":
            return _number(rule, name, label, words, _)
        case "date":
            return Field(name, "day", label, hint=_("Year-month-day, such as 2026-03-31"))
        case _:
            return Field(name, "area", label, most=MOST)


def _number(rule: FactRule | FieldRule, name: str, label: str, words: Words, _: Callable[[str], str]) -> Field:
    low, high, step = rule.low, rule.high, getattr(rule, "step", None)
    if low is None or high is None:
        return Field(name, "number", label)
    ends = f"{words.value(float(low))}-{words.value(float(high))}"
    if rule.type == "integer" and step in (None, 1) and high - low < SHORT_SCALE:
        steps = tuple((str(one), str(one)) for one in range(int(low), int(high) + 1))
        return Field(name, "radio", label, choices=steps, row=True)
    if not step:
        return Field(name, "number", label, hint=ends)
    by = _("in steps of %(step)s") % {"step": words.value(float(step))}
    return Field(name, "number", label, hint=f"{ends}, {by}")
