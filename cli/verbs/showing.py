"""``stegvis show PATHWAY``: one person's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.nouns.placing import waited
from cli.session import OK, As, Inside, act
from domain.calendar import local_day
from domain.policy import Purpose
from records.staff import get
from service.asking import meant
from service.coming import coming
from service.own_page import lines_of, own_page
from service.page import Page, page
from service.reading import condition_text
from service.recounting import Teller

if TYPE_CHECKING:
    from datetime import datetime

    from domain.events import Event
    from records.places import Standing
    from service.coming import Coming

LATEST = 12  # events on a page; --all prints the rest


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("show", help="help.show")(_show)


def _show(
    context: typer.Context,
    pathway: Annotated[str, typer.Argument(metavar="PATHWAY", help="help.pathway")],
    staff: As,
    everything: Annotated[bool, typer.Option("--all", help="help.show_all")] = False,
    own: Annotated[bool, typer.Option("--own", help="help.show_own")] = False,
) -> None:
    async def work(inside: Inside) -> int:
        found = await meant(inside.pool, pathway)
        shown = await page(inside.office, found.id, staff_id=staff, now=inside.now, language=inside.language)
        if own:
            return await _own(inside, shown)
        _Printer(inside, shown).whole(everything=everything)
        return OK

    act(context, staff, work)


async def _own(inside: Inside, shown: Page) -> int:
    """Print the participant's own page, for somebody who may see who it is about. Raises Refusal."""
    shown.demand(Purpose.OWN_PAGE)
    owner = await get(inside.pool, shown.answers or shown.shown.pathway.owner)
    own = own_page(shown, owner, day=output.day(inside.today))
    for line in lines_of(own) if own is not None else ():
        output.line(line)
    return OK


class _Printer:
    def __init__(self, inside: Inside, shown: Page) -> None:
        self.inside = inside
        self.say = inside.say
        self.page = shown
        self.listed = shown.shown.pathway
        self.teller = Teller(shown.words, shown.names, inside.say)

    def whole(self, *, everything: bool) -> None:
        """Print the page."""
        self.top()
        if self.page.unreadable:
            output.line(self.say("show.unreadable"))
            return
        if self.page.state is None:
            output.line(self.say("show.not_begun"))
            return
        self.next_steps()
        self.milestones()
        self.known()
        self.timeline(everything=everything)

    def top(self) -> None:
        """Print who it is about, who is responsible, and how it stands."""
        one, say, names = self.listed, self.say, self.page.names
        card = self.page.card
        output.line(say("show.title", pathway=one.id, operation=one.operation))
        rows: list[tuple[str, str]] = []
        if card is not None:
            number = card.identity.written if card.identity else ""
            rows.append((say("show.person"), f"{card.name}  {number}".rstrip()))
            if card.protection != "none":
                rows.append(("", say(f"show.protection.{card.protection}")))
        else:
            rows.append((say("show.person"), say("show.hidden")))
        owner = names.get(one.owner, one.owner)
        rows.append((say("show.owner"), f"{owner} ({one.owner})"))
        if self.page.answers not in (None, one.owner):
            deputy = self.page.answers or ""
            rows.append((say("show.deputy"), f"{names.get(deputy, deputy)} ({deputy})"))
        rows.append((say("show.status"), self.status()))
        referrer = names.get(one.referrer or "", one.referrer or "")
        rows.append((say("show.referred"), f"{output.day(one.referred_on)}, {referrer} ({one.unit})"))
        if one.previous:
            rows.append((say("show.previous"), one.previous))
        rows.append((say("show.rules"), f"{one.programme} {self.page.shown.rules or ''}"))
        if self.page.waiting:
            rows.append((say("show.waiting"), say("show.waiting_events", count=self.page.waiting)))
        width = max(len(label) for label, _ in rows)
        for label, text in rows:
            output.line(f"  {label.ljust(width)}  {text}")

    def status(self) -> str:
        """Return how the pathway stands, in words."""
        one, words = self.listed, self.page.words
        text = self.say(f"status.{one.status}")
        if one.stage and words is not None:
            text = f"{text} · {words.step(one.stage)}"
        if one.resume_by is not None:
            text = f"{text} · {self.say('show.resume_by', day=one.resume_by)}"
        if one.exit_reason and words is not None:
            text = f"{text} · {words.exit(one.exit_reason)} {output.day(one.exited_on)}"
        return text

    def next_steps(self) -> None:
        """Print what is open, the next due first."""
        say = self.say
        steps = coming(self.page)
        if not steps:
            return
        first = next((step for step in steps if step.due_on is not None), None)
        output.head(say("show.next"))
        if first is not None:
            output.line(f"{first.what} · {first.who} · {self.due(first)}")
            output.line()
        rows = [(step.what, step.who, self.due(step)) for step in steps]
        output.table((say("head.step"), say("head.who"), say("head.due")), rows)
        for one in self.page.places:
            output.line(self.place(one))

    def place(self, one: Standing) -> str:
        """Return where somebody stands in a queue, or what place was found."""
        step = self.page.words.step(one.step) if self.page.words else one.step
        if one.waiting is not None:
            return self.say(
                "show.place_waiting", step=step, pool=one.pool, place=one.waiting.place, length=one.waiting.length,
                waited=waited(self.inside, one.waiting),
            )  # fmt: skip
        at = f" ({one.site})" if one.site else ""
        if one.starts_on is not None:
            at += self.say("show.place_starts", day=output.day(one.starts_on))
        key = "show.place_held" if one.state == "held" else "show.place_offered"
        return self.say(key, step=step, pool=one.pool, at=at)

    def due(self, step: Coming) -> str:
        """Return by when a step is due, and whether that is past."""
        return output.due(step.due_on, self.inside.today, self.say) + (self.say("show.late") if step.overdue else "")

    def milestones(self) -> None:
        """Print milestones and eligibility, each rule met, unmet or unknown."""
        words, say = self.page.words, self.say
        if words is None:
            return
        if self.page.eligible:
            output.head(say("show.eligible"))
            for finding in self.page.eligible:
                truth = say({True: "truth.met", False: "truth.unmet", None: "truth.unknown"}[finding.truth])
                output.line(f"  {truth}: {condition_text(finding.condition, words)}")
        reached = [one for one in self.page.shown.milestones if one["reached_on"]]
        if reached:
            output.head(say("show.milestones"))
            for one in reached:
                taken = say("show.withdrawn", day=one["withdrawn_on"]) if one["withdrawn_on"] else ""
                output.line(f"  {output.day(one['reached_on'])}  {words.milestone(one['milestone'])}{taken}")

    def known(self) -> None:
        """Print what is known: facts, and hours by month. Sealed facts are shown to those who see the name."""
        state, words, say = self.page.state, self.page.words, self.say
        if state is None or words is None:
            return
        lines = []
        for name, values in state.facts.items():
            part = words.definition.facts.get(name)
            if part is not None and part.sealed and Purpose.WORDS not in self.page.allowed:
                continue
            last = values[-1]
            lines.append(f"  {words.fact(name)}: {say('show.refused') if last.refused else words.value(last.value)}")
        if lines:
            output.head(say("show.facts"))
            for text in lines:
                output.line(text)
        if self.page.shown.hours:
            output.head(say("show.hours"))
            rows = [(words.key(one["key"]), one["month"], words.value(one["hours"])) for one in self.page.shown.hours]
            output.table((say("head.step"), say("head.month"), say("head.hours")), rows, indent="  ")

    def timeline(self, *, everything: bool) -> None:
        """Print the history, the latest last: the day it happened, when it was recorded, when it was stored."""
        say = self.say
        events = list(self.page.events)
        shown = events if everything else [one for one in events if self.teller.matters(one)][-LATEST:]
        output.head(say("show.history"))
        rows = [self.row(one) for one in shown]
        output.table((say("head.seq"), say("head.day"), say("head.recorded"), say("head.what"), say("head.by")), rows)
        if len(shown) < len(events):
            output.line(say("show.more", shown=len(shown), all=len(events)))
        output.line(say("show.why", pathway=self.listed.id))

    def row(self, event: Event) -> tuple[str, str, str, str, str]:
        """Return one event of the history."""
        text = self.teller.event(event, open_words=Purpose.WORDS in self.page.allowed)
        recorded = output.moment(event.recorded_at, self.say)
        stored = self.inserted(event)
        if stored is not None and local_day(stored) != local_day(event.recorded_at):
            recorded = f"{recorded} ({self.say('show.stored', moment=output.moment(stored, self.say))})"
        who = self.page.names.get(event.actor.staff, event.actor.staff)
        return str(event.seq), output.day(event.occurred_on), recorded, text, who

    def inserted(self, event: Event) -> datetime | None:
        """Return when PostgreSQL stored the batch of an event."""
        first = max((seq for seq in self.page.inserted if seq <= event.seq), default=None)
        return None if first is None else self.page.inserted[first]
