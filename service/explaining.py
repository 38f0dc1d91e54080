"""Why: from an event back to the command and the person, with the rule, its line, the facts and the version at each.

Everything is read from the log and from the definition that was in force; nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from domain.conditions import Finding, explain
from domain.errors import Refusal
from domain.events import Event, EventType
from domain.interpreter import fold
from domain.interpreter.settle import holds
from domain.rules import AFTER_EXIT, WATCH, parse
from records import ledger
from service.page import readable
from service.publishing import rules_text
from service.veiling import veiled_event, veiled_findings
from service.wording import Words, words_of

if TYPE_CHECKING:
    from domain.format.reading import Place
    from domain.interpreter import State
    from domain.policy import Purpose
    from domain.rules import Rules, StepRule
    from records.ledger import Notice
    from service.office import Office

ALARMS = {"escalate": "overdue", "announce": "announce", "remind": "remind", "overdue": "overdue"}
STATUS = "status"
_NUMBER, _NOTICE = re.compile(r"[0-9]{1,9}"), re.compile(r"n[0-9]{1,15}")
_STEP = re.compile(r"([^\[\]#]+)(?:\[([^\]]+)\])?(?:#([0-9]+))?")  # path[item]#n
DECIDE_STATUS = frozenset(
    {EventType.REFERRED, EventType.PAUSED, EventType.RESUMED, EventType.EXITED, EventType.REOPENED, EventType.CLOSED}
)
MOST_LINES = 3  # of the definition at each rule


@dataclass(frozen=True, slots=True)
class RuleAt:
    """A rule as the definition writes it: its path, the line, the text there, and whether it is a house value."""

    path: str
    line: int | None
    text: tuple[str, ...]
    source: str | None
    house: bool


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the chain: what happened, by which rule, on which facts."""

    event: Event
    rule: RuleAt
    facts: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Chains from what was asked about to the command; ``notice`` is the ledger's row where one was asked about.

    A step has two where its due day moved after it opened: why it is there, and why it is due when it is.
    """

    pathway: str
    chains: tuple[tuple[Link, ...], ...]
    words: Words
    notice: Notice | None = None


async def why(office: Office, pathway: str, what: str, language: str) -> Explanation:
    """Explain an event by its number, a step by its latest opening, or a notice by n and its number.

    Raises Refusal: nothing_to_explain, notice_unknown.
    """
    events, _ = await readable(office, pathway)
    if not events:
        raise Refusal("pathway_unknown")
    rules = parse(await rules_text(office.pool, events[-1].rules))
    notice = await _notice(office, pathway, what) if _NOTICE.fullmatch(what) else None
    asked = [notice.seq] if notice is not None else _asked(events, rules, what)
    chains = []
    for seq in asked:
        links = []
        for event in _chain(events, seq):
            words = await words_of(office.pool, event.rules, language)
            before = fold(pathway, events[: event.seq - 1])
            links.append(Link(event, rule_at(event.cause.rule, words), facts_behind(event, rules, before)))
        chains.append(tuple(links))
    latest = await words_of(office.pool, events[asked[0] - 1].rules, language)
    return Explanation(pathway, tuple(chains), latest, notice)


async def _notice(office: Office, pathway: str, what: str) -> Notice:
    number = int(what[1:])
    found = await ledger.notices(office.pool, pathway=pathway, before=number + 1, limit=1)
    if not found or found[0].id != number:
        raise Refusal("notice_unknown", notice=what)
    return found[0]


def _asked(events: list[Event], rules: Rules, what: str) -> list[int]:
    """Return the numbers of the events that are asked about. Raises Refusal."""
    if _NUMBER.fullmatch(what):
        if not 0 < int(what) <= len(events):
            raise Refusal("nothing_to_explain", what=what)
        return [int(what)]
    if what == STATUS:
        return [max(event.seq for event in events if event.type in DECIDE_STATUS)]
    named = _STEP.fullmatch(what)
    path, item, number = named.groups(default="") if named else (what, "", "")
    paths = (path,) if path in rules.steps else rules.by_name.get(path, (path,))
    matching = [
        event.seq for event in events
        if event.type is EventType.OPENED and event.step in paths
        and (not item or event.coded.get("item") == item)
        and (not number or str(event.n) == number)
    ]  # fmt: skip
    reached = [event.seq for event in events if event.coded.get("milestone") == what]
    if not matching and not reached:
        raise Refusal("nothing_to_explain", what=what)
    opened = max(matching or reached)
    moved = [
        event.seq
        for event in events
        if event.type is EventType.DUE_MOVED and event.seq > opened and event.coded["key"] == _key(events[opened - 1])
    ]
    return [opened, *moved[-1:]]


def _key(event: Event) -> str | None:
    key: str | None = event.coded.get("key")
    return key


def _chain(events: list[Event], seq: int) -> list[Event]:
    """Return the event and those that led to it, the command's own event last."""
    found: list[Event] = []
    while 0 < seq <= len(events):
        event = events[seq - 1]
        found.append(event)
        if event.cause.seq >= seq:
            break
        seq = event.cause.seq
    return found


def place_of(rule: str, words: Words) -> Place:
    """Return where a rule stands in the definition: ``inventory.gate.after`` → steps, inventory, steps, gate, after."""
    parts = rule.split(".")
    if parts[0] in ("milestones", "exits", "facts", "records", "happenings", WATCH):
        return tuple(parts)
    length = next(
        (length for length in range(len(parts), 0, -1) if words.definition_of(".".join(parts[:length])) is not None), 0
    )
    if not length:
        return (parts[0],)
    path, rest = parts[:length], parts[length:]
    written = words.made_of(".".join(path))
    if written is not None:  # nobody wrote its rules: what stands in the file is that the step waits
        path, rest = written.split("."), ["waits_for"]
    place: list[str | int] = [AFTER_EXIT] if path[0] == AFTER_EXIT else ["steps"]
    names = path[1:] if path[0] == AFTER_EXIT else path
    for index, name in enumerate(names):
        place += ["steps", name] if index else [name]
    if rest and rest[0] in ALARMS:
        return (*place, ALARMS[rest[0]])
    part = words.definition_of(".".join(path))
    if rest and part is not None and part.decide and rest[0] in part.decide:
        return (*place, "decide", *rest)
    return (*place, *rest)


def rule_at(rule: str, words: Words) -> RuleAt:
    """Return a rule with the lines of the definition that say it."""
    place = place_of(rule, words)
    line = words.document.lines.get(place)
    while line is None and place:
        place = place[:-1]
        line = words.document.lines.get(place)
    text = words.source.splitlines()
    shown = tuple(one.strip() for one in text[line - 1 : line] if one.strip()) if line else ()
    source = _source(rule, words)
    return RuleAt(rule, line, tuple(one[:160] for one in shown[:MOST_LINES]), source, house=bool(line) and not source)


def _source(rule: str, words: Words) -> str | None:
    """Return the row of the description that a rule comes from, the nearest one outwards."""
    parts = rule.split(".")
    definition = words.definition
    if parts[0] == "milestones":
        source: str | None = definition.milestones.get(parts[-1], {}).get("source")
        return source
    kept: dict[str, Any] = {"exits": definition.exits, "facts": definition.facts, "records": definition.records}
    if parts[0] in kept:
        found = kept[parts[0]].get(parts[1])
        return found.source if found else None
    for length in range(len(parts), 0, -1):
        part = words.definition_of(".".join(parts[:length]))
        if part is not None and part.source:
            return part.source
    return None


def facts_behind(event: Event, rules: Rules, before: State | None) -> tuple[Finding, ...]:
    """Return what the rule looked at, as it was when it decided."""
    if before is None:
        return ()
    if event.type in (EventType.REACHED, EventType.WITHDRAWN):
        condition = rules.milestones.get(event.coded["milestone"])
        return (explain(condition, before),) if condition else ()
    rule = rules.steps.get(event.step or "")
    if rule is None:
        return ()
    if event.type is EventType.OPENED:
        asked = (explain(rule.condition, before),) if rule.condition is not None else ()
        return (*_alternatives(rule, before), *asked)
    if event.type is EventType.DONE and event.coded.get("outcome") in rule.outcomes:
        needs: dict[str, Any] | None = rule.outcomes[event.coded["outcome"]].needs
        if needs is not None:
            return explain(needs, before).parts or (explain(needs, before),)
    return ()


def _alternatives(rule: StepRule, before: State) -> tuple[Finding, ...]:
    """Return those of several alternatives that had come true: the chain follows the first, but all are named."""
    if rule.after is None or "any" not in rule.after:
        return ()
    parent = before.open.get(f"{rule.parent}#{before.counts.get(rule.parent, 0)}")
    since = parent.opened_seq if parent else before.exit.seq if before.exit else 0
    opened = before.seen.get(f"{rule.path}.opened", 0)
    level = opened <= since  # the first opening in this round of its stage
    return tuple(
        Finding(part, truth=True)
        for part in rule.after["any"]
        if holds(part, before, since if level else opened, level=level)
    )


def veiled(explanation: Explanation, allowed: frozenset[Purpose]) -> Explanation:
    """Return an explanation without what the policy keeps from the reader."""
    chains = tuple(
        tuple(
            replace(link, event=veiled_event(link.event, allowed),
                    facts=veiled_findings(link.facts, allowed, explanation.words))
            for link in chain
        )
        for chain in explanation.chains
    )  # fmt: skip
    return replace(explanation, chains=chains)
