"""The form that corrects an earlier event: what stands is filled in, and only what was changed is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from desk.forms.asking import Asking, months_between, record_fields
from desk.forms.commands import values_of
from desk.forms.field import Field, Form, Typed, one
from desk.forms.questions import VALUE, Known
from desk.forms.values import MOST, question, typed_as
from domain.errors import Refusal
from domain.events import Event
from domain.interpreter.corrections import Standing, standing
from domain.interpreter.state import HOURS
from domain.possible import Possible
from service.assessments import whole
from service.correcting import changes_from
from service.page import Page
from service.recounting import Teller
from service.stating import Malformed, day_from, field_of


class CorrectionForm(Asking):
    """What one event recorded, to be put right."""

    def __init__(self, visit: Any, page: Page, of: int, tell: Teller) -> None:
        super().__init__(visit, page, Possible("correct"))
        self.of = of
        self.tell = tell
        self.stands: Standing = standing(self.state, of)
        self.values = self._with_words()

    @property
    def title(self) -> str:
        """What the form is called."""
        return f"{self._('Correct')}: {self._name()}"

    @property
    def button(self) -> str:
        """What sends it."""
        return self._("Correct")

    @property
    def record(self) -> str:
        """No record is taken."""
        return ""

    @property
    def assesses(self) -> bool:
        """Tell whether an assessment would be shown."""
        return self.stands.what == "record" and self.stands.name != HOURS

    def _name(self) -> str:
        name, words = self.stands.name, self.words
        say = self.visit.writing.say
        match self.stands.what:
            case "fact":
                return words.fact(name)
            case "record":
                return self._("Attended hours") if name == HOURS else words.record(name)
            case "done":
                return words.step(name)
            case "exit":
                return words.exit(name)
            case "happened":
                return say(f"happening.{name}") if say.knows(f"happening.{name}") else words.happening(name)
            case _:
                return self._("The referral")

    def _with_words(self) -> dict[str, Any]:
        entry = next((one for one in self.state.records.get(self.stands.name, ()) if one.seq == self.of), None)
        event = self._event()
        return self.stands.values if entry is None or event is None else whole(event, entry)

    def _event(self) -> Event | None:
        return next((each for each in self.page.events if each.seq == self.of), None)

    def known(self) -> list[Known]:
        """Return what was recorded, by whom."""
        event = self._event()
        if event is None:
            return []
        who = self.page.names.get(event.actor.staff, event.actor.staff)
        said = self.tell.event(event, open_words=self.sees_words)
        return [
            Known(self._("Recorded %(day)s by %(who)s: %(what)s",
                         day=self.visit.writing.day(event.recorded_at), who=who, what=said)),
            Known(self._("What stood before is kept in the history. Decisions stay; what is counted is counted anew.")),
        ]  # fmt: skip

    def form(self) -> Form:
        """Return the questions."""
        day = self.stands.on.isoformat()
        on = Field("day", "day", self._("Day it happened"), hint=self._("Year-month-day, such as 2026-03-31"),
                   values=(day,), required=True)  # fmt: skip
        reason = Field("reason", "area", self._("Why it is corrected"), required=True, most=MOST)
        return Form((*self._values(), on, reason))

    def _values(self) -> list[Field]:
        name = self.stands.name
        if self.stands.what == "fact":
            rule = self.rules.facts[name]
            label = self.visit.writing.begin(self.words.fact(name))
            fields = [question(rule, VALUE + "value", label, self.words, self._)]
            sealed = {"value": rule.sealed}
        elif self.stands.what == "record" and name == HOURS:
            fields, sealed = self._hours(), {}
        elif self.stands.what == "record":
            fields = record_fields(self, name)
            sealed = {field: rule.sealed for field, rule in self.rules.records[name].items()}
        else:
            return []
        return [self._standing(each, sealed=sealed.get(each.name.removeprefix(VALUE), False)) for each in fields]

    def _standing(self, asked: Field, *, sealed: bool) -> Field:
        """Return a question with what stands; what the reader may not see stays empty, and so unchanged."""
        if sealed and not self.sees_words:
            return replace(
                asked, required=False, values=(), hint=self._("Hidden from you. Leave empty to let it stand.")
            )
        stands = typed_as(self.values.get(asked.name.removeprefix(VALUE)))
        return replace(asked, values=stands or asked.values)

    def _hours(self) -> list[Field]:
        entry = next(each for each in self.state.records[HOURS] if each.seq == self.of)
        opened = self.state.open.get(entry.key or "") or self.state.past.get(entry.key or "")
        if opened is None:
            raise Refusal("not_correctable", of=self.of)
        months = months_between(opened.opened_on, min(opened.closed_on or self.visit.today, self.visit.today))
        pairs = tuple((each, self.month_text(each)) for each in months)
        return [
            Field(VALUE + "month", "select", self._("Month"), choices=pairs, required=True),
            Field(VALUE + "hours", "number", self._("Attended hours"), required=True),
        ]

    def filled(self, typed: Typed) -> Form:
        """Return the questions with what was typed, and what is missing."""
        shown = self.form().filled(typed).offered(self._("Choose something that stands here"))
        return shown.missing(self._("Fill this in"))

    def read(self, typed: Typed) -> dict[str, Any]:
        """Return the command's fields. Raises Malformed, Refusal."""
        stood = {each.name.removeprefix(VALUE): ",".join(each.values) for each in self._values()}
        given = {name: text for name, text in values_of(typed).items() if text != stood.get(name)}
        try:
            changes = changes_from(self.rules, self.state, self.of, given) if given else {}
        except Refusal as refusal:
            name = str(refusal.params.get("name", "value"))
            raise Malformed(VALUE + (name if name in stood else "value"), refusal) from None
        day = field_of("day", lambda: day_from(one(typed, "day") or "", "day"))
        return {
            "kind": "correct", "of": self.of, "changes": changes, "reason": one(typed, "reason"),
            "day": None if day == self.stands.on else day,
        }  # fmt: skip
