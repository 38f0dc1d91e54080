"""Who gets a place: limited places, the queue for them, and groups that start together. Pure: reads no clock.

Places are given in the order of the queue: the lower rank first, then who has waited longest. A person waits for any
site of the pool, unless the waiting names one. Where people start together, nobody is offered a place until enough of
them can start on the next day of starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


@dataclass(frozen=True, slots=True)
class Pool:
    """Some places: how many there are, how many are taken (held, offered or about to be offered).

    ``at_least`` and ``starts`` are a group's; ``together`` counts who is in for each day of starts already.
    """

    id: int
    site: str | None
    count: int
    taken: int
    at_least: int | None = None
    starts: tuple[date, ...] = ()
    together: tuple[tuple[date, int], ...] = ()

    @property
    def free(self) -> int:
        """How many places nobody has; none where a smaller count was decided than are taken."""
        return max(0, self.count - self.taken)

    def next_start(self, today: date) -> date | None:
        """Return the day on which the next group starts; today still counts."""
        return min((day for day in self.starts if day >= today), default=None)

    def already_in(self, day: date) -> int:
        """Return how many are offered or hold a place for a day of starts."""
        return dict(self.together).get(day, 0)


@dataclass(frozen=True, slots=True)
class InLine:
    """Somebody who waits: which opening of the waiting, and the site if only one will do."""

    pathway: str
    key: str
    site: str | None = None


@dataclass(frozen=True, slots=True)
class Allotted:
    """That a place is offered to somebody."""

    who: InLine
    pool: int
    site: str | None
    starts_on: date | None = None


def allot(pools: Sequence[Pool], line: Sequence[InLine], today: date) -> list[Allotted]:
    """Return who is offered a free place, in order; ``pools`` are those of one name, ``line`` is its queue.

    Places that can be used at once are filled first, evenly over the sites, then the groups, the earliest first.
    """
    found, left = _at_once([one for one in pools if one.at_least is None], list(line))
    groups = [(day, one) for one in pools if one.at_least is not None and (day := one.next_start(today)) is not None]
    for day, one in sorted(groups, key=lambda each: (each[0], each[1].id)):
        wanted = [who for who in left if _fits(who, one, pools)][: one.free]
        if wanted and one.already_in(day) + len(wanted) >= (one.at_least or 0):
            found += [Allotted(who, one.id, one.site, day) for who in wanted]
            left = [who for who in left if who not in wanted]
    return found


def _at_once(pools: Sequence[Pool], line: Sequence[InLine]) -> tuple[list[Allotted], list[InLine]]:
    """Return who gets what can be used at once, and who is left."""
    free = {one.id: one.free for one in pools}
    found: list[Allotted] = []
    left: list[InLine] = []
    for who in line:
        fitting = [one for one in pools if free[one.id] and _fits(who, one, pools)]
        if not fitting:
            left.append(who)
            continue
        one = max(fitting, key=lambda each: (free[each.id], -each.id))
        free[one.id] -= 1
        found.append(Allotted(who, one.id, one.site))
    return found, left


def _fits(who: InLine, pool: Pool, pools: Sequence[Pool]) -> bool:
    """Tell whether a place would do for somebody; a site that has no places at all binds nobody."""
    return who.site in (None, pool.site) or all(one.site != who.site for one in pools)
