"""Commands about the whole pathway: refer, facts, contact, happenings, owner, pause, exit, reopen, re-entry, time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from domain.calendar import add
from domain.conditions import evaluate
from domain.errors import Refusal
from domain.events import Cause, EventType
from domain.interpreter.dues import moved, shifted, span
from domain.interpreter.opening import open_step, open_watch
from domain.interpreter.settle import end, leave
from domain.interpreter.steps import done, move_watch
from domain.interpreter.values import check_fact
from domain.rules import REVIEW, WATCH

if TYPE_CHECKING:
    from datetime import date

    from domain.commands import (
        ChangeOwner,
        Contact,
        Exit,
        Happen,
        Pause,
        RecordFact,
        Reenter,
        Refer,
        Reopen,
        Resume,
        TakeOver,
        Tick,
    )
    from domain.interpreter.state import Instance, State
    from domain.interpreter.work import Work


def begin(work: Work, command: Refer) -> None:
    """Open the watch and record what the referral states (Referred itself makes the state). Raises Refusal."""
    for name in command.refused:
        _fact(work, name, None, refused=True)
    for name, value in command.facts.items():
        _fact(work, name, value, refused=False)
    open_watch(work, Cause(1, "watch"))


def record_fact(work: Work, command: RecordFact) -> None:
    """Record one fact. Raises Refusal."""
    work.demand("fact")
    _fact(work, command.fact, command.value, refused=command.refused)


def _fact(work: Work, name: str, value: Any, *, refused: bool) -> None:
    plain = check_fact(work.rules, name, value, refused=refused)
    coded: dict[str, Any] = {"fact": name, "refused": refused}
    sealed: dict[str, Any] = {}
    if not refused:
        (sealed if work.rules.facts[name].sealed else coded)["value"] = plain
    work.emit(EventType.FACT_RECORDED, Cause(0, f"facts.{name}"), coded=coded, sealed=sealed)


def contact(work: Work, command: Contact) -> None:
    """Say that somebody was in contact with the participant. Raises Refusal."""
    work.demand("contact")
    coded = {"happening": "contact", "key": None}
    work.emit(EventType.HAPPENED, Cause(0, "watch.contact"), coded=coded, sealed={"note": command.note})
    move_watch(work, work.day, "contact")


def happen(work: Work, command: Happen) -> None:
    """Say that something named in the programme took place. Raises Refusal."""
    rule = work.rules.happenings.get(command.happening)
    if rule is None:
        raise Refusal("happening_unknown", happening=command.happening, known=", ".join(work.rules.happenings))
    work.demand("happen", named=rule.by)
    if rule.condition is not None and evaluate(rule.condition, work.state) is not True:
        raise Refusal("happening_not_now", happening=command.happening)
    one = _place_for(work, rule.step, command) if rule.step else None
    coded: dict[str, Any] = {"happening": command.happening, "key": command.key}
    if command.site is not None:
        coded["site"] = command.site
    if command.starts_on is not None:
        coded["starts_on"] = command.starts_on.isoformat()
    cause = Cause(0, f"happenings.{command.happening}")
    happened = work.emit(EventType.HAPPENED, cause, coded=coded, sealed={"note": command.note})
    if one is not None:
        done(work, one)
    if rule.exit:
        leave(work, rule.exit, Cause(happened.seq, f"happenings.{command.happening}.exit"))


def _place_for(work: Work, step: str, command: Happen) -> Instance:
    """Return the waiting that a place ends. Raises Refusal: nobody waits, another round or pool was meant, paused."""
    one = work.find(step)
    if command.key not in (None, one.key):
        raise Refusal("step_not_open", step=command.key)
    if command.pool not in (None, work.rules.steps[step].waits):  # another version has another pool meanwhile
        raise Refusal("place_of_another_pool", pool=command.pool)
    if work.state.paused is not None:
        # The offer's clock would stand still: others would wait for a place that nobody can use.
        raise Refusal("no_place_while_paused", resume_by=str(work.state.paused.resume_by))
    return one


def change_owner(work: Work, command: ChangeOwner) -> None:
    """Hand the whole pathway to another owner. Raises Refusal."""
    work.demand("change_owner")
    if command.owner == work.state.owner:
        raise Refusal("owner_already", owner=command.owner)
    coded = {"key": None, "old": work.state.owner, "new": command.owner}
    work.emit(EventType.OWNER_CHANGED, Cause(0, "owner"), coded=coded, sealed={"note": command.note})


def pause(work: Work, command: Pause) -> None:
    """Stop the clock until a day within the programme's limit. Raises Refusal."""
    work.demand("pause")
    rule = work.rules.watch
    if work.state.paused is not None:
        raise Refusal("already_paused", resume_by=str(work.state.paused.resume_by))
    if command.reason not in rule.pause_reasons:
        raise Refusal("coded_reason_unknown", known=", ".join(rule.pause_reasons))
    latest = add(work.day, span(rule.pause_at_most))
    if not work.day < command.resume_by <= latest:
        raise Refusal("resume_by_out_of_range", latest=str(latest))
    coded = {"reason": command.reason, "resume_by": command.resume_by.isoformat()}
    paused = work.emit(EventType.PAUSED, Cause(0, "watch.pause"), coded=coded, sealed={"note": command.note})
    watch = next(one for one in work.state.open.values() if one.path == WATCH)
    cause = Cause(paused.seq, "watch.pause")
    work.emit(EventType.DUE_MOVED, cause, step=WATCH, n=watch.n, coded=moved(work, watch, command.resume_by, "paused"))


def resume(work: Work, command: Resume) -> None:
    """Start the clock again: dues move by the days of the pause. Raises Refusal."""
    work.demand("resume")
    if work.state.paused is None:
        raise Refusal("not_paused")
    if work.day < work.state.paused.on:
        raise Refusal("before_the_pause", on=str(work.state.paused.on))
    since, before = work.state.paused.on, work.state.copy()
    coded = {"days": (work.day - since).days}
    resumed = work.emit(EventType.RESUMED, Cause(0, "watch.pause"), coded=coded, sealed={"note": command.note})
    _shift(work, list(work.state.open.values()), since, Cause(resumed.seq, "watch.pause"), "resumed", before=before)
    move_watch(work, work.day, "resumed")


def _shift(work: Work, instances: list[Instance], since: date, cause: Cause, why: str, *, before: State) -> None:
    """Move dues by the days that each step stood still: what opened meanwhile stood still from its opening only.

    ``before`` are the days that were given before: a pause that overlaps another, registered late, gives the rest.
    """
    for one in instances:
        away = before.stood_still(one, since, work.day)
        if one.due_on is None or one.never_paused or one.path == WATCH or not away:
            continue
        coded = moved(work, one, shifted(one.due_on, timedelta(days=away)), why)
        work.emit(EventType.DUE_MOVED, cause, step=one.path, n=one.n, coded=coded)


def exit_(work: Work, command: Exit) -> None:
    """Take the participant out of the programme. Raises Refusal."""
    work.demand("exit")
    if command.exit not in work.rules.exits:
        raise Refusal("exit_unknown", exit=command.exit, known=", ".join(work.rules.exits))
    if not command.reason.strip():
        raise Refusal("reason_missing")
    coded = {"happening": "exit_decided", "key": None, "view": command.view.agrees if command.view else None}
    sealed = {"reason": command.reason, "words": command.view.words if command.view else None}
    decided = work.emit(EventType.HAPPENED, Cause(0, "exit"), coded=coded, sealed=sealed)
    leave(work, command.exit, Cause(decided.seq, f"exits.{command.exit}"))


def reopen(work: Work, command: Reopen) -> None:
    """Take back an exit: what it ended is open again, its dues moved by the days between. Raises Refusal."""
    work.demand("reopen")
    left = work.state.exit
    if left is None:
        raise Refusal("not_exited")
    if work.state.reentered is not None:
        raise Refusal("reentered", pathway=work.state.reentered)
    latest = add(left.on, span(work.rules.reopen_within))
    if work.day > latest:
        raise Refusal("too_late_to_reopen", latest=str(latest))
    if work.day < left.on:
        raise Refusal("before_the_exit", on=str(left.on))
    cause = Cause(0, "reopen")
    for one in reversed(list(work.state.open.values())):
        if one.path != REVIEW:
            end(work, one, "reopened", cause)
    ended = [
        one for one in work.state.past.values() if one.status == "ended" and left.first_seq <= one.closed_seq < left.seq
    ]
    ended.sort(key=lambda one: one.opened_seq)
    coded = {"exit": left.reason, "restored": [one.key for one in ended], "again": left.key}
    before = work.state.copy()
    reopened = work.emit(EventType.REOPENED, cause, coded=coded, sealed={"reason": command.reason})
    back = Cause(reopened.seq, "reopen")
    since = min(left.on, left.paused_on or left.on)  # an exit during a pause: the clock had stopped before it
    _shift(work, [work.state.open[one.key] for one in ended], since, back, "reopened", before=before)
    move_watch(work, work.day, "resumed")
    decision = work.state.past.get(left.key or "")
    rule = work.rule(decision.path) if decision else None
    if rule is not None:
        open_step(work, rule, back, afresh=True)


def reenter(work: Work, command: Reenter) -> None:
    """Cancel the follow-ups, because the person came back on another pathway of the operation. Raises Refusal."""
    work.demand("reenter")
    if work.state.exit is None:
        raise Refusal("not_exited")
    coded = {"happening": "reentry", "key": None, "pathway": command.pathway}
    back = work.emit(EventType.HAPPENED, Cause(0, "reentry"), coded=coded)
    for one in reversed(list(work.state.open.values())):
        rule = work.rule(one.path)
        if rule is not None and not rule.confirms:
            end(work, one, "reentry", Cause(back.seq, "reentry"))


def take_over(work: Work, _command: TakeOver) -> None:
    """Give one notice of whatever is overdue: its ladder was due before the take-over. Raises Refusal."""
    work.demand("take_over")
    for one in list(work.state.open.values()):
        late = one.due_on is not None and one.due is not None and one.due <= work.now
        if one.due_on is not None and late and not one.alarms and not work.state.holding(one):
            coded = moved(work, one, one.due_on, "taken_over")
            work.emit(EventType.DUE_MOVED, Cause(one.opened_seq, "take_over"), step=one.path, n=one.n, coded=coded)


def tick(work: Work, _command: Tick) -> None:
    """Say what became due: promise its notices, and let time decide where a step says so. Raises Refusal."""
    work.demand("tick")
    state = work.state
    ripe = [
        (alarm.at, one.opened_seq, one.key)
        for one in state.open.values()
        if not state.holding(one)
        for alarm in one.alarms
        if alarm.at <= work.now
    ]
    for _at, _seq, key in sorted(ripe):
        one = state.open[key]
        alarm = one.alarms[0]
        cause = Cause(one.opened_seq, f"{one.path}.{alarm.kind}")
        work.tell(alarm.kind, alarm.to, cause, one.path, one=one)
    for one in list(state.open.values()):
        if (
            one.at_due
            and one.due is not None
            and one.due <= work.now
            and not state.holding(one)
            and one.key in state.open
        ):
            rule = work.rules.steps[one.path]
            outcome = rule.outcomes[one.at_due]
            done(work, one, outcome=one.at_due, decided=False)
            if outcome.exit:
                leave(work, outcome.exit, Cause(work.last, f"{one.path}.at_due"), one.key)
            for role in outcome.tell:
                work.tell("answer", role, Cause(work.last, f"{one.path}.{one.at_due}.tell"), f"{one.path}.{one.at_due}")
