"""A form for everything that can be done on a pathway, made from what the domain says is possible.

``form_of`` asks; ``read`` turns what was typed into a command's fields. What a command may hold is judged by the
domain alone; here texts become numbers, days and codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desk.forms.field import Field, Form, Typed, choices_of, one
from desk.forms.values import MOST, question
from domain.errors import Refusal
from service.stating import Malformed, day_from, fact_from, field_of, record_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from desk.visit import Visit
    from domain.possible import Possible
    from records.staff import Staff
    from service.page import Page
    from service.wording import Words

VIEWS = ("yes", "partly", "no", "not_asked")
VALUE = "v-"  # before the name of a record's field or of a fact, so that it never meets a name of ours
TITLES = {
    "complete": "Done", "decide": "Decide", "record": "Record", "fact": "State a fact", "open": "Choose",
    "end": "Interrupt", "assign": "Hand to somebody", "change_owner": "Change owner", "contact": "Note a contact",
    "hours": "Report hours", "happen": "It happened", "pause": "Pause", "resume": "Resume", "correct": "Correct",
    "exit": "Exit", "reopen": "Reopen",
}  # fmt: skip
"""What each command is called: the texts' own keys in the catalogue."""


class CommandForm:
    """The form of one possible command on one pathway."""

    def __init__(self, visit: Visit, page: Page, possible: Possible, colleagues: tuple[Staff, ...] = ()) -> None:
        if page.words is None or page.rules is None:
            raise Refusal("pathway_unknown")
        self.visit = visit
        self._ = visit._
        self.page = page
        self.words: Words = page.words
        self.rules = page.rules
        self.possible = possible
        self.colleagues = colleagues

    @property
    def record(self) -> str | None:
        """The record that is taken, where one is."""
        return self.possible.choices[0] if self.possible.kind == "record" and self.possible.choices else None

    def form(self) -> Form:
        """Return the questions."""
        made = getattr(self, f"_ask_{self.possible.kind}")()
        return Form(tuple(made))

    # What several commands ask.

    def _on(self) -> Field:
        return Field("on", "day", self._("Day it happened"), hint=self._("Leave empty for today"))

    def _note(self) -> Field:
        return Field("note", "area", self._("Note"), most=MOST)

    def _reason(self) -> Field:
        return Field("reason", "area", self._("Reason"), required=True, most=MOST)

    def _views(self) -> list[Field]:
        if "view" not in self.possible.needs and self.possible.kind != "exit":
            return []
        say = self.visit.writing.say
        choices = tuple((view, say(f"view.{view}")) for view in VIEWS)
        needed = "view" in self.possible.needs
        return [
            Field("view", "radio", self._("The participant's view"), choices=choices, required=needed),
            Field("words", "area", self._("In the participant's own words"), most=MOST),
        ]

    def _person(self, label: str, *, required: bool = True) -> Field:
        people = [(each.id, each.name) for each in self.colleagues]
        if self.possible.kind == "assign" and self.possible.choices:
            people = [pair for pair in people if pair[0] in self.possible.choices]
        return Field("person", "select", label, choices=choices_of(people), required=required)

    def _present(self) -> list[Field]:
        rule = self.rules.steps.get(self.possible.step or "")
        if rule is None or not rule.present:
            return []
        choices = tuple((role, self.words.role(role)) for role in rule.present)
        return [Field("present", "checks", self._("Who took part"), choices=choices)]

    # One for each kind.

    def _ask_complete(self) -> list[Field]:
        return [self._on(), *self._present(), *self._views(), self._note()]

    def _ask_decide(self) -> list[Field]:
        step = self.possible.step or ""
        choices = tuple((name, self.words.outcome(step, name)) for name in self.possible.choices)
        rule = self.rules.steps.get(step)
        codes = list(dict.fromkeys(
            code for name, each in (rule.outcomes if rule else {}).items() if name in self.possible.choices
            for code in each.reasons
        ))  # fmt: skip
        fields = [Field("outcome", "radio", self._("Decision"), choices=choices, required=True)]
        if codes:
            hint = self._("For the outcomes that need one")
            pairs = choices_of((code, self.words.code(code)) for code in codes)
            fields.append(Field("coded_reason", "select", self._("Kind of reason"), hint=hint, choices=pairs))
        return [*fields, self._reason(), *self._present(), *self._views(), self._on()]

    def _ask_record(self) -> list[Field]:
        record = self.record or ""
        fields = [
            question(rule, VALUE + name, self.words.field(record, name), self.words, self._, required=rule.required)
            for name, rule in self.rules.records[record].items()
            if not rule.derived
        ]
        return [*fields, self._on()]

    def _ask_fact(self) -> list[Field]:
        fact = self.possible.choices[0]
        rule = self.rules.facts[fact]
        fields = [question(rule, VALUE + fact, self.words.fact(fact), self.words, self._)]
        if rule.refusable:
            yes = (("yes", self._("The participant declines to say")),)
            fields.append(Field("refused", "checks", self._("Declined"), choices=yes))
        return [*fields, self._on()]

    def _ask_open(self) -> list[Field]:
        provider = Field("provider", "text", self._("Provider"), hint=self._("Leave empty for your own operation"))
        return [provider, self._person(self._("Responsible"), required=False), self._on(), self._note()]

    def _ask_end(self) -> list[Field]:
        pairs = tuple((code, self.words.code(code)) for code in self.possible.choices)
        return [
            Field("coded_reason", "radio", self._("Reason"), choices=pairs, required=True),
            self._on(),
            self._note(),
        ]

    def _ask_assign(self) -> list[Field]:
        return [self._person(self._("Responsible"))]

    def _ask_change_owner(self) -> list[Field]:
        return [self._person(self._("New owner")), self._note()]

    def _ask_contact(self) -> list[Field]:
        return [self._on(), self._note()]

    def _ask_hours(self) -> list[Field]:
        month = Field("month", "month", self._("Month"), hint=self._("Year-month, such as 2026-03"), required=True)
        return [month, Field("hours", "number", self._("Attended hours"), required=True)]

    def _ask_happen(self) -> list[Field]:
        return [self._on(), self._note()]

    def _ask_pause(self) -> list[Field]:
        pairs = tuple((code, self.words.code(code)) for code in self.possible.choices)
        return [
            Field("coded_reason", "radio", self._("Reason"), choices=pairs, required=True),
            Field("until", "day", self._("Until"), hint=self._("Year-month-day, such as 2026-03-31"), required=True),
            self._note(), self._on(),
        ]  # fmt: skip

    def _ask_resume(self) -> list[Field]:
        return [self._on(), self._note()]

    def _ask_exit(self) -> list[Field]:
        pairs = tuple((code, self.words.exit(code)) for code in self.possible.choices)
        exit_ = Field("exit", "radio", self._("Why the participant leaves"), choices=pairs, required=True)
        return [exit_, self._reason(), *self._views(), self._on()]

    def _ask_reopen(self) -> list[Field]:
        return [self._reason(), self._on()]

    # Reading.

    def read(self, typed: Typed) -> dict[str, Any]:
        """Return a command's fields from what was typed. Raises Malformed with the field's name, Refusal."""
        kind, found = self.possible.kind, self.possible
        fields: dict[str, Any] = {"kind": kind}
        if found.step is not None:
            n = found.key.partition("#")[2] if found.key else ""
            fields |= {"step": found.step, "item": found.item, "n": int(n) if n else None}
        if kind == "open":
            fields.pop("n"), fields.pop("item")
        if on := one(typed, "on"):
            fields["occurred_on"] = field_of("on", lambda: day_from(on, "on"))
        for name in ("outcome", "note", "reason", "coded_reason", "provider", "month", "exit"):
            if (text := one(typed, name)) is not None:
                fields[name] = text
        if view := one(typed, "view"):
            fields["view"] = {"agrees": view, "words": one(typed, "words")}
        if present := tuple(typed.get("present", ())):
            fields["present"] = present
        return self._more(kind, fields, typed)

    def _more(self, kind: str, fields: dict[str, Any], typed: Typed) -> dict[str, Any]:
        match kind:
            case "record":
                given = _values(typed)
                record = self.record or ""
                fields |= {
                    "record": record,
                    "values": field_of("values", lambda: record_from(self.rules, record, given)),
                }
            case "fact":
                fact = self.possible.choices[0]
                given = _values(typed)
                refused = bool(typed.get("refused"))
                fields |= {"fact": fact, "refused": refused}
                if not refused:
                    fields["value"] = field_of(VALUE + fact, lambda: fact_from(self.rules, fact, given.get(fact, "")))
            case "assign" | "open":
                fields["person"] = one(typed, "person")
            case "change_owner":
                fields["owner"] = one(typed, "person")
            case "hours":
                fields["hours"] = (one(typed, "hours") or "").replace(",", ".").replace(" ", "")
            case "pause":
                until = one(typed, "until") or ""
                fields |= {
                    "reason": fields.pop("coded_reason", None),
                    "resume_by": field_of("until", lambda: day_from(until, "until")),
                }
            case "happen":
                fields["happening"] = self.possible.choices[0]
        return fields


def _values(typed: Mapping[str, list[str]]) -> dict[str, str]:
    """Return what was typed for values of the programme, by their names; what is empty is left out."""
    return {
        name.removeprefix(VALUE): ",".join(values)
        for name, values in typed.items()
        if name.startswith(VALUE) and any(value.strip() for value in values)
    }


def marked(form: Form, error: Malformed | Refusal, language: str) -> Form:
    """Return the form with a refusal at the field that it is about, naming the field as the form does."""
    refusal, names = (error.refusal, [error.field]) if isinstance(error, Malformed) else (error, [])
    names += names_in(refusal)
    labels = {each.name: each.label for each in form.fields}
    params = {key: _label(value, labels) if key in _SAID else value for key, value in refusal.params.items()}
    return form.with_error(Refusal(refusal.code, **params).text(language), *names)


_SAID = ("name", "field", "fact")
"""Parameters of refusals that name a field."""


def _label(name: object, labels: Mapping[str, str]) -> object:
    known = (labels.get(each) for each in (_OURS.get(str(name), str(name)), f"{VALUE}{name}"))
    return next((label for label in known if label), name)


_ABOUT = {
    "view_missing": "view", "reason_missing": "reason", "coded_reason_unknown": "coded_reason", "too_early": "on",
    "resume_by_out_of_range": "until", "owner_already": "person", "outcome_unknown": "outcome",
    "needs_not_met": "outcome", "hours_out_of_range": "hours", "month_out_of_range": "month",
    "participants_missing": "present", "staff_unknown": "person", "staff_inactive": "person",
    "day_in_the_future": "on", "day_before_the_referral": "on", "day_before_the_operation": "on",
    "day_after_the_operation": "on", "before_the_pause": "on", "before_the_exit": "on", "exit_unknown": "exit",
}  # fmt: skip
_OURS = {"occurred_on": "on", "resume_by": "until", "owner": "person", "view.words": "words"}


def names_in(refusal: Refusal) -> tuple[str, ...]:
    """Return the fields that a refusal may be about, as far as it says."""
    said = [str(refusal.params[key]) for key in _SAID if key in refusal.params]
    about = [_ABOUT[refusal.code]] if refusal.code in _ABOUT else []
    return (*about, *(_OURS.get(name, name) for name in said), *(VALUE + name for name in said))
