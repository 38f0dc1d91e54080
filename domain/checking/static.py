"""Everything that can be said of a definition without playing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.checking.fixpoint import unreachable
from domain.checking.scales import impossible_values
from domain.checking.structure import misplaced
from domain.checking.targets import uncountable
from domain.checking.truth import decided_beforehand
from domain.checking.waiting import waits_badly

if TYPE_CHECKING:
    from domain.checking.finding import Finding, Subject


FORM = (misplaced, impossible_values)
"""What these find means nothing to the interpreter: there is no use in playing it."""


def static(subject: Subject) -> list[Finding]:
    """Return the findings that need no playing, in the order of their lines; one for each place and code."""
    form = form_of(subject)
    found = {(one.code, one.place): one for one in form}
    for check in (waits_badly, unreachable, uncountable):
        for one in check(subject):
            found.setdefault((one.code, one.place), one)
    for one in decided_beforehand(subject, [spoiled.place for spoiled in form]):
        found.setdefault((one.code, one.place), one)
    return sorted(found.values(), key=lambda one: (one.line(subject.document), one.code))


def form_of(subject: Subject) -> list[Finding]:
    """Return what is written and can't mean what its author meant."""
    return [one for check in FORM for one in check(subject)]
