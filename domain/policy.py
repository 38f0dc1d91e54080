"""Who may see and do what: role, relation to the participant, unit and purpose give yes or no, with the reason.

Every view asks here, and every command: ``MAY`` says who may see and begin, ``COMMANDS`` who may send what about a
pathway, as far as the programme's own rules (``by`` of a step) leave it open. The interpreter refuses by it, and what
is offered as possible is asked of it. ``docs/policy.md`` shows both tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.people import SYSTEM
from domain.rules import OWNER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.people import Actor

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
    REFERRALS = "referrals"  # what became of the own referrals, and of the unit's
    BOARD = "board"  # how an operation stands, without names
    EXPORT = "export"  # a list as a file
    HAND_OVER = "hand_over"  # another's work to a colleague; deputies
    STAFF = "staff"  # who works here, with which roles
    DEFINITIONS = "definitions"  # to read the programme
    PUBLISH = "publish"  # to publish a programme, or move people to another version
    DELIVERY = "delivery"  # notices that failed or are uncertain
    FAULTS = "faults"  # what people report of the desk itself


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
    Purpose.REFERRALS: frozenset({_R.REFERRER}),
    Purpose.BOARD: WORKING,
    Purpose.EXPORT: WORKING,
    Purpose.HAND_OVER: frozenset({_R.MANAGER}),
    Purpose.STAFF: frozenset({_R.MANAGER}),
    Purpose.DEFINITIONS: WORKING | {_R.REFERRER, _R.OTHER_UNIT, _R.OPERATIONS},
    Purpose.PUBLISH: frozenset({_R.MANAGER}),
    Purpose.DELIVERY: frozenset({_R.MANAGER, _R.OPERATIONS}),
    Purpose.FAULTS: frozenset({_R.MANAGER, _R.OPERATIONS}),
}
"""The table: which relations are enough for a purpose. House values."""

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


class Sender(StrEnum):
    """By what somebody may send a command about a pathway."""

    NAMED = "named"  # it is the person to whom the step was given
    STEP = "step"  # the role that the step names; the owner where it names none
    HAPPENING = "happening"  # a role that the happening names
    PROGRAMME = "programme"  # any role of the programme
    OWNER = OWNER  # or whoever stands in for the owner
    MANAGER = MANAGER
    SYSTEM = SYSTEM


_S = Sender
_WORK = (_S.NAMED, _S.STEP, _S.OWNER, _S.MANAGER)

COMMANDS: dict[str, tuple[Sender, ...]] = {
    "complete": _WORK,
    "record": _WORK,
    "end": _WORK,
    "hours": _WORK,
    "claim": _WORK,  # to make oneself responsible for a step
    "confirm": (_S.NAMED, _S.STEP),  # all of these where a hand-over waits to be confirmed: the owner is who waits
    "decide": (_S.STEP,),  # a decision has a decider with the role, whoever the work was given to
    "open": (_S.STEP, _S.OWNER, _S.MANAGER),
    "assign": (_S.OWNER, _S.MANAGER),  # to somebody else
    "observe": (_S.PROGRAMME,),  # a record that no step asked for
    "fact": (_S.PROGRAMME,),
    "contact": (_S.PROGRAMME,),
    "correct": (_S.PROGRAMME,),
    "happen": (_S.HAPPENING,),
    "change_owner": (_S.OWNER, _S.MANAGER),
    "pause": (_S.OWNER, _S.MANAGER),
    "resume": (_S.OWNER, _S.MANAGER),
    "exit": (_S.OWNER, _S.MANAGER),
    "reopen": (_S.MANAGER,),
    "migrate": (_S.MANAGER,),
    "undo_migration": (_S.MANAGER,),
    "reenter": (_S.SYSTEM,),
    "take_over": (_S.SYSTEM,),
    "tick": (_S.SYSTEM,),
}
"""The table: by what a command may be sent. To refer is a purpose, as there is no pathway yet."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who sends commands about one pathway, and what of the pathway counts: its owner and the programme's roles."""

    actor: Actor
    owner: str
    roles: tuple[str, ...]

    def has(self, roles: Iterable[str]) -> bool:
        """Tell whether the actor has one of the roles; "owner" is a relation, or the role of the owner's deputy."""
        wanted = frozenset(roles)
        return bool(wanted & frozenset(self.actor.roles)) or (OWNER in wanted and self.actor.staff == self.owner)

    def may(self, command: str, *, by: str | None = None, person: str | None = None, named: Iterable[str] = ()) -> bool:
        """Tell whether the actor may send a command.

        About a step ``by`` is the role that it names and ``person`` who it was given to; about a happening ``named``
        are the roles that may say so.
        """
        if Sender.NAMED in COMMANDS[command] and person == self.actor.staff:
            return True
        return self.has(self.needed(command, by=by, named=named))

    def needed(self, command: str, *, by: str | None = None, named: Iterable[str] = ()) -> tuple[str, ...]:
        """Return the roles of which one is enough, each once, as a refusal tells them."""
        meant = {_S.NAMED: (), _S.STEP: (by or OWNER,), _S.HAPPENING: tuple(named), _S.PROGRAMME: self.roles}
        return tuple(dict.fromkeys(role for each in COMMANDS[command] for role in meant.get(each, (str(each),))))
