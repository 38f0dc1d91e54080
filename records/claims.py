"""Who waits for a place, was offered one or has one, as the events say it: one claim for each step that needs a place.

A part of the read model: ``follow`` is pure, and ``rebuild`` makes the rows again. That a place is kept for somebody
who was not told of it yet is no event; that is in ``records/places.py``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from domain.events import Event, EventType
from domain.format.names import OFFER, PLACE, WAITING
from domain.interpreter.edit import Edit, instance_from
from records.database import Connection
from records.moving import MOVING
from records.queries import Queries

_SQL = Queries("claims")

State = Literal["waiting", "offered", "held", "released"]
ACCEPTED, EXIT = "accepted", "exit"


_STATES: dict[str, State] = {WAITING: "waiting", OFFER: "offered", "": "held"}


@dataclass(frozen=True, slots=True)
class Claim:
    """One person's claim to a place for one step; ``key`` is the opening of its waiting.

    ``wish`` is a site if only that one will do. Of a released claim, ``why`` says what released it and ``before`` what
    it was: an exit can be taken back.
    """

    pathway: str
    step: str
    key: str
    pool: str
    rank: int
    since: date
    since_at: datetime
    state: State = "waiting"
    site: str | None = None
    wish: str | None = None
    starts_on: date | None = None
    before: State | None = None
    why: str | None = None


Claims = dict[tuple[str, str], Claim]


def follow(claims: Claims, pathway: str, event: Event) -> None:
    """Let claims follow an event."""
    match event.type:
        case EventType.OPENED if event.coded.get("item") is None:
            _opened(claims, pathway, event)
        case EventType.HAPPENED:
            _happened(claims, pathway, event)
        case EventType.DONE | EventType.ENDED if event.coded.get("item") is None:
            _closed(claims, pathway, event)
        case EventType.EXITED:
            for one in _of(claims, pathway):
                _put(claims, _released(one, EXIT))
        case EventType.REOPENED:
            for one in _of(claims, pathway):
                if one.why == EXIT and one.before is not None:
                    _put(claims, replace(one, state=one.before, before=None, why=None))
        case EventType.MIGRATED | EventType.MIGRATION_UNDONE:
            _moved(claims, pathway, event.coded["edit"], event.coded.get("waits", {}))
            _begun(claims, pathway, event)
        case _:
            pass


def _of(claims: Claims, pathway: str) -> list[Claim]:
    return [one for (whose, _), one in claims.items() if whose == pathway]


def _put(claims: Claims, one: Claim) -> None:
    claims[one.pathway, one.step] = one


def _released(one: Claim, why: str) -> Claim:
    return one if one.state == "released" else replace(one, state="released", before=one.state, why=why)


def _opened(claims: Claims, pathway: str, event: Event) -> None:
    path, coded = event.step or "", event.coded
    if coded.get("waits"):
        _put(
            claims,
            Claim(
                pathway, path.removesuffix(WAITING), coded["key"], coded["waits"], coded.get("rank", 100),
                event.occurred_on, event.recorded_at, wish=coded.get("provider"),
            ),
        )  # fmt: skip
    elif (one := claims.get((pathway, path))) is not None:
        # The next round of a step that repeats, or one that is done again after an exit was taken back.
        _put(claims, replace(one, state="held", before=None, why=None))


def _happened(claims: Claims, pathway: str, event: Event) -> None:
    one = claims.get((pathway, event.coded["happening"].removesuffix(PLACE)))
    if one is not None and one.state == "waiting":
        day = event.coded.get("starts_on")
        starts_on = date.fromisoformat(day) if day else None
        _put(claims, replace(one, site=event.coded.get("site"), starts_on=starts_on))


def _closed(claims: Claims, pathway: str, event: Event) -> None:
    path, done = event.step or "", event.type is EventType.DONE
    why = event.coded.get("reason") or event.coded.get("outcome") or "done"
    for one in _of(claims, pathway):
        if path == one.step + WAITING:
            _put(claims, replace(one, state="offered") if done else _released(one, why))
        elif path == one.step + OFFER:
            accepted = done and event.coded.get("outcome") == ACCEPTED
            _put(claims, replace(one, state="held") if accepted else _released(one, why))
        elif path == one.step or one.step.startswith(f"{path}."):
            _put(claims, _released(one, why))  # with its stage, too, where the step never opened


def _moved(claims: Claims, pathway: str, edit: Edit, waits: dict[str, Any]) -> None:
    """Let claims follow their steps to where another version has them, or back; ``waits`` says which are others now."""
    others = {said["was"]: (key, said) for key, said in waits.items() if said["was"]}
    put = [(item["old"], instance_from(item["one"])) for item in edit.get("put", ()) if item.get("old")]
    gone = {key.partition("#")[0] for key in edit.get("gone", ())}
    for one in _of(claims, pathway):
        del claims[pathway, one.step]
        keys = {old: new.key for old, new in put}
        paths = {old.partition("#")[0]: new.path for old, new in put if new.item is None}
        steps = [paths[one.step + ending].removesuffix(ending) for ending in _STATES if one.step + ending in paths]
        new = replace(one, step=steps[0] if steps else one.step, key=keys.get(one.key, one.key))
        if one.step in others and one.state != "released":
            key, said = others[one.step]
            _put(claims, _other(new, key, said) if said["pool"] else _released(new, "migrated"))
            continue
        there = {instance.path for _, instance in put if instance.status == "open" and instance.item is None}
        for ending, state in _STATES.items():
            if new.state == "released" and new.step + ending in there:  # what ended for the migration is taken back
                new = replace(new, state=state, before=None, why=None)
            elif new.state == state and one.step + ending in gone and new.step + ending not in there:
                new = _released(new, "migrated")
        _put(claims, new)


def _other(one: Claim, key: str, said: dict[str, Any]) -> Claim:
    """Return a claim to a place of another pool, or one that waits again or no longer."""
    if said["state"] != "waiting":
        return replace(one, step=said["step"], pool=said["pool"], state=said["state"], before=None, why=None)
    return replace(
        one, step=said["step"], key=key, pool=said["pool"], rank=said["rank"], state="waiting", site=None,
        starts_on=None, before=None, why=None,
    )  # fmt: skip


def _begun(claims: Claims, pathway: str, event: Event) -> None:
    """Let what another version makes a waiting, an offer or a place be a claim, as long as it has run."""
    for key, said in event.coded.get("waits", {}).items():
        if said["was"] is None:
            since, at = date.fromisoformat(said["since"]), event.recorded_at
            new = Claim(pathway, said["step"], key, said["pool"], said["rank"], since, at, said["state"])
            _put(claims, new)


async def apply(connection: Connection, events: Iterable[tuple[str, Event]], queued: Collection[str]) -> set[str]:
    """Write what events (pathway, event) change in claims and return whose changed.

    ``queued`` are the pathways that have claims already.
    """
    events = list(events)
    whose = set(queued) | {pathway for pathway, event in events if event.coded.get("waits") or event.type in MOVING}
    if not whose:
        return set()
    rows = await connection.fetch(_SQL.load, sorted(whose))
    before: Claims = {(row["pathway"], row["step"]): Claim(**row) for row in rows}
    after = dict(before)
    for pathway, event in events:
        if pathway in whose:
            follow(after, pathway, event)
    changed = [one for place, one in after.items() if before.get(place) != one]
    left = [before[place] for place in before if place not in after]
    if left:
        await connection.execute(_SQL.forget, [asdict(one) for one in left])
    if changed:
        await connection.execute(_SQL.write, [asdict(one) for one in changed])
    return {one.pathway for one in (*changed, *left)}
