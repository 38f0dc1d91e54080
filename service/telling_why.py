"""An explanation in words: what happened at each link, who did it, the rule as plain sentences, what it looked at.

A rule is told with the sentences of the programme's own telling, so that a page never says it in another way than the
definition that everybody can read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from domain.calendar import local_day
from domain.events import EventType
from domain.rules import WATCH
from service.explaining import ALARMS
from service.reading import condition_text
from service.recounting import asked_for
from service.telling.saying import Saying
from service.telling.steps import StepTelling
from service.telling.whole import sections
from service.wording import Words

if TYPE_CHECKING:
    from datetime import date, datetime

    from domain.conditions import Finding
    from service.explaining import Explanation, Link, RuleAt
    from service.recounting import Teller

REVIEW = "review_correction"
_OPENING = ("after", "if", "choose", "every", "for_each", "times")
_LENGTH = ("due", "lasts", "not_before", "extended_by", "waits_for")
_ENGINE: dict[str, tuple[str, str]] = {
    "owner": ("Ansvarig byttes av den som står här.", "The owner was changed by the person named here."),
    "contact": ("En kontakt flyttar fram nästa kontaktdag.", "A contact moves the next day of contact."),
    "done": ("Någon markerade steget som klart.", "Somebody marked the step as done."),
    "ended": ("Någon avbröt steget.", "Somebody interrupted the step."),
    "by": ("Någon fick ansvar för steget.", "Somebody was made responsible for the step."),
    "hours": ("Någon rapporterade närvaro.", "Somebody reported attendance."),
    "steps": (
        "Ett skede är klart när allt som måste göras i det är klart.",
        "A stage is done when all that has to be done in it is done.",
    ),
    "facts": ("Någon angav en uppgift.", "Somebody stated a fact."),
    "records": ("Någon registrerade det.", "Somebody recorded it."),
    "decided": ("Någon fattade beslutet.", "Somebody made the decision."),
    "correct": (
        "Någon rättade vad som hade registrerats; dagar som räknas därifrån följer med.",
        "Somebody corrected what had been recorded; days that are counted from it follow.",
    ),
    "review": (
        "Efter en rättelse granskas beslut som kunde ha blivit annorlunda.",
        "After a correction, decisions that might have differed are reviewed.",
    ),
    "reopen": ("Avslutet togs tillbaka.", "The exit was taken back."),
    "reentry": ("Deltagaren kom tillbaka i en ny process.", "The participant came back on a new pathway."),
    "take_over": (
        "Det hände innan processen fördes in här; dagarna räknas från övertagandet.",
        "It happened before the pathway was brought in here; days count from the take-over.",
    ),
    "migrate": (
        "Processen flyttades till en annan version av programmet.",
        "The pathway was moved to another version of the programme.",
    ),
    "referral": ("Allt börjar med remissen.", "Everything begins with the referral."),
    "closed": (
        "En process stängs när den är avslutad och inget mer återstår.",
        "A pathway is closed when the person has left and nothing remains.",
    ),
    "exit": ("Någon beslutade om avslut.", "Somebody decided on the exit."),
}


@dataclass(frozen=True, slots=True)
class Looked:
    """One thing that a rule looked at: met, unmet or unknown."""

    truth: str
    text: str
    value: str


@dataclass(frozen=True, slots=True)
class ToldLink:
    """One link of a chain. ``who`` is empty where nobody but the rule did it; ``plain`` is the rule in sentences."""

    seq: int
    text: str
    occurred_on: date
    recorded_at: datetime
    late: bool
    who: str
    roles: str
    channel: str
    command: str
    rule: RuleAt
    version: str
    plain: tuple[str, ...]
    house: str
    looked: tuple[Looked, ...]


def told(explanation: Explanation, teller: Teller) -> list[list[ToldLink]]:
    """Return the chains in words; what was sealed stands there unless it was taken out."""
    return [[_told(link, explanation.words, teller) for link in chain] for chain in explanation.chains]


def _told(link: Link, words: Words, teller: Teller) -> ToldLink:
    event = link.event
    asked = asked_for(event)
    roles = ", ".join(words.role(role) for role in event.actor.roles) if asked else ""
    return ToldLink(
        event.seq, teller.event(event, open_words=True), event.occurred_on, event.recorded_at,
        local_day(event.recorded_at) != event.occurred_on,
        teller.names.get(event.actor.staff, event.actor.staff) if asked else "", roles,
        event.actor.channel if asked else "", event.command_id if asked else "", link.rule, event.rules,
        tuple(plainly(link.rule.path, words, opened=event.type is EventType.OPENED)),
        _house(link.rule.path, words, opened=event.type is EventType.OPENED),
        tuple(_looked(finding, words, teller) for finding in link.facts),
    )  # fmt: skip


def _looked(finding: Finding, words: Words, teller: Teller) -> Looked:
    truth = {True: "truth.met", False: "truth.unmet", None: "truth.unknown"}[finding.truth]
    value = "" if finding.value is None else words.value(finding.value)
    return Looked(teller.say(truth), condition_text(finding.condition, words), value)


class _Plain(Saying):
    """Sentences without the signs behind numbers: where one comes from is told beside them."""

    def mark(self, path: str, option: str) -> str:
        """Return nothing."""
        del path, option
        return ""


@lru_cache(maxsize=16)
def _saying(source: str, language: str) -> _Plain:
    return _Plain(Words(source, language))


@lru_cache(maxsize=16)
def _sections(source: str, language: str) -> dict[str, dict[str, str]]:
    found = sections(Words(source, language))
    return {
        one.name: {item.place: " ".join(part for part in (item.title, item.text) if part) for item in one.items}
        for one in found
    }


def plainly(rule: str, words: Words, *, opened: bool = False) -> list[str]:
    """Return a rule (a path, as causes name it) as sentences; with its length where it ``opened`` a step."""
    parts = rule.split(".")
    path, rest = _step_of(rule, words)
    if path:
        return _of_step(path, rest, words, opened=opened)
    whole = _sections(words.source, words.language)
    if parts[0] == WATCH:
        if parts[-1] in ("watch", "every", *ALARMS):
            return [whole["watch"]["watch.every"]]
        return [whole["watch"]["watch.pause"]] if parts[-1] == "pause" else [_engine(parts[-1], words)]
    if parts[0] == REVIEW:
        return [whole["watch"]["review"]]
    if parts[0] in ("milestones", "exits", "happenings") and len(parts) > 1:
        text = whole.get(parts[0], {}).get(parts[1])
        return [text] if text else []
    return [_engine(parts[0], words)] if parts[0] in _ENGINE else []


def _engine(name: str, words: Words) -> str:
    return _ENGINE[name][0 if words.language == "sv" else 1] if name in _ENGINE else ""


def _step_of(rule: str, words: Words) -> tuple[str, str]:
    """Return the step that a rule belongs to, and the rest of its path."""
    parts = rule.split(".")
    for length in range(len(parts), 0, -1):
        path = ".".join(parts[:length])
        if words.definition_of(path) is not None:
            return path, ".".join(parts[length:])
    return "", ""


def _options(rest: str, *, opened: bool) -> tuple[str, ...]:
    if opened or rest in ("after", "every", "choose", "for_each"):
        return (*_OPENING, *(_LENGTH if opened else ()))
    if rest in ALARMS:
        return (*_LENGTH, ALARMS[rest])
    return (rest,)


def _of_step(path: str, rest: str, words: Words, *, opened: bool) -> list[str]:
    part = words.definition_of(path)
    if part is None:
        return []
    saying = _saying(words.source, words.language)
    telling = StepTelling(saying, path, part)
    name = rest.partition(".")[0]
    if part.decide and name in part.decide:
        outcome = [text for each, text in telling.outcomes() if each == name]
        return outcome or [_engine("decided", words)]
    wanted = _options(rest, opened=opened)
    found = [text for option, text in telling.sentences() if option in wanted]
    if rest in ("done", "by", "ended", "hours", "steps"):
        found = [_engine("decided" if rest == "done" and part.decide else rest, words)]
    return found


def _house(rule: str, words: Words, *, opened: bool) -> str:
    """Return the programme's own decision behind the first number of a rule, where the description is silent."""
    path, rest = _step_of(rule, words)
    if not path and rule.partition(".")[0] != WATCH:
        return ""
    saying = _saying(words.source, words.language)
    for option in _options(rest, opened=opened) if path else (WATCH,):
        found = saying.origins.get((path or WATCH, option))
        decision = next((one for one in words.definition.house if option in one.covers), None)
        if found is not None and found.origin == "house" and decision is not None:
            return saying.say("house", text=saying.text(decision), by=saying.text(decision.by), on=decision.on,
                              why=saying.text(decision.why))  # fmt: skip
    return ""
