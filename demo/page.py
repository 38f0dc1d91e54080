"""The page that the demonstration leaves: one file, no network, no script; Swedish first, then English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from cli.texts import Say
from demo import lifeline
from demo.check import Findings
from demo.ending import NAMES, evidence
from demo.outcomes import SQL, Outcomes, said
from demo.voice import Language, Voice
from domain.format.compiling import compile_text
from records import log, programmes, staff
from records.database import Pool
from records.keys import KeyRing
from service.picture import drawing
from service.recounting import Teller
from service.wording import Words

PERSON = "Nils Olsson"  # the script's person whose milestone was taken back and reached again
ABOUT = {
    "sv": "Nådde 25 procent, men en förmiddag var räknad två gånger: rättelsen tog tillbaka milstolpen och "
    "öppnade en granskning, och två veckor senare nåddes den på riktigt.",
    "en": "Reached 25 per cent, but a morning had been counted twice: the correction took the milestone back and "
    "opened a review, and two weeks later it was reached for good.",
}
CLASSES = {
    "completed": ("fullföljt", "completed"),
    "interrupted": ("avbrutet", "interrupted"),
    "not_started": ("inte påbörjat", "not started"),
    "void": ("räknas inte", "doesn't count"),
}
SHOWN = ("remind", "overdue", "escalate")
_NOTICES = SQL["notices"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the page's content comes from."""

    pool: Pool
    keys: KeyRing
    operation: str
    version: str
    starts: date
    today: date
    pathway: str
    person: str


async def write(path: Path, source: Source, findings: Findings, found: Outcomes) -> None:
    """Write the page."""
    tellings = [await _telling(source, findings, found, language) for language in _LANGUAGES]
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    html = environment.get_template("page.html.jinja").render(tellings=tellings, made=str(source.starts), said=said)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, encoding="utf-8")


_LANGUAGES: Sequence[Language] = ("sv", "en")


async def _telling(source: Source, findings: Findings, found: Outcomes, language: Language) -> dict[str, Any]:
    voice, say = Voice(language), Say(language)
    published = await programmes.load(source.pool, source.version)
    words, rules = Words(published.source, language), compile_text(published.source)[0]
    rows = await source.pool.fetch(SQL["timeline"], source.pathway)
    exits = {reason: count for reason, _, count in found.exits}
    return {
        "language": language, "starts": source.starts, "today": source.today, "outcomes": found,
        "picture": Markup(drawing.draw(rules, words, people=await _standing(source), exits=exits, id_=f"p-{language}")),  # noqa: S704 - our own SVG, escaped where it is made
        "lifeline": Markup(lifeline.draw(rows, words, until=source.today, id_=f"l-{language}")),  # noqa: S704 - the same
        "person": source.person, "about": ABOUT[language] if source.person == PERSON else "",
        "shares": _shares(found, voice), "exits": _exits(found, words, voice),
        "events": await _events(source, words, say), "ledger": await _ledger(source, say),
        "notices": await _notices(source, words, say),
        "promises": [
            {"id": promise, "name": voice.of(*NAMES[promise]), "kept": finding.kept,
             "evidence": evidence(promise, finding, voice) if finding.kept else "; ".join(finding.broken[:3])}
            for promise, finding in findings.items()
        ],
    }  # fmt: skip


def _shares(found: Outcomes, voice: Voice) -> list[tuple[str, Any]]:
    named = {"woman": ("– kvinnor", "– women"), "man": ("– män", "– men")}
    return [
        (voice.of("Nådde 25 % aktivitetsförmåga, av dem som gick vidare", "Reached 25 %, of those who entered"),
         found.reached),
        *((voice.of(*named[gender]), share) for gender, share in found.by_gender.items()),
        (voice.of("Genomgick resursinventering, av erbjudna", "Inventory undergone, of those offered it"),
         found.undergone),
    ]  # fmt: skip


def _exits(found: Outcomes, words: Words, voice: Voice) -> list[tuple[str, str, int]]:
    return [(words.exit(reason), voice.of(*CLASSES[cls]), count) for reason, cls, count in found.exits]


async def _standing(source: Source) -> dict[str, drawing.Standing]:
    here = {row["path"]: row for row in await source.pool.fetch(SQL["steps"], source.operation, source.today)}
    through = await source.pool.fetch(SQL["through"], source.operation)
    return {
        row["path"]: drawing.Standing(
            here[row["path"]]["here"] if row["path"] in here else 0,
            here[row["path"]]["late"] if row["path"] in here else 0, row["opened"], row["done"],
        )
        for row in through
    }  # fmt: skip


async def _events(source: Source, words: Words, say: Say) -> list[dict[str, Any]]:
    names = {one.id: one.name for one in await staff.everybody(source.pool)}
    teller = Teller(words, names, say)
    return [
        {"seq": event.seq, "day": event.occurred_on, "recorded": event.recorded_at.date(),
         "what": teller.event(event), "by": names.get(event.actor.staff, event.actor.staff),
         "why": f"{event.cause.rule} ← {event.cause.seq}" if event.cause.seq else event.cause.rule}
        for event in await log.load(source.pool, source.pathway, keys=source.keys)
    ]  # fmt: skip


async def _ledger(source: Source, say: Say) -> list[tuple[str, str, int]]:
    rows = await source.pool.fetch(SQL["ledger"], source.operation)
    return [(say(f"notice.{row['kind']}"), say(f"state.{row['state']}"), row["count"]) for row in rows]


async def _notices(source: Source, words: Words, say: Say) -> list[dict[str, Any]]:
    rows = await source.pool.fetch(_NOTICES, source.operation, list(SHOWN))
    return [
        {"promised": row["promised"], "kind": say(f"notice.{row['kind']}"), "about": words.key(row["key"]),
         "to": words.role(row["recipient_role"]), "due": row["due_on"] or "", "state": say(f"state.{row['state']}")}
        for row in rows
    ]  # fmt: skip
