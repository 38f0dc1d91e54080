"""From what somebody typed to typed values: a person, facts, a record. Refused with the field, never half-taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import partial
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeVar

from domain import identity
from domain.errors import Refusal
from domain.identity import Identity, IdentityInvalid, IdentityKind
from domain.interpreter.values import check_fact, check_text
from records.register import NewPerson

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from domain.rules import FactRule, FieldRule, Rules

MOST_NAME = 200  # characters; the longest name in a population register is far shorter
REFUSED = ("refused", "avböjer", "avböjt", "-")
YES = ("yes", "ja", "true", "1")
NO = ("no", "nej", "false", "0")
CONSENTS = ("written", "oral", "no")
PROTECTIONS = ("none", "marked", "registered_elsewhere")
BIRTH_DATE = "birth_date"

T = TypeVar("T")


class Malformed(Exception):
    """One field of an input that can't be taken; ``refusal`` says why, never repeating the value."""

    def __init__(self, where: str, refusal: Refusal) -> None:
        super().__init__(f"{where}: {refusal.code}")
        self.field = where
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Stated:
    """What a referral says: who, what is known, what was declined."""

    person: NewPerson = field(repr=False)
    facts: dict[str, Any] = field(repr=False)
    refused: tuple[str, ...] = ()


def number_from(text: str, *, on: date, kind: str | None = None) -> Identity:
    """Read an identity number. Raises Refusal: identity_*."""
    wanted: IdentityKind | None = None
    if kind:
        try:
            wanted = IdentityKind(kind)
        except ValueError:
            raise Refusal("identity_kind_unknown", known=", ".join(IdentityKind)) from None
    try:
        return identity.parse(text, on=on, kind=wanted)
    except IdentityInvalid as invalid:
        raise Refusal(invalid.code) from None


def day_from(text: str, name: str) -> date:
    """Read a day as Swedes write it, 2026-03-31. Raises Refusal."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refusal("value_not_a_date", name=name) from None


def value_from(rule: FactRule | FieldRule, text: str, name: str) -> Any:
    """Read a value of a fact or a field from text; codes are left for the rules to judge. Raises Refusal."""
    plain = text.strip()
    match rule.type:
        case "boolean":
            if plain.lower() in YES:
                return True
            if plain.lower() in NO:
                return False
            raise Refusal("value_not_boolean", name=name)
        case "codes":
            return [part.strip() for part in plain.replace(";", ",").split(",") if part.strip()]
        case "integer" | "number":
            try:
                number = float(plain.replace(",", "."))
            except ValueError:
                raise Refusal("value_not_a_number", name=name) from None
            if not isfinite(number):
                raise Refusal("value_not_a_number", name=name)
            return int(number) if number.is_integer() else number
        case _:
            return plain


def record_from(rules: Rules, record: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Read the values of a record. Raises Refusal."""
    fields = rules.records.get(record)
    if fields is None:
        raise Refusal("record_unknown", record=record, known=", ".join(rules.records))
    known = ", ".join(name for name, rule in fields.items() if not rule.derived)
    values: dict[str, Any] = {}
    for name, text in given.items():
        if name not in fields or fields[name].derived:
            raise Refusal("field_unknown", record=record, field=name, known=known)
        values[name] = value_from(fields[name], text, name)
    return values


def fact_from(rules: Rules, name: str, text: str) -> Any:
    """Read a fact's value. Raises Refusal."""
    rule = rules.facts.get(name)
    if rule is None:
        raise Refusal("fact_unknown", fact=name, known=", ".join(rules.facts))
    return check_fact(rules, name, value_from(rule, text, name), refused=False)


def line_of_text(text: str, name: str, most: int = MOST_NAME) -> str:
    """Read one line: a name, an id. Raises Refusal: empty, too long, control characters."""
    plain = check_text(text, name).strip()
    if not plain:
        raise Refusal("field_empty", field=name)
    if len(plain) > most:
        raise Refusal("text_too_long", name=name, most=most)
    if not plain.isprintable():
        raise Refusal("text_control_characters", name=name)
    return plain


def state(rules: Rules, given: Mapping[str, str], *, on: date) -> Stated:
    """Read a person and facts from fields by name: facts and number, kind, name, protection, language, consent.

    An empty field says nothing. A missing day of birth is taken from a number that carries one.
    Raises Malformed with the field's name.
    """
    fields = {name: text for name, text in given.items() if text.strip()}
    number = field_of("number", lambda: number_from(fields.get("number", ""), on=on, kind=fields.get("kind")))
    name = field_of("name", lambda: line_of_text(fields.get("name", ""), "name"))
    birth = _birth_date(fields, number, on)
    protection = fields.get("protection", "none")
    if protection not in PROTECTIONS:
        raise Malformed("protection", Refusal("protection_unknown", known=", ".join(PROTECTIONS)))
    language = fields.get("language", "sv")
    if language not in ("sv", "en"):
        raise Malformed("language", Refusal("language_unknown"))
    consent = fields.get("consent")
    if consent is not None and consent not in CONSENTS:
        raise Malformed("consent", Refusal("value_not_a_code", name="consent", codes=", ".join(CONSENTS)))
    facts: dict[str, Any] = {}
    refused: list[str] = []
    for fact in rules.facts:
        text = fields.get(fact)
        if fact == BIRTH_DATE or text is None:
            continue
        if text.strip().lower() in REFUSED:
            field_of(fact, partial(check_fact, rules, fact, None, refused=True))
            refused.append(fact)
        else:
            facts[fact] = field_of(fact, partial(fact_from, rules, fact, text))
    if BIRTH_DATE in rules.facts and birth is not None:
        facts[BIRTH_DATE] = birth.isoformat()
    person = NewPerson(number, name, birth, protection, language, consent=consent)  # type: ignore[arg-type]
    return Stated(person, facts, tuple(refused))


def _birth_date(fields: Mapping[str, str], number: Identity, on: date) -> date | None:
    text = fields.get(BIRTH_DATE)
    if text is None:
        return identity.number_date(number)
    day: date = field_of(BIRTH_DATE, lambda: day_from(text, BIRTH_DATE))
    if day > on:
        raise Malformed(BIRTH_DATE, Refusal("day_in_the_future", day=str(day)))
    return day


def field_of(where: str, read: Callable[[], T]) -> T:
    """Return what is read; a refusal becomes one of that field. Raises Malformed."""
    try:
        return read()
    except Refusal as refusal:
        raise Malformed(where, refusal) from None
