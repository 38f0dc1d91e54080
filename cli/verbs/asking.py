"""``stegvis why PATHWAY WHAT``: from an event, a step or a notice back to the command and the person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.session import OK, As, Inside, act
from service.asking import meant
from service.explaining import veiled, why
from service.page import page
from service.recounting import Teller
from service.telling_why import told

if TYPE_CHECKING:
    from cli.texts import Say
    from service.telling_why import ToldLink


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
        explanation = veiled(explanation, shown.allowed)
        say = inside.say
        notice = explanation.notice
        if notice is not None:
            reason = f" ({notice.reason})" if notice.reason else ""
            output.line(say("why.notice", id=notice.id, state=say(f"state.{notice.state}") + reason))
        teller = Teller(explanation.words, shown.names, say)
        for number, chain in enumerate(told(explanation, teller)):
            if number:
                output.line()
            for place, link in enumerate(chain):
                _print(link, place, say)
        return OK

    act(context, staff, work)


def _print(link: ToldLink, place: int, say: Say) -> None:
    rule = link.rule
    mark = "" if place == 0 else say("why.because")
    output.line(f"{'   ' * place}{mark}{link.seq}. {link.text}")
    indent = "   " * (place + 1)
    days = say("why.days", occurred=output.day(link.occurred_on), recorded=output.moment(link.recorded_at, say))
    output.line(f"{indent}{days}")
    if link.who:
        output.line(indent + say("why.person", who=link.who, roles=link.roles or "-", channel=link.channel))
        output.line(indent + say("why.command", id=link.command))
    where = say("why.line", line=rule.line) if rule.line else ""
    origin = say("why.house") if rule.house else say("why.source", source=rule.source) if rule.source else ""
    output.line(indent + say("why.rule", rule=rule.path, version=link.version, where=where, origin=origin))
    for text in rule.text:
        output.line(f"{indent}  | {text}")
    for looked in link.looked:
        output.line(f"{indent}{looked.truth}: {looked.text}{f' ({looked.value})' if looked.value else ''}")
