"""``stegvis why PATHWAY WHAT``: from an event, a step or a notice back to the command and the person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.session import OK, As, Inside, act
from domain.conditions import Finding
from service.asking import meant
from service.explaining import why, without_words
from service.page import page
from service.reading import condition_text
from service.recounting import Teller

if TYPE_CHECKING:
    from cli.texts import Say
    from service.explaining import Link
    from service.wording import Words

COMMAND = 0  # the cause of what a person asked for


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("why", help="help.why")(_why)


def _why(
    context: typer.Context,
    pathway: Annotated[str, typer.Argument(metavar="PATHWAY", help="help.pathway")],
    what: Annotated[str, typer.Argument(metavar="SEQ|STEP|n12", help="help.why_what")],
    staff: As,
) -> None:
    async def work(inside: Inside) -> int:
        found = await meant(inside.pool, pathway)
        shown = await page(inside.office, found.id, staff_id=staff, now=inside.now, language=inside.language)
        explanation = await why(inside.office, found.id, what, inside.language)
        if shown.card is None:
            explanation = without_words(explanation)
        say = inside.say
        notice = explanation.notice
        if notice is not None:
            reason = f" ({notice.reason})" if notice.reason else ""
            output.line(say("why.notice", id=notice.id, state=say(f"state.{notice.state}") + reason))
        teller = Teller(explanation.words, shown.names, say)
        for number, chain in enumerate(explanation.chains):
            if number:
                output.line()
            for place, link in enumerate(chain):
                _print(link, place, teller, say)
        return OK

    act(context, staff, work)


def _print(link: Link, place: int, teller: Teller, say: Say) -> None:
    event, rule = link.event, link.rule
    mark = "" if place == 0 else say("why.because")
    output.line(f"{'   ' * place}{mark}{event.seq}. {teller.event(event, open_words=True)}")
    indent = "   " * (place + 1)
    days = say("why.days", occurred=output.day(event.occurred_on), recorded=output.moment(event.recorded_at, say))
    output.line(f"{indent}{days}")
    if event.cause.seq == COMMAND:
        who = teller.names.get(event.actor.staff, event.actor.staff)
        roles = ", ".join(teller.words.role(role) if teller.words else role for role in event.actor.roles)
        output.line(indent + say("why.person", who=who, roles=roles or "-", channel=event.actor.channel))
        output.line(indent + say("why.command", id=event.command_id))
    where = say("why.line", line=rule.line) if rule.line else ""
    origin = say("why.house") if rule.house else say("why.source", source=rule.source) if rule.source else ""
    output.line(indent + say("why.rule", rule=rule.path, version=event.rules, where=where, origin=origin))
    for text in rule.text:
        output.line(f"{indent}  | {text}")
    for finding in link.facts:
        _finding(finding, indent, teller, say)


def _finding(finding: Finding, indent: str, teller: Teller, say: Say) -> None:
    words: Words | None = teller.words
    if words is None:
        return
    truth = say({True: "truth.met", False: "truth.unmet", None: "truth.unknown"}[finding.truth])
    value = "" if finding.value is None else f" ({words.value(finding.value)})"
    output.line(f"{indent}{truth}: {condition_text(finding.condition, words)}{value}")
