"""Who waits for a place, was offered one or has one, as the events say it: one claim for each step that needs a place.

A part of the read model: ``follow`` is pure, and ``rebuild`` makes the rows again. That a place is kept for somebody
who was not told of it yet is no event; that is in ``records/places.py``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Literal

from domain.events import Event, EventType
from domain.format.names import OFFER, PLACE, WAITING
from records.database import Connection
from records.queries import Queries

_SQL = Queries("claims")

State = Literal["waiting", "offered", "held", "released"]
ACCEPTED, EXIT = "accepted", "exit"


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


async def apply(connection: Connection, events: Iterable[tuple[str, Event]], queued: Collection[str]) -> set[str]:
    """Write what events (pathway, event) change in claims and return whose changed.

    ``queued`` are the pathways that have claims already.
    """
    events = list(events)
    whose = set(queued) | {pathway for pathway, event in events if event.coded.get("waits")}
    if not whose:
        return set()
    rows = await connection.fetch(_SQL.load, sorted(whose))
    before: Claims = {(row["pathway"], row["step"]): Claim(**row) for row in rows}
    after = dict(before)
    for pathway, event in events:
        if pathway in whose:
            follow(after, pathway, event)
    changed = [one for place, one in after.items() if before.get(place) != one]
    if changed:
        await connection.execute(_SQL.write, [asdict(one) for one in changed])
    return {one.pathway for one in changed}
