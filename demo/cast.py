"""The people of the script: invented names, and numbers that the tax agency reserves for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from domain.calendar import add_months
from domain.commands import Refer
from domain.format.reading import read
from domain.identity import parse
from domain.operations import OperationDef
from domain.script import Cast, Frame, Story, story
from records.register import NewPerson
from service.referrals import Referral

EXAMPLES = Path(__file__).parent.parent / "examples"
MONTHS = EXAMPLES / "koll-thirty-months.yaml"
UNIT = "forsorjningsstod"
MONDAY = 7  # the script's weeks begin on one
BIRTHDAY_BEFORE = timedelta(days=100)  # so that the age is the same on each day of a script that starts any day
FIRST_RESERVED = 980  # individual numbers 980-999 belong to nobody


@dataclass(frozen=True, slots=True)
class Part:
    """One referral of the script: a story, the person it happens to and the day it begins."""

    told: Story
    person: NewPerson
    referral: str
    start: date
    again: str | None = None

    @property
    def name(self) -> str:
        """What the part is called: the person's name, with a mark where the person comes back."""
        return self.told.name

    def frame(self, operation: OperationDef) -> Frame:
        """Return the ids that a story is told with; the register gives the real ones."""
        owner = next(unit.owner for unit in operation.units if unit.id == UNIT)
        previous = f"p-{self.again}" if self.again else None
        return Frame(
            f"p-{self.name}", operation.programme, operation.operation, self.referral, f"person-{self.referral}", UNIT,
            owner, 2 if self.again else 1, previous,
        )  # fmt: skip

    def asked(self, command: Refer) -> Referral:
        """Return the referral as a caseworker states it."""
        return Referral(
            id=self.referral, operation=command.operation, person=self.person, unit=UNIT,
            on=command.occurred_on or self.start, facts=command.facts, refused=command.refused,
        )  # fmt: skip


def number(born: date, *, woman: bool, serial: int) -> str:
    """Return a reserved test number; ``serial`` counts those of the same day and legal sex, ten at most."""
    individual = FIRST_RESERVED + 2 * (serial % 10) + (not woman)
    digits = f"{born:%y%m%d}{individual}"
    total = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(digits))
    return f"{born:%Y}{digits[2:]}{-total % 10}"


def first_monday(starts: date) -> date:
    """Return the script's day 0: the first Monday after the operation started."""
    return starts + timedelta(days=MONDAY - starts.weekday())


def read_parts(starts: date, file: Path = MONTHS, *, only: int | None = None) -> list[Part]:
    """Return the parts of a script for an operation that starts on a day; ``only`` so many, from first to last."""
    written = read(file.read_text("utf-8")).data
    people: dict[str, NewPerson] = {}
    parts: list[Part] = []
    for place, told in _chosen([story(item) for item in written["stories"]], only):
        again = told.more.get("again")
        begins = first_monday(starts) + timedelta(days=told.starts)
        person = people[again] if again else _person(told, place, begins)
        people[told.name] = person
        given = {**written["given"], "birth_date": str(person.birth_date), **told.given}
        parts.append(Part(replace(told, given=given), person, f"R-{place + 1:03d}", begins, again))
    return parts


def _chosen(told: Sequence[Story], only: int | None) -> list[tuple[int, Story]]:
    placed = list(enumerate(told))
    if only is None or only >= len(told):
        return placed
    first_times = [one for one in placed if "again" not in one[1].more]
    return [*first_times[: -1 : len(first_times) // only][: only - 1], first_times[-1]]


def _person(told: Story, place: int, begins: date) -> NewPerson:
    born = add_months(begins, -12 * int(told.more["age"])) - BIRTHDAY_BEFORE
    written = number(born, woman=told.given.get("gender") == "woman", serial=place)
    return NewPerson(parse(written, on=begins), told.name, born)


def cast_of(operation: OperationDef) -> Cast:
    """Return the operation's staff as actors, in the order in which they stand there."""
    return Cast({person.id: tuple(person.roles) for person in operation.staff})


def schedule(parts: Sequence[Part]) -> Mapping[date, list[tuple[Part, list[int]]]]:
    """Return what is to be done on each day: parts with the places of their entries, in the order of the days."""
    days: dict[date, list[tuple[Part, list[int]]]] = {}
    for part in parts:
        for place, entry in enumerate(part.told.entries):
            of_day = days.setdefault(part.start + timedelta(days=entry.day), [])
            if of_day and of_day[-1][0] is part:
                of_day[-1][1].append(place)
            else:
                of_day.append((part, [place]))
    return dict(sorted(days.items()))


def shown(event: Any) -> tuple[Any, ...]:
    """Return what must be the same wherever a script is played: type, step, coded part and day, without made-up ids."""
    coded = {key: value for key, value in event.coded.items() if key not in _IDS}
    return event.type.value, event.step, event.n, coded, event.occurred_on, event.cause.rule


_IDS = ("person", "previous", "pathway")
