"""A question for a value of the programme: a fact, or a field of a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.forms.field import Field, choices_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.rules import FactRule, FieldRule
    from service.wording import Words

MOST = 4000  # characters of free text, as the commands take it
LONG_TEXT = "text"


def question(
    rule: FactRule | FieldRule, name: str, label: str, words: Words, _: Callable[[str], str], *, required: bool = False
) -> Field:
    """Return the question for a value."""
    match rule.type:
        case "boolean":
            choices = (("yes", words.code("yes")), ("no", words.code("no")))
            return Field(name, "radio", label, choices=choices, required=required)
        case "code":
            codes = [(code, words.code(code)) for code in rule.one_of]
            few = len(codes) <= 6  # noqa: PLR2004 - more make a long page
            return Field(name, "radio" if few else "select", label, choices=tuple(codes) if few else choices_of(codes),
                         required=required)  # fmt: skip
        case "codes":
            return Field(name, "checks", label, choices=tuple((code, words.code(code)) for code in rule.one_of),
                         required=required)  # fmt: skip
        case "integer" | "number":
            hint = ""
            if rule.low is not None and rule.high is not None:
                hint = f"{words.value(float(rule.low))}-{words.value(float(rule.high))}"  # fmt: skip
            return Field(name, "number", label, hint=hint, required=required)
        case "date":
            return Field(name, "day", label, hint=_("Year-month-day, such as 2026-03-31"), required=required)
        case _:
            return Field(name, "area", label, required=required, most=MOST)
