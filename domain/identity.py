"""Identity numbers: which kinds there are, what makes one valid, and what may be read out of it.

A number is an alias that can change; a participant is known by an id of our own. A day of birth is kept apart from
any number: when a day's numbers run out, a nearby day is used. Nothing about a person is read out of a reserve number
or a placeholder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from personnummer.personnummer import Personnummer, PersonnummerException

COORDINATION_DAY = 60  # a coordination number's day is the day of birth plus this
_NUMBER = re.compile(r"(?P<century>[0-9]{2})?(?P<short>[0-9]{6})(?P<sign>[-+]?)(?P<last>[0-9]{4})")
_PLACEHOLDER = re.compile(r"(?P<day>[0-9]{8})-?TF(?P<serial>[0-9]{2})")
_RESERVE = re.compile(r"[0-9A-ZÅÄÖ]{4,20}")


class IdentityKind(StrEnum):
    """What sort of number it is."""

    PERSONNUMMER = "personnummer"
    SAMORDNINGSNUMMER = "samordningsnummer"
    RESERVE = "reserve"
    PLACEHOLDER = "placeholder"


UNIQUE_KINDS = frozenset({IdentityKind.PERSONNUMMER, IdentityKind.SAMORDNINGSNUMMER})
"""Kinds of which a number belongs to one person; the others say nothing about who somebody is."""


class IdentityInvalid(ValueError):
    """An identity number that is not taken; ``code`` says why and never repeats the number."""

    def __init__(self, code: str, kind: IdentityKind | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Identity:
    """A valid number in its normal form (12 digits for the two official kinds); never printed by accident."""

    kind: IdentityKind
    value: str = field(repr=False)

    @property
    def written(self) -> str:
        """The number as it is written in Sweden, for somebody to read: 19800101-1234."""
        return f"{self.value[:-4]}-{self.value[-4:]}" if self.unique else self.value

    @property
    def unique(self) -> bool:
        """Whether the number belongs to one person."""
        return self.kind in UNIQUE_KINDS


def parse(text: str, *, on: date, kind: IdentityKind | None = None) -> Identity:
    """Read a number as somebody wrote it; ``on`` is the day it is read, which settles a missing century.

    Without a kind only what can be told from the form is tried; a reserve number must be named as one.
    Raises IdentityInvalid: identity_format, identity_date, identity_checksum, identity_kind, identity_not_reserve.
    """
    written = "".join(text.split()).upper()
    if kind is IdentityKind.RESERVE:
        return _reserve(written, on)
    if match := _PLACEHOLDER.fullmatch(written):
        found = _placeholder(match, on)
    elif match := _NUMBER.fullmatch(written):
        found = _official(match, on)
    else:
        raise IdentityInvalid("identity_format", kind)
    if kind is not None and found.kind is not kind:
        raise IdentityInvalid("identity_kind", kind)
    return found


def number_date(identity: Identity) -> date | None:
    """Return the day that the number carries, as a suggestion for the day of birth; none for the other kinds."""
    if not identity.unique:
        return None
    year, month, day = int(identity.value[:4]), int(identity.value[4:6]), int(identity.value[6:8])
    return date(year, month, day - COORDINATION_DAY if day > COORDINATION_DAY else day)


def legal_sex(identity: Identity) -> Literal["woman", "man"] | None:
    """Return what the number says of legal sex; none for the kinds that say nothing."""
    if not identity.unique:
        return None
    return "man" if int(identity.value[10]) % 2 else "woman"


def _official(match: re.Match[str], on: date) -> Identity:
    short, last = match["short"], match["last"]
    year = int(match["century"] + short[:2]) if match["century"] else _full_year(int(short[:2]), match["sign"], on)
    day = int(short[4:])
    kind = IdentityKind.SAMORDNINGSNUMMER if day > COORDINATION_DAY else IdentityKind.PERSONNUMMER
    _past_day(year, int(short[2:4]), day % COORDINATION_DAY if day > COORDINATION_DAY else day, on, kind)
    value = f"{year:04d}{short[2:]}{last}"
    try:
        Personnummer(value)
    except PersonnummerException:
        raise IdentityInvalid("identity_checksum", kind) from None  # its message repeats the number
    return Identity(kind, value)


def _full_year(two_digits: int, sign: str, on: date) -> int:
    # The sign changes in the year in which a person turns 100, so the year alone decides, not the birthday.
    base = on.year - 100 if sign == "+" else on.year
    return base - (base - two_digits) % 100


def _past_day(year: int, month: int, day: int, on: date, kind: IdentityKind) -> None:
    try:
        born = date(year, month, day)
    except ValueError:
        raise IdentityInvalid("identity_date", kind) from None  # its message may repeat parts of the number
    if born > on:
        raise IdentityInvalid("identity_date", kind)


def _placeholder(match: re.Match[str], on: date) -> Identity:
    day = match["day"]
    _past_day(int(day[:4]), int(day[4:6]), int(day[6:]), on, IdentityKind.PLACEHOLDER)
    return Identity(IdentityKind.PLACEHOLDER, f"{day}TF{match['serial']}")


def _reserve(written: str, on: date) -> Identity:
    value = written.replace("-", "").replace("+", "")
    if not _RESERVE.fullmatch(value):
        raise IdentityInvalid("identity_format", IdentityKind.RESERVE)
    if match := _NUMBER.fullmatch(written):
        try:
            _official(match, on)
        except IdentityInvalid:
            return Identity(IdentityKind.RESERVE, value)
        # An official number entered as a reserve number would slip past the search for the same person.
        raise IdentityInvalid("identity_not_reserve", IdentityKind.RESERVE)
    return Identity(IdentityKind.RESERVE, value)
