"""What has the wrong shape, in our own words: pydantic finds it, we say what should stand there instead.

Where a value may have one of several shapes, pydantic complains once for each of them; an author reads one problem.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from domain.problems import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from domain.format.reading import Document, Place, Problem

MISSING, UNKNOWN = "missing", "extra_forbidden"

SHAPES = {
    "string_type": "form_text",
    "list_type": "form_list",
    "dict_type": "form_mapping",
    "model_type": "form_mapping",
    "model_attributes_type": "form_mapping",
    "bool_type": "form_boolean",
    "bool_parsing": "form_boolean",
    "float_type": "form_number",
    "float_parsing": "form_number",
    "finite_number": "form_number",
    "int_type": "form_integer",
    "int_parsing": "form_integer",
    "int_parsing_size": "form_integer",
    "int_from_float": "form_integer",
    "date_type": "form_date",
    "date_parsing": "form_date",
    "date_from_datetime_parsing": "form_date",
    "date_from_datetime_inexact": "form_date",
}
"""What should stand where another kind of value does."""

LIMITS = {
    "greater_than_equal": ("number_too_small", {"least": "ge"}),
    "less_than_equal": ("number_too_large", {"most": "le"}),
    "greater_than": ("number_not_above", {"limit": "gt"}),
    "less_than": ("number_not_below", {"limit": "lt"}),
    "too_short": ("too_few", {"least": "min_length", "count": "actual_length"}),
    "too_long": ("too_many", {"most": "max_length", "count": "actual_length"}),
    "string_too_short": ("text_too_short", {"least": "min_length"}),
    "string_too_long": ("text_too_long", {"most": "max_length"}),
}
"""What lies outside a limit, and where pydantic keeps the limit."""

PATTERNS = {
    r"^[a-z][a-z0-9_]{0,59}$": "pattern_name",
    r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$": "pattern_ref",
    r"^[a-z][a-z0-9._-]{0,59}$": "pattern_id",
    r"^[a-z_]+ / [a-z_]+$": "pattern_derived",
    r"^\d{1,3} %$": "pattern_percent",
}
"""What each pattern of the models means in words."""


def problems_of(document: Document, error: ValidationError) -> list[Problem]:
    """Return everything that has the wrong shape, once for each place, in the order of the lines."""
    found: dict[Place, list[tuple[ErrorDetails, bool]]] = defaultdict(list)
    for detail in error.errors(include_url=False):
        place, chosen = _place(document.data, detail)
        found[place].append((detail, chosen))
    problems: set[Problem] = set()
    for place, details in found.items():
        if all(chosen for _, chosen in details) and _inside(place, found):
            continue  # one of its forms fits as far as to what is wrong inside
        problems.update(document.problem_of(place, wrong) for wrong in _wrongs([detail for detail, _ in details]))
    return sorted(problems, key=lambda problem: (problem.line, problem.place))


def _place(data: Any, detail: ErrorDetails) -> tuple[Place, bool]:
    """Return where in the document it is, and whether pydantic tried one of several forms there.

    Pydantic's own places also name the form that it tried (``default.float``) and tell keys from values (``[key]``).
    """
    node, place, chosen = data, [], False
    *around, last = detail["loc"] or ("",)
    for part in (*around, last):
        there = (isinstance(node, dict) and part in node) or (
            isinstance(node, list) and isinstance(part, int) and part < len(node)
        )
        if there:
            node, chosen = node[part], False
            place.append(part)
        elif part == last and detail["type"] == MISSING:
            place.append(part)
        elif part not in ("", "[key]"):
            chosen = True
    return tuple(place), chosen


def _inside(place: Place, found: dict[Place, Any]) -> bool:
    return any(len(other) > len(place) and other[: len(place)] == place for other in found)


def _wrongs(details: list[ErrorDetails]) -> Iterator[Wrong]:
    """Yield what is wrong at one place: where no form fits, one problem that names them."""
    made = {(wrong.code, str(wrong)): wrong for wrong in map(_wrong, details)}
    forms = [wrong for wrong in made.values() if wrong.code in {*SHAPES.values(), "form_one_of", "form_only"}]
    others = [wrong for wrong in made.values() if wrong not in forms]
    if others:  # a value of the right kind that is wrong in itself; that it is of no other kind says nothing more
        yield from others
    elif len(forms) == 1:
        yield forms[0]
    else:
        yield Wrong("form_either", forms=tuple(forms))


def _wrong(detail: ErrorDetails) -> Wrong:
    kind, limits = detail["type"], detail.get("ctx", {})
    if kind in SHAPES:
        return Wrong(SHAPES[kind])
    if kind in LIMITS:
        code, names = LIMITS[kind]
        return Wrong(code, **{name: _number(limits[key]) for name, key in names.items()})
    match kind:
        case "missing":
            return Wrong("key_missing", key=detail["loc"][-1])
        case "extra_forbidden":
            return Wrong("key_unknown", key=detail["loc"][-1])
        case "literal_error":
            known = limits["expected"].replace(" or ", ", ")
            return Wrong("form_one_of" if ", " in known else "form_only", known=known)
        case "string_pattern_mismatch":
            pattern = limits["pattern"]
            code = PATTERNS.get(pattern, "pattern_other")
            return Wrong(code, given=detail["input"], pattern=pattern)
        case "value_error" if isinstance(limits["error"], Wrong):
            return limits["error"]
        case _:  # a kind that none of the models gives today, told in the library's words
            return Wrong("form_other", problem=detail["msg"])


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
