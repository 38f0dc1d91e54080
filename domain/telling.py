"""What an entry of a story means at the moment it is told: a command, with the people and days that it leaves out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from domain.commands import (
    Assign,
    ChangeOwner,
    Command,
    Complete,
    Contact,
    Correct,
    Decide,
    EndStep,
    Exit,
    Happen,
    OpenStep,
    Pause,
    RecordFact,
    Refer,
    Reopen,
    ReportHours,
    Resume,
    TakeRecord,
    View,
)
from domain.people import SYSTEM, THE_SYSTEM, Actor
from domain.rules import ITEM, OWNER
from domain.script import UNSTATED, WORDS, Cast, Entry, Frame, ScriptError, Story

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.interpreter import State
    from domain.rules import Rules, StepRule


def command_of(
    *,
    rules: Rules,
    state: State | None,
    entry: Entry,
    told: Story,
    cast: Cast,
    frame: Frame,
    start: date,
    id: str,  # noqa: A002
) -> Command:
    """Return the command that an entry means now. Raises ScriptError."""
    return _Teller(rules, state, entry, told, cast, frame, start, id).command()


@dataclass(slots=True)
class _Teller:
    rules: Rules
    state: State | None
    entry: Entry
    told: Story
    cast: Cast
    frame: Frame
    start: date
    id: str

    def command(self) -> Command:
        """Dispatch on the verb."""
        tell: Callable[[], Command] = getattr(self, f"_{self.entry.verb}")
        return tell()

    def _asked(self, role: str = OWNER, *, but: frozenset[str] = frozenset()) -> dict[str, Any]:
        day = self.entry.day if self.entry.on is None else self.entry.on
        return {"id": self.id, "by": self._by(role, but), "occurred_on": self.start + timedelta(days=day)}

    def _by(self, role: str, but: frozenset[str]) -> Actor:
        if role == SYSTEM:
            return THE_SYSTEM
        named = self.entry.by
        if named is not None and named != OWNER:
            return self.cast.actor(named if named in self.cast.roles else self.cast.playing(named, but=but))
        if (OWNER in (role, named)) and self.state is not None:
            return self.cast.actor(self.state.owner)
        return self.cast.actor(self.cast.playing(role, but=but))

    def _word(self, index: int) -> str:
        if len(self.entry.words) <= index:
            raise ScriptError("story_says_too_little", day=self.entry.day, entry=self.entry)
        return self.entry.words[index]

    def _rule(self, step: str) -> StepRule | None:
        if step in self.rules.steps:
            return self.rules.steps[step]
        open_paths = {one.path for one in self.state.open.values()} if self.state else set()
        paths = self.rules.by_name.get(step, ())
        found = next((path for path in paths if path in open_paths), paths[0] if paths else None)
        return self.rules.steps[found] if found else None

    def _role_of(self, step: str) -> str:
        rule = self._rule(step)
        if rule is not None and rule.by == ITEM:
            return self.entry.more.get("item") or self._word(1)
        return (rule.by if rule else None) or ("manager" if step.startswith("review_correction") else OWNER)

    def _but(self, step: str) -> frozenset[str]:
        rule = self._rule(step)
        if rule is None or self.state is None:
            return frozenset()
        return frozenset(
            one.actor for one in self.state.past.values() if one.path in rule.not_by and one.actor is not None
        )

    def _view(self, step: str) -> View | None:
        given = self.entry.more.get("view")
        if given == UNSTATED:
            return None
        if given is not None:
            agrees = {True: "yes", False: "no"}.get(given, given)
            return View(agrees=agrees, words=self.entry.more.get("words"))
        rule = self._rule(step)
        return View(agrees="yes") if rule is not None and rule.view else None

    def _refer(self) -> Command:
        frame = self.frame
        refused = tuple(name for name, value in self.told.given.items() if value == "refused")
        facts = {name: value for name, value in self.told.given.items() if name not in refused}
        return Refer(
            **self._asked("referrer"), pathway=frame.pathway, programme=frame.programme, operation=frame.operation,
            referral=frame.referral, person=frame.person, unit=frame.unit, owner=frame.owner, ordinal=frame.ordinal,
            previous=frame.previous, facts=facts, refused=refused,
        )  # fmt: skip

    def _done(self) -> Command:
        step = self._word(0)
        item = self.entry.words[1] if len(self.entry.words) > 1 else None
        return Complete(
            **self._asked(self._role_of(step)),
            step=step,
            item=item,
            view=self._view(step),
            present=tuple(self.entry.more.get("present", ())),
            note=self.entry.more.get("note"),
        )

    def _decide(self) -> Command:
        step, more = self._word(0), self.entry.more
        return Decide(
            **self._asked(self._role_of(step), but=self._but(step)), step=step, outcome=self._word(1),
            reason=more.get("reason", WORDS), coded_reason=more.get("coded_reason"),
            exception=bool(more.get("exception", False)), view=self._view(step),
            present=tuple(more.get("present", ())),
        )  # fmt: skip

    def _record(self) -> Command:
        first, _, item = self._word(0).partition(".")
        values = {key: value for key, value in self.entry.more.items() if key not in ("step", "item", "rater")}
        step = self.entry.more.get("step") or (None if first in self.rules.records else first)
        rule = self._rule(step) if step else None
        record = rule.record if rule is not None and rule.record else first
        role = rule.by if rule is not None and rule.by else OWNER
        if role == ITEM:
            role = self.entry.more.get("item") or item
        return TakeRecord(
            **self._asked(role), record=record, values=values or self._plain_values(record), step=step,
            item=self.entry.more.get("item") or item or None, rater=self.entry.more.get("rater"),
        )  # fmt: skip

    def _plain_values(self, record: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, rule in self.rules.records.get(record, {}).items():
            if rule.required:
                found[name] = rule.one_of[0] if rule.one_of else False if rule.type == "boolean" else rule.low or 0
        return found

    def _fact(self) -> Command:
        name = self._word(0)
        if "value" not in self.entry.more:
            return RecordFact(**self._asked(), fact=name, refused=True)
        return RecordFact(**self._asked(), fact=name, value=self.entry.more["value"])

    def _open(self) -> Command:
        more = self.entry.more
        return OpenStep(**self._asked(), step=self._word(0), provider=more.get("provider"), person=more.get("person"))

    def _end(self) -> Command:
        step = self._word(0)
        return EndStep(
            **self._asked(self._role_of(step)), step=step, coded_reason=self._word(1), item=self.entry.more.get("item")
        )

    def _assign(self) -> Command:
        return Assign(**self._asked(), step=self._word(0), person=self._word(1), item=self.entry.more.get("item"))

    def _contact(self) -> Command:
        return Contact(**self._asked(), note=self.entry.more.get("note"))

    def _happen(self) -> Command:
        rule = self.rules.happenings.get(self._word(0))
        return Happen(**self._asked(rule.by[0] if rule else OWNER), happening=self._word(0))

    def _owner(self) -> Command:
        return ChangeOwner(**self._asked("manager"), owner=self._word(0))

    def _hours(self) -> Command:
        step = self._word(0)
        asked = self._asked(self._role_of(step))
        month = str(self.entry.more.get("month") or asked["occurred_on"].isoformat()[:7])
        return ReportHours(**asked, step=step, month=month, hours=float(self._word(1)))

    def _pause(self) -> Command:
        asked = self._asked()
        until = asked["occurred_on"] + timedelta(days=int(self._word(1)))
        return Pause(**asked, reason=self._word(0), resume_by=until)

    def _resume(self) -> Command:
        return Resume(**self._asked())

    def _exit(self) -> Command:
        return Exit(**self._asked(), exit=self._word(0), reason=self.entry.more.get("reason", WORDS))

    def _reopen(self) -> Command:
        return Reopen(**self._asked("manager"), reason=self.entry.more.get("reason", WORDS))

    def _correct(self) -> Command:
        more = dict(self.entry.more)
        day = more.pop("day", None)
        reason = more.pop("reason", WORDS)
        name = self._word(0)
        asked = self._asked()
        asked.pop("occurred_on")
        return Correct(
            **asked, of=self._recorded(name), changes=more, reason=reason,
            day=None if day is None else self.start + timedelta(days=day),
        )  # fmt: skip

    def _recorded(self, name: str) -> int:
        """Return the event that last recorded what a correction names: a fact, a record, a step, a happening."""
        state = self.state
        if state is not None:
            if name == "referral":
                return 1
            if name == "exit" and state.exit is not None:
                return state.exit.seq
            if state.facts.get(name):
                return state.facts[name][-1].seq
            if state.records.get(name):
                return state.records[name][-1].seq
            if name in state.happened:
                return state.happened[name].seq
            rule = self._rule(name)
            done = [one.closed_seq for one in state.past.values() if rule is not None and one.path == rule.path]
            if done:
                return max(done)
        raise ScriptError("story_nothing_recorded", day=self.entry.day, name=name)
