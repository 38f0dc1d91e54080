"""Correcting what an earlier event recorded: figures follow, human decisions stay and get a review task."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from domain.calendar import add, local_day
from domain.errors import Refusal
from domain.events import Cause, EventType
from domain.interpreter.dues import due_rule, due_text, moved, shifted
from domain.interpreter.opening import open_review
from domain.interpreter.state import HOURS
from domain.interpreter.steps import check_hours, needs_label
from domain.interpreter.values import check_fact, check_record
from domain.rules import WATCH

if TYPE_CHECKING:
    from datetime import date

    from domain.commands import Correct
    from domain.interpreter.state import State
    from domain.interpreter.work import Work

REFERRAL = 1  # the event with which every pathway begins


def correct(work: Work, command: Correct) -> None:
    """Correct the values or the day of an earlier event. Raises Refusal: unknown event, wrong values, no change."""
    work.demand("correct")
    if not command.reason.strip():
        raise Refusal("reason_missing")
    what, was, name = _find(work, command.of)
    coded, sealed = _changes(work, what, name, command)
    day = command.day or was
    if day > local_day(work.now):
        raise Refusal("day_in_the_future", day=str(day))
    if what != "referral" and day < work.state.referral.on:
        raise Refusal("day_before_the_referral", day=str(day), referral=str(work.state.referral.on))
    if day == was and not _differs(work, command.of, name, coded=coded, sealed=sealed):
        raise Refusal("nothing_to_correct", of=command.of)
    fields: dict[str, Any] = {"of": command.of, "what": what, "name": name, "changes": coded, "day": day.isoformat()}
    before = {one.anchor: work.state.day(one.anchor) for one in work.state.open.values()}
    if what == "fact":
        fields["refused"] = not command.changes and _is_declined(work, command.of, name)
    corrected = work.emit(
        EventType.CORRECTED, Cause(command.of, f"correct.{what}"), coded=fields,
        sealed={"reason": command.reason, "changes": sealed or None}, on=day,
    )  # fmt: skip
    cause = Cause(corrected.seq, "correct")
    _move_dues(work, command.of, cause, what=what, name=name, days=(was, day), before=before)
    _review(work, Cause(corrected.seq, "review"))


def _is_declined(work: Work, of: int, name: str) -> bool:
    return any(value.refused for value in work.state.facts[name] if value.seq == of)


def _differs(work: Work, of: int, name: str, *, coded: dict[str, Any], sealed: dict[str, Any]) -> bool:
    """Tell whether a correction's values say something else than what stands."""
    new = {**coded, **sealed}
    for value in work.state.facts.get(name, ()):
        if value.seq == of:
            return bool(new) and (new["value"] != value.value or value.refused)
    for entry in work.state.records.get(name, ()):
        if entry.seq == of:
            return bool(sealed) or any(entry.values.get(field) != value for field, value in coded.items())
    return False


def correctable(state: State) -> dict[int, tuple[str, date, str]]:
    """Return what can be corrected, by the number of its event: what it is, its day, and the name it is kept under."""
    found: dict[int, tuple[str, date, str]] = {}
    for name, seen in state.happened.items():
        found[seen.seq] = ("happened", seen.on, name)
    if state.exit is not None:
        found[state.exit.seq] = ("exit", state.exit.on, state.exit.reason)
    for one in state.past.values():
        if one.closed_on is not None:
            found[one.closed_seq] = ("done", one.closed_on, one.path)
    for name, entries in state.records.items():
        found |= {entry.seq: ("record", entry.on, name) for entry in entries}
    for name, values in state.facts.items():
        found |= {value.seq: ("fact", value.on, name) for value in values}
    return found | {REFERRAL: ("referral", state.referral.on, "referral")}


def _find(work: Work, of: int) -> tuple[str, date, str]:
    found = correctable(work.state).get(of)
    if found is None:
        raise Refusal("not_correctable", of=of)
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """What an event recorded as it stands now: of which sort, about what, on which day, with which values."""

    what: str
    name: str
    on: date
    values: dict[str, Any] = field(default_factory=dict, repr=False)


def standing(state: State, of: int) -> Standing:
    """Return what a correction of an event would correct. Raises Refusal: not_correctable."""
    if of not in (found := correctable(state)):
        raise Refusal("not_correctable", of=of)
    what, on, name = found[of]
    values: dict[str, Any] = {}
    if what == "fact":
        values = next({} if one.refused else {"value": one.value} for one in state.facts[name] if one.seq == of)
    elif what == "record":
        values = next(dict(one.values) for one in state.records[name] if one.seq == of)
    return Standing(what, name, on, values)


def _changes(work: Work, what: str, name: str, command: Correct) -> tuple[dict[str, Any], dict[str, Any]]:
    given = command.changes
    if what == "fact" and given:
        if set(given) != {"value"}:
            raise Refusal("field_unknown", record=name, field=", ".join(given), known="value")
        value = check_fact(work.rules, name, given["value"], refused=False)
        return ({}, {"value": value}) if work.rules.facts[name].sealed else ({"value": value}, {})
    if what == "record" and given:
        old = next(entry for entry in work.state.records[name] if entry.seq == command.of)
        if name == HOURS:
            if set(given) - {"hours", "month"}:
                raise Refusal("field_unknown", record=name, field=", ".join(given), known="hours, month")
            one = work.state.open.get(old.key or "") or work.state.past.get(old.key or "")
            if one is None:
                raise Refusal("not_correctable", of=command.of)
            stands = {**old.values, **given}
            check_hours(work, one, stands["month"], stands["hours"])
            return dict(given), {}
        rules = work.rules.records[name]
        kept = {key: value for key, value in old.values.items() if not rules[key].derived}
        words = {key for key, rule in rules.items() if rule.sealed and key not in given}  # no state keeps them
        return check_record(work.rules, name, {**kept, **given}, said=words)
    if given:
        raise Refusal("only_the_day_can_be_corrected", of=command.of)
    return {}, {}


def _move_dues(
    work: Work, of: int, cause: Cause, *, what: str, name: str, days: tuple[date, date],
    before: dict[str, date | None],
) -> None:  # fmt: skip
    """Move the due days that were counted from a day that is now another one, by as much as that makes.

    What a pause or an extension gave meanwhile stays. The watch follows the contact that it was counted from.
    """
    for one in list(work.state.open.values()):
        text = due_text(work, one.path)
        if text is None or one.due_on is None:
            continue
        length = due_rule(text).span
        if one.path == WATCH:
            counted = what == "referral" or name == "contact" or name in work.rules.watch.moved_by
            old, new = days if counted and one.due_on == add(days[0], length) else (None, None)
        elif one.anchor == "opening":
            old, new = days if one.cause_seq == of and what in ("done", "happened") else (None, None)
        else:
            old, new = before[one.anchor], work.state.day(one.anchor)
        if old is None or new is None or old == new or (one.path == WATCH and work.state.paused is not None):
            continue
        stood, stands = add(old, length), add(new, length)
        day = stands if one.due_on == stood else shifted(one.due_on, stands - stood)
        if day != one.due_on:
            work.emit(EventType.DUE_MOVED, cause, step=one.path, n=one.n, coded=moved(work, one, day, "corrected"))


def _review(work: Work, cause: Cause) -> None:
    """Open a review task where a decision was made on facts that now say something else."""
    for one in work.state.past.values():
        rule = work.rule(one.path)
        if rule is None or one.needs is None or one.outcome not in rule.outcomes:
            continue
        needs = rule.outcomes[one.outcome].needs
        if needs is not None and needs_label(work, needs) != one.needs:
            open_review(work, cause)
            return
