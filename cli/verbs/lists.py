"""``stegvis list``, ``due`` and ``notices``: pages of pathways, of what falls due, of the ledger. Keyset paging."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.session import OK, As, Inside, act
from cli.verbs.common import After, Limit, Operation
from domain.errors import Refusal
from domain.policy import Purpose, may
from records import finding, ledger, views
from records import register as people
from service import who
from service.asking import meant
from service.delivering import NOTICE_STATES, reason_text
from service.page import names_of
from service.seeing import stands
from service.stating import number_from
from service.wording import Words, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from records.ledger import Notice
    from records.views import Due, Listed

STATUSES = ("reserved", "open", "paused", "exited", "closed", "diverged")
ME = "me"

Owner = Annotated[str | None, typer.Option("--owner", metavar="STAFF|me", help="help.owner_filter")]
Unit = Annotated[str | None, typer.Option("--unit", help="help.unit_filter", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command("list", help="help.list")(_list)
    app.command("due", help="help.due")(_due)
    app.command("notices", help="help.notices")(_notices)


def _list(
    context: typer.Context,
    staff: As,
    operation: Operation = None,
    owner: Owner = None,
    unit: Unit = None,
    status: Annotated[list[str] | None, typer.Option("--status", help="help.status_filter")] = None,
    number: Annotated[str | None, typer.Option("--number", help="help.number_filter", show_default=False)] = None,
    after: After = None,
    limit: Limit = 50,
) -> None:
    async def work(inside: Inside) -> int:
        scopes = await _scopes(inside, operation)
        for one in status or ():
            if one not in STATUSES:
                raise Refusal("value_not_a_code", name="--status", codes=", ".join(STATUSES))
        if number is not None:
            rows = await _with_number(inside, number)
        else:
            rows = [
                row
                for scope in scopes
                for row in await views.pathways(
                    inside.pool, operation=scope, owner=_person(inside, owner), unit=unit, on=inside.today,
                    statuses=tuple(status) if status else None, after=_cursor_of_list(after), limit=limit,
                )
            ]  # fmt: skip
            # Every operation gives its first page; the first page of all is among them.
            rows = sorted(rows, key=lambda row: (-row.reserved_at.timestamp(), row.id))[:limit]
        await _print_list(inside, rows)
        if number is None and len(rows) == limit:
            at, last = rows[-1].cursor
            output.line(inside.say("list.more", cursor=f"{at.isoformat()},{last}"))
        return OK

    act(context, staff, work)


async def _scopes(inside: Inside, operation: str | None) -> list[str | None]:
    """Return the operations to list: the one asked for, or the reader's own; None stands for all of them.

    Raises Refusal for a reader without a role there.
    """
    mine = who.operations_of(await inside.myself())
    if operation is not None:
        if mine is not None and operation not in mine:
            raise Refusal("not_your_role", needed=operation)
        return [operation]
    if mine == ():
        raise Refusal("not_your_role", needed="--operation")
    return [None] if mine is None else list(mine)


def _person(inside: Inside, owner: str | None) -> str | None:
    return inside.staff if owner == ME else owner


async def _with_number(inside: Inside, text: str) -> list[Listed]:
    participant = await people.find(inside.pool, number_from(text, on=inside.today))
    if participant is None:
        return []
    found = []
    for pathway in await finding.of_participant(inside.pool, participant):
        shown = await views.show(inside.pool, pathway, now=inside.now)
        if shown is not None:
            reader = await inside.actor(shown.pathway.operation, pathway)
            if reader.roles or reader.staff == shown.pathway.owner:
                found.append(shown.pathway)
    return found


async def _print_list(inside: Inside, rows: Sequence[Listed]) -> None:
    say = inside.say
    if not rows:
        output.line(say("list.none"))
        return
    shown = await _visible_names(inside, rows)
    names = await names_of(inside.office)
    words = await _words(inside, rows)
    table = [
        (
            row.id,
            shown.get(row.id, ""),
            say(f"status.{row.status}"),
            _where(row, words.get(row.programme)),
            names.get(row.owner, row.owner),
            output.due(row.next_due, inside.today, say),
        )
        for row in rows
    ]
    heads = ("head.pathway", "head.name", "head.status", "head.stage", "head.owner", "head.next")
    output.table([say(one) for one in heads], table)


def _where(row: Listed, words: Words | None) -> str:
    """Return the stage that somebody is in, or the reason why they left."""
    if words is None:
        return row.stage or row.exit_reason or ""
    if row.stage:
        return words.step(row.stage)
    return words.exit(row.exit_reason) if row.exit_reason else ""


async def _visible_names(inside: Inside, rows: Sequence[Listed]) -> dict[str, str]:
    cards = await people.cards(inside.pool, [row.id for row in rows])
    readers = {operation: await inside.actor(operation) for operation in {row.operation for row in rows}}
    return {
        row.id: cards[row.id].name
        for row in rows
        if row.id in cards
        and may(Purpose.NAME, stands(readers[row.operation], row), protection=cards[row.id].protection)
    }  # fmt: skip


async def _words(inside: Inside, rows: Sequence[Listed]) -> dict[str, Words]:
    """Return words by programme; a list may show several versions, and any of them says it well enough."""
    found: dict[str, Words] = {}
    for row in rows:
        if row.programme not in found:
            shown = await views.show(inside.pool, row.id, now=inside.now)
            if shown is not None and shown.rules is not None:
                found[row.programme] = await words_of(inside.pool, shown.rules, inside.language)
    return found


def _cursor_of_list(text: str | None) -> tuple[datetime, str] | None:
    if text is None:
        return None
    at, _, last = text.partition(",")
    return _instant(at), last


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Refusal("value_not_a_date", name="--after") from None


def _due(
    context: typer.Context,
    staff: As,
    operation: Operation = None,
    owner: Owner = None,
    unit: Unit = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="help.overdue")] = False,
    after: After = None,
    limit: Limit = 50,
) -> None:
    async def work(inside: Inside) -> int:
        rows = [
            row
            for scope in await _scopes(inside, operation)
            for row in await views.due(
                inside.pool, now=inside.now, until=inside.now if overdue else None, operation=scope,
                owner=_person(inside, owner), unit=unit, after=_cursor_of_due(after), limit=limit,
            )
        ]  # fmt: skip
        rows = sorted(rows, key=lambda row: row.cursor)[:limit]
        await _print_due(inside, rows)
        if len(rows) == limit:
            at, pathway, key = rows[-1].cursor
            output.line(inside.say("list.more", cursor=f"{at.isoformat()},{pathway},{key}"))
        return OK

    act(context, staff, work)


def _cursor_of_due(text: str | None) -> tuple[datetime, str, str] | None:
    if text is None:
        return None
    at, _, rest = text.partition(",")
    pathway, _, key = rest.partition(",")
    return _instant(at), pathway, key


async def _print_due(inside: Inside, rows: Sequence[Due]) -> None:
    say = inside.say
    if not rows:
        output.line(say("due.none"))
        return
    names = await names_of(inside.office)
    cache: dict[str, Words] = {}
    table = []
    for row in rows:
        words = await _words_of_pathway(inside, row.pathway, row.operation, cache)
        role = words.role(row.role) if row.role and not row.person else ""
        whom = names.get(row.answers, row.answers)
        table.append((
            output.due(row.due_on, inside.today, say) + (say("show.late") if row.overdue else ""),
            words.step(row.path, row.item),
            f"{role} ({whom})" if role and row.role != "owner" else whom,
            row.pathway,
        ))  # fmt: skip
    output.table([say(one) for one in ("head.due", "head.step", "head.who", "head.pathway")], table)


async def _words_of_pathway(inside: Inside, pathway: str, operation: str, cache: dict[str, Words]) -> Words:
    if operation not in cache:
        shown = await views.show(inside.pool, pathway, now=inside.now)
        if shown is None or shown.rules is None:
            raise Refusal("pathway_unknown")
        cache[operation] = await words_of(inside.pool, shown.rules, inside.language)
    return cache[operation]


def _notices(
    context: typer.Context,
    staff: As,
    state: Annotated[list[str] | None, typer.Option("--state", help="help.state_filter")] = None,
    pathway: Annotated[str | None, typer.Option("--pathway", help="help.pathway", show_default=False)] = None,
    before: Annotated[int | None, typer.Option("--before", metavar="N", help="help.before", show_default=False)] = None,
    limit: Limit = 50,
) -> None:
    async def work(inside: Inside) -> int:
        await inside.myself()
        for one in state or ():
            if one not in NOTICE_STATES:
                raise Refusal("value_not_a_code", name="--state", codes=", ".join(NOTICE_STATES))
        found = (await meant(inside.pool, pathway)).id if pathway else None
        rows = await ledger.notices(
            inside.pool,
            states=tuple(state) if state else None,  # type: ignore[arg-type] # checked above
            pathway=found, before=before, limit=limit,
        )  # fmt: skip
        await _print_notices(inside, rows)
        if len(rows) == limit:
            output.line(inside.say("notices.more", cursor=rows[-1].id))
        return OK

    act(context, staff, work)


async def _print_notices(inside: Inside, rows: Sequence[Notice]) -> None:
    say = inside.say
    counts = await ledger.counts(inside.pool)
    output.line(", ".join(f"{say(f'state.{name}')}: {counts[name]}" for name in NOTICE_STATES if name in counts))
    if not rows:
        output.line(say("notices.none"))
        return
    names = await names_of(inside.office)
    cache: dict[str, Words] = {}
    table = []
    for row in rows:
        words = await _words_of_pathway(inside, row.pathway, row.pathway, cache)
        to = row.recipient or row.recipient_role
        reason = reason_text(row.reason, say)
        table.append((
            f"n{row.id}",
            output.moment(row.promised_at, say),
            say(f"notice.{row.kind}"),
            words.key(row.key) if row.key else words.step(row.about or ""),
            names.get(to, words.role(to)),
            say(f"state.{row.state}") + (f" ({reason})" if reason else ""),
            row.pathway,
        ))  # fmt: skip
    heads = ("head.notice", "head.promised", "head.kind", "head.about", "head.to", "head.state", "head.pathway")
    output.table([say(one) for one in heads], table)
