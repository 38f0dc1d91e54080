"""``stegvis refer``: one person, by options or by questions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.answering import answer
from cli.session import As, Inside, act, terminal_of
from cli.verbs.common import Id, On, Operation, ask, command_id, pairs
from cli.verbs.importing import only_operation
from domain.calendar import local_day
from domain.errors import Refusal
from domain.operations import from_data
from records import operations
from service.publishing import rules_in_force
from service.referrals import Referral, refer
from service.stating import day_from, line_of_text, state

Text = str | None


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("refer", help="help.refer")(_refer)


def _refer(
    context: typer.Context,
    staff: As,
    operation: Operation = None,
    number: Annotated[Text, typer.Option("--number", help="help.number", show_default=False)] = None,
    kind: Annotated[Text, typer.Option("--kind", help="help.kind", show_default=False)] = None,
    name: Annotated[Text, typer.Option("--name", help="help.name", show_default=False)] = None,
    birth_date: Annotated[Text, typer.Option("--birth-date", help="help.birth_date", show_default=False)] = None,
    unit: Annotated[Text, typer.Option("--unit", help="help.unit", show_default=False)] = None,
    on: On = None,
    fact: Annotated[list[str] | None, typer.Option("--fact", metavar="NAME=VALUE", help="help.fact")] = None,
    refused: Annotated[list[str] | None, typer.Option("--refused", metavar="FACT", help="help.refused")] = None,
    reason: Annotated[Text, typer.Option("--reason", help="help.refer_reason", show_default=False)] = None,
    protection: Annotated[str, typer.Option("--protection", help="help.protection")] = "none",
    language: Annotated[str, typer.Option("--language", help="help.person_language")] = "sv",
    referral: Annotated[Text, typer.Option("--referral", help="help.referral", show_default=False)] = None,
    id_: Id = None,
) -> None:
    say = terminal_of(context).say
    asked = command_id(id_)
    given = {
        "number": ask(number, "ask.number", "--number", say),
        "kind": kind or "",
        "name": ask(name, "ask.name", "--name", say),
        "birth_date": birth_date or "",
        "protection": protection,
        "language": language,
        **pairs(fact or (), say),
        **dict.fromkeys(refused or (), "refused"),
    }

    async def work(inside: Inside) -> int:
        chosen = operation or await only_operation(inside)
        sender = await inside.actor(chosen)
        day = day_from(on, "--on") if on else local_day(datetime.now(UTC))
        kept = from_data(dict((await operations.load(inside.pool, chosen)).definition))
        programme = kept.programme_of(unit or sender.unit or "", day)
        _, rules = await rules_in_force(inside.pool, programme, max(day, kept.starts))
        unknown = [one for one in given if one not in rules.facts and one not in _PERSON]
        if unknown:
            raise Refusal("fact_unknown", fact=unknown[0], known=", ".join(rules.facts))
        stated = state(rules, given, on=day)
        made = Referral(
            id=line_of_text(referral, "--referral") if referral else asked,
            operation=chosen,
            person=stated.person,
            unit=unit or sender.unit or "",
            on=day,
            facts=stated.facts,
            refused=stated.refused,
            reason=reason,
        )
        await inside.temporal()
        return answer(await refer(inside.office, made, by=sender, command_id=asked), say, command_id=asked)

    act(context, staff, work)


_PERSON = ("number", "kind", "name", "birth_date", "protection", "language")
