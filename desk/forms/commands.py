"""A form for everything that can be done on a pathway, made from what the domain says is possible.

``Asking`` asks; here what was typed becomes a command's fields: texts become numbers, days and codes. What a command
may hold is judged by the domain alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desk.forms.asking import YES, Asking
from desk.forms.field import Form, Typed, one
from desk.forms.questions import VALUE
from domain.errors import Refusal
from service.correcting import hours_from
from service.refusing import worded
from service.stating import Malformed, day_from, fact_from, field_of, record_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.page import Page

TITLES = {
    "complete": "Done", "decide": "Decide", "record": "Record", "fact": "State a fact", "open": "Choose",
    "end": "Interrupt", "assign": "Hand to somebody", "change_owner": "Change owner", "contact": "Note a contact",
    "hours": "Report hours", "happen": "It happened", "pause": "Pause", "resume": "Resume", "correct": "Correct",
    "exit": "Exit", "reopen": "Reopen",
}  # fmt: skip
"""What each command is called: the texts' own keys in the catalogue."""


class CommandForm(Asking):
    """The form of one possible command on one pathway."""

    @property
    def title(self) -> str:
        """What the form is called."""
        one = self.possible
        what = self.words.step(one.step, one.item) if one.step else self._about()
        return f"{self._(TITLES[one.kind])}: {what}" if what else self._(TITLES[one.kind])

    @property
    def button(self) -> str:
        """What sends it."""
        return self._(TITLES[self.possible.kind])

    def _about(self) -> str:
        name = self.possible.choices[0] if self.possible.choices else ""
        tell = {"record": self.words.record, "fact": self.words.fact, "happen": self.words.happening}
        return tell[self.possible.kind](name) if self.possible.kind in tell else ""

    def form(self) -> Form:
        """Return the questions."""
        return Form(self.fields())

    def filled(self, typed: Typed) -> Form:
        """Return the questions with what was typed, and an error at whatever has to be there."""
        also: list[str] = []
        outcome = self.outcomes.get(one(typed, "outcome") or "") if self.possible.kind == "decide" else None
        if outcome is not None and outcome.reasons:
            also.append("coded_reason")
        if self.possible.kind == "fact" and not typed.get("refused"):
            also.append(VALUE + self.possible.choices[0])
        shown = self.form().filled(typed).offered(self._("Choose something that stands here"))
        return shown.missing(self._("Fill this in"), *also)

    def read(self, typed: Typed) -> dict[str, Any]:
        """Return a command's fields from what was typed. Raises Malformed with the field's name, Refusal."""
        fields = self.at()
        if on := one(typed, "on"):
            fields["occurred_on"] = field_of("on", lambda: day_from(on, "on"))
        for name in ("outcome", "note", "reason", "coded_reason", "provider", "month", "exit"):
            if (text := one(typed, name)) is not None:
                fields[name] = text
        if view := one(typed, "view"):
            fields["view"] = {"agrees": view, "words": one(typed, "words")}
        if present := tuple(typed.get("present", ())):
            fields["present"] = present
        read = getattr(self, f"_read_{self.possible.kind}", None)
        return fields | (read(typed, fields) if read is not None else {})

    def _read_decide(self, typed: Typed, fields: dict[str, Any]) -> dict[str, Any]:
        outcome = self.outcomes.get(fields.get("outcome", ""))
        coded = fields.get("coded_reason") if outcome is not None and outcome.reasons else None
        return {"coded_reason": coded, "exception": YES in typed.get("exception", ())}

    def _read_record(self, typed: Typed, _fields: dict[str, Any]) -> dict[str, Any]:
        given = values_of(typed)
        read = {
            "record": self.record,
            "values": field_of("values", lambda: record_from(self.rules, self.record, given)),
            "rater": one(typed, "rater"),
        }
        return read if self.possible.step is not None else {**read, "item": one(typed, "item")}

    def _read_fact(self, typed: Typed, _fields: dict[str, Any]) -> dict[str, Any]:
        fact = self.possible.choices[0]
        if typed.get("refused"):
            return {"fact": fact, "refused": True}
        text = values_of(typed).get(fact, "")
        return {"fact": fact, "value": field_of(VALUE + fact, lambda: fact_from(self.rules, fact, text))}

    def _read_open(self, typed: Typed, _fields: dict[str, Any]) -> dict[str, Any]:
        return {"person": one(typed, "person")}

    _read_assign = _read_open

    def _read_change_owner(self, typed: Typed, _fields: dict[str, Any]) -> dict[str, Any]:
        return {"owner": one(typed, "person")}

    def _read_hours(self, typed: Typed, _fields: dict[str, Any]) -> dict[str, Any]:
        return {"hours": field_of("hours", lambda: hours_from(one(typed, "hours") or ""))}

    def _read_pause(self, typed: Typed, fields: dict[str, Any]) -> dict[str, Any]:
        until = one(typed, "until") or ""
        day = field_of("until", lambda: day_from(until, "until"))
        return {"reason": fields.pop("coded_reason", None), "resume_by": day}

    def _read_happen(self, _typed: Typed, _fields: dict[str, Any]) -> dict[str, Any]:
        return {"happening": self.possible.choices[0]}


def values_of(typed: Mapping[str, list[str]]) -> dict[str, str]:
    """Return what was typed for values of the programme, by their names; what is empty is left out."""
    return {
        name.removeprefix(VALUE): ",".join(values)
        for name, values in typed.items()
        if name.startswith(VALUE) and any(value.strip() for value in values)
    }


def marked(form: Form, error: Malformed | Refusal, language: str, page: Page | None = None) -> Form:
    """Return the form with a refusal at the field that it is about, naming the field as the form does."""
    refusal, names = (error.refusal, [error.field]) if isinstance(error, Malformed) else (error, [])
    labels = {each.name: each.label for each in form.fields}
    names += names_in(refusal)
    refusal = worded(refusal, page.words, page.names) if page is not None else refusal
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
    "needs_not_met": "exception outcome", "hours_out_of_range": "hours", "month_out_of_range": "month",
    "participants_missing": "present", "staff_unknown": "person", "staff_inactive": "person",
    "day_in_the_future": "on day", "day_before_the_referral": "on day", "day_before_the_operation": "on day",
    "day_after_the_operation": "on day", "before_the_pause": "on", "before_the_exit": "on", "exit_unknown": "exit",
}  # fmt: skip
_OURS = {"occurred_on": "on", "resume_by": "until", "owner": "person", "view.words": "words"}


def names_in(refusal: Refusal) -> tuple[str, ...]:
    """Return the fields that a refusal may be about, as far as it says."""
    said = [str(refusal.params[key]) for key in _SAID if key in refusal.params]
    about = _ABOUT.get(refusal.code, "").split()
    return (
        *about,
        *(VALUE + name for name in about),
        *(_OURS.get(name, name) for name in said),
        *(VALUE + name for name in said),
    )
