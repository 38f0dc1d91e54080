"""Targets: a percentage needs a base that can be counted, and a count that can come true for those inside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.checking.finding import Finding
from domain.checking.fixpoint import reachable
from domain.format.names import Names
from domain.rules import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.checking.finding import Subject


def uncountable(subject: Subject) -> Iterator[Finding]:
    """Yield the targets whose base or count never comes true, or whose count doesn't depend on the base."""
    names, seen = Names(subject.definition), reachable(subject.rules)
    for name, target in subject.definition.targets.items():
        base, count = names.resolve(target.of, ROOT), names.resolve(target.count, ROOT)
        place = ("targets", name)
        if base not in seen:
            yield Finding("target_base_unreachable", (*place, "of"), {"name": name, "ref": target.of})
        elif count not in seen:
            yield Finding("target_count_unreachable", (*place, "count"), {"name": name, "ref": target.count})
        elif base == count:
            yield Finding("target_is_its_base", (*place, "of"), {"name": name})
        elif base not in reachable(subject.rules, without=count):
            words = {"name": name, "ref": target.count, "base": target.of}
            yield Finding("target_always_met", (*place, "count"), words)
        elif base != "referral" and count in reachable(subject.rules, without=base):
            words = {"name": name, "ref": target.count, "base": target.of}
            yield Finding("target_count_outside_base", (*place, "count"), words)
