"""Small programmes for one rule at a time, and a way to play them in a few words."""

from __future__ import annotations

from datetime import date
from textwrap import dedent, indent
from typing import Any

from domain.calendar import end_of
from domain.events import Event
from domain.format.compiling import compile_text
from domain.rules import Rules
from domain.script import story
from domain.simulation import Simulation
from domain.stories import play

MONDAY = date(2025, 3, 3)
BASE = """
programme: small
format: 1
effective: 2020-01-01
name: {sv: Litet, en: Small}
about: {sv: Ett litet program., en: A small programme.}
roles:
  owner: {sv: ansvarig, en: owner}
  referrer: {sv: remittent, en: referrer}
  manager: {sv: chef, en: manager}
  team: {sv: team, en: team}
watch:
  {every: 4 weeks, pause_at_most: 3 months, pause_reasons: [illness], overdue: [{after: 5 working days, tell: manager}]}
review: {by: manager, due: 10 working days, overdue: []}
reopen_within: 60 days
facts:
  far: {type: boolean}
  birth_date: {type: date, sealed: true}
records:
  level:
    fields: {hours: {from: 0, to: 40, required: true}, base: {default: 40, from: 1}, percent: {derived: hours / base}}
eligible: [{fact: far, is: true}]
exits:
  work: {class: completed, label: {sv: arbete, en: work}}
  returned: {class: completed, hand_over: referrer, label: {sv: åter, en: returned}}
  error: {class: void, label: {sv: fel, en: error}}
milestones:
  half: {record: level, where: {percent: {from: 50}}}
after_exit:
  received:
    {label: {sv: Mottagen, en: Received}, by: referrer, confirms: true, only: [returned], due: 2 weeks after exit}
  later: {label: {sv: Senare, en: Later}, by: owner, due: 6 months after exit}
"""
LABEL = "label: {sv: Steg, en: Step}"


def rules_of(steps: str, *, more: str = "", base: str = BASE) -> Rules:
    """Compile a programme whose steps are given as YAML; ``LABEL`` may be written as ``~``."""
    text = f"{base}\nsteps:\n{indent(dedent(steps), '  ')}\n{dedent(more)}".replace("~", LABEL)
    return compile_text(text)[0]


def tell(
    rules: Rules, days: dict[int, list[Any]], *, given: dict[str, Any] | None = None, until: date | None = None
) -> Simulation:
    """Play days from a Monday; with ``until``, let time pass to the end of a day."""
    told = story({"name": "one", "given": given or {}, "days": {0: ["refer"], **days}})
    if 0 in days:
        told = story({"name": "one", "given": given or {}, "days": {**days, 0: ["refer", *days[0]]}})
    return play(rules, told, start=MONDAY, until=end_of(until) if until else None)


def short(events: list[Event]) -> list[str]:
    """Return events as ``Type key-or-name`` for reading in a test."""

    def name(event: Event) -> str:
        coded = event.coded
        for key in ("milestone", "reason", "happening", "fact", "record"):
            if key in coded and not (key == "reason" and "key" in coded):
                return str(coded[key])
        return str(coded.get("key") or "")

    return [f"{event.type} {name(event)}".strip() for event in events]
