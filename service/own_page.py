"""The participant's own page: plain words to be printed and handed over, with what the participant has said first.

It says whom to turn to, what has been said and decided, what comes next and when, and how to object. Nothing here is
computed anew; it is a reading of the page that staff see, without codes. Reasons stand as staff wrote them, so that
somebody reads the page before it is handed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.events import EventType
from domain.rules import OWNER, WATCH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.events import Event
    from records.staff import Staff
    from service.page import Page
    from service.wording import Words

_T: dict[str, tuple[str, str]] = {
    "title": ("Din väg i {programme}", "Your path in {programme}"),
    "to": ("Till {name}", "To {name}"),
    "made": ("Utskrivet {day}.", "Printed {day}."),
    "contact": ("Den du vänder dig till", "Whom you turn to"),
    "person": ("{name} följer dig genom hela programmet.", "{name} follows you through the whole programme."),
    "reach": ("E-post: {email}", "E-mail: {email}"),
    "you": ("Det du har sagt", "What you have said"),
    "nothing": ("Ingenting är skrivet än. Berätta vad du vill.", "Nothing is written yet. Tell us what you want."),
    "agrees.yes": ("Du höll med.", "You agreed."),
    "agrees.no": ("Du höll inte med.", "You didn't agree."),
    "agrees.partly": ("Du höll med till en del.", "You agreed in part."),
    "agrees.not_asked": ("Du blev inte tillfrågad.", "You weren't asked."),
    "decided": ("Det som är bestämt", "What has been decided"),
    "why": ("Skäl: {reason}", "Reason: {reason}"),
    "next": ("Det som händer nu", "What happens now"),
    "with": ("tillsammans med {who}", "together with {who}"),
    "by": ("senast {day}", "by {day}"),
    "watch": ("Vi hör av oss till dig senast {day}.", "We will be in touch with you by {day}."),
    "paused": ("Du har paus. Vi hör av oss senast {day}.", "You are on a break. We will be in touch by {day}."),
    "left": ("Du lämnade programmet {day}: {exit}.", "You left the programme on {day}: {exit}."),
    "reached": ("Det du har nått", "What you have reached"),
    "wrong": ("Om något är fel", "If something is wrong"),
    "object": (
        "Säg till om något är fel, så rättar vi det. Du får säga vad du tycker om varje beslut, och det skrivs ner.",
        "Tell us if something is wrong, and we correct it. You may say what you think of each decision; it is noted.",
    ),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page: its head, and lines with what belongs under each."""

    head: str
    lines: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class OwnPage:
    """The page: to whom, when it was made, and its parts in order."""

    title: str
    to: str
    made: str
    parts: tuple[Part, ...]


def own_page(page: Page, owner: Staff | None, *, day: str) -> OwnPage | None:
    """Return the page, or None where nothing has begun; the reader has to be somebody who may print it."""
    if page.words is None or page.state is None:
        return None
    return _Writer(page, page.words, owner, day).page_of()


def lines_of(own: OwnPage) -> Iterator[str]:
    """Yield the page as lines of plain text."""
    yield own.title
    if own.to:
        yield own.to
    yield own.made
    for part in own.parts:
        yield ""
        yield part.head
        for line, under in part.lines:
            yield f"  {line}"
            yield from (f"    {each}" for each in under)


class _Writer:
    def __init__(self, page: Page, words: Words, owner: Staff | None, day: str) -> None:
        self.page = page
        self.words = words
        self.owner = owner
        self.day = day

    def say(self, key: str, **given: Any) -> str:
        return _T[key][0 if self.words.language == "sv" else 1].format(**given)

    def page_of(self) -> OwnPage:
        words, card = self.words, self.page.card
        written: dict[str, list[tuple[str, tuple[str, ...]]]] = {
            "contact": [(line, ()) for line in self.contact()],
            "you": list(self.said()) or [(self.say("nothing"), ())],
            "decided": list(self.decided()),
            "next": [(line, ()) for line in self.coming()],
            "reached": [(words.milestone(name), ()) for name in self.reached()],
            "wrong": [(self.say("object"), ())],
        }
        return OwnPage(
            self.say("title", programme=words.of(words.definition.name, words.definition.programme)),
            self.say("to", name=card.name) if card is not None else "", self.say("made", day=self.day),
            tuple(Part(self.say(key), tuple(lines)) for key, lines in written.items() if lines),
        )  # fmt: skip

    def contact(self) -> list[str]:
        if self.owner is None:
            return []
        lines = [self.say("person", name=self.owner.name)]
        return [*lines, self.say("reach", email=self.owner.email)] if self.owner.email else lines

    def said(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the participant's own words: sealed texts of records and facts, and views, the latest of each."""
        latest = {name: lines for event in self.page.events for name, lines in self._words_of(event)}
        for name, lines in latest.items():
            yield f"{name}:", tuple(lines)

    def _words_of(self, event: Event) -> Iterator[tuple[str, list[str]]]:
        if event.type is EventType.DONE and event.coded.get("view"):
            lines = [self.say(f"agrees.{event.coded['view']}")]
            if event.sealed.get("words"):
                lines.append(f"”{event.sealed['words']}”")
            yield self.words.step(event.step or ""), lines
        if event.type is EventType.RECORD_TAKEN:
            record = self.words.definition.records.get(event.coded["record"])
            values = event.sealed.get("values") or {}
            lines = [
                f"{self.words.field(event.coded['record'], name)}: {self.words.value(value)}"
                for name, value in values.items()
                if record is not None and name in record.fields and record.fields[name].own_words and value
            ]
            if lines:
                yield self.words.step(event.step or event.coded["record"]), lines

    def decided(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for event in self.page.events:
            if event.type is EventType.DONE and event.coded.get("outcome"):
                outcome = self.words.outcome(event.step or "", event.coded["outcome"])
                reason = event.sealed.get("reason")
                why = (self.say("why", reason=reason),) if reason else ()
                yield f"{event.occurred_on}  {self.words.step(event.step or '')}: {outcome}", why

    def coming(self) -> Iterator[str]:
        state = self.page.state
        if state is None:
            return
        if state.exit is not None:
            yield self.say("left", day=state.exit.on, exit=self.words.exit(state.exit.reason))
        if state.paused is not None:
            yield self.say("paused", day=state.paused.resume_by)
        for one in sorted(state.open.values(), key=lambda one: (str(one.due_on), one.opened_seq)):
            if one.path == WATCH and state.paused is None:
                yield self.say("watch", day=one.due_on)
            elif one.kind not in ("stage", "group", "watch", "review"):
                who = self.page.names.get(one.person or "") or self._role(one.by)
                due = f", {self.say('by', day=one.due_on)}" if one.due_on else ""
                yield f"{self.words.step(one.path, one.item)} {self.say('with', who=who)}{due}"

    def _role(self, role: str | None) -> str:
        return self.owner.name if role in (None, OWNER) and self.owner is not None else self.words.role(role or OWNER)

    def reached(self) -> list[str]:
        return list(self.page.state.reached) if self.page.state else []
