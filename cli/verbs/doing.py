"""``stegvis do PATHWAY ...``: what is possible now, and every command on an open pathway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from cli.answering import answer
from cli.output import trouble
from cli.session import OK, USAGE, As, Inside, act, terminal_of
from cli.verbs.common import Id, On, command_id, pairs
from cli.verbs.possible import list_possible
from domain.errors import Refusal
from domain.rules import parse
from service.asking import ask, command_from, meant
from service.correcting import changes_from
from service.stating import day_from, fact_from, record_from

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.rules import Rules


class _WithPathway(TyperGroup):
    """Let options stand anywhere: Click stops reading a group's options at its first argument."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        place = next((place for place, text in enumerate(args[1:], 1) if text in self.commands), None)
        if place is None:
            ctx.allow_interspersed_args = True
        else:
            args = [args[0], args[place], *args[1:place], *args[place + 1 :]]
        return super().parse_args(ctx, args)


app = typer.Typer(help="help.do", invoke_without_command=True, rich_markup_mode=None, cls=_WithPathway)

Step = Annotated[str, typer.Argument(metavar="STEP", help="help.step")]
Item = Annotated[str | None, typer.Option("--item", help="help.item", show_default=False)]
Round = Annotated[int | None, typer.Option("--n", help="help.n", show_default=False)]
Note = Annotated[str | None, typer.Option("--note", help="help.note", show_default=False)]
Reason = Annotated[str, typer.Option("--reason", help="help.reason", show_default=False)]
View = Annotated[str | None, typer.Option("--view", metavar="yes|no|partly|not_asked", help="help.view")]
Said = Annotated[str | None, typer.Option("--words", help="help.words", show_default=False)]
Present = Annotated[list[str] | None, typer.Option("--present", help="help.present")]
Code = Annotated[str | None, typer.Option("--code", help="help.code", show_default=False)]
Pairs = Annotated[list[str], typer.Argument(metavar="NAME=VALUE", help="help.pairs")]
Value = Annotated[str | None, typer.Argument(metavar="VALUE", help="help.value", show_default=False)]
Staff = Annotated[str, typer.Argument(metavar="STAFF", help="help.staff")]


@app.callback()
def do(
    context: typer.Context,
    pathway: Annotated[str, typer.Argument(metavar="PATHWAY", help="help.pathway")],
    staff: Annotated[str | None, typer.Option("--as", envvar="STEGVIS_AS", help="help.as", show_default=False)] = None,
) -> None:
    """Without a command: list what is possible now."""
    context.meta["pathway"] = pathway
    if context.invoked_subcommand is not None:
        return
    if staff is None:
        trouble(terminal_of(context).say("trouble.staff_missing"))
        raise typer.Exit(USAGE)

    async def work(inside: Inside) -> int:
        await list_possible(inside, pathway)
        return OK

    act(context, staff, work)


def _send(
    context: typer.Context, staff: str, id_: str | None, fields: dict[str, Any],
    fill: Callable[[Rules], dict[str, Any]] | None = None,
) -> None:  # fmt: skip
    asked = command_id(id_)
    on = fields.pop("on", None)
    if on is not None:
        fields["occurred_on"] = day_from(on, "--on")

    async def work(inside: Inside) -> int:
        found = await meant(inside.pool, context.meta["pathway"])
        by = await inside.actor(found.operation, found.id)
        if fill is not None:
            fields.update(fill(await _rules(inside, found.id)))
        command = command_from({**fields, "id": asked, "by": by})
        return answer(await ask(inside.office, found.id, command), inside.say, command_id=asked)

    act(context, staff, work)


async def _rules(inside: Inside, pathway: str) -> Rules:
    state, text = await inside.office.state_of(pathway)
    if state is None:
        raise Refusal("pathway_unknown")
    return parse(text)


def _view(view: str | None, words: str | None) -> dict[str, Any] | None:
    return None if view is None and words is None else {"agrees": view, "words": words}


@app.command("complete", help="help.do.complete")
def complete(
    context: typer.Context, step: Step, staff: As, on: On = None, note: Note = None, view: View = None,
    words: Said = None, present: Present = None, item: Item = None, n: Round = None, id_: Id = None,
) -> None:  # fmt: skip
    """Say that a step is done."""
    fields = {
        "kind": "complete", "step": step, "on": on, "note": note, "view": _view(view, words), "item": item, "n": n,
        "present": tuple(present or ()),
    }  # fmt: skip
    _send(context, staff, id_, fields)


@app.command("decide", help="help.do.decide")
def decide(
    context: typer.Context, step: Step, outcome: Annotated[str, typer.Argument(metavar="OUTCOME", help="help.outcome")],
    reason: Reason, staff: As, on: On = None, view: View = None, words: Said = None, code: Code = None,
    exception: Annotated[bool, typer.Option("--exception", help="help.exception")] = False, present: Present = None,
    item: Item = None, n: Round = None, id_: Id = None,
) -> None:  # fmt: skip
    """Choose an outcome."""
    fields = {
        "kind": "decide", "step": step, "outcome": outcome, "reason": reason, "on": on, "view": _view(view, words),
        "coded_reason": code, "exception": exception, "present": tuple(present or ()), "item": item, "n": n,
    }  # fmt: skip
    _send(context, staff, id_, fields)


@app.command("record", help="help.do.record")
def record(
    context: typer.Context, name: Annotated[str, typer.Argument(metavar="RECORD", help="help.record")], values: Pairs,
    staff: As, step: Annotated[str | None, typer.Option("--step", help="help.step")] = None, item: Item = None,
    n: Round = None, rater: Annotated[str | None, typer.Option("--rater", help="help.rater")] = None, on: On = None,
    id_: Id = None,
) -> None:  # fmt: skip
    """Record values that were observed together."""
    given = pairs(values, terminal_of(context).say)
    fields = {"kind": "record", "record": name, "step": step, "item": item, "n": n, "rater": rater, "on": on}
    _send(context, staff, id_, fields, lambda rules: {"values": record_from(rules, name, given)})


@app.command("fact", help="help.do.fact")
def fact(
    context: typer.Context, name: Annotated[str, typer.Argument(metavar="FACT", help="help.fact_name")], staff: As,
    value: Value = None,
    refused: Annotated[bool, typer.Option("--refused", help="help.fact_refused")] = False, on: On = None,
    id_: Id = None,
) -> None:  # fmt: skip
    """Record one fact."""
    if (value is None) is not refused:
        raise typer.BadParameter(terminal_of(context).say("trouble.value_or_refused"), ctx=context)
    fields = {"kind": "fact", "fact": name, "refused": refused, "on": on}
    _send(
        context, staff, id_, fields, None if refused else lambda rules: {"value": fact_from(rules, name, value or "")}
    )


@app.command("open", help="help.do.open")
def open_(
    context: typer.Context, step: Step, staff: As,
    provider: Annotated[str | None, typer.Option("--provider", help="help.provider")] = None,
    person: Annotated[str | None, typer.Option("--person", metavar="STAFF", help="help.person")] = None,
    note: Note = None, on: On = None, id_: Id = None,
) -> None:  # fmt: skip
    """Choose an intervention from the menu."""
    fields = {"kind": "open", "step": step, "provider": provider, "person": person, "note": note, "on": on}
    _send(context, staff, id_, fields)


@app.command("end", help="help.do.end")
def end(
    context: typer.Context, step: Step, code: Annotated[str, typer.Option("--code", help="help.code")], staff: As,
    note: Note = None, item: Item = None, n: Round = None, on: On = None, id_: Id = None,
) -> None:  # fmt: skip
    """Interrupt a step that will not be completed."""
    fields = {"kind": "end", "step": step, "coded_reason": code, "note": note, "item": item, "n": n, "on": on}
    _send(context, staff, id_, fields)


@app.command("assign", help="help.do.assign")
def assign(
    context: typer.Context, step: Step, person: Staff, staff: As, item: Item = None, n: Round = None, id_: Id = None
) -> None:
    """Make one person responsible for a step."""
    _send(context, staff, id_, {"kind": "assign", "step": step, "person": person, "item": item, "n": n})


@app.command("owner", help="help.do.owner")
def owner(context: typer.Context, person: Staff, staff: As, note: Note = None, id_: Id = None) -> None:
    """Hand the pathway to another owner."""
    _send(context, staff, id_, {"kind": "change_owner", "owner": person, "note": note})


@app.command("contact", help="help.do.contact")
def contact(context: typer.Context, staff: As, note: Note = None, on: On = None, id_: Id = None) -> None:
    """Say that somebody was in contact with the participant."""
    _send(context, staff, id_, {"kind": "contact", "note": note, "on": on})


@app.command("hours", help="help.do.hours")
def hours(
    context: typer.Context, step: Step, month: Annotated[str, typer.Argument(metavar="YYYY-MM", help="help.month")],
    number: Annotated[str, typer.Argument(metavar="HOURS", help="help.hours")], staff: As, n: Round = None,
    id_: Id = None,
) -> None:  # fmt: skip
    """Report attended hours of one month."""
    fields = {"kind": "hours", "step": step, "month": month, "hours": number.replace(",", "."), "n": n}
    _send(context, staff, id_, fields)


@app.command("happen", help="help.do.happen")
def happen(
    context: typer.Context, name: Annotated[str, typer.Argument(metavar="HAPPENING", help="help.happening")],
    staff: As, note: Note = None, on: On = None, id_: Id = None,
) -> None:  # fmt: skip
    """Say that something named in the programme took place."""
    _send(context, staff, id_, {"kind": "happen", "happening": name, "note": note, "on": on})


@app.command("pause", help="help.do.pause")
def pause(
    context: typer.Context, reason: Annotated[str, typer.Argument(metavar="REASON", help="help.pause_reason")],
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="help.until")], staff: As, note: Note = None,
    on: On = None, id_: Id = None,
) -> None:  # fmt: skip
    """Stop the clock until a day."""
    fields = {"kind": "pause", "reason": reason, "resume_by": day_from(until, "--until"), "note": note, "on": on}
    _send(context, staff, id_, fields)


@app.command("resume", help="help.do.resume")
def resume(context: typer.Context, staff: As, note: Note = None, on: On = None, id_: Id = None) -> None:
    """Start the clock again."""
    _send(context, staff, id_, {"kind": "resume", "note": note, "on": on})


@app.command("correct", help="help.do.correct")
def correct(
    context: typer.Context, of: Annotated[int, typer.Argument(metavar="SEQ", help="help.seq")], reason: Reason,
    staff: As, changes: Annotated[list[str] | None, typer.Argument(metavar="NAME=VALUE", help="help.pairs")] = None,
    day: Annotated[str | None, typer.Option("--day", metavar="DAY", help="help.day")] = None, id_: Id = None,
) -> None:  # fmt: skip
    """Correct what an earlier event recorded."""
    given = pairs(changes or (), terminal_of(context).say)
    fields = {"kind": "correct", "of": of, "reason": reason, "day": day_from(day, "--day") if day else None}
    asked = command_id(id_)

    async def work(inside: Inside) -> int:
        found = await meant(inside.pool, context.meta["pathway"])
        by = await inside.actor(found.operation, found.id)
        state, text = await inside.office.state_of(found.id)
        typed = changes_from(parse(text), state, of, given) if state is not None and given else {}
        command = command_from({**fields, "changes": typed, "id": asked, "by": by})
        return answer(await ask(inside.office, found.id, command), inside.say, command_id=asked)

    act(context, staff, work)


@app.command("exit", help="help.do.exit")
def exit_(
    context: typer.Context, name: Annotated[str, typer.Argument(metavar="EXIT", help="help.exit")], reason: Reason,
    staff: As, view: View = None, words: Said = None, on: On = None, id_: Id = None,
) -> None:  # fmt: skip
    """Take the participant out of the programme."""
    fields = {"kind": "exit", "exit": name, "reason": reason, "view": _view(view, words), "on": on}
    _send(context, staff, id_, fields)


@app.command("reopen", help="help.do.reopen")
def reopen(context: typer.Context, reason: Reason, staff: As, on: On = None, id_: Id = None) -> None:
    """Take back an exit."""
    _send(context, staff, id_, {"kind": "reopen", "reason": reason, "on": on})
