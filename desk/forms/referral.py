"""The form of a referral: who it is, what the programme asks about, and what is wrong with what was typed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from desk.forms.commands import names_in
from desk.forms.field import Field, Form, Typed, choices_of, one
from desk.forms.questions import VALUE
from desk.forms.values import MOST, question
from domain.errors import Refusal
from domain.identity import IdentityKind, legal_sex, number_date
from domain.operations import from_data
from domain.rules import parse, text_of
from service.referrals import Referral
from service.stating import BIRTH_DATE, CONSENTS, MOST_NAME, PROTECTIONS, Malformed, day_from, field_of, state
from service.wording import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from desk.visit import Visit
    from domain.conditions import Condition
    from domain.identity import Identity
    from domain.rules import Rules
    from records.operations import Operation
    from records.programmes import Published
    from records.register import PersonCard

PERSON = ("number", "kind", "name", BIRTH_DATE, "protection", "language", "consent")
DECLINED = "refused"
SEX = "gender"


def who_form(visit: Visit, operations: list[Operation], *, kinds: bool) -> Form:
    """Return the first question: whose number it is; ``kinds`` where it can't be told from the number."""
    _ = visit._
    fields = []
    if len(operations) > 1:
        named = tuple((each.id, str(each.definition.get("name", each.id))) for each in operations)
        fields.append(Field("operation", "radio", _("Programme"), choices=named, required=True))
    hint = _("Year-month-day and four digits, such as 19800101-1234. A coordination number will do as well.")
    fields.append(Field("number", "text", _("Identity number"), hint=hint, required=True, most=60))
    if kinds:
        named = (
            ("", _("Personal or coordination number")),
            (IdentityKind.RESERVE.value, _("Reserve number, such as an LMA number")),
            (IdentityKind.PLACEHOLDER.value, _("Protected identity: day of birth and TF with two digits")),
        )
        fields.append(Field("kind", "select", _("Kind of number"), choices=named))
    return Form(tuple(fields))


@dataclass(frozen=True, slots=True)
class Group:
    """Questions under one heading."""

    title: str
    names: tuple[str, ...]


class ReferralForm:
    """What a referral to one operation asks, under the version that its unit and day would follow."""

    def __init__(self, visit: Visit, operation: Operation, published: Published) -> None:
        self.visit = visit
        self._ = visit._
        self.operation = operation
        self.rules: Rules = parse(text_of(published.rules))
        self.words = Words(published.source, visit.language)

    @property
    def title(self) -> str:
        """What the operation is called."""
        return str(self.operation.definition.get("name", self.operation.id))

    def groups(self) -> list[Group]:
        """Return the questions by what they are for, those that admission rests on first."""
        asked = {name for rule in self.rules.eligible for name in _facts(rule)}
        facts = [name for name in self.rules.facts if name != BIRTH_DATE]
        decides = tuple(VALUE + name for name in facts if name in asked)
        fund = tuple(
            VALUE + name for name in facts if name not in asked and self.words.definition.facts[name].esf is not None
        )
        rest = tuple(VALUE + name for name in facts if VALUE + name not in (*decides, *fund))
        made = [
            Group(self._("The person"), ("name", BIRTH_DATE)),
            Group(self._("What admission rests on"), decides),
            Group(self._("The referral"), ("unit", "on", "reason", "consent")),
            Group(self._("For the Social Fund"), fund),
            Group(self._("More about the person"), (*rest, "language", "protection")),
        ]
        return [each for each in made if each.names]

    def form(self) -> Form:
        """Return every question."""
        _ = self._
        day = _("Year-month-day, such as 2026-03-31")
        consents = zip(CONSENTS, (_("Yes, in writing"), _("Yes, orally"), _("No")), strict=True)
        protections = zip(
            PROTECTIONS,
            (_("No"), _("Marked for secrecy"), _("Protected registration, registered elsewhere")),
            strict=True,
        )
        return Form(
            (
                Field("name", "text", _("Name"), required=True, most=MOST_NAME),
                Field(BIRTH_DATE, "day", _("Date of birth"), hint=day),
                *(self._fact(name) for name in self.rules.facts if name != BIRTH_DATE),
                Field("unit", "select", _("Referring unit"), choices=self._units(), required=True),
                Field("on", "day", _("Day of the referral"), hint=day, required=True),
                Field("reason", "area", _("Why the person is referred"), most=MOST),
                Field("consent", "radio", _("Does the participant consent to the agencies sharing what they know?"),
                      hint=_("Leave it open if you haven't asked yet."), choices=tuple(consents)),
                Field("language", "radio", _("The participant's language on papers"),
                      choices=(("sv", _("Swedish")), ("en", _("English")))),
                Field("protection", "select", _("Protected personal data"), choices=tuple(protections)),
            )
        )  # fmt: skip

    def _fact(self, name: str) -> Field:
        rule = self.rules.facts[name]
        made = question(rule, VALUE + name, self.words.fact(name), self.words, self._)
        if not rule.refusable:
            return made
        if made.choices:
            return replace(made, choices=(*made.choices, (DECLINED, self._("The participant declines to say"))))
        return replace(made, hint=self._("Write - where the participant declines to say"))

    def _units(self) -> tuple[tuple[str, str], ...]:
        units = from_data(dict(self.operation.definition)).units
        return choices_of((each.id, each.name) for each in units if each.refers)

    def begun(self, identity: Identity, *, unit: str | None, on: date, card: PersonCard | None) -> Typed:
        """Return what is known before anything is asked: from the number, the register, and who refers."""
        carried = number_date(identity)
        born = card.birth_date if card is not None and card.birth_date is not None else carried
        given: Typed = {
            "name": [card.name] if card is not None else [],
            BIRTH_DATE: [born.isoformat()] if born is not None else [],
            "unit": [unit] if unit in dict(self._units()) and unit is not None else [],
            "on": [on.isoformat()],
            "language": [card.language if card is not None else "sv"],
            "protection": [card.protection if card is not None else "none"],
        }
        sex, rule = legal_sex(identity), self.rules.facts.get(SEX)
        if rule is not None and sex in rule.one_of:
            given[VALUE + SEX] = [str(sex)]
        return given

    def read(self, typed: Typed, *, id_: str) -> Referral:
        """Return the referral that was typed. Raises Malformed with the field's name."""
        on = field_of("on", lambda: day_from(one(typed, "on") or "", "on"))
        stated = state(self.rules, _stated(typed), on=self.visit.today)
        return Referral(
            id=id_, operation=self.operation.id, person=stated.person, unit=one(typed, "unit") or "", on=on,
            facts=stated.facts, refused=stated.refused, reason=one(typed, "reason"),
        )  # fmt: skip

    def glimpsed(self, typed: Typed, *, id_: str) -> Referral:
        """Return as much of a referral as can be read: what is wrong or missing is unknown. Raises Malformed."""
        instead = {"name": ["-"], "on": [self.visit.today.isoformat()], "unit": [self._units()[-1][0]]}
        left = {**typed, "name": ["-"]} | {name: instead[name] for name in ("on", "unit") if one(typed, name) is None}
        for _ in range(len(left)):
            try:
                return self.read(left, id_=id_)
            except Malformed as wrong:
                for name in (wrong.field, VALUE + wrong.field):
                    left.pop(name, None)
                left["on"] = left.get("on", instead["on"])
        return self.read(left, id_=id_)

    def marked(self, form: Form, error: Malformed | Refusal) -> Form:
        """Return the form with an error at the field that it is about."""
        refusal, names = (error.refusal, [error.field]) if isinstance(error, Malformed) else (error, [])
        names = [name for each in (*names, *names_in(refusal)) for name in (each, VALUE + each)]
        labels = {each.name.removeprefix(VALUE): each.label for each in form.fields}
        params = {
            key: labels.get(str(value), value) if key in ("name", "field", "fact") else value
            for key, value in refusal.params.items()
        }
        names += [_ABOUT[refusal.code]] if refusal.code in _ABOUT else []
        return form.with_error(Refusal(refusal.code, **params).text(self.visit.language), *names)


_ABOUT = {"unit_unknown": "unit", "unit_does_not_refer": "unit"}


def _stated(typed: Typed) -> dict[str, str]:
    """Return what says who it is and what is known, by the names that the programme uses."""
    given = {name: one(typed, name) or "" for name in PERSON}
    facts = {
        name.removeprefix(VALUE): ",".join(values) for name, values in typed.items()
        if name.startswith(VALUE) and any(value.strip() for value in values)
    }  # fmt: skip
    return {**facts, **given}


def _facts(condition: Condition) -> Iterable[str]:
    """Yield the facts that a condition looks at."""
    parts: list[Mapping[str, object]] = [*condition.get("all", ()), *condition.get("any", ())]
    for part in (*parts, *([condition["not"]] if "not" in condition else ())):
        yield from _facts(dict(part))
    if "fact" in condition:
        yield str(condition["fact"])
