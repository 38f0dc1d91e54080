"""Who stands in which queue, or has which place, once another version is followed: what no edit of the state says.

A claim to a place is made by events (records/claims.py), and an edit knows neither pools nor the rules of a queue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from domain.format.names import OFFER, WAITING
from domain.interpreter.opening import rank_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.interpreter.state import State
    from domain.rules import Rules


BEFORE = {"waiting": (), "offered": (WAITING,), "held": (WAITING, OFFER)}
"""What comes before where somebody stands."""


class Standing(NamedTuple):
    """Where the work of a path stands: for which step, with a place of which pool."""

    step: str
    pool: str
    state: str


def standings(rules: Rules) -> dict[str, Standing]:
    """Return the paths that mean waiting for a place, being offered one or having one."""
    found = {}
    for path, rule in rules.steps.items():
        if rule.waits is not None:
            step = path.removesuffix(WAITING)
            for ending, state in ((WAITING, "waiting"), (OFFER, "offered"), ("", "held")):
                found[step + ending] = Standing(step, rule.waits, state)
    return found


def keep_in_line(rules: Rules, state: State) -> None:
    """Let nobody be put in line again for what they have, nor into a step whose place they wait for once more."""
    here = standings(rules)
    for one in state.open.values():
        standing = here.get(one.path)
        if standing is None:
            continue
        for ending in BEFORE[standing.state]:
            path = standing.step + ending
            if not state.counts.get(path):
                state.counts[path] = 1
                state.seen[f"{path}.opened"] = one.opened_seq
        if standing.state == "waiting":
            state.seen.pop(f"{standing.step}{OFFER}.accepted", None)


def claims_moved(
    old: Rules, new: Rules, before: State, after: State, keys: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """Return, by its new key, the open work whose place isn't what it was.

    ``keys`` are old keys by new ones, empty for what is new; whoever isn't there has kept theirs. ``was`` is the step
    that there was a claim for, if any; ``pool`` is none where no place is needed any more. What had ended and is open
    again isn't told: its claim was released and comes back as it was.
    """
    there, here = standings(old), standings(new)
    found: dict[str, dict[str, Any]] = {}
    if not there and not here:
        return found
    for key, one in after.open.items():
        source = keys.get(key, key)
        if one.item is not None or source in before.past:
            continue
        earlier = before.open.get(source)
        was, now = there.get(earlier.path) if earlier else None, here.get(one.path)
        if (was and was[1:]) == (now and now[1:]):
            continue
        found[key] = {"was": was.step if was else None, "pool": now.pool if now else None}
        if now is not None:
            rank = rank_of(new.steps[now.step + WAITING], after)
            found[key] |= {"step": now.step, "state": now.state, "rank": rank, "since": one.opened_on.isoformat()}
    return found
