"""What each command asks, with what is known already and what every choice leads to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from babel.dates import format_date

from desk.forms.field import Field, choices_of
from desk.forms.questions import VALUE, Known, Questions
from desk.forms.values import question, typed_as
from domain.calendar import local_day
from domain.interpreter.state import HOURS
from domain.rules import OWNER
from service.assessments import PARTICIPANT

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from domain.interpreter.state import Entry
    from domain.rules import Outcome

YES = "yes"
MOST_TOLD = 6  # months of attendance, the latest


class Asking(Questions):
    """The questions of each kind of command."""

    def fields(self) -> tuple[Field, ...]:
        """Return the questions."""
        return tuple(getattr(self, f"_ask_{self.possible.kind}")())

    def known(self) -> list[Known]:
        """Return what is good to know before the questions."""
        tell = getattr(self, f"_known_{self.possible.kind}", None)
        return [one for one in (tell() if tell else []) if one.text]

    def _known_complete(self) -> list[Known]:
        return [Known(self._ahead())]

    def _ask_complete(self) -> list[Field]:
        return [self._on(), *self._present(), *self._views(), self._note()]

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """The outcomes that the reader may choose, in the programme's order."""
        names = in_order(self.possible.choices, self.words.outcomes(self.possible.step or ""))
        return {name: self.rule.outcomes[name] for name in names} if self.rule else {}

    def _known_decide(self) -> list[Known]:
        """Say which place was offered, where the answer to an offer is asked for."""
        made = self.words.made_of(self.possible.step or "")
        offered = next((one for one in self.page.places if one.step == made and one.state == "offered"), None)
        if offered is None:
            return []
        starts = self._("starts %(day)s", day=offered.starts_on.isoformat()) if offered.starts_on else ""
        where = " – ".join(part for part in (offered.site or offered.pool.replace("_", " "), starts) if part)
        return [Known(self._("The place: %(where)s.", where=where))]

    def _ask_decide(self) -> list[Field]:
        step, outcomes = self.possible.step or "", self.outcomes
        choices = tuple((name, self.words.outcome(step, name)) for name in outcomes)
        notes = {name: self._ahead(**self._decided(name), exception=True) for name in outcomes}
        fields = [Field("outcome", "radio", self._("Decision"), choices=choices, notes=notes, required=True)]
        with_codes = [name for name, each in outcomes.items() if each.reasons]
        codes = dict.fromkeys(code for name in with_codes for code in outcomes[name].reasons)
        if codes:
            hint = self._("Needed for: %(names)s.", names=self._outcomes(with_codes))
            pairs = choices_of((code, self.words.code(code)) for code in codes)
            fields.append(Field("coded_reason", "select", self._("Kind of reason"), hint=hint, choices=pairs))
        if exceptions := [name for name in outcomes if self._refused_as(**self._decided(name)) == "needs_not_met"]:
            hint = self._(
                "The conditions are not met for: %(names)s. It can be decided as an exception.",
                names=self._outcomes(exceptions),
            )
            agree = ((YES, self._("I decide this as an exception")),)
            fields.append(Field("exception", "checks", self._("Exception"), hint=hint, choices=agree))
        return [*fields, self._reason(), *self._present(), *self._views(), self._on()]

    def _decided(self, outcome: str) -> dict[str, Any]:
        reasons = self.outcomes[outcome].reasons
        return {"outcome": outcome, "reason": "-", "coded_reason": reasons[0] if reasons else None}

    def _outcomes(self, names: list[str]) -> str:
        return ", ".join(self.words.outcome(self.possible.step or "", name) for name in names)

    def _known_record(self) -> list[Known]:
        derived = [
            (name, rule.derived) for name, rule in self.rules.records[self.record].items() if rule.derived is not None
        ]
        return [
            Known(self._("%(field)s is worked out when it is saved: %(over)s of %(under)s.",
                         field=self.visit.writing.begin(self.words.field(self.record, name)),
                         over=self.words.field(self.record, over), under=self.words.field(self.record, under)))
            for name, (over, under) in derived
        ]  # fmt: skip

    def _ask_record(self) -> list[Field]:
        return [*self._item(), *record_fields(self, self.record), self._rater(), self._on()]

    def _item(self) -> list[Field]:
        items = self.words.definition.records[self.record].items
        if self.possible.step is not None or not items:
            return []
        pairs = tuple((item, self.words.item_of(self.record, item)) for item in items)
        return [Field("item", "radio", self._("Area"), choices=pairs, required=True)]

    def _rater(self) -> Field:
        me = self.page.reader.staff
        people = [("", self._("I did (%(name)s)", name=self.page.names.get(me, me))),
                  (PARTICIPANT, self._("The participant, of themselves")),
                  *self._people(first=self._by(), without=(me,))]  # fmt: skip
        return Field("rater", "select", self._("Who assessed"), choices=tuple(people))

    def _ask_fact(self) -> list[Field]:
        fact = self.possible.choices[0]
        rule = self.rules.facts[fact]
        label = self.visit.writing.begin(self.words.fact(fact))
        fields = [question(rule, VALUE + fact, label, self.words, self._, required=not rule.refusable)]
        if rule.refusable:
            yes = ((YES, self._("The participant declines to say")),)
            fields.append(Field("refused", "checks", self._("Declined"), choices=yes))
        return [*fields, self._on()]

    def _known_fact(self) -> list[Known]:
        values = self.state.facts.get(self.possible.choices[0], ())
        if not values:
            return []
        latest = values[-1]
        if self.rules.facts[self.possible.choices[0]].sealed and not self.sees_words:
            value = self.visit.writing.say("show.sealed")
        else:
            value = self.visit.writing.say("show.refused") if latest.refused else self.words.value(latest.value)
        text = self._("Recorded %(day)s: %(value)s. What you state now replaces it from its day.",
                      day=latest.on.isoformat(), value=value)  # fmt: skip
        return [self._or_correct(text, latest.seq)]

    def _or_correct(self, text: str, seq: int) -> Known:
        address = f"/people/{self.page.shown.pathway.id}/correct/{seq}"
        return Known(text, address, self._("Was it wrong from the beginning? Correct it."))

    def _known_open(self) -> list[Known]:
        return [Known(self._ahead())]

    def _ask_open(self) -> list[Field]:
        hint = self._("Who carries it out. Leave empty for your own operation.")
        provider = Field("provider", "text", self._("Provider"), hint=hint, most=200)
        people = choices_of(self._people(first=self._by()))
        return [provider, Field("person", "select", self._("Responsible"), choices=people), self._on(), self._note()]

    def _known_end(self) -> list[Known]:
        return [Known(self._ahead(coded_reason=self.possible.choices[0]))]

    def _ask_end(self) -> list[Field]:
        return [self._codes(self._("Reason")), self._on(), self._note()]

    def _known_assign(self) -> list[Known]:
        one = self.instance
        now = one.person if one is not None else None
        return [Known(self._("Responsible now: %(name)s.", name=self.page.names.get(now, now)))] if now else []

    def _ask_assign(self) -> list[Field]:
        people = self._people(first=self._by())
        if self.possible.choices:
            people = [pair for pair in people if pair[0] in self.possible.choices]
            chosen = tuple(pair[0] for pair in people[:1])
            return [
                Field("person", "select", self._("Responsible"), choices=tuple(people), values=chosen, required=True)
            ]
        return [Field("person", "select", self._("Responsible"), choices=choices_of(people), required=True)]

    def _known_change_owner(self) -> list[Known]:
        owner = self.page.names.get(self.state.owner, self.state.owner)
        return [Known(self._("Owner now: %(name)s. Open work goes along to the new owner.", name=owner))]

    def _ask_change_owner(self) -> list[Field]:
        people = choices_of(self._people(without=(self.state.owner,)))
        return [Field("person", "select", self._("New owner"), choices=people, required=True), self._note()]

    def _known_contact(self) -> list[Known]:
        last = self.state.last_contact
        return [Known(self._("Latest contact: %(day)s.", day=last.isoformat()))] if last else []

    def _ask_contact(self) -> list[Field]:
        return [self._on(), self._note()]

    @property
    def reported(self) -> list[Entry]:
        """The hours that were reported for this opening of the step."""
        return [one for one in self.state.records.get(HOURS, ()) if one.key == self.possible.key]

    def _known_hours(self) -> list[Known]:
        return [self._or_correct(self._of_month(one), one.seq) for one in self.reported[-MOST_TOLD:]]

    def _of_month(self, one: Entry) -> str:
        hours, month = self.words.value(float(one.values["hours"])), self.month_text(str(one.values["month"]))
        return self._("Reported for %(month)s: %(hours)s hours.", month=month, hours=hours)

    def _ask_hours(self) -> list[Field]:
        one = self.instance
        months = months_between(one.opened_on, local_day(self.visit.now)) if one is not None else []
        reported = {str(each.values["month"]) for each in self.reported}
        mark = self._("reported already")
        pairs = [
            (each, self.month_text(each) + (f" – {mark}" if each in reported else "")) for each in reversed(months)
        ]
        due = next((each for each in months if each not in reported), months[-1] if months else "")
        month = Field("month", "select", self._("Month"), choices=tuple(pairs), values=(due,), required=True)
        hint = self._("Quarters of an hour as decimals: 7,25")
        return [month, Field("hours", "number", self._("Attended hours"), hint=hint, required=True)]

    def month_text(self, month: str) -> str:
        """Return a month in words."""
        year, _, number = month.partition("-")
        if not (year.isdigit() and number.isdigit() and 1 <= int(number) <= 12):  # noqa: PLR2004 - months of a year
            return month
        return format_date(self.visit.today.replace(year=int(year), month=int(number), day=1), "MMMM y",
                           locale=self.visit.language)  # fmt: skip

    def _known_happen(self) -> list[Known]:
        return [Known(self._ahead(happening=self.possible.choices[0]))]

    def _ask_happen(self) -> list[Field]:
        return [self._on(), self._note()]

    def _ask_pause(self) -> list[Field]:
        latest = self.possible.due_on
        hint = self._("At the latest %(day)s. Year-month-day.", day=latest.isoformat()) if latest else ""
        until = Field("until", "day", self._("Until"), hint=hint, required=True)
        return [self._codes(self._("Reason")), until, self._note(), self._on()]

    def _known_resume(self) -> list[Known]:
        paused = self.state.paused
        if paused is None:
            return []
        return [Known(self._("Paused since %(day)s. Due days move by as long.", day=paused.on.isoformat()))]

    def _ask_resume(self) -> list[Field]:
        return [self._on(), self._note()]

    def _ask_exit(self) -> list[Field]:
        codes = in_order(self.possible.choices, tuple(self.words.definition.exits))
        pairs = tuple((code, self.words.exit(code)) for code in codes)
        notes = {code: self._of_exit(code) for code in codes}
        label = self._("Why the participant leaves")
        exit_ = Field("exit", "radio", label, choices=pairs, notes=notes, required=True)
        return [exit_, self._reason(), *self._views(), self._on()]

    def _of_exit(self, code: str) -> str:
        rule = self.rules.exits[code]
        receiver = self._("Handed over to: %(role)s.", role=self.words.role(rule.hand_over)) if rule.hand_over else ""
        return " ".join(part for part in (receiver, self._ahead(exit=code, reason="-")) if part)

    def _known_reopen(self) -> list[Known]:
        latest = self.possible.due_on
        by = self._("It can be reopened until %(day)s.", day=latest.isoformat()) if latest else ""
        return [Known(by), Known(self._ahead(reason="-"))]

    def _ask_reopen(self) -> list[Field]:
        return [self._reason(), self._on()]

    def _by(self) -> str:
        one = self.instance
        return (one.by if one is not None else self.rule.by if self.rule is not None else None) or OWNER


def record_fields(asking: Questions, record: str) -> list[Field]:
    """Return the questions for the fields of a record, in its order; what can be worked out isn't asked."""
    _, words, fields, rules = asking.say, asking.words, [], asking.rules.records[record]
    written, begin = words.definition.records.get(record), asking.visit.writing.begin
    for name in in_order(tuple(rules), words.fields(record)):
        if (rule := rules[name]).derived:
            continue
        asked = question(rule, VALUE + name, begin(words.field(record, name)), words, _, required=rule.required)
        if written is not None and (part := written.fields.get(name)) is not None and part.own_words:
            asked = replace(asked, hint=". ".join((_("In the participant's own words"), asked.hint)))
        if asked.kind == "radio" and not rule.required:
            asked = replace(asked, choices=(("", _("Not assessed")), *asked.choices), values=("",))
        fields.append(replace(asked, values=typed_as(rule.default) or asked.values))
    return fields


def in_order(names: Collection[str], order: tuple[str, ...]) -> list[str]:
    """Return names in an order; those that it lacks come last."""
    return sorted(names, key=lambda name: order.index(name) if name in order else len(order))


def months_between(first: date, last: date) -> list[str]:
    """Return the months from a day's to another day's."""
    count = (last.year - first.year) * 12 + last.month - first.month
    return [f"{first.year + (first.month - 1 + place) // 12}-{(first.month - 1 + place) % 12 + 1:02d}"
            for place in range(count + 1)]  # fmt: skip
