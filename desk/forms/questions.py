"""What the questions of commands have in common: days, people, views, and what a choice leads to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from desk.forms.field import Field
from desk.forms.following import follows
from desk.forms.values import MOST
from domain.errors import Refusal
from domain.policy import Purpose
from service.foreseeing import foresee

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from desk.visit import Visit
    from domain.interpreter.state import Instance
    from domain.possible import Possible
    from domain.rules import Rules, StepRule
    from records.staff import Staff
    from service.page import Page
    from service.wording import Words

VIEWS = ("yes", "partly", "no", "not_asked")
VALUE = "v-"  # before the name of a record's field or of a fact, so that it never meets a name of ours


@dataclass(frozen=True, slots=True)
class Known:
    """Something that whoever fills in the form should know; ``address`` leads to more."""

    text: str
    address: str = ""
    more: str = ""


@dataclass
class Questions:
    """What is asked for one possible command; ``absent`` names who stands in for colleagues that are away today."""

    visit: Visit
    page: Page
    possible: Possible
    colleagues: tuple[Staff, ...] = ()
    absent: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.page.words is None or self.page.rules is None or self.page.state is None:
            raise Refusal("pathway_unknown")
        self._ = self.visit._
        self.words: Words = self.page.words
        self.rules: Rules = self.page.rules
        self.state = self.page.state

    @property
    def say(self) -> Callable[..., str]:
        """The reader's texts."""
        return self._

    @property
    def sees_words(self) -> bool:
        """Tell whether the reader may see what is sealed."""
        return Purpose.WORDS in self.page.allowed

    @property
    def rule(self) -> StepRule | None:
        """The rule of the step that the command is about."""
        return self.rules.steps.get(self.possible.step or "")

    @property
    def instance(self) -> Instance | None:
        """The step that is open."""
        return self.state.open.get(self.possible.key or "")

    @property
    def record(self) -> str:
        """The record that is taken."""
        return self.possible.choices[0] if self.possible.choices else ""

    def at(self) -> dict[str, Any]:
        """Return the command's kind and which step it means."""
        one, fields = self.possible, {"kind": self.possible.kind, "step": self.possible.step}
        if one.step is None:
            return {"kind": one.kind}
        if one.kind == "open":
            return fields
        n = one.key.partition("#")[2] if one.key else ""
        return {**fields, "item": one.item, "n": int(n) if n else None}

    def _on(self) -> Field:
        today = self.visit.writing.long_day(self.visit.today)
        hint = self._("Today is %(day)s. Year-month-day.", day=today)
        return Field("on", "day", self._("Day it happened"), hint=hint, values=(self.visit.today.isoformat(),))

    def _note(self) -> Field:
        return Field("note", "area", self._("Note"), most=MOST)

    def _reason(self) -> Field:
        return Field("reason", "area", self._("Reason"), required=True, most=MOST)

    def _views(self) -> list[Field]:
        needed = "view" in self.possible.needs
        if not needed and self.possible.kind != "exit":
            return []
        choices = tuple((view, self.visit.writing.say(f"view.{view}")) for view in VIEWS)
        return [
            Field("view", "radio", self._("The participant's view"), choices=choices, required=needed),
            Field("words", "area", self._("In the participant's own words"), most=MOST),
        ]

    def _codes(self, label: str) -> Field:
        pairs = tuple((code, self.words.code(code)) for code in self.possible.choices)
        return Field("coded_reason", "radio", label, choices=pairs, required=True)

    def _people(self, *, first: str | None = None, without: tuple[str | None, ...] = ()) -> list[tuple[str, str]]:
        """Return colleagues with their roles and who stands in for them today, those with a role first."""
        people = [each for each in self.colleagues if each.id not in without]
        people.sort(key=lambda each: (first not in _roles(each), each.name))
        return [(each.id, self._person_text(each)) for each in people]

    def _person_text(self, person: Staff) -> str:
        roles = ", ".join(self.words.role(role) for role in _roles(person))
        text = f"{person.name} ({roles})" if roles else person.name
        if person.id in self.absent:
            deputy = self.page.names.get(self.absent[person.id], self.absent[person.id])
            text += " – " + self._("away today, %(deputy)s stands in", deputy=deputy)
        return text

    def _present(self) -> list[Field]:
        present = self.rule.present if self.rule is not None else ()
        if not present:
            return []
        choices = tuple((role, self.words.role(role)) for role in present)
        hint = self._("All of them have to take part.")
        return [Field("present", "checks", self._("Who took part"), choices=choices, hint=hint, required=True)]

    def _whole(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Return fields that would be taken, where a person still has to answer."""
        answers: dict[str, Any] = {}
        if "view" in self.possible.needs:
            answers["view"] = {"agrees": "not_asked"}
        if self.rule is not None and self.rule.present and self.possible.kind in ("complete", "decide"):
            answers["present"] = self.rule.present
        return {**self.at(), **answers, **fields}

    def _ahead(self, **fields: Any) -> str:
        return follows(self.visit, self.page, self._whole(fields))

    def _refused_as(self, **fields: Any) -> str:
        """Return the code with which it would be refused; empty where it would be taken."""
        try:
            foresee(self.page, self._whole(fields), now=self.visit.now)
        except Refusal as refusal:
            return refusal.code
        return ""


def _roles(person: Staff) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.role for each in person.roles))
