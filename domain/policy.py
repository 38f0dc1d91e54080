"""Who may see and do what: role, relation to the participant, unit and purpose give yes or no, with the reason.

Every view asks here. What a command needs of its sender is a part of the programme's rules (``by`` of a step) and of
``COMMANDS``; the interpreter refuses with the same words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.rules import OWNER

MANAGER = "manager"
REFERRER = "referrer"
OPERATIONS = "operations"


class Purpose(StrEnum):
    """What somebody wants to see or do."""

    PAGE = "page"  # that the pathway exists, how it stands, what is due
    NAME = "name"  # who it is about
    WORDS = "words"  # reasons, notes and the participant's own words; sealed facts
    ASSESSMENTS = "assessments"  # what the professions recorded
    OWN_PAGE = "own_page"  # to print what the participant is handed
    READS = "reads"  # who has read about the participant
    REFER = "refer"
    BOARD = "board"  # how an operation stands, without names
    EXPORT = "export"  # a list as a file
    HAND_OVER = "hand_over"  # another's work to a colleague; deputies
    STAFF = "staff"  # who works here, with which roles
    DEFINITIONS = "definitions"  # to read the programme
    PUBLISH = "publish"  # to publish a programme, or move people to another version
    DELIVERY = "delivery"  # notices that failed or are uncertain


class Relation(StrEnum):
    """How somebody stands to a pathway, or to an operation where no pathway is meant."""

    OWNER = "owner"  # or whoever stands in for the owner
    MANAGER = "manager"
    RESPONSIBLE = "responsible"  # for an open step, by name
    REFERRER = "referrer"  # who referred the person, or refers for the same unit
    TEAM = "team"  # any other role of the operation that works with participants
    OPERATIONS = "operations"  # runs the machines
    OTHER_UNIT = "other_unit"  # refers here, for another unit


_R = Relation
CLOSE = frozenset({_R.OWNER, _R.MANAGER, _R.RESPONSIBLE})
WORKING = CLOSE | {_R.TEAM}

MAY: dict[Purpose, frozenset[Relation]] = {
    Purpose.PAGE: WORKING | {_R.REFERRER},
    Purpose.NAME: WORKING | {_R.REFERRER},
    Purpose.WORDS: WORKING,
    Purpose.ASSESSMENTS: WORKING,
    Purpose.OWN_PAGE: frozenset({_R.OWNER, _R.MANAGER}),
    Purpose.READS: frozenset({_R.OWNER, _R.MANAGER}),
    Purpose.REFER: WORKING | {_R.REFERRER, _R.OTHER_UNIT},
    Purpose.BOARD: WORKING,
    Purpose.EXPORT: WORKING,
    Purpose.HAND_OVER: frozenset({_R.MANAGER}),
    Purpose.STAFF: frozenset({_R.MANAGER}),
    Purpose.DEFINITIONS: WORKING | {_R.REFERRER, _R.OTHER_UNIT, _R.OPERATIONS},
    Purpose.PUBLISH: frozenset({_R.MANAGER}),
    Purpose.DELIVERY: frozenset({_R.MANAGER, _R.OPERATIONS}),
}
"""The table: which relations are enough for a purpose. House values; ``docs/policy.md`` is made of it."""

PROTECTED = {Purpose.NAME, Purpose.WORDS, Purpose.ASSESSMENTS}
"""Of people whose personal data are protected, these are for ``CLOSE`` alone."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes or no; ``why`` is the code of a refusal where it is no."""

    yes: bool
    why: str = ""

    def __bool__(self) -> bool:
        """Tell whether it is yes."""
        return self.yes


YES = Verdict(yes=True)


def relations(
    roles: frozenset[str], *, owner: bool = False, referrer: bool = False, responsible: bool = False,
    same_unit: bool = False,
) -> frozenset[Relation]:  # fmt: skip
    """Return how somebody stands to a pathway.

    ``roles`` are those in the pathway's operation; ``owner``, ``referrer`` and ``responsible`` say that it is this very
    person, ``same_unit`` that the person's unit is the one that referred.
    """
    found = {_R.OWNER} if owner or OWNER in roles else set()
    if MANAGER in roles:
        found.add(_R.MANAGER)
    if responsible:
        found.add(_R.RESPONSIBLE)
    if REFERRER in roles or referrer:
        found.add(_R.REFERRER if referrer or same_unit else _R.OTHER_UNIT)
    if roles - {OWNER, MANAGER, REFERRER, OPERATIONS}:
        found.add(_R.TEAM)
    if OPERATIONS in roles:
        found.add(_R.OPERATIONS)
    return frozenset(found)


def may(purpose: Purpose, standing: frozenset[Relation], *, protection: str = "none") -> Verdict:
    """Tell whether somebody who stands like this may, and why not."""
    enough = MAY[purpose]
    if protection != "none" and purpose in PROTECTED:
        return YES if standing & CLOSE else Verdict(yes=False, why="protected_data")
    if standing & enough:
        return YES
    if _R.OTHER_UNIT in standing and _R.REFERRER in enough:
        return Verdict(yes=False, why="another_unit")
    return Verdict(yes=False, why="not_for_you")
